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
        """Raise the clarity of title as the lever phases in; its first rise makes households review."""
        sites, households = self.state.sites, self.state.households
        baseline = self.context.parameters.knowledge.baseline_title_clarity
        clarity = max(baseline, self.lever.reached(month))
        if (sites.title_clarity < clarity).any():
            sites.title_clarity[:] = np.maximum(sites.title_clarity, clarity)
            if self.lever.reached(month - 1) <= baseline:  # the first rise
                households.review_due[households.state != NOT_MOVED] = 1

    def quantities(self, month: int) -> list[Quantity]:
        """Return the households whose title became clear: the step of the month in the share of unclear titles."""
        risen, unclear = float(self.state.sites.title_clarity.mean()) - self.before, 1.0 - self.before
        settled = risen / unclear if unclear > 0.0 else 0.0
        step, self.paid = settled - self.paid, settled
        return [Quantity(CAPITAL, "household", step * float((self.state.households.state != NOT_MOVED).sum()))]
