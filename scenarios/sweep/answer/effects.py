"""The tables of effects: each point against its own baseline, each value of an axis, each pair of axes.

A number of an axis' value is first the mean over the points with this value, run by run, and then summarised over runs;
so its interval is over draws and seeds, and not over the other axes. Where a sweep has no baselines, the same is said
of levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.compare.indicators import LOWER
from scenarios.compare.plan import Run
from scenarios.sweep.answer.cells import SCENARIO, Cells
from scenarios.sweep.answer.factors import Factor, value_text
from scenarios.sweep.answer.summary import summarised
from scenarios.sweep.plan.baselines import NO_RUN
from scenarios.sweep.plan.plan import Whole
from simulation.state.entities import Float

EFFECT, LEVEL = "effect", "level"
"""The quantity of a row: the difference from the baseline, or the indicator itself."""


class Measured(NamedTuple):
    """An output in one month: name, unit, what is better, month, levels, effects and baselines, (n_cells, n_runs)."""

    name: str
    unit: str
    better: str
    month: str
    level: Float
    effect: Float
    baseline: Float

    def told(self, quantity: str) -> Float:
        """Return effects or levels."""
        return self.effect if quantity == EFFECT else self.level

    def head(self) -> dict[str, str]:
        """Return the cells that say what a row is of."""
        return {"month": self.month, "indicator": self.name, "unit": self.unit}


def point_rows(cells: Cells, each: Measured) -> pd.DataFrame:
    """Return a row a cell: level, baseline and effect with intervals, and how many runs each stands on."""
    levels = summarised(each.level.T, cells.runs, each.better)
    effects = summarised(each.effect.T, cells.runs, each.better)
    baselines = summarised(np.where(np.isnan(each.effect), np.nan, each.baseline).T, cells.runs, each.better)
    planned = (cells.number != NO_RUN).sum(axis=1)
    columns = label_columns(cells.labels)
    columns |= each.head() | {"better": each.better}
    columns |= {"level": levels.mean, "level_low": levels.low, "level_high": levels.high, "baseline": baselines.mean}
    columns |= {EFFECT: effects.mean, "low": effects.low, "high": effects.high, "p_better": effects.p_better}
    columns |= {"n_planned": planned, "n_runs": levels.n_runs.astype(int), "n_pairs": effects.n_runs.astype(int)}
    return pd.DataFrame(columns)


def label_columns(labels: pd.DataFrame) -> dict[str, Any]:
    """Return the columns of labels as tables hold them: numbers, or texts, empty where a key is not set."""
    columns: dict[str, Any] = {}
    for key, column in labels.items():
        if any(isinstance(value, str) for value in column):
            columns[str(key)] = [value_text(value) for value in column]
        else:
            columns[str(key)] = pd.array([np.nan if value is None else value for value in column], dtype="float64")
    return columns


def value_rows(cells: Cells, factors: Sequence[Factor], each: Measured, quantity: str) -> pd.DataFrame:
    """Return a row for each factor, scenario and value of the factor; the scenario is empty where it is the factor."""
    rows = []
    for factor in factors:
        for scenario, inside in _groups(cells, factor):
            for i, (value, x) in enumerate(zip(factor.values, factor.x.tolist(), strict=True)):
                chosen = np.flatnonzero(inside & (factor.place == i))
                if chosen.size:
                    rows.append({"scenario": scenario, "axis": factor.name, "axis_value": value, "x": x, **each.head(),
                                 "quantity": quantity, **_summary_of(cells.runs, each, quantity, chosen)})  # fmt: skip
    return pd.DataFrame(rows)


def pair_rows(cells: Cells, factors: Sequence[Factor], each: Measured, quantity: str) -> pd.DataFrame:
    """Return a row for each scenario, pair of factors and pair of their values that occurs."""
    pairs = list(combinations([factor for factor in factors if factor.name != SCENARIO], 2))
    rows = []
    for scenario, inside in _scenarios(cells):
        for one, other in pairs:
            for i, j in np.ndindex(len(one.values), len(other.values)):
                chosen = np.flatnonzero(inside & (one.place == i) & (other.place == j))
                if chosen.size:
                    names = {"axis": one.name, "axis_value": one.values[i], "x": float(one.x[i])}
                    names |= {"other_axis": other.name, "other_value": other.values[j], "other_x": float(other.x[j])}
                    rows.append({"scenario": scenario, **names, **each.head(), "quantity": quantity,
                                 **_summary_of(cells.runs, each, quantity, chosen)})  # fmt: skip
    return pd.DataFrame(rows)


def range_rows(cells: Cells, factors: Sequence[Factor], each: Measured, quantity: str) -> pd.DataFrame:
    """Return a row for each factor and scenario: its best and worst value, and their difference run by run.

    Scenarios without a rank (Cells.ranked) are not compared.
    """
    rows = []
    for factor in factors:
        for scenario, inside in _groups(cells, factor):
            compared = inside & cells.ranked if factor.name == SCENARIO else inside
            means = _by_value(each.told(quantity), factor, compared)
            summary = summarised(means.T, cells.runs, each.better)
            if np.isnan(summary.mean).all():
                continue
            sign = -1.0 if each.better == LOWER else 1.0
            best, worst = int(np.nanargmax(sign * summary.mean)), int(np.nanargmin(sign * summary.mean))
            apart = summarised((means[[best]] - means[[worst]]).T, cells.runs, each.better)
            rows.append(
                {"scenario": scenario, "axis": factor.name, **each.head(),
                 "quantity": quantity, "worst_value": factor.values[worst], "worst": summary.mean[worst],
                 "best_value": factor.values[best], "best": summary.mean[best], "range": apart.mean[0],
                 "low": apart.low[0], "high": apart.high[0], "n_values": len(factor.values),
                 "n_runs": int(apart.n_runs[0])}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _by_value(values: Float, factor: Factor, inside: Any) -> Float:
    """Return the mean over the cells of each value of a factor, run by run, (n_values, n_runs)."""
    means = np.full((len(factor.values), values.shape[1]), np.nan)
    for i in range(len(factor.values)):
        means[i] = run_means(values[np.flatnonzero(inside & (factor.place == i))])
    return means


def run_means(values: Float) -> Float:
    """Return the mean over cells (axis 0) of what each run has; NaN for a run that has nothing."""
    there = ~np.isnan(values)
    n = there.sum(axis=0)
    return np.where(n > 0, np.where(there, values, 0.0).sum(axis=0) / np.maximum(n, 1), np.nan)


def _summary_of(runs: tuple[Run, ...], each: Measured, quantity: str, chosen: Whole) -> dict[str, float]:
    """Return the summary of the mean over some cells, run by run, and how many numbers are missing in it."""
    values = each.told(quantity)[chosen]
    found = summarised(run_means(values)[:, None], runs, each.better)
    return {"mean": found.mean[0], "low": found.low[0], "high": found.high[0], "p_better": found.p_better[0],
            "n_points": chosen.size, "n_runs": int(found.n_runs[0]),
            "n_missing": int(np.isnan(values).sum())}  # fmt: skip


def _groups(cells: Cells, factor: Factor) -> list[tuple[str, Any]]:
    """Return each scenario, and which cells are its; all cells that are told of, unnamed, where it is the factor."""
    if factor.name == SCENARIO:
        return [("", np.isin(np.arange(len(cells.labels)), cells.told()))]
    return _scenarios(cells)


def _scenarios(cells: Cells) -> list[tuple[str, Any]]:
    """Return each scenario that is told of, and which of the cells that are told of are its."""
    told = np.isin(np.arange(len(cells.labels)), cells.told())
    names = cells.labels[SCENARIO].to_numpy()
    return [(str(name), told & (names == name)) for name in dict.fromkeys(names[told])]
