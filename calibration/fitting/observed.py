"""Other observations in the place of the report's: a table of the user's, or what one run of the model gave."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from calibration.fitting.history import history_of, outputs_of, setting_of
from calibration.fitting.likelihood import (
    COUNT,
    Observations,
    slope,
    to_scale,
)
from scenarios.base.errors import nearest
from scenarios.base.input.csv_files import split_csv
from scenarios.base.input.rows import TableRow, load_rows, unless
from scenarios.report.figures import Figure
from scenarios.runs.parameter_sets import TARGET
from scenarios.runs.targets import TARGETS, TOLERANCE_DEVIATIONS, observation_error
from scenarios.settings.config import RunConfig

COLUMNS = ("id", "value", "holds")
YES, NO = "yes", "no"
ITSELF_SEED = 1
"""Of the run that stands in for a report of its own."""


class Observed(NamedTuple):
    """A row: the number of a target or pattern, NaN if it is not given; whether a pattern holds, None if not said."""

    value: float
    holds: bool | None


def with_observed(observed: Observations, path: Path) -> Observations:
    """Return the observations with the numbers of a CSV (id, value and, for patterns, holds) in place of its own.

    A target's number gets the error of the written rule. A pattern is true if its value lies within its bounds, or as
    the column `holds` says (yes or no). What the table does not name stays as it is. Raises RegistryError with every
    error of the table.
    """
    ids = {name.partition(":")[2]: name for name in observed.names}
    rows, problems = load_rows(path, _columns_of(path), lambda row: _observed(row, ids))
    rows = unless(problems, rows)
    values = {ids[name]: row.value for name, row in rows.items() if not math.isnan(row.value)}
    holds = {ids[name]: row.holds for name, row in rows.items() if row.holds is not None}
    return with_other_values(observed, values, holds)


def _columns_of(path: Path) -> tuple[str, ...]:
    """Return the columns of the table, of which the third may be left out."""
    try:
        heading = split_csv(path).heading
    except OSError:
        heading = ()  # told of when its rows are read
    return COLUMNS if COLUMNS[2] in heading else COLUMNS[:2]


def _observed(row: TableRow, ids: Mapping[str, str]) -> Observed:
    name, says = row.cells["id"], row.cells.get("holds", "")
    if name not in ids:
        near = nearest(name, ids)
        allowed = ", ".join(ids)
        row.error("id", repr(name), f"one of {allowed}" + (f" (nearest: {near})" if near else ""), f"{allowed} 之一")
        return Observed(math.nan, None)
    target = ids[name].startswith(TARGET)
    if says not in ("", YES, NO) or (says and target):
        row.error("holds", repr(says), "nothing for a target; yes, no or nothing for a pattern",
                  "目标留空；特征填 yes、no 或留空")  # fmt: skip
    value = row.number("value", empty=math.nan)
    if not row.cells["value"] and not says:
        row.error("value", repr(row.cells["value"]), "a number, or yes or no under 'holds'",
                  "数字，或在 holds 列填 yes、no")  # fmt: skip
    if target and value <= 0:
        row.error("value", row.cells["value"], "a number above 0", "大于 0 的数字")
    return Observed(value, says == YES if says else None)


def with_other_values(observed: Observations, values: Mapping[str, float], holds: Mapping[str, bool]) -> Observations:
    """Return the observations with other values of targets and other truth of patterns, both by name 'target:id'."""
    value, error, says = observed.value.copy(), observed.error.copy(), observed.holds.copy()
    for name, number in values.items():
        j = observed.names.index(name)
        scaled = float(to_scale(observed.scales[j], np.array([number]))[0])
        if math.isnan(observed.value[j]):
            says[j] = bool(observed.low[j] <= scaled <= observed.high[j])
        else:
            count = max(number, 1.0)  # a small town may have none; the error is that of one then
            value[j], error[j] = scaled, observation_error(count) * slope(COUNT, count)
    for name, true in holds.items():
        says[observed.names.index(name)] = true
    return observed._replace(value=value, error=error, holds=says)


def of_itself(observed: Observations, config: RunConfig) -> Observations:
    """Return as observations what one run gives with every parameter at its central value.

    A town has no report of its own: its calibration shows how the method works, and what it finds can be looked up.
    """
    setting = setting_of(config)
    outputs = outputs_of(history_of(setting, {}, ITSELF_SEED), setting)
    return with_other_values(observed, {name: outputs[name] for name in observed.names}, {})


def as_observed(figures: Mapping[str, Figure], observed: Observations) -> dict[str, Figure]:
    """Return the figures with values that are not the region's, and with the tolerances of the written rule."""
    replaced = dict(figures)
    for target in TARGETS:
        j = observed.names.index(TARGET + target)
        value = round(float(observed.natural(j, observed.value[j : j + 1])[0]), 6)
        tolerance = float(round(TOLERANCE_DEVIATIONS * observation_error(max(value, 1.0))))
        replaced[target] = replace(figures[target], value=value, tolerance=tolerance)
    return replaced
