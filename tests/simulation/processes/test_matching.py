"""Matching on the twelve households: posts that are really there, in the order of the queue."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.model import Model
from simulation.processes.matching import Seekers, describe_seekers, match_seekers
from simulation.rules.labour import in_ordinary_work
from simulation.state.columns import new_table
from simulation.state.entities import (
    AWAY,
    AWAY_JOB,
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

EVERYBODY = [0, 1, 4, 5, 7, 8, 10, 11, 12, 13, 14, 21, 23, 24, 25, 26, 29, 30, 31, 32, 35]


@pytest.fixture
def model(dozen: Population, round_numbers: Parameters) -> Model:
    """Return the twelve households settled in May 2019, nobody at work, no post anywhere.

    Everybody wants any post near home and nobody hears of work away: reservation wages of about 1 yuan, no noise.
    """
    jobs = round_numbers.jobs._replace(
        reservation_wage_yuan=1.0,
        offer_noise_yuan=0.0,
        away_offer_probability=0.0,
        skill_workshop=0.0,
        skill_nearby=0.0,
        skill_business=0.0,
        skill_organised=0.0,
        commute_yuan_per_km=0.0,
    )
    return moment(dozen, round_numbers._replace(jobs=jobs), "2019-05")


def describe(model: Model, rows: list[int]) -> Seekers:
    """Return what is written down of the persons in some rows."""
    seekers = new_table(Seekers, len(rows), {}, groups=(Seekers._fields,))
    call(describe_seekers, model, seeker_rows=np.array(rows, dtype=np.uint32), seekers=seekers)
    return seekers


def match(model: Model, queue: list[int], fair_posts: int = 0, organised: int = 0) -> list[int]:
    """Serve the queue, in which everybody stands once; return hires and matches at a fair."""
    rows = sorted(set(queue))
    assert len(rows) == len(queue)
    order, counts = np.searchsorted(rows, queue), np.zeros(2, dtype=np.int32)
    given = {"order": order, "fair_posts": fair_posts, "organised_places": organised, "counts": counts}
    call(match_seekers, model, seekers=describe(model, rows), **given)
    return counts.tolist()


def open_posts(model: Model, **posts: int) -> None:
    """Open posts at site 0 and in its unit by the name of their pool's block."""
    for block, number in posts.items():
        model.state.posts.capacity[getattr(model.state.layout, block)] = number


def test_what_is_written_down_of_a_seeker(model: Model) -> None:
    numbers(
        model, "jobs", commute_yuan_per_km=10.0, hard_to_place_age=59.0, fair_attendance=1.0,
        away_offer_probability=1.0, away_network_weight=0.0,
    )  # fmt: skip
    layout, persons = model.state.layout, model.state.persons
    persons.carer[:] = False
    persons.carer[1] = True
    model.state.households.state[[3, 7]] = RETURNED, AWAY  # 60 and 80 km from home
    employ(model, 4, AWAY_JOB, NO_POST, 3000.0)
    employ(model, 13, NEARBY_OWN, layout.nearby_own + 1, 2500.0)
    rows = [0, 1, 4, 10, 13, 24]
    found = describe(model, rows)
    assert found.person.tolist() == rows
    assert found.key.tolist() == persons.key[rows].tolist()
    assert found.household.tolist() == [0, 0, 1, 3, 4, 7]
    assert found.site.tolist() == [0, 0, 0, 0, 1, 1]
    assert found.state.tolist() == [SETTLED, SETTLED, SETTLED, RETURNED, SETTLED, AWAY]
    assert found.channel.tolist() == [NONE, NONE, AWAY_JOB, NONE, NEARBY_OWN, NONE]
    assert found.post.tolist() == [NO_POST] * 4 + [layout.nearby_own + 1, NO_POST]
    assert found.carer.tolist() == [False, True, False, False, False, False]
    assert found.hard_to_place.tolist() == [False, True, False, True, False, False]  # 10 is fifty-nine
    assert found.near.tolist() == [True, True, True, False, True, False]
    assert found.poor.tolist() == [True, True, True, False, True, False]
    assert found.skill.tolist() == persons.skill[rows].tolist()
    assert found.efficiency.tolist() == persons.efficiency[rows].tolist()
    assert found.reservation_yuan.tolist() == persons.reservation_yuan[rows].tolist()
    # Away: 1500 for a living and 1000 * the share of dependants left behind: 2 of 4, 1 of 3, none of 3, 3 of 5; who
    # lives away leaves none behind.
    costs = [2000.0, 2000.0, 1500.0 + 1000.0 / 3, 1500.0, 2100.0, 1500.0]
    assert found.away_cost_yuan == pytest.approx(costs)
    # With work: the wage and 500 for changing, less what the job costs: living away, or 6 km a day.
    asks = persons.reservation_yuan[rows]
    asks[2], asks[4] = 3000.0 + 500.0 - costs[2], 2500.0 + 500.0 - 60.0
    assert found.asks_yuan == pytest.approx(asks)
    # To a fair go those without work who are no carers; who works away hears of no other work away.
    assert found.at_fair.tolist() == [True, False, False, True, False, True]
    young = [0, 1, 2, 4, 5]
    assert found.hears_of_away[young].tolist() == [True, True, False, True, True]
    numbers(model, "jobs", away_offer_probability=0.0, fair_attendance=0.0)
    assert np.flatnonzero(describe(model, rows).hears_of_away).tolist() == [5]  # who lives there
    assert not describe(model, rows).at_fair.any()


def test_posts_go_by_the_queue_and_no_post_twice(model: Model) -> None:
    open_posts(model, workshops=2)
    assert match(model, [4, 0, 1, 5]) == [2, 0]
    assert model.state.persons.channel[[4, 0, 1, 5]].tolist() == [WORKSHOP, WORKSHOP, NONE, NONE]
    assert model.state.posts.filled[model.state.layout.workshops] == 2
    assert model.state.persons.post[[4, 0]].tolist() == [model.state.layout.workshops] * 2
    assert model.state.households.employed[:2].tolist() == [1, 1]
    assert model.state.sites.local_hires.tolist() == [2, 0, 0]


def test_each_takes_the_best_post_that_is_left(model: Model) -> None:
    # Business 3000, nearby 2500 (own or placed: the first looked at), workshop 2000; wages rise alike with skill.
    open_posts(model, workshops=5, nearby_own=1, own_business=1, nearby_public=1)
    model.state.persons.carer[:] = False
    match(model, [0, 4, 5, 7, 8])
    found = model.state.persons.channel[[0, 4, 5, 7, 8]].tolist()
    assert found == [OWN_BUSINESS, NEARBY_OWN, NEARBY_PUBLIC, WORKSHOP, WORKSHOP]
    # Person 4: 2500 at efficiency e and skill .5.
    assert model.state.persons.wage_yuan[4] == pytest.approx(2500.0 * model.state.persons.efficiency[4])


def test_hundreds_of_seekers_never_overfill_a_pool(model: Model) -> None:
    model.state.posts.capacity[:] = 1
    for month in range(15):
        match(model, EVERYBODY[month:] + EVERYBODY[:month], fair_posts=4, organised=2)
        assert (model.state.posts.filled <= model.state.posts.capacity).all()
        worked_in = model.state.persons.post[model.state.persons.post >= 0]
        assert (
            np.bincount(worked_in, minlength=model.state.posts.filled.size).tolist()
            == model.state.posts.filled.tolist()
        )


def test_a_reserved_post_is_for_carers_and_the_old_of_households_in_need(model: Model) -> None:
    open_posts(model, public_site=10)
    h = model.state.households
    h.employed[:3] = 1
    h.poor[:4] = (False, True, True, False)
    model.state.persons.carer[:] = False
    model.state.persons.carer[[1, 8]] = True
    # 1 cares, and her household is neither poor nor without a wage: no; 8 cares in a poor one: yes. 10 of household 3
    # is 59 and nobody there is employed: yes; 12 is younger: no, though nobody there is employed. 4 is 44 and 5 is 41.
    queue = [0, 1, 4, 5, 7, 8, 10, 12]
    match(model, queue)
    assert [i for i in queue if model.state.persons.channel[i] == PUBLIC_POST] == [8, 10]
    numbers(model, "jobs", hard_to_place_age=44.0)
    match(model, [4, 5])
    assert model.state.persons.channel[[4, 5]].tolist() == [PUBLIC_POST, NONE]


def test_who_has_other_work_may_take_no_reserved_post(model: Model) -> None:
    open_posts(model, public_site=10)
    numbers(model, "jobs", hard_to_place_age=0.0, move_cost_yuan=-5000.0)
    employ(model, 4, WORKSHOP, model.state.layout.workshops, 2000.0)
    match(model, [4])
    assert model.state.persons.channel[4] == WORKSHOP


def test_a_public_post_is_left_for_what_a_jobless_person_would_take(model: Model) -> None:
    """Not for 500 yuan more than it pays, as other posts are: whoever works for less than 2,000 takes a workshop."""
    persons, layout = model.state.persons, model.state.layout
    open_posts(model, workshops=5, public_site=5)
    numbers(model, "jobs", offer_noise_yuan=0.0, move_cost_yuan=5000.0)
    for person in (4, 5):
        employ(model, person, PUBLIC_POST, layout.public_site, 800.0)
        persons.skill[person], persons.efficiency[person] = 0.5, 1.0
    recount(model)
    # Nobody of household 1 is in other work, so need lowers what both ask by the discount.
    discount = model.parameters.jobs.reservation_need_discount
    persons.reservation_yuan[[4, 5]] = 1990.0 / (1.0 - discount), 2010.0 / (1.0 - discount)
    match(model, [4, 5])
    assert persons.channel[4] == WORKSHOP
    assert model.state.posts.filled[layout.public_site] == 1


def test_a_post_that_pays_less_is_no_reason_to_leave_a_public_one(model: Model) -> None:
    persons, layout = model.state.persons, model.state.layout
    open_posts(model, workshops=5, public_site=5)
    numbers(model, "jobs", offer_noise_yuan=0.0)
    employ(model, 4, PUBLIC_POST, layout.public_site, 2100.0)
    persons.skill[4], persons.efficiency[4], persons.reservation_yuan[4] = 0.5, 1.0, 10.0
    match(model, [4])
    assert persons.channel[4] == PUBLIC_POST


def test_a_public_post_does_not_make_a_household_one_with_somebody_employed(model: Model) -> None:
    """The other members keep their turn, their need and their search; ordinary work ends that."""
    persons, homes, layout = model.state.persons, model.state.households, model.state.layout
    open_posts(model, public_site=1)
    numbers(model, "jobs", hard_to_place_age=44.0)
    assert in_ordinary_work(1, homes) == 0
    match(model, [4])
    assert persons.channel[4] == PUBLIC_POST
    assert (homes.employed[1], in_ordinary_work(1, homes)) == (1, 0)
    persons.skill[4], persons.efficiency[4], persons.reservation_yuan[4] = 1.0, 2.0, 10.0
    open_posts(model, workshops=1)
    match(model, [4])
    assert persons.channel[4] == WORKSHOP
    assert (homes.employed[1], in_ordinary_work(1, homes)) == (1, 1)
    recount(model)
    assert in_ordinary_work(1, homes) == 1
    assert model.state.posts.filled[[layout.public_site, layout.workshops]].tolist() == [0, 1]


def test_a_carer_takes_only_flexible_hours(model: Model) -> None:
    # Site 1 lies 6 km from the town: posts there have fixed hours; in the county town of site 0 some suit a carer.
    model.state.persons.carer[13] = True
    model.state.posts.capacity[model.state.layout.nearby_own + 1] = 5
    match(model, [13, 14])
    assert model.state.persons.channel[[13, 14]].tolist() == [NONE, NEARBY_OWN]
    model.state.posts.capacity[model.state.layout.workshops + 1] = 5
    match(model, [13])
    assert model.state.persons.channel[13] == WORKSHOP
    model.state.persons.carer[0] = True
    open_posts(model, nearby_own=1)
    match(model, [0])
    assert model.state.persons.channel[0] == NEARBY_OWN


def test_posts_of_other_sites_and_units_are_out_of_reach(model: Model) -> None:
    open_posts(model, workshops=9, nearby_own=9, own_business=9, public_site=9, nearby_public=9, public_unit=9)
    match(model, [25, 26, 29])  # site 2, the other unit
    assert model.state.persons.channel[[25, 26, 29]].tolist() == [NONE] * 3
    # Site 1 is of the same unit: posts placed in the unit, but not those of site 0.
    match(model, [13, 14])
    assert model.state.persons.post[13] == model.state.layout.nearby_public


def test_who_moved_back_far_reaches_only_posts_elsewhere_in_the_unit(model: Model) -> None:
    open_posts(model, workshops=9, nearby_own=9, nearby_public=9, public_unit=1)
    model.state.households.state[[1, 3]] = RETURNED  # 10 and 60 km from home
    match(model, [10, 11, 4])
    assert model.state.persons.channel[[10, 11, 4]].tolist() == [PUBLIC_POST, NONE, NEARBY_OWN]
    assert model.state.persons.post[10] == model.state.layout.public_unit
    # Of the two hired only household 1 counts among those who look for a post at the site.
    assert model.state.sites.local_hires.tolist() == [1, 0, 0]


def test_who_lives_away_hears_of_work_there_and_of_nothing_at_the_site(model: Model) -> None:
    open_posts(model, workshops=9, nearby_own=9, nearby_public=9, public_unit=9, public_site=9)
    model.state.households.state[0] = AWAY
    match(model, [0, 1])
    assert model.state.persons.channel[[0, 1]].tolist() == [AWAY_JOB, AWAY_JOB]
    assert model.state.persons.post[[0, 1]].tolist() == [NO_POST, NO_POST]
    # 4500 * efficiency * (.8 + .4 * skill .6)
    assert model.state.persons.wage_yuan[0] == pytest.approx(4500.0 * model.state.persons.efficiency[0] * 1.04)
    assert model.state.sites.local_hires.tolist() == [0, 0, 0]


def test_organised_export_places_run_out_and_are_for_the_registered_poor(model: Model) -> None:
    # 7 and 8 are of household 2, which is not registered poor.
    assert match(model, [7, 0, 4, 13], organised=2) == [2, 0]
    assert model.state.persons.channel[[7, 0, 4, 13]].tolist() == [NONE, ORGANISED_EXPORT, ORGANISED_EXPORT, NONE]


def test_a_fair_has_so_many_posts_to_look_at_and_counts_its_matches(model: Model) -> None:
    numbers(model, "jobs", fair_attendance=1.0, fair_skill=-9.0, fair_nearby_share=1.0)
    model.state.posts.capacity[model.state.layout.nearby_public :][:2] = 9
    model.state.persons.carer[:] = False
    assert match(model, [0, 4, 13, 25], fair_posts=3) == [4, 3]
    assert model.state.persons.channel[[0, 4, 13, 25]].tolist() == [NEARBY_PUBLIC] * 4


def test_who_has_work_leaves_it_only_for_enough_and_frees_the_post(model: Model) -> None:
    open_posts(model, workshops=1, nearby_own=1)
    persons, workshop = model.state.persons, model.state.layout.workshops
    persons.channel[4], persons.post[4], persons.wage_yuan[4], persons.efficiency[4] = WORKSHOP, workshop, 2000.0, 1.0
    model.state.posts.filled[workshop] = 1
    # 2500 is not more than 2000 and the 500 that changing costs; at a cost of 499 it is.
    assert match(model, [4]) == [0, 0]
    numbers(model, "jobs", move_cost_yuan=499.0)
    assert match(model, [4]) == [1, 0]
    assert (persons.channel[4], persons.post[4]) == (NEARBY_OWN, model.state.layout.nearby_own)
    assert model.state.posts.filled[[workshop, model.state.layout.nearby_own]].tolist() == [0, 1]
    assert model.state.households.employed[1] == 0  # the count of the household was not raised by a change of post


@pytest.mark.parametrize(
    ("person", "channel", "chance_away", "organised"),
    [(4, WORKSHOP, 0.0, 0), (24, AWAY_JOB, 1.0, 0), (31, ORGANISED_EXPORT, 0.0, 9)],
)
def test_nobody_changes_into_the_job_that_he_has(
    person: int, channel: int, chance_away: float, organised: int, model: Model
) -> None:
    """However badly it pays, and though the workshop has a second free post: the same job is no other job."""
    open_posts(model, workshops=2)
    numbers(model, "jobs", away_offer_probability=chance_away, away_network_weight=0.0)
    model.state.persons.carer[:] = False
    post = model.state.layout.workshops if channel == WORKSHOP else NO_POST
    employ(model, person, channel, post, 10.0)
    assert match(model, [person], organised=organised) == [0, 0]
    assert (model.state.persons.channel[person], model.state.persons.post[person]) == (channel, post)


def test_a_worker_comes_home_when_absence_costs_more_than_the_wage_brings(model: Model) -> None:
    """4500 away, less 1500 for a living and 1000 * the share of dependants, against 3000 of a business at home."""
    open_posts(model, own_business=1)
    persons = model.state.persons
    persons.channel[0], persons.wage_yuan[0], persons.efficiency[0], persons.skill[0] = AWAY_JOB, 4500.0, 1.0, 0.5
    # Household 0 has 2 dependants of 4: away is worth 4500 - 1500 - 500 = 2500; 3000 is not more than 2500 + 500.
    assert match(model, [0]) == [0, 0]
    numbers(model, "jobs", absence_cost_yuan=1002.0)
    assert match(model, [0]) == [1, 0]
    assert persons.channel[0] == OWN_BUSINESS


def test_need_lowers_what_a_household_with_nobody_employed_asks(model: Model) -> None:
    numbers(model, "jobs", reservation_need_discount=0.4, wage_skill_slope=0.0)
    open_posts(model, workshops=9)
    model.state.persons.efficiency[:] = 1.0
    model.state.persons.reservation_yuan[[0, 1]] = 3300.0  # asks 1980 < 2000 with nobody employed, 3300 else
    assert match(model, [0, 1]) == [1, 0]
    assert model.state.persons.channel[[0, 1]].tolist() == [WORKSHOP, NONE]
