"""Chart of the brief: the rank of each measure under every structure, reading and ring of evidence.

One row a choice that was computed, one column a ranked measure, in the order of the comparison itself. A frame around a
rank says that the measure changes places there with another one beyond chance.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.patches import Rectangle

from scenarios.base.labels import label
from scenarios.brief.charts.parts import View
from scenarios.compare.order import DEFAULT, FEW, MISSING, RING
from scenarios.pages.chart_parts import panel, put, wrapped
from scenarios.pages.chart_style import FAINT, HALF_A4, INK, ORANGE, SKY, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAMES, RIGHT = 2.5, 0.12
"""Inches: left edge of the ranks; right margin."""
ABOVE, ROW, KEY = 0.66, 0.2, 0.34
"""Inches: title and heads above the rows; height of a row; room of the key below them."""
MEASURE_COLUMNS, MEASURE_ROW = 3, 0.155
"""Columns of names of measures below the ranks; inches: height of their rows."""
MARGIN = 0.08
SMALL = 6.0
"""Points: ranks, names of choices."""
EMPTY = 1.0
"""Inches: height of a chart without a measure."""
WIDEST_CELL = 0.5
"""Inches: a few measures do not fill the width."""


def order_chart(view: View) -> Figure:
    """Return the chart; one that says so where no measure is ranked."""
    order = view.tables.order
    own = order[(order["kind"] == DEFAULT) & order["scenario"].notna() & (order["scenario"] != "")]
    if own.empty:
        figure = new_figure(view.text("order"), EMPTY)
        put(figure, MARGIN, EMPTY / 2, view.text("order_none"), va="center")
        return figure
    measures = [str(name) for name in own.sort_values(["rank", "scenario"])["scenario"]]
    computed = order[order["status"] != MISSING]  # the others are named in the text
    rows = list(dict.fromkeys(zip(computed["kind"].astype(str), computed["choice"].astype(str), strict=True)))
    listed = MEASURE_ROW * math.ceil(len(measures) / MEASURE_COLUMNS)
    below = MARGIN + listed + KEY
    figure = new_figure(view.text("order"), ABOVE + ROW * len(rows) + below)
    width = min(HALF_A4[0] - NAMES - RIGHT, WIDEST_CELL * len(measures))
    axes = panel(figure, NAMES, below, width, ROW * len(rows))
    axes.set_xlim(0, len(measures))
    axes.set_ylim(len(rows), 0)
    axes.set_axis_off()
    step = width / len(measures)
    top = below + ROW * len(rows)
    for column in range(len(measures)):
        at = NAMES + (column + 0.5) * step
        put(figure, at, top + 0.05, str(column + 1), SMALL, ha="center", va="bottom", color=FAINT)
    for row, (kind, choice) in enumerate(rows):
        part = order[(order["kind"] == kind) & (order["choice"] == choice)]
        text = wrapped(_name(view, kind, choice), NAMES - 2 * MARGIN, SMALL, 1)
        put(figure, MARGIN, top - (row + 0.5) * ROW, text, SMALL, va="center")
        _row(axes, row, part, measures)
    put(figure, MARGIN, MARGIN + listed + 0.1, view.text("order_key"), SMALL, va="bottom", color=FAINT)
    _measures(view, figure, measures)
    return figure


def _row(axes: Axes, row: int, part: pd.DataFrame, measures: list[str]) -> None:
    status = str(part["status"].iloc[0])
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": SMALL}
    found = {str(each["scenario"]): each for each in part.to_dict("records")}
    for column, name in enumerate(measures):
        swapped = isinstance(found[name]["swapped"], str) and bool(found[name]["swapped"])
        rank = int(found[name]["rank"])
        if swapped:
            frame = Rectangle((column + 0.08, row + 0.12), 0.84, 0.76, fill=False, edgecolor=ORANGE, linewidth=1.2)
            axes.add_patch(frame)
        elif rank != column + 1:
            axes.add_patch(Rectangle((column + 0.08, row + 0.12), 0.84, 0.76, color=SKY, alpha=0.35, linewidth=0))
        axes.text(column + 0.5, row + 0.52, str(rank), color=FAINT if status == FEW else INK, **style)


def _name(view: View, kind: str, choice: str) -> str:
    """Return a choice in words; readings by their keys, which the documents spell out."""
    if kind == DEFAULT:
        return label("brief.order_default", view.language)
    if kind == RING:
        return label(f"ring.{choice}", view.language)
    parameter, _, end = choice.partition(":")
    return label(f"structure_{end}.{parameter}", view.language) if end else choice


def _measures(view: View, figure: Figure, measures: list[str]) -> None:
    """List the measures by their numbers below the ranks, down one column after the other."""
    rows = math.ceil(len(measures) / MEASURE_COLUMNS)
    across = (HALF_A4[0] - 2 * MARGIN) / MEASURE_COLUMNS
    for place, name in enumerate(measures):
        column, row = divmod(place, rows)
        text = f"{place + 1}  {wrapped(view.titles[name], across - 0.24).splitlines()[0]}"
        put(figure, MARGIN + column * across, MARGIN + (rows - 1 - row) * MEASURE_ROW, text, va="bottom")
