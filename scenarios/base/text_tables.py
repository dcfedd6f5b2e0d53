"""Tables as text: cells as people read them, in either language, and aligned columns for a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from scenarios.base.console import ruled
from scenarios.base.labels import label

LABELLED = {"kind": "kind", "met": "met", "unit": "unit", "group": "group"}
"""Columns whose cells are names of conf/labels/, with their section."""
PRINTED_NUMBERS = ("report",)
EMPTY = "–"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def cell_text(value: Any, column: str, language: str) -> str:
    """Return a cell as it is printed in `column`.

    Names are translated; counts and amounts have no decimals, numbers below 100 with a fraction have three, deviations
    are signed percent; what is not known is a dash.
    """
    if column in LABELLED:
        return label(f"{LABELLED[column]}.{value}", language)
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return EMPTY
    number = float(value)
    if column == "deviation_percent":
        return label("table.percent", language).format(number=f"{number:+.1f}" if abs(number) >= 0.05 else "0.0")
    if number in (float("inf"), float("-inf")):
        return EMPTY
    if number == round(number) or abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3f}"


def table_cells(table: pd.DataFrame, columns: Sequence[str], language: str) -> list[list[str]]:
    """Return the heading and the rows of `columns` as texts in `language`.

    The heading of a column named like a variable is its label column.<name>; any other name is a text for people
    already, as in tables whose columns are scenarios.
    """
    heads = [label(f"column.{name}", language) if _NAME.fullmatch(name) else name for name in columns]
    rows = [
        [cell_text(value, name, language) for name, value in zip(columns, values, strict=True)]
        for values in table[list(columns)].itertuples(index=False, name=None)
    ]
    return [heads, *rows]


def right_columns(table: pd.DataFrame, columns: Sequence[str]) -> list[bool]:
    """Return for each column whether its cells are numbers (or printed numbers), which end at one edge."""
    return [name in PRINTED_NUMBERS or pd.api.types.is_numeric_dtype(table[name]) for name in columns]


def format_table(table: pd.DataFrame, columns: Sequence[str], language: str) -> str:
    """Return the columns of `table` aligned for a terminal: heading, rule, rows; numbers to the right."""
    cells = table_cells(table, columns, language)
    right = [i for i, to_right in enumerate(right_columns(table, columns)) if to_right]
    return ruled(cells, right) + "\n"
