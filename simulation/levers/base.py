"""What every lever is asked, when, and in which units: the class that each lever extends.

Levers act only through what they are: posts that workers may take, seats that children may sit on, yuan that are
paid. No effect on settling is written anywhere. They never call each other; where one reads what another has written
(a register, a title), the order of the list in catalogue.py holds.
"""

from __future__ import annotations

from copy import copy
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from simulation.state.entities import NOT_MOVED, Bool, Float, Int16, Int64, State, UInt32, UInt64
from simulation.state.fixed import Fixed
from simulation.state.parameters import Parameters
from simulation.state.policy import PLAN, Lever, PolicyNow

SHOWCASE_WEIGHT = 10.0
"""Showcase targeting: a household at a showcase site counts as this many elsewhere."""


class Quantity(NamedTuple):
    """An amount that a unit cost applies to: `amount` of `per`, capital or recurrent, in one month."""

    kind: str
    per: str
    amount: float


class Context(NamedTuple):
    """What a lever acts on: the city that it is pulled in."""

    seed: int  # of the random numbers
    state: State
    fixed: Fixed
    parameters: Parameters
    school_openings: Int16  # (n_schools,) month in which each school opens; a lever may write the missing ones


class LeverRule:
    """What one lever does in one city. Each lever extends this class.

    `further` and `extended` are asked when the city is set up, `need` at any time; the rest in every month from the
    first month of the lever on, in this order: `announce`, `numbers`, `plan` (in the first month alone), `open`,
    `add_posts`, `train`, `offer`, `quantities`. A lever overrides what it needs; `quantities` and `trial_size` it must
    have.
    """

    name: ClassVar[str]
    """Name of the lever, as in conf/lever/levers.yaml, which has the unit of its size."""
    spread_over_sites: ClassVar[bool] = False
    """Whether sites get it by a rule of targeting. A lever that reaches everybody whom it fits is not spread."""
    changes_numbers: ClassVar[bool] = False
    """Whether it overrides `numbers`."""
    changes_incomes: ClassVar[bool] = False
    """Whether it alters what households that have changed nothing live on, beside what it announces."""
    trial_size: ClassVar[float]
    """A size that a small town of some hundred households feels: tests and the compiling of the kernels use it."""

    def __init__(self, lever: Lever, context: Context) -> None:
        """Prepare what the lever keeps from month to month; it has not begun yet."""
        self.lever = lever
        self.context = context
        self.state = context.state

    def gone_on(self, context: Context) -> Self:
        """Return this lever in a city of its own that has its months so far; `context` is that city's."""
        other = copy(self)
        other.context, other.state = context, context.state
        return other

    @classmethod
    def further(cls, lever: Lever, state: State) -> Int64:
        """Return which households those are like that the lever may bring to the city: rows, shape (n_further,).

        They come last in the tables, without a flat until the lever gives them a month of moving in.
        """
        return np.zeros(0, dtype=np.int64)

    @classmethod
    def extended(cls, lever: Lever, state: State, parameters: Parameters, copy: int) -> State:
        """Return the state with the rows that the lever will fill later, asked when the city is set up.

        copy: which copy of its population the city is.
        """
        return state

    def need(self) -> Float:
        """Return the need of each site, which targeting by need goes by: labourers without work, shape (n_sites,)."""
        homes = self.state.households
        return self.by_site(homes.labourers - homes.employed)

    def plan(self) -> None:
        """Spread the lever over the sites, from the state that all scenarios share until its first month."""

    def announce(self, month: int, now: PolicyNow) -> PolicyNow:
        """Return `now` with what compiled rules must know of this lever in the month (yuan a month)."""
        return now

    def numbers(self, month: int, p: Parameters) -> Parameters:
        """Return the month's numbers `p` with those changed that the measure itself changes (a cost, a line)."""
        return p

    def open(self, month: int) -> None:
        """Open what is due, before the month's schools, workshops, posts and services are counted."""

    def add_posts(self, month: int) -> None:
        """Add to the capacities of posts, just after the month has counted them without the lever."""

    def train(self, month: int, labour_rows: UInt32, trainees: UInt32, lots: UInt64) -> int:
        """Train persons after the courses of the baseline and before the search for work; return how many.

        labour_rows: rows of who may be a labourer this year, shape (n,); trainees, lots: work arrays, (n_persons,) at
        least.
        """
        return 0

    def offer(self, month: int, now: PolicyNow) -> None:
        """Offer something to households that know this month's policy `now`, before they review where they live."""

    def quantities(self, month: int) -> list[Quantity]:
        """Return what the lever did in the month, in the units of its costs; asked when the month is over."""
        raise NotImplementedError

    def by_site(self, of_home: Any) -> Float:
        """Return the sums by site of a number of each household, shape (n_sites,); who has no flat yet counts not."""
        homes = self.state.households
        counted = np.where(homes.state == NOT_MOVED, 0, of_home)
        return np.asarray(
            np.bincount(homes.site, weights=counted, minlength=self.state.sites.unit.size), dtype=np.float64
        )

    def site_weights(self) -> Float:
        """Return the weight of each site under the rule of targeting, shape (n_sites,)."""
        sites, rule = self.state.sites, self.lever.targeting
        if rule == PLAN:
            weights = np.zeros(sites.households.size)
            for site, units in self.lever.by_site:
                weights[site] = units
            return weights
        if rule == "need":
            return np.maximum(self.need(), 0.0)
        if rule == "size":
            return np.asarray(sites.households, dtype=np.float64)
        if rule == "showcase":
            return sites.households.astype(np.float64) * np.where(sites.showcase, SHOWCASE_WEIGHT, 1.0)
        return np.ones(sites.households.size)

    def order_of_sites(self, wanting: Bool) -> Int64:
        """Return the sites that want the lever, by falling weight, ties to the first, shape (n,).

        wanting: shape (n_sites,). Under a plan only the sites that it names.
        """
        weights = self.site_weights()
        if self.lever.targeting == PLAN:
            wanting = wanting & (weights > 0.0)
        order = np.argsort(-np.where(wanting, weights, -1.0), kind="stable")
        return np.asarray(order[wanting[order]], dtype=np.int64)
