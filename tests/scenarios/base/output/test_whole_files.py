"""Files and folders are whole or not there: a failed write leaves the old one, and nothing beside it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scenarios.base.output.plain_files import csv_text, write_csv, write_json
from scenarios.base.output.whole_files import (
    file_beside,
    folder_beside,
    write_bytes,
    write_text,
)
from scenarios.base.paths import ROOT


class BrokenError(Exception):
    """What goes wrong in a test."""


def fail(*_: Any, **__: Any) -> None:
    raise BrokenError


def half(path: Path) -> None:
    with file_beside(path) as aside:
        aside.write_text("half of")
        raise BrokenError


@pytest.mark.parametrize("sync", [False, True])
def test_a_file_is_replaced_as_a_whole(tmp_path: Path, sync: bool) -> None:
    path = tmp_path / "new" / "a.txt"
    assert write_text(path, "one\r\n二\n", sync=sync) == path
    assert write_bytes(path, b"\xff\x00", sync=sync).read_bytes() == b"\xff\x00"
    write_text(path, "one\r\n二\n", sync=sync)
    assert path.read_bytes() == "one\r\n二\n".encode()
    assert [each.name for each in path.parent.iterdir()] == ["a.txt"]


def test_what_fails_while_a_file_is_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.txt", "old")
    with pytest.raises(BrokenError):
        half(path)
    assert path.read_text() == "old"
    with pytest.raises(BrokenError):
        half(tmp_path / "new" / "below" / "b.txt")
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    ("of", "name", "sync"),
    [(Path, "replace", False), (Path, "write_bytes", False), (os, "fsync", True)],
)
def test_a_disk_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: Any, name: str, sync: bool
) -> None:
    path = write_text(tmp_path / "a.txt", "old")
    monkeypatch.setattr(of, name, fail)
    writers: list[Callable[[], Any]] = [
        lambda: write_text(path, "new", sync=sync),
        lambda: write_text(tmp_path / "new" / "b.txt", "new", sync=sync),
    ]
    for write in writers:
        with pytest.raises(BrokenError):
            write()
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_a_synced_file_is_synced_before_it_takes_its_name_and_its_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, replace = os.fsync, Path.replace

    def told_sync(handle: int) -> None:
        steps.append(f"sync {'folder' if os.path.isdir(f'/proc/self/fd/{handle}') else 'file'}")
        sync(handle)

    def told_replace(self: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", told_sync)
    monkeypatch.setattr(Path, "replace", told_replace)
    write_text(tmp_path / "a.txt", "one", sync=True)
    assert steps == ["sync file", "rename", "sync folder"]
    write_text(tmp_path / "a.txt", "two")
    assert steps[3:] == ["rename"]


def test_a_folder_beside_is_removed_unless_it_took_its_place(tmp_path: Path) -> None:
    with folder_beside(tmp_path / "above" / "one") as aside:
        (aside / "file").write_text("1")
        aside.rename(tmp_path / "above" / "one")
    assert [each.name for each in (tmp_path / "above").iterdir()] == ["one"]
    with folder_beside(tmp_path / "above" / "two") as aside:
        (aside / "file").write_text("1")
    assert [each.name for each in (tmp_path / "above").iterdir()] == ["one"]


def test_a_table_and_a_json_that_cannot_be_written_leave_the_old_ones(tmp_path: Path) -> None:
    table = pd.DataFrame({"名": ["a", "b,c"], "value": [0.1, 1e-9]})
    marked = '\ufeff名,value\na,0.1\n"b,c",1e-09\n'
    assert write_csv(table, tmp_path / "t.csv").read_bytes() == marked.encode()
    assert csv_text(table, "%.2g") == '名,value\na,0.1\n"b,c",1e-09\n'
    made = write_json(tmp_path / "t.json", {"b": "值", "a": 1})
    assert made.read_bytes() == '{\n "a": 1,\n "b": "值"\n}\n'.encode()
    with pytest.raises(ValueError, match="JSON"):
        write_json(made, {"a": float("nan")})
    assert made.read_bytes() == '{\n "a": 1,\n "b": "值"\n}\n'.encode()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["t.csv", "t.json"]


WRITES = re.compile(r"\.write_text\(|\.write_bytes\(|\.to_csv\(|open\([^)]*['\"]w|os\.(replace|rename)\(")
ALLOWED = {
    "scenarios/base/output/plain_files.py": 1,  # a table as text
    "scenarios/base/output/whole_files.py": 2,  # the writer itself
    "simulation/foundations/kernel_places.py": 1,  # compiled code, which the model keeps by itself, whole as well
    "scenarios/sweep/store/claims.py": 1,  # into the file that `file_beside` gives
}


def test_nothing_is_written_past_the_one_writer() -> None:
    found = {}
    for package in ("simulation", "scenarios", "calibration"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if n := len(WRITES.findall(path.read_text(encoding="utf-8"))):
                found[path.relative_to(ROOT).as_posix()] = n
    assert found == ALLOWED
