"""The collective's shops: what they earn, who gets it, what the county forgoes."""

from __future__ import annotations

import pytest

from simulation.levers.base import Context
from simulation.rules.budget import cost_of_place, income_of
from simulation.state.entities import AWAY, BOTH_ENDS, NOT_MOVED, RETURNED, SETTLED
from tests.simulation.levers.pulled import START, alone, bill
from tests.simulation.made import NO_POLICY, home, place

SETTINGS = {"rent_yuan_per_m2": 10.0, "other_m2_per_household": 0.5, "let_share": 0.8, "dividend_share": 0.25}
RENT = [1004.0, 4.0, 4.0]
"""Yuan a month and household: 500 m2 of market over 4 households, and .5, at .8 let and 10 yuan; .5 m2 elsewhere."""


def test_rent_is_shared_out_as_dividend_and_upkeep(settled: Context) -> None:
    sites, rule = settled.state.sites, alone(settled, "collective_assets", 0.5, settings=SETTINGS)
    assert rule.rent_yuan(START) == pytest.approx([0.5 * rent for rent in RENT])
    rule.open(START)
    # All four households live there: each gets a quarter of half the rent, and the other three quarters as upkeep.
    assert sites.dividend_yuan == pytest.approx([0.125 * rent for rent in RENT])
    assert sites.upkeep_yuan == pytest.approx([0.375 * rent for rent in RENT])


def test_upkeep_is_shared_by_who_lives_there(settled: Context) -> None:
    homes, sites = settled.state.households, settled.state.sites
    homes.state[:4] = [SETTLED, BOTH_ENDS, AWAY, RETURNED]
    homes.state[4], homes.members[5] = NOT_MOVED, 0  # the second has died out
    homes.state[8:] = AWAY
    rule = alone(settled, "collective_assets", 1.0, settings=SETTINGS | {"dividend_share": 0.0})
    assert rule.living().tolist() == [2.0, 2.0, 0.0]
    rule.open(START)
    # Rent of four households, 4016 and 16 yuan, over the two who live there. At site 2 nobody is there to have the 16.
    assert sites.upkeep_yuan == pytest.approx([2008.0, 8.0, 16.0])
    assert not sites.dividend_yuan.any()
    assert bill(rule) == (0.0, pytest.approx(4048.0))  # forgone all the same
    sites.upkeep_yuan[:] = 0.0  # as each month begins
    alone(settled, "collective_assets", 1.0, settings=SETTINGS).open(START)
    # A dividend of a quarter of the rent of each, 251 and 1 yuan, is paid twice: 4016 - 502 and 16 - 2 are left.
    assert sites.dividend_yuan == pytest.approx([251.0, 1.0, 1.0])
    assert sites.upkeep_yuan == pytest.approx([1757.0, 7.0, 16.0])


def test_upkeep_is_added_to_what_others_pay(settled: Context) -> None:
    sites = settled.state.sites
    sites.upkeep_yuan[:], sites.dividend_yuan[:] = 40.0, 20.0
    alone(settled, "collective_assets", 1.0, settings=SETTINGS).open(START)
    # A quarter of 4 yuan as dividend, the other three as upkeep.
    assert (sites.dividend_yuan[1], sites.upkeep_yuan[1]) == pytest.approx((21.0, 43.0))


def test_the_dividend_is_income_of_who_lives_there(settled: Context) -> None:
    p = settled.parameters

    def income(state: int, yuan: float) -> float:
        return float(income_of(home(state=state), state, False, place(dividend_yuan=yuan), p, NO_POLICY))

    for state, share in ((SETTLED, 1.0), (BOTH_ENDS, 1.0), (AWAY, 0.0), (RETURNED, 0.0)):
        assert income(state, 60.0) - income(state, 0.0) == pytest.approx(60.0 * share), state


def test_the_rest_lowers_costs_and_nobody_earns_by_it(settled: Context) -> None:
    sites = settled.state.sites
    alone(settled, "collective_assets", 1.0, settings=SETTINGS | {"dividend_share": 0.0}).open(START)
    # 1004 yuan for a household whose living at site 0 costs 4 * 80; 4 yuan of them at site 1.
    costs = [cost_of_place(home(), SETTLED, place(upkeep_yuan=yuan), settled.parameters) for yuan in sites.upkeep_yuan]
    assert costs == pytest.approx([0.0, 316.0, 316.0])
    assert not sites.dividend_yuan.any()


def test_the_county_forgoes_the_rent_of_whole_sites(settled: Context) -> None:
    rule = alone(settled, "collective_assets", 1.0, settings=SETTINGS, phase_in_months=2)
    # 4 households of each site: 4016 + 16 + 16, half of it in the first month.
    assert [bill(rule, START + month) for month in range(3)] == [(0.0, 2024.0), (0.0, 4048.0), (0.0, 4048.0)]
