"""The prior of the model's parameters, independent of each other, as conf/parameters/ states range and shape.

Everything is written on the unit cube: a coordinate u of a parameter is its quantile under the prior, so the prior is
uniform there whatever its shape. Weights of the service level are drawn and divided by their sum, because they share
one whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import qmc

from scenarios.settings.parameter_values import rounded
from scenarios.settings.schema import FIXED, LOG_UNIFORM
from simulation.state.entities import Float

DEFINITIONS = ("residence.both_ends_weight", "income.poverty_line_yuan_year")
"""Numbers that say how something is measured: a draw of them would compare different measures."""
WHOLES = (
    ("services.weight_facilities", "services.weight_clinic", "services.weight_market", "services.weight_bus",
     "services.weight_governance"),
    ("services.governance_approved", "services.governance_elected", "services.governance_policed"),
)  # fmt: skip
"""Groups of shares that add to one."""


class Ranged(NamedTuple):
    """A parameter with a prior: its key 'process.name', range, shape and unit."""

    key: str
    low: float
    high: float
    shape: str
    unit: str

    def at(self, u: Float) -> Float:
        """Return the values at quantiles `u` of the prior."""
        if self.shape == LOG_UNIFORM:
            return np.asarray(self.low * (self.high / self.low) ** u)
        return np.asarray(self.low + (self.high - self.low) * u)

    def quantile(self, value: float) -> float:
        """Return the quantile of a value under the prior; beyond 0 and 1 outside its range."""
        if self.shape == LOG_UNIFORM:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


class Prior(NamedTuple):
    """All parameters with a prior, in the order of conf/parameters/; a point is a row of the unit cube over them."""

    ranged: tuple[Ranged, ...]

    @property
    def keys(self) -> list[str]:
        """The parameters' keys, in order."""
        return [parameter.key for parameter in self.ranged]

    def values(self, points: Float) -> Float:
        """Return the parameters' values at points of the unit cube, both of shape (n, n_parameters)."""
        values = np.column_stack([parameter.at(points[:, i]) for i, parameter in enumerate(self.ranged)])
        for group in WHOLES:
            columns = [self.keys.index(key) for key in group]
            values[:, columns] /= values[:, columns].sum(axis=1, keepdims=True)
        return values

    def named(self, point: Float) -> dict[str, float]:
        """Return the values at one point by key, with the digits that tables print and runs therefore use."""
        row = self.values(np.asarray(point)[None])[0]
        return {key: rounded(float(value)) for key, value in zip(self.keys, row, strict=True)}


def prior_of(parameters: Mapping[str, Mapping[str, Any]]) -> Prior:
    """Return the prior; parameters: those of `RunConfig.resolved`. Definitions and fixed numbers have none."""
    ranged = []
    for process, entries in parameters.items():
        for name, entry in entries.items():
            key = f"{process}.{name}"
            if entry["shape"] != FIXED and key not in DEFINITIONS:
                ranged.append(
                    Ranged(key, float(entry["low"]), float(entry["high"]), str(entry["shape"]), str(entry["unit"]))
                )
    return Prior(tuple(ranged))


def space_filling(n: int, dimensions: int, seed: Sequence[int]) -> Float:
    """Return `n` points of the unit cube, a scrambled Latin hypercube of strength 1; seed: any whole numbers.

    A hypercube rather than a Sobol sequence: over a hundred dimensions and a thousand points each parameter's own range
    is still covered evenly, and any number of points will do.
    """
    rng = np.random.default_rng(list(seed))
    return np.asarray(qmc.LatinHypercube(dimensions, rng=rng).random(n))
