"""Flats of families away for work looked after (size: share of these flats)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import LeverRule, Quantity
from simulation.state.entities import AWAY
from simulation.state.parameters import Parameters
from simulation.state.policy import RECURRENT


class HouseWatch(LeverRule):
    """Saves a family away `saved_yuan` a month of losses, repairs and journeys to see to its flat.

    It is money of a family away, so that it makes being away cheaper. It never saves more than living away costs. Paid
    is each flat watched.
    """

    name = "house_watch"
    trial_size = 1.0
    changes_numbers = True

    def numbers(self, month: int, p: Parameters) -> Parameters:
        """Lower what a family's living away costs."""
        saved = self.lever.reached(month) * self.lever.settings["saved_yuan"]
        rent = max(0.0, p.income.away_family_rent_yuan - saved)
        return p._replace(income=p.income._replace(away_family_rent_yuan=rent))

    def quantities(self, month: int) -> list[Quantity]:
        """Return the flats of families away that are watched."""
        homes = self.state.households
        flats = np.count_nonzero((homes.state == AWAY) & homes.flat_kept & (homes.members > 0))
        return [Quantity(RECURRENT, "flat", self.lever.reached(month) * float(flats))]
