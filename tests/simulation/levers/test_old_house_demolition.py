"""Old houses taken down: which ones fall, what goes with them, what is paid."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from simulation.foundations.months import NEVER
from simulation.levers.base import Context
from simulation.rules.budget import home_of, place_of
from simulation.rules.choice import residence_terms
from simulation.state.entities import AWAY, BOTH_ENDS, NOT_MOVED, RETURNED, SETTLED
from tests.simulation.levers.pulled import START, alone, bill
from tests.simulation.made import NO_POLICY

STANDING = [0, 2, 3, 5, 6, 7, 8, 10, 11]
"""Households whose old house stands in the tables: not 1, 4 and 9."""


def with_joint(context: Context, share: float) -> Context:
    history = context.parameters.history._replace(joint_house_share=share)
    return context._replace(parameters=context.parameters._replace(history=history))


def test_houses_fall_but_not_those_that_are_lived_in_again(settled: Context) -> None:
    homes = settled.state.households
    assert np.flatnonzero(homes.house).tolist() == STANDING
    homes.state[[0, 2, 3, 5]] = [RETURNED, NOT_MOVED, BOTH_ENDS, AWAY]
    rule = alone(with_joint(settled, 0.0), "old_house_demolition", 1.0)
    rule.open(START)
    assert np.flatnonzero(homes.house).tolist() == [0, 2]
    fallen = [3, 5, 6, 7, 8, 10, 11]
    assert np.flatnonzero(homes.demolished_month == START).tolist() == fallen
    assert not homes.review_due.any()  # nobody is made to weigh his place by the lever alone
    assert homes.demolished_month[[0, 2]].tolist() == [NEVER, NEVER]
    # 3 + 2 + 3 + 2 + 4 + 4 + 1 = 19 persons at 15,000 + 2,500 yuan.
    assert bill(rule) == (332500.0, 0.0)
    rule.open(START + 1)  # nothing is left that may fall
    assert bill(rule, START + 1) == (0.0, 0.0)


def test_joint_houses_never_fall(settled: Context) -> None:
    homes = settled.state.households
    standing = homes.house.copy()
    rule = alone(with_joint(settled, 1.0), "old_house_demolition", 1.0)
    rule.open(START)
    assert np.array_equal(homes.house, standing)
    assert bill(rule) == (0.0, 0.0)


def test_who_loses_the_house_has_no_use_of_it_at_the_origin(settled: Context) -> None:
    homes, sites = settled.state.households, settled.state.sites

    def house(state: int) -> float:
        home, place = home_of(0, homes, sites), place_of(0, sites)
        return float(residence_terms(home, place, state - 1, 0.0, 0.0, settled.parameters, NO_POLICY).house)

    # b_income house_worth = 1.5 * .2; half of it at both ends.
    assert [house(state) for state in (SETTLED, BOTH_ENDS, RETURNED)] == pytest.approx([0.0, 0.15, 0.3])
    alone(with_joint(settled, 0.0), "old_house_demolition", 1.0).open(START)
    assert [house(state) for state in (SETTLED, BOTH_ENDS, RETURNED)] == [0.0, 0.0, 0.0]


def test_trust_goes_with_the_house_once_where_rights_are_not_protected(settled: Context) -> None:
    homes = settled.state.households
    homes.trust[:] = 0.8
    rule = alone(with_joint(settled, 0.0), "old_house_demolition", 1.0, settings={"trust_lost": 0.25})
    rule.open(START)
    lost = [0.6 if h in STANDING else 0.8 for h in range(12)]  # .8 less a quarter of it
    assert homes.trust == pytest.approx(lost)
    rule.open(START + 1)
    assert homes.trust == pytest.approx(lost)


def test_trust_stays_where_rights_are_protected(settled: Context) -> None:
    trust = settled.state.households.trust.copy()
    alone(with_joint(settled, 0.0), "old_house_demolition", 1.0, settings={"trust_lost": 0.0}).open(START)
    assert np.array_equal(settled.state.households.trust, trust)


def test_a_larger_share_takes_down_what_a_smaller_one_takes_down(settled: Context) -> None:
    homes = settled.state.households
    stood, months = homes.house.copy(), homes.demolished_month.copy()
    fallen = []
    for share in (0.2, 0.6, 1.0):
        homes.house[:], homes.demolished_month[:] = stood, months
        alone(with_joint(settled, 0.0), "old_house_demolition", share).open(START)
        fallen.append(stood & ~homes.house)
    assert all((more | ~fewer).all() for fewer, more in pairwise(fallen))
    assert fallen[0].sum() < fallen[2].sum() == 9
