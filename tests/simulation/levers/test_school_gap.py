"""School gap: which missing schools are funded, when they open, what they cost."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from simulation.foundations.months import NEVER, month_label
from simulation.levers.base import Context
from simulation.levers.school_gap import building_order, funded_openings
from simulation.model import Model
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.levers.pulled import alone, run, spent
from tests.simulation.runs import lever

SITE = np.array([0, 1, 2, 2])
SEATS = np.array([[0, 4, 0], [0, 4, 0], [4, 4, 0], [0, 0, 4]])
STARTED = np.array([False, True, True, False])
GAP = np.array([[9, 9, 9], [0, 3, 0], [4, 6, 2]])
"""Schools 0 to 3 at sites 0, 1, 2 and 2, with their seats by level, and the children beyond seats of each site."""


def order(needed: float = 0.0, weights: object = None, gap: object = GAP) -> list[int]:
    return building_order(np.array(gap), SITE, SEATS, STARTED, weights, needed).tolist()


def test_projects_come_first_then_the_schools_to_which_most_would_come() -> None:
    # Projects: school 2 would take 4 + 4, school 1 takes 3 of 4. Then school 0 takes 4 and school 3 takes 2.
    assert order() == [2, 1, 0, 3]
    assert order(weights=np.array([1.0, 9.0, 2.0, 5.0])) == [1, 2, 3, 0]


def test_a_school_for_few_is_not_built() -> None:
    # School 3 would have 2 of its 4 seats taken, school 1 three.
    assert order(0.5) == [2, 1, 0, 3]
    assert order(0.6) == [2, 1, 0]
    assert order(0.8) == [2, 0]
    assert order(0.5, gap=np.zeros((3, 3), dtype=int)) == []


def test_each_school_leaves_fewer_children_to_the_next_of_its_site() -> None:
    # Two primary schools of 4 seats where 5 children have none: the second would have 1.
    site, seats = np.array([0, 0]), np.array([[0, 4, 0], [0, 4, 0]])
    gap, started = np.array([[0, 5, 0]]), np.array([False, False])
    assert building_order(gap, site, seats, started, None, 0.25).tolist() == [0, 1]
    assert building_order(gap, site, seats, started, None, 0.5).tolist() == [0]
    assert gap.tolist() == [[0, 5, 0]]


def funded(size: float, lag: float, **changes: object) -> list[str]:
    pulled = lever("school_gap", size, settings={"construction_months": lag}, **changes)
    months = funded_openings(pulled, np.array([2, 1, 0, 3]), 4)
    return ["never" if month == NEVER else month_label(int(month)) for month in months]


def test_a_funded_school_opens_in_the_september_after_its_lag() -> None:
    assert funded(1.0, 18.0) == ["2021-09"] * 4  # January 2020 and 18 months: July 2021
    assert funded(1.0, 20.0) == ["2021-09"] * 4  # ready in September itself
    assert funded(1.0, 21.0) == ["2022-09"] * 4
    assert funded(1.0, 8.0) == ["2020-09"] * 4


def test_funds_phase_in_over_the_schools() -> None:
    # Four schools over 24 months begin in months 0, 6, 12 and 18, in the order 2, 1, 0, 3; 8 months to build:
    # ready in 2020-09, 2021-03, 2021-09 and 2022-03.
    assert funded(1.0, 8.0, phase_in_months=24) == ["2021-09", "2021-09", "2020-09", "2022-09"]


def test_a_larger_programme_opens_what_a_smaller_one_opens() -> None:
    opened = [{n for n, month in enumerate(funded(size, 18.0)) if month != "never"} for size in (0, 0.25, 0.5, 1)]
    assert [len(schools) for schools in opened] == [0, 1, 2, 4]
    assert all(small <= large for small, large in pairwise(opened))


@pytest.mark.parametrize("lag", [0.0, 1.0, 7.0, 8.0, 9.0, 18.0, 30.0])
def test_schools_cost_the_same_however_long_they_take_to_build(
    lag: float, town: Population, parameters: Parameters
) -> None:
    model = run(town, parameters, "school_gap", settings={"construction_months": lag})
    seats = model.levers.acting["school_gap"].seats.sum()
    assert spent(model, "capital").sum() == pytest.approx(360.0 * seats)


def test_a_school_that_opens_in_the_month_of_its_funding_is_paid_in_it(
    town: Population, parameters: Parameters
) -> None:
    model = run(town, parameters, "school_gap", start_month=56, settings={"construction_months": 0.0})
    capital = spent(model, "capital")
    assert capital[capital > 0].index.tolist() == ["2020-09"]


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
