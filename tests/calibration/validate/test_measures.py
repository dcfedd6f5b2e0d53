"""Measures against an earlier month and in yuan of the year, by hand; counts of the state against the records."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.validate.counts import UNITS_OF_COUNTS, Counted, Counter
from calibration.validate.measure_list import MEASURES
from calibration.validate.measures import REPORT_DATE, THE_YEAR, YEAR_BEFORE, Measure, last_priced
from scenarios.population.load import load_population
from scenarios.settings.config import compose_run
from simulation.city import City, Given
from simulation.foundations.months import REPORT_MONTH, month_index
from simulation.state.policy import BASELINE

MONTHS = 72
GROWING = Counted(City(), {"title_share": np.arange(1.0, MONTHS + 1), "elders": np.full(MONTHS, 2.0)})
"""The first is month + 1, the second 2."""


def measure(**more: object) -> Measure:
    return Measure("made", "growth", "made", ("title_share",), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "value"),
    [
        (measure(against=REPORT_DATE), 60.0 / 48.0),  # December 2020 over December 2019
        (measure(against=YEAR_BEFORE), 60.0 / 48.0 - 1.0),
        (measure(against=YEAR_BEFORE, months=THE_YEAR), 54.5 / 42.5 - 1.0),  # means of 49 .. 60 and 37 .. 48
        (measure(under=("elders",), months=THE_YEAR), 54.5 / 2.0),
        (measure(under=("elders",), months=0), sum(range(1, 61)) / 2.0),  # all months over the last
        (measure(nominal=True), 60.0 * 1.025),  # prices of 2020 over those of 2019
        (measure(nominal=True, under=("elders",)), 60.0 * 1.025 / 2.0),  # persons have no price
        (measure(nominal=True, against=YEAR_BEFORE), 60.0 * 1.025 / 48.0 - 1.0),
        (Measure("made", "", "made", ("title_share", "-elders")), 58.0),
    ],
)
def test_by_hand(made: Measure, value: float) -> None:
    assert made.of(GROWING, 0, month_index("2020-12")) == pytest.approx(value, rel=1e-12)


def test_first_months_and_least_values() -> None:
    assert measure(against=REPORT_DATE).first_month(3) == REPORT_MONTH
    assert measure(against=YEAR_BEFORE, months=THE_YEAR).first_month(3) == 23
    assert measure(nominal=True, months=THE_YEAR).first_month(3) == REPORT_MONTH
    assert measure(against=YEAR_BEFORE).least == -1.0
    assert MEASURES["natural_growth_rate_year"].least == -math.inf
    assert MEASURES["flats_kept_share"].least == 0.0
    assert last_priced() == "2024-12"


def test_formulas() -> None:
    assert MEASURES["birth_rate_year"].formula() == "12,000 × births / persons; sums of 12 months"
    assert MEASURES["flats_kept_share"].formula() == "(households - flats_given_up) / households"
    assert MEASURES["near_growth_year"].formula().endswith("; sums of 12 months; over the year before, less 1")


def test_counts_of_the_state_agree_with_the_records() -> None:
    config = compose_run(["population.size=town", "future=as_it_happened"])
    city, counter = City(), Counter()
    city.begin(Given(load_population(config), config.parameters, 1, 84, future=config.future), BASELINE)
    while city.month < city.months:
        city.advance()
        counter.take(city)
    run = counter.counted(city)
    span = slice(0, 84)

    def added(*names: str) -> list[float]:
        return sum(run.levels(name, span, 0) for name in names).tolist()  # type: ignore[union-attr]

    assert added("persons_settled", "persons_both_ends", "persons_away", "persons_returned") == added("persons")
    levels = ("kindergarten", "primary", "middle")
    assert added(*(f"seated_{level}" for level in levels)) == added("children_seated")
    assert added(*(f"children_{level}" for level in levels)) == added("school_age_children")
    assert (run.counts["persons_near_poor"] >= run.levels("persons_poor", span, 0)).all()
    assert (run.counts["households_allowance"] <= run.levels("dibao", span, 0)).all()
    assert (run.counts["workshops_built"] >= run.levels("workshops_running", span, 0)).all()
    assert (run.counts["labour_households_away"] <= run.levels("labour_households", span, 0)).all()
    houses = run.counts["old_houses_standing"] + run.counts["old_houses_demolished"]
    assert set(houses[REPORT_MONTH:]) == {houses[REPORT_MONTH]}
    assert run.counts["old_houses_demolished"][REPORT_MONTH] == 0 < run.counts["old_houses_demolished"][-1]
    assert run.counts["title_share"][REPORT_MONTH] == 0 < run.counts["title_share"][-1] <= 1
    assert set(run.counts) == set(UNITS_OF_COUNTS)
    assert MEASURES["handed_over_share"].of(run, 0, 83) == 1.0
