"""Visits: to whom, what a second one adds, what they cost."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.base import Context
from simulation.state.entities import AWAY, BOTH_ENDS, NOT_MOVED, RETURNED
from tests.simulation.levers.pulled import START, alone, bill

KNOWN = {"known_share": 1.0, "trust_gain": 0.1}
UNKNOWN = {"known_share": 0.0, "trust_gain": 0.1}


@pytest.fixture
def wavering(settled: Context) -> Context:
    """Households 0, 1 and 2 waver; 3 has given its flat up, 4 is away, 5 has died out, 6 not moved."""
    homes = settled.state.households
    homes.state[:7] = [BOTH_ENDS, BOTH_ENDS, RETURNED, RETURNED, AWAY, BOTH_ENDS, NOT_MOVED]
    homes.flat_kept[3], homes.members[5] = False, 0
    homes.knowledge[:], homes.trust[:] = 0.4, 0.5
    return settled


def visited(context: Context) -> list[int]:
    return np.flatnonzero(context.state.households.trust > 0.5).tolist()


def test_who_wavers_and_keeps_a_flat_is_visited(wavering: Context) -> None:
    homes = wavering.state.households
    rule = alone(wavering, "outreach_visits", 50.0, settings=KNOWN)
    rule.open(START)
    assert visited(wavering) == [0, 1, 2]
    # Knowledge .4 + .2 * .6, trust .5 + .1 * .5.
    assert homes.knowledge[:4] == pytest.approx([0.52, 0.52, 0.52, 0.4])
    assert homes.trust[:4] == pytest.approx([0.55, 0.55, 0.55, 0.5])
    assert bill(rule) == (0.0, 300.0)  # fifty could be made, three are


def test_a_second_visit_does_less(wavering: Context) -> None:
    homes = wavering.state.households
    rule = alone(wavering, "outreach_visits", 50.0, settings=KNOWN)
    for month in range(START, START + 2):
        rule.open(month)
        assert bill(rule, month) == (0.0, 300.0)
    # .52 + .2 * .48 and .55 + .1 * .45: .096 in place of .12, and .045 in place of .05.
    assert homes.knowledge[0] == pytest.approx(0.616)
    assert homes.trust[0] == pytest.approx(0.595)
    for month in range(START, START + 500):
        rule.open(month)
    assert (homes.knowledge <= 1.0).all()
    assert (homes.trust <= 1.0).all()


def test_visits_are_no_more_than_are_made(wavering: Context) -> None:
    rule = alone(wavering, "outreach_visits", 4.0, settings=KNOWN, phase_in_months=4)
    rule.open(START)
    assert len(visited(wavering)) == 1
    assert bill(rule) == (0.0, 100.0)
    rule.open(START + 1)
    assert bill(rule, START + 1) == (0.0, 200.0)


def test_nobody_is_visited_whom_the_authority_does_not_know(wavering: Context) -> None:
    rule = alone(wavering, "outreach_visits", 50.0, settings=UNKNOWN)
    rule.open(START)
    assert visited(wavering) == []
    assert bill(rule) == (0.0, 0.0)
    wavering.state.sites.observed[0] = 1.0  # the register of site 0, where all three live
    rule.open(START)
    assert visited(wavering) == [0, 1, 2]


def test_a_household_is_known_for_good_and_a_register_only_adds(settled: Context) -> None:
    homes, sites = settled.state.households, settled.state.sites
    homes.state[:] = BOTH_ENDS

    def known(month: int, share: float, observed: float) -> set[int]:
        homes.trust[:], sites.observed[:] = 0.5, observed
        alone(settled, "outreach_visits", 99.0, settings=KNOWN | {"known_share": share}).open(month)
        return set(visited(settled))

    half = known(START, 0.5, 0.0)
    assert 0 < len(half) < 12
    assert known(START + 7, 0.5, 0.0) == half
    assert known(START, 0.5, 0.3) == half  # the register knows no more than is known without it
    assert known(START, 0.0, 0.5) == half
    assert known(START, 0.5, 0.9) > half
    assert len(known(START, 0.5, 1.0)) == 12


def test_other_months_have_other_lots(settled: Context) -> None:
    homes = settled.state.households
    homes.state[:] = BOTH_ENDS
    seen = set()
    for month in range(START, START + 12):
        homes.trust[:] = 0.5
        alone(settled, "outreach_visits", 1.0, settings=KNOWN).open(month)
        seen |= set(visited(settled))
    assert len(seen) > 3
