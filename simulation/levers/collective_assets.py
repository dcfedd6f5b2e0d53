"""Shops, stalls and car parks given to the site's collective (size: share of them)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import LeverRule, Quantity
from simulation.state.entities import AT_THE_SITE, Float
from simulation.state.policy import RECURRENT


class CollectiveAssets(LeverRule):
    """Lets the site live on the rent of its shops and car parks: it pays for a part of what living there costs.

    The floor of markets is that of the tables; of other shops and car parks there is so much a household. The report
    wants the rent for repairs and public purposes of the site (4(5)2); where `dividend_share` is above 0, who lives
    there gets that part of the rent of a household, and upkeep what is left. Paid is the rent that the county forgoes.
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

    def living(self) -> Float:
        """Return how many households live at each site, all or part of the time, shape (n_sites,)."""
        homes = self.state.households
        return self.by_site(np.isin(homes.state, AT_THE_SITE) & (homes.members > 0))

    def open(self, month: int) -> None:
        """Share out the month's rent."""
        rent, living, sites = self.rent_yuan(month), self.living(), self.state.sites
        dividend = self.lever.settings["dividend_share"] * rent
        sites.dividend_yuan[:] += dividend
        sites.upkeep_yuan[:] += (rent * sites.households - dividend * living) / np.maximum(1.0, living)

    def quantities(self, month: int) -> list[Quantity]:
        """Return yuan of rent forgone."""
        return [Quantity(RECURRENT, "yuan paid", float((self.rent_yuan(month) * self.state.sites.households).sum()))]
