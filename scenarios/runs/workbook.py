"""The office copy of a run: its tables for people as one workbook, with names in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from scenarios.base.input.csv_files import read_frame
from scenarios.pages.excel import write_excel

FILE = "tables.xlsx"
TABLES = {
    "report_table": ("kind", "name", "report", "low", "high", "model", "unit", "deviation_percent", "met", "note"),
    "indicators_city": ("month", "indicator", "unit", "value"),
    "money": ("month", "lever", "kind", "yuan", "used_up_yuan"),
}
"""The sheets, named as the CSV files, and their columns: those that say the same in every row are left out."""


def write_workbook(folder: Path, table: pd.DataFrame, language: str, configuration: Sequence[tuple[str, str]]) -> Path:
    """Write tables.xlsx of a run into `folder`, where its CSV files are; return its path.

    table: `outcome.report_table`; configuration: (name, text) of what was run.
    """
    tables = {"report_table": table} | {
        name: read_frame(folder / f"{name}.csv") for name in TABLES if name != "report_table"
    }
    sheets = {name: tables[name][list(columns)] for name, columns in TABLES.items()}
    return write_excel(folder / FILE, sheets, configuration, language)
