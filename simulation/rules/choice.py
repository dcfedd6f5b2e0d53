"""The residence choice: a random-utility (multinomial logit) choice among the states open to a household.

    V[k] = b_income ln(max(income_k, floor) / reference) + b_school seats_k + b_service service_k
         + b_origin attachment_origin [both_ends, returned] + b_site attachment_site [settled, both_ends]
         + b_house old house [both_ends, returned] + b_title believed clarity of title [settled]
         + b_peer share of hamlet and site in k + c_k + site effect [settled] + tau taste_k
         - b_separation share of dependants [away] - switching cost [k is not today's state]

and the option with the highest V[k] + Gumbel noise is taken (McFadden 1974). One noise per household, option and
month, so that a lever which moves one utility changes only the choices that it must change (explicit error terms; see
ActivitySim). The terms are kept apart so that a household's story can print them.
"""

from __future__ import annotations

from typing import NamedTuple

from simulation.foundations.kernel import kernel
from simulation.foundations.numerics import log
from simulation.rules.budget import Home, Place, net_income
from simulation.rules.land import land_decided
from simulation.state.entities import (
    AWAY,
    BOTH_ENDS,
    NOT_MOVED,
    RETURNED,
    SETTLED,
    State,
)
from simulation.state.parameters import KnowledgeParameters, Parameters, SchoolingParameters, ServiceParameters
from simulation.state.policy import PolicyNow


class Terms(NamedTuple):
    """What a household gains from living in a state, by cause, utility; the value of the state is their sum."""

    income: float
    school: float
    service: float
    origin: float
    site: float
    house: float
    title: float
    peers: float
    constant: float
    site_effect: float
    taste: float
    separation: float
    switching: float


TERMS = Terms._fields
N_TERMS = len(TERMS)
PEER_HAMLET_MIN = 3
"""A hamlet of fewer households with a flat than this says nothing of its own: only the site counts."""


@kernel
def belief(announced: float, home: Home, knowledge: KnowledgeParameters) -> float:
    """Return how much of an announced policy a household believes: announced (k0 + k1 trust knowledge)."""
    return announced * min(1.0, knowledge.belief_base + knowledge.belief_slope * home.trust * home.knowledge)


@kernel
def lives_in_reach(state: int) -> bool:
    """Return whether a household in `state` lives, all or part of the time, at the site."""
    return (state == SETTLED) | (state == BOTH_ENDS)


@kernel
def seat_value(home: Home, state: int, schooling: SchoolingParameters) -> float:
    """Return the share of a household's school-age children with a seat in reach in `state`, 0 to 1 (0 without
    children).

    At the site: the seats that its children have, distant ones counted in part; for a household that lives elsewhere,
    what it sees of other children there. At the origin: the old school if it still teaches, else the township's.
    """
    children = home.school_age
    if children == 0:
        return 0.0
    if state == AWAY:
        return home.away_seats / children if home.state == AWAY else schooling.away_seat_share
    origin = schooling.origin_seat_value if home.origin_school else schooling.far_seat_value
    if state == RETURNED:
        return origin
    if lives_in_reach(home.state):
        here = (home.seated + schooling.far_seat_value * home.far_seats) / children
    else:
        here = home.expected_seats / children
    if state == SETTLED:
        return here
    return max(here, schooling.both_ends_seat_value * origin)


@kernel
def option_open(option: int, home: Home) -> bool:
    """Return whether option k is open: a family without a labourer does not go away to work."""
    return option + 1 != AWAY or home.labourers > 0


@kernel
def service_level(state: int, place: Place, services: ServiceParameters) -> float:
    """Return the service level where a household in `state` lives, 0 to 1."""
    if state == SETTLED:
        return place.service
    if state == BOTH_ENDS:
        return 0.5 * (place.service + services.origin_level)
    return services.away_level if state == AWAY else services.origin_level


@kernel
def residence_terms(
    home: Home,
    place: Place,
    option: int,
    taste: float,
    peers: float,
    p: Parameters,
    policy: PolicyNow,
) -> Terms:
    """Return the terms of the value V, without noise, that option k has for a household.

    taste: the household's lasting taste for the option, standard normal; peers: share of neighbours in it, 0 to 1.
    """
    state, residence, income = option + 1, p.residence, p.income
    yuan = net_income(home, state, True, place, p, policy)
    offered = belief(policy.land_return_yuan, home, p.knowledge)
    yuan += land_decided(home, state, offered, p, policy) / max(1, home.members)
    at_origin = state in (BOTH_ENDS, RETURNED)
    title = residence.b_title * belief(place.title_clarity, home, p.knowledge)
    constant = 0.0
    if state == BOTH_ENDS:
        constant = residence.c_both_ends
    elif state == AWAY:
        constant = residence.c_away
    elif state == RETURNED:
        constant = residence.c_returned
    separation = -residence.b_separation * home.dependants / max(1, home.members)
    return Terms(
        income=residence.b_income * log(max(yuan, income.income_floor_yuan) / income.income_reference_yuan),
        school=residence.b_school * seat_value(home, state, p.schooling),
        service=residence.b_service * service_level(state, place, p.services),
        origin=residence.b_origin * home.attachment_origin if at_origin else 0.0,
        site=residence.b_site * home.attachment_site if lives_in_reach(state) else 0.0,
        house=residence.b_house if at_origin and home.house else 0.0,
        title=title if state == SETTLED else 0.0,
        peers=residence.b_peer * peers,
        constant=constant,
        site_effect=place.effect if state == SETTLED else 0.0,
        taste=residence.taste_spread * taste,
        separation=separation if state == AWAY else 0.0,
        switching=-residence.switching_cost if (home.state != NOT_MOVED) & (home.state != state) else 0.0,
    )


@kernel
def value_of(terms: Terms) -> float:
    """Return the sum of the terms, in their order."""
    total = 0.0
    for term in terms:
        total += term
    return total


@kernel
def peer_share(h: int, option: int, state: State) -> float:
    """Return the share of household h's neighbours in option k last month: hamlet and site, half each.

    A hamlet of fewer than PEER_HAMLET_MIN households with a flat says nothing of its own: then the site alone.
    """
    site, hamlet = state.sites.share[state.households.site[h], option], state.households.hamlet[h]
    few = state.hamlet_arrived[hamlet] < PEER_HAMLET_MIN
    return float(site if few else 0.5 * (site + state.hamlet_share[hamlet, option]))
