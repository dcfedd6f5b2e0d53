"""Small firms, markets and logistics near the sites (size: posts)."""

from __future__ import annotations

import numpy as np

from simulation.foundations.allocation import allocate
from simulation.levers.base import Context, LeverRule, Quantity
from simulation.state.entities import Int64
from simulation.state.policy import CAPITAL, RECURRENT, Lever


class IndustryPark(LeverRule):
    """Adds posts of the local market near the sites, over sites by their weights.

    Who works there commutes as to others. A park is open to the whole town: `movers_share` of its posts are for movers.
    Paid is each post as it is made, whether or not somebody takes it, and each that there is every month.
    """

    name = "industry_park"
    spread_over_sites = True
    trial_size = 40.0

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        self.planned: Int64 = np.zeros(self.state.sites.unit.size, dtype=np.int64)
        """Posts made near each site in the end, shape (n_sites,)."""
        self.planned_for_movers = self.planned.copy()
        """Those of them that movers can get, shape (n_sites,)."""

    def plan(self) -> None:
        """Share the posts out over the sites."""
        self.planned = allocate(int(self.lever.size), self.site_weights())
        for_movers = round(self.lever.settings["movers_share"] * int(self.planned.sum()))
        self.planned_for_movers = allocate(for_movers, self.planned.astype(np.float64))

    def added(self, month: int) -> Int64:
        """Return the posts made near each site so far, shape (n_sites,)."""
        return self.so_far(self.planned, month)

    def for_movers(self, month: int) -> Int64:
        """Return the posts among them that movers can get, shape (n_sites,)."""
        return self.so_far(self.planned_for_movers, month)

    def so_far(self, planned: Int64, month: int) -> Int64:
        """Return what there is of a plan by the end of the month, in whole posts, shape (n_sites,)."""
        return np.asarray(np.floor(planned * self.lever.phase(month) + 1e-9), dtype=np.int64)

    def add_posts(self, month: int) -> None:
        """Add the posts to those that there are without the lever."""
        first = self.state.layout.nearby_own
        self.state.posts.capacity[first : first + self.planned.size] += self.for_movers(month).astype(np.int32)

    def quantities(self, month: int) -> list[Quantity]:
        """Return the posts made this month, and all that there are."""
        made = float(self.added(month).sum())
        return [
            Quantity(CAPITAL, "post", made - float(self.added(month - 1).sum())),
            Quantity(RECURRENT, "post", made),
        ]
