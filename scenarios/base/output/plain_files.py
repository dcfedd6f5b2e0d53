"""CSV and JSON as this project writes them: UTF-8 with plain line ends, the same bytes on every system.

A CSV file with more than ASCII in it begins with the mark of UTF-8: without it, Excel reads Chinese names in the
encoding of its own system. Tables of numbers have no mark.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.base.output.whole_files import write_text

if TYPE_CHECKING:
    import pandas as pd

SIX_DIGITS = "%.6g"
"""Format of numbers in committed tables: more digits than the seeds leave certain."""
MARK = "\ufeff"


def csv_text(table: pd.DataFrame, float_format: str | None = None) -> str:
    """Return a table as CSV, without its index. float_format: of numbers, as many digits as needed if not given."""
    text: str = table.to_csv(index=False, lineterminator="\n", float_format=float_format)
    return text


def write_csv(table: pd.DataFrame, path: Path, float_format: str | None = None) -> Path:
    """Write a table as CSV, whole or not at all; return the path. float_format: as in `csv_text`."""
    text = csv_text(table, float_format)
    return write_text(path, text if text.isascii() else MARK + text)


def json_text(content: Mapping[str, Any]) -> str:
    """Return what says where results come from as JSON: keys sorted, one a line; ValueError for what is no number."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def write_json(path: Path, content: Mapping[str, Any]) -> Path:
    """Write `json_text` of `content`, whole or not at all; return the path."""
    return write_text(path, json_text(content))
