"""Sobol' indices of the keys of an axis that fills ranges: which share of the variance goes with which key.

First order: with the key alone. Total: with the key and all that it does together with others. What varies is the mean
over runs (and over what other axes hold) at each point of the axis, so that chance enters as little as the seeds allow.

  saltelli: first order after Saltelli et al. (2010), total after Jansen (1999), both as in SALib.analyze.sobol. A base
    point of which a run is missing is left out with all its points.
  sobol, latin_hypercube: their points are no such design. From given points only the first order can be estimated,
    here by EASI (Plischke 2010, Reliability Engineering & System Safety 95(4), 354-360), bias corrected after Tissot
    and Prieur (2012), as in SALib.analyze.rbd_fast.

Intervals are those of SALib's bootstrap over points, 90 %, under a normal distribution.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from scenarios.compare.summary import INTERVAL
from scenarios.sweep.answer.cells import SCENARIO, Cells
from scenarios.sweep.answer.effects import Measured, run_means
from scenarios.sweep.plan.axes import FILLED, SALTELLI, Axis
from scenarios.sweep.plan.plan import Plan
from simulation.state.entities import Float

FIRST, TOTAL = "first", "total"
DESIGNED, GIVEN = "saltelli", "easi"
LEVEL = INTERVAL[1] - INTERVAL[0]
RESAMPLES, SEED = 500, 1
LEAST_BASE, LEAST_GIVEN = 32, 256
"""Points below which no index is given: of the base sample of a design, and of other points."""


def index_rows(plan: Plan, cells: Cells, each: Measured, quantity: str) -> pd.DataFrame:
    """Return a row for each scenario, key and order of the axes that fill ranges; none where points are too few."""
    rows: list[dict[str, Any]] = []
    told = np.isin(np.arange(len(cells.labels)), cells.told())
    for scenario in dict.fromkeys(cells.labels[SCENARIO][told]):
        inside = told & (cells.labels[SCENARIO] == scenario).to_numpy()
        for axis in plan.sweep.axes:
            if axis.kind in FILLED:
                y = _at_rows(cells, axis, each.told(quantity), inside)
                found = designed(y, len(axis.keys)) if axis.kind == SALTELLI else given(np.array(axis.rows, float), y)
                for order, indices, ends, n in found:
                    for key, index, end in zip(axis.keys, indices.tolist(), ends.tolist(), strict=True):
                        rows.append({"scenario": scenario, "axis": key, **each.head(), "quantity": quantity,
                                     "order": order, "index": index, "low": index - end, "high": index + end,
                                     "n_points": n, "n_dropped": len(axis.rows) - n,
                                     "method": DESIGNED if axis.kind == SALTELLI else GIVEN})  # fmt: skip
    return pd.DataFrame(rows)


def _at_rows(cells: Cells, axis: Axis, values: Float, inside: Any) -> Float:
    """Return the mean at each row of an axis over all cells that have its values, NaN where a number is missing."""
    places: dict[tuple[Any, ...], list[int]] = {}
    labels = cells.labels[list(axis.keys)].itertuples(index=False, name=None)
    for cell, label in enumerate(labels):
        if inside[cell]:
            places.setdefault(label, []).append(cell)
    found = np.full(len(axis.rows), np.nan)
    for row, label in enumerate(axis.rows):
        some = values[places.get(label, [])]
        if some.size and not np.isnan(some).any():
            found[row] = run_means(some).mean()
    return found


Found = list[tuple[str, Float, Float, int]]
"""For each order: its name, indices and half widths of their intervals by key, and points that they stand on."""


def designed(y: Float, d: int) -> Found:
    """Return first and total indices from the points of Saltelli's design in their order, shape (n * (d + 2),)."""
    from SALib.analyze import sobol  # noqa: PLC0415 (1 s, for sweeps with such an axis alone)

    blocks = y.reshape(-1, d + 2)
    blocks = blocks[~np.isnan(blocks).any(axis=1)]
    if len(blocks) < LEAST_BASE or np.ptp(blocks[:, [0, -1]]) == 0:
        return []
    problem = {"num_vars": d, "names": [str(i) for i in range(d)], "bounds": [[0.0, 1.0]] * d}
    found = sobol.analyze(
        problem, blocks.ravel(), calc_second_order=False, num_resamples=RESAMPLES, conf_level=LEVEL, seed=SEED
    )
    n = blocks.size
    return [(FIRST, found["S1"], found["S1_conf"], n), (TOTAL, found["ST"], found["ST_conf"], n)]


def given(x: Float, y: Float) -> Found:
    """Return first indices from points as they are, x of shape (n, d), y of shape (n,)."""
    from SALib.analyze import rbd_fast  # noqa: PLC0415 (1 s, for sweeps with such an axis alone)

    there = ~np.isnan(y)
    if there.sum() < LEAST_GIVEN or np.ptp(y[there]) == 0:
        return []
    d = x.shape[1]
    problem = {"num_vars": d, "names": [str(i) for i in range(d)], "bounds": [[0.0, 1.0]] * d}
    found = rbd_fast.analyze(
        problem, x[there], y[there], num_resamples=RESAMPLES, conf_level=LEVEL, seed=np.random.default_rng(SEED)
    )
    return [(FIRST, np.array(found["S1"]), np.array(found["S1_conf"]), int(there.sum()))]
