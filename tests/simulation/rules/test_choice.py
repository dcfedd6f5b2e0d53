"""The residence choice by hand, term by term: the sums use round_numbers.py."""

from __future__ import annotations

import math
from typing import Any

import pytest

from simulation.rules.budget import Home, net_income
from simulation.rules.choice import (
    PEER_HAMLET_MIN,
    TERMS,
    belief,
    lives_in_reach,
    peer_share,
    residence_terms,
    seat_value,
    service_level,
    value_of,
)
from simulation.state.entities import (
    AWAY,
    BOTH_ENDS,
    NOT_MOVED,
    RETURNED,
    SETTLED,
)
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.made import NO_POLICY, home, moment, place

STATES = (SETTLED, BOTH_ENDS, AWAY, RETURNED)


def terms_of(
    household: Home, state: int, p: Parameters, taste: float = 0.0, peers: float = 0.0, **site: Any
) -> dict[str, float]:
    terms = residence_terms(household, place(**site), state - 1, taste, peers, p, NO_POLICY)
    assert value_of(terms) == pytest.approx(sum(terms))
    return dict(zip(TERMS, terms, strict=True))


def only(name: str, household: Home, p: Parameters, **more: Any) -> list[float]:
    """Return one term in each of the four states."""
    return [terms_of(household, state, p, **more)[name] for state in STATES]


def test_income_counts_by_its_logarithm_above_a_floor(round_numbers: Parameters) -> None:
    # 4 members; 2000 from away less 1500 and 3500 otherwise. Settled: 500 + 3500 - 320 = 3680, 920 a head.
    earning = home(away_wages_yuan=2000.0, away_workers=1, unit_wages_yuan=3500.0)
    assert terms_of(earning, SETTLED, round_numbers)["income"] == pytest.approx(1.5 * math.log(0.92))
    # Moved back: 4000, 1000 a head: the reference, so 0.
    assert terms_of(earning, RETURNED, round_numbers)["income"] == pytest.approx(0.0, abs=1e-12)
    # Nothing earned: settled -80 a head, which counts as the floor of 100.
    assert terms_of(home(labourers=2), SETTLED, round_numbers)["income"] == pytest.approx(1.5 * math.log(0.1))


def test_income_in_each_state_is_what_the_budget_expects(round_numbers: Parameters) -> None:
    p = round_numbers
    worker = home(local_wages_yuan=5000.0, helpers=1, land_mu=3.0, seekers=1, origin_km=10.0, transfers_yuan=900.0)
    for state in STATES:
        yuan = net_income(worker, state, True, place(local_chance=0.1), p, NO_POLICY)
        found = terms_of(worker, state, p, local_chance=0.1)["income"]
        assert found == pytest.approx(1.5 * math.log(max(yuan, 100.0) / 1000.0))


@pytest.mark.parametrize(
    ("changes", "values"),
    [
        # settled, both_ends, away, returned. 2 children; away a school is found with .3.
        ({}, (0.0, 0.0, 0.0, 0.0)),  # no children, no term
        ({"school_age": 2, "seated": 2}, (1.0, 1.0, 0.3, 0.4)),  # the township's school counts .4
        ({"school_age": 2, "seated": 1, "far_seats": 1}, (0.7, 0.7, 0.3, 0.4)),  # (1 + .4) / 2
        # The old school teaches: .7 after moving back; at both ends .8 * .7 = .56 where that is more.
        ({"school_age": 2, "seated": 1, "origin_school": True}, (0.5, 0.56, 0.3, 0.7)),
        ({"school_age": 2, "origin_school": True}, (0.0, 0.56, 0.3, 0.7)),
        ({"school_age": 2}, (0.0, 0.32, 0.3, 0.4)),  # .8 * .4
        # A household that lives elsewhere goes by what it sees of other children: 1.5 of 2 have a seat.
        ({"state": RETURNED, "school_age": 2, "expected_seats": 1.5}, (0.75, 0.75, 0.3, 0.4)),
        ({"state": NOT_MOVED, "school_age": 2, "expected_seats": 1.5}, (0.75, 0.75, 0.3, 0.4)),
        # One that is away knows what its own children found there.
        ({"state": AWAY, "school_age": 2, "expected_seats": 1.0, "away_seats": 1}, (0.5, 0.5, 0.5, 0.4)),
    ],
)
def test_seat_value(changes: dict[str, Any], values: tuple[float, ...], round_numbers: Parameters) -> None:
    family = home(**changes)
    found = [seat_value(family, state, round_numbers.schooling) for state in STATES]
    assert found == pytest.approx(values)
    assert only("school", family, round_numbers) == pytest.approx(values)  # b_school is 1


def test_service_level(round_numbers: Parameters) -> None:
    # The site's .8, half of .8 and the origin's .2, the city's .6, the origin's .2; b_service is .8.
    site = place(service=0.8)
    levels = [service_level(state, site, round_numbers.services) for state in STATES]
    assert levels == pytest.approx([0.8, 0.5, 0.6, 0.2])
    assert only("service", home(), round_numbers, service=0.8) == pytest.approx([0.64, 0.40, 0.48, 0.16])


def test_attachment_old_house_and_constants(round_numbers: Parameters) -> None:
    bound = home(attachment_origin=0.5, attachment_site=0.8, house=True)
    assert only("origin", bound, round_numbers) == pytest.approx([0.0, 0.45, 0.0, 0.45])  # .9 * .5
    assert only("site", bound, round_numbers) == pytest.approx([0.56, 0.56, 0.0, 0.0])  # .7 * .8
    assert only("house", bound, round_numbers) == pytest.approx([0.0, 0.6, 0.0, 0.6])
    assert only("house", home(), round_numbers) == [0.0] * 4
    assert only("constant", bound, round_numbers) == pytest.approx([0.0, -0.5, -1.0, -2.0])


def test_belief(round_numbers: Parameters) -> None:
    # announced * min(1, .4 + .5 * trust * knowledge): never nothing, never more than announced.
    knowledge = round_numbers.knowledge
    assert belief(0.6, home(), knowledge) == pytest.approx(0.24)
    assert belief(0.6, home(trust=0.5, knowledge=0.8), knowledge) == pytest.approx(0.36)  # .6 * (.4 + .5 * .4)
    sure = knowledge._replace(belief_base=0.9)
    assert belief(0.6, home(trust=1.0, knowledge=1.0), sure) == pytest.approx(0.6)


def test_title_is_believed_and_counts_only_for_settling(round_numbers: Parameters) -> None:
    # .5 * .6 * (.4 + .5 * .5 * .8)
    trusting = home(trust=0.5, knowledge=0.8)
    assert only("title", trusting, round_numbers, title_clarity=0.6) == pytest.approx([0.18, 0.0, 0.0, 0.0])


def test_peers_site_effect_and_taste(round_numbers: Parameters) -> None:
    assert only("peers", home(), round_numbers, peers=0.25) == pytest.approx([0.1] * 4)  # .4 * .25
    assert only("site_effect", home(), round_numbers, effect=-0.3) == pytest.approx([-0.3, 0.0, 0.0, 0.0])
    assert only("taste", home(), round_numbers, taste=1.5) == pytest.approx([1.2] * 4)  # .8 * 1.5


def test_separation_counts_dependants_left_behind(round_numbers: Parameters) -> None:
    # 1.2 * 3 / 4
    assert only("separation", home(dependants=3), round_numbers) == pytest.approx([0.0, 0.0, -0.9, 0.0])


def test_switching_costs_for_every_state_but_todays_and_not_at_arrival(round_numbers: Parameters) -> None:
    assert only("switching", home(state=BOTH_ENDS), round_numbers) == pytest.approx([-2.0, 0.0, -2.0, -2.0])
    assert only("switching", home(state=NOT_MOVED), round_numbers) == [0.0] * 4


def test_who_lives_in_reach() -> None:
    assert [bool(lives_in_reach(state)) for state in (NOT_MOVED, *STATES)] == [False, True, True, False, False]


def test_neighbours_are_hamlet_and_site_half_each_or_the_site_alone(dozen: Population, parameters: Parameters) -> None:
    state = moment(dozen, parameters, "2018-01").state
    state.sites.share[0] = (0.4, 0.3, 0.2, 0.1)
    state.hamlet_share[0] = (1.0, 0.0, 0.0, 0.0)
    state.hamlet_arrived[0] = PEER_HAMLET_MIN
    # Household 0 is of hamlet 0 with three households that have a flat: (.4 + 1) / 2 and .3 / 2.
    assert peer_share(0, 0, state) == pytest.approx(0.7)
    assert peer_share(0, 1, state) == pytest.approx(0.15)
    # With two it says nothing of its own.
    state.hamlet_arrived[0] = PEER_HAMLET_MIN - 1
    assert peer_share(0, 0, state) == pytest.approx(0.4)
