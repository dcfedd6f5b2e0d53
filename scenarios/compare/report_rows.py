"""How the draws stand against the report at its date: each target and pattern, over all draws that runs stand on."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from scenarios.compare.tables import COLUMNS
from scenarios.report.figures import read_figures
from scenarios.report.patterns import Band, at_report_date, read_patterns
from scenarios.runs.parameter_sets import PATTERN, TARGET, Draws
from scenarios.runs.targets import target_tolerance
from scenarios.settings.config import RunConfig


def report_rows(draws: Draws, config: RunConfig) -> pd.DataFrame:
    """Return targets and patterns with their bands, and median, 5th and 95th percentile over the draws.

    share_met: of the draws that lie in the band; 1 by construction where draws were accepted for it.
    """
    figures = read_figures(config.region / "figures.csv")
    rows: list[dict[str, Any]] = []
    for name in draws.table.columns:
        if name.startswith(TARGET):
            figure = figures[name.removeprefix(TARGET)]
            tolerance = target_tolerance(figure)
            band = Band(figure.value - tolerance, figure.value + tolerance)
            rows.append(_row(figure.id, "target", figure.unit, f"{figure.value:,.0f}", band, draws.table[name]))
    for pattern in at_report_date(read_patterns(config.region / "patterns.csv")):
        name, band = f"{PATTERN}{pattern.id}", pattern.band
        if name in draws.table:
            rows.append(_row(pattern.id, "pattern", pattern.unit, band.text(), band, draws.table[name]))
    return pd.DataFrame(rows, columns=list(COLUMNS["report"]))


def _row(name: str, kind: str, unit: str, report: str, band: Band, values: pd.Series[float]) -> dict[str, Any]:
    low, median, high = np.quantile(values, (0.05, 0.5, 0.95))
    met = [band.holds(float(value)) for value in values if not math.isnan(value)]
    return {
        "id": name,
        "kind": kind,
        "unit": unit,
        "report": report,
        "band_low": band.low,
        "band_high": band.high,
        "median": median,
        "low": low,
        "high": high,
        "share_met": float(np.mean(met)),
    }
