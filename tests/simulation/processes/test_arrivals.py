"""Arrivals of the twelve households: flats, first states, the work that they bring."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.foundations.months import month_index
from simulation.model import Model
from simulation.state.entities import (
    AWAY_JOB,
    NO_POST,
    NOT_MOVED,
    ORGANISED_EXPORT,
    SETTLED,
)
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.made import moment, numbers

AWAY_CHANNELS = (ORGANISED_EXPORT, AWAY_JOB)


@pytest.fixture
def model(dozen: Population, round_numbers: Parameters) -> Model:
    return moment(dozen, round_numbers, "2016-01", NOT_MOVED)


def arrive(model: Model, month: str) -> int:
    """Hand over the flats of a month; return how many."""
    before = int(model.state.sites.arrived.sum())
    model.month = month_index(month)
    model.hand_over_flats()
    return int(model.state.sites.arrived.sum()) - before


def test_flats_are_handed_over_in_their_month_once(model: Model) -> None:
    assert arrive(model, "2016-02") == 0
    assert arrive(model, "2016-03") == 3
    assert model.state.households.state[:4].tolist() == [SETTLED] * 3 + [NOT_MOVED]
    assert model.state.households.flat_kept[:4].tolist() == [True] * 3 + [False]
    assert model.state.sites.arrived.tolist() == [3, 0, 0]
    assert arrive(model, "2016-03") == 0
    arrived = [arrive(model, month) for month in ("2017-05", "2017-08", "2018-02", "2018-06", "2019-03")]
    assert arrived == [1, 2, 1, 4, 1]
    assert model.state.sites.arrived.tolist() == [4, 4, 4]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_young_bring_work_away_with_the_given_share(share: float, model: Model) -> None:
    numbers(model, "jobs", initial_away_share=share)
    arrive(model, "2016-03")
    # In March 2016: 0 is thirty-six, 1 thirty-three, 4 is forty-one, 5 thirty-eight, 7 and 8 in their twenties.
    # Person 4 has a factor of (60 - 41) / 20 = .95: nearly sure.
    young = [0, 1, 5, 7, 8]
    persons = model.state.persons
    assert np.isin(persons.channel[young], AWAY_CHANNELS).all() == (share == 1.0)
    assert (persons.channel > 0).sum() in ((0,) if share == 0.0 else (5, 6))
    assert (persons.post == NO_POST).all()
    assert ((persons.wage_yuan > 0.0) == (persons.channel > 0)).all()
    assert (persons.ever_employed == (persons.channel > 0)).all()


def test_children_and_old_people_bring_no_work(model: Model) -> None:
    numbers(model, "jobs", initial_away_share=1.0)
    arrive(model, "2018-06")
    found = np.flatnonzero(model.state.persons.channel).tolist()
    assert set(found) <= {23, 24, 25, 26, 29, 30, 31, 32}
    assert {23, 24, 30, 31, 32} <= set(found)


def test_work_brought_along_pays_its_wage(model: Model) -> None:
    numbers(model, "jobs", initial_away_share=1.0, initial_organised_share=0.0)
    arrive(model, "2018-06")
    # 4500 * efficiency * (.8 + .4 * skill); person 31 has skill .6.
    assert model.state.persons.wage_yuan[31] == pytest.approx(4500.0 * model.state.persons.efficiency[31] * 1.04)


def test_some_of_the_registered_poor_were_placed_by_public_channels(model: Model) -> None:
    numbers(model, "jobs", initial_away_share=1.0, initial_organised_share=1.0)
    arrive(model, "2016-03")
    persons = model.state.persons
    # Households 0 and 1 are registered poor, 2 is not.
    assert persons.channel[[0, 1, 5]].tolist() == [ORGANISED_EXPORT] * 3
    assert persons.channel[[7, 8]].tolist() == [AWAY_JOB] * 2
    # 4000 * efficiency * (.8 + .4 * .6)
    assert persons.wage_yuan[0] == pytest.approx(4000.0 * persons.efficiency[0] * 1.04)
