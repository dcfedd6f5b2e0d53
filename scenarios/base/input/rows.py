"""Tables of the registry: CSV files whose cells are read one by one, so that all errors are seen at once.

The texts in both languages and the errors are here too; pandas and the model are not loaded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from scenarios.base.glyphs import DRAWABLE, lacking
from scenarios.base.input.csv_files import MEND_ROW, split_csv
from scenarios.base.input.written_numbers import number_of
from scenarios.base.text import Text

Result = TypeVar("Result")

_ID = re.compile(r"[a-z][a-z0-9_]*")


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


class TableRow:
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

    def drawn(self, column: str) -> str:
        """Return a text that charts show, which their fonts must have."""
        if found := lacking(self.cells[column]):
            self.error(column, found, DRAWABLE.en, DRAWABLE.zh)
        return self.text(column)

    def number(self, column: str, empty: float | None = None) -> float:
        """Return a finite number; an empty cell counts as `empty` where that is given."""
        cell = self.cells[column]
        if not cell and empty is not None:
            return empty
        number = number_of(cell)
        if number is None:
            self.error(column, repr(cell), "a number", "数字")
            return math.nan
        return float(number)

    def choice(self, column: str, allowed: Sequence[str]) -> str:
        """Return a cell that must be one of `allowed`."""
        cell = self.cells[column]
        if cell not in allowed:
            self.error(column, repr(cell), f"one of {', '.join(allowed)}", f"{'、'.join(allowed)} 之一")
        return cell


def read_rows(path: Path, columns: Sequence[str]) -> tuple[list[TableRow], list[Problem]]:
    """Read a CSV table whose first column is a unique id; return its rows and its errors of form.

    Lines are rows of the spreadsheet. The rows add their own errors to the list that is returned.
    """
    rows: list[TableRow] = []
    problems: list[Problem] = []
    file = path.as_posix()
    try:
        table = split_csv(path)
    except OSError as error:
        wanted = Text("a file in UTF-8", "UTF-8 编码的文件")
        return rows, [Problem(file, 0, "", "", str(error.strerror), wanted, MEND_FILE)]
    if table.heading != tuple(columns) and not any(fault.row == 0 for fault in table.faults):
        wanted = Text(",".join(columns), "表头 " + ",".join(columns))
        return rows, [Problem(file, 1, "", "", repr(",".join(table.heading)), wanted, MEND_FILE)]
    problems += [Problem(file, fault.row, "", "", fault.found, fault.expected, MEND_ROW if fault.row else MEND_FILE)
                 for fault in table.faults]  # fmt: skip
    lines: dict[str, int] = {}
    for number, cells in table.rows:
        row, key = TableRow(path, number, dict(zip(columns, cells, strict=True)), problems), cells[0]
        if not _ID.fullmatch(key):
            row.error(columns[0], repr(key), "small letters, digits and _", "小写字母、数字和下划线")
        elif key in lines:
            seen = f"{key!r} again, after line {lines[key]}"
            row.error(columns[0], seen, "an id that is used once", "不重复的编号")
        else:
            lines[key] = number
            rows.append(row)
    return rows, problems


def load_rows(
    path: Path, columns: Sequence[str], parsed: Callable[[TableRow], Result]
) -> tuple[dict[str, Result], list[Problem]]:
    """Return what `parsed` makes of each row of a table, by id, where it finds no error; and the errors of all rows."""
    rows, problems = read_rows(path, columns)
    results = {}
    for row in rows:
        before = len(problems)
        result = parsed(row)
        if len(problems) == before:
            results[row.cells[columns[0]]] = result
    return results, problems


def unless(problems: Sequence[Problem], result: Result) -> Result:
    """Return `result`; raises RegistryError where there are problems."""
    if problems:
        raise RegistryError(problems)
    return result
