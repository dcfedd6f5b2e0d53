"""Separations and the queue of those who look for work, on the twelve households."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.model import Model
from simulation.processes.jobs import (
    closed_workshops,
    find_seekers,
    search_probability,
    separation_probability,
    update_separations,
)
from simulation.state.entities import (
    AWAY,
    AWAY_JOB,
    BOTH_ENDS,
    CHANNELS,
    FARM,
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
)
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.made import call, employ, moment, numbers, recount

LABOURERS = [0, 1, 4, 5, 7, 8, 10, 11, 12, 13, 14, 21, 23, 24, 25, 26, 29, 30, 31, 32, 35]
"""Rows of the persons who are labourers in May 2019 (towns.py): 20 is ill, 27 is sixteen."""


@pytest.fixture
def model(dozen: Population, round_numbers: Parameters) -> Model:
    made = moment(dozen, round_numbers, "2019-05")
    made.state.posts.capacity[made.state.layout.workshops :] = (3, 2)
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


def never_separated(model: Model, **changes: float) -> None:
    names = [name for name in model.parameters.jobs._fields if name.startswith("separation_")]
    numbers(model, "jobs", **(dict.fromkeys(names, 0.0) | {"festival_separation": 0.0} | changes))


def test_jobs_that_go_on_are_counted_in_their_pools(model: Model) -> None:
    first = model.state.layout.workshops
    for person, channel, post in (
        (0, WORKSHOP, first),
        (1, WORKSHOP, first),
        (4, AWAY_JOB, NO_POST),
        (7, FARM, NO_POST),
    ):
        employ(model, person, channel, post)
    never_separated(model)
    assert call(update_separations, model) == 0
    assert model.state.posts.filled[first] == 2
    assert model.state.posts.filled.sum() == 2
    assert model.state.persons.months_in_job[[0, 1, 4, 7]].tolist() == [1, 1, 1, 0]
    assert not model.state.households.review_due.any()


def test_a_closed_workshop_ends_all_its_jobs_and_their_households_may_review(model: Model) -> None:
    first = model.state.layout.workshops
    employ(model, 0, WORKSHOP, first)
    employ(model, 4, WORKSHOP, first)
    employ(model, 13, WORKSHOP, first + 1)
    model.state.posts.capacity[first] = 0
    never_separated(model)
    assert call(update_separations, model) == 2
    assert model.state.persons.channel[[0, 4, 13]].tolist() == [0, 0, WORKSHOP]
    assert model.state.households.employed[[0, 1, 4]].tolist() == [0, 0, 1]
    assert model.state.households.review_due.tolist() == [1, 1] + [0] * 10
    assert model.state.posts.filled[first:].tolist() == [0, 1]


def test_a_workshop_counts_as_closed_only_while_it_has_workers(model: Model) -> None:
    posts, layout = model.state.posts, model.state.layout
    posts.capacity[layout.workshops :] = 0
    posts.capacity[layout.nearby_own], posts.filled[layout.nearby_own] = 0, 1  # no workshop
    assert not closed_workshops(posts, layout)
    employ(model, 0, WORKSHOP, layout.workshops + 1)
    assert closed_workshops(posts, layout)
    posts.capacity[layout.workshops + 1] = 1
    assert not closed_workshops(posts, layout)


def test_only_work_away_ends_after_the_festival(model: Model) -> None:
    never_separated(model, festival_separation=1.0)
    model.state.persons.carer[:] = False  # nobody is needed at home
    for person in LABOURERS:
        employ(model, person, AWAY_JOB if person < 20 else NEARBY_OWN, NO_POST if person < 20 else 2)
    assert call(update_separations, model, month=37) == 0  # February
    assert call(update_separations, model, month=38) == sum(person < 20 for person in LABOURERS)  # March
    assert call(update_separations, model, month=39) == 0


def seekers(model: Model, seed: int = 1) -> list[int]:
    """Return the queue of the month."""
    n = model.state.persons.key.size
    seeker_rows, lots = np.zeros(n + 1, dtype=np.uint32), np.zeros(n, dtype=np.uint64)
    n = call(find_seekers, model, seed=seed, seeker_rows=seeker_rows, lots=lots)
    assert (np.diff(seeker_rows[:n].astype(np.int64)) > 0).all()  # written down in the order of rows
    return seeker_rows[np.argsort(lots[:n])].tolist()


@pytest.mark.parametrize(
    ("channel", "on_the_job", "probability"),
    [
        (FARM, 0.02, 0.2),  # without work
        (NONE, 0.02, 1.0),  # without work where nobody of the household has any
        (WORKSHOP, 0.02, 0.02),
        (AWAY_JOB, 0.02, 0.02),
    ],
)
def test_search_probability(channel: int, on_the_job: float, probability: float, round_numbers: Parameters) -> None:
    jobs = round_numbers.jobs._replace(search_probability=0.2, search_on_the_job=on_the_job, part_time_share=0.4)
    assert search_probability(channel, jobs) == pytest.approx(probability)


def test_only_labourers_with_a_flat_look_for_work(model: Model) -> None:
    numbers(model, "jobs", search_probability=1.0)
    assert sorted(seekers(model)) == LABOURERS
    # In the month of the move, where to live comes first: household 0 looks for work from the month after.
    model.state.households.move_in_month[0] = model.month
    assert sorted(seekers(model)) == LABOURERS[2:]
    model.state.households.move_in_month[0] = model.month - 1
    assert sorted(seekers(model)) == LABOURERS


def test_households_with_nobody_employed_go_first_and_those_with_work_last(model: Model) -> None:
    numbers(model, "jobs", search_probability=1.0, search_on_the_job=1.0)
    employ(model, 0, NEARBY_OWN, 0)
    employ(model, 13, AWAY_JOB, NO_POST)
    employ(model, 31, NEARBY_OWN, 2)
    model.state.persons.channel[7] = FARM
    queue = seekers(model)
    # With somebody else of their household employed: 1 (household 0), 14 (4) and 32 (10). With work: 0, 13 and 31.
    assert set(queue[-3:]) == {0, 13, 31}
    assert set(queue[-6:-3]) == {1, 14, 32}
    assert set(queue[:-6]) == set(LABOURERS) - {0, 13, 31, 1, 14, 32}


def test_where_nobody_is_employed_all_without_work_search(model: Model) -> None:
    numbers(model, "jobs", search_probability=0.2, search_on_the_job=0.1)
    for h in range(12):
        model.state.households.employed[h] = h % 2
    counts = np.zeros(36)
    for seed in range(2000):
        counts[seekers(model, seed)] += 1
    of = np.array(LABOURERS)
    odd = model.state.persons.household[of] % 2 == 1
    # 2,000 searches each: .2 +- .009 where somebody is employed; four standard errors.
    assert (counts[of][~odd] == 2000).all()
    assert counts[of][odd] / 2000 == pytest.approx(0.2, abs=0.037)


def test_months_without_work_are_counted_of_who_could_take_any(model: Model) -> None:
    never_separated(model)
    persons = model.state.persons
    employ(model, 13, NEARBY_OWN, 1)
    persons.carer[:] = False
    persons.carer[1] = True
    persons.months_without_work[LABOURERS] = 3
    call(update_separations, model)
    # 0 is without work, 1 is a carer, 13 is at work.
    assert persons.months_without_work[[0, 1, 13]].tolist() == [4, 0, 0]


def test_every_channel_has_a_separation(round_numbers: Parameters) -> None:
    work = range(FARM + 1, len(CHANNELS))
    assert all(0.0 < separation_probability(channel, False, round_numbers.jobs) < 0.1 for channel in work)


def test_who_has_a_public_post_looks_for_work_as_the_jobless(model: Model) -> None:
    # .3 a month where somebody has other work, surely where nobody has, against .02 on any other job.
    numbers(model, "jobs", search_probability=0.3, search_on_the_job=0.02)
    household = model.state.persons.household
    for person in LABOURERS:
        employ(model, person, PUBLIC_POST if person < 20 and person != LABOURERS[0] else AWAY_JOB)
    recount(model)
    counts = np.zeros(36)
    for seed in range(2000):
        counts[seekers(model, seed)] += 1
    of = np.array(LABOURERS)
    public, beside = of[(of < 20) & (of != of[0])], household[LABOURERS[0]]
    some = public[household[public] == beside]
    assert some.size > 0
    assert counts[some] / 2000 == pytest.approx(0.3, abs=0.042)
    assert (counts[np.setdiff1d(public, some)] == 2000).all()
    assert counts[of][of > 20] / 2000 == pytest.approx(0.02, abs=0.013)


@pytest.mark.parametrize(
    ("state", "suspended", "comes_home"),
    [(SETTLED, False, True), (BOTH_ENDS, False, True), (RETURNED, False, True), (AWAY, False, False),
     (SETTLED, True, False)],
)  # fmt: skip
def test_nobody_leaves_small_children_alone(state: int, suspended: bool, comes_home: bool, model: Model) -> None:
    # Both parents of household 10 work away, with children of seven and two; the couple of household 7 has none.
    never_separated(model)
    households, persons = model.state.households, model.state.persons
    households.state[[7, 10]] = state
    for person in (23, 24, 31, 32):
        employ(model, person, AWAY_JOB)
    recount(model)
    assert persons.carer[[31, 32]].tolist() == [False, True]  # the mother, as where both or neither works
    persons.suspended[32] = suspended
    assert call(update_separations, model) == comes_home
    assert persons.channel[[23, 24, 31]].tolist() == [AWAY_JOB] * 3
    assert (persons.channel[32] <= FARM) == comes_home
    assert households.review_due[10] == comes_home
