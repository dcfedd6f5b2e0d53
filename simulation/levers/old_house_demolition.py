"""Old houses taken down after the move (size: share of those that stand and are due)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import Context, LeverRule, Quantity
from simulation.processes.years_after import demolish_houses
from simulation.state.policy import CAPITAL, Lever


class OldHouseDemolition(LeverRule):
    """Takes down old houses by lot, but no joint ones and none whose household has moved back (report 4(1)3).

    Where land rights are not protected, who loses a house trusts less: `trust_lost` of its trust goes with it. Paid is
    each member of such a household.
    """

    name = "old_house_demolition"
    trial_size = 0.8

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        self.persons = 0
        """Members of households whose house came down this month."""

    def open(self, month: int) -> None:
        """Take down the houses that are due."""
        homes, joint = self.state.households, self.context.parameters.history.joint_house_share
        stood, due = homes.house.copy(), homes.review_due.copy()
        demolish_houses(self.context.seed, month, 0, homes.site.size, self.lever.reached(month), joint, homes)
        fallen = stood & ~homes.house
        homes.review_due[:] = due  # no lever makes households review: they feel it when they do so anyway
        homes.trust[fallen] *= 1.0 - self.lever.settings["trust_lost"]
        self.persons = int(np.maximum(homes.members[fallen], 0).sum())

    def quantities(self, month: int) -> list[Quantity]:
        """Return persons of households whose house came down."""
        return [Quantity(CAPITAL, "person", float(self.persons))]
