"""Courses on the twelve households: who is trained, and what it does to skill."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.model import Model
from simulation.processes.training import update_training
from simulation.state.entities import AWAY, FARM, WORKSHOP
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.made import call, moment

AT_HOME = [0, 1, 4, 5, 7, 8, 10, 11, 12, 13, 14, 21, 23, 24, 25, 26, 29, 30, 31, 32, 35]


@pytest.fixture
def model(dozen: Population, round_numbers: Parameters) -> Model:
    made = moment(dozen, round_numbers, "2019-05")
    made.state.persons.carer[:] = False
    return made


def train(model: Model, places: int, targeted: bool = False, seed: int = 1) -> int:
    return int(call(update_training, model, places=places, targeted=targeted, seed=seed))


def test_a_course_raises_skill_more_where_it_fits(model: Model) -> None:
    before = model.state.persons.skill.copy()
    assert train(model, 99) == len(AT_HOME)
    gain = model.state.persons.skill - before
    # .2 * .5 = .1 for a course that was not chosen to fit
    assert gain[AT_HOME] == pytest.approx(0.1)
    assert gain.sum() == pytest.approx(0.1 * len(AT_HOME))
    before = model.state.persons.skill.copy()
    train(model, 99, targeted=True)
    gain = model.state.persons.skill - before
    # .2 up to the highest skill of 1, for those below .45 + .2 = .65 (a business asks for most, .45).
    fits = [i for i in AT_HOME if before[i] < 0.65]
    assert np.flatnonzero(gain > 0.0).tolist() == fits
    assert gain[fits] == pytest.approx(0.2)


def test_skill_has_an_upper_end(model: Model) -> None:
    for _ in range(30):
        train(model, 99)
    assert model.state.persons.skill[AT_HOME] == pytest.approx(1.0)
    assert model.state.persons.trained[AT_HOME].tolist() == [30] * len(AT_HOME)


def test_places_are_not_exceeded_and_go_by_lot(model: Model) -> None:
    chosen = set()
    for seed in range(40):
        model.state.persons.trained[:] = 0
        assert train(model, 5, seed=seed) == 5
        assert model.state.persons.trained.sum() == 5
        chosen |= set(np.flatnonzero(model.state.persons.trained).tolist())
    assert chosen == set(AT_HOME)


def test_without_places_nobody_is_trained(model: Model) -> None:
    before = model.state.persons.skill.copy()
    assert train(model, 0) == 0
    assert (model.state.persons.skill == before).all()


def test_only_those_at_home_without_work_are_trained(model: Model) -> None:
    model.state.persons.channel[[0, 1]] = (WORKSHOP, FARM)
    model.state.households.state[1] = AWAY  # 4 and 5
    train(model, 99)
    assert np.flatnonzero(model.state.persons.trained).tolist() == [i for i in AT_HOME if i not in (0, 4, 5)]


def test_targeted_courses_leave_out_carers(model: Model) -> None:
    model.state.persons.carer[[1, 5]] = True
    model.state.persons.skill[:] = 0.3
    train(model, 99, targeted=True)
    assert np.flatnonzero(model.state.persons.trained).tolist() == [i for i in AT_HOME if i not in (1, 5)]
