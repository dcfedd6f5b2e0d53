"""Aid for pupils of registered-poor households (size: yuan a pupil and month)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import LeverRule, Quantity
from simulation.state.entities import AWAY, NOT_MOVED, Float
from simulation.state.policy import RECURRENT, PolicyNow


class TuitionAndLivingAid(LeverRule):
    """Pays a registered-poor household for each child of school age, unless the family is away. Paid is the aid."""

    name = "tuition_and_living_aid"
    trial_size = 150.0

    def need(self) -> Float:
        """Return children of school age of registered-poor households, shape (n_sites,)."""
        homes = self.state.households
        return self.by_site(np.where(homes.poor, homes.school_age, 0))

    def announce(self, month: int, now: PolicyNow) -> PolicyNow:
        """Tell the aid."""
        return now._replace(aid_yuan=self.lever.reached(month))

    def quantities(self, month: int) -> list[Quantity]:
        """Return yuan paid."""
        homes = self.state.households
        pupils = homes.school_age[homes.poor & (homes.state != NOT_MOVED) & (homes.state != AWAY)]
        return [Quantity(RECURRENT, "yuan paid", float(pupils.sum()) * self.lever.reached(month))]
