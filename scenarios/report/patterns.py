"""The report's qualitative findings, and estimates from elsewhere: what each is measured by, and in what band.

patterns.csv holds a formula over the model's indicators and the band; `read_patterns` is the only reader of that file.
How a run is measured is in pattern_measures.py; pandas and the model are not loaded here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from scenarios.base.input.rows import TableRow, load_rows, unless
from scenarios.base.text import Text

AT_REPORT_DATE, EXPERIMENT = PATTERN_KINDS = ("report_date", "experiment")
"""Kinds of patterns: a single run shows the first; the second needs two runs that differ in one thing."""
REPORT, GUIZHOU, CHINA, WORLD = RINGS = ("report", "Guizhou", "China", "world")
"""Where a bound was found, from the inside out: each ring may be let in or left out."""
PATTERN_COLUMNS = (
    "id", "section", "kind", "indicator", "low", "low_sd", "high", "high_sd", "month", "share_of_seeds",
    "ring", "weight", "pattern", "pattern_zh", "measure", "note",
)  # fmt: skip

UNITS = {
    "resident_dependants": "share of residents",
    "resident_dependants_excess": "difference of shares",
    "out_migration_main_work": "share of employed",
    "both_ends_apparent": "share of households",
    "occupancy_not_high": "difference of shares",
    "whole_family_away": "share of households",
    "old_house_ties": "difference of shares",
    "land_ties": "log-odds/mu",
    "zero_employment_rare": "share of labour households",
    "fair_mismatch": "share of posts",
    "public_channel_minority": "share of employed",
}
"""Units of the patterns; one at the report date that is not named here is a share."""


class Band(NamedTuple):
    """Where a measure must lie: above `low` or below `high` alone, or from `low` to `high`; NaN for no bound."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Return whether `value` lies in the band."""
        if math.isnan(self.high):
            return value > self.low
        return value < self.high if math.isnan(self.low) else self.low <= value <= self.high

    def text(self) -> str:
        """Return the band as it is printed."""
        if math.isnan(self.high):
            return f"> {self.low:g}"
        return f"< {self.high:g}" if math.isnan(self.low) else f"{self.low:g}–{self.high:g}"


@dataclass(frozen=True)
class Pattern:
    """One finding of the report as bounds on an indicator of the model.

    `low` and `high` bound the indicator (None: no bound) in `month`, at that share of the seeds or more. A word such as
    'mainly' names no number: `low_sd` and `high_sd` say how uncertain the bound itself is.
    A `report_date` pattern is read off one run, an `experiment` off two that differ in one thing.
    `ring` says where the bound comes from, `weight` (0 to 1) how far it carries over to here; the report's own have 1.
    """

    id: str
    section: str
    kind: str
    indicator: str
    low: float | None
    low_sd: float
    high: float | None
    high_sd: float
    month: int
    share_of_seeds: float
    ring: str
    weight: float
    pattern: Text
    measure: str
    note: str

    @property
    def band(self) -> Band:
        """Where the indicator must lie."""
        return Band(*(math.nan if bound is None else bound for bound in (self.low, self.high)))

    @property
    def unit(self) -> str:
        """Unit of the indicator; empty for an experiment whose unit is not named."""
        return UNITS.get(self.id, "share" if self.kind == AT_REPORT_DATE else "")


def _pattern(row: TableRow) -> Pattern:
    cells = row.cells
    low, high = (row.number(end) if cells[end] else None for end in ("low", "high"))
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        found = f"{cells['low']!r} to {cells['high']!r}"
        row.error("low", found, "low, high or both in order", "上下限至少其一")
    spreads = [threshold_spread(row, end) for end in ("low", "high")]
    month, share = row.number("month"), row.number("share_of_seeds", empty=1.0)
    if not (month >= 0 and month.is_integer()):
        row.error("month", repr(cells["month"]), "a month index", "月份序号")
    if not 0.0 <= share <= 1.0:
        row.error("share_of_seeds", repr(cells["share_of_seeds"]), "0 to 1, or empty for 1", "0 至 1")
    weight = row.number("weight", empty=1.0)
    if not 0.0 < weight <= 1.0:
        row.error("weight", repr(cells["weight"]), "above 0 and at most 1, or empty for 1", "大于 0 且至多 1")
    return Pattern(
        id=cells["id"],
        section=row.text("section"),
        kind=row.choice("kind", PATTERN_KINDS),
        indicator=row.text("indicator"),
        low=low,
        low_sd=spreads[0],
        high=high,
        high_sd=spreads[1],
        month=int(month) if month.is_integer() else -1,
        share_of_seeds=share,
        ring=row.choice("ring", RINGS),
        weight=weight,
        pattern=Text(row.drawn("pattern"), row.drawn("pattern_zh")),
        measure=row.text("measure"),
        note=cells["note"],
    )


def threshold_spread(row: TableRow, end: str) -> float:
    """Return how uncertain a bound is: above 0 where there is one."""
    column = f"{end}_sd"
    spread = row.number(column, empty=0.0)
    if bool(row.cells[column]) != bool(row.cells[end]):
        row.error(column, repr(row.cells[column]), f"a number where there is '{end}', else empty",
                  f"有 {end} 时填写，否则留空")  # fmt: skip
    elif row.cells[column] and not spread > 0:
        row.error(column, repr(row.cells[column]), "above 0", "大于 0")
    return spread


def read_patterns(path: Path) -> dict[str, Pattern]:
    """Return the patterns by id; raises RegistryError with every error of the table."""
    patterns, problems = load_rows(path, PATTERN_COLUMNS, _pattern)
    return unless(problems, patterns)


def at_report_date(patterns: Mapping[str, Pattern]) -> list[Pattern]:
    """Return the patterns that a single run shows, in the order of patterns.csv."""
    return [pattern for pattern in patterns.values() if pattern.kind == AT_REPORT_DATE]
