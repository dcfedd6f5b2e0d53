"""Workshops added to the city (size: workshops)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import Context, LeverRule, Quantity
from simulation.processes.openings import order_workshops
from simulation.state.entities import Float, Int16, Int64, State
from simulation.state.parameters import Parameters
from simulation.state.policy import CAPITAL, RECURRENT, Lever
from simulation.state.pools import with_workshops


class Workshops(LeverRule):
    """Opens workshops of `posts_per_workshop` posts on average, one by one where labourers have no work.

    Paid are posts and workshops in the month of their opening, and each workshop that runs.
    """

    name = "workshops"
    spread_over_sites = True
    trial_size = 4.0

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        self.first = self.state.workshops.key.size - int(lever.size)
        """Row of the first added workshop; they are the last of the table."""

    @classmethod
    def extended(cls, lever: Lever, state: State, parameters: Parameters, copy: int) -> State:
        """Return the state with a row for each workshop that will be added."""
        posts_of = posts_in_turn(int(lever.size), lever.settings["posts_per_workshop"])
        posts, workshops = with_workshops(state.posts, state.workshops, posts_of, parameters.jobs, copy)
        return state._replace(posts=posts, workshops=workshops)

    def plan(self) -> None:
        """Give each added workshop its site."""
        state, weights = self.state, self.site_weights()
        state.posts.site[state.layout.workshops + self.first :] = sites_in_turn(int(self.lever.size), weights)
        order_workshops(state.workshops, state.posts, state.layout, weights.size)

    def open(self, month: int) -> None:
        """Open the workshops of the month."""
        before, now = self.lever.units(month - 1), self.lever.units(month)
        self.state.workshops.open_month[self.first + before : self.first + now] = month

    def quantities(self, month: int) -> list[Quantity]:
        """Return posts and workshops opened, workshops running."""
        workshops, first = self.state.workshops, self.first
        opened = workshops.open_month[first:] == month
        return [
            Quantity(CAPITAL, "post", float(workshops.posts[first:][opened].sum())),
            Quantity(CAPITAL, "workshop", float(opened.sum())),
            Quantity(RECURRENT, "workshop", float(workshops.running[first:].sum())),
        ]


def posts_in_turn(n: int, mean: float) -> Int64:
    """Return the posts of each of `n` workshops, shape (n,): whole ones, of which the first k have k times the mean
    together, less a fraction (37.5: 37, 38, 37, ...).
    """
    return np.asarray(np.diff(np.floor(np.arange(n + 1) * mean + 1e-9)), dtype=np.int64)


def sites_in_turn(n: int, weights: Float) -> Int16:
    """Return the site of each of `n` workshops in the order of opening, shape (n,).

    weights: of each site, shape (n_sites,). Workshops go one by one to the site with the highest weight per workshop
    that it has been given so far (D'Hondt), so that a larger programme only adds to a smaller one; equally where no
    site has any weight.
    """
    if not weights.any():
        weights = np.ones_like(weights)
    given = np.zeros(weights.size)
    order = np.zeros(n, dtype=np.int16)
    for w in range(n):
        s = int(np.argmax(weights / (given + 1.0)))
        given[s] += 1.0
        order[w] = s
    return order
