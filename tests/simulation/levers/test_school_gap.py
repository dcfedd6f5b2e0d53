"""School gap: which missing schools are funded, when they open, what they cost."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from simulation.foundations.months import NEVER, month_label
from simulation.levers.base import Context
from simulation.levers.school_gap import funded_openings
from simulation.model import Model
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.levers.pulled import alone, run, spent
from tests.simulation.runs import lever

STARTED = np.array([0, 1, 1, 0])
WEIGHTS = np.array([9.0, 1.0, 5.0])[[0, 1, 2, 2]]
"""Schools 0 to 3 at sites 0, 1, 2 and 2, which need 9, 1 and 5."""


def funded(size: float, lag: float, **changes: object) -> list[str]:
    pulled = lever("school_gap", size, settings={"construction_months": lag}, **changes)
    months = funded_openings(pulled, STARTED, WEIGHTS)
    return ["never" if month == NEVER else month_label(int(month)) for month in months]


def test_a_funded_school_opens_in_the_september_after_its_lag() -> None:
    assert funded(1.0, 18.0) == ["2021-09"] * 4  # January 2020 and 18 months: July 2021
    assert funded(1.0, 20.0) == ["2021-09"] * 4  # ready in September itself
    assert funded(1.0, 21.0) == ["2022-09"] * 4
    assert funded(1.0, 8.0) == ["2020-09"] * 4


def test_projects_come_first_then_sites_with_most_need() -> None:
    # Projects are schools 1 and 2, of which site 2 needs more; then school 0 at site 0 (need 9), then 3.
    assert funded(0.25, 8.0) == ["never", "never", "2020-09", "never"]
    assert funded(0.50, 8.0) == ["never", "2020-09", "2020-09", "never"]
    assert funded(0.75, 8.0) == ["2020-09", "2020-09", "2020-09", "never"]


def test_funds_phase_in_over_the_schools() -> None:
    # Four schools over 24 months begin in months 0, 6, 12 and 18, in the order 2, 1, 0, 3; 8 months to build:
    # ready in 2020-09, 2021-03, 2021-09 and 2022-03.
    assert funded(1.0, 8.0, phase_in_months=24) == ["2021-09", "2021-09", "2020-09", "2022-09"]


def test_a_larger_programme_opens_what_a_smaller_one_opens() -> None:
    opened = [{n for n, month in enumerate(funded(size, 18.0)) if month != "never"} for size in (0, 0.25, 0.5, 1)]
    assert [len(schools) for schools in opened] == [0, 1, 2, 4]
    assert all(small <= large for small, large in pairwise(opened))


def test_need_is_children_beyond_seats_level_by_level(made: Context) -> None:
    sites = made.state.sites
    sites.children[:] = [[5, 2, 0], [1, 1, 1], [0, 0, 4]]
    sites.seats[:] = [[3, 4, 0], [1, 0, 1], [9, 9, 1]]
    # Site 0 lacks 2 and has 2 too many at another level, which does not help.
    assert alone(made, "school_gap").need().tolist() == [2.0, 1.0, 3.0]


def test_they_are_paid_over_their_building_time_and_cost_from_their_opening(
    town: Population, parameters: Parameters
) -> None:
    model = run(town, parameters, "school_gap")
    seats = model.levers.acting["school_gap"].seats.sum()
    assert seats > 0
    # 18 months before September 2021: from March 2020 on, 360 a seat in all, 20 a month; then 10 a seat and month.
    capital, recurrent = spent(model, "capital"), spent(model, "recurrent")
    assert capital[capital > 0].index.tolist() == [month_label(m) for m in range(50, 68)]
    assert capital[capital > 0].to_numpy() == pytest.approx(20.0 * seats)
    assert recurrent.to_numpy() == pytest.approx([0.0] * 20 + [10.0 * seats] * 40)


def test_half_of_the_gap_costs_less_than_all_of_it(large_town: Population, parameters: Parameters) -> None:
    whole, half = (run(large_town, parameters, "school_gap", size) for size in (1.0, 0.5))
    opened = [model.levers.acting["school_gap"].openings < NEVER for model in (half, whole)]
    assert opened[0].sum() == round(0.5 * opened[1].sum()) > 0
    assert (opened[1] | ~opened[0]).all()
    assert 0.0 < spent(half, "capital").sum() < spent(whole, "capital").sum()
    base = Model(large_town, parameters).run().state.sites.seats.sum()
    gains = [model.state.sites.seats.sum() - base for model in (half, whole)]
    missing = whole.levers.acting["school_gap"].seats
    assert gains == [missing[opened[0]].sum(), missing.sum()]
