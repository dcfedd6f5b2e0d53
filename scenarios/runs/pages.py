"""What people read of a run: its charts, page and workbook, made of its tables; and where the run comes from.

A second process may do this (scenarios/base/beside.py): it takes as long as the model, and needs few rows of what the
model gives. So what draws is imported here, and run.py, which asks for it, does not wait for its import.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.runs.charts import draw_run
from scenarios.runs.provenance import provenance
from scenarios.runs.result_page import write_report
from scenarios.runs.workbook import write_workbook


def made_of(result: str) -> dict[str, Any]:
    """Return where a kind of result comes from."""
    return provenance(result)


def draw_charts(
    rows: pd.DataFrame, folder: Path, language: str, policy_starts: Sequence[str], site_kinds: Sequence[str]
) -> None:
    """Draw the charts of a run into its folder; rows: `series.drawn_rows`."""
    draw_run(rows, folder, language, policy_starts, site_kinds)


def write_page(
    folder: Path, title: str, table: pd.DataFrame, language: str, configuration: Sequence[tuple[str, str]]
) -> None:
    """Write the page and the workbook of a run, when its charts are drawn; table: 'report against model'."""
    write_report(folder, title, table, language, configuration)
    write_workbook(folder, table, language, configuration)
