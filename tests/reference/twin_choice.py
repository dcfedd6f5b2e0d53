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
"""A hamlet of fewer households with a flat is no neighbourhood: the site is."""
SCALE_YUAN = 936.0


def values(home: Household, numbers: Parameters, land_return_yuan: float, aid_yuan: float) -> list[float | None]:
    """Return what each state is worth to a household, without noise; None for what is not open to it.

    land_return_yuan: guaranteed, a mu and month; aid_yuan: a poor pupil and month.
    """
    weights, income = numbers.residence, numbers.income
    everywhere = income_everywhere(home, numbers, land_return_yuan)
    members = home.members
    found: list[float | None] = []
    for state in OPTIONS:
        empty = home.at_home == 0 and numbers.structure.nobody_home_away == 1
        closed = state != AWAY if empty else state == AWAY and home.n_labourers == 0
        if closed:
            found.append(None)
            continue
        yuan = everywhere + income_there(home, state, numbers, aid_yuan) - cost_there(home, state, numbers)
        yuan += land_choice(home, state, numbers, land_return_yuan)
        head = max(yuan / members, income.income_floor_yuan)
        worth = math.log(head / SCALE_YUAN) + things(home, state, numbers)
        if home.school_age > 0:
            worth += weights.seat_worth * seat_value(home, state, numbers)
        found.append(weights.b_income * worth + liking(home, state, numbers))
    return found


def things(home: Household, state: int, numbers: Parameters) -> float:
    """Return what a household finds in a state beyond income and seats, in log points of income."""
    weights, services, site = numbers.residence, numbers.services, home.site
    trust = home.trust + (1.0 - home.trust) * home.knowledge
    title = weights.title_worth * site.title_clarity * trust
    tie = weights.both_ends_tie_share if state == BOTH_ENDS else 1.0
    there = site.service if state == SETTLED else 0.5 * (site.service + services.origin_level)
    if state == AWAY:
        there = services.away_level
    elif state == RETURNED:
        there = services.origin_level
    worth = weights.service_worth * there
    if state == SETTLED:
        worth += title
        if home.house or home.land_mu > 0.0 or home.rented_mu > 0.0:
            worth -= weights.rights_worth * (1.0 - site.rights_clarity * trust)
    elif state != RETURNED:
        worth += (1.0 - weights.title_settled_share) * title
    if state == AWAY:
        return (
            worth + weights.network_worth * site.away_share - weights.separation_worth * home.dependants / home.members
        )
    if state != RETURNED:
        worth += tie * weights.site_worth * home.attachment_site
    if state != SETTLED:
        origin = weights.origin_worth * home.attachment_origin - weights.remoteness_worth * home.origin_hours
        worth += tie * (origin + (weights.house_worth if home.house else 0.0))
    return worth + weights.hamlet_worth * peers(home, state)


def liking(home: Household, state: int, numbers: Parameters) -> float:
    """Return what a household likes about a state for no reason that is modelled, and what changing would cost."""
    weights = numbers.residence
    value = weights.taste_spread * home.taste[state - 1]
    if home.state not in (NOT_MOVED, state):
        value -= weights.switching_cost
    constants = {
        SETTLED: home.site.effect, BOTH_ENDS: weights.c_both_ends, AWAY: weights.c_away, RETURNED: weights.c_returned
    }  # fmt: skip
    return value + constants[state]


def peers(home: Household, state: int) -> float:
    """Return the share of the hamlet that was in a state last month, of a small one that of the site."""
    few = home.hamlet.arrived < SMALLEST_HAMLET
    return home.site.share[state - 1] if few else home.hamlet.share[state - 1]


def seat_value(home: Household, state: int, numbers: Parameters) -> float:
    """Return the share of the children with a seat in reach; distant seats and the old school count in part."""
    schooling, children, site = numbers.schooling, home.school_age, home.site
    if state == AWAY:
        return home.away_seats / children if home.state == AWAY else schooling.away_seat_share
    origin = schooling.origin_seat_value if home.origin_school else schooling.far_seat_value
    if state == RETURNED:
        return origin
    if home.state in LIVES_AT_SITE:
        here = (home.seated * (1.0 + site.learning) + schooling.far_seat_value * home.far_seats) / children
    else:  # what it sees of other children there
        seen = sum(n * share for n, share in zip(home.levels, site.seat_share, strict=True))
        here = seen * (1.0 + site.learning) / children
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


def goes_home(home: Household, state: int) -> bool:
    """Return whether a carer who works away would have to give that up."""
    return home.state == AWAY and state != AWAY and home.carer_away_yuan > 0.0


def income_there(home: Household, state: int, numbers: Parameters, aid_yuan: float) -> float:
    """Return the income that a household expects in a state beyond what it has everywhere, yuan a month."""
    jobs, income, site = numbers.jobs, numbers.income, home.site
    away_gain = jobs.wage_away_yuan - jobs.living_away_yuan
    if state == AWAY:
        newcomers = home.n_labourers - home.away_workers - home.carers
        return newcomers * income.away_employment_share * away_gain
    yuan = home.unit_wages_yuan
    if state != RETURNED:
        yuan += site.dividend_yuan
    if home.poor:
        yuan += aid_yuan * home.school_age
    if goes_home(home, state):
        yuan -= home.carer_away_yuan - jobs.living_away_yuan
    hours = home.origin_hours if state == BOTH_ENDS else 0.0
    if site.bus:
        hours *= jobs.bus_time_factor
    kept = max(0.0, 1.0 - income.work_lost_per_hour * hours)
    found_near, found_away = finders(home, state)
    if can_commute(home, state):
        yuan += kept * home.local_wages_yuan
        if home.seekers > 0:  # who finds work leaves a public post for it
            yuan -= kept * home.stopgap_yuan * (found_near + found_away) / home.seekers
    yuan += found_near * kept * site.local_pay_yuan + found_away * away_gain
    return yuan + farm_income(home, state, 0.0 if home.land_pooled else home.land_mu, numbers)


def can_commute(home: Household, state: int) -> bool:
    """Return whether posts at the site are in daily reach of a state other than away."""
    return state != RETURNED or home.near_origin


def finders(home: Household, state: int) -> tuple[float, float]:
    """Return how many seekers are expected to find work near the site and away, together no more than there are."""
    near = home.seekers * home.site.local_chance if can_commute(home, state) else 0.0
    return near, min(home.openness * home.site.away_chance, home.seekers - near)


def farm_income(home: Household, state: int, land_mu: float, numbers: Parameters) -> float:
    """Return what the hands that are left farm of so much land: all of it at the origin, a share on visits in reach."""
    hands = home.helpers - sum(finders(home, state))
    if state == AWAY or hands <= 0.0 or (state == SETTLED and not home.near_origin):
        return 0.0
    income = numbers.income
    yuan = min(land_mu, hands * income.land_per_helper_mu) * income.farm_yuan_per_mu_year / 12.0
    if state != SETTLED:
        without_land = land_mu <= 0.0
        yuan += income.farm_self_yuan * ((1.0 - income.farm_self_land_share) if without_land else 1.0)
    return yuan if state == RETURNED else income.both_ends_farm_share * yuan


def land_yield(home: Household, state: int, numbers: Parameters) -> float:
    """Return what a household's own land adds to its farming in a state."""
    return farm_income(home, state, home.land_mu, numbers) - farm_income(home, state, 0.0, numbers)


def land_choice(home: Household, state: int, numbers: Parameters, land_return_yuan: float) -> float:
    """Return what a household in a state would gain by signing its land over, or by taking it back, yuan a month."""
    if land_return_yuan <= 0.0 or home.land_mu <= 0.0:
        return 0.0
    income, farmed = numbers.income, land_yield(home, state, numbers)
    if home.land_pooled:
        return max(0.0, farmed - land_return_yuan * home.land_mu)
    rent = home.land_mu * income.rent_yuan_per_mu_year / 12.0
    kept_for = max(farmed, income.land_reserve_share * max(rent, land_yield(home, BOTH_ENDS, numbers)))
    offered = land_return_yuan * (home.trust + (1.0 - home.trust) * home.knowledge) * home.land_mu
    return offered - farmed if offered > kept_for else 0.0


def cost_there(home: Household, state: int, numbers: Parameters) -> float:
    """Return what living in a state costs beyond living at the origin, yuan a month."""
    income, schooling = numbers.income, numbers.schooling
    here = home.members - home.away_workers + (1 if goes_home(home, state) else 0)
    if state == SETTLED:
        return max(0.0, income.site_cost_yuan * here - home.site.upkeep_yuan) + home.school_cost_yuan
    if state == BOTH_ENDS:
        journeys = income.trips_per_month * income.trip_yuan_per_km * home.origin_km
        if home.site.bus:
            journeys *= income.bus_trip_factor
        at_site = income.both_ends_site_cost_share * max(0.0, income.site_cost_yuan * here - home.site.upkeep_yuan)
        return at_site + schooling.both_ends_school_cost_share * home.school_cost_yuan + journeys
    if state == AWAY:
        pupils = home.away_seats if home.state == AWAY else schooling.away_seat_share * home.school_age
        jobless = (home.n_labourers - home.away_workers - home.carers) * (1.0 - income.away_employment_share)
        fed = home.dependants + home.carers + jobless
        family = income.away_family_rent_yuan + income.away_dependant_yuan * fed
        return family + schooling.away_school_yuan * pupils
    return 0.0 if home.origin_school else schooling.boarding_yuan * (home.levels[1] + home.levels[2])
