"""Counsel: who is counselled, by how much they come down, what it costs."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.base import Context
from simulation.state.entities import AWAY, BOTH_ENDS, FARM, NEARBY_OWN, RETURNED
from tests.simulation.levers.pulled import START, alone, bill, persons_of

HALF = {"nearer": 0.5}
ASKED = 2700.0
"""Yuan a month that everybody asks: more than 1.05 times the 2,500 that are paid, 2,625."""
LABOURERS = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1), (3, 1), (3, 2), (4, 0), (4, 1), (6, 1), (7, 0), (7, 1),
             (8, 0), (8, 1), (9, 0), (9, 1), (10, 0), (10, 1), (11, 0)]  # fmt: skip
"""Those of January 2020, by household and member."""


@pytest.fixture
def asking(settled: Context) -> Context:
    """Everybody asks 2,700 yuan; people are paid 2,500 near the sites."""
    settled.state.persons.reservation_yuan[:] = ASKED
    assert (settled.state.sites.local_pay_yuan == 2500.0).all()
    return settled


def counselled(context: Context) -> list[tuple[int, int]]:
    persons, first = context.state.persons, context.state.households.first
    rows = np.flatnonzero(persons.reservation_yuan < ASKED)
    return [(int(persons.household[i]), int(i - first[persons.household[i]])) for i in rows]


def test_labourers_without_work_come_half_of_the_way_down(asking: Context) -> None:
    rule = alone(asking, "expectations", 99.0, settings=HALF)
    rule.open(START)
    assert counselled(asking) == LABOURERS
    # 200 too much, half of it left.
    assert (asking.state.persons.reservation_yuan[persons_of(asking, *LABOURERS)] == 2600.0).all()
    assert bill(rule) == (0.0, 2000.0)  # ninety-nine could be counselled, twenty are, at 100 yuan


def test_a_second_talk_does_less_and_nobody_falls_below_what_is_paid(asking: Context) -> None:
    rule, asks = alone(asking, "expectations", 99.0, settings=HALF), asking.state.persons.reservation_yuan
    asks[:] = 3300.0
    asked, bills = [], []
    for month in range(START, START + 5):
        rule.open(month)
        asked.append(float(asks[0]))
        bills.append(bill(rule, month)[1])
    # 800 too much, then 400, 200, 100: 2,600 is below 2,625, no longer clearly too much. Twenty labourers at 100 yuan.
    assert asked == [2900.0, 2700.0, 2600.0, 2600.0, 2600.0]
    assert bills == [2000.0, 2000.0, 2000.0, 0.0, 0.0]
    assert (asks[persons_of(asking, *LABOURERS)] == 2600.0).all()  # who is not counselled any more stays where he is


def test_who_asks_a_twentieth_more_than_is_paid_needs_no_counsel(asking: Context) -> None:
    asks = asking.state.persons.reservation_yuan
    asks[:] = 2625.0  # 1.05 times 2,500
    clearly = persons_of(asking, (4, 1))
    asks[clearly] = 2626.0
    rule = alone(asking, "expectations", 99.0, settings=HALF)
    rule.open(START)
    assert bill(rule) == (0.0, 100.0)
    assert (asks[clearly] == 2563.0).all()  # 126 too much, half of it left
    assert (np.delete(asks, clearly) == 2625.0).all()


def test_who_has_come_all_the_way_is_not_counselled_again(asking: Context) -> None:
    rule = alone(asking, "expectations", 99.0, settings={"nearer": 1.0})
    rule.open(START)
    assert (asking.state.persons.reservation_yuan[persons_of(asking, *LABOURERS)] == 2500.0).all()
    rule.open(START + 1)
    assert bill(rule, START + 1) == (0.0, 0.0)


def test_who_works_lives_elsewhere_or_asks_no_more_than_is_paid_is_not_counselled(asking: Context) -> None:
    homes, persons = asking.state.households, asking.state.persons
    homes.state[0], homes.state[1], homes.state[2] = AWAY, RETURNED, BOTH_ENDS
    employed, farmer, modest = persons_of(asking, (3, 1), (3, 2), (4, 0))
    persons.channel[employed], persons.channel[farmer] = NEARBY_OWN, FARM
    persons.reservation_yuan[modest] = 2400.0
    asking.state.sites.local_pay_yuan[2] = 2600.0  # 1.05 times that, 2,730, is more than anybody asks
    rule = alone(asking, "expectations", 99.0, settings=HALF)
    rule.open(START)
    # Not of 0 (away), 1 (moved back) and 8 to 11 (site 2), nor who is at work or modest; who farms is without a job.
    assert counselled(asking) == [(2, 0), (2, 1), (3, 2), (4, 0), (4, 1), (6, 1), (7, 0), (7, 1)]
    assert persons.reservation_yuan[modest] == 2400.0  # as before
    assert bill(rule) == (0.0, 700.0)


def test_they_are_as_many_as_there_are_places_for(asking: Context) -> None:
    rule = alone(asking, "expectations", 8.0, settings=HALF, phase_in_months=4)
    rule.open(START)
    assert len(counselled(asking)) == 2  # a quarter of eight
    assert bill(rule) == (0.0, 200.0)
    rule.open(START + 5)
    assert bill(rule, START + 5) == (0.0, 800.0)
    assert len(counselled(asking)) == 10  # eight others: the first two ask 2,600, which is not clearly too much
