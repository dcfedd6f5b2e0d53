"""The table of rings of evidence (make rings): how much each draw of the posterior weighs when evidence from elsewhere
is let in, ring by ring.

`rings.csv` has one row a draw; `rings.json` says how it was made and what it came to. calibration/ writes both. A
comparison reads the weights of its draws from it, if these sources made it for the same parameter sets and seeds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.base.errors import UserError
from scenarios.base.input.csv_files import read_frame
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.output.plain_files import csv_text, write_json
from scenarios.base.output.whole_files import write_text
from scenarios.base.paths import ROOT
from scenarios.base.text import Text
from scenarios.report.patterns import RINGS
from scenarios.runs.parameter_sets import PARAMETER, Draws
from scenarios.runs.sources import source_hash
from scenarios.settings.config import canonical_json
from scenarios.settings.parameter_values import SIGNIFICANT_DIGITS
from simulation.state.entities import Float

RINGS_FILE = ROOT / "calibration" / "tables" / "rings.csv"
RINGS_COMMAND = "make rings"
DRAW, KEY, VALUE, SHARE, WEIGHT = "draw", "key", "value:", "share:", "weight:"
"""Columns: the draw's number; the hash of its parameters and seed; by the beginning of its name, what it gives for an
item of evidence, its households by state in December 2019, and its weight under a ring (mean 1)."""
FEWEST_EFFECTIVE = 50.0
"""With fewer effective draws than this, nothing under a ring is called firm."""


class Rings(NamedTuple):
    """The table with the columns above, and how it was made."""

    table: pd.DataFrame
    made: dict[str, Any]


def effective_draws(weights: Float) -> float:
    """Return (sum of weights)^2 / sum of squared weights: how many equal draws they are worth (Kish)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def draw_key(values: Mapping[str, float], seed: int) -> str:
    """Return what tells a draw from others: a hash of its parameters, by 'process.name', and its seed."""
    return hashlib.sha256(canonical_json({"seed": seed, **values}).encode()).hexdigest()[:16]


def draw_keys(draws: Draws) -> list[str]:
    """Return the key of every row of a table of draws."""
    keys = []
    for row in draws.table.to_dict("records"):
        values = {str(name).removeprefix(PARAMETER): float(v) for name, v in row.items()
                  if str(name).startswith(PARAMETER)}  # fmt: skip
        keys.append(draw_key(values, int(row["seed"])))
    return keys


def write_rings(path: Path, rings: Rings) -> None:
    """Write the table and, beside it, how it was made."""
    table = csv_text(rings.table, f"%.{SIGNIFICANT_DIGITS}g")
    write_text(path, table)
    write_json(path.with_suffix(".json"), rings.made)


def stored_rings(path: Path) -> Rings:
    """Return the table whatever sources made it; raises UserError if it cannot be read."""
    try:
        table = read_frame(path, dtype={KEY: str})
        made = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        missing = [name for name in (DRAW, KEY, *(f"{WEIGHT}{ring}" for ring in RINGS)) if name not in table]
        if missing:
            raise ValueError(f"no column {', '.join(missing)}")
        return Rings(table, made)
    except (OSError, ValueError, UserError) as error:
        problem = Text("the table of rings cannot be read", "无法读取证据圈的表")
        hint = Text(f"make it anew: {RINGS_COMMAND}", f"请重新运行 {RINGS_COMMAND}")
        raise UserError(problem, key="rings", found=shown_path(path), hint=hint) from error


def read_rings(path: Path = RINGS_FILE) -> Rings | None:
    """Return the table, or None if there is none that these sources made."""
    if not path.is_file():
        return None
    rings = stored_rings(path)
    return rings if rings.made.get("source") == source_hash("rings") else None


def weights_of_draws(rings: Rings | None, draws: Draws, rows: list[int]) -> dict[str, Float]:
    """Return the weights of some rows of a table of draws by ring, each of shape (n_rows,) and mean 1.

    Empty if there is no table, or if a draw is not in it with the same number, parameters and seed: weights of another
    posterior say nothing of this one.
    """
    if rings is None:
        return {}
    keys, numbers = draw_keys(draws), draws.table["draw"].to_numpy()
    known = dict(zip(zip(rings.table[DRAW], rings.table[KEY], strict=True), range(len(rings.table)), strict=True))
    found = [known.get((int(numbers[row]), keys[row])) for row in rows]
    if not found or None in found:
        return {}
    weights = {ring: rings.table[f"{WEIGHT}{ring}"].to_numpy(float)[np.array(found, dtype=int)] for ring in RINGS}
    return {ring: own / own.mean() for ring, own in weights.items()}
