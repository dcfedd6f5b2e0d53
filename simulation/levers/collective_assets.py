"""Shops, stalls and car parks given to the site's collective (size: share of them)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import LeverRule, Quantity
from simulation.state.entities import Float
from simulation.state.policy import RECURRENT


class CollectiveAssets(LeverRule):
    """Lets the site live on the rent of its shops and car parks: a dividend for who lives there, the rest for upkeep.

    The floor of markets is that of the tables; of other shops and car parks there is so much a household. Of the rent,
    `dividend_share` goes to households that live at the site, all or part of the time, alike; the other part lowers
    what living there costs. Paid is the rent that the county forgoes.
    """

    name = "collective_assets"
    trial_size = 1.0
    changes_incomes = True

    def rent_yuan(self, month: int) -> Float:
        """Return the collective's rent at each site, yuan a month and household of the site, shape (n_sites,)."""
        settings, households = self.lever.settings, np.maximum(1, self.state.sites.households)
        floor_m2 = self.context.fixed.market_m2 / households + settings["other_m2_per_household"]
        let = floor_m2 * settings["let_share"] * settings["rent_yuan_per_m2"]
        return np.asarray(let * self.lever.reached(month), dtype=np.float64)

    def open(self, month: int) -> None:
        """Share out the month's rent."""
        rent, dividend = self.rent_yuan(month), self.lever.settings["dividend_share"]
        self.state.sites.dividend_yuan[:] += dividend * rent
        self.state.sites.upkeep_yuan[:] += (1.0 - dividend) * rent

    def quantities(self, month: int) -> list[Quantity]:
        """Return yuan of rent forgone."""
        return [Quantity(RECURRENT, "yuan paid", float((self.rent_yuan(month) * self.state.sites.households).sum()))]
