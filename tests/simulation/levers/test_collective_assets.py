"""The collective's shops: what they earn, who gets it, what the county forgoes."""

from __future__ import annotations

import pytest

from simulation.levers.base import Context
from simulation.rules.budget import cost_of_place, income_of
from simulation.state.entities import AWAY, BOTH_ENDS, RETURNED, SETTLED
from tests.simulation.levers.pulled import START, alone, bill
from tests.simulation.made import NO_POLICY, home, place

SETTINGS = {"rent_yuan_per_m2": 10.0, "other_m2_per_household": 0.5, "let_share": 0.8, "dividend_share": 0.25}
RENT = [1004.0, 4.0, 4.0]
"""Yuan a month and household: 500 m2 of market over 4 households, and .5, at .8 let and 10 yuan; .5 m2 elsewhere."""


def test_rent_is_shared_out_as_dividend_and_upkeep(settled: Context) -> None:
    sites, rule = settled.state.sites, alone(settled, "collective_assets", 0.5, settings=SETTINGS)
    assert rule.rent_yuan(START) == pytest.approx([0.5 * rent for rent in RENT])
    rule.open(START)
    assert sites.dividend_yuan == pytest.approx([0.125 * rent for rent in RENT])
    assert sites.upkeep_yuan == pytest.approx([0.375 * rent for rent in RENT])


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
