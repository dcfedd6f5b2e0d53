"""The population's tables on disk: written as Parquet, read as Parquet or CSV, and put in place of drawn ones.

A user's own table replaces the drawn one of the same name, whole; the rules that all tables must then meet together are
in rules.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyarrow.lib import ArrowException

from scenarios.base.errors import nearest
from scenarios.base.input.csv_files import read_csv
from scenarios.base.input.written_numbers import number_of
from scenarios.base.output.folders import MANIFEST
from scenarios.base.output.parquet_files import read_parquet, write_parquet
from scenarios.population.rules import FIRST_ROW, check_table, check_tables
from simulation.state.population import TABLES, Population

SUFFIXES = (".csv", ".parquet")
WRITTEN_BESIDE = (MANIFEST,)
"""Files that the project itself writes beside the tables."""
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
        write_parquet(table, Path(folder) / f"{name}.parquet")


def read_tables(folder: str | Path) -> dict[str, pd.DataFrame]:
    """Return those tables that the folder holds, each as one file, NAME.parquet or NAME.csv.

    Raises ValueError, one line naming table, column, row, value found and value allowed, or the file that is no table;
    UserError for a CSV file whose form is wrong.
    """
    files = _table_files(Path(folder))
    tables = {}
    for name in TABLES:
        if name in files:
            path = files[name]
            tables[name] = _typed(name, _parquet_table(path) if path.suffix == ".parquet" else _csv_table(path))
    return tables


def _table_files(folder: Path) -> dict[str, Path]:
    """Return the file of each table; raises ValueError for two of one table and for whatever else is in the folder.

    Hidden files and what `python -m scenarios.population_tables` writes beside its tables are left alone.
    """
    files: dict[str, Path] = {}
    names = [name + suffix for name in TABLES for suffix in SUFFIXES]
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in WRITTEN_BESIDE:
            continue
        if path.name not in names or not path.is_file():
            near = nearest(path.stem.lower(), TABLES)
            near = f"{near}{path.suffix.lower() if path.suffix.lower() in SUFFIXES else SUFFIXES[0]}" if near else ""
            hint = f" (nearest: {near})" if near and near != path.name else ""
            raise ValueError(f"{path.name}: no table{hint}; allowed are {', '.join(TABLES)} as .csv or .parquet")
        if path.stem in files:
            raise ValueError(f"table {path.stem}: found {files[path.stem].name} and {path.name}; allowed is one file")
        files[path.stem] = path
    return files


def _parquet_table(path: Path) -> pd.DataFrame:
    """Return a table of Parquet; raises ValueError for a file that is none, or that has two columns of one name."""
    try:
        return read_parquet(path)
    except (ArrowException, OSError, ValueError):
        raise ValueError(f"{path.name}: found no Parquet table with one column of each name") from None


def _csv_table(path: Path) -> pd.DataFrame:
    """Return a table of texts; raises ValueError for a blank row between others."""
    table = read_csv(path)
    for number, row in enumerate(table.rows, start=FIRST_ROW):
        if row.number != number:
            raise ValueError(f"table {path.stem}, row {number}: found a blank row; allowed are blank rows at the end")
    cells = [row.cells for row in table.rows]
    return pd.DataFrame(cells, columns=list(table.heading), dtype=object)


def _typed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table in its schema's types; text is parsed, and numbers that do not fit are refused."""
    found = [str(column).strip() for column in table.columns]
    for twice in sorted({column for column in found if found.count(column) > 1}):
        raise ValueError(f"table {name}, column {twice}: found twice; allowed is once")
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
    read = [number_of(str(cell)) for cell in text]
    _refuse(name, column, values, np.array([number is None for number in read], dtype=bool), "a number")
    numbers = [number for number in read if number is not None]
    if dtype == "float64":
        return np.array(numbers, dtype=dtype)
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    wrong = np.array([number != int(number) or not low <= number <= high for number in numbers], dtype=bool)
    _refuse(name, column, values, wrong, f"a whole number from {low} to {high}")
    return np.array([int(number) for number in numbers], dtype=dtype)


def _refuse(name: str, column: str, values: pd.Series[Any], wrong: npt.NDArray[np.bool_], allowed: str) -> None:
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        cell, row = values.iloc[first], first + FIRST_ROW
        found = "nothing" if pd.isna(cell) else repr(cell) if isinstance(cell, str) else str(cell)
        raise ValueError(f"table {name}, column {column}, row {row}: found {found}; allowed is {allowed}")


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
