"""What varies in a sweep, each thing with its values: the scenario, and the keys of its axes.

A key with many values, as those that fill a range, is cut into groups of as many cells each. The keys of one point of
a `list` axis change together, so that they are one factor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scenarios.settings.schema import number_text
from scenarios.sweep.answer.cells import SCENARIO, Cells
from scenarios.sweep.plan.axes import FILLED, LIST, Axis
from scenarios.sweep.plan.plan import Plan, Whole
from simulation.state.entities import Float

MOST_VALUES, GROUPS = 12, 5
"""A numeric key with more values than these is cut into so many groups."""
NOT_SET = ""


@dataclass(frozen=True)
class Factor:
    """Something that varies.

    name: the key, or keys joined by ' + '; numeric: whether it has a scale; values: texts of its values, in order;
    x: the number of each, the mean of a group's cells, NaN without a scale; place: value of each cell, -1 outside.
    """

    name: str
    numeric: bool
    values: tuple[str, ...]
    x: Float
    place: Whole


def factors_of(plan: Plan, cells: Cells) -> list[Factor]:
    """Return what varies among the cells that are told of: the scenario first, then the axes in their order."""
    told = cells.told()
    found = [_by_values(SCENARIO, cells.labels[SCENARIO].tolist(), told)]
    for axis in plan.sweep.axes:
        if axis.kind == LIST and len(axis.keys) > 1:
            rows = cells.labels[list(axis.keys)].itertuples(index=False, name=None)
            found.append(_by_values(" + ".join(axis.keys), [_joined(axis, row) for row in rows], told))
        else:
            found += [_of_key(axis, key, cells.labels[key].tolist(), told) for key in axis.keys]
    return [factor for factor in found if len(factor.values) > 1]


def _joined(axis: Axis, row: Sequence[Any]) -> str:
    given = [f"{key}={value_text(value)}" for key, value in zip(axis.keys, row, strict=True) if not _lacks(value)]
    return " ".join(given)


def _of_key(axis: Axis, key: str, values: list[Any], told: Whole) -> Factor:
    numbers = [values[cell] for cell in told if not _lacks(values[cell])]
    numeric = bool(numbers) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in numbers)
    if not numeric:
        return _by_values(key, [value_text(value) for value in values], told)
    if axis.kind not in FILLED and len(set(numbers)) <= MOST_VALUES:
        return _by_values(key, values, told)
    return _in_groups(key, np.array([np.nan if _lacks(value) else float(value) for value in values]), told)


def _by_values(name: str, values: list[Any], told: Whole) -> Factor:
    """Return a factor with a value for each that occurs: numbers in their order, texts as they come."""
    known = list(dict.fromkeys(values[cell] for cell in told if not _lacks(values[cell])))
    numeric = bool(known) and not any(isinstance(value, str) for value in known)
    known = sorted(known) if numeric else known
    places = {value: i for i, value in enumerate(known)}
    place = np.full(len(values), -1)
    for cell in told.tolist():
        place[cell] = -1 if _lacks(values[cell]) else places[values[cell]]
    x = np.array([float(value) if numeric else np.nan for value in known])
    return Factor(name, numeric, tuple(value_text(value) for value in known), x, place)


def _in_groups(name: str, values: Float, told: Whole) -> Factor:
    """Return a factor whose values are groups of equally many different numbers."""
    distinct = np.unique(values[told][~np.isnan(values[told])])
    parts = [part for part in np.array_split(distinct, min(GROUPS, distinct.size)) if part.size]
    starts = np.array([part[0] for part in parts])
    place = np.full(values.size, -1)
    inside = told[~np.isnan(values[told])]
    place[inside] = np.searchsorted(starts, values[inside], side="right") - 1
    x = np.array([values[inside[place[inside] == group]].mean() for group in range(len(parts))])
    texts = tuple(f"{short(part[0])} .. {short(part[-1])}" for part in parts)
    return Factor(name, True, texts, x, place)


def _lacks(value: Any) -> bool:
    return value is None or (isinstance(value, float) and pd.isna(value))


def value_text(value: Any) -> str:
    """Return a value of an axis as tables hold it; empty where it is not set."""
    if _lacks(value):
        return NOT_SET
    return number_text(value) if isinstance(value, int | float) else str(value)


def short(value: float) -> str:
    """Return a number with three digits that count: the end of a group."""
    return number_text(float(f"{value:.3g}"))
