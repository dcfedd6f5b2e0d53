"""Posts near the sites: where they are made, that a month counts them once, what they cost."""

from __future__ import annotations

import pytest

from simulation.levers.base import Context
from simulation.model import Model
from simulation.state.parameters import Parameters
from simulation.state.policy import TARGETING
from simulation.state.population import Population
from tests.simulation.levers.pulled import START, alone, months_of, spent
from tests.simulation.runs import lever, policy


def test_posts_are_made_where_need_is_and_step_by_step(settled: Context) -> None:
    rule = alone(settled, "industry_park", 8.0, need=[3.0, 1.0, 0.0], phase_in_months=4)
    bills = months_of(rule, 6)
    assert rule.planned.tolist() == [6, 2, 0]
    # Whole posts of 6 and 2 quarters: 1 and 0, 3 and 1, 4 and 1, 6 and 2.
    assert [rule.added(START + month).tolist() for month in range(5)] == [
        [1, 0, 0],
        [3, 1, 0],
        [4, 1, 0],
        [6, 2, 0],
        [6, 2, 0],
    ]
    # A half is for movers, 3 and 1 in the end; whole posts of their quarters.
    assert [rule.for_movers(START + month).tolist() for month in range(4)] == [
        [0, 0, 0],
        [1, 0, 0],
        [2, 0, 0],
        [3, 1, 0],
    ]
    # 1, 3, 1 and 3 new ones at 27,000 + 3,000 yuan; 100 a month for each of the 1, 4, 5 and 8 that there are, whoever
    # they are for; nobody need take them.
    made, there = (1, 3, 1, 3, 0, 0), (1, 4, 5, 8, 8, 8)
    assert bills == [(30000.0 * new, 100.0 * posts) for new, posts in zip(made, there, strict=True)]


def test_they_are_added_to_the_posts_of_the_local_market_alone(settled: Context) -> None:
    posts, first = settled.state.posts, settled.state.layout.nearby_own
    rule = alone(settled, "industry_park", 8.0, need=[3.0, 1.0, 0.0])
    rule.plan()
    posts.capacity[:] = 10
    rule.add_posts(START)
    # 6 and 2 posts, a half of each for movers; the others are taken by the town, which the model does not follow.
    assert posts.capacity[first : first + 3].tolist() == [13, 11, 10]
    assert posts.capacity.sum() == 10 * posts.capacity.size + 4


@pytest.mark.parametrize(("share", "more"), [(0.0, [0, 0, 0]), (0.25, [2, 0, 0]), (1.0, [6, 2, 0])])
def test_the_town_takes_those_that_are_not_for_movers(share: float, more: list[int], settled: Context) -> None:
    posts, first = settled.state.posts, settled.state.layout.nearby_own
    rule = alone(settled, "industry_park", 8.0, need=[3.0, 1.0, 0.0], settings={"movers_share": share})
    posts.capacity[:] = 10
    # A quarter of 8 is 2: 1.5 and .5 by site, whole posts 1 and 0, and the one that is over to the first of two equal
    # rests. Eight are paid for however many movers get.
    assert months_of(rule, 1) == [(240000.0, 800.0)]
    rule.add_posts(START)
    assert (posts.capacity[first : first + 3] - 10).tolist() == more


@pytest.mark.parametrize("targeting", TARGETING)
def test_all_of_them_are_made_whatever_the_rule(targeting: str, settled: Context) -> None:
    plan = {"by_site": ((0, 1.0), (2, 12.0))} if targeting == "plan" else {}
    rule = alone(settled, "industry_park", 13.0, targeting=targeting, **plan)
    rule.plan()
    assert rule.planned.sum() == 13
    if targeting == "plan":
        assert rule.planned.tolist() == [1, 0, 12]


def test_a_month_counts_them_once_and_they_are_taken(town: Population, parameters: Parameters) -> None:
    base = Model(town, parameters)
    model = Model(town, parameters, policy(lever("industry_park", 40.0, phase_in_months=2)))
    rule, taken = model.levers.acting["industry_park"], []
    while model.month < 72:
        base.step()
        model.step()
        own = slice(model.state.layout.nearby_own, model.state.layout.nearby_own + 3)
        more = model.state.posts.capacity[own].sum() - base.state.posts.capacity[own].sum()
        posts = 0 if model.month <= START else rule.for_movers(model.month - 1).sum()
        assert more == posts
        taken.append(model.state.posts.filled[own].sum() - base.state.posts.filled[own].sum())
    assert taken[START - 1] == 0 < taken[-1]
    assert rule.added(START + 1).sum() == 40
    assert rule.for_movers(START + 1).sum() == 20  # the half of 40
    half = rule.added(START).sum()
    assert spent(model, "capital").tolist()[:3] == [30000.0 * half, 30000.0 * (40 - half), 0.0]
    assert spent(model, "recurrent").tolist()[:3] == [100.0 * half, 4000.0, 4000.0]
