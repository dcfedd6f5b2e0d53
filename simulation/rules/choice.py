"""The residence choice: a random-utility (multinomial logit) choice among the states open to a household.

    V[k] = b_income (ln(max(income_k, floor) / reference) + worth_k) + c_k + site effect [settled] + tau taste_k
         - switching cost [k is not today's state]

    worth_k = seat_worth seats_k + service_worth service_k
            + site_worth attachment_site tie_k [settled, both_ends]
            + (origin_worth attachment_origin + house_worth old house - remoteness_worth hours) tie_k
                                                                                        [both_ends, returned]
            + title_worth believed clarity of title ([settled] + (1 - title_settled_share) [both_ends, away])
            - rights_worth (1 - believed clarity of rights) [settled, with land or a house to lose]
            + hamlet_worth share of the hamlet in k [settled, both_ends, returned]
            + network_worth share of the site's labour away [away]
            - separation_worth share of dependants [away]

and the option with the highest V[k] + Gumbel noise is taken (McFadden 1974). A worth is a ratio to b_income, so that it
says by how many log points of income a household would buy the thing; living at both ends keeps tie_k =
both_ends_tie_share of each tie, else it is 1. One noise per household, option and month, so that a lever which moves
one utility changes only the choices that it must change (explicit error terms; see ActivitySim). The terms are kept
apart so that a household's story can print them.
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
from simulation.state.parameters import (
    Parameters,
    ResidenceParameters,
    SchoolingParameters,
    ServiceParameters,
    Structure,
)
from simulation.state.policy import PolicyNow


class Terms(NamedTuple):
    """What a household gains from living in a state, by cause, utility; the value of the state is their sum."""

    income: float
    school: float
    service: float
    origin: float
    site: float
    house: float
    remoteness: float
    title: float
    rights: float
    hamlet: float
    network: float
    separation: float
    constant: float
    site_effect: float
    taste: float
    switching: float


TERMS = Terms._fields
N_TERMS = len(TERMS)
PEER_HAMLET_MIN = 3
"""A hamlet of fewer households with a flat than this is no neighbourhood of its own: the site is."""
REFERENCE_YUAN = 936.0
"""Income a month and head at which its term is 0 (G09: 11,228 yuan in 2020). It shifts all options alike: a scale."""


@kernel
def belief(announced: float, home: Home) -> float:
    """Return how much of an announced policy a household believes: announced (trust + (1 - trust) knowledge).

    Who trusts believes it anyway; who does not believes what he knows.
    """
    return announced * (home.trust + (1.0 - home.trust) * home.knowledge)


@kernel
def lives_in_reach(state: int) -> bool:
    """Return whether a household in `state` lives, all or part of the time, at the site."""
    return (state == SETTLED) | (state == BOTH_ENDS)


@kernel
def seat_value(home: Home, state: int, place: Place, schooling: SchoolingParameters) -> float:
    """Return the share of a household's school-age children with a seat in reach in `state`, 0 to 1, or more where help
    with learning adds to a seat's worth (0 without children).

    At the site: the seats that its children have, distant ones counted in part; for a household that lives elsewhere,
    what it sees of other children there; libraries and help after school add to their worth. At the origin: the
    old school if it still teaches, else the township's.
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
        here = (home.seated * (1.0 + place.learning) + schooling.far_seat_value * home.far_seats) / children
    else:
        here = home.expected_seats * (1.0 + place.learning) / children
    if state == SETTLED:
        return here
    return max(here, schooling.both_ends_seat_value * origin)


@kernel
def option_open(option: int, home: Home, structure: Structure) -> bool:
    """Return whether option k is open.

    Where every member works or studies elsewhere nobody is left to live at the site or the origin: the household is
    away, whatever it would choose (structure: or else it keeps its choice). A family without a labourer does not go
    away to work.
    """
    if (structure.nobody_home_away == 1) & (home.at_home == 0):
        return option + 1 == AWAY
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
def title_kept(state: int, residence: ResidenceParameters) -> float:
    """Return the part of clear title's worth that a household in `state` has: whole when settled; of the rest, who
    keeps the flat without being settled has what belongs to keeping it.
    """
    if state == SETTLED:
        return 1.0
    return 0.0 if state == RETURNED else 1.0 - residence.title_settled_share


@kernel
def expected_yuan(home: Home, state: int, place: Place, p: Parameters, policy: PolicyNow) -> float:
    """Return the net income that a household expects in `state`, yuan a month per member, with what it would do there
    about land that it is offered a return for.
    """
    offered = belief(policy.land_return_yuan, home)
    land = land_decided(home, state, offered, place, p, policy)
    return net_income(home, state, True, place, p, policy) + land / max(1, home.members)


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

    taste: the household's lasting taste for the option, standard normal; peers: share of the hamlet in it, 0 to 1.
    """
    state, residence = option + 1, p.residence
    b = residence.b_income
    yuan = expected_yuan(home, state, place, p, policy)
    tie = residence.both_ends_tie_share if state == BOTH_ENDS else 1.0
    at_origin = tie if state in (BOTH_ENDS, RETURNED) else 0.0
    at_site = tie if lives_in_reach(state) else 0.0
    to_lose = home.house | (home.land_mu + home.rented_mu > 0.0)

    income = b * log(max(yuan, p.income.income_floor_yuan) / REFERENCE_YUAN)
    school = b * residence.seat_worth * seat_value(home, state, place, p.schooling)
    service = b * residence.service_worth * service_level(state, place, p.services)
    origin = b * residence.origin_worth * home.attachment_origin * at_origin
    site = b * residence.site_worth * home.attachment_site * at_site
    house = b * residence.house_worth * at_origin if home.house else 0.0
    remoteness = -b * residence.remoteness_worth * home.origin_hours * at_origin
    title = b * residence.title_worth * title_kept(state, residence) * belief(place.title_clarity, home)
    rights = hamlet = network = separation = constant = site_effect = 0.0
    if state == AWAY:
        network = b * residence.network_worth * place.away_share
        separation = -b * residence.separation_worth * home.dependants / max(1, home.members)
        constant = residence.c_away
    else:
        hamlet = b * residence.hamlet_worth * peers
    if state == SETTLED:
        rights = -b * residence.rights_worth * (1.0 - belief(place.rights_clarity, home)) if to_lose else 0.0
        site_effect = place.effect
    elif state == BOTH_ENDS:
        constant = residence.c_both_ends
    elif state == RETURNED:
        constant = residence.c_returned
    liking = residence.taste_spread * taste
    switching = -residence.switching_cost if (home.state != NOT_MOVED) & (home.state != state) else 0.0
    # By place: the compiler takes no more than fifteen by name. The order is that of Terms.
    return Terms(
        income, school, service, origin, site, house, remoteness, title, rights, hamlet, network, separation, constant,
        site_effect, liking, switching,
    )  # fmt: skip


@kernel
def value_of(terms: Terms) -> float:
    """Return the sum of the terms, in their order."""
    total = 0.0
    for term in terms:
        total += term
    return total


@kernel
def peer_share(h: int, option: int, state: State) -> float:
    """Return the share of household h's hamlet in option k last month; of a hamlet of fewer than PEER_HAMLET_MIN
    households with a flat, the share of the site.
    """
    hamlet = state.households.hamlet[h]
    if state.hamlet_arrived[hamlet] < PEER_HAMLET_MIN:
        return float(state.sites.share[state.households.site[h], option])
    return float(state.hamlet_share[hamlet, option])
