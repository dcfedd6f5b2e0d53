"""Visits to households that waver (size: visits a month)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import Context, LeverRule, Quantity
from simulation.processes.knowledge import convince, find_wavering
from simulation.rules.lots import served_order
from simulation.state.policy import RECURRENT, Lever


class OutreachVisits(LeverRule):
    """Visits households that keep a flat and live at both ends or have moved back, in the order of the month's lots.

    Only whom the authority knows of is found: the share `known_share` without a register, what the register says with
    one. A visit closes a share of what the household does not know and of what it does not trust, so that a second one
    does less. Paid is each visit.
    """

    name = "outreach_visits"
    trial_size = 20.0

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        self.visited = 0
        """Households visited this month."""

    def open(self, month: int) -> None:
        """Visit the households of the month."""
        homes, settings = self.state.households, self.lever.settings
        rows, lots = np.zeros(homes.key.size, dtype=np.uint32), np.zeros(homes.key.size, dtype=np.uint64)
        n = find_wavering(self.context.seed, month, settings["known_share"], homes, self.state.sites, rows, lots)
        visited = rows[served_order(lots[:n], self.lever.units(month))]
        convince(visited, self.context.parameters.knowledge.outreach_gain, settings["trust_gain"], homes)
        self.visited = visited.size

    def quantities(self, month: int) -> list[Quantity]:
        """Return visits made."""
        return [Quantity(RECURRENT, "visit", float(self.visited))]
