"""Flats of families away for work looked after (size: yuan a month that this saves such a family)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import LeverRule, Quantity
from simulation.state.entities import AWAY, Float
from simulation.state.parameters import Parameters
from simulation.state.policy import RECURRENT


class HouseWatch(LeverRule):
    """Makes it cheaper to be away as a family and keep the flat: repairs, losses and journeys to see to it fall away.

    It is money of a family away, so that it may as well draw families away as keep their flats. It never saves more
    than living away costs. Paid is each flat watched.
    """

    name = "house_watch"
    trial_size = 200.0
    changes_numbers = True

    def need(self) -> Float:
        """Return families away, shape (n_sites,)."""
        return self.by_site(self.state.households.state == AWAY)

    def numbers(self, month: int, p: Parameters) -> Parameters:
        """Lower what a family's living away costs."""
        rent = max(0.0, p.income.away_family_rent_yuan - self.lever.reached(month))
        return p._replace(income=p.income._replace(away_family_rent_yuan=rent))

    def quantities(self, month: int) -> list[Quantity]:
        """Return flats of families away, as far as the watch has been phased in."""
        homes = self.state.households
        flats = np.count_nonzero((homes.state == AWAY) & homes.flat_kept & (homes.members > 0))
        return [Quantity(RECURRENT, "flat", self.lever.phase(month) * float(flats))]
