"""A broken state stops the run, and says which rule is broken."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulation.model import Model
from simulation.records.audit import BrokenStateError, check_state
from simulation.state.entities import (
    AWAY,
    AWAY_JOB,
    NOT_MOVED,
    SEATED,
    SETTLED,
    WORKSHOP,
    State,
)
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.made import moment

MONTH = 45


@pytest.fixture
def state(dozen: Population, round_numbers: Parameters) -> State:
    return moment(dozen, round_numbers, "2019-10").state


def test_a_sound_state_passes(state: State) -> None:
    check_state(state, MONTH)
    _seat_somebody(state)
    check_state(state, MONTH)


def _seat_somebody(state: State) -> None:
    state.persons.level[3], state.persons.place[3] = 0, SEATED
    state.sites.seats[0, 0] = state.sites.seated[0, 0] = 1


def _overfill(state: State) -> None:
    state.posts.filled[0] = 1


def _miscount(state: State) -> None:
    state.posts.capacity[0], state.posts.filled[0] = 2, 1


def _child_at_work(state: State) -> None:
    state.persons.channel[3], state.persons.wage_yuan[3] = AWAY_JOB, 100.0


def _dead_at_work(state: State) -> None:
    state.persons.channel[0], state.persons.wage_yuan[0], state.persons.death_month[0] = AWAY_JOB, 100.0, MONTH


def _no_post(state: State) -> None:
    state.persons.channel[0], state.persons.wage_yuan[0] = WORKSHOP, 100.0


def _no_wage(state: State) -> None:
    state.persons.channel[0] = AWAY_JOB


def _too_many_seats(state: State) -> None:
    state.sites.seated[1, 1] = 1


def _seated_away(state: State) -> None:
    _seat_somebody(state)
    state.households.state[0] = AWAY


def _lost(state: State) -> None:
    state.sites.arrived[2] = 3


def _not_moved(state: State) -> None:
    state.households.state[0], state.sites.arrived[0] = NOT_MOVED, 3


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (_overfill, "posts filled beyond their number"),
        (_miscount, "not held by that many"),
        (_child_at_work, "without being a labourer"),
        (_dead_at_work, "without being a labourer"),
        (_no_post, "without a post"),
        (_no_wage, "without a wage"),
        (_too_many_seats, "seats taken beyond their number"),
        (_seated_away, "seated without living in reach"),
        (_lost, "households counted as arrived"),
        (_not_moved, "moved in without a state"),
    ],
)
def test_a_broken_state_is_named(spoil: Callable[[State], None], rule: str, state: State) -> None:
    spoil(state)
    with pytest.raises(BrokenStateError, match=f"month {MONTH}: .*{rule}"):
        check_state(state, MONTH)


def test_a_run_checks_its_state_at_the_end_of_a_year(dozen: Population, parameters: Parameters) -> None:
    model = Model(dozen, parameters, months=36)
    while model.month < 23:
        model.step()
    model.state.sites.arrived[2] += 1
    with pytest.raises(BrokenStateError, match="month 23"):
        model.step()
    assert (model.state.households.state[:4] >= SETTLED).all()
