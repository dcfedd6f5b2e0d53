"""A report of one run as one HTML file: the question, what was run, report against model, charts, limits.

What agrees with the report is said in words, not only in colour; what the model cannot say has a heading of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from scenarios.base.labels import label
from scenarios.pages.blocks import (
    Block,
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    Paragraph,
    frame_table,
)
from scenarios.pages.html_pages import write_html
from scenarios.runs.charts import CHARTS

COLUMNS = ("kind", "name", "report", "model", "unit", "deviation_percent", "met", "note")
LIMITS = ("return", "future", "chance", "effects", "readings", "people")


def write_report(
    folder: Path, title: str, table: pd.DataFrame, language: str, configuration: Sequence[tuple[str, str]] = ()
) -> Path:
    """Write report.html of one run into `folder`, where `charts.draw_run` has drawn it; return its path.

    title: of the scenario; table: `outcome.report_table`; configuration: (name, text) of what was run. Raises
    ValueError if a chart is missing.
    """
    return write_html(folder / "report.html", report_document(folder, title, table, language, configuration))


def report_document(
    charts: Path, title: str, table: pd.DataFrame, language: str, configuration: Sequence[tuple[str, str]] = ()
) -> Document:
    """Return the report of one run as a document; charts: folder where `charts.draw_run` has drawn it."""

    def say(key: str) -> str:
        return label(f"report.{key}", language)

    met = table.loc[table["kind"] != "input", "met"].value_counts()
    summary = say("met_summary").format(
        met=met.get("yes", 0), near=met.get("near", 0), compared=int(met.drop("unknown", errors="ignore").sum())
    )
    blocks: list[Block] = [
        Paragraph(say("single"), "warning"),
        Heading(1, say("question_heading")),
        Paragraph(say("question")),
        Heading(1, say("configuration_heading")),
        Facts(configuration),
        Heading(1, say("table_heading")),
        Paragraph(summary),
        frame_table(table, COLUMNS, language, row_classes=list(table["met"]), bold=("met",)),
        Paragraph(say("table_caption"), "note"),
        Heading(1, say("charts_heading")),
        *(Figure(charts / name, say(f"caption_{name}"), label(f"chart.{name}", language)) for name in CHARTS),
        Heading(1, say("limits_heading")),
        Bullets([say(f"limit_{name}") for name in LIMITS]),
    ]
    return Document(say("run_title").format(title=title), language, blocks)
