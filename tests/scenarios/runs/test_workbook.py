"""The workbook of a run: every number of its tables, names in the reader's language, every column explained."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.base.labels import LANGUAGES, label, read_labels
from scenarios.runs.run import run_scenario
from scenarios.runs.workbook import FILE, TABLES
from scenarios.settings.config import compose_run
from scenarios.settings.units import unit_text
from tests.scenarios.pages.read_book import read_book

WORDS = ("population.size=town", "end=2020-03", "levers.workshops.size=2", "levers.workshops.start=2020-02")
NUMBERS = {
    "report_table": ("low", "high", "model", "deviation_percent"),
    "indicators_city": ("value",),
    "money": ("yuan", "used_up_yuan"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_of_a_run(tmp_path: Path, language: str) -> None:
    folder = run_scenario(compose_run([*WORDS, f"language={language}", f"output={tmp_path / 'run'}"]))
    book = read_book(folder / FILE)
    readme = book.pop(label("excel.readme", language))
    assert list(book) == [label(f"excel_name.{name}", language) for name in TABLES]
    explained = {(row[0], row[2]): row[3] for row in readme if len(row) == 4}
    for name, columns in TABLES.items():
        tab = label(f"excel_name.{name}", language)
        assert all(explained[tab, column] for column in columns)
        table, (heading, *rows) = pd.read_csv(folder / f"{name}.csv"), book[tab]
        assert len(rows) == len(table) > 0
        assert not set(heading) & {"name", "value", "met", "used_up_yuan"}  # words, no names of programs
        for column in NUMBERS[name]:
            place = columns.index(column)
            cells = [row[place] if place < len(row) else None for row in rows]
            found = np.array([np.nan if cell is None else cell for cell in cells], dtype=float)
            np.testing.assert_allclose(found, table[column].to_numpy(dtype=float), rtol=1e-12, atol=0)
        if "unit" in columns:
            cells = [row[columns.index("unit")] for row in rows]
            names = {unit: f"unit.{unit}" for unit in table["unit"]}
            assert cells == [
                label(names[unit], language) if names[unit] in read_labels() else unit_text(unit, language)
                for unit in table["unit"]
            ]
            assert language == "en" or not any(re.search("[a-z]", cell) for cell in cells)
    report = book[label("excel_name.report_table", language)]
    assert {row[8] for row in report[1:]} <= {label(f"met.{met}", language) for met in ("yes", "near", "no", "unknown")}
    money = book[label("excel_name.money", language)]
    assert {row[1] for row in money[1:]} == {label("lever.workshops", language)}
    assert len([row for row in readme if row and row[0] == label("lever.workshops", language)]) == 1  # what was run


def test_a_run_without_public_money_has_an_empty_sheet(tmp_path: Path) -> None:
    folder = run_scenario(compose_run(["population.size=town", "end=2019-12", f"output={tmp_path / 'run'}"]))
    assert len(read_book(folder / FILE)[label("excel_name.money", "en")]) == 1
