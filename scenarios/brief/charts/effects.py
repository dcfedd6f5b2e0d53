"""Chart of the brief: the effect of every scenario on the two headlines in the last month.

The largest mean effect on households settled stands on top; those without a rank follow below a line. Each effect has
its interval and its number, and the marker says whether the spread of the effect rests on data, on assumptions or on
chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from scenarios.base.labels import label
from scenarios.brief.charts.parts import HEADLINES, View
from scenarios.pages.chart_parts import panel, put, text_width, wrapped, zero_line
from scenarios.pages.chart_style import (
    BLUE,
    HALF_A4,
    INK,
    NOTE_SIZE,
    ORANGE,
    PLAIN_LEGEND,
    RED,
    new_figure,
)
from scenarios.pages.number_words import signed, with_interval
from scenarios.settings.schema import BASE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW, ABOVE, BELOW = 0.27, 0.62, 0.84
"""Inches: height of a row; title and names above the rows; scale, unit and key below them."""
NOTE_ROW = 0.2
"""Inches for a line on the scenarios that are not ranked."""
FEWEST_ROWS = 3
NAMES, MARGIN, GAP = 1.5, 0.08, 0.07
"""Inches: width of the scenarios' titles; edge of the picture; between a panel and its texts."""
NUMBER_SIZE, TICK_SIZE, MARKER_SIZE = 6.5, 7.0, 4.4
"""Points."""


class Basis(NamedTuple):
    """How the basis of an effect's spread is shown; hollow markers are white inside."""

    marker: str
    colour: str
    hollow: bool


BASES = {
    "data": Basis("o", BLUE, False),
    "assumption": Basis("o", RED, True),
    "chance": Basis("D", ORANGE, True),
    "unknown": Basis("|", INK, False),
}


def effects_chart(view: View) -> Figure:
    """Return the chart; raises ValueError for a table without effects on a headline."""
    rows = view.default_reading("effects")
    rows = rows[(rows["month"] == view.last_month()) & (rows["scenario"] != BASE)]
    tables = [rows[rows["indicator"] == name].set_index("scenario") for name in HEADLINES]
    for name, table in zip(HEADLINES, tables, strict=True):
        if table.empty:
            raise ValueError(f"effects.csv has no row of {name} in {view.last_month()}; expected one a scenario")
    effects = {str(name): float(value) for name, value in tables[0]["effect"].items()}
    ranked = set(view.tables.ranks["scenario"])
    order = sorted(effects, key=lambda name: (name not in ranked, -effects[name], name))
    n_ranked = sum(name in ranked for name in order)
    parted = 0 < n_ranked < len(order)
    below = BELOW + (NOTE_ROW if parted else 0.0)
    height = ABOVE + ROW * max(len(order), FEWEST_ROWS) + below
    figure = new_figure(view.text("effects", month=view.last_month()), height)
    bottom, tall = below, height - ABOVE - below
    for place, scenario in enumerate(order):
        middle = bottom + tall * (1 - (place + 0.5) / len(order))
        put(figure, MARGIN, middle, wrapped(view.titles[scenario], NAMES), va="center", linespacing=1.0)
    texts = [[_number(table, name) for name in order] for table in tables]
    widths = [max(text_width(text, NUMBER_SIZE) for text in column) + 2 * GAP for column in texts]
    width = (HALF_A4[0] - 2 * MARGIN - NAMES - sum(widths) - GAP) / len(tables)
    left = MARGIN + NAMES + GAP
    kinds: set[str] = set()
    for table, column, beside in zip(tables, texts, widths, strict=True):
        axes = panel(figure, left, bottom, width, tall)
        kinds |= _rows(view, axes, table, order)
        if parted:
            axes.axhline(n_ranked - 0.5, color=INK, linewidth=0.8, zorder=1)
        for place, text in enumerate(column):
            middle = bottom + tall * (1 - (place + 0.5) / len(order))
            put(figure, left + width + GAP, middle, text, NUMBER_SIZE, va="center")
        left += width + beside
    if parted:
        put(figure, MARGIN, 0.44, view.text("unranked_below"))
    _key(view, figure, kinds)
    return figure


def _number(table: pd.DataFrame, scenario: str) -> str:
    row = table.to_dict("index")[scenario]
    return with_interval(float(row["effect"]), float(row["low"]), float(row["high"]))


def _rows(view: View, axes: Axes, table: pd.DataFrame, order: list[str]) -> set[str]:
    """Draw one effect with its interval in each row; return the bases that occur."""
    indicator = str(table["indicator"].iloc[0])
    basis = view.tables.basis[view.tables.basis["indicator"] == indicator]
    bases = dict(zip(basis["scenario"], basis["basis"], strict=True))
    found = set()
    zero_line(axes, upright=True)
    rows = table.to_dict("index")
    for place, scenario in enumerate(order):
        row = rows[scenario]
        kind = next((name for name in BASES if name == bases.get(scenario)), "unknown")
        found.add(kind)
        look = BASES[kind]
        axes.plot([row["low"], row["high"]], [place, place], color=look.colour, linewidth=1.8, solid_capstyle="butt")
        _dot(axes, float(row["effect"]), place, look)
    axes.set_ylim(len(order) - 0.5, -0.5)
    axes.set_yticks(range(len(order)), [""] * len(order))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    for place in range(1, len(order)):
        axes.axhline(place - 0.5, color="#e6e6e6", linewidth=0.5, zorder=0)
    axes.spines["left"].set_visible(False)
    low, high = min(0.0, float(table["low"].min())), max(0.0, float(table["high"].max()))
    room = 0.06 * (high - low) or 1.0
    axes.set_xlim(low - room, high + room)
    _ticks(axes)
    axes.set_title(label(f"indicator.{indicator}", view.language))
    axes.set_xlabel(view.text(f"difference_{table['unit'].iloc[0]}"), fontsize=NOTE_SIZE)
    return found


def _ticks(axes: Axes) -> None:
    """Set as many round ticks as have room for their numbers."""
    low, high = axes.get_xlim()
    inches = axes.get_window_extent().width / axes.figure.dpi
    ticks = [0.0]
    for most in (5, 4, 3, 2):
        found = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10], integer=True).tick_values(low, high)
        ticks = [float(tick) for tick in found if low <= tick <= high]
        widest = max(text_width(signed(tick), TICK_SIZE) for tick in ticks)
        if len(ticks) < 2 or (ticks[1] - ticks[0]) / (high - low) * inches > widest + 0.1:
            break
    axes.set_xticks(ticks, [signed(tick) for tick in ticks], fontsize=TICK_SIZE)


def _dot(axes: Axes, x: float, y: float, look: Basis) -> None:
    axes.plot(
        [x],
        [y],
        linestyle="none",
        marker=look.marker,
        markersize=MARKER_SIZE,
        markerfacecolor="white" if look.hollow else look.colour,
        markeredgecolor=look.colour,
        markeredgewidth=1.1,
        zorder=4,
    )


def _key(view: View, figure: Figure, kinds: set[str]) -> None:
    """Write at the bottom what the markers and the lines mean."""
    handles = []
    for kind, look in BASES.items():
        if kind not in kinds:
            continue
        handles.append(
            Line2D(
                [],
                [],
                color=look.colour,
                linewidth=1.8,
                marker=look.marker,
                markersize=MARKER_SIZE,
                markerfacecolor="white" if look.hollow else look.colour,
                markeredgewidth=1.1,
                label=view.text(f"basis_{kind}"),
            )
        )
    put(figure, MARGIN, 0.24, view.text("basis_heading"))
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(MARGIN / HALF_A4[0], 0.02 / float(figure.get_size_inches()[1])),
        ncols=len(handles),
        **PLAIN_LEGEND,
        handlelength=2.4,
        columnspacing=1.6,
    )
