"""A guaranteed return on origin land that the platform takes over (size: yuan a mu and year)."""

from __future__ import annotations

from simulation.levers.base import LeverRule, Quantity
from simulation.processes.income import update_land
from simulation.state.entities import NOT_MOVED, Float
from simulation.state.policy import RECURRENT, PolicyNow


class OriginLandReturns(LeverRule):
    """Guarantees a return; a household is reached with probability `take_up` a month and signs if it believes to gain.

    Paid is the return on pooled land, and on land that is let what it exceeds the market's rent by; counted against it
    is what the platform earns by mu and year.
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
        """Return yuan paid, and a twelfth of the mu that are pooled."""
        households, guaranteed = self.state.households, self.guaranteed_yuan(month)
        pooled = float(households.land_mu[households.land_pooled].sum())
        market = self.context.parameters.income.rent_yuan_per_mu_year / 12.0
        let = float(households.rented_mu[households.state != NOT_MOVED].sum())
        paid = pooled * guaranteed + let * max(0.0, guaranteed - market)
        return [Quantity(RECURRENT, "yuan paid", paid), Quantity(RECURRENT, "mu and year", pooled / 12.0)]
