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


def test_they_are_all_given_at_sites_and_in_units_as_todays_are(made: Context) -> None:
    layout = made.state.layout
    units = layout.nearby_public - layout.public_unit
    today = np.array([[layout.public_site + 1, 3, 0], [layout.public_unit, 9, 0]])
    fixed = made.fixed._replace(public_site=today)
    rule = alone(made._replace(fixed=fixed), "public_posts", 20.0, need=[1.0, 3.0, 1.0], phase_in_months=4)
    rule.plan()
    # 3 of today's 12 are at sites: so are 5 of 20, by need; the others go to the units by the need of their sites.
    by_unit = np.bincount(made.state.sites.unit, weights=[1.0, 3.0, 1.0], minlength=units)
    assert rule.planned.tolist() == [1, 3, 1, *(by_unit * 3).astype(int).tolist()]
    assert rule.added(START).tolist() == [0, 0, 0, *np.floor(by_unit * 0.75).astype(int).tolist()]
    assert rule.added(START + 3).tolist() == rule.planned.tolist()
    assert rule.planned.sum() == 20


def test_they_are_all_at_sites_where_there_are_none_today(made: Context) -> None:
    fixed = made.fixed._replace(public_site=np.zeros((0, 3), dtype=np.int64))
    rule = alone(made._replace(fixed=fixed), "public_posts", 10.0, need=[1.0, 3.0, 1.0])
    rule.plan()
    assert rule.planned[:3].tolist() == [2, 6, 2]


def test_they_cost_what_is_filled_beyond_the_posts_of_the_baseline(town: Population, parameters: Parameters) -> None:
    model = Model(town, parameters, policy(lever("public_posts", 12.0, phase_in_months=6)))
    own, wage = None, parameters.jobs.wage_public_post_yuan
    rule = model.levers.acting["public_posts"]
    while model.month < model.months:
        model.step()
        layout, posts = model.state.layout, model.state.posts
        pools = slice(layout.public_site, layout.nearby_public)
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
