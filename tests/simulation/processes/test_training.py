"""Courses on the twelve households: who is trained, and what it does to skill."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.initial import initial_state
from simulation.parameters import Parameters
from simulation.population import Population
from simulation.processes.training import update_training
from simulation.state import AWAY, FARM, SETTLED, WORKSHOP, State

MONTH = 40
AT_HOME = [0, 1, 4, 5, 7, 8, 10, 11, 12, 13, 14, 21, 23, 24, 25, 26, 29, 30, 31, 32, 35]


@pytest.fixture
def state(dozen: Population, round_numbers: Parameters) -> State:
    made = initial_state(dozen, round_numbers, 1, 48, 0, 0)[0]
    made.households.state[:] = SETTLED
    return made


def train(state: State, p: Parameters, places: int, targeted: bool = False, luck: int = 1) -> int:
    n = state.persons.key.size
    work = np.zeros(n, dtype=np.int32), np.zeros(n, dtype=np.uint64)
    return update_training(luck, MONTH, places, targeted, state.households, state.persons, p.jobs, *work)


def test_a_course_raises_skill_more_where_it_fits(state: State, round_numbers: Parameters) -> None:
    before = state.persons.skill.copy()
    assert train(state, round_numbers, 99) == len(AT_HOME)
    gain = state.persons.skill - before
    # .2 * .5 = .1 for a course that was not chosen to fit
    assert gain[AT_HOME] == pytest.approx(0.1)
    assert gain.sum() == pytest.approx(0.1 * len(AT_HOME))
    before = state.persons.skill.copy()
    train(state, round_numbers, 99, targeted=True)
    gain = state.persons.skill - before
    # .2 up to the highest skill of 1, for those below .45 + .2 = .65 (a business asks for most, .45).
    fits = [i for i in AT_HOME if before[i] < 0.65]
    assert np.flatnonzero(gain > 0.0).tolist() == fits
    assert gain[fits] == pytest.approx(0.2)


def test_skill_has_an_upper_end(state: State, round_numbers: Parameters) -> None:
    for _ in range(30):
        train(state, round_numbers, 99)
    assert state.persons.skill[AT_HOME] == pytest.approx(1.0)
    assert state.persons.trained[AT_HOME].tolist() == [30] * len(AT_HOME)


def test_places_are_not_exceeded_and_go_by_lot(state: State, round_numbers: Parameters) -> None:
    chosen = set()
    for luck in range(40):
        state.persons.trained[:] = 0
        assert train(state, round_numbers, 5, luck=luck) == 5
        assert state.persons.trained.sum() == 5
        chosen |= set(np.flatnonzero(state.persons.trained).tolist())
    assert chosen == set(AT_HOME)


def test_without_places_nobody_is_trained(state: State, round_numbers: Parameters) -> None:
    before = state.persons.skill.copy()
    assert train(state, round_numbers, 0) == 0
    assert (state.persons.skill == before).all()


def test_only_those_at_home_without_work_are_trained(state: State, round_numbers: Parameters) -> None:
    state.persons.channel[[0, 1]] = (WORKSHOP, FARM)
    state.households.state[1] = AWAY  # 4 and 5
    train(state, round_numbers, 99)
    assert np.flatnonzero(state.persons.trained).tolist() == [i for i in AT_HOME if i not in (0, 4, 5)]


def test_targeted_courses_leave_out_carers(state: State, round_numbers: Parameters) -> None:
    state.persons.carer[[1, 5]] = True
    state.persons.skill[:] = 0.3
    train(state, round_numbers, 99, targeted=True)
    assert np.flatnonzero(state.persons.trained).tolist() == [i for i in AT_HOME if i not in (1, 5)]
