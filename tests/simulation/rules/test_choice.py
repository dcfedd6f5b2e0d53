"""The residence choice by hand, term by term: the sums use round_numbers.py."""

from __future__ import annotations

import math
from typing import Any

import pytest

from simulation.rules.budget import Home, net_income
from simulation.rules.choice import (
    PEER_HAMLET_MIN,
    REFERENCE_YUAN,
    TERMS,
    belief,
    lives_in_reach,
    option_open,
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
from simulation.state.parameters import Parameters, Structure
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
    # 4 members, one away; 2000 from there less 1500, 3244 otherwise; settled, the three at home cost 80 each.
    earning = home(away_wages_yuan=2000.0, away_workers=1, unit_wages_yuan=3244.0)
    assert terms_of(earning, SETTLED, round_numbers)["income"] == pytest.approx(
        1.5 * math.log((500.0 + 3244.0 - 240.0) / 4 / REFERENCE_YUAN)
    )
    # Moved back: 3744, 936 a head: the reference, so 0.
    assert terms_of(earning, RETURNED, round_numbers)["income"] == pytest.approx(0.0, abs=1e-12)
    # Nothing earned: settled -80 a head, which counts as the floor of 100.
    assert terms_of(home(labourers=2), SETTLED, round_numbers)["income"] == pytest.approx(
        1.5 * math.log(100.0 / REFERENCE_YUAN)
    )


def test_income_in_each_state_is_what_the_budget_expects(round_numbers: Parameters) -> None:
    p = round_numbers
    worker = home(local_wages_yuan=5000.0, helpers=1, land_mu=3.0, seekers=1, origin_km=10.0, transfers_yuan=900.0)
    for state in STATES:
        yuan = net_income(worker, state, True, place(local_chance=0.1), p, NO_POLICY)
        found = terms_of(worker, state, p, local_chance=0.1)["income"]
        assert found == pytest.approx(1.5 * math.log(max(yuan, 100.0) / REFERENCE_YUAN))


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
    found = [seat_value(family, state, place(), round_numbers.schooling) for state in STATES]
    assert found == pytest.approx(values)
    assert only("school", family, round_numbers) == pytest.approx([0.9 * value for value in values])  # 1.5 * .6


def test_service_level(round_numbers: Parameters) -> None:
    # The site's .8, half of .8 and the origin's .2, the city's .6, the origin's .2; the weight is 1.5 * .4.
    site = place(service=0.8)
    levels = [service_level(state, site, round_numbers.services) for state in STATES]
    assert levels == pytest.approx([0.8, 0.5, 0.6, 0.2])
    assert only("service", home(), round_numbers, service=0.8) == pytest.approx([0.48, 0.30, 0.36, 0.12])


def test_ties_count_where_they_are_and_in_part_at_both_ends(round_numbers: Parameters) -> None:
    # Half of each tie is kept at both ends.
    bound = home(attachment_origin=0.5, attachment_site=0.8, house=True, origin_hours=2.0)
    assert only("origin", bound, round_numbers) == pytest.approx([0.0, 0.1875, 0.0, 0.375])  # 1.5 * .5 * .5
    assert only("site", bound, round_numbers) == pytest.approx([0.36, 0.18, 0.0, 0.0])  # 1.5 * .3 * .8
    assert only("house", bound, round_numbers) == pytest.approx([0.0, 0.15, 0.0, 0.3])  # 1.5 * .2
    assert only("house", home(), round_numbers) == [0.0] * 4
    assert only("remoteness", bound, round_numbers) == pytest.approx([0.0, -0.15, 0.0, -0.3])  # 1.5 * .1 * 2 hours
    assert only("constant", bound, round_numbers) == pytest.approx([0.0, -0.5, -1.0, -2.0])


def test_belief_is_trust_and_of_the_rest_what_is_known() -> None:
    assert belief(0.6, home()) == 0.0
    assert belief(0.6, home(trust=0.5)) == pytest.approx(0.3)
    assert belief(0.6, home(trust=0.5, knowledge=0.8)) == pytest.approx(0.54)  # .6 * (.5 + .5 * .8)
    assert belief(0.6, home(trust=0.25, knowledge=1.0)) == pytest.approx(0.6)


def test_title_belongs_to_keeping_the_flat_and_to_settling_in_it(round_numbers: Parameters) -> None:
    # 1.5 * .4 * .6 * (.5 + .5 * .8) = .324 for the settled; .75 of it is theirs alone; who moved back keeps no flat.
    trusting = home(trust=0.5, knowledge=0.8)
    found = only("title", trusting, round_numbers, title_clarity=0.6)
    assert found == pytest.approx([0.324, 0.081, 0.081, 0.0])
    for share, rest in ((0.0, 0.324), (1.0, 0.0)):
        p = round_numbers._replace(residence=round_numbers.residence._replace(title_settled_share=share))
        assert only("title", trusting, p, title_clarity=0.6) == pytest.approx([0.324, rest, rest, 0.0])


@pytest.mark.parametrize("to_lose", [{"land_mu": 2.0}, {"rented_mu": 1.0}, {"house": True}])
def test_doubt_about_rights_weighs_on_settling_for_who_has_some_to_lose(
    to_lose: dict[str, Any], round_numbers: Parameters
) -> None:
    # 1.5 * .1 * (1 - .5 * .9): half is clear, .9 of it is believed.
    owner = home(trust=0.5, knowledge=0.8, **to_lose)
    found = only("rights", owner, round_numbers, rights_clarity=0.5)
    assert found == pytest.approx([-0.0825, 0.0, 0.0, 0.0])
    assert only("rights", home(trust=0.5), round_numbers, rights_clarity=0.5) == [0.0] * 4


def test_the_hamlet_holds_and_the_network_sends(round_numbers: Parameters) -> None:
    assert only("hamlet", home(), round_numbers, peers=0.25) == pytest.approx([0.075, 0.075, 0.0, 0.075])  # 1.5 * .2
    assert only("network", home(), round_numbers, away_share=0.5) == pytest.approx([0.0, 0.0, 0.45, 0.0])  # 1.5 * .6


def test_site_effect_and_taste(round_numbers: Parameters) -> None:
    assert only("site_effect", home(), round_numbers, effect=-0.3) == pytest.approx([-0.3, 0.0, 0.0, 0.0])
    assert only("taste", home(), round_numbers, taste=1.5) == pytest.approx([1.2] * 4)  # .8 * 1.5


def test_separation_counts_dependants_who_go_along(round_numbers: Parameters) -> None:
    # 1.5 * .8 * 3 / 4
    assert only("separation", home(dependants=3), round_numbers) == pytest.approx([0.0, 0.0, -0.9, 0.0])


def test_a_weight_is_worth_its_yuan_at_any_weight_of_income(round_numbers: Parameters) -> None:
    """A seat for all children makes up for an income lower by the factor exp(-worth), whatever b_income is."""
    for b_income in (0.5, 3.0):
        p = round_numbers._replace(residence=round_numbers.residence._replace(b_income=b_income))
        seated, poorer = home(school_age=1, seated=1, unit_wages_yuan=4000.0), home(school_age=1)
        rich = terms_of(home(school_age=1, unit_wages_yuan=4000.0), RETURNED, p)
        less = terms_of(poorer._replace(unit_wages_yuan=4000.0 * math.exp(-0.6)), RETURNED, p)
        seat = terms_of(seated, SETTLED, p)["school"]
        assert rich["income"] - less["income"] == pytest.approx(seat)


def test_which_states_are_open() -> None:
    def found(**changes: Any) -> list[bool]:
        return [bool(option_open(state - 1, home(**changes), rules)) for state in STATES]

    rules = Structure(nobody_home_away=1)
    assert found() == [True] * 4
    assert found(labourers=0) == [True, True, False, True]
    # Nobody is left at home: the household is away, also where those elsewhere only study.
    assert found(at_home=0) == found(at_home=0, labourers=0) == [False, False, True, False]
    rules = Structure(nobody_home_away=0)
    assert found(at_home=0) == [True] * 4
    assert found(at_home=0, labourers=0) == [True, True, False, True]


def test_switching_costs_for_every_state_but_todays_and_not_at_arrival(round_numbers: Parameters) -> None:
    assert only("switching", home(state=BOTH_ENDS), round_numbers) == pytest.approx([-2.0, 0.0, -2.0, -2.0])
    assert only("switching", home(state=NOT_MOVED), round_numbers) == [0.0] * 4


def test_who_lives_in_reach() -> None:
    assert [bool(lives_in_reach(state)) for state in (NOT_MOVED, *STATES)] == [False, True, True, False, False]


def test_neighbours_are_the_hamlet_or_where_it_is_small_the_site(dozen: Population, parameters: Parameters) -> None:
    state = moment(dozen, parameters, "2018-01").state
    state.sites.share[0] = (0.4, 0.3, 0.2, 0.1)
    state.hamlet_share[0] = (0.75, 0.25, 0.0, 0.0)
    state.hamlet_arrived[0] = PEER_HAMLET_MIN  # household 0 is of hamlet 0
    assert peer_share(0, 0, state) == 0.75
    assert peer_share(0, 1, state) == 0.25
    state.hamlet_arrived[0] = PEER_HAMLET_MIN - 1
    assert peer_share(0, 0, state) == 0.4
