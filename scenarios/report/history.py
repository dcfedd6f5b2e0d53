"""The dated series after 2019 of a region, each row with its source: `conf/region/<region>/history.csv`.

Columns: month, series, value, low, high, source, place. A source is an id of conf/evidence.csv, or says 'assumed
because ...'; place says where the figure is from, national ones included.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from functools import cache
from pathlib import Path

from scenarios.base.errors import UserError
from scenarios.base.input.csv_files import read_csv
from scenarios.base.input.rows import Problem, TableRow
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.text import Text
from simulation.foundations.months import NEVER, REPORT_MONTH, month_index, month_label
from simulation.state.future import NOTHING_CHANGES, SERIES, Future, Point, future_of
from simulation.state.future_names import FROZEN, FUTURES

FILE = "history.csv"
COLUMNS = ("month", "series", "value", "low", "high", "source", "place")
SOURCE = re.compile(r"[A-Z]\d{2}[a-z]?\b|.*\bassumed because .+")
MEND = Text("mend that row", "请改这一行")


def read_future(region: Path, name: str) -> Future:
    """Return the future `name` of a region; raises UserError, with file and row, for the first wrong cell.

    `frozen` reads nothing, so that a region without the file can be run.
    """
    return NOTHING_CHANGES if name == FROZEN else future_of(name, read_history(region / FILE))


@cache
def read_history(path: Path) -> dict[str, tuple[Point, ...]]:
    """Return the rows of each series in order of months; raises UserError for the first wrong cell."""
    try:
        table = read_csv(path)
    except OSError as error:
        problem = Text("the region has no series after 2019", "该地区没有 2019 年以后的序列")
        hint = Text("give it one, or set future=frozen", "请补上该文件，或设 future=frozen")
        raise UserError(problem, key="future", found=FILE, allowed=", ".join(FUTURES), hint=hint,
                        place=shown_path(path)) from error  # fmt: skip
    if table.heading != COLUMNS:
        problem = Text("the table has wrong columns", "表头不符")
        raise UserError(problem, key=str(path), found=",".join(table.heading), allowed=",".join(COLUMNS), hint=MEND,
                        place=f"{shown_path(path)}:1")  # fmt: skip
    points: dict[str, dict[int, Point]] = {}
    for number, cells in table.rows:
        problems: list[Problem] = []
        row = TableRow(path, number, dict(zip(COLUMNS, cells, strict=True)), problems)
        series, point = _point(row)
        if point.month in points.get(series, {}):
            row.error("month", row.cells["month"], f"a month once for {series}", f"{series} 的每个月份只写一次")
        if problems:
            wrong = problems[0]
            problem = Text(f"row {number}, column {wrong.column}", f"第 {number} 行 {wrong.column} 列")
            raise UserError(problem, key=str(path), found=wrong.found, allowed=wrong.expected, hint=MEND,
                            place=f"{shown_path(path)}:{number}")  # fmt: skip
        points.setdefault(series, {})[point.month] = point
    return {series: tuple(rows[month] for month in sorted(rows)) for series, rows in points.items()}


def _point(row: TableRow) -> tuple[str, Point]:
    """Return the series and the point of a row; errors go to the row."""
    name = row.choice("series", tuple(SERIES))
    month = NEVER
    with suppress(ValueError):
        month = month_index(row.cells["month"])
    if not REPORT_MONTH < month < NEVER:
        first = month_label(REPORT_MONTH + 1)
        row.error("month", row.cells["month"], f"YYYY-MM from {first} on", f"{first} 起的 YYYY-MM")
    value, low, high = (row.number(column) for column in ("value", "low", "high"))
    series = SERIES.get(name)
    if series is not None and not math.isnan(value + low + high):
        allowed = f"{series.low:g} <= low <= value <= high <= {series.high:g}"
        if not series.low <= low <= value <= high <= series.high:
            row.error("value", f"{value:g} ({low:g} to {high:g})", allowed, allowed)
    if not SOURCE.match(row.cells["source"]):
        row.error("source", row.cells["source"], "an id of evidence.csv, or 'assumed because ...'",
                  "evidence.csv 的编号，或 'assumed because ...'")  # fmt: skip
    row.text("place")
    return name, Point(month, value, low, high)
