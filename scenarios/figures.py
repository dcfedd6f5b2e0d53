"""The registry of figures: what the report prints, what follows from it, and how the population is counted.

Every number of the report is one row of `conf/region/<region>/figures.csv`. A derived row states a formula
over other rows; an input row states the table, filter and measure that count it anew in the tables of the
population (simulation/population.py) as of the report month. Formulas and filters are parsed, and nothing but
arithmetic and comparison is let through: no table can run code. Errors are collected, to be seen all at once.
"""

from __future__ import annotations

import ast
import csv
import io
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

ROLES = ("input", "target", "check", "pattern", "context")
STATUSES = ("reported", "derived", "calibrated", "assumed")
SOURCE_KINDS = ("table", "event", "none")
TABLES = ("sites", "households", "persons", "schools", "workshops", "public_posts", "fairs", "trainings")
COLUMNS = (
    "id", "value", "unit", "scope", "section", "role", "status", "name", "name_zh", "formula", "tolerance",
    "source_kind", "table", "filter", "measure", "reading", "note",
)  # fmt: skip
FLOAT_NOISE = 1e-9
"""Relative slack of every comparison, for sums of decimal fractions."""
LARGE_SITE_HOUSEHOLDS = 200
"""Households from which a site counts as large; the report's word for it includes the number itself."""

_ID = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,2})?", re.ASCII | re.IGNORECASE)
_MEASURE = re.compile(r"(count)|(sum|mean|nunique)\((\w+)\)|(percent)(?: of \((.+)\))?")
_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_QUERY_NODES = (
    ast.BoolOp, ast.boolop, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE,
    ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Name, ast.Load, ast.Constant, ast.List,
)  # fmt: skip

Reading = Mapping[str, str]
"""The choice made for each open reading of the report, by switch (conf/reading/readings.yaml)."""


class Text(NamedTuple):
    """A short text in both languages."""

    en: str
    zh: str

    def say(self, language: str) -> str:
        """Return the text in `language`, 'en' or 'zh'."""
        return self.zh if language == "zh" else self.en


MEND_CELL = Text("mend that cell", "请改这一格")
MEND_FILE = Text("mend that file", "请改该文件")
MEND_SUM = Text("mend this row or one that it names", "请改本行或其所引用的行")


class Problem(NamedTuple):
    """One error: where (line 0 and row '': the whole file), what was found, what is expected and what to mend."""

    file: str
    line: int
    row: str
    column: str
    found: str
    expected: Text
    mend: Text = MEND_CELL

    def say(self, language: str = "en") -> str:
        """Return the error as one line."""
        chinese = language == "zh"
        place = f"{self.file}:{self.line}" if self.line else self.file
        if self.row:
            where = f"{self.row} 行 {self.column} 列:" if chinese else f"row {self.row}, column {self.column}: "
        else:
            where = ""
        found, expected, mend = " ".join(self.found.split()), self.expected.say(language), self.mend.say(language)
        if chinese:
            return f"{place}:{where}现为 {found},应为{expected};{mend}"
        return f"{place}: {where}found {found}, expected {expected}; {mend}"


class RegistryError(ValueError):
    """A table of the registry is wrong; `problems` holds every error found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.say() for problem in self.problems))


class UnknownIdError(ValueError):
    """A formula names an id that has no value; its one argument is the id."""

    def __str__(self) -> str:
        return f"unknown id {self.args[0]}"


class Row:
    """One row of a table: its cells are read one by one, and every error is added to `problems`."""

    def __init__(self, path: Path, line: int, cells: Mapping[str, str], problems: list[Problem]) -> None:
        self.file, self.line, self.cells, self.problems = path.as_posix(), line, cells, problems

    def error(self, column: str, found: str, en: str, zh: str, mend: Text = MEND_CELL) -> None:
        """Add an error of `column`; `en` and `zh` say what is expected."""
        key = next(iter(self.cells.values())) or "-"
        self.problems.append(Problem(self.file, self.line, key, column, found, Text(en, zh), mend))

    def text(self, column: str) -> str:
        """Return a cell that must not be empty."""
        if not self.cells[column]:
            self.error(column, "''", f"a text ({column})", f"文字({column})")
        return self.cells[column]

    def number(self, column: str, empty: float | None = None) -> float:
        """Return a finite number; an empty cell counts as `empty` where that is given."""
        cell = self.cells[column]
        if not cell and empty is not None:
            return empty
        if not _NUMBER.fullmatch(cell):
            self.error(column, repr(cell), "a number", "数字")
            return math.nan
        return float(cell)

    def choice(self, column: str, allowed: Sequence[str]) -> str:
        """Return a cell that must be one of `allowed`."""
        cell = self.cells[column]
        if cell not in allowed:
            self.error(column, repr(cell), f"one of {', '.join(allowed)}", f"{'、'.join(allowed)} 之一")
        return cell


def read_rows(path: Path, columns: Sequence[str]) -> tuple[list[Row], list[Problem]]:
    """Read a CSV table whose first column is a unique id; return its rows and its errors of form.

    UTF-8, with or without a mark, or GB18030 as spreadsheets in China write it. The rows add their own errors
    to the list that is returned.
    """
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030")
    except (OSError, UnicodeDecodeError) as error:
        found = str(error.strerror) if isinstance(error, OSError) else "another encoding"
        wanted = Text("a file in UTF-8", "UTF-8 编码的文件")
        return rows, [Problem(path.as_posix(), 0, "", "", found, wanted, MEND_FILE)]
    reader = csv.reader(io.StringIO(text, newline=""))
    header = ",".join(next(reader, []))
    if header != ",".join(columns):
        wanted = Text(",".join(columns), "表头 " + ",".join(columns))
        return rows, [Problem(path.as_posix(), 1, "", "", repr(header), wanted, MEND_FILE)]
    lines: dict[str, int] = {}
    for cells in filter(any, reader):
        filled = [cell.strip() for cell in cells[: len(columns)]] + [""] * (len(columns) - len(cells))
        row, key = Row(path, reader.line_num, dict(zip(columns, filled, strict=True)), problems), filled[0]
        if len(cells) != len(columns):
            row.error("*", f"{len(cells)} cells", f"{len(columns)} cells", f"{len(columns)} 格")
        elif not _ID.fullmatch(key):
            row.error(columns[0], repr(key), "small letters, digits and _", "小写字母、数字和下划线")
        elif key in lines:
            seen = f"{key!r} again, after line {lines[key]}"
            row.error(columns[0], seen, "an id that is used once", "不重复的编号")
        else:
            lines[key] = reader.line_num
            rows.append(row)
    return rows, problems


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"{text!r}, which is not an expression") from None


def formula_value(formula: str, values: Mapping[str, float]) -> float:
    """Return the value of an arithmetic expression (+ - * /, brackets, numbers, ids) over `values`.

    Raises UnknownIdError for an id without a value, ValueError for anything that is not plain arithmetic.
    """

    def evaluate(node: ast.expr) -> float:
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return float(str(node.value))
        if isinstance(node, ast.Name):
            if node.id not in values:
                raise UnknownIdError(node.id)
            return values[node.id]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -evaluate(node.operand)
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            return _ARITHMETIC[type(node.op)](evaluate(node.left), evaluate(node.right))
        raise ValueError(f"{ast.unparse(node)!r}, which is not arithmetic")

    try:
        return evaluate(_parsed(formula))
    except (ZeroDivisionError, OverflowError):
        raise ValueError(f"{formula!r}, which divides by zero or overflows") from None


def _measure(measure: str) -> tuple[str, str, str, str, str]:
    """Return the parts of a measure: 'count'; function and column; 'percent' and the filter of the whole."""
    match = _MEASURE.fullmatch(measure)
    if match is None:
        allowed = "count, sum(c), mean(c), nunique(c), percent or percent of (filter)"
        raise ValueError(f"{measure!r}, which is not one of {allowed}")
    count, function, column, percent, whole = (part or "" for part in match.groups())
    return count, function, column, percent, whole


def counted_columns(query: str, measure: str) -> set[str]:
    """Return the columns that a filter and a measure name.

    Raises ValueError for a filter that is more than comparisons joined by and, or, not; for other measures.
    """
    _, _, column, _, whole = _measure(measure)
    names = {column} - {""}
    for text in filter(None, (query, whole)):
        for node in ast.walk(_parsed(text)):
            if not isinstance(node, _QUERY_NODES):
                raise ValueError(f"{text!r}, which is more than comparisons joined by and, or, not")
            if isinstance(node, ast.Name):
                names.add(node.id)
    return names


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


def _figure(row: Row) -> Figure:
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
        cells["id"], value, unit, scope, section, role, status, Text(row.text("name"), row.text("name_zh")),
        cells["formula"], tolerance, kind, cells["table"], cells["filter"], cells["measure"], tuple(reading),
        cells["note"], row.line,
    )  # fmt: skip


def load_figures(path: Path) -> tuple[dict[str, Figure], list[Problem]]:
    """Return the rows of figures.csv that could be read, by id, and the errors of form of the others."""
    rows, problems = read_rows(path, COLUMNS)
    figures = {}
    for row in rows:
        before = len(problems)
        figure = _figure(row)
        if len(problems) == before:
            figures[figure.id] = figure
    return figures, problems


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
    if problems:
        raise RegistryError(problems)
    return figures


def figure_values(figures: Mapping[str, Figure], reading: Reading | None = None) -> dict[str, float]:
    """Return value by id: as printed for reported rows, unrounded for derived ones.

    With `reading`, the rows that it rules out are left out.
    """
    values = _evaluated(figures)[0]
    kept = (figure for figure in figures.values() if figure.holds(reading or {}))
    return {f.id: values[f.id] if f.status == "derived" else f.value for f in kept}


def with_helpers(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the population's tables with more columns for filters to use, as of the report month.

    persons: alive, age_years, level (school level by age, or 'none'), labourer, household_* of its household;
    households: move_year, persons and labourers (alive), site_* of its site;
    sites: households (flats handed over), over_200 (or exactly 200), school_gap (a school is missing).
    """
    from simulation.calendar import (  # noqa: PLC0415 (as pandas: only where tables are counted)
        FIRST_YEAR,
        LEVELS,
        MONTHS_PER_YEAR,
        REPORT_MONTH,
        school_level,
    )

    result = {name: table.copy(deep=False) for name, table in tables.items()}
    sites, households, persons = result["sites"], result["households"], result["persons"]
    births = persons["birth_month"].astype("int64")
    levels = {int(month): school_level(int(month), REPORT_MONTH) for month in births.unique()}
    persons["alive"] = (births <= REPORT_MONTH) & (persons["death_month"] > REPORT_MONTH)
    persons["age_years"] = (REPORT_MONTH - births) // MONTHS_PER_YEAR
    persons["level"] = births.map({month: (*LEVELS, "none")[level] for month, level in levels.items()})
    begun, ended = (persons[f"labour_{end}_month"] <= REPORT_MONTH for end in ("from", "to"))
    persons["labourer"] = persons["alive"] & begun & ~ended
    households["move_year"] = FIRST_YEAR + households["move_in_month"].astype("int64") // MONTHS_PER_YEAR
    for name, flag in (("persons", "alive"), ("labourers", "labourer")):
        counts = persons.loc[persons[flag], "household"].value_counts()
        households[name] = households["household"].map(counts).fillna(0).astype("int64")
    arrived = households.loc[households["move_in_month"] <= REPORT_MONTH, "site"].value_counts()
    sites["households"] = sites["site"].map(arrived).fillna(0).astype("int64")
    sites["over_200"] = sites["households"] >= LARGE_SITE_HOUSEHOLDS
    sites["school_gap"] = sites["site"].isin(result["schools"].loc[result["schools"]["in_gap"], "site"])
    result["households"] = _joined(households, sites, "site")
    result["persons"] = _joined(persons, result["households"], "household")
    return result


def _joined(table: pd.DataFrame, owners: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return `table` with the columns of the row of `owners` that its `key` names, prefixed by the key."""
    return table.join(owners.set_index(key).add_prefix(f"{key}_"), on=key)


def recompute(figure: Figure, tables: Mapping[str, pd.DataFrame]) -> float:
    """Return the figure as counted in the population's tables, or, for speed, in `with_helpers(tables)`.

    Raises ValueError for a row that is not counted in tables, or that names a column which its table lacks.
    """
    if figure.source_kind == "none":
        raise ValueError(f"figure {figure.id} is not counted in tables: its source_kind is none")
    table = (tables if "alive" in tables["persons"] else with_helpers(tables))[figure.table]
    unknown = sorted(counted_columns(figure.filter, figure.measure) - set(table.columns))
    if unknown:
        raise ValueError(f"column {', '.join(unknown)}, which the table {figure.table} lacks")
    count, function, column, percent, whole = _measure(figure.measure)
    if percent and whole:
        table = table.query(whole, engine="python")
    rows = table.query(figure.filter, engine="python") if figure.filter else table
    if count:
        return float(len(rows))
    if percent:
        return 100.0 * len(rows) / len(table) if len(table) else math.nan
    values = rows[column].tolist()
    if function == "nunique":
        return float(len(set(values)))
    total = math.fsum(values)
    return total if function == "sum" else total / len(values) if values else math.nan
