"""Title to the flats: how its clarity rises, and that each household is paid for once."""

from __future__ import annotations

import pytest

from simulation.levers.base import Context
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.levers.pulled import START, alone, run, spent


def test_clarity_rises(made: Context) -> None:
    sites = made.state.sites
    rule = alone(made, "housing_title", 1.0, phase_in_months=10)
    clarity = [round(float(sites.title_clarity[0]), 9)]
    for month in range(START, START + 12):
        rule.open(month)
        clarity.append(round(float(sites.title_clarity[0]), 9))
    # A tenth a month; the baseline's .2 (round numbers) stays until .3 is reached in the third month, March 2020.
    assert clarity == [0.2, 0.2, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0, 1.0]
    assert (sites.title_clarity == sites.title_clarity[0]).all()


@pytest.mark.parametrize("size", [0.0, 0.1])
def test_title_never_falls(size: float, made: Context) -> None:
    alone(made, "housing_title", size).open(80)
    assert (made.state.sites.title_clarity == 0.2).all()


def test_who_has_died_out_is_paid_no_title(made: Context) -> None:
    homes = made.state.households
    homes.state[:], homes.members[:] = [1] * 11 + [0], [3] * 10 + [0, 3]  # one died out, one has not moved
    rule = alone(made, "housing_title", 1.0)
    rule.plan()
    rule.open(START)
    # .2 is clear before. All of the .8 that was unclear becomes clear at once, .8 / .8 of ten households.
    assert [quantity.amount for quantity in rule.quantities(START)] == pytest.approx([10.0])


def test_what_others_made_clear_is_not_paid_for(made: Context) -> None:
    homes, sites = made.state.households, made.state.sites
    homes.state[:], homes.members[:] = 1, 3
    rule = alone(made, "housing_title", 1.0)
    rule.plan()
    sites.title_clarity[:] = 0.6  # from .2, by somebody else, after the plan and before the month opens
    rule.open(START)
    # The lever raises it by .4 of the .8 that were unclear: half of twelve households.
    assert [quantity.amount for quantity in rule.quantities(START)] == pytest.approx([6.0])
    sites.title_clarity[:] = 1.0
    rule.open(START + 1)
    assert [quantity.amount for quantity in rule.quantities(START + 1)] == pytest.approx([0.0])


def test_need_is_households(made: Context) -> None:
    homes = made.state.households
    homes.site[:], homes.state[:], homes.members[:] = [0] * 6 + [2] * 6, 1, [3] * 11 + [0]
    assert alone(made, "housing_title").need().tolist() == [6.0, 0.0, 5.0]  # nobody is left of the last


def test_titles_cost_once_for_each_household(town: Population, parameters: Parameters) -> None:
    knowledge = parameters.knowledge._replace(baseline_title_clarity=0.2)
    model = run(town, parameters._replace(knowledge=knowledge), "housing_title", 0.8, phase_in_months=4)
    # From .2 of the titles to .2 (no rise), .4, .6 and .8: each .2 is a quarter of the .8 that were unclear, at 1200.
    capital = spent(model, "capital")
    owners = len(town.households) - model.records.value("households_died_out", month=START + 2)
    assert capital.iloc[2] == pytest.approx(300.0 * owners)
    assert (capital.iloc[1:4] > 0.0).all()
    assert capital.iloc[0] == 0.0
    assert capital.iloc[4:].sum() == pytest.approx(0.0)


def test_titles_that_are_clear_cost_nothing(town: Population, parameters: Parameters) -> None:
    knowledge = parameters.knowledge._replace(baseline_title_clarity=1.0)
    assert spent(run(town, parameters._replace(knowledge=knowledge), "housing_title"), "capital").sum() == 0.0
