"""Customs and culture: how fast people come to feel at home, the places for own business, what is paid."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.base import Context
from simulation.processes.knowledge import monthly_rate, update_knowledge
from simulation.state.entities import AWAY, BOTH_ENDS
from tests.simulation.levers.pulled import START, alone, bill, months_of

SETTINGS = {"faster": 0.5, "posts_per_site": 5.0}


def attached(context: Context, month: int = START) -> list[float]:
    """Return how attached to the site each household is after a month, from .2 on."""
    homes, state = context.state.households, context.state
    homes.attachment_site[:] = 0.2
    update_knowledge(1, month, 0, homes.site.size, homes, state.sites, state.hamlet_share, context.parameters.knowledge)
    return homes.attachment_site.tolist()


def test_people_feel_at_home_by_half_as_fast_again(settled: Context) -> None:
    homes = settled.state.households
    homes.state[4], homes.state[5] = BOTH_ENDS, AWAY
    before = attached(settled)
    rule = alone(settled, "culture_and_custom", 2.0, need=[1.0, 3.0, 2.0], settings=SETTINGS)
    rule.plan()
    rule.open(START)
    after = attached(settled)
    assert settled.state.sites.custom.tolist() == [0.0, 0.5, 0.5]
    gain, gain_before = np.array(after) - 0.2, np.array(before) - 0.2
    # Site 0 has no such room; households 6 to 11 gain half as much again, and so does 4, which is here at times.
    assert gain[:4].tolist() == gain_before[:4].tolist()
    assert gain[[4, *range(6, 12)]] == pytest.approx(1.5 * gain_before[[4, *range(6, 12)]])
    assert after[5] == before[5] < 0.2  # who is away forgets the site as before
    # Site 1: half the pace, and a quarter of its governance of .4; half of a tie goes in a year.
    assert gain_before[6] == pytest.approx(monthly_rate(1.0) * 0.6 * 0.8)


def test_attachment_never_exceeds_one(settled: Context) -> None:
    homes, state = settled.state.households, settled.state
    rule = alone(settled, "culture_and_custom", 3.0, settings=SETTINGS | {"faster": 1.0})
    rule.plan()
    rule.open(START)
    for month in range(400):
        update_knowledge(
            1, START + month, 0, homes.site.size, homes, state.sites, state.hamlet_share, settled.parameters.knowledge
        )
    assert (homes.attachment_site <= 1.0).all()
    assert homes.attachment_site == pytest.approx(1.0)


def test_need_is_persons_who_do_not_feel_at_home_yet(settled: Context) -> None:
    settled.state.households.attachment_site[:] = [1.0] * 4 + [0.5] * 4 + [0.0] * 4
    assert alone(settled, "culture_and_custom").need() == pytest.approx([0.0, 6.0, 11.0])  # of 13, 12 and 11


def test_some_live_on_it(settled: Context) -> None:
    posts, first = settled.state.posts, settled.state.layout.own_business
    rule = alone(settled, "culture_and_custom", 2.0, need=[1.0, 3.0, 2.0], settings=SETTINGS, phase_in_months=2)
    rule.plan()
    posts.capacity[:] = 7
    rule.add_posts(START)
    assert posts.capacity[first : first + 3].tolist() == [7, 12, 7]
    posts.capacity[:] = 7  # each month counts its posts anew
    rule.add_posts(START + 1)
    assert posts.capacity[first : first + 3].tolist() == [7, 12, 12]
    assert posts.capacity.sum() == 7 * posts.capacity.size + 10


def test_nobody_lives_on_it_unless_the_setting_says_so(settled: Context) -> None:
    # The report names no number of places: that of conf/ is 0, and the feeling at home is all that the measure gives.
    rule, capacity = alone(settled, "culture_and_custom", 3.0), settled.state.posts.capacity
    rule.plan()
    before = capacity.tolist()
    rule.add_posts(START)
    assert rule.served(START).size == 3
    assert capacity.tolist() == before


def test_no_site_gets_it_twice(settled: Context) -> None:
    # Every site can have it: 4 households of each at 800, 3000 a site and month, however many sites were wanted.
    bills = months_of(alone(settled, "culture_and_custom", 50.0, settings=SETTINGS, phase_in_months=50), 5)
    expected = [(3200.0, 3000.0), (3200.0, 6000.0), (3200.0, 9000.0), (0.0, 9000.0), (0.0, 9000.0)]
    assert bills == expected
    rule = alone(settled, "culture_and_custom", 50.0, settings=SETTINGS)
    rule.plan()
    rule.open(START)
    assert bill(rule) == (9600.0, 9000.0)
    assert (settled.state.sites.custom == 0.5).all()
