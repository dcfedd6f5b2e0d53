"""Chart of the brief: the need of each site against what a scenario does there.

The dotted line is where the sites would lie if the effect were spread over them as the need is. Panels share a scale
unless one would press the sites of another onto the zero line; then each has its own, and the axis says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from scenarios.base.labels import label
from scenarios.brief.charts.parts import Box, View, around, upright, write_near
from scenarios.pages.chart_parts import panel, put, wrapped, zero_line
from scenarios.pages.chart_style import (
    FAINT,
    HALF_A4,
    INK,
    NOTE_SIZE,
    PLAIN_LEGEND,
    new_figure,
)
from scenarios.pages.number_words import signed
from scenarios.runs.charts import KIND_MARKERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, RIGHT, GAP, BOTTOM, TOP = 0.62, 0.12, 0.14, 0.9, 0.66
"""Inches around and between the panels."""
WIDE_GAP = 0.42
"""Inches between panels with scales of their own."""
MUCH_LARGER = 4.0
N_LABELLED = 4
PERCENT = 100.0


def site_number(site: object) -> int:
    """Return the number of a site written as 7 or as 'site_07'."""
    return int(str(site).removeprefix("site_"))


def sites_chart(view: View) -> Figure:
    """Return the chart; raises ValueError for a site without a kind."""
    figure = new_figure(view.text("sites", month=view.last_month()))
    sites = view.tables.sites
    sites = sites[sites["scenario"].isin(list(view.shown))].dropna(subset=["need", "effect"])
    numbers = [site_number(site) for site in sites["site"]]
    if numbers and max(numbers) >= len(view.site_kinds):
        raise ValueError(f"sites.csv has site {max(numbers)}; site_kinds ends at {len(view.site_kinds) - 1}")
    sites = sites.assign(number=numbers, kind=[view.site_kinds[number] for number in numbers])
    ends = [_ends(sites[sites["scenario"] == name]) for name in view.shown]
    whole = min(low for low, _ in ends), max(high for _, high in ends)
    alone = any(high - low < (whole[1] - whole[0]) / MUCH_LARGER for low, high in ends)
    widest = PERCENT * float(sites["need"].max()) if len(sites) and sites["need"].max() > 0 else 1.0
    n = len(view.shown)
    gap = WIDE_GAP if alone else GAP
    width = (HALF_A4[0] - LEFT - RIGHT - gap * (n - 1)) / n
    for k, name in enumerate(view.shown):
        axes = panel(figure, LEFT + k * (width + gap), BOTTOM, width, HALF_A4[1] - BOTTOM - TOP)
        low, high = ends[k] if alone else whole
        axes.set_ylim(low - 0.05 * (high - low), high + 0.05 * (high - low))
        axes.set_xlim(-0.04 * widest, 1.2 * widest)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))  # households are whole
        axes.yaxis.set_major_formatter(lambda value, _: signed(value))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%")
        axes.grid(axis="both")
        axes.set_title(wrapped(view.titles[name], width, 8.5))
        axes.tick_params(labelsize=NOTE_SIZE, labelleft=k == 0 or alone)
        if k == 0:
            axes.set_ylabel(view.text("axis_site_effect_own" if alone else "axis_site_effect"))
        _panel(view, axes, sites[sites["scenario"] == name])
    put(figure, LEFT + (HALF_A4[0] - LEFT - RIGHT) / 2, 0.5, view.text("axis_need"), 8, ha="center")
    _key(view, figure)
    return figure


def _ends(sites: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of the scale (households) that the intervals need, zero among them, at least one apart."""
    low, high = (float(sites["low"].min()), float(sites["high"].max())) if len(sites) else (0.0, 0.0)
    low, high = min(0.0, low), max(0.0, high)
    return (low, high) if high - low >= 1 else (-0.5, 0.5)


def _panel(view: View, axes: Axes, sites: pd.DataFrame) -> None:
    """Draw the sites of one scenario: interval, marker of the kind, numbers of those with the largest effects."""
    zero_line(axes)
    if sites.empty:
        axes.text(0.5, 0.5, view.text("no_sites"), transform=axes.transAxes, ha="center", fontsize=NOTE_SIZE)
        return
    need = PERCENT * sites["need"]
    axes.vlines(need, sites["low"], sites["high"], color=FAINT, linewidth=0.5, zorder=2)
    for kind, (marker, colour) in KIND_MARKERS.items():
        of = sites["kind"] == kind
        axes.scatter(
            need[of],
            sites["effect"][of],
            s=13,
            marker=marker,
            facecolor=colour,
            edgecolor="white",
            linewidth=0.4,
            zorder=3,
        )
    even = float(sites["effect"].sum()) / float(need.sum()) if float(need.sum()) else 0.0
    end = float(need.max())
    axes.plot([0, end], [0, even * end], color=INK, linewidth=1.0, linestyle=(0, (1, 1.5)), zorder=2.5)
    things = [around(axes, x, y, 2.2) for x, y in zip(need, sites["effect"], strict=True)]
    things += [upright(axes, *ends) for ends in zip(need, sites["low"], sites["high"], strict=True)]
    things += [around(axes, end * k / 40, height, 1.0) for k in range(49) for height in (0.0, even * end * k / 40)]
    written: list[Box] = []
    ordered = sites.assign(size=sites["effect"].abs()).sort_values(["size", "number"], ascending=[False, True])
    for row in ordered.head(N_LABELLED).itertuples():
        x, y = PERCENT * float(str(row.need)), float(str(row.effect))
        write_near(axes, (x, y), str(row.number), written, things)


def _key(view: View, figure: Figure) -> None:
    """Write at the bottom what the markers and lines mean."""
    handles = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker=marker,
            color=colour,
            markersize=4.5,
            label=label(f"group.{kind}", view.language),
        )
        for kind, (marker, colour) in KIND_MARKERS.items()
    ]
    handles.append(Line2D([], [], color=FAINT, linewidth=0.8, label=view.text("interval")))
    handles.append(Line2D([], [], color=INK, linewidth=1.0, linestyle=(0, (1, 1.5)), label=view.text("as_need")))
    handles.append(Line2D([], [], linestyle="none", label=view.text("numbered")))
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.012, 0.012),
        ncols=3,
        **PLAIN_LEGEND,
        columnspacing=1.6,
    )
