"""The check of the registry: what it prints, what it counts, and its exit codes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenarios.base.paths import ROOT
from scenarios.entries.comparing import CHECK
from scenarios.report.figures import Figure, figure_values
from scenarios.report.identities import read_identities
from scenarios.report.readings import read_readings
from tests.scenarios.spoiled import failing_lines, replace

REGION = ROOT / "conf" / "region" / "liupanshui"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the check as a user does."""
    command = [sys.executable, "-m", "scenarios.check", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


# What it prints.


@pytest.mark.parametrize("language", ["en", "zh"])
def test_prints_every_row(capsys: pytest.CaptureFixture[str], figures: dict[str, Figure], language: str) -> None:
    assert CHECK.enter(["--language", language]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    first = {line.split()[0].rstrip(":") for line in printed.out.splitlines() if line.strip()}
    outcomes = read_identities(REGION / "identities.csv", figure_values(figures))
    assert set(figures) <= first
    assert {outcome.identity.id for outcome in outcomes} <= first
    assert set(read_readings(ROOT / "conf" / "reading" / "readings.yaml")) <= first
    assert "\t" not in printed.out


def test_columns_stand_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    CHECK.enter([])
    lines = capsys.readouterr().out.splitlines()
    start, rule = lines[2].index("unit"), lines[3]
    assert rule[start - 1] == " "
    assert rule[start] == "-"
    row = next(line for line in lines if line.startswith("persons "))
    assert row[start:].startswith("persons ")
    assert "116,142" in row
    assert row.endswith("report 一(一)")


def test_conflicts_are_printed_with_both_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    CHECK.enter([])
    printed = capsys.readouterr().out
    assert "public_channels: 6,607 ≠ 40,558" in printed
    assert "medical_insurance: 114,572 ≠ 65,476" in printed
    assert "pension: 54,435 ≠ 33,731" in printed
    assert "dibao: 20,828 ≠ 7,093" in printed


def test_command_line() -> None:
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    assert run("--language", "fr").returncode == 2
    code = (
        "import sys; from scenarios.entries.comparing import CHECK; CHECK.enter([]); sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "text"),
    [
        ("figures.csv", "other_persons,35602", "other_persons,35600", "row other_persons, column value: found 35600"),
        ("figures.csv", "116142,persons", "116142,", "row persons, column unit: found ''"),
        ("figures.csv", "sites,78", "sites,seventy-eight", "row sites, column value: found 'seventy-eight'"),
        ("identities.csv", "=,sites,0", "=,sites + 1,0", "row sites_by_size, column left: found sites_over_200"),
    ],
)
def test_exit_code_and_one_line(conf: Path, file: str, old: str, new: str, text: str) -> None:
    path = conf / "region" / "liupanshui" / file
    replace(path, old, new)
    done = run("--conf", conf)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f"{path.as_posix()}:")
    assert text in done.stderr
    assert "; mend " in done.stderr


def test_errors_of_all_tables_are_listed_together(capsys: pytest.CaptureFixture[str], conf: Path) -> None:
    region = conf / "region" / "liupanshui"
    replace(region / "figures.csv", "other_persons,35602", "other_persons,35600")
    replace(region / "identities.csv", "=,sites,0", "=,sites + 1,0")
    replace(region / "patterns.csv", "report_date", "date")
    replace(region / "recommendations.csv", ",lever,workshops,", ",later,workshops,")
    files = [line.split(":")[0].rpartition("/")[2] for line in failing_lines(capsys, conf, "--language", "zh")]
    assert sorted(files) == ["figures.csv", "identities.csv", "patterns.csv", "recommendations.csv"]


# Counting in tables.


@pytest.fixture(scope="module")
def folder(city: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the default city on disk."""
    path = tmp_path_factory.mktemp("tables")
    for name, table in city().tables().items():
        table.to_parquet(path / f"{name}.parquet", index=False)
    return path


def test_tables_are_counted(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert CHECK.enter(["--tables", str(folder)]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    row = next(line for line in printed.out.splitlines() if line.startswith("persons "))
    assert row.split()[1:3] == ["116,142", "116,142"]


def test_population_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert CHECK.enter(["--population", "--reading", "labour_scope=poor", "--language", "zh"]) == 0
    assert "重计" in capsys.readouterr().out


def test_tables_of_another_reading(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert CHECK.enter(["--tables", str(folder), "--reading", "allowance_count=high"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "row dibao_persons_a, column value: found 7,093 in the table persons, expected 20,828 ± 0" in line
    assert "mend the table persons or this row" in line


def test_changed_and_missing_tables(
    capsys: pytest.CaptureFixture[str], city: Callable[..., Any], folder: Path, tmp_path: Path
) -> None:
    sites = city().tables()["sites"].copy()
    sites.loc[sites["market_area_m2"].idxmax(), "market_area_m2"] += 1
    sites.to_parquet(tmp_path / "sites.parquet", index=False)
    assert CHECK.enter(["--tables", str(tmp_path)]) == 2  # the other tables are drawn
    (line,) = capsys.readouterr().err.splitlines()
    assert "row market_area_m2, column value: found 19,717 in the table sites, expected 19,716" in line
    (tmp_path / "sites.parquet").unlink()
    assert CHECK.enter(["--tables", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "no table" in line
    (tmp_path / "sites.parquet").write_text("no table")
    assert CHECK.enter(["--tables", str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_filter_with_an_unknown_column(capsys: pytest.CaptureFixture[str], conf: Path, folder: Path) -> None:
    replace(conf / "region" / "liupanshui" / "figures.csv", ",households,three_changes,", ",households,three_change,")
    (line,) = failing_lines(capsys, conf, "--tables", folder)
    assert (
        "row three_changes_households, column filter: found column three_change, which the table households lacks"
        in line
    )


def test_an_unknown_reading_of_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert CHECK.enter(["--population", "--reading", "labour_scope=none"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "found 'labour_scope=none', expected labour_scope=poor|all" in line
