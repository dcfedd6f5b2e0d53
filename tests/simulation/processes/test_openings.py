"""Openings by hand: when seats open, how workshops close and open, what posts and services a site has."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.foundations.months import NEVER, month_index
from simulation.initial import initial_state
from simulation.processes import openings
from simulation.state.entities import State
from simulation.state.fixed import Fixed
from simulation.state.parameters import Parameters
from simulation.state.pools import with_workshops
from simulation.state.population import Population


@pytest.fixture
def made(dozen: Population, round_numbers: Parameters) -> tuple[State, Fixed]:
    state, fixed = initial_state(dozen, round_numbers, 1, 108)
    posts, workshops = with_workshops(state.posts, state.workshops, np.array([5, 5]), round_numbers.jobs)
    return state._replace(posts=posts, workshops=workshops), fixed


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
    state, _ = made
    openings.update_services(state.sites, round_numbers.services)
    # Site 0: all of it, committee elected (.4 + .3) and a police post (.3): .3 + .2 + .15 + .15 + .2 * 1 = 1.
    # Site 1: facilities shared (.5), a clinic, committee approved: .3 * .5 + .2 + .2 * .4 = .43. Site 2 has nothing.
    assert state.sites.service == pytest.approx([1.0, 0.43, 0.0])
    state.sites.bus[2] = True
    state.sites.clinics[2] = 3
    openings.update_services(state.sites, round_numbers.services)
    assert state.sites.service[2] == pytest.approx(0.35)  # .15 for the bus, .2 for clinics however many


def test_workshops_open_close_whole_and_reopen(made: tuple[State, Fixed], round_numbers: Parameters) -> None:
    state, seed = made[0], 1

    def month(label: str, closure: float, reopening: float) -> tuple[int, list[int]]:
        jobs = round_numbers.jobs._replace(workshop_closure=closure, workshop_reopening=reopening)
        closed = openings.update_workshops(
            seed, month_index(label), state.workshops, state.posts, state.persons, state.layout, jobs
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
