"""Help to reckon income and costs (size: persons counselled a month)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import Context, LeverRule, Quantity
from simulation.processes.training import find_counselled, lower_expectations
from simulation.rules.lots import served_order
from simulation.state.policy import RECURRENT, Lever


class Expectations(LeverRule):
    """Counsels labourers without work who ask clearly more than people are paid near their site, by the month's lots.

    Each comes down by `nearer` of the distance, so that a second talk does less and nobody falls below what is paid.
    Paid is each person.
    """

    name = "expectations"
    trial_size = 20.0

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        self.counselled = 0
        """Persons counselled this month."""

    def open(self, month: int) -> None:
        """Counsel the persons of the month."""
        homes, persons, sites = self.state.households, self.state.persons, self.state.sites
        rows, lots = np.zeros(persons.key.size, dtype=np.uint32), np.zeros(persons.key.size, dtype=np.uint64)
        n = find_counselled(self.context.seed, month, homes, persons, sites, rows, lots)
        served = rows[served_order(lots[:n], self.lever.units(month))]
        lower_expectations(served, self.lever.settings["nearer"], homes, persons, sites)
        self.counselled = served.size

    def quantities(self, month: int) -> list[Quantity]:
        """Return persons counselled."""
        return [Quantity(RECURRENT, "person", float(self.counselled))]
