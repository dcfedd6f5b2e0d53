"""Missing schools funded (size: share of the missing schools that are not under way, 0 to 1)."""

from __future__ import annotations

import numpy as np

from simulation.foundations.months import NEVER, school_year_start
from simulation.levers.base import Context, LeverRule, Quantity
from simulation.state.entities import Float, Int16, Int64
from simulation.state.policy import CAPITAL, RECURRENT, Lever

NOT_STARTED, NO_PROJECT = "not_started", "no_project"
"""Stages of a school that only a lever can open: projects that lack funds alone, schools that are not yet projects."""


class SchoolGap(LeverRule):
    """Funds missing schools, projects first; each opens in the September after `construction_months`.

    Paid are seats, evenly over the months of building, and each seat that is open.
    """

    name = "school_gap"
    spread_over_sites = True
    trial_size = 1.0

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        status = np.array(context.fixed.school_status, dtype=object)
        unfunded = (status == NOT_STARTED) | (status == NO_PROJECT)
        self.missing: Int64 = np.flatnonzero(unfunded & (context.school_openings == NEVER))
        """Rows of the missing schools, shape (n_missing,)."""
        self.started: Int64 = (status[self.missing] == NOT_STARTED).astype(np.int64)
        """1 for projects that only lack funds, shape (n_missing,)."""
        self.openings: Int16 = np.full(self.missing.size, NEVER, dtype=np.int16)
        """Opening month of each missing school, NEVER while it is not funded, shape (n_missing,)."""
        self.seats: Int64 = context.fixed.school_seats[self.missing].sum(axis=1)
        """Seats of each missing school, shape (n_missing,)."""

    def need(self) -> Float:
        """Return registered children beyond seats, level by level, shape (n_sites,)."""
        gap = np.maximum(0, self.state.sites.children - self.state.sites.seats)
        return np.asarray(gap.sum(axis=1), dtype=np.float64)

    def plan(self) -> None:
        """Settle which missing school opens when."""
        weights = self.site_weights()[self.context.fixed.school_site[self.missing]]
        self.openings = funded_openings(self.lever, self.started, weights)
        self.context.school_openings[self.missing] = self.openings

    def quantities(self, month: int) -> list[Quantity]:
        """Return seats being built, in shares of their cost, and seats open."""
        return [
            Quantity(CAPITAL, "seat", float((self.seats * self._building_share(month)).sum())),
            Quantity(RECURRENT, "seat", float(self.seats[self.openings <= month].sum())),
        ]

    def _building_share(self, month: int) -> Float:
        """Return the share of each missing school that is paid for in the month: evenly over the months before it
        opens.
        """
        lag = int(self.lever.settings["construction_months"])
        until = self.openings.astype(np.int64)
        building = (until - lag <= month) & (month < until) & (until < NEVER)
        return building / max(1, lag)


def funded_openings(lever: Lever, started: Int64, weights: Float) -> Int16:
    """Return the opening month of each missing school that is not under way, shape (n_missing,); NEVER for unfunded.

    started: 1 for projects that only lack funds, 0 for schools that are not yet projects; weights: of the site of each
    school; both of shape (n_missing,). Projects come first, then sites by weight; a school opens in the September after
    its construction lag.
    """
    order = np.lexsort((-weights, -started))
    funded = round(lever.size * order.size)
    openings = np.full(order.size, NEVER, dtype=np.int16)
    for rank in range(funded):
        start = lever.start_month + rank * lever.phase_in_months // max(1, funded)
        ready = start + int(lever.settings["construction_months"])
        september = school_year_start(ready)
        openings[order[rank]] = september if september == ready else september + 12
    return openings
