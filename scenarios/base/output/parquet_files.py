"""Parquet files, opened by Python: Arrow cannot open a path whose characters the terminal's encoding does not know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.base.output.whole_files import opened_beside


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table without its index, whole or not at all."""
    with opened_beside(path) as file:
        table.to_parquet(file, index=False)


def read_parquet(path: Path, **options: Any) -> pd.DataFrame:
    """Return a table, with options of `pandas.read_parquet`."""
    with path.open("rb") as file:
        return pd.read_parquet(file, **options)  # noqa: TID251 (opened above)
