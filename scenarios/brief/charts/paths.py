"""Chart of the brief: the headlines over the months, the baseline's level above, differences from it below.

A difference of some hundred households cannot be seen on the scale of the levels, so it has a scale of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from scenarios.base.labels import label
from scenarios.brief.charts.parts import HEADLINES, MARKS, View
from scenarios.pages.chart_parts import panel, put, wrapped, zero_line
from scenarios.pages.chart_style import (
    HALF_A4,
    INK,
    NOTE_SIZE,
    PLAIN_LEGEND,
    Ending,
    label_ends,
    mark_months,
    new_figure,
    style_axes,
)
from scenarios.pages.number_words import signed
from scenarios.settings.schema import BASE
from simulation.foundations.months import REPORT_MONTH, month_index

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT = 5.0
LEFTS, WIDTH = (0.68, 3.82), 1.8
UPPER, LOWER = (3.22, 1.18), (0.28, 1.92)
"""Inches: left edges and width of the columns; bottom and height of the rows."""
KEY_AT, KEY_WIDTH = 2.7, 1.5
MARKER_EVERY = 12


def paths_chart(view: View) -> Figure:
    """Return the chart: a column for each headline; raises ValueError if `paths` lacks the baseline."""
    figure = new_figure(view.text("paths"), HEIGHT)
    paths, effects = view.default_reading("paths"), view.default_reading("effects")
    start = _start(view)
    for column, (left, indicator) in enumerate(zip(LEFTS, HEADLINES, strict=True)):
        level = paths[(paths["indicator"] == indicator) & (paths["scenario"] == BASE)].sort_values("month")
        if level.empty:
            raise ValueError(f"paths.csv has no row of {indicator} for {BASE}; expected one a month")
        axes = panel(figure, left, UPPER[0], WIDTH, UPPER[1])
        _levels(view, axes, level, start)
        axes.set_title(label(f"indicator.{indicator}", view.language), pad=16)
        axes = panel(figure, left, LOWER[0], WIDTH, LOWER[1])
        _differences(view, axes, effects[effects["indicator"] == indicator], start)
        if column == 0:
            put(figure, 0.08, KEY_AT, view.text("differences"), 8.5)
    _key(view, figure)
    return figure


def _start(view: View) -> int:
    """Return the month (index) from which scenarios may differ: the first of `effects`."""
    return month_index(str(view.default_reading("effects")["month"].min()))


def _months(table: pd.DataFrame) -> list[int]:
    return [month_index(str(month)) for month in table["month"]]


def _set_years(axes: Axes, first: int, last: int) -> None:
    """Set up the months; every second year where there are many."""
    style_axes(axes, first, last)
    axes.tick_params(axis="x", labelsize=NOTE_SIZE)
    if last - first > 7 * MARKER_EVERY:
        for text in axes.get_xticklabels()[1::2]:
            text.set_visible(False)


def _levels(view: View, axes: Axes, level: pd.DataFrame, start: int) -> None:
    """Draw the baseline's mean and its band, with the report's date and the start of the measures."""
    months = _months(level)
    axes.fill_between(months, level["low"], level["high"], color="#c8c8c8", linewidth=0)
    axes.plot(months, level["mean"], color=INK, linewidth=1.4)
    _set_years(axes, months[0], months[-1])
    axes.set_ylim(0, 1.05 * float(level["high"].max()))
    axes.set_ylabel(label(f"chart.axis_{level['unit'].iloc[0]}", view.language))
    marks = [(float(REPORT_MONTH), label("chart.report_date", view.language), "left")]
    marks.append((float(start), label("chart.levers_start", view.language), "right"))
    mark_months(axes, marks)
    for text_mark in axes.texts:
        text_mark.set_fontsize(6.2)
    end = float(level["mean"].iloc[-1])
    label_ends(axes, months[-1], [Ending(end, f"{end:,.0f}")], str(level["month"].iloc[-1]))


def _differences(view: View, axes: Axes, effects: pd.DataFrame, start: int) -> None:
    """Draw the difference of each scenario in detail with its band; letters stand at the ends."""
    tables = [effects[effects["scenario"] == name].sort_values("month") for name in view.shown]
    months = _months(tables[0])
    first, last = min(months[0] - 1, REPORT_MONTH), months[-1]
    endings = []
    for order, (mark, table) in enumerate(zip(MARKS, tables, strict=False)):
        at = [first, *_months(table)]
        low, high, mean = ([0.0, *table[name]] for name in ("low", "high", "effect"))
        axes.fill_between(at, low, high, facecolor=mark.colour, alpha=0.16, linewidth=0)
        for edge in (low, high):
            axes.plot(at, edge, color=mark.colour, linewidth=0.6, linestyle=mark.line)
        axes.plot(
            at,
            mean,
            color=mark.colour,
            linewidth=1.5,
            linestyle=mark.line,
            marker=mark.marker,
            markersize=4,
            markevery=(6 + 4 * order, MARKER_EVERY),
            zorder=3,
        )
        endings.append(Ending(mean[-1], f"{mark.letter}  {signed(mean[-1])}"))
    _set_years(axes, first, last)
    low_end, high_end = min(0.0, *(t["low"].min() for t in tables)), max(0.0, *(t["high"].max() for t in tables))
    room = 0.05 * (high_end - low_end) or 1.0
    axes.set_ylim(low_end - room, high_end + room)
    axes.yaxis.set_major_formatter(lambda value, _: signed(value))
    axes.set_ylabel(view.text(f"difference_{effects['unit'].iloc[0]}"))
    zero_line(axes)
    mark_months(axes, [(float(REPORT_MONTH), "", "left"), (float(start), "", "right")])
    label_ends(axes, last, endings, str(tables[0]["month"].iloc[-1]))


def _key(view: View, figure: Figure) -> None:
    """Write between the rows what the lines, bands and letters mean."""
    band = [Line2D([], [], color=INK, linewidth=1.4), Patch(facecolor="#c8c8c8")]
    lines = [
        Line2D([], [], color=mark.colour, linewidth=1.5, linestyle=mark.line, marker=mark.marker, markersize=4)
        for mark, _ in zip(MARKS, view.shown, strict=False)
    ]
    names = [
        f"{mark.letter}  {wrapped(view.titles[name], KEY_WIDTH)}" for mark, name in zip(MARKS, view.shown, strict=False)
    ]
    put_keys = (
        (lines, names, 0.08, KEY_AT - 0.06),
        (band, [view.text("mean"), view.text("interval")], LEFTS[1], HEIGHT - 0.06),
    )
    for handles, texts, left, top in put_keys:
        figure.legend(
            handles,
            texts,
            loc="upper left",
            bbox_to_anchor=(left / HALF_A4[0], top / HEIGHT),
            ncols=len(handles),
            **PLAIN_LEGEND,
            handlelength=2.6,
            columnspacing=1.4,
        )
