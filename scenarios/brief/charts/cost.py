"""Chart of the brief: public money against household-years settled, until the last month.

Money spans from one to some hundred million yuan and has a logarithmic scale; a scenario that costs nothing or earns
money needs one that passes through zero. Gains have a plain scale, because an interval may reach below zero.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.lines import Line2D

from scenarios.brief.charts.parts import Box, View, around, upright, write_near
from scenarios.pages.chart_parts import panel, put, wrapped, zero_line
from scenarios.pages.chart_style import (
    BLUE,
    FAINT,
    HALF_A4,
    INK,
    NOTE_SIZE,
    PLAIN_LEGEND,
    RED,
    new_figure,
)
from scenarios.pages.chart_style import thousands as whole
from scenarios.pages.number_words import signed
from scenarios.settings.schema import BASE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT = 4.6
PLACE = (0.78, 0.86, 4.64, 3.2)
"""Inches: left, bottom, width, height of the panel."""
MILLION = 1e6
SURE = 0.9
"""A gain is called sure if at least this share of the draws gains."""
MUCH_LARGER = 20.0
MOST_LINES, FEWEST_LINES = 5, 3
LABEL_WIDTH = 1.3
MOST_NAMED = 13
"""Up to so many scenarios are named where they stand; more get numbers there, and their names below."""
NAME_COLUMNS, NAME_ROW, NAMES_ABOVE, NAMES_GAP = 3, 0.155, 0.52, 0.22
"""Columns of names below the panel; inches: height of a row; from the edge to the lowest; above the highest."""
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 100000)


def cost_chart(view: View) -> Figure:
    """Return the chart; raises ValueError for a table without scenarios."""
    costs = view.tables.cost_effect
    costs = costs[costs["scenario"] != BASE].sort_values("scenario")
    if costs.empty:
        raise ValueError("cost_effect.csv has no scenario; expected one row each")
    texts = {str(name): wrapped(view.titles[name], LABEL_WIDTH) for name in costs["scenario"]}
    listed = []
    if len(costs) > MOST_NAMED:  # by the money, as they stand from left to right
        listed = [str(name) for name in costs.sort_values(["yuan", "scenario"])["scenario"]]
        texts = {name: str(number) for number, name in enumerate(listed, 1)}
    below = NAME_ROW * math.ceil(len(listed) / NAME_COLUMNS) + (NAMES_GAP if listed else 0.0)
    figure = new_figure(view.text("cost", month=view.last_month()), HEIGHT + below)
    left, bottom, width, height = PLACE
    axes = panel(figure, left, bottom + below, width, height)
    _names_below(view, figure, listed)
    millions = costs["yuan"] / MILLION
    low, high = min(0.0, float(costs["household_years_low"].min())), float(costs["household_years_high"].max())
    high = max(0.0, high)
    room = (high - low) or 1.0
    axes.set_ylim(low - 0.07 * room, high + 0.07 * room)
    axes.yaxis.set_major_formatter(lambda value, _: signed(value))
    _scale_money(axes, millions)
    plain = _scale_gain(axes, low, high, costs["household_years"].abs().median())
    axes.set_xlabel(view.text("axis_money"))
    form = "axis_household_years" if plain is None else "axis_household_years_tens"
    axes.set_ylabel(view.text(form, plain=whole(plain or 0)))
    axes.grid(axis="y")
    zero_line(axes)
    _equal_cost(view, axes, plain)
    across = axes.get_window_extent()
    zero = float(axes.transData.transform((millions.iloc[0], 0.0))[1])
    things = [Box(across.x0, zero - 1, across.x1, zero + 1)]
    for row, x in zip(costs.to_dict("records"), millions, strict=True):
        sure = bool(row["p_gain"] >= SURE)
        colour = BLUE if sure else RED
        ends = [row["household_years_low"], row["household_years_high"]]
        axes.plot([x, x], ends, color=colour, linewidth=1.3 if sure else 0.9, zorder=3, solid_capstyle="butt")
        axes.plot([x], [row["household_years"]], zorder=4, **_marker(sure))
        things += [around(axes, x, row["household_years"], 4.0), upright(axes, x, *ends)]
    written: list[Box] = []
    by_height = sorted(
        zip(costs["household_years"], millions, costs["scenario"], strict=True), key=lambda p: (-abs(p[0]), p[1], p[2])
    )
    for y, x, name in by_height:
        text = texts[name]
        for avoid in (things, []):
            if write_near(axes, (float(x), float(y)), text, written, avoid):
                break
        else:  # no free place was found: the name is written over other texts, so that it is not missing
            axes.annotate(text, (x, y), xytext=(6, 0), textcoords="offset points", va="center", fontsize=NOTE_SIZE)
    _key(view, figure)
    return figure


def _names_below(view: View, figure: Figure, names: list[str]) -> None:
    """List the scenarios by their numbers below the panel, down one column after the other."""
    rows = math.ceil(len(names) / NAME_COLUMNS)
    across = (HALF_A4[0] - 0.16) / NAME_COLUMNS
    for place, name in enumerate(names):
        column, row = divmod(place, rows)
        text = f"{place + 1}  {wrapped(view.titles[name], across - 0.24).splitlines()[0]}"
        put(figure, 0.08 + column * across, NAMES_ABOVE + (rows - 1 - row) * NAME_ROW, text, va="bottom")


def _marker(sure: bool) -> dict[str, Any]:
    """Return the marker of a sure gain (filled) or of another."""
    colour = BLUE if sure else RED
    return {
        "linestyle": "none",
        "marker": "o" if sure else "D",
        "markersize": 5.5 if sure else 4.6,
        "markerfacecolor": colour if sure else "white",
        "markeredgecolor": colour,
        "markeredgewidth": 1.2,
    }


def _scale_money(axes: Axes, millions: pd.Series[float]) -> None:
    """Set a logarithmic scale of money; around zero a plain one, if a scenario costs nothing or earns."""
    low, high = float(millions.min()), float(millions.max())
    if low > 0:
        axes.set_xscale("log")
        axes.set_xlim(low / 2, high * 3)
        ticks = [tick for tick in TICKS if low / 2 <= tick <= high * 3]
    else:
        axes.set_xscale("symlog", linthresh=1.0, linscale=0.4)
        ends = min(-0.5, 2 * low), max(1.5, 5 * high)
        axes.set_xlim(*ends)
        tens = [tick for tick in TICKS if tick >= 1 and f"{tick:g}".strip("0") == "1"]
        ticks = [tick for tick in [*(-t for t in reversed(tens)), 0, *tens] if ends[0] <= tick <= ends[1]]
        axes.axvline(0, color="black", linewidth=0.9, zorder=2)
    axes.set_xticks(ticks, [f"{tick:,g}".replace("-", "−") for tick in ticks])
    axes.minorticks_off()


def _scale_gain(axes: Axes, low: float, high: float, middle: float) -> float | None:
    """Set a scale by tens, plain around zero, if the largest gain would press the others (`middle`) onto the zero line.

    Returns the household-years (plus or minus) up to which the scale is plain; None if it is plain throughout.
    """
    largest = max(high, -low)
    if largest <= MUCH_LARGER * middle or middle == 0:
        return None
    plain = 10.0 ** max(0, math.floor(math.log10(largest / 50)))
    axes.set_yscale("symlog", linthresh=plain, linscale=1.0)
    axes.set_ylim(1.6 * low if low < -plain else low - 0.5 * plain, 1.6 * high)
    tens = [factor * plain * 10**k for k in range(8) for factor in (1, 2, 5)]
    ticks = [*(-tick for tick in reversed(tens)), -plain / 2, 0.0, plain / 2, *tens]
    bottom, top = axes.get_ylim()
    axes.set_yticks([tick for tick in ticks if bottom <= tick <= top])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(lambda value, _: signed(value))
    return plain


def _line_values(x_low: float, x_high: float, y_low: float, y_high: float) -> list[float]:
    """Return the costs (yuan per household-year) whose lines cross the panel: round, at most five.

    x_low, x_high: million yuan, x_low > 0; y_low, y_high: household-years between which a line leaves the panel.
    """
    if y_high <= 0 or x_high <= 0:
        return []
    least, most = 1.3 * x_low * MILLION / y_high, x_high * MILLION / y_low
    chosen: list[float] = []
    for factors in ((1,), (1, 3), (1, 2, 5)):
        tens = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
        chosen = [f * 10.0**k for k in tens for f in factors if least <= f * 10.0**k <= most]
        if len(chosen) >= FEWEST_LINES:
            break
    return chosen[:: -(-len(chosen) // MOST_LINES)] if chosen else []


def _equal_cost(view: View, axes: Axes, plain: float | None) -> None:
    """Draw dotted lines of equal cost per household-year, each with its value where it leaves the panel."""
    (x_low, x_high), (_, y_high) = axes.get_xlim(), axes.get_ylim()
    first = x_low if x_low > 0 else 0.05
    for value in _line_values(first if x_low > 0 else 2.0, x_high, 2 * plain if plain else 0.08 * y_high, y_high):
        last = min(x_high, value * y_high / MILLION)
        start = min(first, last)
        money = [start * (last / start) ** (k / 120) for k in range(121)]
        axes.plot(
            money, [MILLION * x / value for x in money], color=FAINT, linewidth=0.9, linestyle=(0, (1, 2)), zorder=1
        )
        beside = last >= x_high
        axes.annotate(
            view.text("yuan", yuan=whole(value)),
            (last, MILLION * last / value),
            xytext=(4, 0) if beside else (0, 3),
            textcoords="offset points",
            ha="left" if beside else "center",
            va="center" if beside else "bottom",
            fontsize=NOTE_SIZE,
            annotation_clip=False,
        )


def _key(view: View, figure: Figure) -> None:
    """Write at the bottom what markers and lines mean."""
    handles = [
        Line2D([], [], **{**_marker(sure), "linestyle": "-"}, color=BLUE if sure else RED, label=view.text(name))
        for sure, name in ((True, "sure"), (False, "not_sure"))
    ]
    handles.append(Line2D([], [], color=FAINT, linewidth=0.9, linestyle=(0, (1, 2)), label=view.text("equal_cost")))
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.012, 0.012),
        ncols=2,
        labelcolor=INK,
        **PLAIN_LEGEND,
        columnspacing=1.6,
    )
