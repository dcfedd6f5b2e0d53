"""The check of the registry: what it prints, which errors it finds, and its exit codes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scenarios.check import aligned, main
from scenarios.figures import Figure, RegistryError, figure_values
from scenarios.identities import (
    alternative_readings,
    default_reading,
    read_identities,
    read_patterns,
    read_readings,
    read_recommendations,
)

ROOT = Path(__file__).resolve().parents[2]
REGION = ROOT / "conf" / "region" / "liupanshui"


def replace(path: Path, old: str, new: str) -> None:
    """Replace a text that occurs in the file, once."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the check as a user does."""
    command = [sys.executable, "-m", "scenarios.check", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def failing_lines(capsys: pytest.CaptureFixture[str], conf: Path, *arguments: object) -> list[str]:
    """Return the error lines of a check that must fail with exit code 2."""
    assert main(["--conf", str(conf), *map(str, arguments)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines
    return lines


# What it prints.


@pytest.mark.parametrize("language", ["en", "zh"])
def test_prints_every_row(capsys: pytest.CaptureFixture[str], figures: dict[str, Figure], language: str) -> None:
    assert main(["--language", language]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    first = {line.split()[0].rstrip(":") for line in printed.out.splitlines() if line.strip()}
    outcomes = read_identities(REGION / "identities.csv", figure_values(figures))
    assert set(figures) <= first
    assert {outcome.identity.id for outcome in outcomes} <= first
    assert set(read_readings(ROOT / "conf" / "reading" / "readings.yaml")) <= first
    assert "\t" not in printed.out


def test_columns_stand_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    lines = capsys.readouterr().out.splitlines()
    start, rule = lines[2].index("unit"), lines[3]
    assert rule[start - 1] == " "
    assert rule[start] == "-"
    row = next(line for line in lines if line.startswith("persons "))
    assert row[start:].startswith("persons ")
    assert "116,142" in row
    assert row.endswith("report 一(一)")


def test_a_chinese_character_is_two_columns_wide() -> None:
    assert aligned([["id", "值"], ["安置", "1"], ["b", "22"]], right=(1,)) == "id    值\n----  --\n安置   1\nb     22"


def test_conflicts_are_printed_with_both_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    printed = capsys.readouterr().out
    assert "public_channels: 6,607 ≠ 40,558" in printed
    assert "medical_insurance: 114,572 ≠ 65,476" in printed
    assert "pension: 54,435 ≠ 33,731" in printed
    assert "dibao: 20,828 ≠ 7,093" in printed


def test_command_line() -> None:
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    assert run("--language", "fr").returncode == 2
    code = "import sys, scenarios.check as c; c.main([]); sys.exit('pandas' in sys.modules)"
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


# Identities and conflicts.


def test_identities_hold_and_conflicts_stand(figures: dict[str, Figure]) -> None:
    outcomes = read_identities(REGION / "identities.csv", figure_values(figures))
    assert all(outcome.holds == (outcome.identity.kind == "identity") for outcome in outcomes)
    found = {outcome.identity.id: (outcome.left, outcome.right) for outcome in outcomes}
    assert found["sites_by_size"] == (37 + 41, 78)
    assert found["small_sites_by_facilities"] == (8 + 33, 41)
    assert found["school_gap_levels"] == (28 + 26 + 14, 68)
    assert found["sites_by_branch"] == (38 + 40, 78)
    assert found["school_projects_started"] == (34 - 12, 22)
    assert found["medical_insured_b"] == (64943 + 533, 65476)
    assert found["public_channels"] == (2334 + 2573 + 1700, 40558)
    assert found["medical_insurance"] == (103151 + 11421, 65476)
    assert found["pension"] == (36282 + 18153, 33731)


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("sites_over_200 + sites_under_200,=", "sites_over_200 + sites_under_200 + 1,=", "= 79, expected = 78 = sites"),
        ("party_branches +", "party_branch +", "row sites_by_branch, column left: found unknown id party_branch"),
        (",identity,a site has", ",truth,a site has", "column kind: found 'truth', expected one of identity, conflict"),
        ("=,sites,0", "==,sites,0", "column relation: found '=='"),
        ("=,sites,0", "=,sites,none", "column tolerance: found 'none'"),
        (
            "dibao_persons_a,=,dibao_persons_b",
            "dibao_persons_a,=,20828",
            "row dibao, column kind: found dibao_persons_a",
        ),
        ("large and small sites make up all sites", "", "row sites_by_size, column note: found ''"),
        ("sites_by_branch", "sites_by_size", "'sites_by_size' again"),
    ],
)
def test_errors_of_identities(capsys: pytest.CaptureFixture[str], conf: Path, old: str, new: str, text: str) -> None:
    replace(conf / "region" / "liupanshui" / "identities.csv", old, new)
    lines = failing_lines(capsys, conf)
    assert len(lines) == 1
    assert "identities.csv:" in lines[0]
    assert text in lines[0]


def test_a_mended_conflict_is_an_error(capsys: pytest.CaptureFixture[str], conf: Path) -> None:
    replace(
        conf / "region" / "liupanshui" / "figures.csv", "employed_per_household,2.09,", "employed_per_household,2.10,"
    )
    (line,) = failing_lines(capsys, conf)
    assert "row employed_per_household" in line
    assert "no longer conflicts with employed_per_household = 2.1" in line


def test_errors_of_all_tables_are_listed_together(capsys: pytest.CaptureFixture[str], conf: Path) -> None:
    region = conf / "region" / "liupanshui"
    replace(region / "figures.csv", "other_persons,35602", "other_persons,35600")
    replace(region / "identities.csv", "=,sites,0", "=,sites + 1,0")
    replace(region / "patterns.csv", "report_date", "date")
    replace(region / "recommendations.csv", ",planned,", ",later,")
    files = [line.split(":")[0].rpartition("/")[2] for line in failing_lines(capsys, conf, "--language", "zh")]
    assert sorted(files) == ["figures.csv", "identities.csv", "patterns.csv", "recommendations.csv"]


# Readings.


def test_readings_default_first() -> None:
    switches = read_readings(ROOT / "conf" / "reading" / "readings.yaml")
    assert {name: switch.values for name, switch in switches.items()} == {
        "labour_scope": ("all", "poor"),
        "employment_meaning": ("stock", "cumulative"),
        "allowance_count": ("low", "high"),
        "school_gap_meaning": ("without_seat", "to_be_served"),
        "school_projects_meaning": ("under_way", "open"),
        "school_projects_scope": ("inside", "beside"),
    }
    default = default_reading(switches)
    alternatives = alternative_readings(switches)
    assert len(alternatives) == 6
    assert all(sum(reading[name] != default[name] for name in default) == 1 for reading in alternatives)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda tree: tree.pop("allowance_count"), "column reading: found allowance_count=high"),
        (lambda tree: tree["labour_scope"].pop("question"), "row labour_scope, column question: found None"),
        (lambda tree: tree["labour_scope"]["values"].pop("poor"), "row labour_scope, column values"),
        (lambda tree: tree["labour_scope"]["values"]["poor"].pop("meaning"), "row labour_scope.poor, column meaning"),
        (lambda tree: tree["labour_scope"]["values"]["poor"]["meaning"].pop("zh"), "expected texts en and zh"),
        (lambda tree: tree["labour_scope"]["values"].update({True: {}}), "row labour_scope.True, column values"),
        (lambda tree: tree["labour_scope"]["values"].update({"poor": "x"}), "row labour_scope.poor, column meaning"),
        (lambda tree: tree.update({"x": None}), "row x, column values: found None"),
    ],
)
def test_errors_of_readings(
    capsys: pytest.CaptureFixture[str], conf: Path, change: Callable[[Any], None], text: str
) -> None:
    path = conf / "reading" / "readings.yaml"
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(tree)
    path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), encoding="utf-8")
    assert any(text in line for line in failing_lines(capsys, conf))


def test_readings_that_are_no_yaml(capsys: pytest.CaptureFixture[str], conf: Path) -> None:
    path = conf / "reading" / "readings.yaml"
    for text in ("a: [", "- a", ""):
        path.write_text(text, encoding="utf-8")
        assert len(failing_lines(capsys, conf)) == 1
    path.unlink()
    assert len(failing_lines(capsys, conf)) == 1


def test_an_unknown_reading_of_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--population", "--reading", "labour_scope=none"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "found 'labour_scope=none', expected labour_scope=all|poor" in line


# Patterns and recommendations.


def test_patterns() -> None:
    patterns = read_patterns(REGION / "patterns.csv")
    assert len(patterns) == 16
    assert sum(pattern.kind == "experiment" for pattern in patterns.values()) == 5
    assert (patterns["both_ends_apparent"].low, patterns["both_ends_apparent"].high) == (0.15, 0.45)
    assert patterns["occupancy_not_high"].share_of_seeds == 0.5
    assert all(pattern.month == 47 for pattern in patterns.values() if pattern.kind == "report_date")


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (",0.15,0.45,", ",0.45,0.15,", "expected low, high or both in order"),
        (",0.15,0.45,", ",,,", "expected low, high or both in order"),
        (",0.15,0.45,", ",low,0.45,", "column low: found 'low'"),
        (",0.15,0.45,47", ",0.15,0.45,4.5", "column month: found '4.5', expected a month index"),
        (",0.05,,47,0.5", ",0.05,,47,5", "column share_of_seeds: found '5'"),
        ("households_both_ends / households", "", "column indicator: found ''"),
    ],
)
def test_errors_of_patterns(conf: Path, old: str, new: str, text: str) -> None:
    path = conf / "region" / "liupanshui" / "patterns.csv"
    replace(path, old, new)
    with pytest.raises(RegistryError, match=text):
        read_patterns(path)


def test_recommendations() -> None:
    rows = read_recommendations(REGION / "recommendations.csv")
    assert len(rows) == 27
    assert {lever for lever, row in rows.items() if row.status == "lever"} == {
        "housing_title",
        "school_gap_funding",
        "bus_lines",
        "origin_land_returns",
        "workshops",
        "public_posts",
        "targeted_training",
        "tuition_and_living_aid",
    }
    for row in rows.values():
        assert not row.scenario or (ROOT / "conf" / "scenario" / f"{row.scenario}.yaml").is_file()


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (",lever,housing_title,", ",lever,,", "column scenario: found ''"),
        (",planned,,", ",planned,workshops,", "column scenario: found 'workshops'"),
        (",planned,,", ",out_of_reach,,", "column reason: found ''"),
        (",planned,", ",later,", "expected one of lever, planned, out_of_reach"),
    ],
)
def test_errors_of_recommendations(conf: Path, old: str, new: str, text: str) -> None:
    path = conf / "region" / "liupanshui" / "recommendations.csv"
    replace(path, old, new)
    with pytest.raises(RegistryError, match=text):
        read_recommendations(path)


# Counting in tables.


@pytest.fixture(scope="module")
def folder(city: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the default city on disk."""
    path = tmp_path_factory.mktemp("tables")
    for name, table in city().tables().items():
        table.to_parquet(path / f"{name}.parquet", index=False)
    return path


def test_tables_are_counted(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert main(["--tables", str(folder)]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    row = next(line for line in printed.out.splitlines() if line.startswith("persons "))
    assert row.split()[1:3] == ["116,142", "116,142"]


def test_population_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--population", "--reading", "labour_scope=poor", "--language", "zh"]) == 0
    assert "重计" in capsys.readouterr().out


def test_tables_of_another_reading(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert main(["--tables", str(folder), "--reading", "allowance_count=high"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "row dibao_persons_a, column value: found 7,093 in the table persons, expected 20,828 ± 0" in line
    assert "mend the table persons or this row" in line


def test_changed_and_missing_tables(
    capsys: pytest.CaptureFixture[str], city: Callable[..., Any], folder: Path, tmp_path: Path
) -> None:
    sites = city().tables()["sites"].copy()
    sites.loc[sites["market_area_m2"].idxmax(), "market_area_m2"] += 1
    sites.to_parquet(tmp_path / "sites.parquet", index=False)
    assert main(["--tables", str(tmp_path)]) == 2  # the other tables are drawn
    (line,) = capsys.readouterr().err.splitlines()
    assert "row market_area_m2, column value: found 19,717 in the table sites, expected 19,716" in line
    (tmp_path / "sites.parquet").unlink()
    assert main(["--tables", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "no table" in line
    (tmp_path / "sites.parquet").write_text("no table")
    assert main(["--tables", str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_filter_with_an_unknown_column(capsys: pytest.CaptureFixture[str], conf: Path, folder: Path) -> None:
    replace(conf / "region" / "liupanshui" / "figures.csv", ",households,three_changes,", ",households,three_change,")
    (line,) = failing_lines(capsys, conf, "--tables", folder)
    assert (
        "row three_changes_households, column filter: found column three_change, which the table households lacks"
        in line
    )
