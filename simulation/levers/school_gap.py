"""Missing schools funded (size: share of the missing schools that are not under way, 0 to 1)."""

from __future__ import annotations

import numpy as np

from simulation.foundations.months import LEVELS, MONTHS_PER_YEAR, NEVER, PRIMARY, school_year_start
from simulation.levers.base import Context, LeverRule, Quantity
from simulation.state.entities import NOT_MOVED, Bool, Float, Int16, Int64
from simulation.state.policy import CAPITAL, PLAN, RECURRENT, Lever

NOT_STARTED, NO_PROJECT = "not_started", "no_project"
"""Stages of a school that only a lever can open: projects that lack funds alone, schools that are not yet projects."""
FORESEEN_MONTHS = 3 * MONTHS_PER_YEAR
"""How far ahead children are counted: who comes to kindergarten later is not born yet."""
FIRST_YEARS, SCHOOL_YEARS = (3, 6, 12), (3, 6, 3)
"""Age in years at which each level begins, and its years (months.school_level)."""


class SchoolGap(LeverRule):
    """Funds missing schools, projects first; each opens in the September after `construction_months`.

    A school that fewer children than `needed_share` of its seats would come to is not built: cohorts shrink while it is
    planned. Paid are seats, evenly over the months of building, and each seat that is open, whether or not a child is
    on it.
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
        self.started: Bool = status[self.missing] == NOT_STARTED
        """Whether it is a project that only lacks funds, shape (n_missing,)."""
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
        fixed, targeting = self.context.fixed, self.lever.targeting
        site, seats = fixed.school_site[self.missing], fixed.school_seats[self.missing]
        by_site = self.site_weights()
        weights = by_site[site]
        order = building_order(
            self.expected_gap(),
            site,
            seats,
            self.started,
            None if targeting == "need" else weights,
            self.lever.settings["needed_share"],
        )
        if targeting == PLAN:
            order = within_plan(order, site, by_site)
        self.openings = funded_openings(self.lever, order, self.missing.size)
        self.context.school_openings[self.missing] = self.openings

    def expected_gap(self) -> Int64:
        """Return the children beyond seats to be expected when schools open and three years on, whichever are fewer,
        shape (n_sites, levels).

        Counted are the registered children who live when the lever starts, at the ages that they will have, and the
        seats that will be open without the lever. Who will come to kindergarten three years on is not born yet: there
        the opening alone counts.
        """
        opens = min(first_opening(self.lever), self.lever.start_month + FORESEEN_MONTHS)
        gap, later = self._gap(opens), self._gap(opens + FORESEEN_MONTHS)
        gap[:, PRIMARY:] = np.minimum(gap[:, PRIMARY:], later[:, PRIMARY:])
        return gap

    def _gap(self, month: int) -> Int64:
        """Return the known children beyond seats in the school year of `month`, shape (n_sites, levels)."""
        state, fixed, now = self.state, self.context.fixed, self.lever.start_month
        persons, n = state.persons, state.sites.unit.size
        known = (persons.birth_month <= now) & (now < persons.death_month)
        known &= state.households.state[persons.household] != NOT_MOVED
        site = state.households.site[persons.household]
        age = (school_year_start(month) - persons.birth_month.astype(np.int64)) // MONTHS_PER_YEAR
        gap = np.zeros((n, len(LEVELS)), dtype=np.int64)
        for level, (first, years) in enumerate(zip(FIRST_YEARS, SCHOOL_YEARS, strict=True)):
            of_level = known & (first <= age) & (age < first + years)
            gap[:, level] = np.bincount(site[of_level], minlength=n)
        is_open = self.context.school_openings <= month
        np.subtract.at(gap, fixed.school_site[is_open], fixed.school_seats[is_open])
        return np.maximum(0, gap)

    def quantities(self, month: int) -> list[Quantity]:
        """Return seats being built, in shares of their cost, and seats open."""
        return [
            Quantity(CAPITAL, "seat", float((self.seats * self.building_share(month)).sum())),
            Quantity(RECURRENT, "seat", float(self.seats[self.openings <= month].sum())),
        ]

    def building_share(self, month: int) -> Float:
        """Return the share of each missing school that is paid for in the month, shape (n_missing,).

        Evenly over the months of building before it opens, of which none lies before the lever's start; at once in the
        last month before it opens, or the first of the lever, where it takes no time.
        """
        until = self.openings.astype(np.int64)
        since = until - max(1, int(self.lever.settings["construction_months"]))
        since = np.maximum(self.lever.start_month, since)
        months = np.maximum(1, until - since)
        return np.asarray(((since <= month) & (month < since + months) & (until < NEVER)) / months, dtype=np.float64)


def building_order(
    gap: Int64, site: Int64, seats: Int64, started: Bool, weights: Float | None, needed_share: float
) -> Int64:
    """Return the missing schools to be built in their order, shape (n,): what a smaller programme builds comes first.

    gap: children beyond seats that are expected, shape (n_sites, levels); site, seats (n_missing, levels), started (a
    project that only lacks funds): of each missing school; weights: of its site, None to go by need. Projects come
    first, then weight or the children who would come; each school leaves fewer to the next of its site. One that fewer
    than needed_share of its seats would be taken in is left out.
    """
    gap, left, order = gap.copy(), list(range(site.size)), []
    while left:
        taken = {q: int(np.minimum(seats[q], gap[site[q]]).sum()) for q in left}
        left = [q for q in left if taken[q] >= needed_share * seats[q].sum()]
        if not left:
            break
        best = max(left, key=lambda q: (bool(started[q]), taken[q] if weights is None else weights[q], -q))
        gap[site[best]] = np.maximum(0, gap[site[best]] - seats[best])
        order.append(best)
        left.remove(best)
    return np.array(order, dtype=np.int64)


def within_plan(order: Int64, site: Int64, schools: Float) -> Int64:
    """Return of the schools in their order those that a plan gives to their sites, shape (n,).

    site: of each missing school; schools: how many each site gets, shape (n_sites,).
    """
    left, kept = schools.copy(), []
    for school in order:
        if left[site[school]] >= 1.0:
            left[site[school]] -= 1.0
            kept.append(int(school))
    return np.array(kept, dtype=np.int64)


def september_after(month: int) -> int:
    """Return the first September from `month` on."""
    september = int(school_year_start(month))
    return september if september == month else september + MONTHS_PER_YEAR


def first_opening(lever: Lever) -> int:
    """Return the month in which the first school of the lever opens."""
    return september_after(lever.start_month + int(lever.settings["construction_months"]))


def funded_openings(lever: Lever, order: Int64, n_missing: int) -> Int16:
    """Return the opening month of each missing school, shape (n_missing,); NEVER for those not funded.

    order: the schools to be built, in their order. Funded is the lever's share of all that are missing, as far as there
    are such; they begin one after another while the lever phases in.
    """
    funded = order[: round(lever.size * n_missing)]
    openings = np.full(n_missing, NEVER, dtype=np.int16)
    for rank, school in enumerate(funded):
        start = lever.start_month + rank * lever.phase_in_months // funded.size
        openings[school] = september_after(start + int(lever.settings["construction_months"]))
    return openings
