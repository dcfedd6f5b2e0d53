"""Household sums over members, by hand on the twelve households."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.foundations.months import month_index
from simulation.model import Model
from simulation.rules.members import adult_sleeps_at_site, pupil_sleeps_at_site, studies_elsewhere
from simulation.state.entities import (
    AT_HOME,
    AWAY,
    AWAY_JOB,
    AWAY_SCHOOL,
    BOARDS,
    BOTH_ENDS,
    FARM,
    NEARBY_OWN,
    NO_POST,
    NOT_MOVED,
    OLD_SCHOOL,
    ORGANISED_EXPORT,
    PUBLIC_POST,
    RETURNED,
    SEATED,
    SETTLED,
    TRAVELS,
    WORKSHOP,
)
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from simulation.state.tally import TALLY_COLUMN
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
    ("place", "settled", "both_ends"),
    [
        (SEATED, True, True),
        (TRAVELS, True, True),
        (AT_HOME, True, False),  # of kindergarten age: stays with the grandparents at the origin
        (BOARDS, False, False),
        (OLD_SCHOOL, False, False),
    ],
)
def test_which_pupils_sleep_at_the_site(place: int, settled: bool, both_ends: bool) -> None:
    states = (SETTLED, BOTH_ENDS, AWAY, RETURNED)
    assert [bool(pupil_sleeps_at_site(state, place)) for state in states] == [settled, both_ends, False, False]


def test_which_others_sleep_at_the_site() -> None:
    for at_home, tied, found in (
        (True, False, [True, False, False, False]),
        (True, True, [True, True, False, False]),  # at both ends who works there
        (False, False, [False] * 4),
    ):
        states = (SETTLED, BOTH_ENDS, AWAY, RETURNED)
        assert [bool(adult_sleeps_at_site(state, at_home, tied)) for state in states] == found


@pytest.mark.parametrize(
    ("age", "level", "in_school", "elsewhere"),
    [(18, -1, True, True), (18, -1, False, False), (17, -1, True, False), (18, 2, True, False)],
)
def test_who_studies_elsewhere(age: int, level: int, in_school: bool, elsewhere: bool) -> None:
    assert bool(studies_elsewhere(age, level, in_school)) is elsewhere


def residents(model: Model, household: int) -> tuple[int, int, int]:
    """Return residents of a household, dependants and pupils among them."""
    tally = model.state.households.tally[household]
    names = ("resident", "resident_dependants", "resident_pupils")
    return tuple(int(tally[TALLY_COLUMN[name]]) for name in names)


def test_who_of_a_household_sleeps_at_the_site(model: Model) -> None:
    persons, layout = model.state.persons, model.state.layout
    persons.level[[2, 3]], persons.place[[2, 3]] = (1, 0), (SEATED, AT_HOME)  # eleven and five years old
    persons.channel[0], persons.post[0], persons.wage_yuan[0] = NEARBY_OWN, layout.nearby_own, 2000.0
    recount(model)
    assert residents(model, 0) == (4, 2, 2)  # settled: all
    # At both ends the man who works there, the seated child, and the mother who cares for it; the small one is at home.
    model.state.households.state[0] = BOTH_ENDS
    recount(model)
    assert residents(model, 0) == (3, 1, 1)
    # The old school has the child: the man alone.
    persons.place[2] = OLD_SCHOOL
    recount(model)
    assert residents(model, 0) == (1, 0, 0)
    # A carer who works at the site counts once; who works away sleeps there.
    persons.place[2], persons.channel[1], persons.post[1] = SEATED, NEARBY_OWN, layout.nearby_own
    recount(model)
    assert residents(model, 0) == (3, 1, 1)
    persons.channel[0], persons.post[0] = AWAY_JOB, NO_POST
    recount(model)
    assert residents(model, 0) == (2, 1, 1)
    # In a post elsewhere in the unit she lives at the origin, but for the child.
    persons.channel[1], persons.post[1] = PUBLIC_POST, layout.public_unit
    recount(model)
    assert residents(model, 0) == (2, 1, 1)
    model.state.households.state[0] = RETURNED
    recount(model)
    assert residents(model, 0) == (0, 0, 0)


def test_the_grandmother_stays_with_a_pupil_at_both_ends(model: Model) -> None:
    model.state.persons.level[15], model.state.persons.place[15] = 1, SEATED  # nine, of household 4
    model.state.households.state[4] = BOTH_ENDS
    recount(model)
    assert residents(model, 4) == (2, 2, 1)


def test_who_is_left_at_home(model: Model) -> None:
    recount(model)
    h = model.state.households
    assert h.at_home[3] == 3
    model.state.persons.channel[[10, 11]] = AWAY_JOB, ORGANISED_EXPORT
    model.state.persons.school_leave[12] = month_index("2022-07")  # of eighteen years: a student
    model.state.persons.labour_from[12] = month_index("2022-07")
    recount(model)
    assert h.at_home[3] == 0


def test_how_open_work_away_is_to_a_households_seekers(model: Model) -> None:
    jobs = model.parameters.jobs._replace(away_age_full=40.0, away_age_none=60.0)
    model.parameters = model.parameters._replace(jobs=jobs)
    recount(model)
    # Household 3: of 59, 56 and 18 years: .05, .2 and 1. Household 0: the man is 39; the woman cares and is no seeker.
    assert model.state.households.openness[[0, 3]] == pytest.approx([1.0, 1.25])


def test_who_holds_a_public_post_is_a_seeker_and_who_is_suspended_is_none(model: Model) -> None:
    """Nobody of household 3 must care; one labourer holds a public post, one works away, one may not leave for work."""
    persons, homes = model.state.persons, model.state.households
    month = model.month
    three = np.flatnonzero((persons.household == 3) & (persons.labour_from <= month) & (month < persons.labour_to))
    persons.channel[three], persons.wage_yuan[three] = (PUBLIC_POST, AWAY_JOB, AWAY_JOB), 800.0
    persons.suspended[three[2]] = True
    recount(model)
    assert (homes.employed[3], homes.seekers[3], homes.away_workers[3]) == (2, 1, 1)
    assert homes.stopgap_yuan[3] == 800.0
    assert homes.at_home[3] == homes.members[3] - 1


def test_what_a_carer_earns_away_is_known(model: Model) -> None:
    persons = model.state.persons
    persons.channel[[0, 1]], persons.wage_yuan[[0, 1]] = AWAY_JOB, (4000.0, 3500.0)
    recount(model)
    assert model.state.households.carer_away_yuan[:2].tolist() == [3500.0, 0.0]


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
