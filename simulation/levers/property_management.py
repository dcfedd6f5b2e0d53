"""Upkeep of the sites paid by county and township until title is clear (size: yuan a household and month)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import LeverRule, Quantity
from simulation.state.entities import AT_THE_SITE, Float
from simulation.state.policy import RECURRENT

CLEAR = 1.0
"""Clarity of title from which owners pay for the upkeep themselves."""


class PropertyManagement(LeverRule):
    """Pays a part of what living at the site costs a household, at every site where title is not clear (report 4(5)3).

    It never pays more than living there costs. Paid is each household that lives at such a site, all or part of the
    time.
    """

    name = "property_management"
    trial_size = 100.0

    def paid_yuan(self, month: int) -> Float:
        """Return what is paid at each site, yuan a household and month, shape (n_sites,)."""
        return np.where(self.state.sites.title_clarity < CLEAR, self.lever.reached(month), 0.0)

    def open(self, month: int) -> None:
        """Pay the month's upkeep."""
        self.state.sites.upkeep_yuan[:] += self.paid_yuan(month)

    def quantities(self, month: int) -> list[Quantity]:
        """Return yuan paid."""
        homes = self.state.households
        there = self.by_site(np.isin(homes.state, AT_THE_SITE) & (homes.members > 0))
        return [Quantity(RECURRENT, "yuan paid", float((there * self.paid_yuan(month)).sum()))]
