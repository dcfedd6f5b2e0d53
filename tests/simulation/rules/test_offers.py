"""Offers by hand: what a post is worth to a seeker. The sums use round_numbers.py."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.foundations.random_numbers import (
    Q_FAIR,
    Q_OFFER,
    gumbel,
    normal,
    stream,
    uniform,
)
from simulation.rules.offers import (
    REFUSED,
    away_gain,
    away_offer_probability,
    fair_offer,
    post_gain,
)
from simulation.state.entities import (
    AWAY,
    AWAY_JOB,
    BOTH_ENDS,
    NEARBY_OWN,
    NEARBY_PUBLIC,
    NONE,
    ORGANISED_EXPORT,
    PUBLIC_POST,
    RETURNED,
    SETTLED,
    WORKSHOP,
)
from simulation.state.parameters import Parameters
from tests.simulation.made import seeker

OFFERS = np.uint64(stream(1, Q_OFFER, 40))
FAIRS = np.uint64(stream(1, Q_FAIR, 40))


def noise(channel: int) -> float:
    return 100.0 * gumbel(OFFERS, seeker().key, channel)  # offer_noise_yuan is 100


def gain(p: Parameters, channel: int = WORKSHOP, wage: float = 2000.0, **changes: object) -> float:
    """Return the gain of a full-time post that asks for no skill, before its noise."""
    post = {"hours": 1.0, "skill_required": 0.0, "flexible": True, "reserved": False}
    post |= {name: changes.pop(name) for name in tuple(changes) if name in post}
    found = post_gain(seeker(**changes), channel, wage, *post.values(), OFFERS, p.jobs, REFUSED)
    return found if found == REFUSED else found - noise(channel)


def test_a_post_is_worth_its_wage_beyond_what_is_asked(round_numbers: Parameters) -> None:
    # 2000 - 1800; more skill pays more: 2000 * (.8 + .4 * 1) - 1800 = 600.
    assert gain(round_numbers) == pytest.approx(200.0)
    assert gain(round_numbers, skill=1.0) == pytest.approx(600.0)
    assert gain(round_numbers, efficiency=0.8) == pytest.approx(-200.0)


def test_daily_journeys_count_against_posts_in_the_town(round_numbers: Parameters) -> None:
    # 2500 - 10 * 20 km - 1800 = 500; with a bus 600; a workshop stands at the site.
    assert gain(round_numbers, NEARBY_OWN, 2500.0, town_km=20.0) == pytest.approx(500.0)
    assert gain(round_numbers, NEARBY_PUBLIC, 2500.0, town_km=20.0, bus=True) == pytest.approx(600.0)
    assert gain(round_numbers, WORKSHOP, 2500.0, town_km=20.0) == pytest.approx(700.0)


def test_part_time_asks_for_part_of_the_wage_unless_a_job_must_be_given_up(round_numbers: Parameters) -> None:
    # 800 - .4 * 1800 = 80 for who is idle; who earns 1800 gives all of it up.
    assert gain(round_numbers, PUBLIC_POST, 800.0, hours=0.4) == pytest.approx(80.0)
    assert gain(round_numbers, PUBLIC_POST, 800.0, hours=0.4, idle=False) == pytest.approx(-1000.0)


def test_who_may_not_have_a_post_refuses_it(round_numbers: Parameters) -> None:
    assert gain(round_numbers, skill_required=0.51) == REFUSED
    assert gain(round_numbers, skill_required=0.50) == pytest.approx(200.0)
    assert gain(round_numbers, carer=True, flexible=False) == REFUSED
    assert gain(round_numbers, carer=True) == pytest.approx(200.0)
    assert gain(round_numbers, reserved=True) == REFUSED
    assert gain(round_numbers, reserved=True, hard_to_place=True) == pytest.approx(200.0)


def test_work_away_is_worth_its_wage_less_what_being_away_costs(round_numbers: Parameters) -> None:
    def away(**changes: object) -> float:
        found = away_gain(seeker(**changes), AWAY_JOB, 4500.0, OFFERS, round_numbers.jobs, REFUSED)
        return found if found == REFUSED else found - noise(AWAY_JOB)

    # 4500 - 2000 - 1800.
    assert away() == pytest.approx(700.0)
    assert away(carer=True) == REFUSED
    # A carer who lives there with the family may take it.
    assert away(carer=True, state=AWAY) == pytest.approx(700.0)


@pytest.mark.parametrize(
    ("state", "age", "share", "probability"),
    [
        (SETTLED, 30, 0.47, 0.2),
        (SETTLED, 30, 0.87, 0.2 * math.exp(0.4)),  # .4 more of the neighbours away, at a slope of 1
        (SETTLED, 30, 0.07, 0.2 * math.exp(-0.4)),
        (BOTH_ENDS, 50, 0.47, 0.1),  # .2 * .5 for the age
        (RETURNED, 60, 0.5, 0.0),
        (AWAY, 60, 0.0, 1.0),
    ],
)
def test_who_hears_of_work_away(
    state: int, age: int, share: float, probability: float, round_numbers: Parameters
) -> None:
    assert away_offer_probability(state, age, share, round_numbers.jobs) == pytest.approx(probability)


def test_a_network_makes_nothing_more_than_sure(round_numbers: Parameters) -> None:
    jobs = round_numbers.jobs._replace(away_network_weight=6.0)
    assert away_offer_probability(SETTLED, 30, 1.0, jobs) == 1.0
    assert away_offer_probability(SETTLED, 50, 1.0, jobs) == 0.5  # the age closes half of it all the same


def at_the_fair(p: Parameters, key: int, reservation: float = 1800.0, near: bool = True, organised: bool = True) -> int:
    return int(fair_offer(seeker(key=key, skill=0.72), reservation, near, organised, FAIRS, p.jobs))


def test_a_fair_offers_one_post_by_lot_to_who_has_the_skill(round_numbers: Parameters) -> None:
    """Skill asked is .7 + .1 z: at skill .72 those with z <= .2 pass; half of the posts are near by."""
    for key in range(300):
        passes = 0.7 + 0.1 * normal(FAIRS, key, 2) <= 0.72
        expected = NONE
        if passes:
            expected = NEARBY_PUBLIC if uniform(FAIRS, key, 1) < 0.5 else ORGANISED_EXPORT
        assert at_the_fair(round_numbers, key) == expected


def test_a_fair_needs_a_place_and_pay_above_the_reservation_wage(round_numbers: Parameters) -> None:
    pays = [at_the_fair(round_numbers, key) for key in range(300)]
    near, far = pays.index(NEARBY_PUBLIC), pays.index(ORGANISED_EXPORT)
    assert at_the_fair(round_numbers, near, near=False) == NONE
    assert at_the_fair(round_numbers, far, organised=False) == NONE
    # Near by 2500 * (.8 + .4 * .72 = 1.088) = 2720; away 4000 * 1.088 - 2000 = 2352.
    assert at_the_fair(round_numbers, near, 2719.0) == NEARBY_PUBLIC
    assert at_the_fair(round_numbers, near, 2721.0) == NONE
    assert at_the_fair(round_numbers, far, 2351.0) == ORGANISED_EXPORT
    assert at_the_fair(round_numbers, far, 2353.0) == NONE


def test_organised_export_is_for_the_registered_poor_and_near_posts_for_who_is_near(round_numbers: Parameters) -> None:
    pays = [at_the_fair(round_numbers, key) for key in range(300)]
    near, far = pays.index(NEARBY_PUBLIC), pays.index(ORGANISED_EXPORT)
    jobs = round_numbers.jobs
    assert fair_offer(seeker(key=far, skill=0.72, poor=False), 1800.0, True, True, FAIRS, jobs) == NONE
    assert fair_offer(seeker(key=near, skill=0.72, near=False), 1800.0, True, True, FAIRS, jobs) == NONE
    # 20 km of daily journeys take 200 of 2720.
    assert fair_offer(seeker(key=near, skill=0.72, town_km=20.0), 2519.0, True, True, FAIRS, jobs) == NEARBY_PUBLIC
    assert fair_offer(seeker(key=near, skill=0.72, town_km=20.0), 2521.0, True, True, FAIRS, jobs) == NONE


def test_refusing_is_worse_than_any_offer() -> None:
    assert -math.inf == REFUSED
