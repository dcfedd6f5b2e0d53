"""What a household would live on in each residence option: one rule for choice, records and the story of a household.

Net income counts what its members can really earn there: posts tied to the site only if they live in reach, farm income
only if somebody farms, remittances net of the worker's own living, rent, dividends and allowances everywhere; less what
the place itself costs (the site costs more than the origin: Z01), journeys, school and a family's city living. Nobody
counts twice: who is expected to work does not farm as well, and who works away pays there, not at the site.
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
from simulation.state.parameters import IncomeParameters, Parameters
from simulation.state.policy import PolicyNow


class Home(NamedTuple):
    """One household as the rules of income and residence see it: values, not columns (Households in entities.py)."""

    state: int
    poor: bool
    members: int
    labourers: int
    elders: int
    dependants: int
    at_home: int  # neither working away nor studying elsewhere
    away_workers: int
    carers: int
    seekers: int
    openness: float  # summed over seekers: how open work away is at their ages
    helpers: int
    local_wages_yuan: float
    unit_wages_yuan: float
    away_wages_yuan: float
    carer_away_yuan: float
    stopgap_yuan: float  # of their wages, what seekers have in public posts
    transfers_yuan: float  # a month: dividends and forest subsidies
    allowance_yuan: float  # a month, the subsistence allowance
    land_mu: float
    rented_mu: float
    land_pooled: bool
    origin_km: float
    origin_hours: float
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
    local_pay_yuan: float
    away_chance: float
    away_share: float
    effect: float
    title_clarity: float
    rights_clarity: float
    upkeep_yuan: float
    dividend_yuan: float
    learning: float


class Found(NamedTuple):
    """Labourers of a household who can be expected to have found work: near the site, and away."""

    near: float
    away: float


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
        int(households.at_home[h]),
        int(households.away_workers[h]),
        int(households.carers[h]),
        int(households.seekers[h]),
        households.openness[h],
        int(households.helpers[h]),
        households.local_wages_yuan[h],
        households.unit_wages_yuan[h],
        households.away_wages_yuan[h],
        households.carer_away_yuan[h],
        households.stopgap_yuan[h],
        households.dividend_yuan[h] + households.subsidy_yuan[h],
        households.allowance_yuan[h],
        households.land_mu[h],
        households.rented_mu[h],
        households.land_pooled[h],
        households.origin_km[h],
        households.origin_hours[h],
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
    return Place(
        sites.service[s],
        sites.bus[s],
        sites.local_chance[s],
        sites.local_pay_yuan[s],
        sites.away_chance[s],
        sites.away_share[s],
        sites.effect[s],
        sites.title_clarity[s],
        sites.rights_clarity[s],
        sites.upkeep_yuan[s],
        sites.dividend_yuan[s],
        sites.learning[s],
    )


@kernel
def farm_income(home: Home, state: int, p: Parameters) -> float:
    """Return a household's net farm income in `state` with all hands that it has, yuan a month."""
    return farm_yuan(home.helpers, home, state, own_land(home), p)


@kernel
def own_land(home: Home) -> float:
    """Return the land that a household can farm, mu: its own that is neither let nor pooled."""
    return 0.0 if home.land_pooled else home.land_mu


@kernel
def farm_yuan(hands: float, home: Home, state: int, land_mu: float, p: Parameters) -> float:
    """Return what a household would have of farming `land_mu` in `state` with so many hands, yuan a month, its own food
    and fuel among it.

    It farms as far as hands reach: all of it after moving back, a share on visits when it lives at both ends or when
    the origin is within a daily journey of the site. Of its own food and fuel the share farm_self_land_share hangs on
    the land (maize for the pig, straw); garden and firewood do not.
    """
    if hands <= 0.0 or state == AWAY:
        return 0.0
    if state == SETTLED and home.origin_km > p.jobs.nearby_reach_km:
        return 0.0
    income = p.income
    farmed = min(land_mu, hands * income.land_per_helper_mu)
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
def work_share(state: int, origin_hours: float, bus: bool, p: Parameters) -> float:
    """Return the share of a month's work tied to the site that can be done in `state`: at both ends, journeys and days
    at the origin take work_lost_per_hour for each hour between the two, of which a bus saves some.
    """
    if state != BOTH_ENDS:
        return 1.0
    hours = origin_hours * (p.jobs.bus_time_factor if bus else 1.0)
    return min(1.0, max(0.0, 1.0 - p.income.work_lost_per_hour * hours))


@kernel
def expected_found(home: Home, near: bool, place: Place) -> Found:
    """Return how many of a household's seekers can be expected to have found work within expectation_months.

    The chances are those at which such people of the site really found it of late (knowledge.update_chances), away by
    what their ages leave open; who finds one does not find the other. near: whether posts at the site are in daily
    reach.
    """
    local = home.seekers * place.local_chance if near else 0.0
    away = home.openness * place.away_chance
    if local + away > home.seekers:
        away = home.seekers - local
    return Found(local, away)


@kernel
def expected_hands(home: Home, state: int, place: Place, p: Parameters) -> float:
    """Return the hands that a household can expect to have for farming in `state`: helpers less who finds work."""
    found = expected_found(home, in_reach(state, home.origin_km, p.jobs), place)
    return home.helpers - (found.near + found.away)


@kernel
def carer_comes_home(home: Home, state: int) -> bool:
    """Return whether a move to `state` ends a carer's work away: from a family away to anywhere else."""
    return (home.state == AWAY) & (state != AWAY) & (home.carer_away_yuan > 0.0)


@kernel
def newcomers(home: Home) -> int:
    """Return how many labourers would look for work where the family goes: all but carers and who works away."""
    return home.labourers - home.away_workers - home.carers


@kernel
def income_of(home: Home, state: int, expected: bool, place: Place, p: Parameters, policy: PolicyNow) -> float:
    """Return a household's income in residence `state`, yuan a month: wages, farming, land, transfers.

    Wages away count net of the worker's own living there. expected: True for a choice (a labourer without work enters
    with the chance of a post and does not farm as far as he is expected to find one, and posts that the move would end
    count as lost), False for what the month really brought in the present state.
    """
    jobs, income = p.jobs, p.income
    yuan = home.away_wages_yuan - home.away_workers * jobs.living_away_yuan
    yuan += home.transfers_yuan + home.allowance_yuan + home.elders * income.pension_yuan
    if home.labourers == 0:
        yuan += home.members * income.kin_support_yuan
    yuan += land_income(home, income, policy)
    gain_away = jobs.wage_away_yuan - jobs.living_away_yuan
    if state == AWAY:
        if expected:
            return yuan + newcomers(home) * income.away_employment_share * gain_away
        return yuan + home.local_wages_yuan + home.unit_wages_yuan
    if home.poor:
        yuan += policy.aid_yuan * home.school_age
    if state != RETURNED:
        yuan += place.dividend_yuan
    near = in_reach(state, home.origin_km, jobs)
    share = work_share(state, home.origin_hours, place.bus, p)
    hands = float(home.helpers)
    if expected:
        found = expected_found(home, near, place)
        yuan += found.near * share * place.local_pay_yuan + found.away * gain_away
        hands -= found.near + found.away
        if near and home.seekers > 0:  # a public post is given up for it
            yuan -= share * home.stopgap_yuan * (found.near + found.away) / home.seekers
        if carer_comes_home(home, state):
            yuan -= home.carer_away_yuan - jobs.living_away_yuan
    yuan += farm_yuan(hands, home, state, own_land(home), p)
    if near or not expected:
        yuan += share * home.local_wages_yuan
    return yuan + home.unit_wages_yuan


@kernel
def cost_of_place(home: Home, state: int, place: Place, p: Parameters) -> float:
    """Return what living in `state` is expected to cost beyond living at the origin, yuan a month.

    The site: water, power and vegetables (Z01) of who does not work away, less what others pay of it, school buses and
    boarding; both ends: a share of these, and journeys; away: a room for the family, the living of all who go along
    without work, school fees; the origin: boarding where the old school is closed.
    """
    income, schooling = p.income, p.schooling
    if state == AWAY:
        along = home.dependants + home.carers + newcomers(home) * (1.0 - income.away_employment_share)
        yuan = income.away_family_rent_yuan + income.away_dependant_yuan * along
        children = home.away_seats if home.state == AWAY else schooling.away_seat_share * home.school_age
        return yuan + schooling.away_school_yuan * children
    if state == RETURNED:
        return 0.0 if home.origin_school else schooling.boarding_yuan * home.pupils
    here = home.members - home.away_workers + (1 if carer_comes_home(home, state) else 0)
    if state == SETTLED:
        return max(0.0, income.site_cost_yuan * here - place.upkeep_yuan) + home.school_cost_yuan
    share = income.both_ends_site_cost_share
    yuan = max(0.0, share * income.site_cost_yuan * here - share * place.upkeep_yuan)
    return yuan + schooling.both_ends_school_cost_share * home.school_cost_yuan + journey_cost(home, place, income)


@kernel
def net_income(home: Home, state: int, expected: bool, place: Place, p: Parameters, policy: PolicyNow) -> float:
    """Return a household's income less the cost of the place in `state`, yuan a month per member."""
    yuan = income_of(home, state, expected, place, p, policy)
    return (yuan - cost_of_place(home, state, place, p)) / max(1, home.members)
