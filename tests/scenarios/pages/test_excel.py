"""The workbook: every number of the tables, what is explained, a chart of Excel's own, equal bytes."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.base.labels import (
    LANGUAGES,
    label,
    read_labels,
    scenario_title,
)
from scenarios.compare.tables import COLUMNS
from scenarios.pages import excel
from scenarios.pages.excel import write_excel
from scenarios.pages.excel_chart import axis_range, effect_bars
from scenarios.runs import workbook
from scenarios.sweep.answer.tables import COLUMNS as SWEEP_COLUMNS
from tests import office
from tests.scenarios.made_tables import SCENARIOS, made_tables
from tests.scenarios.pages.read_book import read_book

NAMES = ("workshops", "school_gap", "housing_title", "origin_land_returns")
NOTES = [("Anju", "A comparison & its <tables>"), ("Source", "=1+1 is a text")]


def made_book(path: Path, language: str) -> dict[str, pd.DataFrame]:
    tables: dict[str, pd.DataFrame] = made_tables(NAMES)._asdict()
    titles = {name: scenario_title(name, language) for name in SCENARIOS}
    write_excel(path, tables, NOTES, language, effect_bars(tables["effects"], titles, language), titles)
    return tables


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_every_table(tmp_path: Path, language: str) -> None:
    tables = made_book(tmp_path / "book.xlsx", language)
    sheets = read_book(tmp_path / "book.xlsx")
    readme, chart = (label(f"excel.{name}", language) for name in ("readme", "chart"))
    assert list(sheets) == [readme, chart, *(label(f"excel_name.{name}", language) for name in tables)]
    for name, table in tables.items():
        head, *rows = sheets[label(f"excel_name.{name}", language)]
        assert head == [label(f"excel_head.{column}", language) for column in COLUMNS[name]]
        assert len(rows) == len(table)
        for place, column in enumerate(table.columns):
            cells = [row[place] if place < len(row) else None for row in rows]
            if pd.api.types.is_numeric_dtype(table[column]):
                found = np.array([np.nan if cell is None else cell for cell in cells], dtype=float)
                np.testing.assert_allclose(found, table[column].to_numpy(dtype=float), rtol=1e-12, atol=0)
            elif column in ("month", "reading", "id", "parameter"):
                assert [cell or "" for cell in cells] == table[column].tolist()
    effects = sheets[label("excel_name.effects", language)]
    assert {row[2] for row in effects[1:]} >= {label("indicator.households_settled", language)}
    assert {row[0] for row in effects[1:]} == {scenario_title(name, language) for name in NAMES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_sheet_explains_every_column(tmp_path: Path, language: str) -> None:
    tables = made_book(tmp_path / "book.xlsx", language)
    rows = read_book(tmp_path / "book.xlsx")[label("excel.readme", language)]
    assert [row[:2] for row in rows[1:3]] == [list(note) for note in NOTES]
    listed = {(row[0], row[2]): row[3] for row in rows if len(row) == 4}
    for name, table in tables.items():
        for column in table.columns:
            assert listed[label(f"excel_name.{name}", language), column]
        assert any(row[:2] == [label(f"excel_name.{name}", language), f"{name}.csv"] for row in rows)


def test_labels_are_those_of_the_tables() -> None:
    sheets = COLUMNS | workbook.TABLES | SWEEP_COLUMNS
    assert len(sheets) == len(COLUMNS) + len(workbook.TABLES) + len(SWEEP_COLUMNS)
    columns = {column for names in sheets.values() for column in names}
    own = {f"{name}_{column}" for name, names in sheets.items() for column in names}
    for key in read_labels():
        section, _, name = key.partition(".")
        if section in ("excel_name", "excel_about"):
            assert name in sheets, key
        elif section == "excel_head":
            assert name in columns | own | {"below", "above"}, key
        elif section == "excel_meaning":
            assert name in columns | own, key


def test_equal_tables_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        made_book(tmp_path / name / "book.xlsx", "zh")
    assert (tmp_path / "first/book.xlsx").read_bytes() == (tmp_path / "second/book.xlsx").read_bytes()


def test_a_chart_with_intervals(tmp_path: Path) -> None:
    made_book(tmp_path / "book.xlsx", "en")
    with zipfile.ZipFile(tmp_path / "book.xlsx") as package:
        chart = package.read("xl/charts/chart1.xml").decode()
        sheet = package.read("xl/worksheets/sheet3.xml").decode()
    assert '<c:barDir val="bar"/>' in chart
    assert '<c:errValType val="cust"/>' in chart
    assert "'Chart'!$F$2:$F$5" in chart
    assert "<pane ySplit=" in sheet.replace('xSplit="0" ', "")
    assert "<autoFilter ref=" in sheet
    rows = read_book(tmp_path / "book.xlsx")["Chart"]
    assert rows[1] == [scenario_title("housing_title", "en"), 1870.0, 880.0, 2960.0, 990.0, 1090.0]
    assert [row[1] for row in rows[1:]] == sorted((row[1] for row in rows[1:]), reverse=True)


def test_the_chart_has_all_households_in_the_first_reading(tmp_path: Path) -> None:
    effects = made_tables(NAMES, ("default", "other")).effects
    bars = effect_bars(effects, {}, "en", "persons_resident")
    assert bars.rows["name"].tolist() == ["housing_title", "school_gap", "workshops", "origin_land_returns"]
    assert bars.unit == "persons"
    with pytest.raises(ValueError, match=r"no row of happiness in 2024-12"):
        effect_bars(effects, {}, "en", "happiness")


def test_an_axis_holds_zero_and_every_interval() -> None:
    assert axis_range(-160, 2960) == (-1000, 3000, 1000)
    assert axis_range(3, 9) == (0, 10, 2)
    assert axis_range(-0.3, -0.1) == pytest.approx((-0.3, 0, 0.05))
    assert axis_range(0, 0) == pytest.approx((0, 1, 0.2))


def test_a_long_table_keeps_its_last_month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MOST_ROWS", 3)
    table = pd.DataFrame({"month": ["2020-01", "2020-02"] * 2, "effect": [1.0, 2.0, 3.0, np.inf], "odd <x>": "=1+1"})
    write_excel(tmp_path / "book.xlsx", {"long": table, "paths": table.iloc[:2]}, [], "en")
    sheets = read_book(tmp_path / "book.xlsx")
    assert sheets["long"] == [["Month", "Effect", "odd <x>"], ["2020-02", 2.0, "=1+1"], ["2020-02", None, "=1+1"]]
    assert len(sheets["Paths"]) == 3
    said = [row[3] for row in sheets["README"] if len(row) == 4 and row[1] == "long.csv"]
    assert said == ["Only the last month, 2020-02; the CSV table has all 4 rows."]


@pytest.mark.system
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_office_program_reads_the_same_numbers(tmp_path: Path, language: str) -> None:
    tables = made_book(tmp_path / "book.xlsx", language)
    sheet = 3 + list(tables).index("cost_effect")
    head, *rows = office.to_csv(tmp_path / "book.xlsx", sheet)
    assert head == [label(f"excel_head.{column}", language) for column in COLUMNS["cost_effect"]]
    assert [row[0] for row in rows] == [scenario_title(name, language) for name in tables["cost_effect"]["scenario"]]
    found = np.array([[float(cell) if cell else np.nan for cell in row[1:]] for row in rows])
    np.testing.assert_allclose(found, tables["cost_effect"].iloc[:, 1:].to_numpy(dtype=float), rtol=1e-12)
