"""Bus lines to sites without one (size: lines, one site each)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import Context, LeverRule, Quantity
from simulation.state.entities import Float, Int64
from simulation.state.policy import RECURRENT, Lever


class BusLines(LeverRule):
    """Serves the unserved sites in the order of their weights. Paid is each line."""

    name = "bus_lines"
    spread_over_sites = True
    trial_size = 2.0
    changes_incomes = True  # who lives at both ends loses fewer working days

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        self.order: Int64 = np.zeros(0, dtype=np.int64)
        """Sites in the order in which they get a line, shape (n_unserved,)."""

    def need(self) -> Float:
        """Return persons, where no bus runs, shape (n_sites,)."""
        homes = self.state.households
        return self.by_site(np.where(self.state.sites.bus[homes.site], 0, homes.members))

    def plan(self) -> None:
        """Settle the order of the sites."""
        self.order = self.order_of_sites(~self.state.sites.bus)

    def open(self, month: int) -> None:
        """Open the lines that are due."""
        sites, served = self.state.sites, self.order[: self.lever.units(month)]
        sites.bus[served] = True
        sites.bus_lines[served] = 1

    def quantities(self, month: int) -> list[Quantity]:
        """Return lines that run."""
        return [Quantity(RECURRENT, "line", float(min(self.lever.units(month), self.order.size)))]
