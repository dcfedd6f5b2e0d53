"""Where to live in the twin: what a household would live on in each state, and what it likes about it.

The value of a state is a sum of terms (docs/odd.md, residence); noise is added by the household that chooses.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulation.state.entities import (
    AWAY,
    BOTH_ENDS,
    NOT_MOVED,
    RETURNED,
    SETTLED,
)
from simulation.state.parameters import Parameters

if TYPE_CHECKING:
    from tests.reference.twin_household import Household

LIVES_AT_SITE = (SETTLED, BOTH_ENDS)
OPTIONS = (SETTLED, BOTH_ENDS, AWAY, RETURNED)
SMALLEST_HAMLET = 3
"""A hamlet of fewer households with a flat says nothing of its own."""


def values(home: Household, numbers: Parameters, land_return_yuan: float, aid_yuan: float) -> list[float | None]:
    """Return what each state is worth to a household, without noise; None for what is not open to it.

    land_return_yuan: guaranteed, a mu and month; aid_yuan: a poor pupil and month.
    """
    weights, income = numbers.residence, numbers.income
    everywhere = income_everywhere(home, numbers, land_return_yuan)
    members = home.members
    found: list[float | None] = []
    for state in OPTIONS:
        if state == AWAY and home.n_labourers == 0:
            found.append(None)
            continue
        yuan = everywhere + income_there(home, state, numbers, aid_yuan) - cost_there(home, state, numbers)
        head = max(yuan / members, income.income_floor_yuan)
        value = weights.b_income * math.log(head / income.income_reference_yuan)
        if home.school_age > 0:
            value += weights.b_school * seat_value(home, state, numbers)
        found.append(value + weights.b_peer * peers(home, state) + liking(home, state, numbers))
    return found


def liking(home: Household, state: int, numbers: Parameters) -> float:
    """Return what a household likes about a state beyond income, seats and neighbours."""
    weights, services, site = numbers.residence, numbers.services, home.site
    value = weights.taste_spread * home.taste[state - 1]
    if home.state not in (NOT_MOVED, state):
        value -= weights.switching_cost
    if state == SETTLED:
        value += weights.b_service * site.service
        value += weights.b_title * site.title_clarity * belief(home, numbers) + site.effect
    elif state == BOTH_ENDS:
        value += weights.b_service * 0.5 * (site.service + services.origin_level) + weights.c_both_ends
    elif state == AWAY:
        value += weights.b_service * services.away_level + weights.c_away
        value -= weights.b_separation * home.dependants / home.members
    else:
        value += weights.b_service * services.origin_level + weights.c_returned
    if state in (SETTLED, BOTH_ENDS):
        value += weights.b_site * home.attachment_site
    if state in (BOTH_ENDS, RETURNED):
        value += weights.b_origin * home.attachment_origin
        if home.house:
            value += weights.b_house
    return value


def belief(home: Household, numbers: Parameters) -> float:
    """Return which part of what is announced a household believes."""
    knowledge = numbers.knowledge
    return min(1.0, knowledge.belief_base + knowledge.belief_slope * home.trust * home.knowledge)


def peers(home: Household, state: int) -> float:
    """Return the share of neighbours who were in a state last month: site and hamlet, half each."""
    share = home.site.share[state - 1]
    return share if home.hamlet.arrived < SMALLEST_HAMLET else 0.5 * (share + home.hamlet.share[state - 1])


def seat_value(home: Household, state: int, numbers: Parameters) -> float:
    """Return the share of the children with a seat in reach; distant seats and the old school count in part."""
    schooling, children, site = numbers.schooling, home.school_age, home.site
    if state == AWAY:
        return home.away_seats / children if home.state == AWAY else schooling.away_seat_share
    origin = schooling.origin_seat_value if home.origin_school else schooling.far_seat_value
    if state == RETURNED:
        return origin
    if home.state in LIVES_AT_SITE:
        here = (home.seated + schooling.far_seat_value * home.far_seats) / children
    else:  # what it sees of other children there
        here = sum(n * share for n, share in zip(home.levels, site.seat_share, strict=True)) / children
    return here if state == SETTLED else max(here, schooling.both_ends_seat_value * origin)


def income_everywhere(home: Household, numbers: Parameters, land_return_yuan: float) -> float:
    """Return the income that a household has wherever it lives, yuan a month."""
    jobs, income = numbers.jobs, numbers.income
    yuan = home.away_wages_yuan - home.away_workers * jobs.living_away_yuan
    yuan += home.dividend_yuan + home.subsidy_yuan + home.allowance_yuan
    yuan += home.elders * income.pension_yuan
    if home.n_labourers == 0:
        yuan += home.members * income.kin_support_yuan
    if home.rented_mu > 0.0:
        yuan += home.rented_mu * max(income.rent_yuan_per_mu_year / 12.0, land_return_yuan)
    if home.land_pooled:
        yuan += home.land_mu * land_return_yuan
    return yuan


def income_there(home: Household, state: int, numbers: Parameters, aid_yuan: float) -> float:
    """Return the income that a household expects in a state beyond what it has everywhere, yuan a month."""
    jobs, income = numbers.jobs, numbers.income
    away_gain = jobs.wage_away_yuan - jobs.living_away_yuan
    if state == AWAY:
        newcomers = home.n_labourers - home.away_workers - home.carers
        return newcomers * income.away_employment_share * away_gain
    yuan = home.unit_wages_yuan
    if home.poor:
        yuan += aid_yuan * home.school_age
    near = state != RETURNED or home.near_origin
    work_share = income.both_ends_work_share if state == BOTH_ENDS else 1.0
    if near:
        yuan += work_share * home.local_wages_yuan
    if home.seekers > 0:
        local = min(1.0, home.site.local_chance * jobs.expectation_months) if near else 0.0
        away = min(1.0, jobs.away_offer_probability * jobs.search_probability * jobs.expectation_months)
        yuan += home.seekers * (local * work_share * jobs.wage_nearby_yuan + (1.0 - local) * away * away_gain)
    if home.helpers > 0:
        yuan += farm_income(home, state, numbers)
    return yuan


def farm_income(home: Household, state: int, numbers: Parameters) -> float:
    """Return what helpers farm at the origin, yuan a month: all of it there, a share on visits within reach."""
    if state == SETTLED and not home.near_origin:
        return 0.0
    income = numbers.income
    land = 0.0 if home.land_pooled else min(home.land_mu, home.helpers * income.land_per_helper_mu)
    yuan = land * income.farm_yuan_per_mu_year / 12.0
    if state != SETTLED:
        yuan += income.farm_self_yuan
    return yuan if state == RETURNED else income.both_ends_farm_share * yuan


def cost_there(home: Household, state: int, numbers: Parameters) -> float:
    """Return what living in a state costs beyond living at the origin, yuan a month."""
    income, schooling = numbers.income, numbers.schooling
    if state == SETTLED:
        return income.site_cost_yuan * home.members + home.school_cost_yuan
    if state == BOTH_ENDS:
        journeys = income.trips_per_month * income.trip_yuan_per_km * home.origin_km
        if home.site.bus:
            journeys *= income.bus_trip_factor
        at_site = income.both_ends_site_cost_share * income.site_cost_yuan * home.members
        return at_site + schooling.both_ends_school_cost_share * home.school_cost_yuan + journeys
    if state == AWAY:
        pupils = home.away_seats if home.state == AWAY else schooling.away_seat_share * home.school_age
        family = income.away_family_rent_yuan + income.away_dependant_yuan * home.dependants
        return family + schooling.away_school_yuan * pupils
    return 0.0 if home.origin_school else schooling.boarding_yuan * (home.levels[1] + home.levels[2])
