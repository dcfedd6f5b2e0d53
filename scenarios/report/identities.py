"""What the report's numbers must satisfy, and where they contradict one another.

An identity must hold: sites by size add up to all sites. A conflict is the report's own and is kept: it is printed
with both numbers, is mended nowhere, and is an error once it no longer conflicts, because its note is then out of
date. The reader raises RegistryError with all errors of its table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from scenarios.base.input.rows import (
    MEND_SUM,
    Problem,
    read_rows,
    unless,
)
from scenarios.base.text import Text
from scenarios.report.formulas import FLOAT_NOISE, formula_value

RELATIONS = ("=", "<=", ">=")
KINDS = ("identity", "conflict")
IDENTITY_COLUMNS = ("id", "left", "relation", "right", "tolerance", "kind", "note", "note_zh")


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
