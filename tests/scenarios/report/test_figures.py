"""The table of figures: what stands in it, and the errors of its form."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from scenarios.base.input.rows import RegistryError
from scenarios.base.paths import ROOT
from scenarios.report.figures import (
    COLUMNS,
    ROLES,
    STATUSES,
    TABLES,
    Figure,
    figure_values,
    read_figures,
)
from scenarios.report.readings import read_readings
from simulation.state.population import TABLES as SCHEMA

PATH = ROOT / "conf" / "region" / "liupanshui" / "figures.csv"
with PATH.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
SWITCHES = read_readings(ROOT / "conf" / "reading" / "readings.yaml")


def spoiled(tmp_path: Path, change: dict[str, dict[str, str]], more: list[dict[str, str]] | None = None) -> Path:
    """Write the table of figures with the changed cells of each id, and with more rows."""
    rows = [{**row, **change.get(row["id"], {})} for row in ROWS] + (more or [])
    path = tmp_path / "figures.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def errors(path: Path) -> list[str]:
    """Return the lines of the error that reading the table raises."""
    with pytest.raises(RegistryError) as caught:
        read_figures(path)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.problems)
    return lines


# The table as it stands.


def test_the_report_is_there_whole(figures: dict[str, Figure]) -> None:
    reported = [figure for figure in figures.values() if figure.status == "reported"]
    assert len(reported) == 94
    roles = {role: sum(figure.role == role for figure in reported) for role in ROLES}
    assert roles == {"input": 62, "target": 4, "check": 2, "pattern": 1, "context": 25}


@pytest.mark.parametrize(
    ("key", "value", "unit"),
    [
        ("households", 29150, "households"),
        ("persons", 116142, "persons"),
        ("sites", 78, "sites"),
        ("registered_poor_persons", 80540, "persons"),
        ("whole_village_moves", 752, "hamlets"),
        ("labour_households", 19323, "households"),
        ("labourers", 51485, "persons"),
        ("employed", 40558, "persons"),
        ("contracted_land_mu", 93256.44, "mu"),
        ("three_changes_dividend", 2330, "yuan/household/year"),
        ("school_gap_pupils", 13754, "persons"),
        ("job_fair_matches_2019", 107, "persons"),
        ("dibao_persons_a", 20828, "persons"),
        ("dibao_persons_b", 7093, "persons"),
    ],
)
def test_values_as_typed_from_the_report(figures: dict[str, Figure], key: str, value: float, unit: str) -> None:
    assert (figures[key].value, figures[key].unit) == (value, unit)


def test_file_is_plain_utf8() -> None:
    data = PATH.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert data.endswith(b"\n")


def test_tables_are_those_of_the_model() -> None:
    assert tuple(SCHEMA) == TABLES


def test_every_input_is_counted(figures: dict[str, Figure]) -> None:
    for row in figures.values():
        if row.role == "input":
            assert row.source_kind in ("table", "event"), row.id
        if row.source_kind != "none":
            assert (row.source_kind == "event") == (row.table in ("fairs", "trainings")), row.id


def test_every_derived_row_has_a_formula(figures: dict[str, Figure]) -> None:
    assert all(row.formula for row in figures.values() if row.status == "derived" or row.role == "check")
    assert {row.status for row in figures.values()} <= set(STATUSES)


def test_readings_of_figures_exist(figures: dict[str, Figure]) -> None:
    for row in figures.values():
        for name, value in row.reading:
            assert value in SWITCHES[name].values


@pytest.mark.parametrize(("choice", "kept", "dropped"), [("low", "b", "a"), ("high", "a", "b")])
def test_one_allowance_count_holds(figures: dict[str, Figure], choice: str, kept: str, dropped: str) -> None:
    values = figure_values(figures, {"allowance_count": choice})
    assert f"dibao_persons_{kept}" in values
    assert f"dibao_persons_{dropped}" not in values
    assert ("dibao_urban_b" in values) == (choice == "low")
    assert len(figure_values(figures)) == len(figures)


def test_derived_values_are_unrounded_and_checks_as_printed(figures: dict[str, Figure]) -> None:
    values = figure_values(figures)
    assert values["persons_per_household"] == 116142 / 29150
    assert values["public_channel_jobs"] == 2334 + 2573 + 1700 == 6607
    assert values["public_channel_share"] == pytest.approx(100 * 6607 / 40558)
    assert values["employed_per_household"] == 2.09


# Errors.


@pytest.mark.parametrize(
    ("key", "cells", "found", "expected"),
    [
        ("other_persons", {"value": "35603"}, "35603", "35602 = persons - registered_poor_persons"),
        ("whole_village_share", {"value": "45.53"}, "45.53", "45.51841711"),
        ("persons_per_household", {"formula": "person / households"}, "unknown id person", "ids of this table"),
        ("other_persons", {"formula": "other_persons + 0"}, "comes back to this row", "ids of this table"),
        ("other_persons", {"formula": "max(persons)"}, "not arithmetic", "ids of this table"),
        ("other_persons", {"formula": ""}, "''", "a formula over other ids"),
        ("whole_village_share", {"formula": ""}, "''", "a formula over other ids"),
        ("persons", {"unit": ""}, "''", "a text (unit)"),
        ("persons", {"scope": ""}, "''", "a text (scope)"),
        ("persons", {"section": ""}, "''", "a text (section)"),
        ("persons", {"name_zh": ""}, "''", "a text (name_zh)"),
        ("persons", {"value": ""}, "''", "a number"),
        ("persons", {"value": "116,142"}, "'116,142'", "a number"),
        ("persons", {"value": "nan"}, "'nan'", "a number"),
        ("persons", {"value": "inf"}, "'inf'", "a number"),
        ("persons", {"value": "１１"}, "'１１'", "a number"),
        ("persons", {"tolerance": ""}, "''", "a number"),
        ("persons", {"tolerance": "-1"}, "'-1'", "0 or more"),
        ("persons", {"role": "fact"}, "'fact'", "one of input, target, check, pattern, context"),
        ("persons", {"status": "true"}, "'true'", "one of reported, derived, calibrated, assumed"),
        ("persons", {"source_kind": "census"}, "'census'", "one of table, event, none"),
        ("persons", {"source_kind": "none"}, "'none' without a note", "table or event"),
        ("persons", {"table": "people"}, "'people'", "one of sites, households, persons"),
        ("persons", {"measure": "total"}, "'total', which is not one of", "a measure"),
        ("persons", {"filter": "alive()"}, "more than comparisons", "a measure and a plain filter"),
        ("persons", {"reading": "labour_scope"}, "'labour_scope'", "switch=value"),
        ("persons", {"id": "Persons"}, "'Persons'", "small letters, digits and _"),
        ("persons", {"id": "households"}, "'households' again, after line 5", "an id that is used once"),
    ],
)
def test_errors_name_file_line_row_and_cell(
    tmp_path: Path, key: str, cells: dict[str, str], found: str, expected: str
) -> None:
    path = spoiled(tmp_path, {key: cells})
    lines = errors(path)
    line = next(number for number, row in enumerate(ROWS, 2) if row["id"] == key)
    row = cells.get("id", key)
    about = [text for text in lines if text.startswith(f"{path.as_posix()}:{line}: row {row}, column ")]
    assert len(about) == 1
    assert f"found {found}" in about[0] or found in about[0]
    assert expected in about[0]
    assert "; mend " in about[0]


def test_all_errors_are_listed_at_once(tmp_path: Path) -> None:
    lines = errors(spoiled(tmp_path, {"persons": {"unit": "", "value": "x"}, "sites": {"role": "x"}}))
    assert len(lines) == 3


def test_a_changed_count_is_missed_by_every_sum_over_it(tmp_path: Path) -> None:
    lines = errors(spoiled(tmp_path, {"registered_poor_persons": {"value": "80541"}}))
    assert len(lines) == 1
    assert (
        "row other_persons, column value: found 35602, expected 35601 = persons - registered_poor_persons" in lines[0]
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"), [(",0,none,,,,,", ",0,none,,,,", "17 cells"), ("id,", "key,", "id,value")]
)
def test_errors_of_form(tmp_path: Path, old: str, new: str, expected: str) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(PATH.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert expected in errors(path)[0]


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    assert len(errors(tmp_path / "none.csv")) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_tables_saved_by_a_spreadsheet_are_read(tmp_path: Path, figures: dict[str, Figure], encoding: str) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(PATH.read_text(encoding="utf-8"), encoding=encoding, newline="\r\n")
    assert read_figures(path) == figures


def test_errors_in_chinese(tmp_path: Path) -> None:
    path = spoiled(tmp_path, {"persons": {"unit": ""}})
    with pytest.raises(RegistryError) as caught:
        read_figures(path)
    text = caught.value.problems[0].say("zh")
    assert text == f"{path.as_posix()}:6:persons 行 unit 列:现为 '',应为文字(unit);请改这一格"
