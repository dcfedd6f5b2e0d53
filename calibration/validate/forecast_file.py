"""A forecast that is written down: the values of all draws, a hash of them, and the day on which it was made.

Beside the table, `<day>.parquet`, stands `<day>.json` with the day, the sources, the draws, and the hash of the
content, in which the day is not. Who changes a number changes the hash, and a score refuses the file.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.output.plain_files import write_json
from scenarios.base.output.whole_files import write_bytes
from scenarios.base.paths import ROOT
from scenarios.base.text import Text
from simulation.state.entities import Float

FOLDER = ROOT / "calibration" / "tables" / "forecast"
"""Where forecasts are committed."""
DIGITS = 4
"""Significant digits of a value."""
KEYS, KINDS = ("measure", "place", "month"), ("posterior", "prior")
MAKES = Text("make one: make forecast", "请先运行 make forecast")


class Forecast(NamedTuple):
    """Values by row: `keys` are (measure, place, month YYYY-MM); posterior and prior have shape (n_rows, n_draws).

    made: what the JSON file says.
    """

    keys: tuple[tuple[str, str, str], ...]
    posterior: Float
    prior: Float
    made: dict[str, Any]

    def rows(self) -> dict[tuple[str, str, str], int]:
        """Return the number of each row by its key."""
        return {key: row for row, key in enumerate(self.keys)}


def is_day(text: str) -> bool:
    """Return whether a text is a day of the calendar, written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def shortened(values: Float) -> Float:
    """Return values with as many digits as a forecast keeps; NaN stays."""
    flat = [float(f"{value:.{DIGITS}g}") for value in np.ravel(values)]
    return np.array(flat, dtype=np.float64).reshape(np.shape(values))


def content_hash(forecast: Forecast) -> str:
    """Return the hash of all that a forecast says: keys, and values as text."""
    digest = hashlib.sha256()
    for key, *both in zip(forecast.keys, forecast.posterior, forecast.prior, strict=True):
        for kind, values in zip(KINDS, both, strict=True):
            digest.update(",".join([*key, kind, *(f"{value:.{DIGITS}g}" for value in values)]).encode() + b"\n")
    return digest.hexdigest()


def write_forecast(path: Path, forecast: Forecast) -> None:
    """Write the table and, beside it, what it is made of with the hash of its content."""
    text = pa.dictionary(pa.int32(), pa.string())
    columns = {name: pa.array([key[k] for key in forecast.keys]).cast(text) for k, name in enumerate(KEYS)}
    columns |= {kind: _lists(values) for kind, values in zip(KINDS, forecast[1:3], strict=True)}
    file = io.BytesIO()
    pq.write_table(
        pa.table(columns), file, compression="zstd", compression_level=19, write_statistics=False, store_schema=False
    )
    write_bytes(path, file.getvalue())
    write_json(path.with_suffix(".json"), {**forecast.made, "content": content_hash(forecast)})


def read_forecast(path: Path) -> Forecast:
    """Return a forecast; raises UserError if it is not there, cannot be read, or is not what its JSON file tells of."""
    if not path.is_file():
        problem = Text("there is no such forecast", "没有该预测文件")
        raise UserError(problem, key="forecast", found=shown_path(path), hint=MAKES)
    try:
        table = pq.read_table(path)
        made = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        columns = [table.column(name).to_pylist() for name in KEYS]
        values = [np.array(table.column(kind).to_pylist(), dtype=np.float64) for kind in KINDS]
        hashed = made.pop("content")
    except (OSError, ValueError, KeyError, AttributeError) as error:
        problem = Text("the forecast cannot be read", "无法读取预测文件")
        raise UserError(problem, key="forecast", found=shown_path(path), hint=MAKES) from error
    keys = tuple(zip(*columns, strict=True))
    forecast = Forecast(keys, shortened(values[0]), shortened(values[1]), made)
    if content_hash(forecast) != hashed:
        problem = Text("the forecast has been changed since it was written down", "预测文件写出后被改动过")
        hint = Text("take it from the repository again", "请从代码库重新取出该文件")
        raise UserError(problem, key="forecast", found=shown_path(path), allowed=f"sha256 {hashed[:16]}...", hint=hint)
    return forecast._replace(made={**made, "content": hashed})


def forecasts(folder: Path = FOLDER) -> list[Path]:
    """Return the forecasts of a folder, the oldest first: files that are called by their day."""
    return sorted(path for path in folder.glob("*.parquet") if is_day(path.stem))


def newest(folder: Path = FOLDER) -> Path:
    """Return the newest forecast; raises UserError if there is none."""
    found = forecasts(folder)
    if not found:
        problem = Text("no forecast has been written down", "尚无预测文件")
        raise UserError(problem, key="forecast", found=shown_path(folder), hint=MAKES)
    return found[-1]


def _lists(values: Float) -> Any:
    """Return rows of values as lists of 32-bit numbers, which hold the digits that are kept."""
    flat = pa.array(np.ravel(values).astype(np.float32))
    width: Iterable[int] = np.arange(0, values.size + 1, values.shape[1], dtype=np.int32)
    return pa.ListArray.from_arrays(pa.array(width), flat)
