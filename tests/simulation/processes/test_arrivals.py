"""Arrivals of the twelve households: flats, first states, the work that they bring."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.calendar import month_index
from simulation.initial import initial_state
from simulation.parameters import Parameters
from simulation.population import Population
from simulation.processes.arrivals import update_arrivals
from simulation.state import NO_POST, NOT_MOVED, SETTLED, State

AWAY_CHANNELS = (6, 7)  # organised export, own network


@pytest.fixture
def state(dozen: Population, round_numbers: Parameters) -> State:
    return initial_state(dozen, round_numbers, 1, 48, 0, 0)[0]


def arrive(state: State, p: Parameters, month: str) -> int:
    return int(update_arrivals(1, month_index(month), state.households, state.persons, state.sites, p.jobs))


def test_flats_are_handed_over_in_their_month_once(state: State, round_numbers: Parameters) -> None:
    assert arrive(state, round_numbers, "2016-02") == 0
    assert arrive(state, round_numbers, "2016-03") == 3
    assert state.households.state[:4].tolist() == [SETTLED] * 3 + [NOT_MOVED]
    assert state.households.flat_kept[:4].tolist() == [True] * 3 + [False]
    assert state.sites.arrived.tolist() == [3, 0, 0]
    assert arrive(state, round_numbers, "2016-03") == 0
    arrived = [arrive(state, round_numbers, month) for month in ("2017-05", "2017-08", "2018-02", "2018-06", "2019-03")]
    assert arrived == [1, 2, 1, 4, 1]
    assert state.sites.arrived.tolist() == [4, 4, 4]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_young_bring_work_away_with_the_given_share(share: float, state: State, round_numbers: Parameters) -> None:
    jobs = round_numbers.jobs._replace(initial_away_share=share)
    arrive(state, round_numbers._replace(jobs=jobs), "2016-03")
    # In March 2016: 0 is thirty-six, 1 thirty-three, 4 is forty-one, 5 thirty-eight, 7 and 8 in their twenties.
    # Person 4 has a factor of (60 - 41) / 20 = .95: nearly sure.
    young = [0, 1, 5, 7, 8]
    persons = state.persons
    assert np.isin(persons.channel[young], AWAY_CHANNELS).all() == (share == 1.0)
    assert (persons.channel > 0).sum() in ((0,) if share == 0.0 else (5, 6))
    assert (persons.post == NO_POST).all()
    assert ((persons.wage_yuan > 0.0) == (persons.channel > 0)).all()
    assert (persons.ever_employed == (persons.channel > 0)).all()


def test_children_and_old_people_bring_no_work(state: State, round_numbers: Parameters) -> None:
    arrive(state, round_numbers._replace(jobs=round_numbers.jobs._replace(initial_away_share=1.0)), "2018-06")
    found = np.flatnonzero(state.persons.channel).tolist()
    assert set(found) <= {23, 24, 25, 26, 29, 30, 31, 32}
    assert {23, 24, 30, 31, 32} <= set(found)


def test_work_brought_along_pays_its_wage(state: State, round_numbers: Parameters) -> None:
    jobs = round_numbers.jobs._replace(initial_away_share=1.0, wage_organised_yuan=4500.0)
    arrive(state, round_numbers._replace(jobs=jobs), "2018-06")
    # 4500 * efficiency * (.8 + .4 * skill); person 31 has skill .6.
    assert state.persons.wage_yuan[31] == pytest.approx(4500.0 * state.persons.efficiency[31] * 1.04)
