"""The command: help at once, one line for every mistake, exit codes, nothing written before a run is whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.base.console import aligned, width
from scenarios.base.errors import UserError, nearest
from scenarios.base.output import folders
from scenarios.base.output.folders import (
    MANIFEST,
    check_output,
    read_manifest,
    write_manifest,
    written_aside,
)
from scenarios.base.paths import ROOT
from scenarios.entries.comparing import POPULATION_TABLES
from scenarios.entries.model import RUN


def command(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    unused = {"NUMBA_NUM_THREADS": "0", "MPLBACKEND": "nosuch"}  # a caller's wrong values for what no command uses
    environment = {**os.environ, **unused, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "simulation", *words],
        capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=environment, check=False,
    )  # fmt: skip


# Help


@pytest.mark.parametrize("words", [["--help"], ["-h", "language=zh"]])
def test_help_lists_every_kind_of_key(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert RUN.enter(words) == 0
    text = capsys.readouterr().out
    for key in (
        "scenario", "population.tables", "reading.school_projects_scope", "levers.workshops.size",
        "levers.school_gap.settings.construction_months", "levers.bus_lines.costs.subsidy",
        "parameters.residence.seat_worth", "parameters.jobs.wage_spread", "workshops_and_school_gap",
    ):  # fmt: skip
        assert key in text
    assert ("补齐学校缺口" in text) == ("language=zh" in words)


def test_help_lists_scenarios_of_a_config_dir(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "mine.yaml").write_text("scenario: {title_en: A plan of mine}\n")
    assert RUN.enter(["--help", "--config-dir", str(tmp_path)]) == 0
    assert "A plan of mine" in capsys.readouterr().out


# Mistakes


@pytest.mark.parametrize(
    "words",
    [
        ["levers.workshop.size=60"],
        ["--verbose"],
        ["seed=1", "language=zh", "end=never"],
        ["levers.workshops.size=40"],
        ["seed=1", "seed=2"],
        ["parameters.residence.b_school=1", "parameters.residence.b_school.value=2"],
        ["population.size=town", "output=/proc/nothing"],
    ],
)
def test_a_mistake_is_one_line_with_code_2_and_nothing_written(words: list[str], tmp_path: Path) -> None:
    done = command(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--config-dir"], "needs a value"),
        (["--config-dir="], "needs a value"),
        (["--config-dir", "--help"], "needs a value"),
        (["--config=x"], "nearest: '--config-dir'"),
        (["+seed=1"], "neither added"),
        (["scenario=workshop"], "nearest: 'workshops'"),
        (["seed=1,2", "language=zh"], "本命令只运行一次"),
        (["scenario=school", "language=zh"], "没有 'school' 这个方案"),
    ],
)
def test_mistakes_in_process(words: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert RUN.enter(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert expected in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("words", [["population.seed=2"], ["output=x", "scenario=workshops"], ["output=x", "seed=2"]])
def test_population_tables_take_only_what_makes_a_population(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert POPULATION_TABLES.enter(words) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


# Folders


def write_run(folder: Path, digest: str, text: str = "1") -> None:
    with written_aside(folder, digest) as aside:
        (aside / "final").mkdir()
        (aside / "final" / "table.csv").write_text(text)
        write_manifest(aside, {"digest": digest})


def test_a_folder_is_replaced_only_by_the_same_run(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "one"
    write_run(folder, "abc", "1")
    write_run(folder, "abc", "2")
    assert (folder / "final" / "table.csv").read_text() == "2"
    with pytest.raises(UserError, match="another run"):
        write_run(folder, "def")
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match=r"of yours \(found: .*notes.txt"):
        write_run(folder, "abc")
    assert [path.name for path in folder.parent.iterdir()] == ["one"]


@pytest.mark.parametrize("content", ["", "{}", '{"program": "other", "files": {}}', "no json"])
def test_a_folder_without_our_manifest_is_left_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / MANIFEST).write_text(content)
    assert read_manifest(tmp_path) is None
    with pytest.raises(UserError, match="no run wrote"):
        write_run(tmp_path, "abc")
    assert (tmp_path / MANIFEST).read_text() == content


def test_an_empty_folder_may_be_used_and_a_file_may_not(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write_run(tmp_path / "empty", "abc")
    manifest = read_manifest(tmp_path / "empty")
    assert manifest is not None
    assert list(manifest["files"]) == ["final/table.csv"]
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UserError):
            check_output(path, "abc")


def break_off(folder: Path, error: type[BaseException]) -> None:
    with written_aside(folder, "abc") as aside:
        (aside / "half.csv").write_text("")
        raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_run_that_breaks_off_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    write_run(tmp_path / "one", "abc", "1")
    for folder in (tmp_path / "one", tmp_path / "new" / "two"):
        with pytest.raises(error):
            break_off(folder, error)
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
    assert (tmp_path / "one" / "final" / "table.csv").read_text() == "1"


def test_a_rename_that_fails_puts_the_old_folder_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_run(tmp_path / "one", "abc", "1")
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name.endswith(".part"):
            raise OSError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="Permission denied"):
        write_run(tmp_path / "one", "abc", "2")
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
    assert (tmp_path / "one" / "final" / "table.csv").read_text() == "1"


def test_another_process_may_write_the_same_run_at_the_same_time(tmp_path: Path) -> None:
    with written_aside(tmp_path / "one", "abc") as aside:
        write_run(tmp_path / "one", "abc", "theirs")
        (aside / "table.csv").write_text("ours")
        folders.write_manifest(aside, {"digest": "abc"})
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
    assert (tmp_path / "one" / "table.csv").read_text() == "ours"


# The terminal


def test_chinese_columns_stand_under_each_other() -> None:
    lines = aligned([["键", "值"], ["seed", "1"]]).splitlines()
    assert [width(line[: line.index(last)]) for line, last in zip(lines, "值1", strict=True)] == [8, 8]


def test_nearest_needs_every_part_to_be_alike() -> None:
    names = ["levers.workshops.size", "levers.workshops.start", "parameters.residence.seat_worth"]
    assert nearest("levers.workshop.siz", names) == "levers.workshops.size"
    assert nearest("levers.workshops.colour", names) == ""
    assert nearest("colour", names) == ""
