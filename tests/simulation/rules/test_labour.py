"""Labour rules by hand: the sums use round_numbers.py."""

from __future__ import annotations

import pytest

from simulation.foundations.months import NEVER, month_index
from simulation.rules.labour import (
    alive,
    away_age_factor,
    away_cost,
    commute_cost,
    in_reach,
    labourer,
    leave_work,
    wage,
    works_away,
)
from simulation.state.entities import (
    AWAY,
    AWAY_JOB,
    BOTH_ENDS,
    CHANNELS,
    NEARBY_OWN,
    NEARBY_PUBLIC,
    NO_POST,
    NONE,
    ORGANISED_EXPORT,
    OWN_BUSINESS,
    PUBLIC_POST,
    RETURNED,
    SETTLED,
    WORKSHOP,
    Persons,
    Posts,
)
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.made import moment


@pytest.fixture
def persons(dozen: Population, parameters: Parameters) -> Persons:
    return moment(dozen, parameters, "2018-01").state.persons


@pytest.fixture
def posts(dozen: Population, parameters: Parameters) -> Posts:
    return moment(dozen, parameters, "2018-01").state.posts


def test_a_persons_life_begins_with_the_birth_and_ends_with_the_month_of_death(persons: Persons) -> None:
    # Person 18, the old woman of household 5, dies in May 2019; person 34 is born in August 2016.
    assert alive(persons, 18, month_index("2019-04"))
    assert not alive(persons, 18, month_index("2019-05"))
    assert not alive(persons, 34, month_index("2016-07"))
    assert alive(persons, 34, month_index("2016-08"))


def test_who_is_a_labourer(persons: Persons) -> None:
    # Person 10 (born June 1959) is sixty in June 2019; 20 falls ill in January 2019; 12 is eighteen in August 2018.
    cases = [(10, "2019-05", True), (10, "2019-06", False), (20, "2018-12", True), (20, "2019-01", False)]
    cases += [(12, "2018-07", False), (12, "2018-08", True), (6, "2018-01", False), (3, "2018-01", False)]
    for person, month, expected in cases:
        assert bool(labourer(persons, person, month_index(month))) is expected, (person, month)
    persons.death_month[0] = month_index("2018-03")
    assert labourer(persons, 0, month_index("2018-02"))
    assert not labourer(persons, 0, month_index("2018-03"))
    assert persons.labour_to[0] < NEVER


def test_leaving_work_leaves_nothing_behind(persons: Persons, posts: Posts) -> None:
    persons.channel[0], persons.post[0], persons.wage_yuan[0], persons.months_in_job[0] = WORKSHOP, 13, 2100.0, 7
    posts.filled[13] = 3
    leave_work(persons, 0, posts)
    assert posts.filled[13] == 2
    leave_work(persons, 0, posts)  # without a post: none is left
    assert posts.filled.sum() == 2
    left = persons.channel[0], persons.post[0], persons.wage_yuan[0], persons.months_in_job[0]
    assert left == (NONE, NO_POST, 0.0, 0)


def test_only_own_networks_and_organised_export_lead_away() -> None:
    assert {CHANNELS[c] for c in range(len(CHANNELS)) if works_away(c)} == {"away", "organised_export"}


@pytest.mark.parametrize(("age", "factor"), [(20, 1.0), (40, 1.0), (45, 0.75), (50, 0.5), (60, 0.0), (70, 0.0)])
def test_work_away_closes_with_age(age: int, factor: float, round_numbers: Parameters) -> None:
    # Whole up to 40, nothing from 60: at 45, (60 - 45) / (60 - 40) = .75.
    assert away_age_factor(age, round_numbers.jobs) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("channel", "base", "efficiency", "skill", "yuan"),
    [
        (WORKSHOP, 2000.0, 1.0, 0.5, 2000.0),  # at skill .5 the slope gives nothing: 1 - .2 + .4 * .5 = 1
        (WORKSHOP, 2000.0, 1.0, 1.0, 2400.0),  # 1 - .2 + .4 = 1.2
        (WORKSHOP, 2000.0, 1.0, 0.0, 1600.0),  # 1 - .2 = .8
        (AWAY_JOB, 4500.0, 1.2, 0.75, 5940.0),  # 4500 * 1.2 * (1 - .2 + .4 * .75 = 1.1)
        (PUBLIC_POST, 800.0, 1.5, 1.0, 800.0),  # one rate for everybody
    ],
)
def test_wage(
    channel: int, base: float, efficiency: float, skill: float, yuan: float, round_numbers: Parameters
) -> None:
    assert wage(channel, base, efficiency, skill, round_numbers.jobs) == pytest.approx(yuan)


def test_what_a_month_away_costs(round_numbers: Parameters) -> None:
    # 1500 for a living; and 1000 * share of dependants for the absence, unless the family came along.
    assert away_cost(SETTLED, 0.6, round_numbers.jobs) == pytest.approx(2100.0)
    assert away_cost(BOTH_ENDS, 0.0, round_numbers.jobs) == pytest.approx(1500.0)
    assert away_cost(AWAY, 0.6, round_numbers.jobs) == pytest.approx(1500.0)


@pytest.mark.parametrize("channel", [NEARBY_OWN, NEARBY_PUBLIC])
def test_daily_journeys_cost_by_distance_and_half_with_a_bus(channel: int, round_numbers: Parameters) -> None:
    # 10 yuan a month and km * 6 km; with a bus half of it.
    assert commute_cost(channel, 6.0, False, round_numbers.jobs) == pytest.approx(60.0)
    assert commute_cost(channel, 6.0, True, round_numbers.jobs) == pytest.approx(30.0)


@pytest.mark.parametrize("channel", [WORKSHOP, PUBLIC_POST, OWN_BUSINESS, AWAY_JOB, ORGANISED_EXPORT])
def test_posts_at_the_site_and_away_have_no_daily_journey(channel: int, round_numbers: Parameters) -> None:
    assert commute_cost(channel, 6.0, False, round_numbers.jobs) == 0.0


@pytest.mark.parametrize(
    ("state", "km", "reached"),
    [
        (SETTLED, 80.0, True),
        (BOTH_ENDS, 80.0, True),
        (AWAY, 5.0, False),
        (RETURNED, 15.0, True),  # nearby_reach_km is 15
        (RETURNED, 15.1, False),
    ],
)
def test_who_reaches_posts_at_the_site_every_day(
    state: int, km: float, reached: bool, round_numbers: Parameters
) -> None:
    assert bool(in_reach(state, km, round_numbers.jobs)) is reached
