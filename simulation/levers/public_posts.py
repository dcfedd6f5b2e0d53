"""Public-welfare posts added at the sites (size: posts)."""

from __future__ import annotations

import numpy as np

from simulation.foundations.allocation import allocate
from simulation.levers.base import Context, LeverRule, Quantity
from simulation.state.entities import Int64
from simulation.state.policy import RECURRENT, Lever


class PublicPosts(LeverRule):
    """Adds posts at the sites in proportion to their weights.

    Paid are the wages of posts that are filled beyond the site's own number.
    """

    name = "public_posts"
    spread_over_sites = True
    trial_size = 20.0

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        layout, n = self.state.layout, self.state.sites.unit.size
        self.pools = slice(layout.public_site, layout.public_site + n)
        """The pools of public posts at the sites."""
        self.planned: Int64 = np.zeros(n, dtype=np.int64)
        """Posts that each site gets in the end, shape (n_sites,)."""

    def plan(self) -> None:
        """Share the posts out over the sites."""
        self.planned = allocate(int(self.lever.size), self.site_weights())

    def added(self, month: int) -> Int64:
        """Return the posts added at each site so far, shape (n_sites,)."""
        return np.asarray(np.floor(self.planned * self.lever.phase(month) + 1e-9), dtype=np.int64)

    def add_posts(self, month: int) -> None:
        """Add the posts to those that the sites have without the lever."""
        self.state.posts.capacity[self.pools] += self.added(month).astype(np.int32)

    def quantities(self, month: int) -> list[Quantity]:
        """Return the wages of posts filled beyond the site's own number."""
        posts = self.state.posts
        without_lever = posts.capacity[self.pools] - self.added(month)
        filled = np.maximum(0, posts.filled[self.pools] - without_lever)
        return [Quantity(RECURRENT, "yuan paid", float((filled * posts.wage_yuan[self.pools]).sum()))]
