"""A guaranteed return on origin land that the platform takes over (size: yuan a mu and year)."""

from __future__ import annotations

from simulation.levers.base import LeverRule, Quantity
from simulation.processes.income import update_land
from simulation.state.entities import NOT_MOVED, Float
from simulation.state.policy import RECURRENT, PolicyNow

EARNING = "mu and year"


class OriginLandReturns(LeverRule):
    """Guarantees a return; a household is reached with probability `take_up` a month and signs if it believes to gain.

    It gains if the return exceeds what it keeps the land for; the contract may be ended in December. Paid is the return
    on pooled land, and on land that is let what it exceeds the market's rent by. Counted against it is what the
    platform earns by mu and year, never more than what it pays for that land: it pays its owners and makes no profit.
    """

    name = "origin_land_returns"
    trial_size = 600.0

    def need(self) -> Float:
        """Return mu of origin land that is farmed or idle, shape (n_sites,)."""
        return self.by_site(self.state.households.land_mu)

    def guaranteed_yuan(self, month: int) -> float:
        """Return the guaranteed return, yuan a mu and month."""
        return self.lever.reached(month) / 12.0

    def announce(self, month: int, now: PolicyNow) -> PolicyNow:
        """Tell the guaranteed return."""
        return now._replace(land_return_yuan=self.guaranteed_yuan(month))

    def offer(self, month: int, now: PolicyNow) -> None:
        """Let households sign their land over."""
        if self.lever.reached(month) <= 0.0:
            return
        seed, state, p = self.context.seed, self.state, self.context.parameters
        take_up = self.lever.settings["take_up"]
        update_land(seed, month, take_up, state.households, state.sites, p, now)

    def quantities(self, month: int) -> list[Quantity]:
        """Return yuan paid, and a twelfth of the mu that are pooled; less where they would earn more than they cost."""
        households, guaranteed = self.state.households, self.guaranteed_yuan(month)
        there = (households.state != NOT_MOVED) & (households.members > 0)
        pooled = float(households.land_mu[there & households.land_pooled].sum())
        market = self.context.parameters.income.rent_yuan_per_mu_year / 12.0
        let = float(households.rented_mu[there].sum())
        paid = pooled * guaranteed + let * max(0.0, guaranteed - market)
        earned = sum(-cost.yuan for cost in self.lever.costs if cost.per == EARNING)
        credited = min(1.0, 12.0 * guaranteed / earned) if earned > 0.0 else 1.0
        return [Quantity(RECURRENT, "yuan paid", paid), Quantity(RECURRENT, EARNING, credited * pooled / 12.0)]
