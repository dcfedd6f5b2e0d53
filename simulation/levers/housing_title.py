"""Title to the flats made clear (size: clarity of title reached, 0 to 1)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import Context, LeverRule, Quantity
from simulation.state.entities import NOT_MOVED, Float
from simulation.state.policy import CAPITAL, Lever


class HousingTitle(LeverRule):
    """Raises the announced clarity of title everywhere. Paid is each household, as its title becomes clear."""

    name = "housing_title"
    trial_size = 1.0

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        self.before = 0.0
        """Clarity before the lever's first month, mean over the sites, 0 to 1."""
        self.paid = 0.0
        """Share of the unclear titles that has been paid for."""

    def need(self) -> Float:
        """Return households, shape (n_sites,)."""
        return self.by_site(self.state.households.members > 0)

    def plan(self) -> None:
        """Keep how clear titles are before the first month."""
        self.before = float(self.state.sites.title_clarity.mean())

    def open(self, month: int) -> None:
        """Raise the clarity of title as the lever phases in."""
        clarity = self.state.sites.title_clarity
        clarity[:] = np.maximum(clarity, self.lever.reached(month))

    def quantities(self, month: int) -> list[Quantity]:
        """Return the households whose title became clear: the step of the month in the share of unclear titles."""
        risen, unclear = float(self.state.sites.title_clarity.mean()) - self.before, 1.0 - self.before
        settled = risen / unclear if unclear > 0.0 else 0.0
        step, self.paid = settled - self.paid, settled
        homes = self.state.households
        owners = (homes.state != NOT_MOVED) & (homes.members > 0)
        return [Quantity(CAPITAL, "household", step * float(owners.sum()))]
