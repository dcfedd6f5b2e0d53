"""Chart of an answer: what each axis does, a panel an axis, the one with the largest difference first.

Numbers stand at their places on a scale and are joined by a line; texts stand side by side. All panels share one scale
of values, so that axes can be compared by eye.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from scenarios.pages.chart_parts import panel, put, wrapped, zero_line
from scenarios.pages.chart_style import (
    BLUE,
    HALF_A4,
    NOTE_SIZE,
    ORANGE,
    PLAIN_LEGEND,
    RED,
    new_figure,
)
from scenarios.sweep.answer.cells import SCENARIO
from scenarios.sweep.answer.effects import EFFECT
from scenarios.sweep.answer.finding import unit_of_number
from scenarios.sweep.answer.names import Names
from scenarios.sweep.answer.ranking import ENOUGH, best_of, main_ranges
from scenarios.sweep.answer.summary import LEAST_RUNS
from scenarios.sweep.answer.tables import Answer

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_AXES, ACROSS = 6, 2
"""Panels at most, and panels beside each other."""
LOOKS: tuple[tuple[str, str, Literal["-", "--", "-."]], ...] = ((BLUE, "o", "-"), (RED, "s", "--"), (ORANGE, "^", "-."))
"""Colour, marker and line of the scenarios, the best first."""
PANEL, HEAD, UNDER, ABOVE, BELOW, MARGIN, LEFT, APART = 1.2, 0.46, 0.34, 0.5, 0.34, 0.1, 0.5, 0.12
"""Inches: height of a panel; above it for its name and below it for its scale; above and below all panels; edges."""
NAME_WIDTH = 1.05
"""Inches for the name of a value that is a text."""


def responses_chart(answer: Answer, names: Names) -> Figure:
    """Return the chart; raises ValueError for a sweep in which nothing varies."""
    each = answer.main
    first = str(best_of(answer).row[SCENARIO])
    axes_shown = list(main_ranges(answer, first)["axis"])
    if not axes_shown:
        raise ValueError("nothing varies in this sweep; there is no axis to draw")
    left, axes_shown = axes_shown[MOST_AXES:], axes_shown[:MOST_AXES]
    table = answer.tables.axis_values
    table = table[(table["indicator"] == each.name) & (table["month"] == each.month)]
    scenarios = [first, *(name for name in dict.fromkeys(table["scenario"]) if name not in (first, ""))][: len(LOOKS)]
    across = min(ACROSS, len(axes_shown))
    down = -(-len(axes_shown) // across)
    height = ABOVE + down * (HEAD + PANEL + UNDER) + BELOW + (0.16 if len(scenarios) > 1 else 0.0)
    title = names.say("chart_responses", indicator=names.indicator(each.name), month=names.month(each.month))
    figure = new_figure(title, height)
    width = (HALF_A4[0] - 2 * MARGIN - across * (LEFT + APART)) / across
    shown = table[table["axis"].isin(axes_shown) & table["scenario"].isin(["", *scenarios])]
    ends = _ends(shown, answer.quantity)
    for place, axis in enumerate(axes_shown):
        at_left = MARGIN + LEFT + (place % across) * (width + LEFT + APART)
        at_bottom = height - ABOVE - (place // across + 1) * (HEAD + PANEL + UNDER) + UNDER
        axes = panel(figure, at_left, at_bottom, width, PANEL)
        rows = shown[shown["axis"] == axis]
        axes.set_title(wrapped(names.axis(axis), width + 0.3, 8.5), fontsize=8.5)
        _draw(axes, names, axis, rows, [""] if axis == SCENARIO else scenarios, width)
        axes.set_ylim(*ends)
        counts = not each.unit.startswith(("share", "yuan/month"))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10], integer=counts, min_n_ticks=1))
        axes.yaxis.set_major_formatter(lambda value, _: names.number(answer.quantity, each.unit, float(value)))
        axes.tick_params(labelsize=NOTE_SIZE)
        axes.grid(axis="y")
        if answer.quantity == EFFECT:
            zero_line(axes)
    unit = unit_of_number(names, answer.quantity, each.unit) or "%"
    put(
        figure,
        MARGIN,
        height - 0.47,
        names.say(f"chart_{answer.quantity}", unit=unit, indicator=names.indicator(each.name)),
    )
    _notes(figure, answer, names, scenarios, shown, len(left))
    return figure


def _ends(rows: pd.DataFrame, quantity: str) -> tuple[float, float]:
    """Return the ends of the scale of values, which holds every interval, and 0 for effects."""
    values = rows[["mean", "low", "high"]].to_numpy(dtype=float).ravel()
    values = np.append(values[~np.isnan(values)], [0.0] if quantity == EFFECT else [])
    low, high = float(values.min()), float(values.max())
    room = 0.06 * (high - low) or 1.0
    return low - room, high + room


def _draw(axes: Axes, names: Names, axis: str, rows: pd.DataFrame, scenarios: list[str], width: float) -> None:
    """Draw the values of one axis: means, intervals, and a line where the axis has a scale."""
    values = list(dict.fromkeys(rows["axis_value"]))
    scaled = bool(rows["x"].notna().all())
    places = zip(rows["axis_value"], rows["x"], strict=True) if scaled else ((text, i) for i, text in enumerate(values))
    xs = {str(text): float(x) for text, x in places}
    span = (max(xs.values()) - min(xs.values())) or 1.0
    for i, scenario in enumerate(scenarios):
        own = rows[rows["scenario"] == scenario]
        if own.empty:
            continue
        colour, marker, line = LOOKS[i]
        shift = (0.012 * span if scaled else 0.09) * (i - (len(scenarios) - 1) / 2)
        at = np.array([float(xs[value]) for value in own["axis_value"]]) + shift
        mean, low, high = (own[name].to_numpy(dtype=float) for name in ("mean", "low", "high"))
        axes.vlines(at, low, high, color=colour, linewidth=1.4, alpha=0.75)
        axes.plot(
            at, mean, color=colour, marker=marker, markersize=4.2, linestyle=line if scaled else "none", linewidth=1.1
        )
    axes.set_xlim(min(xs.values()) - 0.08 * span, max(xs.values()) + 0.08 * span)
    if scaled and len(values) <= 5:
        axes.set_xticks(list(xs.values()), [names.value(axis, value) for value in xs])
        _thin(axes, width)
    elif not scaled:
        axes.set_xlim(-0.5, len(values) - 0.5)
        each = min(NAME_WIDTH, width / len(values))
        axes.set_xticks(range(len(values)), [wrapped(names.value(axis, value), each, NOTE_SIZE) for value in values])
    else:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))


def _thin(axes: Axes, width: float) -> None:
    """Break the names of numbers that stand too close to be read side by side: they are turned to scale ticks."""
    ticks = axes.get_xticks()
    low, high = axes.get_xlim()
    texts = [label.get_text() for label in axes.get_xticklabels()]
    gap = min((b - a for a, b in pairwise(ticks)), default=high - low) / (high - low) * width
    if gap < 0.055 * max(map(len, texts)) + 0.06:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")


def _notes(figure: Figure, answer: Answer, names: Names, scenarios: list[str], shown: pd.DataFrame, left: int) -> None:
    """Write below the panels what marks and lines mean, and which scenario is which."""
    runs = int(shown["n_runs"].max())
    kind = (
        "chart_responses_key"
        if runs >= ENOUGH
        else "chart_responses_few"
        if runs >= LEAST_RUNS
        else "chart_responses_one"
    )
    text = names.say(kind, runs=runs)
    if left:
        text += (" " if names.language == "en" else "") + names.say("chart_axes_left", left=left)
    told = answer.cells.labels[SCENARIO].iloc[answer.cells.told()]
    ranked = set(told[answer.cells.ranked[answer.cells.told()]])
    if unranked := [names.scenario(name) for name in dict.fromkeys(told) if name not in ranked]:
        text += (" " if names.language == "en" else "") + names.say("chart_unranked", list=names.listed(unranked))
    put(figure, MARGIN, 0.12, wrapped(text, HALF_A4[0] - 2 * MARGIN), va="center")
    if len(scenarios) < 2:
        return
    handles = [Line2D([], [], color=colour, marker=marker, linestyle=line, markersize=4.2, linewidth=1.1,
                      label=wrapped(names.scenario(name), 1.9, NOTE_SIZE, 1))
               for name, (colour, marker, line) in zip(scenarios, LOOKS, strict=False)]  # fmt: skip
    place = (MARGIN / HALF_A4[0], 0.27 / float(figure.get_size_inches()[1]))
    figure.legend(handles=handles, loc="lower left", bbox_to_anchor=place, ncols=len(handles), **PLAIN_LEGEND)
