"""A household's budget by hand, state by state: the sums use round_numbers.py."""

from __future__ import annotations

from typing import Any

import pytest

from simulation.rules.budget import (
    Home,
    expected_found,
    farm_income,
    home_of,
    journey_cost,
    land_income,
    net_income,
    place_of,
    work_share,
)
from simulation.state.entities import (
    AWAY,
    BOTH_ENDS,
    RETURNED,
    SETTLED,
)
from simulation.state.parameters import Parameters
from simulation.state.policy import PolicyNow
from simulation.state.population import Population
from tests.simulation.made import NO_POLICY, home, moment, place


def income_of(
    household: Home, state: int, p: Parameters, expected: bool = False, policy: PolicyNow = NO_POLICY, **site: Any
) -> float:
    return float(net_income(household, state, expected, place(**site), p, policy))


@pytest.mark.parametrize(
    ("state", "km", "helpers", "land", "yuan"),
    [
        # 1200 yuan a mu and year is 100 a month; a helper works 4 mu; 150 a month of one's own food and fuel.
        (RETURNED, 40.0, 1, 3.0, 450.0),  # 3 * 100 + 150
        (RETURNED, 40.0, 1, 9.0, 550.0),  # hands for 4 mu: 4 * 100 + 150
        (RETURNED, 40.0, 2, 9.0, 950.0),  # hands for 8 mu: 8 * 100 + 150
        (BOTH_ENDS, 40.0, 1, 3.0, 270.0),  # .6 * (300 + 150)
        (SETTLED, 40.0, 1, 3.0, 0.0),  # beyond the daily 15 km
        (SETTLED, 15.0, 1, 3.0, 180.0),  # .6 * 300, and no food of one's own
        (AWAY, 5.0, 1, 3.0, 0.0),
        (RETURNED, 5.0, 0, 3.0, 0.0),  # nobody at hand
        (RETURNED, 5.0, 1, 0.0, 150.0),  # no land, but food and fuel
    ],
)
def test_farm_income(state: int, km: float, helpers: int, land: float, yuan: float, round_numbers: Parameters) -> None:
    farmer = home(origin_km=km, helpers=helpers, land_mu=land)
    assert farm_income(farmer, state, round_numbers) == pytest.approx(yuan)


def test_pooled_land_is_not_farmed(round_numbers: Parameters) -> None:
    farmer = home(origin_km=10.0, helpers=2, land_mu=5.0, land_pooled=True)
    assert farm_income(farmer, SETTLED, round_numbers) == 0.0
    assert farm_income(farmer, BOTH_ENDS, round_numbers) == pytest.approx(90.0)  # .6 * 150: food and fuel alone
    assert farm_income(farmer, RETURNED, round_numbers) == pytest.approx(150.0)


def test_land_income(round_numbers: Parameters) -> None:
    # The market pays 240 a mu and year, 20 a month; a guarantee counts where it is higher, and for pooled land too.
    income = round_numbers.income
    letting = home(rented_mu=3.0, land_mu=5.0)
    assert land_income(letting, income, NO_POLICY) == pytest.approx(60.0)
    assert land_income(letting, income, PolicyNow(15.0, 0.0)) == pytest.approx(60.0)
    assert land_income(letting, income, PolicyNow(50.0, 0.0)) == pytest.approx(150.0)
    pooled = letting._replace(land_pooled=True)
    assert land_income(pooled, income, PolicyNow(50.0, 0.0)) == pytest.approx(150.0 + 250.0)
    assert land_income(pooled, income, NO_POLICY) == pytest.approx(60.0)


def test_journey_cost(round_numbers: Parameters) -> None:
    # 4 trips a month * .5 yuan a km * 40 km; .6 of it where a bus runs.
    assert journey_cost(home(), place(), round_numbers.income) == pytest.approx(80.0)
    assert journey_cost(home(), place(bus=True), round_numbers.income) == pytest.approx(48.0)


@pytest.mark.parametrize(("hours", "share"), [(0.0, 1.0), (1.5, 0.7), (5.0, 0.0), (9.0, 0.0)])
def test_work_at_both_ends_is_lost_to_journeys_by_the_hour(
    hours: float, share: float, round_numbers: Parameters
) -> None:
    # .2 of the month's work for each hour between the two.
    assert work_share(BOTH_ENDS, hours, False, round_numbers) == pytest.approx(share)
    assert work_share(SETTLED, hours, False, round_numbers) == 1.0


def test_a_bus_saves_work_at_both_ends(round_numbers: Parameters) -> None:
    # Half the hours: .2 * .75 of the month instead of .2 * 1.5.
    p = round_numbers._replace(jobs=round_numbers.jobs._replace(bus_time_factor=0.5))
    assert work_share(BOTH_ENDS, 1.5, True, p) == pytest.approx(0.85)


def test_who_can_be_expected_to_find_work(round_numbers: Parameters) -> None:
    # Two seekers, one of whom is of an age to which work away is half open: 1.5 * .3 away, 2 * .25 near by.
    seeking, site = home(seekers=2, openness=1.5), place(local_chance=0.25, away_chance=0.3)
    assert expected_found(seeking, True, site) == pytest.approx((0.5, 0.45))
    assert expected_found(seeking, False, site) == pytest.approx((0.0, 0.45))  # no post of the site in reach
    assert expected_found(home(), True, site) == (0.0, 0.0)
    # Nobody finds two: what is found near by is not found away.
    sure = place(local_chance=0.8, away_chance=0.6)
    assert expected_found(home(seekers=1, openness=1.0), True, sure) == pytest.approx((0.8, 0.2))


def test_who_is_expected_to_work_does_not_farm(round_numbers: Parameters) -> None:
    # One helper, 4 mu at 100 yuan: moved back he farms 4 mu; expected to work by .25, he farms 3 of them.
    idle = home(seekers=1, openness=1.0, helpers=1, land_mu=4.0)
    assert income_of(idle, RETURNED, round_numbers) == pytest.approx(550 / 4)
    found = income_of(idle, RETURNED, round_numbers, expected=True, away_chance=0.25)
    assert found == pytest.approx((3 * 100 + 150 + 0.25 * 3000) / 4)
    # Expected to work for sure, he does not farm at all.
    found = income_of(idle, RETURNED, round_numbers, expected=True, away_chance=1.0)
    assert found == pytest.approx(3000 / 4)


def test_a_public_post_is_given_up_for_other_work(round_numbers: Parameters) -> None:
    # 800 yuan from the post; half of the time he finds work at 2,000 near by instead: 400 + 1,000.
    holder = home(seekers=1, local_wages_yuan=800.0, stopgap_yuan=800.0)
    chances = {"local_chance": 0.5, "local_pay_yuan": 2000.0}
    assert income_of(holder, SETTLED, round_numbers, expected=True, **chances) == pytest.approx(
        income_of(home(), SETTLED, round_numbers) + 1400 / holder.members
    )


WORKING = home(
    local_wages_yuan=2000.0,
    unit_wages_yuan=800.0,
    away_wages_yuan=4500.0,
    away_workers=1,
    labourers=3,
    dependants=2,
    members=5,
    elders=1,
    transfers_yuan=70.0,
    rented_mu=2.0,
    school_cost_yuan=100.0,
    origin_school=True,
    origin_hours=0.5,
)
# Everywhere: 4500 - 1500 (own living away) + 70 transfers + 100 pension + 2 * 20 rent = 3210.


def test_net_income_settled(round_numbers: Parameters) -> None:
    # 3210 + 2000 local + 800 in the unit - 80 for each of four who live at the site - 100 for school, over 5 members.
    assert income_of(WORKING, SETTLED, round_numbers) == pytest.approx((3210 + 2000 + 800 - 320 - 100) / 5)


def test_net_income_at_both_ends(round_numbers: Parameters) -> None:
    # Half an hour: .9 of the local wages; half of the site's costs, a quarter of the school's, 80 for 40 km journeys.
    yuan = 3210 + 1800 + 800 - 0.5 * 320 - 25 - 80
    assert income_of(WORKING, BOTH_ENDS, round_numbers) == pytest.approx(yuan / 5)
    # With a bus the journeys cost 48, and three quarters of the half hour take .075 of 2,000 yuan's work.
    assert income_of(WORKING, BOTH_ENDS, round_numbers, bus=True) == pytest.approx((yuan + 32 + 50) / 5)


def test_net_income_moved_back(round_numbers: Parameters) -> None:
    # 40 km from the origin the local post is lost, the unit's is kept; nothing is paid at the site.
    assert income_of(WORKING, RETURNED, round_numbers, expected=True) == pytest.approx((3210 + 800) / 5)
    # 10 km from it the post is kept.
    near = WORKING._replace(origin_km=10.0)
    assert income_of(near, RETURNED, round_numbers, expected=True) == pytest.approx((3210 + 2000 + 800) / 5)
    # Where the old school is closed, pupils board at 300 each.
    closed = WORKING._replace(origin_school=False, school_age=3, pupils=2)
    assert income_of(closed, RETURNED, round_numbers, expected=True) == pytest.approx((3210 + 800 - 600) / 5)
    # In the month itself what was earned is counted.
    assert income_of(WORKING, RETURNED, round_numbers) == pytest.approx((3210 + 2000 + 800) / 5)


def test_net_income_away_as_expected(round_numbers: Parameters) -> None:
    # Local posts are lost; the 3 - 1 other labourers find work with .8 at 4500 - 1500; a room 600, and 500 for each
    # of 2 dependants and for who has found no work, 2 * .2.
    yuan = 3210 + 2 * 0.8 * 3000 - 600 - 1000 - 200
    assert income_of(WORKING, AWAY, round_numbers, expected=True) == pytest.approx(yuan / 5)
    # Of three children .3 each would find a school there, at 400.
    family = WORKING._replace(school_age=3)
    assert income_of(family, AWAY, round_numbers, expected=True) == pytest.approx((yuan - 360) / 5)
    # A carer finds no work and must live: one newcomer's 2400 less, and 500 instead of .2 * 500 more.
    caring = WORKING._replace(carers=1)
    assert income_of(caring, AWAY, round_numbers, expected=True) == pytest.approx((yuan - 2400 - 400) / 5)


def test_from_away_a_carers_wage_there_does_not_count_elsewhere(round_numbers: Parameters) -> None:
    # 4500 + 4000 less 2 * 1500; the move home ends the carer's 4000 - 1500, and the carer lives at the site: 3 * 80.
    family = home(state=AWAY, away_wages_yuan=8500.0, away_workers=2, carer_away_yuan=4000.0)
    assert income_of(family, SETTLED, round_numbers, expected=True) == pytest.approx((8500 - 3000 - 2500 - 240) / 4)
    assert income_of(family, RETURNED, round_numbers, expected=True) == pytest.approx((8500 - 3000 - 2500) / 4)
    assert income_of(family, AWAY, round_numbers, expected=True) == pytest.approx((8500 - 3000 - 600 - 1000) / 4)
    # Who lives at the site already goes on earning there: no move ends it.
    settled = family._replace(state=SETTLED)
    assert income_of(settled, RETURNED, round_numbers, expected=True) == pytest.approx((8500 - 3000) / 4)


def test_net_income_away_as_it_was(round_numbers: Parameters) -> None:
    # 3210 - 600 - 1000, 400 for the one child in school there, and 2 * .2 * 500 for labourers without work.
    away = WORKING._replace(state=AWAY, local_wages_yuan=0.0, unit_wages_yuan=0.0, away_seats=1, school_age=2)
    assert income_of(away, AWAY, round_numbers) == pytest.approx((3210 - 600 - 1000 - 400 - 200) / 5)


def test_a_choice_counts_the_chance_of_a_post(round_numbers: Parameters) -> None:
    # One seeker in reach: .1 * 2400 near by and .5 * 3000 away; the month itself brought nothing.
    idle, chances = home(seekers=1, openness=0.5), {"local_chance": 0.1, "local_pay_yuan": 2400.0, "away_chance": 1.0}
    expected = (0.1 * 2400 + 0.5 * 3000 - 320) / 4
    assert income_of(idle, SETTLED, round_numbers, expected=True, **chances) == pytest.approx(expected)
    assert income_of(idle, SETTLED, round_numbers, **chances) == pytest.approx(-320 / 4)


def test_a_household_without_a_labourer_is_supported_by_kin(round_numbers: Parameters) -> None:
    # 200 a head and 2 pensions of 100, less 80 a head.
    old = home(members=2, labourers=0, dependants=2, elders=2)
    assert income_of(old, SETTLED, round_numbers) == pytest.approx((400 + 200 - 160) / 2)
    # With one labourer, at work or not, kin send nothing.
    assert income_of(old._replace(labourers=1), SETTLED, round_numbers) == pytest.approx((200 - 160) / 2)


def test_an_allowance_is_paid_wherever_the_household_lives(round_numbers: Parameters) -> None:
    for state in (SETTLED, BOTH_ENDS, AWAY, RETURNED):
        gain = income_of(home(allowance_yuan=500.0), state, round_numbers) - income_of(home(), state, round_numbers)
        assert gain == pytest.approx(500 / 4)


def test_aid_goes_to_pupils_of_poor_households_who_are_not_away(round_numbers: Parameters) -> None:
    aid, family = PolicyNow(0.0, 150.0), home(poor=True, school_age=2)
    for state in (SETTLED, BOTH_ENDS, RETURNED):
        gain = income_of(family, state, round_numbers, policy=aid) - income_of(family, state, round_numbers)
        assert gain == pytest.approx(2 * 150 / 4), state
    assert income_of(family, AWAY, round_numbers, policy=aid) == income_of(family, AWAY, round_numbers)
    better_off = family._replace(poor=False)
    assert income_of(better_off, SETTLED, round_numbers, policy=aid) == income_of(better_off, SETTLED, round_numbers)


def test_a_household_and_a_site_are_read_column_by_column(dozen: Population, round_numbers: Parameters) -> None:
    state = moment(dozen, round_numbers, "2019-05").state
    for n, name in enumerate(("dividend_yuan", "subsidy_yuan"), start=1):
        getattr(state.households, name)[3] = 10.0**n
    plain = sorted(set(Home._fields) - {"transfers_yuan", "expected_seats", "pupils"})
    for n, name in enumerate(plain):
        column = getattr(state.households, name)
        column[3] = n % 2 if column.dtype == bool else n
    state.households.levels[3], state.sites.seat_share[0] = (1, 2, 0), (0.5, 0.25, 1.0)
    seen = home_of(3, state.households, state.sites)
    for name in plain:
        assert getattr(seen, name) == getattr(state.households, name)[3], name
    assert seen.transfers_yuan == 110.0
    assert seen.pupils == 2
    assert seen.expected_seats == 1.0  # one child at .5, two at .25
    state.sites.service[1], state.sites.local_chance[1] = 0.6, 0.2
    site = place_of(1, state.sites)
    for name in site._fields:
        assert getattr(site, name) == getattr(state.sites, name)[1], name
