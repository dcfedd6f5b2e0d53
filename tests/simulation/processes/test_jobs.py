"""Separations and the queue of those who look for work, on the twelve households."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.initial import initial_state
from simulation.parameters import Parameters
from simulation.population import Population
from simulation.processes.jobs import find_seekers, separation_probability, update_separations
from simulation.state import (
    AWAY,
    AWAY_JOB,
    CHANNELS,
    FARM,
    NEARBY_OWN,
    NEARBY_PUBLIC,
    NO_POST,
    NOT_MOVED,
    ORGANISED_EXPORT,
    OWN_BUSINESS,
    PUBLIC_POST,
    RETURNED,
    SETTLED,
    WORKSHOP,
    State,
)

MONTH = 40  # May 2019
LABOURERS = [0, 1, 4, 5, 7, 8, 10, 11, 12, 13, 14, 21, 23, 24, 25, 26, 29, 30, 31, 32, 35]
"""Rows of the persons who are labourers in May 2019 (towns.py): 20 is ill, 27 is sixteen."""


@pytest.fixture
def state(dozen: Population, round_numbers: Parameters) -> State:
    made = initial_state(dozen, round_numbers, 1, 48, 0, 0)[0]
    made.households.state[:] = SETTLED
    made.posts.capacity[made.layout.workshops :] = (3, 2)
    return made


@pytest.mark.parametrize(
    ("channel", "usual", "after_festival"),
    [
        (WORKSHOP, 0.01, 0.01),
        (PUBLIC_POST, 0.02, 0.02),
        (NEARBY_PUBLIC, 0.03, 0.03),
        (NEARBY_OWN, 0.04, 0.04),
        (ORGANISED_EXPORT, 0.05, 0.15),  # .1 more in March: some who came home for Spring Festival stay
        (AWAY_JOB, 0.06, 0.16),
        (OWN_BUSINESS, 0.07, 0.07),
    ],
)
def test_separation_probability(channel: int, usual: float, after_festival: float, round_numbers: Parameters) -> None:
    assert separation_probability(channel, False, round_numbers.jobs) == pytest.approx(usual)
    assert separation_probability(channel, True, round_numbers.jobs) == pytest.approx(after_festival)


def never_separated(p: Parameters, **changes: float) -> Parameters:
    names = [name for name in p.jobs._fields if name.startswith("separation_")]
    return p._replace(jobs=p.jobs._replace(**dict.fromkeys(names, 0.0), festival_separation=0.0)._replace(**changes))


def employ(state: State, person: int, channel: int, post: int) -> None:
    state.persons.channel[person], state.persons.post[person] = channel, post
    state.persons.wage_yuan[person] = 2000.0
    state.households.employed[state.persons.household[person]] += 1


def separate(state: State, p: Parameters, month: int = MONTH) -> int:
    args = month, state.households, state.persons, state.posts, state.layout, p.jobs
    return int(update_separations(1, *args))


def test_jobs_that_go_on_are_counted_in_their_pools(state: State, round_numbers: Parameters) -> None:
    first = state.layout.workshops
    for person, channel, post in ((0, WORKSHOP, first), (1, WORKSHOP, first), (4, AWAY_JOB, NO_POST), (7, FARM, NO_POST)):
        employ(state, person, channel, post)
    state.posts.filled[:] = 99
    assert separate(state, never_separated(round_numbers)) == 0
    assert state.posts.filled[first] == 2
    assert state.posts.filled.sum() == 2
    assert state.persons.months_in_job[[0, 1, 4, 7]].tolist() == [1, 1, 1, 0]
    assert not state.households.review_due.any()


def test_a_closed_workshop_ends_all_its_jobs_and_their_households_may_review(
    state: State, round_numbers: Parameters
) -> None:
    first = state.layout.workshops
    employ(state, 0, WORKSHOP, first)
    employ(state, 4, WORKSHOP, first)
    employ(state, 13, WORKSHOP, first + 1)
    state.posts.capacity[first] = 0
    assert separate(state, never_separated(round_numbers)) == 2
    assert state.persons.channel[[0, 4, 13]].tolist() == [0, 0, WORKSHOP]
    assert state.households.employed[[0, 1, 4]].tolist() == [0, 0, 1]
    assert state.households.review_due.tolist() == [1, 1] + [0] * 10
    assert state.posts.filled[first:].tolist() == [0, 1]


def test_only_work_away_ends_after_the_festival(state: State, round_numbers: Parameters) -> None:
    p = never_separated(round_numbers, festival_separation=1.0)
    for person in LABOURERS:
        employ(state, person, AWAY_JOB if person < 20 else NEARBY_OWN, NO_POST if person < 20 else 2)
    assert separate(state, p, month=37) == 0  # February
    assert separate(state, p, month=38) == sum(person < 20 for person in LABOURERS)  # March
    assert separate(state, p, month=39) == 0


def seekers(state: State, p: Parameters, luck: int = 1) -> list[int]:
    """Return the queue of May 2019."""
    found = np.zeros(state.persons.key.size, dtype=np.int32)
    lots = np.zeros(found.size, dtype=np.uint64)
    state.sites.seekers[:] = 0
    n = find_seekers(luck, MONTH, state.households, state.persons, state.sites, p.jobs, found, lots)
    return found[np.argsort(lots[:n])].tolist()


def test_only_labourers_with_a_flat_look_for_work(state: State, round_numbers: Parameters) -> None:
    keen = round_numbers._replace(jobs=round_numbers.jobs._replace(search_probability=1.0))
    assert sorted(seekers(state, keen)) == LABOURERS
    state.households.state[0] = NOT_MOVED
    assert sorted(seekers(state, keen)) == LABOURERS[2:]


def test_households_with_nobody_employed_go_first_and_those_with_work_last(
    state: State, round_numbers: Parameters
) -> None:
    keen = round_numbers._replace(jobs=round_numbers.jobs._replace(search_probability=1.0, search_on_the_job=1.0))
    employ(state, 0, NEARBY_OWN, 0)
    employ(state, 13, AWAY_JOB, NO_POST)
    employ(state, 31, NEARBY_OWN, 2)
    state.persons.channel[7] = FARM
    queue = seekers(state, keen)
    # With somebody else of their household employed: 1 (household 0), 14 (4) and 32 (10). With work: 0, 13 and 31.
    assert set(queue[-3:]) == {0, 13, 31}
    assert set(queue[-6:-3]) == {1, 14, 32}
    assert set(queue[:-6]) == set(LABOURERS) - {0, 13, 31, 1, 14, 32}


def test_nobody_employed_multiplies_the_chance_to_search(state: State, round_numbers: Parameters) -> None:
    jobs = round_numbers.jobs._replace(search_probability=0.2, search_multiplier=3.0, search_on_the_job=0.1)
    p = round_numbers._replace(jobs=jobs)
    for h in range(12):
        state.households.employed[h] = h % 2
    counts = np.zeros(36)
    for luck in range(2000):
        counts[seekers(state, p, luck)] += 1
    of = np.array(LABOURERS)
    odd = state.persons.household[of] % 2 == 1
    # 2,000 searches each: .6 +- .011 where nobody is employed, .2 +- .009 elsewhere; four standard errors.
    assert counts[of][~odd] / 2000 == pytest.approx(0.6, abs=0.045)
    assert counts[of][odd] / 2000 == pytest.approx(0.2, abs=0.037)


def test_sites_count_seekers_who_could_take_a_post_there(state: State, round_numbers: Parameters) -> None:
    keen = round_numbers._replace(jobs=round_numbers.jobs._replace(search_probability=1.0, search_on_the_job=1.0))
    state.households.state[0] = AWAY  # two labourers
    state.households.state[3] = RETURNED  # three, 60 km away
    state.households.state[1] = RETURNED  # two, 10 km away: within the daily 15 km
    employ(state, 7, NEARBY_OWN, 0)  # of household 2: looks for another post, and is no seeker without work
    seekers(state, keen)
    # Site 0: 4 and 5 of household 1, and 8 of household 2. Site 1: 13, 14, 21, 23, 24. Site 2: 25, 26, 29 to 32 and 35.
    assert state.sites.seekers.tolist() == [3, 5, 7]


def test_every_channel_has_a_separation(round_numbers: Parameters) -> None:
    work = range(FARM + 1, len(CHANNELS))
    assert all(0.0 < separation_probability(channel, False, round_numbers.jobs) < 0.1 for channel in work)
