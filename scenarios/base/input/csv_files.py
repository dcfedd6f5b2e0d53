"""Tables of users as CSV: one strict reader, so that no cell is ever taken for that of another column.

A heading of names that differ, rows of as many cells as it has, commas, quotes that end; UTF-8 or GB 18030. Blank
rows, and columns that are blank from the heading down, are what spreadsheets leave behind and count as nothing. Rows
are numbered as a spreadsheet shows them: the heading is row 1, and blank rows count.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scenarios.base.errors import UserError
from scenarios.base.input.text_files import decoded
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.text import Text

if TYPE_CHECKING:
    import pandas as pd

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters other than those that part cells and lines."""
OTHER_MARKS = {";": "';'", "\t": "tabs", "，": "'，'"}
"""What parts cells in files that only look like CSV, and how an error names it."""
MEND_ROW = Text("mend that row", "请改这一行")


class CsvRow(NamedTuple):
    """A row that is not blank: its number in the spreadsheet, and its cells without blanks around them."""

    number: int
    cells: tuple[str, ...]


class Fault(NamedTuple):
    """What is wrong with the form of a file: the row (0: all of it), what was found and what is expected."""

    row: int
    found: str
    expected: Text

    def error(self, path: Path) -> UserError:
        """Return it as the error of a file."""
        place = shown_path(path) + (f":{self.row}" if self.row else "")
        return UserError(Text("the table cannot be read", "无法读取该表"), key=str(path), found=self.found,
                         allowed=self.expected, hint=MEND_ROW if self.row else "", place=place)  # fmt: skip


class CsvFile(NamedTuple):
    """A table as text: its heading, its rows that fit it, and the faults of the others and of the whole."""

    path: Path
    heading: tuple[str, ...]
    rows: list[CsvRow]
    faults: list[Fault]


def split_csv(path: Path) -> CsvFile:
    """Return a table with all faults of its form; raises OSError where it cannot be read."""
    text = decoded(path.read_bytes())
    if text is None:
        wanted = Text("a file in UTF-8 or GB 18030", "UTF-8 或 GB 18030 编码的文件")
        return CsvFile(path, (), [], [Fault(0, "another encoding, or bytes that are no text", wanted)])
    read: list[list[str]] = []
    faults: list[Fault] = []
    try:
        read.extend(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        wanted = Text("quotes around a whole cell, doubled within it", "引号应包住整格，格内的引号应写两次")
        faults.append(Fault(len(read) + 1, str(error), wanted))
    heading = _without_blanks(read[0]) if read else ()
    faults += _heading_faults(heading)
    rows = []
    for number, cells in enumerate(read[1:], start=2):
        row = tuple(cell.strip() for cell in cells[: len(heading)])
        if found := CONTROL.search("".join(cells)):
            faults.append(Fault(number, f"the control character U+{ord(found[0]):04X}", Text("text", "文字")))
        elif not any(map(str.strip, cells)):
            continue
        elif len(heading) <= len(cells) <= len(read[0]) and not any(map(str.strip, cells[len(heading) :])):
            rows.append(CsvRow(number, row))
        elif heading:
            wanted = Text(f"{len(heading)} cells, as in the heading", f"{len(heading)} 格，与表头相同")
            faults.append(Fault(number, f"{len(cells)} cells", wanted))
    return CsvFile(path, heading, rows, sorted(faults, key=lambda fault: fault.row))


def read_csv(path: Path) -> CsvFile:
    """Return a table without a fault; raises UserError with file and row of the first one, OSError if it is away."""
    table = split_csv(path)
    if table.faults:
        raise table.faults[0].error(path)
    return table


def read_frame(path: Path, **options: Any) -> pd.DataFrame:
    """Return a table with the types that pandas finds, with options of `pandas.read_csv`; raises as `read_csv` does."""
    import pandas as pd  # noqa: PLC0415 (0.4 s; not for the help)

    table = read_csv(path)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([table.heading, *(row.cells for row in table.rows)])
    text.seek(0)
    frame: pd.DataFrame = pd.read_csv(text, index_col=False, **options)  # noqa: TID251 (its form is checked above)
    return frame


def _without_blanks(cells: list[str]) -> tuple[str, ...]:
    """Return cells without the blank ones at the end."""
    last = max((i for i, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    return tuple(cell.strip() for cell in cells[:last])


def _heading_faults(heading: tuple[str, ...]) -> list[Fault]:
    """Return what is wrong with a heading."""
    wanted = Text("names of columns, parted by commas", "以英文逗号分隔的列名")
    if not heading:
        return [Fault(1, "no heading", wanted)]
    for mark, name in OTHER_MARKS.items():
        if len(heading) == 1 and mark in heading[0]:
            return [Fault(1, f"cells parted by {name}", wanted)]
    for place, name in enumerate(heading, start=1):
        if not name:
            return [Fault(1, f"no name above column {place}", wanted)]
        if name in heading[: place - 1]:
            return [Fault(1, f"the column {name!r} twice", Text("each name once", "列名不重复"))]
    return []
