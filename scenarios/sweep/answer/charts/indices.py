"""Chart of an answer: Sobol' indices of each key with their intervals, the largest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.pages.chart_parts import panel, put, wrapped, zero_line
from scenarios.pages.chart_style import BLUE, HALF_A4, NOTE_SIZE, PLAIN_LEGEND, RED, new_figure
from scenarios.pages.number_words import percent
from scenarios.sweep.answer.cells import SCENARIO
from scenarios.sweep.answer.indices import FIRST, TOTAL
from scenarios.sweep.answer.names import Names
from scenarios.sweep.answer.ranking import best_of, main_indices
from scenarios.sweep.answer.tables import Answer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROW, ABOVE, BELOW, NAMES, RIGHT = 0.36, 0.5, 0.72, 2.2, 0.2
"""Inches: height of a key; around the panel; width of the names."""
LOOKS = {FIRST: (BLUE, "o", -0.12), TOTAL: (RED, "s", 0.12)}
"""Colour, marker and place within its row of each order."""
MOST_KEYS = 15


def indices_chart(answer: Answer, names: Names) -> Figure:
    """Return the chart; raises ValueError for an answer without indices."""
    rows = main_indices(answer, str(best_of(answer).row[SCENARIO]))
    if rows.empty:
        raise ValueError("the answer has no Sobol' indices to draw")
    keys = list(dict.fromkeys(rows["axis"]))[:MOST_KEYS]
    height = ABOVE + ROW * len(keys) + BELOW
    each = answer.main
    figure = new_figure(
        names.say("chart_indices", indicator=names.indicator(each.name), month=names.month(each.month)), height
    )
    axes = panel(figure, NAMES, BELOW, HALF_A4[0] - NAMES - RIGHT, ROW * len(keys))
    for order, (colour, marker, shift) in LOOKS.items():
        own = rows[(rows["order"] == order) & rows["axis"].isin(keys)]
        if own.empty:
            continue
        at = [keys.index(axis) + shift for axis in own["axis"]]
        axes.hlines(at, own["low"], own["high"], color=colour, linewidth=1.6)
        axes.plot(own["index"], at, color=colour, marker=marker, markersize=4.4, linestyle="none",
                  label=names.say(f"chart_{order}"))  # fmt: skip
    for place, key in enumerate(keys):
        middle = BELOW + ROW * (len(keys) - place - 0.5)
        put(figure, 0.1, middle, wrapped(names.axis(key), NAMES - 0.25), va="center", linespacing=1.0)
    zero_line(axes, upright=True)
    axes.set_ylim(len(keys) - 0.5, -0.5)
    axes.set_yticks(range(len(keys)), [""] * len(keys))
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=NOTE_SIZE)
    axes.xaxis.set_major_formatter(lambda value, _: percent(float(value)))
    axes.set_xlabel(names.say("chart_share"), fontsize=NOTE_SIZE)
    axes.grid(axis="x")
    corner = (0.1 / HALF_A4[0], 0.08 / height)
    figure.legend(loc="lower left", bbox_to_anchor=corner, ncols=2, **PLAIN_LEGEND)
    return figure
