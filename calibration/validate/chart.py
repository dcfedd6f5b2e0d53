"""The chart of figures that were not fitted: each on a strip of its own scale, with the draws' intervals below it.

Figures of any unit share one picture: a strip says at its two ends what it spans. Shape and words, not colour alone,
say whether a figure lies inside. Each language has a file of its own, as SVG and PNG.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D

from calibration.validate.predictive import OUTSIDE, Compared
from scenarios.base.labels import label, language_index
from scenarios.base.text import Text
from scenarios.pages.chart_parts import panel, put, wrapped
from scenarios.pages.chart_style import (
    BLUE,
    FAINT,
    HALF_A4,
    INK,
    PLAIN_LEGEND,
    RED,
    SKY,
    chart_style,
    new_figure,
    save,
    thousands,
)
from simulation.foundations.months import month_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "validation"
MOST_SHOWN = 100
"""Rows on a chart: its height is a matter of rows, and a picture has an end."""
ROW, ABOVE, BELOW = 0.56, 0.36, 0.42
"""Inches: height of a row; title above the rows; key below them."""
MARGIN, NAMES, STRIP, GAP = 0.08, 2.5, 2.2, 0.2
"""Inches: edge of the picture; width of the names; width of a strip; between strip and texts."""
SMALL = 6.0
"""Points: numbers at the ends of a strip, places and months."""
BELOW_AXIS, ABOVE_AXIS = 0.2, 0.06
"""Inches of a row that its strip leaves free."""
DRAWS_AT, FIGURE_AT, TOP = 0.32, 0.76, 1.0
"""Heights on a strip, from 0 to TOP: the draws' intervals, the figure's mark."""
LINE = 0.115
"""Inches: height of a line of a name."""
IN_UNIT = Text("{name} ({unit})", "{name}（{unit}）")
WHERE = Text("{place}, {month} ({id})", "{place}，{month}（{id}）")
ROUND_STEPS = (1.0, 2.0, 5.0, 10.0)
STEPS_WANTED = 12


def write_validation_charts(comparisons: Sequence[Compared], folder: Path, language: str) -> list[Path]:
    """Write the chart of one figure or more as `folder`/validation.<language>; return the paths, SVG before PNG."""
    language_index(language)
    with chart_style():
        return save(validation_chart(comparisons, language), folder, f"{NAME}.{language}")


def validation_chart(comparisons: Sequence[Compared], language: str) -> Figure:
    """Return the chart of the first hundred figures."""
    shown = comparisons[:MOST_SHOWN]
    height = ABOVE + ROW * len(shown) + BELOW
    figure = new_figure(_text("title", language, draws=max(comparison.n_draws for comparison in comparisons)), height)
    if len(shown) < len(comparisons):
        more = _text("more", language, shown=len(shown), rows=len(comparisons))
        put(figure, HALF_A4[0] - MARGIN, height - 0.1, more, ha="right", va="top")
    for place, comparison in enumerate(shown):
        draw_row(figure, comparison, height - ABOVE - ROW * (place + 1), language)
    draw_key(figure, any(comparison.range_overlaps for comparison in shown), language)
    return figure


def ends_of(low: float, high: float) -> tuple[float, float, int]:
    """Return round numbers at or beyond `low` and `high`, which are not below 0, and the decimals that they need."""
    span = (high - low) or 0.2 * abs(high) or 1.0
    if high == low:
        low, high = max(0.0, low - span / 2), high + span / 2
    power = 10.0 ** math.floor(math.log10(span / STEPS_WANTED))
    step = next(each * power for each in ROUND_STEPS if each * power * STEPS_WANTED >= span)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    low, high = (round(end * step, decimals) for end in (math.floor(low / step), math.ceil(high / step)))
    return low, high, next(n for n in range(decimals + 1) if (round(low, n), round(high, n)) == (low, high))


def _text(key: str, language: str, /, **fields: object) -> str:
    return label(f"validation.{key}", language).format(**fields)


def draw_row(figure: Figure, comparison: Compared, bottom: float, language: str) -> None:
    """Draw a row whose lower edge is `bottom` inches above that of the picture."""
    outside = comparison.figure
    unit = label(f"unit.{outside.measure.unit}", language)
    name = wrapped(IN_UNIT.say(language).format(name=outside.measure.said(language), unit=unit), NAMES)
    where = WHERE.say(language).format(
        place=outside.place.said(language), month=month_label(outside.month), id=outside.id
    )
    top = bottom + ROW - ABOVE_AXIS
    below = top - LINE * (name.count("\n") + 1) - 0.03
    put(figure, MARGIN, top, name, va="top", linespacing=1.0)
    put(figure, MARGIN, below, wrapped(where, NAMES, SMALL, 1), SMALL, va="top", color=FAINT)
    left = MARGIN + NAMES + GAP
    axes = panel(figure, left, bottom + BELOW_AXIS, STRIP, ROW - BELOW_AXIS - ABOVE_AXIS)
    _strip(axes, comparison)
    colour = RED if comparison.verdict == OUTSIDE else INK
    beside, middle = left + STRIP + GAP, bottom + BELOW_AXIS
    value = _text("figure_is", language, value=f"{outside.value:,.10g}")
    put(figure, beside, middle + 0.2, value, va="center")
    verdict = label(f"validation.{comparison.verdict}", language)
    said = _text("used", language, verdict=verdict) if outside.used else verdict
    put(figure, beside, middle + 0.05, said, va="center", color=FAINT if outside.used else colour)


def _strip(axes: Axes, comparison: Compared) -> None:
    """Draw the draws' intervals, the figure above them, and the numbers at both ends."""
    outside = comparison.figure
    ranged = [] if math.isnan(outside.low) else [outside.low, outside.high]
    spread = (outside.value, comparison.low_90, comparison.high_90, *ranged)
    low, high, decimals = ends_of(min(spread), max(spread))
    axes.plot([comparison.low_90, comparison.high_90], [DRAWS_AT] * 2, color=SKY, linewidth=2.0, solid_capstyle="butt")
    axes.plot([comparison.low_50, comparison.high_50], [DRAWS_AT] * 2, color=BLUE, linewidth=6.0, solid_capstyle="butt")
    axes.plot([comparison.median], [DRAWS_AT], color=INK, **_mark("|", 9.0, 1.2))
    colour = RED if comparison.verdict == OUTSIDE else INK
    if ranged:
        axes.plot(ranged, [FIGURE_AT] * 2, color=colour, linewidth=0.9, marker="|", markersize=6.0, clip_on=False)
    axes.plot([outside.value] * 2, [0, FIGURE_AT], color=colour, linewidth=0.6, linestyle=(0, (2, 2)), zorder=3)
    fill = "white" if comparison.verdict == OUTSIDE else colour
    axes.plot([outside.value], [FIGURE_AT], color=colour, markerfacecolor=fill, **_mark("D", 4.4, 1.1))
    room = 0.01 * (high - low)
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(0, TOP)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xticks([low, high], [f"{end:,.{decimals}f}" if decimals else thousands(end) for end in (low, high)])
    axes.tick_params(axis="x", labelsize=SMALL, length=2.5, pad=1.5)
    first, last = axes.get_xticklabels()
    first.set_horizontalalignment("left")  # inwards: long numbers stay clear of the texts beside the strip
    last.set_horizontalalignment("right")


def _mark(marker: str, size: float, edge: float) -> dict[str, Any]:
    """Return the look of a single mark, drawn whole also at the end of a strip. size, edge: points."""
    look = {"linestyle": "none", "marker": marker, "markersize": size, "markeredgewidth": edge}
    return {**look, "zorder": 4, "clip_on": False}


def draw_key(figure: Figure, ranged: bool, language: str) -> None:
    """Write at the bottom what lines and marks mean."""

    def line(name: str, **how: Any) -> Line2D:
        return Line2D([], [], label=_text(f"key_{name}", language), **how)

    handles = [
        line("50", color=BLUE, linewidth=6.0, solid_capstyle="butt"),
        line("90", color=SKY, linewidth=2.0, solid_capstyle="butt"),
        line("median", color=INK, **_mark("|", 9.0, 1.2)),
        line("figure", color=INK, **_mark("D", 4.4, 1.1)),
    ]
    if ranged:
        handles.append(line("range", color=INK, linewidth=0.9, marker="|", markersize=6.0))
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(MARGIN / HALF_A4[0], 0.08 / float(figure.get_size_inches()[1])),
        ncols=len(handles),
        **PLAIN_LEGEND,
        handlelength=2.0,
        columnspacing=1.6,
    )
