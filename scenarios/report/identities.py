"""What the report's numbers must satisfy, where they contradict one another, and what it finds and proposes.

An identity must hold: sites by size add up to all sites. A conflict is the report's own and is kept: it is printed
with both numbers, is mended nowhere, and is an error once it no longer conflicts, because its note is then out of
date. Patterns are the report's findings as bounds on the model's indicators. Each reader raises RegistryError with all
errors of its table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from scenarios.base.rows import (
    MEND_SUM,
    Problem,
    Row,
    load_rows,
    read_rows,
    unless,
)
from scenarios.base.text import Text
from scenarios.report.formulas import FLOAT_NOISE, formula_value

RELATIONS = ("=", "<=", ">=")
KINDS = ("identity", "conflict")
PATTERN_KINDS = ("report_date", "experiment")
IDENTITY_COLUMNS = ("id", "left", "relation", "right", "tolerance", "kind", "note", "note_zh")
PATTERN_COLUMNS = (
    "id", "section", "kind", "indicator", "low", "low_sd", "high", "high_sd", "month", "share_of_seeds",
    "pattern", "pattern_zh", "measure", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Identity:
    """Two expressions over figure ids that must agree (`identity`) or are known not to (`conflict`)."""

    id: str
    left: str
    relation: str
    right: str
    tolerance: float
    kind: str
    note: Text
    line: int


class Outcome(NamedTuple):
    """An identity with the values of both sides; `holds` says whether the relation is true."""

    identity: Identity
    left: float
    right: float
    holds: bool


@dataclass(frozen=True)
class Pattern:
    """One finding of the report as bounds on an indicator of the model.

    `low` and `high` bound the indicator (None: no bound) in `month`, at that share of the seeds or more. A word such as
    'mainly' names no number: `low_sd` and `high_sd` say how uncertain the bound itself is (0 for a sign).
    A `report_date` pattern is read off one run, an `experiment` off two that differ in one thing.
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
    pattern: Text
    measure: str
    note: str


def load_identities(path: Path, values: Mapping[str, float]) -> tuple[list[Outcome], list[Problem]]:
    """Read identities.csv and compute both sides over `values`; return the outcomes and all errors.

    An identity that does not hold is an error, and so is a conflict that does.
    """
    rows, problems = read_rows(path, IDENTITY_COLUMNS)
    outcomes = []
    for row in rows:
        before = len(problems)
        cells = row.cells
        relation, kind = row.choice("relation", RELATIONS), row.choice("kind", KINDS)
        note, tolerance = Text(row.text("note"), row.text("note_zh")), row.number("tolerance")
        sides = []
        for side in ("left", "right"):
            try:
                sides.append(formula_value(cells[side], values))
            except ValueError as error:
                row.error(side, str(error), "a formula over figure ids", "由 figures.csv 编号组成的算式")
        if len(problems) > before:
            continue
        left, right = sides
        slack = tolerance + FLOAT_NOISE * max(1.0, abs(left), abs(right))
        fits, covers = left <= right + slack, left >= right - slack
        holds = {"=": fits and covers, "<=": fits, ">=": covers}[relation]
        found = f"{cells['left']} = {left:.12g}"
        if kind == "identity" and not holds:
            wanted = f"{relation} {right:.12g} = {cells['right']} (± {tolerance:g})"
            row.error("left", found, wanted, f" {wanted}", MEND_SUM)
        if kind == "conflict" and holds:
            row.error(
                "kind",
                f"{found}, which no longer conflicts with {cells['right']} = {right:.12g}",
                "a conflict, or kind identity",
                "仍存在的矛盾,否则类别应为 identity",
                MEND_SUM,
            )
        identity = Identity(cells["id"], cells["left"], relation, cells["right"], tolerance, kind, note, row.line)
        outcomes.append(Outcome(identity, left, right, holds))
    return outcomes, problems


def read_identities(path: Path, values: Mapping[str, float]) -> list[Outcome]:
    """Return the outcome of every identity and conflict; raises RegistryError with every error."""
    outcomes, problems = load_identities(path, values)
    return unless(problems, outcomes)


def _pattern(row: Row) -> Pattern:
    cells = row.cells
    low, high = (row.number(end) if cells[end] else None for end in ("low", "high"))
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        found = f"{cells['low']!r} to {cells['high']!r}"
        row.error("low", found, "low, high or both in order", "上下限至少其一")
    spreads = [_threshold_spread(row, end) for end in ("low", "high")]
    month, share = row.number("month"), row.number("share_of_seeds", empty=1.0)
    if not (month >= 0 and month.is_integer()):
        row.error("month", repr(cells["month"]), "a month index", "月份序号")
    if not 0.0 <= share <= 1.0:
        row.error("share_of_seeds", repr(cells["share_of_seeds"]), "0 to 1, or empty for 1", "0 至 1")
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
        pattern=Text(row.drawn("pattern"), row.drawn("pattern_zh")),
        measure=row.text("measure"),
        note=cells["note"],
    )


def _threshold_spread(row: Row, end: str) -> float:
    """Return how uncertain a bound is; above 0 where a single run is held against it, none where there is no bound."""
    column = f"{end}_sd"
    spread = row.number(column, empty=0.0)
    if row.cells["kind"] not in PATTERN_KINDS:
        return spread  # an unknown kind has its own error already
    if bool(row.cells[column]) != bool(row.cells[end] and row.cells["kind"] == PATTERN_KINDS[0]):
        row.error(column, repr(row.cells[column]), f"a number where {PATTERN_KINDS[0]} has '{end}', else empty",
                  f"类别为 {PATTERN_KINDS[0]} 且有 {end} 时填写，否则留空")  # fmt: skip
    elif row.cells[column] and not spread > 0:
        row.error(column, repr(row.cells[column]), "above 0", "大于 0")
    return spread


def read_patterns(path: Path) -> dict[str, Pattern]:
    """Return the patterns by id; raises RegistryError with every error of the table."""
    patterns, problems = load_rows(path, PATTERN_COLUMNS, _pattern)
    return unless(problems, patterns)
