"""Public-welfare posts added at the sites and elsewhere in the units (size: posts)."""

from __future__ import annotations

import numpy as np

from simulation.foundations.allocation import allocate
from simulation.levers.base import Context, LeverRule, Quantity
from simulation.state.entities import Int64
from simulation.state.policy import PLAN, RECURRENT, Lever


class PublicPosts(LeverRule):
    """Adds posts, at sites and elsewhere in the units in the proportion that today's have; over sites by their weights,
    over units by the weights of their sites. A plan speaks of sites alone.

    Paid are the wages of posts that are filled beyond the pool's own number.
    """

    name = "public_posts"
    spread_over_sites = True
    trial_size = 20.0

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        layout = self.state.layout
        self.pools = slice(layout.public_site, layout.nearby_public)
        """The pools of public posts: one for each site, then one for each unit."""
        self.planned: Int64 = np.zeros(layout.nearby_public - layout.public_site, dtype=np.int64)
        """Posts that each pool gets in the end, shape (n_sites + n_units,)."""

    def plan(self) -> None:
        """Share the posts out over sites and units."""
        sites, size = self.state.sites, int(self.lever.size)
        units = self.planned.size - sites.unit.size
        by_site, weights = 1.0 if self.lever.targeting == PLAN else self.at_sites(), self.site_weights()
        at_sites, elsewhere = allocate(size, np.array([by_site, 1.0 - by_site])).tolist()
        by_unit = np.bincount(sites.unit, weights=weights, minlength=units)
        self.planned = np.concatenate([allocate(at_sites, weights), allocate(elsewhere, by_unit)])

    def at_sites(self) -> float:
        """Return the share of the posts of the population that is at sites; all where it has none."""
        pool, posts, _ = self.context.fixed.public_site.T
        total = posts.sum()
        return float(posts[pool < self.state.layout.public_unit].sum() / total) if total > 0 else 1.0

    def added(self, month: int) -> Int64:
        """Return the posts added in each pool so far, shape (n_sites + n_units,)."""
        return np.asarray(np.floor(self.planned * self.lever.phase(month) + 1e-9), dtype=np.int64)

    def add_posts(self, month: int) -> None:
        """Add the posts to those that there are without the lever."""
        self.state.posts.capacity[self.pools] += self.added(month).astype(np.int32)

    def quantities(self, month: int) -> list[Quantity]:
        """Return the wages of posts filled beyond the pool's own number."""
        posts = self.state.posts
        without_lever = posts.capacity[self.pools] - self.added(month)
        filled = np.maximum(0, posts.filled[self.pools] - without_lever)
        return [Quantity(RECURRENT, "yuan paid", float((filled * posts.wage_yuan[self.pools]).sum()))]
