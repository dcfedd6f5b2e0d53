"""Openings by hand: where a programme goes, when a school opens, what posts and services a site has."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from simulation.foundations.months import NEVER, month_index, month_label
from simulation.initial import initial_state
from simulation.processes import openings
from simulation.state.entities import State
from simulation.state.fixed import Fixed
from simulation.state.parameters import Parameters
from simulation.state.policy import TARGETING
from simulation.state.pools import with_workshops
from simulation.state.population import Population
from tests.simulation.runs import lever, policy


@pytest.fixture
def made(dozen: Population, round_numbers: Parameters) -> tuple[State, Fixed]:
    state, fixed = initial_state(dozen, round_numbers, 1, 108)
    posts, workshops = with_workshops(state.posts, state.workshops, 2, 5, round_numbers.jobs)
    return state._replace(posts=posts, workshops=workshops), fixed


def test_targeting_rules_weigh_sites(made: tuple[State, Fixed]) -> None:
    sites = made[0].sites
    need = np.array([3.0, -1.0, 2.0])
    weights = {rule: openings.site_weights(lever("workshops", targeting=rule), sites, need) for rule in TARGETING}
    assert weights["need"].tolist() == [3.0, 0.0, 2.0]
    assert weights["size"].tolist() == [4.0, 4.0, 4.0]  # households
    assert weights["showcase"].tolist() == [40.0, 4.0, 4.0]  # site 0 is a showcase: ten times
    assert weights["equal"].tolist() == [1.0, 1.0, 1.0]


def test_workshops_go_one_by_one_to_the_site_with_most_need_for_each(made: tuple[State, Fixed]) -> None:
    # Needs 6, 3, 2. First 6; then 6/2 = 3 and 3 tie, the first site has it; then 2, 3 and 2: site 1; 2, 1.5 and 2.
    found = openings.workshop_sites(lever("workshops", 6.0), made[0].sites, np.array([6.0, 3.0, 2.0]))
    assert found.tolist() == [0, 0, 1, 0, 2, 0]


def test_a_larger_programme_only_adds_to_a_smaller_one(made: tuple[State, Fixed]) -> None:
    need = np.array([7.0, 4.5, 1.2])
    for rule in TARGETING:
        largest = openings.workshop_sites(lever("workshops", 40.0, targeting=rule), made[0].sites, need).tolist()
        for size in range(41):
            smaller = openings.workshop_sites(lever("workshops", float(size), targeting=rule), made[0].sites, need)
            assert smaller.tolist() == largest[:size], (rule, size)


def test_workshops_are_spread_where_no_site_has_any_need(made: tuple[State, Fixed]) -> None:
    found = openings.workshop_sites(lever("workshops", 6.0), made[0].sites, np.zeros(3))
    assert sorted(found.tolist()) == [0, 0, 1, 1, 2, 2]


def test_bus_lines_go_to_unserved_sites_in_the_order_of_need(made: tuple[State, Fixed]) -> None:
    # Site 0 has a bus.
    assert openings.bus_sites(lever("bus_lines"), made[0].sites, np.array([9.0, 2.0, 5.0])).tolist() == [2, 1]
    assert openings.bus_sites(lever("bus_lines"), made[0].sites, np.zeros(3)).tolist() == [1, 2]


def test_public_posts_are_all_given(made: tuple[State, Fixed]) -> None:
    found = openings.public_posts_by_site(lever("public_posts", 10.0), made[0].sites, np.array([1.0, 3.0, 1.0]))
    assert found.tolist() == [2, 6, 2]


STARTED = np.array([0, 1, 1, 0])
SCHOOL_SITE = np.array([0, 1, 2, 2])
NEED = np.array([9.0, 1.0, 5.0])


def funded(size: float, lag: float, made: tuple[State, Fixed], **changes: object) -> list[str]:
    pulled = lever("school_gap", size, settings={"construction_months": lag}, **changes)
    months = openings.funded_openings(pulled, STARTED, SCHOOL_SITE, NEED, made[0].sites)
    return ["never" if month == NEVER else month_label(int(month)) for month in months]


def test_a_funded_school_opens_in_the_september_after_its_lag(made: tuple[State, Fixed]) -> None:
    assert funded(1.0, 18.0, made) == ["2021-09"] * 4  # January 2020 and 18 months: July 2021
    assert funded(1.0, 20.0, made) == ["2021-09"] * 4  # ready in September itself
    assert funded(1.0, 21.0, made) == ["2022-09"] * 4
    assert funded(1.0, 8.0, made) == ["2020-09"] * 4


def test_projects_come_first_then_sites_with_most_need(made: tuple[State, Fixed]) -> None:
    # Projects are schools 1 and 2, of which site 2 needs more; then school 0 at site 0 (need 9), then 3.
    assert funded(0.25, 8.0, made) == ["never", "never", "2020-09", "never"]
    assert funded(0.50, 8.0, made) == ["never", "2020-09", "2020-09", "never"]
    assert funded(0.75, 8.0, made) == ["2020-09", "2020-09", "2020-09", "never"]


def test_funds_phase_in_over_the_schools(made: tuple[State, Fixed]) -> None:
    # Four schools over 24 months begin in months 0, 6, 12 and 18, in the order 2, 1, 0, 3; 8 months to build:
    # ready in 2020-09, 2021-03, 2021-09 and 2022-03.
    assert funded(1.0, 8.0, made, phase_in_months=24) == ["2021-09", "2021-09", "2020-09", "2022-09"]


def test_a_larger_school_programme_opens_what_a_smaller_one_opens(made: tuple[State, Fixed]) -> None:
    opened = [{n for n, month in enumerate(funded(size, 18.0, made)) if month != "never"} for size in (0, 0.25, 0.5, 1)]
    assert [len(schools) for schools in opened] == [0, 1, 2, 4]
    assert all(small <= large for small, large in pairwise(opened))


def test_seats_open_in_september_only(made: tuple[State, Fixed]) -> None:
    state, fixed = made
    opens = np.array([month_index(m) for m in ("2016-01", "2016-01", "2017-09", "2020-09")] + [NEVER, 62])

    def seats(month: str) -> list[list[int]]:
        openings.open_schools(month_index(month), fixed.school_seats, fixed.school_site, opens, state.sites)
        return state.sites.seats.tolist()

    assert seats("2016-01") == [[2, 3, 1], [0, 0, 0], [0, 0, 0]]
    assert seats("2017-09") == [[2, 3, 1], [0, 1, 0], [0, 0, 0]]
    assert seats("2020-09") == [[2, 3, 1], [0, 1, 2], [0, 0, 0]]
    assert seats("2021-03") == [[2, 3, 1], [0, 1, 2], [0, 0, 0]]  # school 5 is ready in March 2021 (62): not yet
    assert seats("2021-09") == [[2, 3, 1], [0, 1, 2], [0, 3, 0]]


def test_local_posts_come_with_the_people(made: tuple[State, Fixed]) -> None:
    """Half of site 0's four households have arrived, all of site 1's, none of site 2's; units are 0 + 1, and 2."""
    state = made[0]
    state.sites.arrived[:] = (2, 4, 0)
    posts, layout = state.posts, state.layout
    openings.update_local_posts(
        state.sites, posts, layout, np.array([5.0, 3.9, 7.0]), np.array([3.0, 2.0, 1.0]), np.array([4.0, 6.0])
    )
    assert posts.capacity[layout.nearby_own : layout.own_business].tolist() == [2, 3, 0]  # 2.5, 3.9 and 0
    assert posts.capacity[layout.own_business : layout.public_site].tolist() == [1, 2, 0]
    # 4 posts for 6 of 8 households of the unit; none yet of the other.
    assert posts.capacity[layout.nearby_public : layout.workshops].tolist() == [3, 0]


def test_service_level_of_a_site(made: tuple[State, Fixed], round_numbers: Parameters) -> None:
    state, fixed = made
    openings.update_services(state.sites, fixed.facility_score, round_numbers.services)
    # Site 0: all of it, committee elected (.4 + .3) and a police post (.3): .3 + .2 + .15 + .15 + .2 * 1 = 1.
    # Site 1: facilities shared (.5), a clinic, committee approved: .3 * .5 + .2 + .2 * .4 = .43. Site 2 has nothing.
    assert state.sites.service == pytest.approx([1.0, 0.43, 0.0])
    state.sites.bus[2] = True
    state.sites.clinics[2] = 3
    openings.update_services(state.sites, fixed.facility_score, round_numbers.services)
    assert state.sites.service[2] == pytest.approx(0.35)  # .15 for the bus, .2 for clinics however many


def test_title_rises_with_the_lever_and_its_first_rise_makes_households_review(made: tuple[State, Fixed]) -> None:
    state = made[0]
    households, sites = state.households, state.sites
    households.state[:6] = 1
    pulled = policy(lever("housing_title", 1.0, phase_in_months=10))
    clarity, reviews = [], []
    for month in range(47, 60):
        households.review_due[:] = 0
        openings.update_titles(sites, pulled, month, 0.2, households)
        clarity.append(round(float(sites.title_clarity[0]), 9))
        reviews.append(households.review_due.tolist())
    # A tenth a month; the baseline's .2 (round numbers) stays until .3 is reached in the third month, March 2020.
    assert clarity == [0.2, 0.2, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0, 1.0]
    assert (sites.title_clarity == sites.title_clarity[0]).all()
    assert [sum(due) for due in reviews] == [0, 0, 0, 6] + [0] * 9
    assert reviews[3] == [1] * 6 + [0] * 6


def test_without_the_lever_title_stays(made: tuple[State, Fixed]) -> None:
    state = made[0]
    for pulled in (policy(), policy(lever("housing_title", 0.0)), policy(lever("housing_title", 0.1))):
        openings.update_titles(state.sites, pulled, 80, 0.2, state.households)
        assert (state.sites.title_clarity == 0.2).all()
        assert not state.households.review_due.any()


def test_workshops_open_close_whole_and_reopen(made: tuple[State, Fixed], round_numbers: Parameters) -> None:
    state, luck = made[0], 1

    def month(label: str, closure: float, reopening: float) -> tuple[int, list[int]]:
        jobs = round_numbers.jobs._replace(workshop_closure=closure, workshop_reopening=reopening)
        closed = openings.update_workshops(
            luck, month_index(label), state.workshops, state.posts, state.persons, state.layout, jobs
        )
        return int(closed), state.posts.capacity[state.layout.workshops :].tolist()

    assert month("2017-05", 1.0, 1.0) == (0, [0, 0, 0, 0])
    assert month("2017-06", 1.0, 1.0) == (0, [3, 0, 0, 0])  # the month of opening is safe
    assert month("2017-07", 0.0, 0.0) == (0, [3, 0, 0, 0])
    assert month("2017-08", 1.0, 0.0) == (1, [0, 0, 0, 0])
    assert month("2017-09", 1.0, 0.0) == (0, [0, 0, 0, 0])
    assert month("2017-10", 0.0, 1.0) == (0, [3, 0, 0, 0])
    assert month("2018-09", 0.0, 0.0) == (0, [3, 2, 0, 0])  # the two that a lever may add never open by themselves


def test_a_workers_site_lists_its_workshops(made: tuple[State, Fixed]) -> None:
    state = made[0]
    state.posts.site[state.layout.workshops :] = (0, 1, 0, -1)
    openings.order_workshops(state.workshops, state.posts, state.layout, 3)
    of_site = [
        state.workshops.by_site[state.workshops.first[s] : state.workshops.first[s + 1]].tolist() for s in range(3)
    ]
    assert of_site == [[0, 2], [1], []]
