"""A measure taken site by site (size: sites): the class of the levers that equip or staff whole sites."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import Context, LeverRule, Quantity
from simulation.state.entities import Bool, Float, Int64
from simulation.state.policy import CAPITAL, RECURRENT, Lever


class SiteProgramme(LeverRule):
    """Reaches the sites that want it, one after another, in the order of their weights.

    Paid are the households of a site in the month in which it is reached, and each site while it is served, both as far
    as the site lacked the thing.
    """

    spread_over_sites = True
    trial_size = 2.0

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        self.order: Int64 = np.zeros(0, dtype=np.int64)
        """Sites in the order in which they are reached, shape (n_wanting,)."""
        self.lacked: Float = np.ones(self.state.sites.unit.size)
        """What each site lacked before the lever, share of a whole programme, shape (n_sites,)."""

    def lacking(self) -> Float:
        """Return what each site lacks now, share of a whole programme, shape (n_sites,)."""
        return np.ones(self.state.sites.unit.size)

    def wanting(self) -> Bool:
        """Return which sites want it, shape (n_sites,)."""
        return self.lacking() > 0.0

    def plan(self) -> None:
        """Settle the order of the sites, and keep what they lack."""
        self.lacked = self.lacking()
        self.order = self.order_of_sites(self.wanting())

    def served(self, month: int) -> Int64:
        """Return the sites reached by the end of the month, shape (n,)."""
        return self.order[: self.lever.units(month)]

    def quantities(self, month: int) -> list[Quantity]:
        """Return the households of the sites newly reached, and the sites served."""
        served = self.served(month)
        new = served[self.served(month - 1).size :]
        return [
            Quantity(CAPITAL, "household", float((self.state.sites.households * self.lacked)[new].sum())),
            Quantity(RECURRENT, "site", float(self.lacked[served].sum())),
        ]
