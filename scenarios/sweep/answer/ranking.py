"""Which choices and axes stand out: order, ranks, and what is beyond chance. The page and its charts ask here."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.compare.indicators import HIGHER, LOWER, NONE
from scenarios.compare.pairs import ahead
from scenarios.settings.links import assumed_levers
from scenarios.sweep.answer.effects import Measured, run_means
from scenarios.sweep.answer.indices import FIRST, TOTAL
from scenarios.sweep.answer.summary import summarised
from scenarios.sweep.answer.tables import Answer
from scenarios.sweep.plan.axes import FILLED
from scenarios.sweep.plan.outputs import MONEY
from scenarios.sweep.plan.plan import LEVERS
from simulation.state.entities import Float

ENOUGH = 20
"""Runs from which on an interval leaves anything out, and a share of runs is put into words."""


class Best(NamedTuple):
    """The best choice: its number, its row of the table of choices, and its values by run."""

    choice: int
    row: dict[str, Any]
    values: Float


def ranked_choices(answer: Answer) -> pd.DataFrame:
    """Return the rows of the table of choices for the main output, best first, with the number of each choice.

    Only choices that have a number; those without a rank come last.
    """
    table, each = answer.tables.choices, answer.main
    rows = table[(table["indicator"] == each.name) & (table["month"] == each.month)]
    rows = rows.assign(choice=np.arange(len(rows)))
    rows = rows[rows["mean"].notna()]
    order = goodness(each, rows["mean"].to_numpy(dtype=float))
    return rows.iloc[np.lexsort((-order, 1 - rows["ranked"].to_numpy()))]


def goodness(each: Measured, values: Float) -> Float:
    """Return values so that more is better; without a direction, what is farthest from 0 comes first."""
    return {HIGHER: values, LOWER: -values, NONE: np.abs(values)}[each.better]


def best_of(answer: Answer) -> Best:
    """Return the best choice for the main output."""
    row = {str(name): value for name, value in ranked_choices(answer).iloc[0].items()}
    values = run_means(answer.main.told(answer.quantity)[answer.choices.cells(int(row["choice"]))])
    return Best(int(row["choice"]), row, values)


def points_first(answer: Answer, best: Best) -> tuple[int, int]:
    """Return at how many points of the assumptions the best choice is the best that has a rank, and of how many."""
    each, choices = answer.main, answer.choices
    means = summarised(each.told(answer.quantity).T, answer.cells.runs, each.better).mean
    labels = list(answer.cells.labels[list(choices.assumptions)].itertuples(index=False, name=None))
    by_point: dict[tuple[Any, ...], dict[int, float]] = {}
    for cell in answer.cells.told().tolist():
        if answer.cells.ranked[cell] and not math.isnan(means[cell]):
            by_point.setdefault(labels[cell], {})[int(choices.place[cell])] = float(goodness(each, means[[cell]])[0])
    shared = [found for found in by_point.values() if best.choice in found]
    return sum(found[best.choice] >= max(found.values()) for found in shared), len(shared)


def choices_behind(answer: Answer, best: Best) -> int:
    """Return how many other choices are behind the best beyond chance, over the runs that both have (compare.pairs)."""
    each, n, ranked = answer.main, 0, answer.choices.ranked
    for choice, values in enumerate(answer.choices.by_run(each.told(answer.quantity))):
        both = np.stack([best.values, values], axis=1)
        both = goodness(each, both[~np.isnan(both).any(axis=1)])
        n += int(
            choice != best.choice and ranked[choice] and len(both) >= ENOUGH and ahead(both, np.ones(len(both)))[0, 1]
        )
    return n


def money_of(answer: Answer) -> dict[int, float]:
    """Return the mean public money of each choice in the month of the main output, yuan; empty if not measured."""
    table = answer.tables.choices
    rows = table[(table["indicator"] == MONEY) & (table["month"] == answer.main.month)]
    return {choice: float(yuan) for choice, yuan in enumerate(rows["mean"]) if not math.isnan(yuan)}


def main_ranges(answer: Answer, scenario: str) -> pd.DataFrame:
    """Return the rows of the axes of the main output, the largest difference first: of a scenario, and of scenarios."""
    table = answer.tables.axis_ranges
    rows = table[(table["indicator"] == answer.main.name) & (table["month"] == answer.main.month)]
    rows = rows[rows["scenario"].isin(["", scenario])]
    return rows.iloc[np.argsort(-rows["range"].abs().to_numpy(dtype=float), kind="stable")]


def is_assumed(axis: str) -> bool:
    """Return whether an axis is of a lever with an assumed link, whose effects have no rank."""
    return any(key.startswith(LEVERS) and key.split(".")[1] in assumed_levers() for key in axis.split(" + "))


def main_indices(answer: Answer, scenario: str) -> pd.DataFrame:
    """Return the Sobol' indices of the main output for a scenario, the largest first by total, or else first order."""
    table = answer.tables.sobol_indices
    rows = table[(table["indicator"] == answer.main.name) & (table["month"] == answer.main.month)]
    rows = rows[rows["scenario"] == scenario]
    order = rows["order"].map({TOTAL: 0, FIRST: 1}).to_numpy(dtype=float)
    return rows.iloc[np.lexsort((-rows["index"].to_numpy(dtype=float), order))]


def fills_ranges(answer: Answer) -> bool:
    """Return whether an axis of the sweep fills ranges."""
    return any(axis.kind in FILLED for axis in answer.plan.sweep.axes)
