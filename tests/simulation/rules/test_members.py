"""Household sums over members, by hand on the twelve households."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.foundations.months import month_index
from simulation.model import Model
from simulation.rules.members import sleeps_at_site
from simulation.state.entities import (
    AT_HOME,
    AWAY_JOB,
    AWAY_SCHOOL,
    BOARDS,
    FARM,
    NEARBY_OWN,
    NO_POST,
    NO_SCHOOL,
    NONE,
    NOT_MOVED,
    OLD_SCHOOL,
    ORGANISED_EXPORT,
    PUBLIC_POST,
    SEATED,
    TRAVELS,
    WORKSHOP,
)
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.made import moment, recount


@pytest.fixture
def model(dozen: Population, round_numbers: Parameters) -> Model:
    return moment(dozen, round_numbers, "2019-05")


def test_members_labourers_and_the_old(model: Model) -> None:
    recount(model)
    h = model.state.households
    # In May 2019 the old woman of household 5 has died, 20 is ill, 27 sixteen; 10, of 59, is still a labourer.
    assert h.members.tolist() == [4, 3, 3, 3, 5, 1, 3, 2, 4, 2, 4, 1]
    assert h.labourers.tolist() == [2, 2, 2, 3, 2, 0, 1, 2, 2, 2, 2, 1]
    assert h.dependants.tolist() == [2, 1, 1, 0, 3, 1, 2, 0, 2, 0, 2, 0]
    # Sixty and over: the old woman of 1, of 4 (62), the old man of 5.
    assert h.elders.tolist() == [0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]
    model.month += 1  # 10 is sixty
    recount(model)
    assert (h.elders[3], h.labourers[3], h.dependants[3]) == (1, 2, 1)


def test_a_carer_is_named_where_there_is_care_and_no_able_elder(model: Model) -> None:
    recount(model)
    # Children under twelve or care needs: households 0, 1, 2, 4, 8, 10 (22 is twelve); the grandmother of 4 is able.
    assert model.state.households.carers.tolist() == [1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0]
    # Of two without work the woman.
    assert np.flatnonzero(model.state.persons.carer).tolist() == [1, 5, 8, 26, 32]
    assert model.state.households.seekers.tolist() == [1, 1, 1, 3, 2, 0, 1, 2, 1, 2, 1, 1]


def test_a_man_without_work_cares_before_a_woman_at_work(model: Model) -> None:
    model.state.persons.channel[1], model.state.persons.wage_yuan[1] = AWAY_JOB, 4000.0
    model.state.persons.channel[[4, 5]] = AWAY_JOB
    recount(model)
    assert model.state.persons.carer[[0, 1, 4, 5]].tolist() == [True, False, False, True]
    # With both away the woman is still the carer, but none is at home; nobody looks for a post.
    assert model.state.households.carers[:2].tolist() == [1, 0]
    assert model.state.households.seekers[:2].tolist() == [0, 0]


def test_who_works_near_home_cares_before_who_works_away(model: Model) -> None:
    model.state.persons.channel[[4, 5]] = NEARBY_OWN, AWAY_JOB
    recount(model)
    assert model.state.persons.carer[[4, 5]].tolist() == [True, False]
    assert model.state.households.carers[1] == 1


def test_allowances_are_those_of_the_living(model: Model) -> None:
    # The old woman of household 5 has died in May 2019.
    assert np.flatnonzero(model.state.households.dibao).tolist() == [1, 5, 9]
    assert model.state.households.dibao[5] == 1
    model.month = month_index("2019-04")
    recount(model)
    assert model.state.households.dibao[5] == 2


def test_wages_by_place(model: Model) -> None:
    layout, persons = model.state.layout, model.state.persons
    work = [
        (10, WORKSHOP, layout.workshops, 2000.0),
        (11, PUBLIC_POST, layout.public_unit, 800.0),
        (12, AWAY_JOB, NO_POST, 4500.0),
        (13, NEARBY_OWN, layout.nearby_own + 1, 2500.0),
        (14, ORGANISED_EXPORT, NO_POST, 4000.0),
        (7, FARM, NO_POST, 0.0),
        (8, PUBLIC_POST, layout.public_site, 700.0),
    ]
    for person, channel, post, wage in work:
        persons.channel[person], persons.post[person], persons.wage_yuan[person] = channel, post, wage
    recount(model)
    h = model.state.households
    assert h.employed[[2, 3, 4]].tolist() == [1, 3, 2]
    assert h.local_workers[[2, 3, 4]].tolist() == [1, 2, 1]
    assert h.away_workers[[2, 3, 4]].tolist() == [0, 1, 1]
    assert h.local_wages_yuan[[2, 3, 4]].tolist() == [700.0, 2000.0, 2500.0]
    assert h.unit_wages_yuan[[2, 3, 4]].tolist() == [0.0, 800.0, 0.0]
    assert h.away_wages_yuan[[2, 3, 4]].tolist() == [0.0, 4500.0, 4000.0]
    # Who could farm: who has no work or a part-time public post, and able elders: 7 and 8; 11; the grandmother of 4.
    assert h.helpers[[2, 3, 4]].tolist() == [2, 1, 1]


def test_school_places_and_their_cost(model: Model) -> None:
    persons = model.state.persons
    persons.level[[2, 3, 15, 16, 33, 34]] = (1, 0, 1, 1, 1, 0)
    persons.place[[2, 3, 15, 16, 33, 34]] = (TRAVELS, SEATED, BOARDS, BOARDS, AWAY_SCHOOL, SEATED)
    recount(model)
    h = model.state.households
    assert h.school_age[[0, 4, 10]].tolist() == [2, 2, 2]
    assert h.seated[[0, 4, 10]].tolist() == [1, 0, 1]
    assert h.far_seats[[0, 4, 10]].tolist() == [1, 2, 0]
    assert h.away_seats[[0, 4, 10]].tolist() == [0, 0, 1]
    assert h.school_cost_yuan[[0, 4, 10]].tolist() == [100.0, 600.0, 0.0]  # a bus 100, boarding 300 each


@pytest.mark.parametrize(
    ("age", "channel", "level", "place", "in_school", "sleeps"),
    [
        (40, NONE, -1, NO_SCHOOL, False, True),
        (40, NEARBY_OWN, -1, NO_SCHOOL, False, True),
        (40, AWAY_JOB, -1, NO_SCHOOL, False, False),
        (40, ORGANISED_EXPORT, -1, NO_SCHOOL, False, False),
        (8, NONE, 1, SEATED, True, True),
        (8, NONE, 1, TRAVELS, True, True),
        (5, NONE, 0, AT_HOME, True, True),
        (13, NONE, 2, BOARDS, True, False),
        (8, NONE, 1, OLD_SCHOOL, True, False),
        (16, NONE, -1, NO_SCHOOL, True, True),  # senior school in the town
        (18, NONE, -1, NO_SCHOOL, True, False),  # studies elsewhere
        (18, NONE, -1, NO_SCHOOL, False, True),
    ],
)
def test_who_sleeps_at_the_site(age: int, channel: int, level: int, place: int, in_school: bool, sleeps: bool) -> None:
    assert bool(sleeps_at_site(age, channel, level, place, in_school)) is sleeps


def test_the_unborn_and_the_dead_are_not_members(model: Model) -> None:
    model.month = month_index("2016-07")
    recount(model)
    assert model.state.households.members[[5, 10]].tolist() == [2, 3]  # person 34 is born in August 2016
    model.month = month_index("2016-08")
    recount(model)
    assert model.state.households.members[[5, 10]].tolist() == [2, 4]


def test_only_households_in_which_something_changed_are_counted_again(model: Model) -> None:
    h = model.state.households
    h.members[:] = 99
    h.changed[:] = False
    h.changed[[1, 4]] = True
    h.recounted[:] = False
    h.state[4] = NOT_MOVED
    model.count_members()
    assert np.flatnonzero(h.members != 99).tolist() == [1]
    assert np.flatnonzero(h.changed).tolist() == [4]
    assert np.flatnonzero(h.recounted).tolist() == [1]
