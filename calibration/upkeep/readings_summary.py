"""One row for each reading of the report: how its calibration fits, for the page of docs/calibration/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.base.errors import UserError
from scenarios.base.input.csv_files import read_frame
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.text import Text
from scenarios.report.figures import read_figures
from scenarios.runs.parameter_sets import (
    DRAWS_FILE,
    POSTERIOR,
    TARGET,
    Draws,
    read_draws,
)
from scenarios.runs.sources import source_hash
from scenarios.runs.targets import TARGETS
from scenarios.settings.config import compose_run


def readings_summary(output: Path, committed: Path) -> pd.DataFrame:
    """Return one row for each posterior of these sources: what fits, and what the report does not print.

    output: folder of the calibrations; committed: the table as it was. A reading that was not calibrated here keeps its
    row, if that is of the draws that are committed; raises UserError otherwise.
    """
    before = _by_id(read_frame(committed), "reading") if committed.is_file() else {}
    rows = []
    for path in [DRAWS_FILE, *sorted(p for p in POSTERIOR.glob("*.csv") if p != DRAWS_FILE)]:
        draws = read_draws(path)
        if draws.made["source"] != source_hash("posterior"):
            continue
        unprinted_file = output / ("" if path == DRAWS_FILE else path.stem) / "unprinted.csv"
        counts = {name: draws.made[name] for name in ("draws", "effective_draws", "runs")}
        kept = before.get(path.stem, {})
        if unprinted_file.is_file():
            unprinted = _by_id(read_frame(unprinted_file))
            shares = {f"{name}_{end}": float(unprinted[name][end]) for name in ("settled", "returned")
                      for end in ("median", "low", "high")}  # fmt: skip
        elif counts.items() <= kept.items():
            shares = {name: value for name, value in kept.items() if name.startswith(("settled_", "returned_"))}
        else:
            problem = Text("a reading was not calibrated", "某一口径尚未校准")
            hint = Text("make calibrate-readings", "请运行 make calibrate-readings")
            raise UserError(problem, key=path.stem, found=shown_path(unprinted_file), hint=hint)
        rows.append({"reading": path.stem, **counts, **_figures_met(draws), "without": ";".join(draws.made["without"]),
                     **shares})  # fmt: skip
    return pd.DataFrame(rows)


def _figures_met(draws: Draws) -> dict[str, int]:
    """Return how many of the report's figures lie within 90 % of the draws, and how many of those prove anything."""
    figures, knobs = read_figures(compose_run([]).region / "figures.csv"), draws.made["own_knobs"]
    ends = {target: draws.table[f"{TARGET}{target}"].quantile([0.05, 0.95]).tolist() for target in TARGETS}
    inside = [target for target, (low, high) in ends.items() if low <= figures[target].value <= high]
    without_knob = [target for target in TARGETS if not knobs[target]]
    return {"figures_inside": len(inside), "figures": len(TARGETS), "own_inside": len({*inside} & {*without_knob}),
            "own": len(without_knob)}  # fmt: skip


def _by_id(table: pd.DataFrame, name: str = "id") -> dict[str, dict[str, Any]]:
    """Return rows by their id."""
    return {str(row[name]): {str(key): value for key, value in row.items()} for row in table.to_dict("records")}
