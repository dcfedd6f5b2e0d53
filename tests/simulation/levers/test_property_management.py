"""Upkeep paid until title is clear: whose, how much of it, and that nobody earns by it."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.base import Context
from simulation.rules.budget import cost_of_place, place_of
from simulation.state.entities import AWAY, BOTH_ENDS, RETURNED, SETTLED
from tests.simulation.levers.pulled import START, alone, bill
from tests.simulation.made import home, place


def test_it_is_paid_where_title_is_not_clear(settled: Context) -> None:
    sites = settled.state.sites
    sites.title_clarity[:] = [0.2, 1.0, 0.99]
    rule = alone(settled, "property_management", 90.0, phase_in_months=3)
    rule.open(START)
    assert sites.upkeep_yuan.tolist() == [30.0, 0.0, 30.0]
    sites.title_clarity[0] = 1.0  # owners pay for themselves from then on
    sites.upkeep_yuan[:] = 0.0  # as each month begins
    rule.open(START + 2)
    assert sites.upkeep_yuan.tolist() == [0.0, 0.0, 90.0]


@pytest.mark.parametrize(("size", "settled_cost", "both_cost"), [(0.0, 320.0, 160.0), (100.0, 220.0, 110.0)])
def test_living_at_the_site_costs_that_much_less(
    size: float, settled_cost: float, both_cost: float, settled: Context
) -> None:
    # Four at home at 80 yuan, less 100; at both ends half of each. Being away or back at the origin costs as before.
    p = settled.parameters
    journeys = cost_of_place(home(members=0), BOTH_ENDS, place(), p)
    paid = place(upkeep_yuan=size)
    assert cost_of_place(home(), SETTLED, paid, p) == settled_cost
    assert cost_of_place(home(), BOTH_ENDS, paid, p) - journeys == pytest.approx(both_cost)
    for state in (AWAY, RETURNED):
        assert cost_of_place(home(), state, paid, p) == cost_of_place(home(), state, place(), p)


def test_it_never_pays_more_than_living_there_costs(settled: Context) -> None:
    alone(settled, "property_management", 1e6).open(START)
    full = place(upkeep_yuan=place_of(0, settled.state.sites).upkeep_yuan)
    journeys = cost_of_place(home(members=0), BOTH_ENDS, place(), settled.parameters)
    assert cost_of_place(home(), SETTLED, full, settled.parameters) == 0.0
    assert cost_of_place(home(), BOTH_ENDS, full, settled.parameters) == pytest.approx(journeys)


def test_it_is_added_to_what_others_pay(settled: Context) -> None:
    sites = settled.state.sites
    sites.upkeep_yuan[:] = 40.0
    alone(settled, "property_management", 50.0).open(START)
    assert sites.upkeep_yuan.tolist() == [90.0] * 3


def test_paid_are_households_that_live_there_all_or_part_of_the_time(settled: Context) -> None:
    homes = settled.state.households
    settled.state.sites.title_clarity[1] = 1.0
    homes.state[:4] = [SETTLED, BOTH_ENDS, AWAY, RETURNED]
    homes.members[8] = 0  # died out
    rule = alone(settled, "property_management", 50.0, phase_in_months=2)
    # One settled and one at both ends (half of it) at site 0, three at site 2: 4.5 times 25, then 50 yuan.
    assert [bill(rule, START + month) for month in range(2)] == [(0.0, 112.5), (0.0, 225.0)]
    # No more than living there costs, by the heads who do not work away.
    here = np.maximum(0, homes.members - homes.away_workers)
    cost = settled.parameters.income.site_cost_yuan * float(here[0] + 0.5 * here[1] + here[9:12].sum())
    assert bill(alone(settled, "property_management", 1e6), START) == (0.0, pytest.approx(cost))
