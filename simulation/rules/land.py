"""Origin land under a guaranteed return: what its owner keeps it for, when it is signed over, what a move makes of it.

Land that lies idle is not worth nothing to its owner: it could be let, or farmed on visits. A household signs only what
brings more than that reserve. The contract ends with the farming year if the household wishes, so that signing binds
nobody to a place.
"""

from __future__ import annotations

from simulation.foundations.kernel import kernel
from simulation.rules.budget import Home, Place, expected_hands, farm_yuan
from simulation.state.entities import BOTH_ENDS
from simulation.state.parameters import Parameters
from simulation.state.policy import PolicyNow


@kernel
def land_yield(home: Home, state: int, place: Place, p: Parameters) -> float:
    """Return what its own land that is not let adds to a household's farming in `state`, yuan a month, with the hands
    that it can expect to have.
    """
    hands = expected_hands(home, state, place, p)
    return farm_yuan(hands, home, state, home.land_mu, p) - farm_yuan(hands, home, state, 0.0, p)


@kernel
def reserve_yuan(home: Home, state: int, place: Place, p: Parameters) -> float:
    """Return what a household in `state` keeps its land for, yuan a month: what it brings there, or a share of what it
    could bring.

    It could be let at the market's rent, or farmed on visits. The share land_reserve_share is below 1 because not every
    plot finds a tenant, and visits take days.
    """
    could = max(land_yield(home, BOTH_ENDS, place, p), home.land_mu * p.income.rent_yuan_per_mu_year / 12.0)
    return max(land_yield(home, state, place, p), p.income.land_reserve_share * could)


@kernel
def land_decided(home: Home, state: int, believed_yuan: float, place: Place, p: Parameters, policy: PolicyNow) -> float:
    """Return what income_of leaves out when a household weighs living in `state`, yuan a month: there it would sign, or
    take its land back.

    believed_yuan: the return that a household which has not signed expects, a mu and month.
    """
    if policy.land_return_yuan <= 0.0 or home.land_mu <= 0.0:
        return 0.0
    farmed = land_yield(home, state, place, p)
    if home.land_pooled:  # income_of counts the return
        return max(0.0, farmed - home.land_mu * policy.land_return_yuan)
    offered = home.land_mu * believed_yuan
    return offered - farmed if offered > reserve_yuan(home, state, place, p) else 0.0
