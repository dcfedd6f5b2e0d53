"""From tables to state, on the twelve households: what is carried over, what is drawn once, which posts there are."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest

from simulation.foundations.months import NEVER
from simulation.model import Model
from simulation.state.entities import CHANNELS, NO_POST, NOT_MOVED
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE, Policy
from simulation.state.pools import WORKSHOP_ADDED
from simulation.state.population import MEMBERS_MAX, Population
from tests.simulation.runs import columns, lever, policy


@pytest.fixture
def model(dozen: Population, round_numbers: Parameters) -> Model:
    return Model(dozen, round_numbers, months=48)


def test_before_the_first_month_nobody_has_moved_works_or_learns(model: Model) -> None:
    state = model.state
    assert (state.households.state == NOT_MOVED).all()
    assert not state.sites.arrived.any()
    assert not state.persons.channel.any()
    assert (state.persons.post == NO_POST).all()
    assert not state.posts.filled.any()
    assert (state.persons.level == -1).all()


def test_households_carry_their_table(model: Model) -> None:
    h = model.state.households
    # Contracted land less what is let and returned to forest: 4, 3 - 1 - 1, 5, 6 - 2 - 1, ...
    assert h.land_mu.tolist() == [4, 1, 5, 3, 4, 2, 3, 0, 6, 0, 4, 2]
    assert h.rented_mu.tolist() == [0, 1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0]
    assert h.subsidy_yuan[[1, 3, 8]].tolist() == [50.0, 20.0, 40.0]  # yuan a month
    assert h.dividend_yuan[[2, 5]].tolist() == [100.0, 30.0]
    assert h.first.tolist() == [0, 4, 7, 10, 13, 18, 20, 23, 25, 29, 31, 35, 36]
    assert model.state.persons.key.tolist()[:5] == [0, 1, 2, 3, MEMBERS_MAX]


def test_sites_carry_their_table(model: Model) -> None:
    s = model.state.sites
    assert (s.unit.tolist(), s.kind.tolist(), s.facilities.tolist()) == ([0, 0, 1], [0, 1, 2], [0, 2, 3])
    assert s.governance == pytest.approx([1.0, 0.4, 0.0])  # committee .4, elected .3, police .3
    assert s.households.tolist() == [4, 4, 4]
    # Labourers of December 2019: 0, 1, 4, 5, 7, 8, 11, 12 | 13, 14, 21, 23, 24 | 25, 26, 29 to 32, 35.
    assert s.labour_base.tolist() == [8, 5, 7]


def test_the_share_of_the_old_is_that_of_the_report_month(dozen: Population, round_numbers: Parameters) -> None:
    # In December 2019 10 (born June 1959), 6, 17 and 19 are sixty and over; 18 has died. The unborn don't count.
    shares = [0, 1 / 3, 0, 1 / 3, 1 / 5, 1, 0, 0, 0, 0, 0, 0]
    for months in (48, 108):
        households = Model(dozen, round_numbers, months=months).state.households
        assert households.old_share == pytest.approx(shares)


def test_posts_by_site_and_unit(model: Model) -> None:
    posts, fixed = model.state.posts, model.fixed
    blocks = [CHANNELS[c] for c in posts.channel]
    assert (
        blocks
        == ["nearby_own"] * 3 + ["own_business"] * 3 + ["public_post"] * 5 + ["nearby_public"] * 2 + ["workshop"] * 2
    )
    assert posts.site.tolist() == [0, 1, 2] * 3 + [-1] * 4 + [0, 1]
    assert posts.unit.tolist() == [0, 0, 1] * 3 + [0, 1, 0, 1] + [-1] * 2
    # Nearby posts: .3, .2 and .1 for each of 8, 5 and 7 labourers. Business places: .25 a household and 3 stalls.
    assert fixed.nearby_posts == pytest.approx([2.4, 1.0, 0.7])
    assert fixed.business_places == pytest.approx([4.0, 1.0, 1.0])
    # 250 posts per 1,000 of 12 households are 3: 2 for the 8 of Shuicheng, 1 for the 4 of Panzhou.
    assert fixed.unit_posts.tolist() == [2.0, 1.0]


def test_which_hours_suit_a_carer_and_which_posts_are_reserved(model: Model) -> None:
    posts = model.state.posts
    flexible = {(CHANNELS[c], int(s)) for c, s, f in zip(posts.channel, posts.site, posts.flexible, strict=True) if f}
    # Nearby posts only where the town with jobs is the site's own.
    assert flexible == {("nearby_own", 0), ("own_business", 0), ("own_business", 1), ("own_business", 2),
                        ("public_post", 0), ("public_post", 1), ("public_post", 2), ("public_post", -1),
                        ("workshop", 0), ("workshop", 1)}  # fmt: skip
    assert {CHANNELS[c] for c in posts.channel[posts.reserved]} == {"public_post"}
    assert set(posts.hours_share[posts.reserved]) == {0.4}


def test_a_lever_may_add_workshops_at_the_end(dozen: Population, round_numbers: Parameters) -> None:
    model = Model(dozen, round_numbers, policy(lever("workshops", 3.0, settings={"posts_per_workshop": 7.0})))
    workshops = model.state.workshops
    assert workshops.posts.tolist() == [3, 2, 7, 7, 7]
    assert workshops.key.tolist() == [0, 1, WORKSHOP_ADDED, WORKSHOP_ADDED + 1, WORKSHOP_ADDED + 2]
    assert (workshops.open_month[2:] == NEVER).all()
    assert not model.state.posts.capacity.any()


def test_lasting_traits_are_spread_as_said(large_town: Population, round_numbers: Parameters) -> None:
    jobs = round_numbers.jobs._replace(wage_spread=0.3, reservation_wage_yuan=1900.0, reservation_spread=0.25)
    state = Model(large_town, round_numbers._replace(jobs=jobs), months=48).state
    persons, households = state.persons, state.households
    assert np.log(persons.efficiency).std() == pytest.approx(0.3, abs=0.01)
    assert persons.efficiency.mean() == pytest.approx(1.0, abs=0.015)
    assert np.log(persons.reservation_yuan).std() == pytest.approx(0.25, abs=0.01)
    assert np.median(persons.reservation_yuan) == pytest.approx(1900.0, rel=0.02)
    assert households.taste.mean(axis=0) == pytest.approx([0.0] * 4, abs=0.09)
    assert households.taste.std(axis=0) == pytest.approx([1.0] * 4, abs=0.07)
    assert np.abs(np.corrcoef(households.taste.T) - np.eye(4)).max() < 0.09
    assert households.trust.mean() == pytest.approx(0.5, abs=0.015)  # initial_trust .5, spread .15
    assert households.trust.std() == pytest.approx(0.15, abs=0.01)
    assert abs(np.corrcoef(households.trust, households.knowledge)[0, 1]) < 0.09


def test_traits_belong_to_the_household_and_the_seed(dozen: Population, round_numbers: Parameters) -> None:
    """The last household moves in alone: all that the others are is the same."""
    one, two = Model(dozen, round_numbers, seed=1), Model(dozen, round_numbers, seed=2)
    assert not np.isin(one.state.households.taste, two.state.households.taste).any()
    assert not np.isin(one.state.persons.efficiency, two.state.persons.efficiency).any()
    fewer = replace(
        dozen,
        households=dozen.households.iloc[:11].reset_index(drop=True),
        persons=dozen.persons.iloc[:35].reset_index(drop=True),
    )
    less = Model(fewer, round_numbers, seed=1, months=48)
    whole = Model(dozen, round_numbers, seed=1, months=48)
    for name in ("taste", "trust", "knowledge", "flat_patience"):
        assert (getattr(less.state.households, name) == getattr(whole.state.households, name)[:11]).all()
    for name in ("efficiency", "reservation_yuan"):
        assert (getattr(less.state.persons, name) == getattr(whole.state.persons, name)[:35]).all()


@pytest.mark.parametrize(
    "pulled", [BASELINE, policy(lever("workshops"), lever("targeted_training"))], ids=["none", "two"]
)
def test_a_run_does_not_change_its_tables(pulled: Policy, dozen: Population, parameters: Parameters) -> None:
    before = {name: copy.deepcopy(table) for name, table in dozen.tables().items()}
    Model(dozen, parameters, pulled).run()
    assert all(before[name].equals(table) for name, table in dozen.tables().items())


def test_two_models_share_no_column(dozen: Population, parameters: Parameters) -> None:
    a, b = columns(Model(dozen, parameters)), columns(Model(dozen, parameters))
    shared = [name for name in a if a[name].size and np.shares_memory(a[name], b[name])]
    assert shared == []
