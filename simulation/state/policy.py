"""Levers: what a scenario changes, when, how fast, where, and at what unit cost.

A lever has a size, a first month, a phase-in, a targeting rule and unit costs (values and sources in conf/lever/). At
size 0 it does nothing at all: not a post, not a draw. Levers act only through what they are: posts that workers may
take, seats that children may sit on, yuan that are paid; no effect on settling is written anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

LEVERS: dict[str, str] = {
    "workshops": "workshops",
    "school_gap": "share of missing schools not yet under way",
    "public_posts": "posts",
    "targeted_training": "persons/month",
    "origin_land_returns": "yuan/mu/year",
    "housing_title": "share (clarity reached)",
    "bus_lines": "lines",
    "tuition_and_living_aid": "yuan/pupil/month",
}
"""Every lever of the model with the unit of its size; recommendations.csv says which recommendation each one is."""
SHARES = ("school_gap", "housing_title")
"""Levers whose size is a share, 0 to 1."""
TARGETING = ("need", "size", "showcase", "equal")
"""Rules that spread a lever over the sites: by need in the month before it starts, by size, showcase sites first,
equally.
"""
CAPITAL, RECURRENT = "capital", "recurrent"


@dataclass(frozen=True)
class Cost:
    """A unit cost: `yuan` per `per` (post, workshop, seat, household, course, ...), capital or a month."""

    kind: str
    yuan: float
    per: str
    source: str


@dataclass(frozen=True)
class Lever:
    """One lever as a scenario sets it; `settings` are numbers of its own (posts per workshop, construction lag)."""

    name: str
    size: float
    start_month: int
    phase_in_months: int
    targeting: str
    settings: Mapping[str, float]
    costs: tuple[Cost, ...]

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


def allocate(total: int, weights: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return `total` whole units spread over places in proportion to `weights` (largest remainders, ties to the first).

    weights: shape (n,), not negative; if all are 0, equally.
    """
    w = weights if weights.sum() > 0 else np.ones_like(weights)
    exact = total * w / w.sum()
    units = np.floor(exact).astype(np.int64)
    left = total - int(units.sum())
    order = np.argsort(-(exact - units), kind="stable")
    units[order[:left]] += 1
    return np.asarray(units)
