"""Flats watched: what being away then costs a family, and what the watch costs."""

from __future__ import annotations

import pytest

from simulation.levers.base import Context
from simulation.rules.budget import cost_of_place
from simulation.state.entities import AWAY, BOTH_ENDS, NOT_MOVED, RETURNED, SETTLED
from tests.simulation.levers.pulled import START, alone, bill
from tests.simulation.made import home, place


def cost(context: Context, size: float, state: int) -> float:
    p = alone(context, "house_watch", size).numbers(START, context.parameters)
    return float(cost_of_place(home(), state, place(), p))


def test_being_away_as_a_family_costs_less(settled: Context) -> None:
    # A room at 600 and 500 for each of two dependants and of the .2 of two labourers who find no work: 600 + 1200.
    assert cost(settled, 0.0, AWAY) == pytest.approx(1800.0)
    assert cost(settled, 200.0, AWAY) == pytest.approx(1600.0)
    for state in (SETTLED, BOTH_ENDS, RETURNED):
        assert cost(settled, 200.0, state) == cost(settled, 0.0, state)


def test_it_saves_no_more_than_the_room_costs(settled: Context) -> None:
    for size in (600.0, 601.0, 1e6):
        p = alone(settled, "house_watch", size).numbers(START, settled.parameters)
        assert p.income.away_family_rent_yuan == 0.0
        assert cost(settled, size, AWAY) == pytest.approx(1200.0)


def test_it_changes_one_number_alone_as_it_phases_in(settled: Context) -> None:
    rule, p = alone(settled, "house_watch", 300.0, phase_in_months=3), settled.parameters
    months = [rule.numbers(month, p) for month in range(START, START + 4)]
    assert [n.income.away_family_rent_yuan for n in months] == [500.0, 400.0, 300.0, 300.0]
    assert months[2]._replace(income=p.income) == p
    assert months[2].income._replace(away_family_rent_yuan=600.0) == p.income


def test_need_is_families_away(settled: Context) -> None:
    homes = settled.state.households
    homes.state[[0, 5, 6]], homes.state[7] = AWAY, RETURNED
    assert alone(settled, "house_watch").need().tolist() == [1.0, 2.0, 0.0]


def test_it_costs_by_flats_of_families_away(settled: Context) -> None:
    homes = settled.state.households
    homes.state[:7] = [AWAY, AWAY, AWAY, BOTH_ENDS, RETURNED, NOT_MOVED, AWAY]
    homes.members[6] = 0  # died out
    rule = alone(settled, "house_watch", 200.0, phase_in_months=2)
    assert bill(rule, START) == (0.0, 30.0)  # three flats at 20 yuan, a half of them in the first month
    assert bill(rule, START + 1) == (0.0, 60.0)
    homes.state[:] = SETTLED
    assert bill(rule, START + 1) == (0.0, 0.0)
