"""The population's tables on disk: written as Parquet, read as Parquet or CSV, and put in place of drawn ones.

A user's own table replaces the drawn one of the same name, whole; the rules that all tables must then meet together are
in rules.py.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from scenarios.base.whole_files import file_beside
from scenarios.population.rules import check_table, check_tables
from simulation.state.population import TABLES, Population

ENCODINGS = ("utf-8-sig", "gb18030")
"""Tried in this order: UTF-8 with or without mark, strict, then the encoding of Chinese spreadsheets."""
TRUE, FALSE = ("true", "1"), ("false", "0")


def with_schema(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the columns of its schema in order, in their types ('str' is object).

    Raises ValueError where a column is missing.
    """
    columns = {}
    for column in TABLES[name]:
        if column.name not in table.columns:
            raise ValueError(f"table {name}, column {column.name}: missing")
        values = table[column.name].to_numpy()
        if column.dtype == "str":
            columns[column.name] = pd.Series(values.astype(object), dtype=object)
        else:
            columns[column.name] = pd.Series(values.astype(column.dtype))
    return pd.DataFrame(columns)


def write_tables(population: Population, folder: str | Path) -> None:
    """Write one Parquet file per table, each whole or not at all."""
    for name, table in population.tables().items():
        with file_beside(Path(folder) / f"{name}.parquet") as aside:
            table.to_parquet(aside, index=False)


def read_tables(folder: str | Path) -> dict[str, pd.DataFrame]:
    """Return those tables that the folder holds, as NAME.parquet or NAME.csv (Parquet before CSV).

    CSV may be UTF-8, with or without mark, or GB18030, as spreadsheets write it.

    Raises ValueError, one line naming table, column, row, value found and value allowed.
    """
    tables = {}
    for name in TABLES:
        parquet, text = Path(folder) / f"{name}.parquet", Path(folder) / f"{name}.csv"
        if parquet.exists():
            tables[name] = _typed(name, pd.read_parquet(parquet))
        elif text.exists():
            frame = pd.read_csv(io.StringIO(_decoded(text)), dtype=str, keep_default_na=False)
            tables[name] = _typed(name, frame)
    return tables


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError(f"{path}: neither UTF-8 nor GB18030")


def _typed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table in its schema's types; text is parsed, and numbers that do not fit are refused."""
    found = [str(column).strip() for column in table.columns]
    table = table.set_axis(found, axis=1)
    wanted = [column.name for column in TABLES[name]]
    for missing in [column for column in wanted if column not in found]:
        raise ValueError(f"table {name}, column {missing}: missing; allowed are {', '.join(wanted)}")
    for unknown in [column for column in found if column not in wanted]:
        raise ValueError(f"table {name}, column {unknown}: unknown; allowed are {', '.join(wanted)}")
    columns: dict[str, pd.Series[Any]] = {}
    for column in TABLES[name]:
        values = table[column.name]
        if column.dtype == "str":
            columns[column.name] = values.astype(object).where(values.notna(), "").astype(object)
        else:
            columns[column.name] = pd.Series(_numbers(name, column.name, column.dtype, values))
    return pd.DataFrame(columns)


def _numbers(name: str, column: str, dtype: str, values: pd.Series[Any]) -> npt.NDArray[Any]:
    """Return a column that is no text in its type."""
    if values.dtype == dtype:
        return values.to_numpy()
    text = values.astype(str).str.strip().str.lower()
    if dtype == "bool":
        _refuse(name, column, values, ~text.isin(TRUE + FALSE).to_numpy(), "true or false")
        return text.isin(TRUE).to_numpy()
    numbers = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64)
    _refuse(name, column, values, ~np.isfinite(numbers), "a number")
    if dtype == "float64":
        return numbers
    limits = np.iinfo(dtype)
    wrong = (numbers != np.floor(numbers)) | (numbers < limits.min) | (numbers > limits.max)
    _refuse(name, column, values, wrong, f"a whole number from {limits.min} to {limits.max}")
    return numbers.astype(dtype)


def _refuse(name: str, column: str, values: pd.Series[Any], wrong: npt.NDArray[np.bool_], allowed: str) -> None:
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise ValueError(f"table {name}, column {column}, row {row}: found {values.iloc[row]!r}; allowed is {allowed}")


def replace_tables(population: Population, tables: Mapping[str, pd.DataFrame]) -> Population:
    """Return the population with the given tables in place of its own, checked all together.

    Raises ValueError for an unknown table, or where the tables do not fit each other.
    """
    for name in tables:
        if name not in TABLES:
            raise ValueError(f"table {name}: unknown; allowed are {', '.join(TABLES)}")
        check_table(name, tables[name])
    changed = replace(population, **{name: with_schema(name, table) for name, table in tables.items()})
    check_tables(changed)
    return changed
