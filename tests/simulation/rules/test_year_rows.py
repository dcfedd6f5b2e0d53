"""Rows of a year against the persons themselves: nobody whom a rule must look at is missing."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from simulation.foundations.months import NEVER, school_level
from simulation.model import Model
from simulation.rules.members import BIRTHDAYS
from simulation.rules.year_rows import YearRows, rows_of_year
from simulation.state.entities import Households, Persons
from simulation.state.parameters import Parameters
from simulation.state.population import Population

MONTHS = 108
YEARS = range(0, MONTHS, 12)


@pytest.fixture(scope="module", params=["dozen", "town"])
def model(request: pytest.FixtureRequest, parameters: Parameters) -> Model:
    """A run before its first month; no test changes it."""
    return Model(request.getfixturevalue(request.param), parameters, months=MONTHS)


@pytest.fixture(scope="module")
def persons(model: Model) -> Persons:
    """The persons of a run, those who are born in it too."""
    return model.state.persons


@pytest.fixture(scope="module")
def households(model: Model) -> Households:
    return model.state.households


def has_flat_in(persons: Persons, households: Households, year: int) -> np.ndarray:
    """Whether a person's household has a flat by the end of a year, or may get one in any month."""
    moves = households.move_in_month[persons.household]
    return (moves < year + 12) | (moves == NEVER)


def lives_in(persons: Persons, month: int) -> np.ndarray:
    return (persons.birth_month <= month) & (month < persons.death_month)


def levels_in(persons: Persons, month: int) -> np.ndarray:
    return np.array([school_level(birth, month) for birth in persons.birth_month.tolist()])


def events_in(persons: Persons, month: int) -> np.ndarray:
    """Whether a person is born, dies, enters or leaves labour or school or comes of an age that counts."""
    columns = (persons.birth_month, persons.death_month, persons.labour_from, persons.labour_to, persons.school_leave)
    birthdays = [persons.birth_month.astype(np.int64) + 12 * years for years in BIRTHDAYS]
    return np.any([column == month for column in (*columns, *birthdays)], axis=0)


def ascending(rows: np.ndarray) -> bool:
    return rows.dtype == np.uint32 and bool((np.diff(rows.astype(np.int64)) > 0).all())


@pytest.mark.parametrize("first", YEARS)
def test_rows_ascend_and_are_fewer_than_all(first: int, persons: Persons, households: Households) -> None:
    found = rows_of_year(persons, households, first)
    assert len(found.ageing) == 12
    for rows in (found.labour, found.school, found.pupils, *found.ageing):
        assert ascending(rows)
        assert rows.size < persons.key.size


@pytest.mark.parametrize("first", YEARS)
def test_who_is_a_labourer_in_some_month_of_the_year_is_among_the_rows(
    first: int, persons: Persons, households: Households
) -> None:
    found, of_year = np.isin(np.arange(persons.key.size), rows_of_year(persons, households, first).labour), False
    flat = has_flat_in(persons, households, first)
    assert not found[~flat].any()
    for month in range(first, first + 12):
        works = flat & (persons.labour_from <= month) & (month < persons.labour_to) & lives_in(persons, month)
        assert found[works].all()
        of_year |= works
    # Rows may be listed that do not come to it (who dies first), but hardly any.
    assert np.count_nonzero(found & ~of_year) <= 0.01 * persons.key.size


@pytest.mark.parametrize("first", YEARS)
def test_who_is_of_school_age_in_the_year_or_was_in_the_month_before_is_among_the_rows(
    first: int, persons: Persons, households: Households
) -> None:
    """Who leaves school in September must be told so."""
    rows = rows_of_year(persons, households, first)
    found = np.isin(np.arange(persons.key.size), rows.school)
    flat = has_flat_in(persons, households, first)
    assert rows.pupils.tolist() == [i for i in rows.school.tolist() if flat[i]]
    alive = np.any([lives_in(persons, month) for month in range(first, first + 12)], axis=0)
    pupils = 0
    for month in range(first - 1, first + 12):
        learns = alive & (levels_in(persons, month) >= 0)
        assert found[learns].all()
        pupils += np.count_nonzero(learns)
    assert pupils > 0


@pytest.mark.parametrize("first", YEARS)
def test_rows_of_a_month_are_exactly_those_with_an_event(first: int, persons: Persons, households: Households) -> None:
    """But for those who had died before the year; the rows of a year are the same whatever month asks for them."""
    living = persons.death_month >= first
    events = 0
    for month in range(first, first + 12):
        found = rows_of_year(persons, households, month).ageing[month % 12]
        assert found.tolist() == np.flatnonzero(living & events_in(persons, month)).tolist()
        events += found.size
    assert events > 0


def test_the_rows_of_each_kind_of_event(dozen: Population, parameters: Parameters) -> None:
    """Persons of towns.py in 2019, by month."""
    state = Model(dozen, parameters, months=48).state
    found = rows_of_year(state.persons, state.households, 47).ageing
    # January: 4 is forty-four and 20 falls ill. May: 18 dies, 13 is thirty-four. June: 10 is sixty. Between 33 and 65
    # every birthday counts; 27, who is sixteen, ends no school yet.
    assert [found[month].tolist() for month in (0, 4, 5)] == [[4, 20], [13, 18], [10]]


def test_a_model_has_the_rows_of_its_year(dozen: Population, parameters: Parameters) -> None:
    def same(one: YearRows, other: YearRows) -> bool:
        pairs = zip((*one[:3], *one.ageing), (*other[:3], *other.ageing), strict=True)
        return all(np.array_equal(a, b) for a, b in pairs)

    model = Model(dozen, parameters, months=60)
    years = []
    while model.month < 60:
        rows = model.rows
        assert same(rows, rows_of_year(model.state.persons, model.state.households, model.month))
        if model.month % 12 == 0:
            years.append(rows)
        assert rows is years[-1]  # they are found once a year
        model.step()
    assert not any(same(a, b) for a, b in pairwise(years))
    model.month = 13
    assert same(model.rows, years[1])
    # A branch in the middle of a year has those of the year, too.
    trunk = Model(dozen, parameters, months=60)
    for _ in range(30):
        trunk.step()
    assert same(trunk.branch(trunk.policy).rows, years[2])
