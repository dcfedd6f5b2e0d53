"""Upkeep paid until title is clear: whose, how much of it, and that nobody earns by it."""

from __future__ import annotations

import pytest

from simulation.levers.base import Context, LeverRule
from simulation.rules.budget import cost_of_place, place_of
from simulation.state.entities import AWAY, BOTH_ENDS, RETURNED, SETTLED
from tests.simulation.levers.pulled import START, alone, bill
from tests.simulation.made import home, place


def month_of(rule: LeverRule, month: int = START, others: float = 0.0) -> tuple[float, float]:
    """Open a month in which others pay so much upkeep for a household, and return the bill of the lever."""
    rule.state.sites.upkeep_yuan[:] = others
    rule.open(month)
    return bill(rule, month)


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
    assert [month_of(rule, START + month) for month in range(2)] == [(0.0, 112.5), (0.0, 225.0)]
    # No more than living there costs, 80 yuan a head who does not work away: 4, half of 3, and 2, 4 and 1 heads.
    most = alone(settled, "property_management", 1e6)
    assert month_of(most) == (0.0, pytest.approx(80.0 * 12.5))
    homes.away_workers[[0, 11]] = 1  # three heads are left, and none
    assert month_of(most) == (0.0, pytest.approx(80.0 * 10.5))


def test_what_others_pay_is_spared_first(settled: Context) -> None:
    homes = settled.state.households
    homes.state[:] = RETURNED
    homes.state[[0, 1, 5, 11]] = [SETTLED, BOTH_ENDS, SETTLED, SETTLED]  # 4, 3, 2 and 1 heads
    rule = alone(settled, "property_management", 50.0)
    # Living there costs 320, 240, 160 and 80 yuan. Others pay 40: all but the last still cost 50, and that one 40.
    # At both ends it is half: 50 + 25 + 50 + 40.
    assert month_of(rule, others=40.0) == (0.0, pytest.approx(165.0))
    # Others pay 200: 120 and 40 are left to pay, of which 50 and half of 40; nothing of the others.
    assert month_of(rule, others=200.0) == (0.0, pytest.approx(70.0))
    assert month_of(rule, others=1e6) == (0.0, 0.0)


def test_title_made_clear_in_the_month_itself_is_too_late_to_change_the_bill(settled: Context) -> None:
    homes, sites = settled.state.households, settled.state.sites
    homes.state[:] = RETURNED
    homes.state[0] = SETTLED
    rule = alone(settled, "property_management", 50.0)
    month_of(rule)
    sites.title_clarity[:] = 1.0  # after the month was paid for
    assert bill(rule) == (0.0, 50.0)
    assert month_of(rule, START + 1) == (0.0, 0.0)
