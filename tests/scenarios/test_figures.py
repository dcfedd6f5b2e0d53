"""The table of figures: its form, its arithmetic, and how a population is counted against it."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pandas as pd
import pytest

from scenarios.figures import (
    COLUMNS,
    ROLES,
    STATUSES,
    TABLES,
    Figure,
    RegistryError,
    Text,
    UnknownIdError,
    counted_columns,
    figure_values,
    formula_value,
    read_figures,
    recompute,
    with_helpers,
)
from scenarios.identities import alternative_readings, default_reading, read_readings
from simulation.calendar import NEVER
from simulation.population import TABLES as SCHEMA

ROOT = Path(__file__).resolve().parents[2]
PATH = ROOT / "conf" / "region" / "liupanshui" / "figures.csv"
with PATH.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
SWITCHES = read_readings(ROOT / "conf" / "reading" / "readings.yaml")
DEFAULT = default_reading(SWITCHES)
ALTERNATIVES = {
    "default": DEFAULT,
    **{
        next(f"{name}={value}" for name, value in reading.items() if value != DEFAULT[name]): reading
        for reading in alternative_readings(SWITCHES)
    },
}
CLAUSES = {
    row["id"]: dict(part.split("=") for part in row["reading"].split(";") if part)
    for row in ROWS
    if row["source_kind"] != "none"
}
COUNTED = [
    pytest.param(key, reading, id=f"{key}-{name}")
    for key, clauses in CLAUSES.items()
    for name, reading in ALTERNATIVES.items()
    if all(reading[switch] == value for switch, value in clauses.items())
]


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


def figure(**cells: object) -> Figure:
    """Return a figure that is counted in a table."""
    plain: dict[str, object] = dict.fromkeys(("scope", "section", "formula", "filter", "note"), "")
    plain |= {"id": "x", "value": 0.0, "unit": "persons", "role": "input", "status": "reported", "name": Text("x", "x")}
    plain |= {
        "tolerance": 0.0,
        "source_kind": "table",
        "table": "persons",
        "measure": "count",
        "reading": (),
        "line": 2,
    }
    return Figure(**{**plain, **cells})  # type: ignore[arg-type]


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


# Arithmetic.


def test_formula_value() -> None:
    assert formula_value("100 * (a - b) / c + -1.5", {"a": 5, "b": 3, "c": 4}) == 48.5


@pytest.mark.parametrize(
    "formula",
    [
        "a ** 2",
        "abs(a)",
        "a.real",
        "a < 1",
        "'1'",
        "True",
        "[a]",
        "a if a else 1",
        "a //",
        "",
        "__import__('os')",
        "a / 0",
    ],
)
def test_formula_refuses_what_is_not_arithmetic(formula: str) -> None:
    with pytest.raises(ValueError, match=r"not arithmetic|not an expression|divides by zero"):
        formula_value(formula, {"a": 1.0})


def test_formula_names_the_unknown_id() -> None:
    with pytest.raises(UnknownIdError, match="unknown id b"):
        formula_value("a + b", {"a": 1.0})


@pytest.mark.parametrize(
    "query", ["alive()", "site.map", "@x > 1", "a + 1 > 2", "a[0]", "(b := 1)", "lambda: 1", "a >", "`a b` > 1"]
)
def test_filters_are_comparisons_only(query: str) -> None:
    with pytest.raises(ValueError, match=r"more than comparisons|not an expression"):
        counted_columns(query, "count")


def test_filters_and_measures_name_their_columns() -> None:
    query = "a and not b or 1 <= c < 3 and d in ['x', -1]"
    assert counted_columns(query, "percent of (e == 'y')") == {"a", "b", "c", "d", "e"}
    assert counted_columns("", "sum(f)") == {"f"}
    with pytest.raises(ValueError, match="not one of count"):
        counted_columns("", "median(a)")


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


# Counting.


@pytest.fixture
def village() -> dict[str, pd.DataFrame]:
    """Three sites, three households and seven persons by hand; the report month is 47."""
    sites = pd.DataFrame({"site": [0, 1, 2], "kind": ["county_town", "rural", "rural"], "bus": [True, False, True]})
    households = pd.DataFrame(
        {
            "household": [0, 1, 2],
            "site": [0, 0, 1],
            "move_in_month": [11, 12, 48],
            "registered_poor": [True, False, True],
            "land": [1.5, 2.5, 4.0],
        }
    )
    # born in the report month; five years old at school start; forty, in work; dead in the report month; no longer
    # able from the report month on; able from the report month on; not born yet
    persons = pd.DataFrame(
        {
            "household": [0, 0, 0, 1, 1, 2, 2],
            "birth_month": [47, 44 - 60, 47 - 480, -500, -500, -200, 48],
            "death_month": [NEVER, NEVER, NEVER, 47, NEVER, NEVER, NEVER],
            "labour_from_month": [NEVER, NEVER, -200, -200, -200, 47, NEVER],
            "labour_to_month": [NEVER, NEVER, 300, 300, 47, 300, NEVER],
        }
    )
    schools = pd.DataFrame({"school": [0, 1], "site": [1, 2], "in_gap": [True, False]})
    return {"sites": sites, "households": households, "persons": persons, "schools": schools}


def test_helper_columns(village: dict[str, pd.DataFrame]) -> None:
    before = {name: list(table.columns) for name, table in village.items()}
    tables = with_helpers(village)
    persons, households, sites = tables["persons"], tables["households"], tables["sites"]
    assert persons["alive"].tolist() == [True, True, True, False, True, True, False]
    assert persons["age_years"].tolist()[:3] == [0, 5, 40]
    assert persons["level"].tolist()[:3] == ["none", "kindergarten", "none"]
    assert persons["labourer"].tolist() == [False, False, True, False, False, True, False]
    assert persons["household_move_year"].tolist() == [2016, 2016, 2016, 2017, 2017, 2020, 2020]
    assert persons["household_site_kind"].tolist()[-1] == "rural"
    assert households["persons"].tolist() == [3, 1, 1]
    assert households["labourers"].tolist() == [1, 0, 1]
    assert households["site_bus"].tolist() == [True, True, False]
    assert sites["households"].tolist() == [2, 0, 0]  # the third household arrives after the report month
    assert sites["school_gap"].tolist() == [False, True, False]
    assert {name: list(table.columns) for name, table in village.items()} == before


def test_a_site_of_200_households_is_large(village: dict[str, pd.DataFrame]) -> None:
    n = 200 + 199
    village["households"] = pd.DataFrame(
        {"household": range(n), "site": [0] * 200 + [1] * 199, "move_in_month": [40] * n}
    )
    assert with_helpers(village)["sites"]["over_200"].tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("table", "query", "measure", "value"),
    [
        ("persons", "alive", "count", 5.0),
        ("persons", "", "count", 7.0),
        ("persons", "alive and household_registered_poor", "count", 4.0),
        ("persons", "labourer", "nunique(household)", 2.0),
        ("households", "move_year in [2016, 2017]", "sum(land)", 4.0),
        ("households", "not registered_poor", "mean(land)", 2.5),
        ("households", "", "mean(persons)", 5 / 3),
        ("sites", "bus", "percent", 200 / 3),
        ("sites", "bus", "percent of (kind == 'rural')", 50.0),
        ("sites", "kind == 'county_town' and not bus", "count", 0.0),
    ],
)
def test_measures(village: dict[str, pd.DataFrame], table: str, query: str, measure: str, value: float) -> None:
    row = figure(table=table, filter=query, measure=measure)
    assert recompute(row, village) == pytest.approx(value)
    assert recompute(row, with_helpers(village)) == pytest.approx(value)


@pytest.mark.parametrize(("query", "measure"), [("site > 9", "mean(site)"), ("bus", "percent of (site > 9)")])
def test_nothing_counted_is_no_number_and_never_agrees(
    village: dict[str, pd.DataFrame], query: str, measure: str
) -> None:
    row = figure(table="sites", filter=query, measure=measure, tolerance=1e9)
    value = recompute(row, village)
    assert math.isnan(value)
    assert not row.agrees(value)


def test_counting_says_what_is_missing(village: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(ValueError, match="column dibao, which the table persons lacks"):
        recompute(figure(filter="dibao == 'none'"), village)
    with pytest.raises(ValueError, match="source_kind is none"):
        recompute(figure(source_kind="none"), village)


def test_tolerance() -> None:
    row = figure(value=93256.44, tolerance=0.005)
    assert row.agrees(93256.445)
    assert not row.agrees(93256.446)
    assert figure(value=78.0).agrees(78.0 + 1e-10)
    assert not figure(value=78.0).agrees(79.0)


@pytest.mark.parametrize(("key", "reading"), COUNTED)
def test_built_city_has_the_figure(figures, city_tables, key: str, reading: dict[str, str]) -> None:
    value = recompute(figures[key], city_tables(reading))
    assert figures[key].agrees(value), f"{key}: {value} counted, {figures[key].value} printed"


def test_a_changed_city_is_noticed(figures, city) -> None:
    tables = city().tables()
    tables["persons"] = tables["persons"].iloc[1:]
    tables["sites"] = tables["sites"].assign(bus=False)
    tables = with_helpers(tables)
    assert not figures["persons"].agrees(recompute(figures["persons"], tables))
    assert recompute(figures["urban_bus_coverage"], tables) == 0.0
    assert figures["sites"].agrees(recompute(figures["sites"], tables))
