"""Publicity: who is told, what a second telling adds, what it costs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from simulation.levers.base import Context
from simulation.state.entities import AWAY, BOTH_ENDS, NOT_MOVED, RETURNED
from tests.simulation.levers.pulled import START, alone, bill


def test_families_away_hear_nothing(settled: Context) -> None:
    homes = settled.state.households
    homes.state[:5] = [NOT_MOVED, BOTH_ENDS, AWAY, RETURNED, RETURNED]
    homes.flat_kept[4] = False
    homes.members[5] = 0  # died out
    homes.knowledge[:] = 0.4
    rule = alone(settled, "publicity", 1.0)
    rule.open(START)
    told = [0.4, 0.52, 0.4, 0.52, 0.52, 0.4] + [0.52] * 6  # .4 + .2 * .6
    assert homes.knowledge == pytest.approx(told)
    assert bill(rule) == (0.0, 45.0)  # 9 households at 5 yuan


def test_a_second_telling_teaches_less_and_nobody_knows_more_than_all(settled: Context) -> None:
    homes, rule = settled.state.households, alone(settled, "publicity", 1.0)
    homes.knowledge[:] = 0.4
    known = []
    for month in range(START, START + 3):
        rule.open(month)
        known.append(float(homes.knowledge[0]))
        assert bill(rule, month) == (0.0, 60.0)  # as dear as the first
    assert known == pytest.approx([0.52, 0.616, 0.6928])  # + .12, + .096, + .0768
    for month in range(START, START + 200):
        rule.open(month)
    assert homes.knowledge == pytest.approx(1.0)
    assert (homes.knowledge <= 1.0).all()


def test_a_larger_share_tells_whom_a_smaller_one_tells_and_some_more(settled: Context) -> None:
    homes = settled.state.households
    told = []
    for share in (0.0, 0.2, 0.8, 1.0):
        homes.knowledge[:] = 0.4
        rule = alone(settled, "publicity", share)
        rule.open(START)
        told.append(homes.knowledge > 0.4)
        assert bill(rule) == (0.0, 5.0 * told[-1].sum())
    assert all((more | ~fewer).all() for fewer, more in pairwise(told))
    assert [heard.sum() for heard in told][::3] == [0, 12]
    assert 0 < told[1].sum() < told[2].sum() < 12


def test_it_phases_in(settled: Context) -> None:
    homes = settled.state.households
    # A half of the size in the first of two months: who is told is who would be told by half the size.
    homes.knowledge[:] = 0.4
    alone(settled, "publicity", 0.8, phase_in_months=2).open(START)
    phased = homes.knowledge.copy()
    homes.knowledge[:] = 0.4
    alone(settled, "publicity", 0.4).open(START)
    assert np.array_equal(homes.knowledge, phased)
    assert 0 < (phased > 0.4).sum() < 12
