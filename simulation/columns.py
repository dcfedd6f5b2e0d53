"""How the columns of a table lie in memory: alone, or side by side in records.

A rule that goes through all rows reads a column of its own fastest. A rule that reads a few rows (who moves, who looks
for work, whose household has changed) waits for memory once for every column that lies alone; columns that such rules
read together lie side by side, one record for each row. Only the place in memory differs: a column is an array of
shape (n_rows, ...) either way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar, cast

import numpy as np

from simulation.state import PACKED, State

_DTYPES = {"Bool": np.bool_, "Int8": np.int8, "Int16": np.int16, "Int32": np.int32, "Int64": np.int64}
Table = TypeVar("Table", bound=tuple[Any, ...])


def dtypes(table: type[Table]) -> dict[str, np.dtype[Any]]:
    """Return the dtype of each column of a table by its annotation (float64 for Float)."""
    kinds = {name: str(getattr(kind, "__forward_arg__", kind)) for name, kind in table.__annotations__.items()}
    return {name: np.dtype(_DTYPES.get(kind, np.float64)) for name, kind in kinds.items()}


def new_table(table: type[Table], n: int, given: Mapping[str, Any], packed: Collection[str] | None = None) -> Table:
    """Return a table of n rows with the columns given, which are copied, and zeros in the others.

    A column alone has the shape that is given; those that are packed (those of `PACKED` by default) have shape
    (n, ...).
    """
    kinds = dtypes(table)
    packed = PACKED.get(table.__name__, ()) if packed is None else packed
    packed = sorted(packed, key=lambda name: -kinds[name].itemsize)
    fields = [(name, kinds[name], np.shape(given[name])[1:] if name in given else ()) for name in packed]
    records = np.zeros(n, dtype=np.dtype(fields, align=True))
    columns: dict[str, Any] = {}
    for name, kind in kinds.items():
        if name in packed:
            columns[name] = records[name]
            columns[name][...] = given.get(name, 0)
        elif name in given:
            columns[name] = np.array(given[name], dtype=kind, order="C")  # always a copy: tables are not ours
        else:
            columns[name] = np.zeros(n, dtype=kind)
    return cast("Any", table)(**columns)


def copy_state(state: State) -> State:
    """Return a state of its own with equal columns."""
    return State(*(copy_table(part) if isinstance(part, tuple) else part.copy() for part in state))


def copy_table(table: Table) -> Table:
    """Return a table of its own with equal columns, which lie in memory as they did."""
    columns = cast("Any", table)._asdict()
    if type(table).__name__ not in PACKED:
        return cast("Any", type(table))(
            **{name: column.copy() if isinstance(column, np.ndarray) else column for name, column in columns.items()}
        )
    return new_table(type(table), columns["key"].size, columns)
