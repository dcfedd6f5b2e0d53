"""The table that says whether the ranking of scenarios changes with the reading of the report (make readings).

`readings.csv` has one row a reading, scenario and headline; `readings.json` how it was made. calibration/ writes both,
because each reading has a posterior of its own; a brief cites them if these sources made them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from scenarios.base.errors import UserError
from scenarios.base.input.csv_files import read_frame
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.output.plain_files import SIX_DIGITS, write_csv, write_json
from scenarios.base.paths import ROOT
from scenarios.base.text import Text
from scenarios.report.readings import DEFAULT_READING
from scenarios.runs.sources import source_hash

READINGS_FILE = ROOT / "calibration" / "tables" / "readings.csv"
READINGS_COLUMNS = (
    "reading", "scenario", "indicator", "unit", "effect", "low", "high", "p_better", "rank", "p_first", "ahead_of",
    "n_draws", "targets_met", "patterns_met", "without",
)  # fmt: skip


class Readings(NamedTuple):
    """The table with the columns above, and how it was made.

    rank: of the mean effect among the scenarios that are ranked, 1 is best, the baseline has 0, the others come last;
    p_first: probability of the first place among them; ahead_of: those that it is ahead of beyond chance (pairs.py);
    targets_met, patterns_met: share of the draws that reach all targets, and that meet all patterns, under the reading;
    without: targets that no draw of the prior reaches under it, so that they were left out.
    """

    table: pd.DataFrame
    made: dict[str, Any]


def write_readings(path: Path, readings: Readings) -> None:
    """Write the table and, beside it, how it was made."""
    write_csv(readings.table[list(READINGS_COLUMNS)], path, SIX_DIGITS)
    write_json(path.with_suffix(".json"), readings.made)


def stored_readings(path: Path) -> Readings:
    """Return the table whatever sources made it; raises UserError if it cannot be read."""
    try:
        return Readings(read_frame(path), json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
    except (OSError, ValueError, UserError) as error:
        problem = Text("the table of readings cannot be read", "无法读取口径比较表")
        hint = Text("make it anew: make readings", "请重新运行 make readings")
        if isinstance(error, UserError):
            raise UserError(problem, key="readings", found=error.found, hint=hint, place=error.place) from None
        raise UserError(problem, key="readings", found=shown_path(path), hint=hint) from error


def read_readings_table(path: Path = READINGS_FILE) -> Readings | None:
    """Return the table, or None if there is none that these sources made."""
    if not path.is_file():
        return None
    readings = stored_readings(path)
    return readings if readings.made.get("source") == source_hash("readings") else None


def effects_by_reading(readings: Readings, indicator: str) -> dict[str, dict[str, float]]:
    """Return the scenarios' mean effects by reading, the default first; scenarios in the order of their ranks."""
    rows = readings.table[readings.table["indicator"] == indicator]
    effects: dict[str, dict[str, float]] = {DEFAULT_READING: {}}
    ordered = rows.sort_values("rank", kind="stable")
    for reading, scenario, effect in zip(ordered["reading"], ordered["scenario"], ordered["effect"], strict=True):
        effects.setdefault(str(reading), {})[str(scenario)] = float(effect)
    order = [str(reading) for reading in dict.fromkeys(rows["reading"])]
    return {reading: effects[reading] for reading in dict.fromkeys((DEFAULT_READING, *order))}
