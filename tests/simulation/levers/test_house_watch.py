"""Flats watched: what being away then costs a family, and what the watch costs."""

from __future__ import annotations

import pytest

from simulation.levers.base import Context
from simulation.rules.budget import cost_of_place
from simulation.state.entities import AWAY, BOTH_ENDS, NOT_MOVED, RETURNED, SETTLED
from tests.simulation.levers.pulled import START, alone, bill
from tests.simulation.made import home, place


def cost(context: Context, size: float, state: int, saved_yuan: float = 200.0) -> float:
    rule = alone(context, "house_watch", size, settings={"saved_yuan": saved_yuan})
    p = rule.numbers(START, context.parameters)
    return float(cost_of_place(home(), state, place(), p))


def test_being_away_as_a_family_costs_less(settled: Context) -> None:
    # A room at 600 and 500 for each of two dependants and of the .2 of two labourers who find no work: 600 + 1200.
    assert cost(settled, 0.0, AWAY) == pytest.approx(1800.0)
    # 200 less where all flats are watched; a quarter of the flats save a family 50 on average.
    assert cost(settled, 1.0, AWAY) == pytest.approx(1600.0)
    assert cost(settled, 0.25, AWAY) == pytest.approx(1750.0)
    for state in (SETTLED, BOTH_ENDS, RETURNED):
        assert cost(settled, 1.0, state) == cost(settled, 0.0, state)


def test_it_saves_no_more_than_the_room_costs(settled: Context) -> None:
    for saved_yuan in (600.0, 601.0, 1e6):
        rule = alone(settled, "house_watch", 1.0, settings={"saved_yuan": saved_yuan})
        assert rule.numbers(START, settled.parameters).income.away_family_rent_yuan == 0.0
        # Of the 1,800 yuan the room's 600 fall away.
        assert cost(settled, 1.0, AWAY, saved_yuan) == pytest.approx(1200.0)


def test_it_changes_one_number_alone_as_it_phases_in(settled: Context) -> None:
    rule = alone(settled, "house_watch", 0.5, phase_in_months=3, settings={"saved_yuan": 600.0})
    p = settled.parameters
    months = [rule.numbers(month, p) for month in range(START, START + 4)]
    # Half of 600 yuan in the end, a third of that more each month: 600 less 100, 200, 300 and no more.
    assert [n.income.away_family_rent_yuan for n in months] == pytest.approx([500.0, 400.0, 300.0, 300.0])
    assert months[2]._replace(income=p.income) == p
    assert months[2].income._replace(away_family_rent_yuan=600.0) == p.income


def test_it_costs_by_flats_of_families_away(settled: Context) -> None:
    homes = settled.state.households
    homes.state[:7] = [AWAY, AWAY, AWAY, BOTH_ENDS, RETURNED, NOT_MOVED, AWAY]
    homes.members[6] = 0  # died out
    rule = alone(settled, "house_watch", 1.0, phase_in_months=2)
    assert bill(rule, START) == (0.0, 30.0)  # three flats at 20 yuan, a half of them in the first month
    assert bill(rule, START + 1) == (0.0, 60.0)
    # A quarter of three flats is watched: .75 * 20 yuan, whatever that saves a family.
    assert bill(alone(settled, "house_watch", 0.25, settings={"saved_yuan": 1e6})) == (0.0, 15.0)
    homes.flat_kept[0] = False  # given up: two flats are left
    assert bill(rule, START + 1) == (0.0, 40.0)
    homes.state[:] = SETTLED
    assert bill(rule, START + 1) == (0.0, 0.0)
