"""Moves on the twelve households: who reviews, what a move ends and begins, when a flat is given up."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.foundations.random_numbers import Q_CHOICE, gumbel, stream
from simulation.initial import initial_state
from simulation.model import Model
from simulation.processes.residence import (
    choose_residence,
    draw_noise,
    find_reviewers,
    move_members,
    review_probability,
)
from simulation.rules.labour import leave_work
from simulation.state.entities import (
    AT_HOME,
    AWAY,
    AWAY_JOB,
    BOTH_ENDS,
    FARM,
    N_OPTIONS,
    NEARBY_OWN,
    NO_POST,
    NONE,
    NOT_MOVED,
    PUBLIC_POST,
    RETURNED,
    SEATED,
    SETTLED,
    WORKSHOP,
)
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.made import call, employ, moment, numbers, recount


@pytest.fixture
def model(dozen: Population, round_numbers: Parameters) -> Model:
    return moment(dozen, round_numbers, "2019-05")


def reside(model: Model, **changes: float) -> None:
    numbers(model, "residence", **changes)
    model.update_residence()


def move(model: Model, h: int, new: int, employment: float = 1.0) -> None:
    numbers(model, "income", away_employment_share=employment)
    call(move_members, model, h=h, old=int(model.state.households.state[h]), new=new)


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


def test_without_a_review_nobody_moves(model: Model) -> None:
    model.state.households.review_due[:] = 1
    reside(model, **NEVER_REVIEWS, **TO[AWAY])
    assert (model.state.households.state == SETTLED).all()
    assert not model.state.households.review_due.any()
    assert (model.state.households.months_in_state == 1).all()


@pytest.mark.parametrize("target", [BOTH_ENDS, AWAY, RETURNED])
def test_all_who_review_move_where_the_pull_is(target: int, model: Model) -> None:
    reside(model, review_probability=1.0, review_after_shock=1.0, **TO[target])
    h = model.state.households
    # Without a labourer household 5 does not go away to work.
    movers = np.arange(12) != 5 if target == AWAY else np.ones(12, dtype=bool)
    assert (h.state[movers] == target).all()
    assert (h.state[~movers] != AWAY).all()
    assert (h.previous_state == SETTLED).all()
    assert not h.months_in_state[movers].any()


def test_a_household_that_has_died_out_moves_no_more(model: Model) -> None:
    model.state.households.members[4] = 0
    reside(model, review_probability=1.0, review_after_shock=1.0, **TO[RETURNED])
    assert np.flatnonzero(model.state.households.state != RETURNED).tolist() == [4]


def test_where_nobody_is_left_at_home_the_household_is_away(model: Model) -> None:
    """Without a review, whatever the pull, and recorded as a move; with somebody at home again it may choose."""
    for person in (7, 8):  # the parents of household 2 go; a child of four stays
        employ(model, person, AWAY_JOB, NO_POST)
    for person in (10, 11, 12):  # all of household 3
        employ(model, person, AWAY_JOB, NO_POST)
    recount(model)
    reside(model, **NEVER_REVIEWS, **TO[RETURNED])
    households = model.state.households
    assert np.flatnonzero(households.state == AWAY).tolist() == [3]
    assert (households.previous_state[3], households.months_in_state[3]) == (SETTLED, 0)
    # No review leads anywhere else.
    model.month += 1
    reside(model, review_probability=1.0, **TO[RETURNED])
    assert households.state[3] == AWAY
    assert households.state[2] == RETURNED
    leave_work(model.state.persons, 10, model.state.posts)
    recount(model)
    model.month += 1
    reside(model, review_probability=1.0, **TO[RETURNED])
    assert households.state[3] == RETURNED


def test_a_shock_is_a_reason_to_review(model: Model) -> None:
    model.state.households.review_due[[2, 6]] = 1
    changes = NEVER_REVIEWS | {"review_after_shock": 1.0}
    reside(model, **changes, **TO[AWAY])
    assert np.flatnonzero(model.state.households.state == AWAY).tolist() == [2, 6]


def reviewers(model: Model, **changes: float) -> list[int]:
    numbers(model, "residence", **changes)
    reviewers = np.zeros(37, dtype=np.uint32)
    n = call(find_reviewers, model, reviewers=reviewers)
    return reviewers[:n].tolist()


def test_those_who_review_are_found_in_the_order_of_rows(model: Model) -> None:
    h = model.state.households
    h.state[4], h.flat_kept[9], h.members[10] = NOT_MOVED, False, 0
    h.review_due[:] = 0
    due = [10, 9, 8, 4, 2, 6]
    h.review_due[due] = 1
    sure = NEVER_REVIEWS | {"review_after_shock": 1.0}
    # 4 has no flat yet, 9 has given its own up, 10 has died out.
    assert reviewers(model, **sure) == [2, 6, 8]
    # The month has begun for all who have moved, and nobody has gone anywhere.
    assert h.months_in_state.tolist() == [1] * 4 + [0] + [1] * 7
    assert np.flatnonzero(h.review_due).tolist() == [4]
    assert (h.state == np.where(np.arange(12) == 4, NOT_MOVED, SETTLED)).all()
    assert reviewers(model, **sure) == []
    model.month = 38  # March 2019, when household 11 moves in
    assert reviewers(model, **sure) == [11]


def test_the_noise_of_a_choice_belongs_to_household_option_and_month(model: Model) -> None:
    reviewers, noise, keys = (
        np.array([2, 6, 9, 3], dtype=np.uint32),
        np.full((4, 12), 7.0),
        np.zeros(12, dtype=np.int32),
    )
    model.state.households.reviewed_month[reviewers] = model.month
    call(draw_noise, model, n=3, reviewers=reviewers, noise=noise, keys=keys)
    of, key = np.uint64(stream(model.seed, Q_CHOICE, model.month)), model.state.households.key
    for option in range(N_OPTIONS):
        assert noise[option, :3].tolist() == [gumbel(of, int(key[h]), option) for h in (2, 6, 9)]
    assert np.unique(noise[:, :3]).size == 12
    assert (noise[:, 3:] == 7.0).all()


def test_after_a_shock_the_noise_is_that_of_the_last_review(model: Model) -> None:
    reviewers, keys, key = np.array([2, 6], dtype=np.uint32), np.zeros(12, dtype=np.int32), model.state.households.key
    model.state.households.reviewed_month[[2, 6]] = model.month - 7, model.month
    noise = np.zeros((N_OPTIONS, 12))
    call(draw_noise, model, n=2, reviewers=reviewers, noise=noise, keys=keys)
    then, now = (np.uint64(stream(model.seed, Q_CHOICE, model.month - ago)) for ago in (7, 0))
    for option in range(N_OPTIONS):
        assert noise[option, :2].tolist() == [gumbel(then, int(key[2]), option), gumbel(now, int(key[6]), option)]


def test_a_shock_that_changes_no_value_moves_nobody(model: Model) -> None:
    """After a review of all, nobody reviews by himself; shocks to all in every month bring no move."""
    h = model.state.households
    reside(model, review_probability=1.0)
    where = h.state.copy()
    assert np.unique(where).size > 1
    for _ in range(6):
        model.month += 1
        h.review_due[:] = 1
        reside(model, **NEVER_REVIEWS | {"review_after_shock": 1.0})
        assert (h.state == where).all()
    # New noise would have moved some of them.
    model.month += 1
    reside(model, review_probability=1.0)
    assert (h.state != where).any()


def test_each_takes_the_open_option_of_most_value_with_its_noise(model: Model) -> None:
    reviewers, noise = np.array([0, 5, 7, 11], dtype=np.uint32), np.zeros((N_OPTIONS, 12))
    best = {0: RETURNED, 5: AWAY, 7: BOTH_ENDS, 11: SETTLED}
    for r, h in enumerate(reviewers.tolist()):
        noise[best[h] - 1, r] = PULL
    noise[BOTH_ENDS - 1, 1] = 0.5 * PULL
    model.month = 38  # March 2019, when household 11 moves in: that it chooses at all is no move
    assert call(choose_residence, model, n=4, reviewers=reviewers, noise=noise) == 3
    # Household 5 has no labourer: away is not open to it.
    assert model.state.households.state.tolist() == [
        RETURNED, *[SETTLED] * 4, BOTH_ENDS, SETTLED, BOTH_ENDS, *[SETTLED] * 4
    ]  # fmt: skip
    assert np.flatnonzero(model.state.households.changed).tolist() == [0, 5, 7]


def test_a_household_chooses_on_arrival_for_certain_and_without_switching_cost(model: Model) -> None:
    changes = NEVER_REVIEWS | {"switching_cost": 1e6, "c_away": PULL}
    model.month = 38  # March 2019, when household 11 moves in
    reside(model, **changes)
    assert model.state.households.state.tolist() == [SETTLED] * 11 + [AWAY]
    assert model.state.households.previous_state[11] == NOT_MOVED
    assert model.state.households.months_in_state[11] == 0


def test_who_has_not_moved_in_does_not_choose(model: Model) -> None:
    model.state.households.state[3] = NOT_MOVED
    reside(model, review_probability=1.0, **TO[AWAY])
    assert model.state.households.state[3] == NOT_MOVED
    assert model.state.households.months_in_state[3] == 0


def test_a_flat_is_given_up_after_some_months_and_never_taken_back(model: Model) -> None:
    h = model.state.households
    h.state[0], h.flat_patience[0] = RETURNED, 6
    kept = []
    for _ in range(8):
        reside(model, **NEVER_REVIEWS)
        kept.append(bool(h.flat_kept[0]))
    assert kept == [True] * 5 + [False] * 3
    reside(model, review_probability=1.0, review_after_shock=1.0, **TO[SETTLED])
    assert h.state[0] == RETURNED


def test_the_patience_with_an_empty_flat_lies_between_its_ends(town: Population, round_numbers: Parameters) -> None:
    residence = round_numbers.residence._replace(flat_given_up_from_months=6.0, flat_given_up_to_months=9.0)
    households = initial_state(town, round_numbers._replace(residence=residence), 1, 48)[0].households
    assert np.unique(households.flat_patience).tolist() == [6, 7, 8, 9]


def test_going_away_ends_local_posts_and_takes_labourers_along(model: Model) -> None:
    persons, posts = model.state.persons, model.state.posts
    workshop, unit = model.state.layout.workshops, model.state.layout.public_unit
    employ(model, 4, WORKSHOP, workshop)
    employ(model, 5, PUBLIC_POST, unit)
    persons.carer[5] = True
    move(model, 1, AWAY)
    # 4 finds work there; 5 is the carer of the old woman and finds none.
    assert persons.channel[[4, 5]].tolist() == [AWAY_JOB, NONE]
    assert persons.post[[4, 5]].tolist() == [NO_POST, NO_POST]
    assert posts.filled.sum() == 0
    assert persons.wage_yuan[4] == pytest.approx(4500.0 * persons.efficiency[4])  # skill .5
    assert persons.ever_employed[4]


def test_who_farmed_looks_for_work_away_like_who_did_nothing(model: Model) -> None:
    model.state.persons.carer[:] = False
    model.state.persons.channel[4] = FARM
    move(model, 1, AWAY)
    assert model.state.persons.channel[[4, 5]].tolist() == [AWAY_JOB, AWAY_JOB]


def test_at_probability_0_nobody_finds_work_away_and_who_has_it_keeps_it(model: Model) -> None:
    employ(model, 4, AWAY_JOB, NO_POST)
    move(model, 1, AWAY, employment=0.0)
    assert model.state.persons.channel[[4, 5]].tolist() == [AWAY_JOB, NONE]
    assert model.state.persons.wage_yuan[4] == 2000.0


def test_moving_back_ends_posts_out_of_daily_reach_only(model: Model) -> None:
    unit = model.state.layout.public_unit
    employ(model, 10, NEARBY_OWN, model.state.layout.nearby_own)  # household 3, 60 km away
    employ(model, 11, PUBLIC_POST, unit)  # elsewhere in the unit
    employ(model, 12, AWAY_JOB, NO_POST)
    employ(model, 0, NEARBY_OWN, model.state.layout.nearby_own)  # household 0, 10 km away
    move(model, 3, RETURNED)
    move(model, 0, RETURNED)
    assert model.state.persons.channel[[10, 11, 12, 0]].tolist() == [NONE, PUBLIC_POST, AWAY_JOB, NEARBY_OWN]
    assert model.state.posts.filled[[model.state.layout.nearby_own, unit]].tolist() == [1, 1]


def test_a_carer_who_worked_away_comes_home_with_the_family(model: Model) -> None:
    model.state.households.state[1] = AWAY
    employ(model, 4, AWAY_JOB, NO_POST)
    employ(model, 5, AWAY_JOB, NO_POST)
    model.state.persons.carer[5] = True
    move(model, 1, SETTLED)
    assert model.state.persons.channel[[4, 5]].tolist() == [AWAY_JOB, NONE]


def test_children_out_of_reach_give_up_their_seats(model: Model) -> None:
    persons, sites = model.state.persons, model.state.sites
    persons.level[[2, 3, 9]], persons.place[[2, 3, 9]] = (1, 0, 0), SEATED
    sites.seated[0] = (2, 1, 0)
    move(model, 0, BOTH_ENDS)
    assert sites.seated[0].tolist() == [2, 1, 0]
    move(model, 0, AWAY)
    assert persons.place[[2, 3, 9]].tolist() == [AT_HOME, AT_HOME, SEATED]
    assert sites.seated[0].tolist() == [1, 0, 0]


def test_working_at_both_ends_changes_no_job(model: Model) -> None:
    employ(model, 10, NEARBY_OWN, model.state.layout.nearby_own)
    move(model, 3, BOTH_ENDS)
    assert model.state.persons.channel[10] == NEARBY_OWN
