"""Matching on the twelve households: posts that are really there, in the order of the queue."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.parameters import Parameters
from simulation.population import Population
from simulation.processes.offers import match_seekers
from simulation.state import (
    AWAY,
    AWAY_JOB,
    NEARBY_OWN,
    NEARBY_PUBLIC,
    NO_POST,
    NONE,
    ORGANISED_EXPORT,
    OWN_BUSINESS,
    PUBLIC_POST,
    RETURNED,
    WORKSHOP,
    State,
)
from tests.simulation.made import moment

MONTH = 40  # May 2019
EVERYBODY = [0, 1, 4, 5, 7, 8, 10, 11, 12, 13, 14, 21, 23, 24, 25, 26, 29, 30, 31, 32, 35]


@pytest.fixture
def p(round_numbers: Parameters) -> Parameters:
    """Everybody wants any post near home, nobody hears of work away: reservation wages of about 1 yuan, no noise."""
    jobs = round_numbers.jobs._replace(
        reservation_wage_yuan=1.0,
        offer_noise_yuan=0.0,
        away_offer_probability=0.0,
        skill_workshop=0.0,
        skill_nearby=0.0,
        skill_business=0.0,
        skill_organised=0.0,
        commute_yuan_per_km=0.0,
    )
    return round_numbers._replace(jobs=jobs)


@pytest.fixture
def state(dozen: Population, p: Parameters) -> State:
    """Return the twelve households settled in May 2019, nobody at work, no post anywhere."""
    return moment(dozen, p, "2019-05").state


def match(state: State, p: Parameters, queue: list[int], fair_posts: int = 0, organised: int = 0) -> list[int]:
    counts = np.zeros(2, dtype=np.int32)
    match_seekers(
        1, MONTH, np.array(queue, dtype=np.int32), fair_posts, organised, state.households, state.persons, state.sites,
        state.posts, state.workshops, state.layout, p.jobs, counts,
    )  # fmt: skip
    return counts.tolist()


def open_posts(state: State, **posts: int) -> None:
    """Open posts at site 0 and in its unit by the name of their pool's block."""
    for block, number in posts.items():
        state.posts.capacity[getattr(state.layout, block)] = number


def test_posts_go_by_the_queue_and_no_post_twice(state: State, p: Parameters) -> None:
    open_posts(state, workshops=2)
    assert match(state, p, [4, 0, 1, 5]) == [2, 0]
    assert state.persons.channel[[4, 0, 1, 5]].tolist() == [WORKSHOP, WORKSHOP, NONE, NONE]
    assert state.posts.filled[state.layout.workshops] == 2
    assert state.persons.post[[4, 0]].tolist() == [state.layout.workshops] * 2
    assert state.households.employed[:2].tolist() == [1, 1]
    assert state.sites.local_hires.tolist() == [2, 0, 0]


def test_each_takes_the_best_post_that_is_left(state: State, p: Parameters) -> None:
    # Business 3000, nearby 2500 (own or placed: the first looked at), workshop 2000; wages rise alike with skill.
    open_posts(state, workshops=5, nearby_own=1, own_business=1, nearby_public=1)
    state.persons.carer[:] = False
    match(state, p, [0, 4, 5, 7, 8])
    found = state.persons.channel[[0, 4, 5, 7, 8]].tolist()
    assert found == [OWN_BUSINESS, NEARBY_OWN, NEARBY_PUBLIC, WORKSHOP, WORKSHOP]
    # Person 4: 2500 at efficiency e and skill .5.
    assert state.persons.wage_yuan[4] == pytest.approx(2500.0 * state.persons.efficiency[4])


def test_hundreds_of_seekers_never_overfill_a_pool(state: State, p: Parameters) -> None:
    state.posts.capacity[:] = 1
    for _ in range(5):
        match(state, p, EVERYBODY * 3, fair_posts=4, organised=2)
        assert (state.posts.filled <= state.posts.capacity).all()
        worked_in = state.persons.post[state.persons.post >= 0]
        assert np.bincount(worked_in, minlength=state.posts.filled.size).tolist() == state.posts.filled.tolist()


def test_a_reserved_post_is_for_nobody_employed_carers_and_the_old(state: State, p: Parameters) -> None:
    open_posts(state, public_site=10)
    state.households.employed[:3] = 1
    state.persons.carer[:] = False
    state.persons.carer[1] = True
    # 4 is 44, 5 is 41; 10 of household 3 is 59 and nobody there is employed, nor is of 11 and 12.
    match(state, p, [0, 1, 4, 5, 7, 8, 12])
    taken = [i for i in (0, 1, 4, 5, 7, 8, 12) if state.persons.channel[i] == PUBLIC_POST]
    assert taken == [1, 12]
    old = p._replace(jobs=p.jobs._replace(hard_to_place_age=44.0))
    match(state, old, [4, 5])
    assert state.persons.channel[[4, 5]].tolist() == [PUBLIC_POST, NONE]


def test_a_carer_takes_only_flexible_hours(state: State, p: Parameters) -> None:
    # Site 1 lies 6 km from the town: posts there have fixed hours; in the county town of site 0 some suit a carer.
    state.persons.carer[13] = True
    state.posts.capacity[state.layout.nearby_own + 1] = 5
    match(state, p, [13, 14])
    assert state.persons.channel[[13, 14]].tolist() == [NONE, NEARBY_OWN]
    state.posts.capacity[state.layout.workshops + 1] = 5
    match(state, p, [13])
    assert state.persons.channel[13] == WORKSHOP
    state.persons.carer[0] = True
    open_posts(state, nearby_own=1)
    match(state, p, [0])
    assert state.persons.channel[0] == NEARBY_OWN


def test_posts_of_other_sites_and_units_are_out_of_reach(state: State, p: Parameters) -> None:
    open_posts(state, workshops=9, nearby_own=9, own_business=9, public_site=9, nearby_public=9, public_unit=9)
    match(state, p, [25, 26, 29])  # site 2, the other unit
    assert state.persons.channel[[25, 26, 29]].tolist() == [NONE] * 3
    # Site 1 is of the same unit: posts placed in the unit, but not those of site 0.
    match(state, p, [13, 14])
    assert state.persons.post[13] == state.layout.nearby_public


def test_who_moved_back_far_reaches_only_posts_elsewhere_in_the_unit(state: State, p: Parameters) -> None:
    open_posts(state, workshops=9, nearby_own=9, nearby_public=9, public_unit=1)
    state.households.state[[1, 3]] = RETURNED  # 10 and 60 km from home
    match(state, p, [10, 11, 4])
    assert state.persons.channel[[10, 11, 4]].tolist() == [PUBLIC_POST, NONE, NEARBY_OWN]
    assert state.persons.post[10] == state.layout.public_unit


def test_who_lives_away_hears_of_work_there_and_of_nothing_at_the_site(state: State, p: Parameters) -> None:
    open_posts(state, workshops=9, nearby_own=9, nearby_public=9, public_unit=9, public_site=9)
    state.households.state[0] = AWAY
    match(state, p, [0, 1])
    assert state.persons.channel[[0, 1]].tolist() == [AWAY_JOB, AWAY_JOB]
    assert state.persons.post[[0, 1]].tolist() == [NO_POST, NO_POST]
    # 4500 * efficiency * (.8 + .4 * skill .6)
    assert state.persons.wage_yuan[0] == pytest.approx(4500.0 * state.persons.efficiency[0] * 1.04)
    assert state.sites.local_hires.tolist() == [0, 0, 0]


def test_organised_export_places_run_out_and_are_for_the_registered_poor(state: State, p: Parameters) -> None:
    # 7 and 8 are of household 2, which is not registered poor.
    assert match(state, p, [7, 0, 4, 13], organised=2) == [2, 0]
    assert state.persons.channel[[7, 0, 4, 13]].tolist() == [NONE, ORGANISED_EXPORT, ORGANISED_EXPORT, NONE]


def test_a_fair_has_so_many_posts_to_look_at_and_counts_its_matches(state: State, p: Parameters) -> None:
    keen = p._replace(jobs=p.jobs._replace(fair_attendance=1.0, fair_skill=-9.0, fair_nearby_share=1.0))
    state.posts.capacity[state.layout.nearby_public :][:2] = 9
    state.persons.carer[:] = False
    assert match(state, keen, [0, 4, 13, 25], fair_posts=3) == [4, 3]
    assert state.persons.channel[[0, 4, 13, 25]].tolist() == [NEARBY_PUBLIC] * 4


def test_who_has_work_leaves_it_only_for_enough_and_frees_the_post(state: State, p: Parameters) -> None:
    open_posts(state, workshops=1, nearby_own=1)
    persons, workshop = state.persons, state.layout.workshops
    persons.channel[4], persons.post[4], persons.wage_yuan[4], persons.efficiency[4] = WORKSHOP, workshop, 2000.0, 1.0
    state.posts.filled[workshop] = 1
    # 2500 is not more than 2000 and the 500 that changing costs; at a cost of 499 it is.
    assert match(state, p, [4]) == [0, 0]
    nimble = p._replace(jobs=p.jobs._replace(move_cost_yuan=499.0))
    assert match(state, nimble, [4]) == [1, 0]
    assert (persons.channel[4], persons.post[4]) == (NEARBY_OWN, state.layout.nearby_own)
    assert state.posts.filled[[workshop, state.layout.nearby_own]].tolist() == [0, 1]
    assert state.households.employed[1] == 0  # the count of the household was not raised by a change of post


def test_a_worker_comes_home_when_absence_costs_more_than_the_wage_brings(state: State, p: Parameters) -> None:
    """4500 away, less 1500 for a living and 1000 * the share of dependants, against 3000 of a business at home."""
    open_posts(state, own_business=1)
    persons = state.persons
    persons.channel[0], persons.wage_yuan[0], persons.efficiency[0], persons.skill[0] = AWAY_JOB, 4500.0, 1.0, 0.5
    # Household 0 has 2 dependants of 4: away is worth 4500 - 1500 - 500 = 2500; 3000 is not more than 2500 + 500.
    assert match(state, p, [0]) == [0, 0]
    dear = p._replace(jobs=p.jobs._replace(absence_cost_yuan=1002.0))
    assert match(state, dear, [0]) == [1, 0]
    assert persons.channel[0] == OWN_BUSINESS


def test_need_lowers_what_a_household_with_nobody_employed_asks(state: State, p: Parameters) -> None:
    jobs = p.jobs._replace(reservation_need_discount=0.4, wage_skill_slope=0.0)
    open_posts(state, workshops=9)
    state.persons.efficiency[:] = 1.0
    state.persons.reservation_yuan[[0, 1]] = 3300.0  # asks 1980 < 2000 with nobody employed, 3300 else
    assert match(state, p._replace(jobs=jobs), [0, 1]) == [1, 0]
    assert state.persons.channel[[0, 1]].tolist() == [WORKSHOP, NONE]
