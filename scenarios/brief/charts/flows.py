"""Chart of the brief: households whose residence in the last month differs between the baseline and a scenario.

Ribbons lead from the state in the baseline to the state in the scenario. A household has the same width in every panel,
so that panels can be compared by eye; totals stand above the bars, intervals beside the larger ribbons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from scenarios.base.labels import label
from scenarios.brief.charts.parts import Box, View
from scenarios.pages.chart_parts import panel, put, wrapped
from scenarios.pages.chart_style import (
    HALF_A4,
    INK,
    NOTE_SIZE,
    new_figure,
    thousands,
)
from scenarios.runs.charts import STATE_LOOKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT = 4.6
NAMES, MARGIN, GAP = 0.72, 0.08, 0.12
BOTTOM, TITLE, LINE = 0.56, 0.46, 0.155
"""Inches: below the panels; from the top to the first line of the panels' titles; height of a line."""
BAR, INSET, SPACE = 0.09, 0.2, 0.2
"""Inches: width of a bar; from the panel's edge to it; above a bar for its total."""
LOWEST_ROW = 0.16
LEAST_SCALED = 100.0
"""Households: the scale is never larger than if the bars had so many."""
THIN = 0.014
"""Inches: below this even the widest ribbon can hardly be seen."""
LEAST_SHARE, MOST_NUMBERS = 0.04, 5
NUMBER_SIZE = 6.0
STEPS = (0.5, 0.43, 0.57, 0.36, 0.64, 0.3, 0.7, 0.25, 0.75, 0.21, 0.79)
"""Places along a ribbon at which its number may stand."""

Flows = dict[tuple[str, str], tuple[float, float, float]]
"""Households, low and high by (state in the baseline, state in the scenario)."""


class Ribbon(NamedTuple):
    """A ribbon: heights (inches) of its middle on the left and on the right, and its width."""

    left: float
    right: float
    width: float

    def height(self, along: float) -> float:
        """Return the height of the middle at a share of the way: an S-curve, level at both ends."""
        return self.left + (self.right - self.left) * along * along * (3 - 2 * along)


class Rows(NamedTuple):
    """Where the states' bars stand: top (inches) and most households by state; inches a household."""

    tops: Mapping[str, float]
    most: Mapping[str, float]
    scale: float


def flows_chart(view: View) -> Figure:
    """Return the chart: one panel for each scenario in detail."""
    figure = new_figure(view.text("flows", month=view.last_month()), HEIGHT)
    flows = [_flows(view.tables.switches, name) for name in view.shown]
    n = len(view.shown)
    left = MARGIN + NAMES
    width = min((HALF_A4[0] - left - MARGIN - GAP * (n - 1)) / n, 3.2)
    titles = [wrapped(view.titles[name], width, 8.5).split("\n") for name in view.shown]
    above = TITLE + LINE * (max(len(lines) for lines in titles) + 1)
    tall = HEIGHT - BOTTOM - above - LINE
    rows = _rows(flows, tall)
    for state, top in rows.tops.items():
        middle = BOTTOM + top - rows.scale * rows.most[state] / 2
        name = wrapped(label(f"state.{state}", view.language), NAMES - 0.04)
        put(figure, MARGIN, middle, name, va="center", linespacing=1.0)
    for k in range(n):
        start = left + k * (width + GAP)
        axes = panel(figure, start, BOTTOM, width, tall)
        axes.set_xlim(0, width)
        axes.set_ylim(0, tall)
        axes.axis("off")
        for order, line in enumerate(titles[k]):
            put(figure, start, HEIGHT - TITLE - LINE * order, line, 8.5)
        total = sum(households for households, *_ in flows[k].values())
        thin = max((rows.scale * households for households, *_ in flows[k].values()), default=0.0) < THIN
        key = "no_switch" if round(total) == 0 else "few_switches" if thin else "switches"
        note = view.text(key, total=thousands(total))
        for order, line in enumerate(wrapped(note, width).split("\n")):
            put(figure, start, HEIGHT - above + LINE * (0.8 - order), line)
        if round(total) > 0:
            _panel(axes, flows[k], rows, width)
            put(figure, start + INSET + BAR / 2, BOTTOM - 0.05, view.text("without"), va="top", ha="center")
            put(figure, start + width - INSET - BAR / 2, BOTTOM - 0.05, view.text("with"), va="top", ha="center")
    _scale(view, figure, rows)
    return figure


def _flows(switches: pd.DataFrame, scenario: str) -> Flows:
    rows = switches[(switches["scenario"] == scenario) & (switches["households"] > 0)]
    rows = rows[rows["from_state"] != rows["to_state"]]
    columns = (rows[name] for name in ("from_state", "to_state", "households", "low", "high"))
    return {(str(a), str(b)): (float(n), float(low), float(high)) for a, b, n, low, high in zip(*columns, strict=True)}


def _total(flows: Flows, state: str, side: int) -> float:
    """Return the households out of (side 0) or into (side 1) a state."""
    return sum(households for ends, (households, *_) in flows.items() if ends[side] == state)


def _rows(flows: list[Flows], tall: float) -> Rows:
    """Return the places of the bars, the same in all panels."""
    most = {s: max((_total(f, s, side) for f in flows for side in (0, 1)), default=0.0) for s in STATE_LOOKS}
    room = tall - len(most) * SPACE
    fixed: set[str] = set()
    while True:  # rows that would be too low for their name get the lowest height; the others share what is left
        free = room - LOWEST_ROW * len(fixed)
        scale = free / max(LEAST_SCALED, sum(n for state, n in most.items() if state not in fixed))
        low = {state for state, n in most.items() if scale * n < LOWEST_ROW}
        if low <= fixed or len(low) == len(most):
            break
        fixed |= low
    heights = {state: max(LOWEST_ROW, scale * households) for state, households in most.items()}
    space = (tall - sum(heights.values())) / len(heights)
    tops, top = {}, tall
    for state, height in heights.items():
        tops[state] = top - space - (height - scale * most[state]) / 2
        top -= space + height
    return Rows(tops, most, scale)


def _panel(axes: Axes, flows: Flows, rows: Rows, width: float) -> None:
    """Draw bars with totals, ribbons from the widest to the narrowest, and numbers of the larger ones."""
    ends = INSET + BAR, width - INSET - BAR
    level: dict[tuple[str, int], float] = {}
    for side, at in ((0, INSET), (1, ends[1])):
        for state in STATE_LOOKS:
            total = _total(flows, state, side)
            height = rows.scale * total
            middle = rows.tops[state] - rows.scale * rows.most[state] / 2
            level[state, side] = middle + height / 2
            axes.add_patch(Rectangle((at, middle - height / 2), BAR, height, facecolor=INK, linewidth=0))
            if height == 0:
                axes.plot([at, at + BAR], [middle, middle], color=INK, linewidth=0.6)
            axes.text(at + BAR / 2, middle + height / 2 + 0.03, thousands(total), ha="center", fontsize=NOTE_SIZE)
    ribbons: dict[tuple[str, str], Ribbon] = {}
    for start in STATE_LOOKS:
        for end in STATE_LOOKS:
            if (start, end) in flows:
                thick = rows.scale * flows[start, end][0]
                ribbons[start, end] = Ribbon(level[start, 0] - thick / 2, level[end, 1] - thick / 2, thick)
                level[start, 0] -= thick
                level[end, 1] -= thick
    third = (ends[1] - ends[0]) / 3
    for (start, _), ribbon in sorted(ribbons.items(), key=lambda item: -item[1].width):
        look, half = STATE_LOOKS[start], ribbon.width / 2
        points = [
            (ends[0], ribbon.left + half),
            (ends[0] + third, ribbon.left + half),
            (ends[1] - third, ribbon.right + half),
            (ends[1], ribbon.right + half),
            (ends[1], ribbon.right - half),
            (ends[1] - third, ribbon.right - half),
            (ends[0] + third, ribbon.left - half),
            (ends[0], ribbon.left - half),
        ]
        codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3]
        outline = Path(points, codes)
        axes.add_patch(
            PathPatch(outline, facecolor=look.colour, edgecolor="white", hatch=look.hatch or None, linewidth=0)
        )
        axes.add_patch(PathPatch(outline, facecolor="none", edgecolor=look.colour, linewidth=0.5))
    _numbers(axes, flows, ribbons, ends)


def _numbers(axes: Axes, flows: Flows, ribbons: Mapping[tuple[str, str], Ribbon], ends: tuple[float, float]) -> None:
    """Write households and interval on the larger ribbons, where fewest other ribbons run beneath."""
    total = sum(households for households, *_ in flows.values())
    written: list[Box] = []
    large = sorted(
        (key for key in ribbons if flows[key][0] >= max(0.5, LEAST_SHARE * total)), key=lambda k: -flows[k][0]
    )
    for key in large[:MOST_NUMBERS]:
        households, low, high = flows[key]
        text = axes.text(
            0,
            0,
            f"{thousands(households)}\n[{thousands(low)}, {thousands(high)}]",
            fontsize=NUMBER_SIZE,
            ha="center",
            va="center",
            linespacing=1.0,
            zorder=6,
            bbox={"facecolor": "white", "alpha": 0.85, "linewidth": 0, "boxstyle": "square,pad=0.12"},
        )
        extent = text.get_window_extent()
        dpi = axes.figure.dpi
        width, height = extent.width / dpi + 0.06, extent.height / dpi + 0.04
        places = []
        for order, along in enumerate(STEPS):
            x, room = ends[0] + along * (ends[1] - ends[0]), max(0.0, ribbons[key].width - height) / 2
            for up in (0.0, -room, room):
                y = ribbons[key].height(along) + up
                box = Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
                if box.left < ends[0] or box.right > ends[1] or any(box.meets(other) for other in written):
                    continue
                beneath = sum(_covered(box, other, ends) for k, other in ribbons.items() if k != key)
                places.append((round(beneath, 3), order, x, y, box))
        if not places:
            text.remove()
            continue
        _, _, x, y, box = min(places)
        text.set_position((x, y))
        written.append(box)


def _covered(box: Box, ribbon: Ribbon, ends: tuple[float, float]) -> float:
    """Return the mean height (inches) of a ribbon that runs beneath a box, at least a fiftieth of an inch."""
    covered = 0.0
    for x in (box.left, (box.left + box.right) / 2, box.right):
        middle, half = ribbon.height((x - ends[0]) / (ends[1] - ends[0])), max(0.02, ribbon.width) / 2
        covered += max(0.0, min(box.top, middle + half) - max(box.bottom, middle - half)) / 3
    return covered


def _scale(view: View, figure: Figure, rows: Rows) -> None:
    """Draw at the bottom how wide a round number of households is."""
    steps = [f * 10**k for k in range(6) for f in (1, 2, 5)]
    households = max((step for step in steps if rows.scale * step <= 0.3), default=1)
    axes = panel(figure, MARGIN, 0.06, NAMES, 0.32)
    axes.set_xlim(0, NAMES)
    axes.set_ylim(0, 0.32)
    axes.axis("off")
    axes.add_patch(Rectangle((0.0, 0.0), BAR, rows.scale * households, facecolor=INK, linewidth=0))
    text = wrapped(view.text("scale", households=thousands(households)), NAMES - BAR)
    axes.text(BAR + 0.05, 0.0, text, va="bottom", fontsize=NOTE_SIZE, linespacing=1.0, clip_on=False)
    put(figure, MARGIN + NAMES + 0.2, 0.06, view.text("ribbons"), va="bottom")
