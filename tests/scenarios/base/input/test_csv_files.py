"""Tables of users: no cell is taken for that of another column, and every fault of form is one line with its row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from scenarios.base.errors import UserError
from scenarios.base.input.csv_files import (
    CsvRow,
    read_csv,
    read_frame,
    split_csv,
)
from scenarios.base.input.rows import read_rows
from scenarios.compare.readings_table import stored_readings, write_readings
from scenarios.compare.tables import read_titles, write_lists
from scenarios.doc_pages.evidence_table import FILE, read_evidence
from scenarios.runs.parameter_sets import DRAWS_FILE, PRIOR_FILE, read_draws
from tests.scenarios.brief.made_brief import made_readings


def written(folder: Path, content: str | bytes, name: str = "own.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "row", "found"),
    [
        ("a,b\n1,2\n3,4,5\n", 3, "3 cells"),
        ("a,b\n1,2\n3\n", 3, "1 cells"),
        ("a,b\n\n1,2\n,,3\n", 4, "3 cells"),
        ("a,b\n1,2,,x,,\n", 2, "6 cells"),
        ("a,b,c\n1,1,2,\n", 2, "4 cells"),  # shifted, with nothing in its last column
        ("a,b,\n1,2,3\n", 2, "3 cells"),
        ("a,b,a\n1,2,3\n", 1, "the column 'a' twice"),
        ("a,,c\n1,2,3\n", 1, "no name above column 2"),
        ("a;b\n1;2\n", 1, "cells parted by ';'"),
        ("a\tb\n1\t2\n", 1, "cells parted by tabs"),
        ("a，b\n1，2\n", 1, "cells parted by '，'"),
        ('a,b\n1,"2\n3,4\n', 2, "unexpected end of data"),
        ('a,b\n1,"2" x\n', 2, "',' expected after '\"'"),
        ("a,b\n1,2\n3,\x0b4\n", 3, "the control character U+000B"),
        ("", 1, "no heading"),
        ("\n1,2\n", 1, "no heading"),
        (b"a,b\n1,\x002\n", 0, "another encoding, or bytes that are no text"),
        ("a,b\n1,2\n".encode("utf-16"), 0, "another encoding, or bytes that are no text"),
        (b"a,b\n1,\xff\xff\n", 0, "another encoding, or bytes that are no text"),
    ],
)
def test_faults_of_form_name_file_and_row(tmp_path: Path, content: str | bytes, row: int, found: str) -> None:
    path = written(tmp_path, content)
    for read in (read_csv, read_frame):
        with pytest.raises(UserError) as error:
            read(path)
        place = f"{path}:{row}: " if row else f"{path}: "
        assert str(error.value).startswith(f"{place}the table cannot be read (found: {found}); allowed here: ")
        assert "\n" not in error.value.say("zh")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_what_spreadsheets_write_and_leave(tmp_path: Path, encoding: str) -> None:
    text = 'name,n,,\r\n"车间, 一",1,,\r\n,,,\r\n"two\nlines", 2\r\n镕,03,,\r\n,,,,,\r\n\r\n'
    path = written(tmp_path, text.encode(encoding))
    table = read_csv(path)
    assert table.heading == ("name", "n")
    assert table.rows == [
        CsvRow(2, ("车间, 一", "1")), CsvRow(4, ("two\nlines", "2")), CsvRow(5, ("镕", "03")),
    ]  # fmt: skip
    assert read_frame(path).to_dict("list") == {"name": ["车间, 一", "two\nlines", "镕"], "n": [1, 2, 3]}


def test_all_faults_of_a_table_are_seen_at_once(tmp_path: Path) -> None:
    table = split_csv(written(tmp_path, "a,b\n1\n2,2\n3,3,3\n"))
    assert [(fault.row, fault.found) for fault in table.faults] == [(2, "1 cells"), (4, "3 cells")]
    assert table.rows == [CsvRow(3, ("2", "2"))]


def test_tables_of_the_registry_and_of_figures_count_rows_like_a_spreadsheet(tmp_path: Path) -> None:
    path = written(tmp_path, 'id,value,\n\n"one",1,\ntwo,2,3\nthree\nfour,4\n,,\n')
    rows, problems = read_rows(path, ("id", "value"))
    assert [(row.line, row.cells["id"]) for row in rows] == [(3, "one"), (6, "four")]
    assert [(problem.line, problem.found) for problem in problems] == [(4, "3 cells"), (5, "1 cells")]
    assert problems[0].say() == f"{path}:4: found 3 cells, expected 2 cells, as in the heading; mend that row"


COMMITTED = sorted((DRAWS_FILE.parents[1]).rglob("*.csv"))
"""The tables of the calibration: those that have been made with these rules."""


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.name)
def test_committed_tables_are_what_pandas_reads(path: Path) -> None:
    pd.testing.assert_frame_equal(read_frame(path), pd.read_csv(path), check_exact=True)


def test_draws_of_both_kinds_are_committed() -> None:
    assert {DRAWS_FILE, PRIOR_FILE} <= set(COMMITTED)


def shifted(path: Path, folder: Path) -> Path:
    """Return a copy of a table and of what lies beside it, with a cell more in its third row."""
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].replace(",", ",1,", 1)
    made = path.with_suffix(".json")
    if made.is_file():
        written(folder, made.read_bytes(), made.name)
    return written(folder, "\n".join(lines) + "\n", path.name)


@pytest.mark.parametrize(
    ("read", "path"),
    [(read_draws, PRIOR_FILE), (stored_readings, None), (read_evidence, FILE)],
    ids=["draws_file", "readings", "evidence"],
)
def test_a_shifted_row_is_refused_wherever_a_table_is_read(tmp_path: Path, read: object, path: Path | None) -> None:
    assert callable(read)
    if path is None:
        path = tmp_path / "made" / "readings.csv"
        write_readings(path, made_readings())
    with pytest.raises(UserError, match=rf"{path.name}:3: the table .*cannot be read \(found: \d+ cells\)"):
        read(shifted(path, tmp_path))


def test_names_of_scenarios_come_back_as_they_are(tmp_path: Path) -> None:
    names = ["baseline", "007", "null", "1e3", "NA"]
    write_lists(tmp_path, {name: {"en": name, "zh": name} for name in names}, ["rural"])
    assert read_titles(tmp_path, "en") == {name: name for name in names}
