"""The registry of figures: what the report prints, what follows from it, and how the population is counted.

Every number of the report is one row of `conf/region/<region>/figures.csv`. A derived row states a formula
over other rows (scenarios/report/formulas.py); an input row states the table, filter and measure that count it anew in
the tables of the population (scenarios/report/recount.py). Errors are collected, to be seen all at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scenarios.base.input.rows import (
    MEND_SUM,
    Problem,
    TableRow,
    load_rows,
    unless,
)
from scenarios.base.text import Text
from scenarios.report.formulas import (
    FLOAT_NOISE,
    UnknownIdError,
    counted_columns,
    formula_value,
)

ROLES = ("input", "target", "check", "pattern", "context")
STATUSES = ("reported", "derived", "calibrated", "assumed")
SOURCE_KINDS = ("table", "event", "none")
TABLES = ("sites", "households", "persons", "schools", "workshops", "public_posts", "fairs", "trainings")
COLUMNS = (
    "id", "value", "unit", "scope", "section", "role", "status", "name", "name_zh", "formula", "tolerance",
    "source_kind", "table", "filter", "measure", "reading", "note",
)  # fmt: skip

Reading = Mapping[str, str]
"""The choice made for each open reading of the report, by switch (conf/reading/readings.yaml)."""


@dataclass(frozen=True)
class Figure:
    """One row of figures.csv.

    `value` is the number as printed, in `unit`; `tolerance` is absolute, in that unit, and 0 for a count.
    `reading` holds the choices under which the row is true; empty: under every reading. `line` is its line.
    """

    id: str
    value: float
    unit: str
    scope: str
    section: str
    role: str
    status: str
    name: Text
    formula: str
    tolerance: float
    source_kind: str
    table: str
    filter: str
    measure: str
    reading: tuple[tuple[str, str], ...]
    note: str
    line: int

    def holds(self, reading: Reading) -> bool:
        """Return whether the row is true under `reading`; a switch that is not in it rules nothing out."""
        return all(reading.get(name, choice) == choice for name, choice in self.reading)

    def agrees(self, value: float) -> bool:
        """Return whether `value` equals the printed one within the tolerance; never for not-a-number."""
        return abs(value - self.value) <= self.tolerance + FLOAT_NOISE * max(1.0, abs(self.value))


def _figure(row: TableRow) -> Figure:
    cells = row.cells
    role, status = row.choice("role", ROLES), row.choice("status", STATUSES)
    kind = row.choice("source_kind", SOURCE_KINDS)
    reading = []
    for part in filter(None, cells["reading"].split(";")):
        name, _, choice = (piece.strip() for piece in part.partition("="))
        if not (name and choice):
            row.error("reading", repr(part), "switch=value", "开关=取值")
        reading.append((name, choice))
    if kind != "none":
        row.choice("table", TABLES)
        try:
            counted_columns(cells["filter"], cells["measure"])
        except ValueError as error:
            row.error("measure", str(error), "a measure and a plain filter", "计量方式和只含比较的筛选")
    elif role == "input" and not cells["note"]:
        row.error("source_kind", "'none' without a note", "table or event", "table 或 event")
    if not cells["formula"] and (role == "check" or status == "derived"):
        row.error("formula", "''", "a formula over other ids", "由其他编号组成的算式")
    value, tolerance = row.number("value"), row.number("tolerance")
    if tolerance < 0:
        row.error("tolerance", repr(cells["tolerance"]), "0 or more", "不小于 0 的数")
    unit, scope, section = row.text("unit"), row.text("scope"), row.text("section")
    return Figure(
        cells["id"], value, unit, scope, section, role, status, Text(row.drawn("name"), row.drawn("name_zh")),
        cells["formula"], tolerance, kind, cells["table"], cells["filter"], cells["measure"], tuple(reading),
        cells["note"], row.line,
    )  # fmt: skip


def load_figures(path: Path) -> tuple[dict[str, Figure], list[Problem]]:
    """Return the rows of figures.csv that could be read, by id, and the errors of form of the others."""
    return load_rows(path, COLUMNS, _figure)


def _evaluated(figures: Mapping[str, Figure]) -> tuple[dict[str, float], dict[str, str]]:
    """Return the value of every formula, unrounded, and the reason of each that fails."""
    known = {f.id: f.value for f in figures.values() if not f.formula or f.status == "reported"}
    values: dict[str, float] = {}
    reasons: dict[str, str] = {}
    waiting = [figure for figure in figures.values() if figure.formula]
    while waiting:
        reasons = {}
        for figure in waiting:
            try:
                values[figure.id] = formula_value(figure.formula, known)
            except UnknownIdError as error:
                waits = f"{error.args[0]}, whose own formula fails or comes back to this row"
                reasons[figure.id] = waits if error.args[0] in figures else str(error)
            except ValueError as error:
                reasons[figure.id] = str(error)
        if len(reasons) == len(waiting):
            break
        known = {**values, **known}
        waiting = [figure for figure in waiting if figure.id in reasons]
    return values, reasons


def formula_problems(path: Path, figures: Mapping[str, Figure]) -> list[Problem]:
    """Return an error for each formula that cannot be computed or does not give the stated value."""
    problems = []
    values, reasons = _evaluated(figures)
    for figure in (figure for figure in figures.values() if figure.formula):
        where = path.as_posix(), figure.line, figure.id
        if figure.id in reasons:
            wanted = Text("a formula over ids of this table", "由本表编号组成的算式")
            problems.append(Problem(*where, "formula", reasons[figure.id], wanted, MEND_SUM))
        elif not figure.agrees(values[figure.id]):
            wanted = Text(*[f"{values[figure.id]:.12g} = {figure.formula} (± {figure.tolerance:g})"] * 2)
            problems.append(Problem(*where, "value", f"{figure.value:.12g}", wanted, MEND_SUM))
    return problems


def read_figures(path: Path) -> dict[str, Figure]:
    """Return the figures of a region by id, as ordered in the file; raises RegistryError with every error."""
    figures, problems = load_figures(path)
    problems += [] if problems else formula_problems(path, figures)
    return unless(problems, figures)


def figure_values(figures: Mapping[str, Figure], reading: Reading | None = None) -> dict[str, float]:
    """Return value by id: as printed for reported rows, unrounded for derived ones.

    With `reading`, the rows that it rules out are left out.
    """
    values = _evaluated(figures)[0]
    kept = (figure for figure in figures.values() if figure.holds(reading or {}))
    return {f.id: values[f.id] if f.status == "derived" else f.value for f in kept}
