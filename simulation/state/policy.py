"""A policy: the levers that a scenario pulls, each with its size, first month, phase-in, targeting and unit costs.

What a lever does is written in simulation/levers/, one file each; its defaults and the sources of its numbers are in
conf/lever/levers.yaml. A lever of size 0 does nothing at all: not a post, not a draw. Nothing here imports NumPy, so
that the help can read this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

PLAN = "plan"
TARGETING = ("need", "size", "showcase", "equal", PLAN)
"""Rules that spread a lever over the sites: by need in the month before it starts, by size, showcase sites first,
equally, or as a plan says site by site.
"""
CAPITAL, RECURRENT = "capital", "recurrent"
COST_KINDS = (CAPITAL, RECURRENT)
"""Kinds of a cost: paid once, or paid in every month."""


@dataclass(frozen=True)
class Cost:
    """A unit cost: `yuan` per `per` (post, workshop, seat, household, course, ...), capital or a month."""

    kind: str
    yuan: float
    per: str
    source: str


@dataclass(frozen=True)
class Lever:
    """One lever as a scenario sets it.

    settings: numbers of its own (posts per workshop, construction lag); targeting: empty for a lever that reaches
    everybody whom it fits; by_site: what a plan gives to each site, (site, units), under the rule of targeting `plan`.
    """

    name: str
    size: float
    start_month: int
    phase_in_months: int
    targeting: str
    settings: Mapping[str, float]
    costs: tuple[Cost, ...]
    by_site: tuple[tuple[int, float], ...] = ()

    def phase(self, month: int) -> float:
        """Return the share of the size reached in `month`, 0 before the start to 1."""
        if month < self.start_month:
            return 0.0
        return min(1.0, (month - self.start_month + 1) / self.phase_in_months)

    def reached(self, month: int) -> float:
        """Return the size reached in `month`."""
        return self.size * self.phase(month)

    def units(self, month: int) -> int:
        """Return the whole units (workshops, posts, lines) reached in `month`."""
        return int(self.size * self.phase(month) + 1e-9)


@dataclass(frozen=True)
class Policy:
    """The levers of one scenario, by name; a lever of size 0 is left out."""

    levers: Mapping[str, Lever]

    def get(self, name: str) -> Lever | None:
        """Return the lever if the scenario pulls it, else None."""
        return self.levers.get(name)


BASELINE = Policy({})


class PolicyNow(NamedTuple):
    """What compiled rules need to know of the policy of the month."""

    land_return_yuan: float  # a mu and month, guaranteed
    aid_yuan: float  # a poor pupil and month
