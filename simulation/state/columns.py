"""How the columns of a table lie in memory: alone, or side by side in records.

A rule that goes through all rows reads a column of its own fastest. A rule that reads a few rows (who moves, who looks
for work, whose household has changed) waits for memory once for every column that lies alone; columns that such rules
read together lie side by side, one record for each row. Only the place in memory differs: a column is an array of
shape (n_rows, ...) either way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

import numpy as np

from simulation.state.entities import Households, State
from simulation.state.tally import TALLY_VIEWS

RECORDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "Households": (
        (
            "local_wages_yuan",
            "unit_wages_yuan",
            "away_wages_yuan",
            "carer_away_yuan",
            "stopgap_yuan",
            "openness",
            "income_yuan",
            "knowledge",
            "trust",
            "attachment_site",
            "attachment_origin",
        ),
        (
            "taste",
            "origin_km",
            "origin_hours",
            "land_mu",
            "rented_mu",
            "subsidy_yuan",
            "dividend_yuan",
            "school_cost_yuan",
            "demolished_month",
            "flat_patience",
            "origin_school",
            "house",
            "land_pooled",
            "in_scope",
        ),
    ),
    "Persons": (
        (
            "efficiency",
            "reservation_yuan",
            "skill",
            "wage_yuan",
            "birth_month",
            "death_month",
            "labour_from",
            "labour_to",
            "school_leave",
            "male",
            "care_need",
            "dibao",
            "ever_employed",
        ),
    ),
}
"""Columns that lie side by side in memory : each group one record for a row."""

_DTYPES = {
    "Float": np.float64,
    "Bool": np.bool_,
    "Int8": np.int8,
    "Int16": np.int16,
    "Int32": np.int32,
    "Int64": np.int64,
    "UInt32": np.uint32,
    "UInt64": np.uint64,
}
Groups = tuple[tuple[str, ...], ...]
Table = TypeVar("Table", bound=tuple[Any, ...])


def dtypes(table: type[Table]) -> dict[str, np.dtype[Any]]:
    """Return the dtype of each column of a table by its annotation."""
    kinds = {name: str(getattr(kind, "__forward_arg__", kind)) for name, kind in table.__annotations__.items()}
    return {name: np.dtype(_DTYPES[kind]) for name, kind in kinds.items()}


def new_table(table: type[Table], n: int, given: Mapping[str, Any], groups: Groups | None = None) -> Table:
    """Return a table of n rows with the columns given, which are copied, and zeros in the others.

    groups: the columns that lie side by side, those of `RECORDS` by default; they have shape (n, ...), a column alone
    has the shape that is given. Raises KeyError for a column that the table has not, ValueError for a number that its
    column cannot hold.
    """
    kinds = dtypes(table)
    for name, column in given.items():
        _check_fits(f"{table.__name__}.{name}", np.asarray(column), kinds[name])
    columns: dict[str, Any] = {}
    for group in RECORDS.get(table.__name__, ()) if groups is None else groups:
        ordered = sorted(group, key=lambda name: -kinds[name].itemsize)
        fields = [(name, kinds[name], np.shape(given[name])[1:] if name in given else ()) for name in ordered]
        records = np.zeros(n, dtype=np.dtype(fields, align=True))
        for name in group:
            columns[name] = records[name]
            columns[name][...] = given.get(name, 0)
    views = TALLY_VIEWS if table is Households else {}
    for name, kind in kinds.items():
        if name in columns or name in views:
            continue
        if name in given:
            columns[name] = np.array(given[name], dtype=kind, order="C")  # always a copy: tables are not ours
        else:
            columns[name] = np.zeros(n, dtype=kind)
    for name, place in views.items():
        columns[name] = columns["tally"][:, place]
    return cast("Table", cast("Any", table)(**columns))


def _check_fits(name: str, column: np.ndarray[Any, Any], kind: np.dtype[Any]) -> None:
    if column.dtype != kind and kind.kind in "iu" and column.size and column.dtype.kind in "iuf":
        limits = np.iinfo(kind)
        if column.min() < limits.min or column.max() > limits.max:
            raise ValueError(f"{name}: {column.min()} to {column.max()} do not fit {limits.min} to {limits.max}")


def copy_table(table: Table) -> Table:
    """Return a table of its own with equal columns, which lie in memory as they did."""
    columns = cast("Any", table)._asdict()
    if type(table).__name__ in RECORDS:
        return new_table(type(table), columns["key"].size, columns)
    copies = {name: column.copy() if isinstance(column, np.ndarray) else column for name, column in columns.items()}
    return cast("Table", cast("Any", type(table))(**copies))


def copy_state(state: State) -> State:
    """Return a state of its own with equal columns."""
    parts: list[Any] = [copy_table(part) if isinstance(part, tuple) else part.copy() for part in state]
    return State(*parts)
