"""A register of who really lives where, kept current (size: share of households whose true state is known)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import LeverRule, Quantity
from simulation.state.entities import NOT_MOVED, RETURNED
from simulation.state.policy import RECURRENT


class OccupancyRegister(LeverRule):
    """Lets the authority know where households live. By itself it moves nobody.

    What it is for are visits and flats passed on, which without it miss whom they do not know. Paid is each household
    with a flat and month.
    """

    name = "occupancy_register"
    trial_size = 1.0

    def open(self, month: int) -> None:
        """Register the households that are due."""
        observed = self.state.sites.observed
        observed[:] = np.maximum(observed, self.lever.reached(month))

    def quantities(self, month: int) -> list[Quantity]:
        """Return registered households."""
        homes = self.state.households
        with_flat = (homes.state != NOT_MOVED) & ~((homes.state == RETURNED) & ~homes.flat_kept)
        return [Quantity(RECURRENT, "household", self.lever.reached(month) * float(with_flat.sum()))]
