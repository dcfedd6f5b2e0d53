"""Money for who goes away for work, and for employers who hire (size: yuan a worker away and year)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import Context, LeverRule, Quantity
from simulation.state.entities import CHANNELS_AWAY, NEARBY_PUBLIC, NOT_MOVED, WORKSHOP, Int64
from simulation.state.parameters import Parameters
from simulation.state.policy import RECURRENT, Lever

WITH_EMPLOYER = (WORKSHOP, NEARBY_PUBLIC)
"""Channels near the sites in which an employer insures whom he hires; the local market is informal to a large part."""
PAID_AFTER = 3
"""Months of work after which an employer is paid (V12)."""
GOLDEN = 0.6180339887498949
"""Its multiples, less their whole parts, are spread evenly between 0 and 1."""


class TransferSubsidy(LeverRule):
    """Pays a part of what living away costs a worker, and employers near the sites for whom they hire (report 4(7)4).

    Cheaper work makes more posts: a hire costs an employer a year's wages less `hiring_yuan`, and the posts that public
    channels place near the sites grow by `demand_elasticity` times that share. Paid are both sums, the second once,
    after three months of work. Money for work away pulls people away from the site, posts near it hold them.
    """

    name = "transfer_subsidy"
    trial_size = 2400.0
    changes_numbers = True
    changes_incomes = True

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        layout = self.state.layout
        self.pools = slice(layout.nearby_public, layout.workshops)
        """The pools of posts that public channels place, one for each unit."""

    def numbers(self, month: int, p: Parameters) -> Parameters:
        """Lower what living away costs a worker."""
        living = max(0.0, p.jobs.living_away_yuan - self.lever.reached(month) / 12.0)
        return p._replace(jobs=p.jobs._replace(living_away_yuan=living))

    def added(self, month: int) -> Int64:
        """Return the posts that the hiring subsidy makes, of those that public channels place, shape (n_units,)."""
        settings, capacity = self.lever.settings, self.state.posts.capacity[self.pools]
        cheaper = settings["hiring_yuan"] / (12.0 * self.context.parameters.jobs.wage_nearby_yuan)
        growth = settings["demand_elasticity"] * cheaper * self.lever.phase(month)
        # Whole posts, rounded at another point in each unit, so that the sum is right and no post comes and goes.
        rounded_at = np.modf(GOLDEN * np.arange(capacity.size))[0]
        return np.asarray(np.floor(growth * capacity + rounded_at), dtype=np.int64)

    def add_posts(self, month: int) -> None:
        """Add the posts to those that there are without the lever."""
        self.state.posts.capacity[self.pools] += self.added(month).astype(np.int32)

    def quantities(self, month: int) -> list[Quantity]:
        """Return yuan paid: to workers away, and for who was hired near a site three months ago."""
        persons, homes = self.state.persons, self.state.households
        there = homes.state[persons.household] != NOT_MOVED
        away = np.count_nonzero(there & np.isin(persons.channel, CHANNELS_AWAY) & ~persons.suspended)
        hired = np.count_nonzero(
            there & np.isin(persons.channel, WITH_EMPLOYER) & (persons.months_in_job == PAID_AFTER)
        )
        living = self.context.parameters.jobs.living_away_yuan
        yuan = away * min(living, self.lever.reached(month) / 12.0)
        since = hired if month >= self.lever.start_month + PAID_AFTER else 0  # not for whom they had hired before
        hiring = since * self.lever.settings["hiring_yuan"] * self.lever.phase(month)
        return [Quantity(RECURRENT, "yuan paid", yuan + hiring)]
