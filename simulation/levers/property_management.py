"""Upkeep of the sites paid by county and township until title is clear (size: yuan a household and month)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import Context, LeverRule, Quantity
from simulation.state.entities import AT_THE_SITE, BOTH_ENDS, Float
from simulation.state.policy import RECURRENT, Lever

CLEAR = 1.0
"""Clarity of title from which owners pay for the upkeep themselves."""


class PropertyManagement(LeverRule):
    """Pays a part of what living at the site costs a household, at every site where title is not clear (report 4(5)3).

    It never pays more than living there costs. Paid is what households that live at such a site, all or part of the
    time, are spared by it.
    """

    name = "property_management"
    trial_size = 100.0

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        self.others, self.own = (np.zeros(self.state.sites.unit.size) for _ in range(2))
        """What others pay of the upkeep this month, and what the lever pays, yuan a household, shape (n_sites,)."""

    def paid_yuan(self, month: int) -> Float:
        """Return what is paid at each site, yuan a household and month, shape (n_sites,)."""
        return np.where(self.state.sites.title_clarity < CLEAR, self.lever.reached(month), 0.0)

    def open(self, month: int) -> None:
        """Pay the month's upkeep, after what others pay."""
        self.others, self.own = self.state.sites.upkeep_yuan.copy(), self.paid_yuan(month)
        self.state.sites.upkeep_yuan[:] += self.own

    def quantities(self, month: int) -> list[Quantity]:
        """Return yuan paid."""
        homes, income = self.state.households, self.context.parameters.income
        here = np.maximum(0, homes.members.astype(np.int64) - homes.away_workers)
        share = np.where(homes.state == BOTH_ENDS, income.both_ends_site_cost_share, 1.0)
        left = np.maximum(0.0, income.site_cost_yuan * here - self.others[homes.site])
        spared = share * np.minimum(self.own[homes.site], left)
        return [Quantity(RECURRENT, "yuan paid", float(spared[np.isin(homes.state, AT_THE_SITE)].sum()))]
