"""What the levers of a scenario do to the state, month by month, and what that costs.

In its first month a lever is spread over the sites from the state that all scenarios share until then; after that it
only opens what was planned. Quantities are counted where they arise (workshops opened, seats open, posts filled, yuan
paid) and multiplied by the unit costs of the configuration: nothing is costed that did not happen.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simulation.foundations.months import NEVER, month_label
from simulation.processes import openings
from simulation.state.entities import (
    AWAY,
    NOT_MOVED,
    Float,
    Int16,
    Int64,
    State,
)
from simulation.state.fixed import Fixed
from simulation.state.policy import (
    CAPITAL,
    RECURRENT,
    Lever,
    Policy,
    PolicyNow,
)

MISSING = ("not_started", "no_project")
"""Stages of a school that only a lever can open."""


class Quantity(NamedTuple):
    """An amount that a unit cost applies to: `amount` of `per`, capital or recurrent, in one month."""

    kind: str
    per: str
    amount: float


class Levers:
    """The plans that a policy's levers have made, and the ledger of public money."""

    def __init__(self, policy: Policy, state: State, fixed: Fixed, first_added_workshop: int) -> None:
        """Prepare the levers of `policy`; their plans over sites are made in their first months."""
        self.policy = policy
        self.state = state
        self.fixed = fixed
        self.first_added = first_added_workshop
        self.ledger: list[tuple[int, str, str, float]] = []
        n = state.sites.unit.size
        self.bus_order: Int64 = np.zeros(0, dtype=np.int64)
        self.extra_public: Int64 = np.zeros(n, dtype=np.int64)
        self.missing = np.array(
            [s for s, status in enumerate(fixed.school_status) if status in MISSING], dtype=np.int64
        )
        self.funded_openings: Int16 = np.full(self.missing.size, NEVER, dtype=np.int16)
        self.school_openings: Int16 = np.zeros(len(fixed.school_status), dtype=np.int16)
        self.trained_now = 0
        self.title_before = float(state.sites.title_clarity.mean())
        self._titles_paid = 0.0

    def now(self, month: int) -> PolicyNow:
        """Return what compiled rules need to know of the month's policy."""
        land, aid = self.policy.get("origin_land_returns"), self.policy.get("tuition_and_living_aid")
        return PolicyNow(
            land_return_yuan=land.reached(month) / 12.0 if land else 0.0,
            aid_yuan=aid.reached(month) if aid else 0.0,
        )

    def pull(self, month: int) -> None:
        """Plan the levers that start in `month`, and open what is due."""
        for lever in self.policy.levers.values():
            if month == lever.start_month:
                self._plan(lever)
            if month >= lever.start_month:
                self._open(lever, month)

    def need(self, name: str) -> Float:
        """Return the need of each site for a lever, which targeting by need goes by, shape (n_sites,).

        Registered children beyond seats (school_gap); persons, where no bus runs (bus_lines); households
        (housing_title); mu of origin land farmed or idle (origin_land_returns); pupils of registered-poor households
        (tuition_and_living_aid); labourers without work (all others).
        """
        state = self.state
        homes, n = state.households, state.sites.unit.size
        if name == "school_gap":
            gap = np.maximum(0, state.sites.children - state.sites.seats)
            return np.asarray(gap.sum(axis=1), dtype=np.float64)
        of_home: Any = homes.labourers - homes.employed
        if name == "bus_lines":
            of_home = np.where(state.sites.bus[homes.site], 0, homes.members)
        elif name == "housing_title":
            of_home = homes.members > 0
        elif name == "origin_land_returns":
            of_home = homes.land_mu
        elif name == "tuition_and_living_aid":
            of_home = np.where(homes.poor, homes.school_age, 0)
        of_home = np.where(homes.state == NOT_MOVED, 0, of_home)
        return np.asarray(np.bincount(homes.site, weights=of_home, minlength=n), dtype=np.float64)

    def _plan(self, lever: Lever) -> None:
        state, need = self.state, self.need(lever.name)
        if lever.name == "workshops":
            sites = openings.workshop_sites(lever, state.sites, need)
            state.posts.site[state.layout.workshops + self.first_added :] = sites
            openings.order_workshops(state.workshops, state.posts, state.layout, need.size)
        elif lever.name == "public_posts":
            self.extra_public = openings.public_posts_by_site(lever, state.sites, need)
        elif lever.name == "bus_lines":
            self.bus_order = openings.bus_sites(lever, state.sites, need)
        elif lever.name == "school_gap":
            started = np.array([self.fixed.school_status[s] == "not_started" for s in self.missing], dtype=np.int64)
            self.funded_openings = openings.funded_openings(
                lever, started, self.fixed.school_site[self.missing], need, state.sites
            )
            self.school_openings[self.missing] = self.funded_openings

    def _open(self, lever: Lever, month: int) -> None:
        state = self.state
        if lever.name == "workshops":
            before = lever.units(month - 1)
            first = self.first_added
            state.workshops.open_month[first + before : first + lever.units(month)] = month
        elif lever.name == "bus_lines":
            served = self.bus_order[: lever.units(month)]
            new = served[~state.sites.bus[served]]
            state.sites.bus[new] = True
            state.households.review_due[np.isin(state.households.site, new) & (state.households.state != NOT_MOVED)] = 1

    def extra_public_posts(self, month: int) -> Int64:
        """Return the public posts that the lever has added by site so far, shape (n_sites,)."""
        lever = self.policy.get("public_posts")
        if lever is None:
            return self.extra_public
        return np.asarray(np.floor(self.extra_public * lever.phase(month) + 1e-9), dtype=np.int64)

    def training_places(self, month: int) -> tuple[int, bool]:
        """Return the lever's places of the month and whether they are targeted."""
        lever = self.policy.get("targeted_training")
        if lever is None:
            return 0, True
        return lever.units(month), lever.settings["targeted"] > 0

    def pay(self, month: int) -> None:
        """Enter the month's public money into the ledger, by lever and kind."""
        for lever in self.policy.levers.values():
            if month < lever.start_month:
                continue
            amounts = {CAPITAL: 0.0, RECURRENT: 0.0}
            for quantity in self._quantities(lever, month):
                for cost in lever.costs:
                    if (cost.kind, cost.per) == (quantity.kind, quantity.per):
                        amounts[cost.kind] += cost.yuan * quantity.amount
            self.ledger += [(month, lever.name, kind, yuan) for kind, yuan in amounts.items()]

    def _quantities(self, lever: Lever, month: int) -> list[Quantity]:
        """Return what the lever did in the month, in the units of its costs."""
        state, name = self.state, lever.name
        households = state.households
        if name == "workshops":
            first = self.first_added
            opened = state.workshops.open_month[first:] == month
            return [
                Quantity(CAPITAL, "post", float(state.workshops.posts[first:][opened].sum())),
                Quantity(CAPITAL, "workshop", float(opened.sum())),
                Quantity(RECURRENT, "workshop", float(state.workshops.running[first:].sum())),
            ]
        if name == "school_gap":
            seats = self.fixed.school_seats[self.missing].sum(axis=1)
            lag = int(lever.settings["construction_months"])
            building = self._building_share(month, lag)
            return [
                Quantity(CAPITAL, "seat", float((seats * building).sum())),
                Quantity(RECURRENT, "seat", float(seats[self.funded_openings <= month].sum())),
            ]
        if name == "public_posts":
            pools = slice(state.layout.public_site, state.layout.public_site + state.sites.unit.size)
            own = state.posts.capacity[pools] - self.extra_public_posts(month)
            filled = np.maximum(0, state.posts.filled[pools] - own)
            return [Quantity(RECURRENT, "yuan paid", float((filled * state.posts.wage_yuan[pools]).sum()))]
        if name == "targeted_training":
            return [Quantity(RECURRENT, "course", float(self.trained_now))]
        if name == "origin_land_returns":
            guaranteed = lever.reached(month) / 12.0
            pooled = float(households.land_mu[households.land_pooled].sum())
            market = self.market_rent_yuan
            let = float(households.rented_mu[households.state != NOT_MOVED].sum())
            paid = pooled * guaranteed + let * max(0.0, guaranteed - market)
            return [Quantity(RECURRENT, "yuan paid", paid), Quantity(RECURRENT, "mu and year", pooled / 12.0)]
        if name == "housing_title":
            risen, unclear = float(state.sites.title_clarity.mean()) - self.title_before, 1.0 - self.title_before
            settled_titles = risen / unclear if unclear > 0.0 else 0.0
            step, self._titles_paid = settled_titles - self._titles_paid, settled_titles
            return [Quantity(CAPITAL, "household", step * float((households.state != NOT_MOVED).sum()))]
        if name == "bus_lines":
            return [Quantity(RECURRENT, "line", float(min(lever.units(month), self.bus_order.size)))]
        pupils = households.school_age[households.poor & (households.state != NOT_MOVED) & (households.state != AWAY)]
        return [Quantity(RECURRENT, "yuan paid", float(pupils.sum()) * lever.reached(month))]

    market_rent_yuan: float = 0.0
    """Market rent of origin land, yuan a mu and month; set by the model from its parameters."""

    def _building_share(self, month: int, lag: int) -> Float:
        """Return the share of each missing school that is paid for in the month: evenly over the months before it
        opens.
        """
        until = self.funded_openings.astype(np.int64)
        building = (until - lag <= month) & (month < until) & (until < NEVER)
        return building / max(1, lag)

    def money_frame(self) -> pd.DataFrame:
        """Return the ledger: month (YYYY-MM), lever, kind, yuan."""
        table = pd.DataFrame(self.ledger, columns=["month", "lever", "kind", "yuan"])
        table["month"] = table["month"].map(month_label)
        return table
