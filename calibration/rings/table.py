"""From what draws give to the table of rings, and what each ring says: weights, items met, parameters, residence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from calibration.findings.summary import weighted_quantiles
from calibration.rings.measures import Measured
from calibration.rings.weights import met, ring_weights
from scenarios.compare.rings_table import (
    DRAW,
    FEWEST_EFFECTIVE,
    KEY,
    SHARE,
    VALUE,
    WEIGHT,
    Rings,
    draw_keys,
    effective_draws,
)
from scenarios.report.borrowed import Item
from scenarios.runs.parameter_sets import PARAMETER, Draws
from scenarios.settings.parameter_values import rounded
from simulation.state.entities import Float

MOST_MOVED = 5
"""Parameters that are named for each ring."""
ROUNDING = 1e-9
"""A shift that is rounding and nothing else."""


def rings_of(draws: Draws, items: Sequence[Item], found: Sequence[Measured]) -> Rings:
    """Return the table of rings and what it came to, without the hash of the sources.

    draws: the first len(found) rows count; found: what they give. Raises UserError where a ring leaves no draw.
    """
    table = draws.table.head(len(found))
    values = {item.id: np.array([rounded(each.values[item.id]) for each in found]) for item in items}
    shares = {name: np.array([rounded(each.shares[name]) for each in found]) for name in found[0].shares}
    weights = ring_weights(items, values)
    columns: dict[str, Any] = {DRAW: table["draw"].to_numpy(), KEY: draw_keys(draws)[: len(found)]}
    columns |= {f"{VALUE}{name}": column for name, column in values.items()}
    columns |= {f"{SHARE}{name}": column for name, column in shares.items()}
    columns |= {f"{WEIGHT}{ring}": column for ring, column in weights.items()}
    made = {
        "program": "anju",
        "kind": "rings",
        "draws": len(found),
        "setting": draws.made["setting"],
        "items": {item.id: _item(item, values[item.id], weights) for item in items},
        "rings": {ring: _ring(table, shares, own) for ring, own in weights.items()},
    }
    return Rings(pd.DataFrame(columns), made)


def _item(item: Item, values: Float, weights: Mapping[str, Float]) -> dict[str, Any]:
    """Return what an item says, the middle of what the draws give, and the share of draws that meet it by ring."""
    inside = met(item, values)
    return {
        "ring": item.ring,
        "kind": item.kind,
        "unit": item.unit,
        "band": item.band.text(),
        "weight": item.weight,
        "source": item.source,
        "median": None if np.isnan(values).all() else rounded(float(np.nanmedian(values))),
        "met": {ring: rounded(float(np.average(inside, weights=own))) for ring, own in weights.items()},
    }


def _ring(table: pd.DataFrame, shares: Mapping[str, Float], weights: Float) -> dict[str, Any]:
    n = effective_draws(weights)
    return {
        "effective_draws": rounded(n),
        "enough": n >= FEWEST_EFFECTIVE,
        "largest_weight": rounded(float(weights.max() / weights.sum())),
        "parameters": dict(moved_parameters(table, weights)[:MOST_MOVED]),
        "residence": {name: _spread(column, weights) for name, column in shares.items()},
    }


def moved_parameters(table: pd.DataFrame, weights: Float) -> list[tuple[str, float]]:
    """Return by how many standard deviations of the draws the weights move each parameter's mean, the most first.

    Chance alone moves a mean of n effective draws by about 1 / sqrt(n). What does not vary or move is left out.
    """
    moved = []
    for name in table.columns:
        values = table[name].to_numpy(float)
        if str(name).startswith(PARAMETER) and np.ptp(values) > 0:
            shift = float((np.average(values, weights=weights) - values.mean()) / values.std(ddof=1))
            if abs(shift) > ROUNDING:
                moved.append((str(name).removeprefix(PARAMETER), rounded(shift)))
    return sorted(moved, key=lambda each: (-abs(each[1]), each[0]))


def _spread(values: Float, weights: Float) -> dict[str, float]:
    low, _, high = (float(end) for end in weighted_quantiles(values, weights))
    return {"mean": rounded(float(np.average(values, weights=weights))), "low": rounded(low), "high": rounded(high)}
