"""Moves on the twelve households: who reviews, what a move ends and begins, when a flat is given up."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.accounts import count_members
from simulation.choice import N_TERMS
from simulation.initial import initial_state
from simulation.parameters import Parameters
from simulation.population import Population
from simulation.processes.residence import move_members, review_probability, update_residence
from simulation.state import (
    AT_HOME,
    AWAY,
    AWAY_JOB,
    BOTH_ENDS,
    FARM,
    NEARBY_OWN,
    NO_POST,
    NONE,
    NOT_MOVED,
    PUBLIC_POST,
    RETURNED,
    SEATED,
    SETTLED,
    WORKSHOP,
    State,
)
from tests.simulation.made import NO_POLICY

MONTH = 40


@pytest.fixture
def state(dozen: Population, round_numbers: Parameters) -> State:
    made = initial_state(dozen, round_numbers, 1, 48, 0, 0)[0]
    made.households.state[:] = made.households.previous_state[:] = SETTLED
    made.households.flat_kept[:] = True
    made.sites.arrived[:] = 4
    h, p, s = made.households, made.persons, made.sites
    count_members(MONTH, h, p, s, made.layout, round_numbers.schooling, False)
    return made


def reside(state: State, p: Parameters, month: int = MONTH, **changes: float) -> int:
    residence = p.residence._replace(**changes)
    return int(
        update_residence(
            1, month, state.households, state.persons, state.sites, state.posts, state.layout, state.hamlet_share,
            state.hamlet_arrived, p.services, p.jobs, p.schooling, p.income, p.knowledge, residence, NO_POLICY,
            np.zeros(N_TERMS),
        )
    )  # fmt: skip


def move(state: State, p: Parameters, h: int, new: int, employment: float = 1.0) -> None:
    income = p.income._replace(away_employment_share=employment)
    old = int(state.households.state[h])
    move_members(
        1, MONTH, h, old, new, state.households, state.persons, state.sites, state.posts, state.layout, p.jobs, income
    )


def employ(state: State, person: int, channel: int, post: int) -> None:
    state.persons.channel[person], state.persons.post[person], state.persons.wage_yuan[person] = channel, post, 2000.0
    if post >= 0:
        state.posts.filled[post] += 1


@pytest.mark.parametrize(
    ("month", "due", "probability"), [(40, False, 0.05), (40, True, 0.3), (37, False, 0.25), (37, True, 0.5)]
)
def test_review_probability(month: int, due: bool, probability: float, round_numbers: Parameters) -> None:
    # .05 a month, .3 after a shock, and .2 more at Spring Festival (February 2019 is month 37).
    assert review_probability(month, due, round_numbers.residence) == pytest.approx(probability)
    sure = round_numbers.residence._replace(review_festival=0.9)
    assert review_probability(37, True, sure) == 1.0


NEVER_REVIEWS = {"review_probability": 0.0, "review_after_shock": 0.0, "review_festival": 0.0}
PULL = 1000.0
TO = {
    SETTLED: {"c_both_ends": -PULL, "c_away": -PULL, "c_returned": -PULL},
    BOTH_ENDS: {"c_both_ends": PULL},
    AWAY: {"c_away": PULL},
    RETURNED: {"c_returned": PULL},
}


def test_without_a_review_nobody_moves(state: State, round_numbers: Parameters) -> None:
    state.households.review_due[:] = 1
    assert reside(state, round_numbers, **NEVER_REVIEWS, **TO[AWAY]) == 0
    assert (state.households.state == SETTLED).all()
    assert not state.households.review_due.any()
    assert (state.households.months_in_state == 1).all()


@pytest.mark.parametrize("target", [BOTH_ENDS, AWAY, RETURNED])
def test_all_who_review_move_where_the_pull_is(target: int, state: State, round_numbers: Parameters) -> None:
    assert reside(state, round_numbers, review_probability=1.0, review_after_shock=1.0, **TO[target]) == 12
    assert (state.households.state == target).all()
    assert (state.households.previous_state == SETTLED).all()
    assert not state.households.months_in_state.any()


def test_a_shock_is_a_reason_to_review(state: State, round_numbers: Parameters) -> None:
    state.households.review_due[[2, 5]] = 1
    changes = NEVER_REVIEWS | {"review_after_shock": 1.0}
    assert reside(state, round_numbers, **changes, **TO[AWAY]) == 2
    assert np.flatnonzero(state.households.state == AWAY).tolist() == [2, 5]


def test_a_household_chooses_on_arrival_for_certain_and_without_switching_cost(
    state: State, round_numbers: Parameters
) -> None:
    changes = NEVER_REVIEWS | {"switching_cost": 1e6, "c_away": PULL}
    assert reside(state, round_numbers, month=38, **changes) == 0  # household 11 moves in: no move from one state to another
    assert state.households.state.tolist() == [SETTLED] * 11 + [AWAY]
    assert state.households.previous_state[11] == NOT_MOVED
    assert state.households.months_in_state[11] == 0


def test_who_has_not_moved_in_does_not_choose(state: State, round_numbers: Parameters) -> None:
    state.households.state[3] = NOT_MOVED
    reside(state, round_numbers, review_probability=1.0, **TO[AWAY])
    assert state.households.state[3] == NOT_MOVED
    assert state.households.months_in_state[3] == 0


def test_a_flat_is_given_up_after_some_months_and_never_taken_back(state: State, round_numbers: Parameters) -> None:
    h = state.households
    h.state[0], h.flat_patience[0] = RETURNED, 6
    kept = []
    for _ in range(8):
        reside(state, round_numbers, **NEVER_REVIEWS)
        kept.append(bool(h.flat_kept[0]))
    assert kept == [True] * 5 + [False] * 3
    reside(state, round_numbers, review_probability=1.0, review_after_shock=1.0, **TO[SETTLED])
    assert h.state[0] == RETURNED


def test_the_patience_with_an_empty_flat_lies_between_its_ends(town: Population, round_numbers: Parameters) -> None:
    residence = round_numbers.residence._replace(flat_given_up_from_months=6.0, flat_given_up_to_months=9.0)
    households = initial_state(town, round_numbers._replace(residence=residence), 1, 48, 0, 0)[0].households
    assert np.unique(households.flat_patience).tolist() == [6, 7, 8, 9]


def test_going_away_ends_local_posts_and_takes_labourers_along(state: State, round_numbers: Parameters) -> None:
    persons, posts = state.persons, state.posts
    workshop, unit = state.layout.workshops, state.layout.public_unit
    employ(state, 4, WORKSHOP, workshop)
    employ(state, 5, PUBLIC_POST, unit)
    persons.carer[5] = True
    move(state, round_numbers, 1, AWAY)
    # 4 finds work there; 5 is the carer of the old woman and finds none.
    assert persons.channel[[4, 5]].tolist() == [AWAY_JOB, NONE]
    assert persons.post[[4, 5]].tolist() == [NO_POST, NO_POST]
    assert posts.filled.sum() == 0
    assert persons.wage_yuan[4] == pytest.approx(4500.0 * persons.efficiency[4])  # skill .5
    assert persons.ever_employed[4]


def test_who_farmed_looks_for_work_away_like_who_did_nothing(state: State, round_numbers: Parameters) -> None:
    state.persons.carer[:] = False
    state.persons.channel[4] = FARM
    move(state, round_numbers, 1, AWAY)
    assert state.persons.channel[[4, 5]].tolist() == [AWAY_JOB, AWAY_JOB]


def test_without_luck_nobody_finds_work_away_and_who_has_it_keeps_it(state: State, round_numbers: Parameters) -> None:
    employ(state, 4, AWAY_JOB, NO_POST)
    move(state, round_numbers, 1, AWAY, employment=0.0)
    assert state.persons.channel[[4, 5]].tolist() == [AWAY_JOB, NONE]
    assert state.persons.wage_yuan[4] == 2000.0


def test_moving_back_ends_posts_out_of_daily_reach_only(state: State, round_numbers: Parameters) -> None:
    unit = state.layout.public_unit
    employ(state, 10, NEARBY_OWN, state.layout.nearby_own)  # household 3, 60 km away
    employ(state, 11, PUBLIC_POST, unit)  # elsewhere in the unit
    employ(state, 12, AWAY_JOB, NO_POST)
    employ(state, 0, NEARBY_OWN, state.layout.nearby_own)  # household 0, 10 km away
    move(state, round_numbers, 3, RETURNED)
    move(state, round_numbers, 0, RETURNED)
    assert state.persons.channel[[10, 11, 12, 0]].tolist() == [NONE, PUBLIC_POST, AWAY_JOB, NEARBY_OWN]
    assert state.posts.filled[[state.layout.nearby_own, unit]].tolist() == [1, 1]


def test_a_carer_who_worked_away_comes_home_with_the_family(state: State, round_numbers: Parameters) -> None:
    state.households.state[1] = AWAY
    employ(state, 4, AWAY_JOB, NO_POST)
    employ(state, 5, AWAY_JOB, NO_POST)
    state.persons.carer[5] = True
    move(state, round_numbers, 1, SETTLED)
    assert state.persons.channel[[4, 5]].tolist() == [AWAY_JOB, NONE]


def test_children_out_of_reach_give_up_their_seats(state: State, round_numbers: Parameters) -> None:
    persons, sites = state.persons, state.sites
    persons.level[[2, 3, 9]], persons.place[[2, 3, 9]] = (1, 0, 0), SEATED
    sites.seated[0] = (2, 1, 0)
    move(state, round_numbers, 0, BOTH_ENDS)
    assert sites.seated[0].tolist() == [2, 1, 0]
    move(state, round_numbers, 0, AWAY)
    assert persons.place[[2, 3, 9]].tolist() == [AT_HOME, AT_HOME, SEATED]
    assert sites.seated[0].tolist() == [1, 0, 0]


def test_working_at_both_ends_changes_no_job(state: State, round_numbers: Parameters) -> None:
    employ(state, 10, NEARBY_OWN, state.layout.nearby_own)
    move(state, round_numbers, 3, BOTH_ENDS)
    assert state.persons.channel[10] == NEARBY_OWN
