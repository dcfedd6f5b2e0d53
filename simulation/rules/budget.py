"""What a household would live on in each residence option: one rule for choice, records and the story of a household.

Net income counts what its members can really earn there: posts tied to the site only if they live in reach, farm income
only if somebody farms, remittances net of the worker's own living, rent, dividends and allowances everywhere; less what
the place itself costs (the site costs more than the origin: Z01), journeys, school and a family's city living.
"""

from __future__ import annotations

from typing import NamedTuple

from simulation.foundations.kernel import kernel
from simulation.rules.labour import in_reach
from simulation.state.entities import (
    AWAY,
    BOTH_ENDS,
    RETURNED,
    SETTLED,
    Households,
    Sites,
)
from simulation.state.parameters import IncomeParameters, JobsParameters, Parameters
from simulation.state.policy import PolicyNow


class Home(NamedTuple):
    """One household as the rules of income and residence see it: values, not columns (Households in entities.py)."""

    state: int
    poor: bool
    members: int
    labourers: int
    elders: int
    dependants: int
    away_workers: int
    carers: int
    seekers: int
    helpers: int
    local_wages_yuan: float
    unit_wages_yuan: float
    away_wages_yuan: float
    transfers_yuan: float  # a month: dividends and forest subsidies
    dibao: int
    land_mu: float
    rented_mu: float
    land_pooled: bool
    origin_km: float
    origin_school: bool
    school_age: int
    pupils: int  # of them at primary and middle school
    seated: int
    far_seats: int
    away_seats: int
    expected_seats: float
    school_cost_yuan: float
    house: bool
    attachment_site: float
    attachment_origin: float
    trust: float
    knowledge: float


class Place(NamedTuple):
    """One site as the rules of income and residence see it (meanings: Sites in entities.py)."""

    service: float
    bus: bool
    local_chance: float
    effect: float
    title_clarity: float


@kernel
def home_of(h: int, households: Households, sites: Sites) -> Home:
    """Return household h as values; expected_seats: its children times the share of seated ones that it sees at its
    site.
    """
    s = households.site[h]
    expected = 0.0
    for level in range(3):
        expected += households.levels[h, level] * sites.seat_share[s, level]
    return Home(
        int(households.state[h]),
        households.poor[h],
        int(households.members[h]),
        int(households.labourers[h]),
        int(households.elders[h]),
        int(households.dependants[h]),
        int(households.away_workers[h]),
        int(households.carers[h]),
        int(households.seekers[h]),
        int(households.helpers[h]),
        households.local_wages_yuan[h],
        households.unit_wages_yuan[h],
        households.away_wages_yuan[h],
        households.dividend_yuan[h] + households.subsidy_yuan[h],
        int(households.dibao[h]),
        households.land_mu[h],
        households.rented_mu[h],
        households.land_pooled[h],
        households.origin_km[h],
        households.origin_school[h],
        int(households.school_age[h]),
        int(households.levels[h, 1] + households.levels[h, 2]),
        int(households.seated[h]),
        int(households.far_seats[h]),
        int(households.away_seats[h]),
        expected,
        households.school_cost_yuan[h],
        households.house[h],
        households.attachment_site[h],
        households.attachment_origin[h],
        households.trust[h],
        households.knowledge[h],
    )


@kernel
def place_of(s: int, sites: Sites) -> Place:
    """Return site s as values."""
    return Place(sites.service[s], sites.bus[s], sites.local_chance[s], sites.effect[s], sites.title_clarity[s])


@kernel
def farm_income(home: Home, state: int, p: Parameters) -> float:
    """Return a household's net farm income in `state`, yuan a month.

    It farms its own land that is neither let nor pooled, as far as helpers' hands reach: all of it after moving back, a
    share on visits when it lives at both ends or when the origin is within a daily journey of the site.
    """
    return farm_yuan(home, state, 0.0 if home.land_pooled else home.land_mu, p)


@kernel
def farm_yuan(home: Home, state: int, land_mu: float, p: Parameters) -> float:
    """Return what a household would have of farming `land_mu` in `state`, yuan a month, its own food and fuel among it.

    Of these the share farm_self_land_share hangs on the land (maize for the pig, straw); garden and firewood do not.
    """
    if home.helpers == 0 or state == AWAY:
        return 0.0
    if state == SETTLED and home.origin_km > p.jobs.nearby_reach_km:
        return 0.0
    income = p.income
    farmed = min(land_mu, home.helpers * income.land_per_helper_mu)
    whole = farmed * income.farm_yuan_per_mu_year / 12.0
    own = income.farm_self_yuan * (1.0 if land_mu > 0.0 else 1.0 - income.farm_self_land_share)
    if state == RETURNED:
        return whole + own
    if state == BOTH_ENDS:
        return income.both_ends_farm_share * (whole + own)
    return income.both_ends_farm_share * whole


@kernel
def land_income(home: Home, income: IncomeParameters, policy: PolicyNow) -> float:
    """Return rent and guaranteed returns on origin land, yuan a month, the same wherever the household lives."""
    yuan = home.rented_mu * max(income.rent_yuan_per_mu_year / 12.0, policy.land_return_yuan)
    if home.land_pooled:
        yuan += home.land_mu * policy.land_return_yuan
    return yuan


@kernel
def journey_cost(home: Home, place: Place, income: IncomeParameters) -> float:
    """Return the cost of living at both ends, yuan a month: journeys by distance, cheaper where a bus runs."""
    factor = income.bus_trip_factor if place.bus else 1.0
    return income.trips_per_month * income.trip_yuan_per_km * home.origin_km * factor


@kernel
def expected_earnings(home: Home, near: bool, work_share: float, place: Place, jobs: JobsParameters) -> float:
    """Return what labourers without work expect to earn, yuan a month: chance of a post over the next months times
    its wage.

    near: whether posts at the site are in daily reach; work_share: of a month's local work that can be done from
    where the household lives. Work away is open from everywhere.
    """
    local = min(1.0, place.local_chance * jobs.expectation_months) if near else 0.0
    away = min(1.0, jobs.away_offer_probability * jobs.search_probability * jobs.expectation_months)
    gain = jobs.wage_away_yuan - jobs.living_away_yuan
    return home.seekers * (local * work_share * jobs.wage_nearby_yuan + (1.0 - local) * away * gain)


@kernel
def income_of(home: Home, state: int, expected: bool, place: Place, p: Parameters, policy: PolicyNow) -> float:
    """Return a household's income in residence `state`, yuan a month: wages, farming, land, transfers.

    Wages away count net of the worker's own living there. expected: True for a choice (a labourer without work enters
    with the chance of a post, and posts that the move would end count as lost), False for what the month really
    brought in the present state.
    """
    jobs, income = p.jobs, p.income
    yuan = home.away_wages_yuan - home.away_workers * jobs.living_away_yuan
    yuan += home.transfers_yuan + home.dibao * income.dibao_yuan + home.elders * income.pension_yuan
    if home.labourers == 0:
        yuan += home.members * income.kin_support_yuan
    yuan += land_income(home, income, policy) + farm_income(home, state, p)
    if state == AWAY:
        if expected:
            newcomers = home.labourers - home.away_workers - home.carers
            gain = jobs.wage_away_yuan - jobs.living_away_yuan
            return yuan + newcomers * income.away_employment_share * gain
        return yuan + home.local_wages_yuan + home.unit_wages_yuan
    if home.poor:
        yuan += policy.aid_yuan * home.school_age
    near = in_reach(state, home.origin_km, jobs)
    work_share = income.both_ends_work_share if state == BOTH_ENDS else 1.0
    if expected:
        yuan += expected_earnings(home, near, work_share, place, jobs)
    if near or not expected:
        yuan += work_share * home.local_wages_yuan
    return yuan + home.unit_wages_yuan


@kernel
def cost_of_place(home: Home, state: int, place: Place, p: Parameters) -> float:
    """Return what living in `state` costs beyond living at the origin, yuan a month.

    The site: water, power and vegetables (Z01), school buses and boarding; both ends: a share of these, and journeys;
    away: a room for the family, dependants' living, school fees; the origin: boarding where the old school is closed.
    """
    income, schooling = p.income, p.schooling
    if state == SETTLED:
        return income.site_cost_yuan * home.members + home.school_cost_yuan
    if state == BOTH_ENDS:
        yuan = income.both_ends_site_cost_share * income.site_cost_yuan * home.members
        return yuan + schooling.both_ends_school_cost_share * home.school_cost_yuan + journey_cost(home, place, income)
    if state == AWAY:
        yuan = income.away_family_rent_yuan + income.away_dependant_yuan * home.dependants
        children = home.away_seats if home.state == AWAY else schooling.away_seat_share * home.school_age
        return yuan + schooling.away_school_yuan * children
    return 0.0 if home.origin_school else schooling.boarding_yuan * home.pupils


@kernel
def net_income(home: Home, state: int, expected: bool, place: Place, p: Parameters, policy: PolicyNow) -> float:
    """Return a household's income less the cost of the place in `state`, yuan a month per member."""
    yuan = income_of(home, state, expected, place, p, policy)
    return (yuan - cost_of_place(home, state, place, p)) / max(1, home.members)
