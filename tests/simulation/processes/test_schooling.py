"""Seats on the twelve households: who has one, by lot, and where the others learn."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.foundations.months import KINDERGARTEN, MIDDLE, PRIMARY, month_index
from simulation.model import Model
from simulation.processes.demography import update_levels
from simulation.processes.schooling import elsewhere_place, unseated_place
from simulation.state.entities import (
    AT_HOME,
    AWAY,
    AWAY_SCHOOL,
    BOARDS,
    BOTH_ENDS,
    NOT_MOVED,
    OLD_SCHOOL,
    RETURNED,
    SEATED,
    SETTLED,
    TRAVELS,
)
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.made import call, moment, numbers

CHILDREN = {2: PRIMARY, 3: KINDERGARTEN, 9: KINDERGARTEN, 15: PRIMARY, 16: PRIMARY, 22: MIDDLE, 28: KINDERGARTEN,
            33: PRIMARY, 34: KINDERGARTEN}  # fmt: skip
"""Persons of school age in the school year 2019 by level (towns.py): 2 was born in May 2008, eleven on 1 September."""


@pytest.fixture
def model(dozen: Population, round_numbers: Parameters) -> Model:
    made = moment(dozen, round_numbers, "2019-10")
    call(update_levels, made)
    made.state.households.review_due[:] = 0
    return made


def seat(model: Model, seed: int = 1) -> None:
    model.seed = seed
    model.update_schooling()


def test_levels_of_the_children(model: Model) -> None:
    assert {
        int(i): int(model.state.persons.level[i]) for i in np.flatnonzero(model.state.persons.level >= 0)
    } == CHILDREN


def test_all_are_seated_where_there_are_seats(model: Model) -> None:
    model.state.sites.seats[:] = 9
    seat(model)
    assert (model.state.persons.place[list(CHILDREN)] == SEATED).all()
    # Site 0: persons 3 and 9 in kindergarten, 2 in primary; site 1: 15 and 16 primary, 22 middle; site 2: 28, 34; 33.
    assert model.state.sites.seated.tolist() == [[2, 1, 0], [0, 2, 1], [2, 1, 0]]
    assert model.state.sites.children.tolist() == model.state.sites.seated.tolist()
    assert not model.state.sites.unseated.any()
    assert (model.state.sites.seat_share == 1.0).all()
    # Whoever found a seat has reason to review: households 0, 2, 4, 6, 8 and 10.
    assert np.flatnonzero(model.state.households.review_due).tolist() == [0, 2, 4, 6, 8, 10]


def test_one_seat_goes_to_one_child_by_lot(model: Model) -> None:
    model.state.sites.seats[0, KINDERGARTEN] = 1
    winners = set()
    for seed in range(20):
        model.state.persons.place[list(CHILDREN)] = AT_HOME
        seat(model, seed)
        seated = np.flatnonzero(model.state.persons.place == SEATED).tolist()
        assert len(seated) == 1
        winners |= set(seated)
        assert model.state.sites.seated[0, KINDERGARTEN] == model.state.sites.unseated[0, KINDERGARTEN] == 1
        assert model.state.sites.seat_share[0].tolist() == [0.5, 0.0, 1.0]
    assert winners == {3, 9}


def test_a_seat_is_kept_through_the_year_and_against_new_applicants(model: Model) -> None:
    model.state.sites.seats[0, KINDERGARTEN] = 1
    seat(model)
    holder = int(np.flatnonzero(model.state.persons.place == SEATED)[0])
    for seed in range(1, 11):
        model.month += 1
        seat(model, seed)
        assert np.flatnonzero(model.state.persons.place == SEATED).tolist() == [holder]


def test_a_child_keeps_its_lot_for_the_school_year(model: Model) -> None:
    model.state.sites.seats[0, KINDERGARTEN] = 1

    def winner(month: str, luck: int) -> int:
        model.state.persons.place[list(CHILDREN)] = AT_HOME
        model.month = month_index(month)
        seat(model, luck)
        return int(np.flatnonzero(model.state.persons.place == SEATED)[0])

    years = [("2019-09", "2019-12", "2020-01", "2020-08"), ("2020-09", "2021-03")]
    winners = [[{winner(month, luck) for month in months} for months in years] for luck in range(10)]
    assert all(len(year) == 1 for both in winners for year in both)
    assert any(first != second for first, second in winners)  # and gets another one the year after


def test_a_lost_seat_is_a_reason_to_review(model: Model) -> None:
    model.state.sites.seats[0] = 1
    seat(model)
    model.state.households.review_due[:] = 0
    model.state.sites.seats[0, PRIMARY] = 0
    seat(model)
    assert model.state.persons.place[2] == TRAVELS  # site 0 has a bus
    assert np.flatnonzero(model.state.households.review_due).tolist() == [0]


def test_who_lives_elsewhere_takes_no_seat_but_is_registered(model: Model) -> None:
    model.state.sites.seats[:] = 9
    model.state.households.state[[0, 4, 6]] = (AWAY, RETURNED, NOT_MOVED)
    seat(model)
    assert model.state.sites.seated.tolist() == [[1, 0, 0], [0, 0, 0], [2, 1, 0]]
    assert model.state.sites.children.tolist() == [[2, 1, 0], [0, 2, 0], [2, 1, 0]]
    assert not (model.state.persons.place[[2, 3, 15, 16]] == SEATED).any()


def test_papers_must_be_ready(model: Model) -> None:
    numbers(model, "schooling", enrolment_probability=0.0)
    model.state.sites.seats[:] = 9
    seat(model)
    assert not model.state.sites.seated.any()
    assert model.state.sites.unseated.tolist() == [[2, 1, 0], [0, 2, 1], [2, 1, 0]]


@pytest.mark.parametrize(
    ("level", "at_both_ends", "old_school", "rides", "place"),
    [
        (KINDERGARTEN, False, True, True, AT_HOME),
        (KINDERGARTEN, True, True, False, AT_HOME),
        (PRIMARY, True, True, True, OLD_SCHOOL),
        (PRIMARY, True, False, True, TRAVELS),
        (PRIMARY, False, True, True, TRAVELS),
        (PRIMARY, False, True, False, OLD_SCHOOL),
        (PRIMARY, False, False, False, BOARDS),
        (MIDDLE, False, True, False, BOARDS),
        (MIDDLE, False, True, True, TRAVELS),
        (MIDDLE, True, True, False, OLD_SCHOOL),
    ],
)
def test_where_an_unseated_child_learns(
    level: int, at_both_ends: bool, old_school: bool, rides: bool, place: int, model: Model
) -> None:
    model.state.households.state[0] = BOTH_ENDS if at_both_ends else SETTLED
    model.state.households.origin_school[0] = old_school
    assert unseated_place(0, level, rides, model.state.households) == place


@pytest.mark.parametrize(
    ("lines", "bus", "places", "ride"),
    [
        (0, 9.0, 9.0, []),  # no line
        (1, 9.0, 9.0, [15, 16, 22]),
        (1, 2.0, 9.0, [15, 16]),  # two seats on the bus: these two, or another pair, by lot
        (1, 9.0, 1.0, [15, 22]),  # one place at each level in the school at the other end
        (2, 1.0, 1.0, [15, 16]),  # two lines, of one seat and one place at each level
        (1, 0.5, 9.0, []),
    ],
)
def test_seats_on_the_bus_are_limited(lines: int, bus: float, places: float, ride: list[int], model: Model) -> None:
    """Site 1 has no seats, two pupils at primary school and one at middle school."""
    model.state.sites.bus_lines[:] = (0, lines, 0)
    numbers(model, "schooling", bus_pupils_per_line=bus, receiving_places=places)
    found = set()
    for luck in range(40):
        model.state.persons.place[list(CHILDREN)] = AT_HOME
        seat(model, luck)
        travel = np.flatnonzero(model.state.persons.place == TRAVELS).tolist()
        assert len(travel) == len(ride)
        assert model.state.sites.riders[1].sum() == len(ride)
        assert model.state.sites.riders[1].max() <= lines * places
        found.add(tuple(travel))
    assert tuple(ride) in found
    assert (len(found) == 1) == (len(ride) in (0, 3))  # by lot


def test_a_seat_on_the_bus_is_kept_until_a_seat_in_reach_is_found(model: Model) -> None:
    sites, persons = model.state.sites, model.state.persons
    sites.bus_lines[:] = (0, 1, 0)
    numbers(model, "schooling", bus_pupils_per_line=1.0)
    seat(model)
    rider = int(np.flatnonzero(persons.place == TRAVELS)[0])
    for luck in range(2, 8):
        model.month += 1
        seat(model, luck)
        assert np.flatnonzero(persons.place == TRAVELS).tolist() == [rider]
    sites.seats[1] = 9
    seat(model)
    assert persons.place[rider] == SEATED
    assert not sites.riders.any()


@pytest.mark.parametrize(
    ("state_now", "level", "takes", "old_school", "place"),
    [
        (AWAY, PRIMARY, True, True, AWAY_SCHOOL),
        (AWAY, KINDERGARTEN, True, True, AWAY_SCHOOL),
        (AWAY, PRIMARY, False, True, BOARDS),
        (AWAY, KINDERGARTEN, False, True, AT_HOME),
        (RETURNED, PRIMARY, True, True, OLD_SCHOOL),
        (RETURNED, PRIMARY, True, False, BOARDS),
        (RETURNED, KINDERGARTEN, False, True, OLD_SCHOOL),
        (RETURNED, KINDERGARTEN, False, False, AT_HOME),
    ],
)
def test_where_a_child_out_of_reach_learns(
    state_now: int, level: int, takes: bool, old_school: bool, place: int, model: Model
) -> None:
    model.state.households.state[0], model.state.households.origin_school[0] = state_now, old_school
    assert elsewhere_place(0, level, takes, model.state.households) == place
