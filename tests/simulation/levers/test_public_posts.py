"""Public-welfare posts: where they go, and that only posts filled beyond the site's own cost."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.base import Context
from simulation.model import Model
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.levers.pulled import START, alone
from tests.simulation.runs import lever, policy


def test_they_are_all_given(made: Context) -> None:
    rule = alone(made, "public_posts", 10.0, need=[1.0, 3.0, 1.0], phase_in_months=4)
    rule.plan()
    assert rule.planned.tolist() == [2, 6, 2]
    assert rule.added(START).tolist() == [0, 1, 0]  # a quarter: .5, 1.5 and .5, whole posts only
    assert rule.added(START + 3).tolist() == [2, 6, 2]


def test_they_cost_what_is_filled_beyond_the_posts_of_the_baseline(town: Population, parameters: Parameters) -> None:
    model = Model(town, parameters, policy(lever("public_posts", 12.0, phase_in_months=6)))
    own, wage = None, parameters.jobs.wage_public_post_yuan
    rule = model.levers.acting["public_posts"]
    while model.month < model.months:
        model.step()
        layout, posts = model.state.layout, model.state.posts
        pools = slice(layout.public_site, layout.public_unit)
        if model.month == START:
            own = posts.capacity[pools].copy()
        if model.month > START and model.month % 10 == 0:
            assert own is not None
            added = posts.capacity[pools] - own
            months = min(6, model.month - START)
            assert added.tolist() == np.floor(rule.planned * months / 6 + 1e-9).tolist()
            beyond = np.maximum(0, posts.filled[pools] - own).sum()
            assert model.levers.ledger[-1][:3] == (model.month - 1, "public_posts", "recurrent")
            assert model.levers.ledger[-1].yuan == pytest.approx(wage * beyond)
    assert rule.planned.sum() == 12
