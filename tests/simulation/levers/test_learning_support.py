"""Libraries and help after school: what a seat is then worth, who gains nothing, what is paid."""

from __future__ import annotations

import pytest

from simulation.levers.base import Context
from simulation.rules.budget import place_of
from simulation.rules.choice import residence_terms, seat_value
from simulation.state.entities import AWAY, BOTH_ENDS, RETURNED, SETTLED
from tests.simulation.levers.pulled import START, alone, months_of
from tests.simulation.made import NO_POLICY, home, place

GAIN = {"seat_gain": 0.1}


def test_a_seat_is_worth_more_and_a_child_without_one_gains_nothing(settled: Context) -> None:
    p = settled.parameters
    months_of(alone(settled, "learning_support", 1.0, need=[1.0, 2.0, 1.0], settings=GAIN), 1)
    with_it, without = (place_of(site, settled.state.sites) for site in (1, 0))
    assert (with_it.learning, without.learning) == (0.1, 0.0)
    pupils = home(school_age=2, seated=1, far_seats=1)
    # One on a seat, one far away that counts .4: 1.4 / 2. The library is at the site: a tenth more for the seat there
    # alone, (1.1 + .4) / 2. Nothing is a tenth more than nothing, and a seat far away is worth what it was.
    assert seat_value(pupils, SETTLED, without, p.schooling) == pytest.approx(0.7)
    assert seat_value(pupils, SETTLED, with_it, p.schooling) == pytest.approx(0.75)
    assert seat_value(home(school_age=1, far_seats=1), SETTLED, with_it, p.schooling) == pytest.approx(0.4)
    assert seat_value(home(school_age=2), SETTLED, with_it, p.schooling) == 0.0
    assert seat_value(home(), SETTLED, with_it, p.schooling) == 0.0
    for state in (AWAY, RETURNED):
        assert seat_value(pupils, state, with_it, p.schooling) == seat_value(pupils, state, without, p.schooling)
    # b_income seat_worth = 1.5 * .6.
    school = residence_terms(pupils, with_it, SETTLED - 1, 0.0, 0.0, p, NO_POLICY).school
    assert school == pytest.approx(0.9 * 0.75)


def test_who_lives_elsewhere_sees_the_seats_of_others(settled: Context) -> None:
    # Half of the children there have a seat: 1 of 2, and a tenth more. At both ends the old school, .8 * .7, is better.
    seen = home(state=AWAY, school_age=2, expected_seats=1.0, origin_school=True)
    schooling = settled.parameters.schooling
    assert seat_value(seen, SETTLED, place(learning=0.1), schooling) == pytest.approx(0.55)
    assert seat_value(seen, BOTH_ENDS, place(learning=0.1), schooling) == pytest.approx(0.56)
    assert seat_value(seen, BOTH_ENDS, place(learning=0.2), schooling) == pytest.approx(0.6)


def test_need_is_children_of_school_age(settled: Context) -> None:
    settled.state.households.school_age[:] = [1, 0, 0, 2] * 3
    settled.state.households.state[3] = 0  # not moved
    assert alone(settled, "learning_support").need().tolist() == [1.0, 3.0, 3.0]


def test_each_site_gets_one_library(settled: Context) -> None:
    rule = alone(settled, "learning_support", 50.0, need=[1.0, 0.0, 2.0], settings=GAIN, phase_in_months=50)
    # 4 households of a site at 300, once; 6,000 a site and month; sites without a child come last.
    bills = months_of(rule, 4)
    assert rule.order.tolist() == [2, 0, 1]
    assert bills == [(1200.0, 6000.0), (1200.0, 12000.0), (1200.0, 18000.0), (0.0, 18000.0)]
    assert settled.state.sites.learning.tolist() == [0.1, 0.1, 0.1]
    rule.open(START + 9)
    assert settled.state.sites.learning.tolist() == [0.1, 0.1, 0.1]
