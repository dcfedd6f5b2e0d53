"""The prior of the model's parameters: each free one uniform over its range in conf/parameters/, independent.

A uniform draw belongs to (seed, parameter, number of the draw), so that another parameter or more draws leave it as it
was. Weights of the service level are drawn and divided by their sum, because they share one whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from scenarios.compare.draws import rounded

SOLVED = {
    "employed": "jobs.search_probability",
    "organised_export_jobs": "jobs.organised_places_per_1000",
    "nearby_transfer_jobs": "jobs.nearby_public_posts_per_1000",
    "job_fair_matches_2019": "jobs.fair_attendance",
}
"""Rates that a target fixes: they are solved inside each draw, and the target they hit proves nothing."""
DEFINITIONS = ("residence.both_ends_weight", "income.poverty_line_yuan_year")
"""Numbers that say how something is measured: a draw of them would compare different measures."""
WHOLES = (
    ("services.weight_facilities", "services.weight_clinic", "services.weight_market", "services.weight_bus",
     "services.weight_governance"),
    ("services.governance_approved", "services.governance_elected", "services.governance_policed"),
)  # fmt: skip
"""Groups of shares that add to one."""
PRIOR_SAMPLE = 1000
"""Draws from which the prior's own spread is taken."""


class Free(NamedTuple):
    """A parameter with a prior: its key 'process.name', range and unit."""

    key: str
    low: float
    high: float
    unit: str


def ranges(parameters: Mapping[str, Mapping[str, Any]]) -> dict[str, Free]:
    """Return every parameter whose range has a width, by key; parameters: those of `RunConfig.resolved`."""
    found = {}
    for process, entries in parameters.items():
        for name, entry in entries.items():
            key = f"{process}.{name}"
            if entry["low"] < entry["high"] and key not in DEFINITIONS:
                found[key] = Free(key, float(entry["low"]), float(entry["high"]), str(entry["unit"]))
    return found


def free_parameters(parameters: Mapping[str, Mapping[str, Any]]) -> dict[str, Free]:
    """Return the parameters that are drawn: those with a range that no target fixes."""
    return {key: free for key, free in ranges(parameters).items() if key not in SOLVED.values()}


def prior_draw(free: Mapping[str, Free], seed: int, number: int) -> dict[str, float]:
    """Return the values of draw `number`, rounded to what the table of draws prints."""
    values = {key: p.low + (p.high - p.low) * _uniform(seed, key, number) for key, p in free.items()}
    for group in WHOLES:
        total = sum(values[key] for key in group)
        values |= {key: values[key] / total for key in group}
    return {key: rounded(value) for key, value in values.items()}


def prior_deviations(free: Mapping[str, Free], seed: int) -> dict[str, float]:
    """Return the standard deviation of each parameter under the prior, from PRIOR_SAMPLE draws of it."""
    values = [prior_draw(free, seed, number) for number in range(PRIOR_SAMPLE)]
    return {key: rounded(float(np.std([value[key] for value in values]))) for key in free}


def _uniform(seed: int, key: str, number: int) -> float:
    philox = np.random.Philox(key=[seed, zlib.crc32(key.encode())], counter=[0, 0, 0, number])
    return float(np.random.Generator(philox).random())
