"""What the charts of the brief share: what to draw, numbers with their sign, panels in inches, texts that keep apart.

A chart of a dozen scenarios has labels whose length is known only from the scenario files, so places are searched for,
not fixed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import pandas as pd
from matplotlib.text import Text

from scenarios.base.labels import label
from scenarios.compare.tables import Tables
from scenarios.pages.chart_parts import POINTS_PER_INCH
from scenarios.pages.chart_style import (
    BLUE,
    FAINT,
    NOTE_SIZE,
    ORANGE,
    RED,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

HEADLINES = ("households_settled", "persons_resident")
MOST_SHOWN = 3
NEAR = 6.0
"""Points: a label farther than this from its point has a line to it."""
CROSSING = 60.0
"""Points: by so much a place is worse for each thing that the line to it crosses."""
DIRECTIONS = tuple(
    (math.cos(math.pi * k / 8), math.sin(math.pi * k / 8))
    for k in (0, 8, 4, 12, 2, 6, 14, 10, 1, 15, 7, 9, 3, 5, 13, 11)
)
DISTANCES = (3.5, 5.5, 8.0, 12.0, 17.0, 23.0, 30.0, 38.0, 47.0, 57.0, 70.0, 85.0, 100.0, 120.0)


class Mark(NamedTuple):
    """How one of the scenarios looked at in detail is told apart: letter, colour, line, marker."""

    letter: str
    colour: str
    line: Literal["-", "--", "-."]
    marker: str


MARKS = (Mark("A", BLUE, "-", "o"), Mark("B", RED, "--", "s"), Mark("C", ORANGE, "-.", "^"))


class View(NamedTuple):
    """What the charts draw: tables, language, title by scenario, scenarios in detail, kind of each site by number."""

    tables: Tables
    language: str
    titles: Mapping[str, str]
    shown: Sequence[str]
    site_kinds: Sequence[str]

    def text(self, name: str, **fields: object) -> str:
        """Return a text of the brief's charts in the view's language with its fields filled in."""
        return label(f"brief_chart.{name}", self.language).format(**fields)

    def default_reading(self, table: str) -> pd.DataFrame:
        """Return the rows of `effects` or `paths` for all households in the first reading of the table, the default."""
        rows: pd.DataFrame = getattr(self.tables, table)
        reading = rows["reading"].fillna("")
        found: pd.DataFrame = rows[(reading == reading.iloc[0]) & (rows["group"] == "all")]
        return found

    def last_month(self) -> str:
        """Return the last month of the comparison, 'YYYY-MM'."""
        return str(self.tables.effects["month"].max())


class Box(NamedTuple):
    """A rectangle on the picture, in pixels."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Box) -> bool:
        """Return whether the two have an area in common."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > 0 and min(self.top, other.top) - max(self.bottom, other.bottom) > 0

    def holds(self, x: float, y: float) -> bool:
        """Return whether the point lies inside."""
        return self.left < x < self.right and self.bottom < y < self.top


def around(axes: Axes, x: float, y: float, points: float) -> Box:
    """Return the square around a point of the axes, `points` to each side."""
    across, up = axes.transData.transform((x, y))
    half = points * axes.figure.dpi / POINTS_PER_INCH
    return Box(across - half, up - half, across + half, up + half)


def upright(axes: Axes, x: float, low: float, high: float) -> Box:
    """Return the narrow rectangle of an upright interval."""
    lower, upper = axes.transData.transform((x, low)), axes.transData.transform((x, high))
    return Box(lower[0] - 1.5, lower[1], upper[0] + 1.5, upper[1])


def write_near(
    axes: Axes,
    point: tuple[float, float],
    text: str,
    written: list[Box],
    things: Sequence[Box] = (),
) -> Annotation | None:
    """Write a text near a point of the axes where it covers neither a written text nor one of `things`.

    The place is the nearest free one inside the axes; a line from text to point that crosses things makes it count as
    farther. The boxes of text and line are added to `written`. Without a free place nothing is written and None is
    returned.
    """
    scale = axes.figure.dpi / POINTS_PER_INCH
    note = axes.annotate(
        text,
        point,
        xytext=(0, 0),
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=NOTE_SIZE,
        linespacing=1.0,
        zorder=6,
        bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "boxstyle": "square,pad=0.08"},
        arrowprops={"arrowstyle": "-", "color": FAINT, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 2},
    )
    extent = Text.get_window_extent(note)  # of the text alone, without its line
    width, height = extent.width + 3, extent.height + 2
    x, y = (float(value) for value in axes.transData.transform(point))
    frame = axes.get_window_extent()
    inside = Box(frame.x0, frame.y0, frame.x1, frame.y1)
    best: tuple[float, float, float] | None = None
    for distance in DISTANCES:
        if best is not None and best[0] <= distance:
            break
        for right, up in DIRECTIONS:
            middle = x + right * (distance * scale + width / 2), y + up * (distance * scale + height / 2)
            box = _centred(*middle, width, height)
            held = inside.left < box.left and box.right < inside.right
            held = held and inside.bottom < box.bottom and box.top < inside.top
            if not held or any(box.meets(other) for other in (*written, *things)):
                continue
            way = _way((x, y), middle)
            if any(other.holds(*spot) for other in written for spot in way):
                continue
            away = [spot for spot in way if math.hypot(spot[0] - x, spot[1] - y) > NEAR * scale]
            crossed = sum(any(thing.holds(*spot) for spot in away) for thing in things)
            crossed += abs(right) < 0.01 and distance > NEAR  # an upright line would look like an interval
            if best is None or distance + CROSSING * crossed < best[0]:
                best = distance + CROSSING * crossed, *middle
    if best is None:
        note.remove()
        return None
    note.set_position(((best[1] - x) / scale, (best[2] - y) / scale))
    written.append(_centred(best[1], best[2], width, height))
    if best[0] > NEAR:
        written += [_centred(*spot, 2, 2) for spot in _way((x, y), (best[1], best[2]))[::3]]
    elif note.arrow_patch is not None:
        note.arrow_patch.set_visible(False)
    return note


def _centred(x: float, y: float, width: float, height: float) -> Box:
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _way(start: tuple[float, float], end: tuple[float, float], steps: int = 60) -> list[tuple[float, float]]:
    """Return points on the straight line from a point to its text."""
    (x, y), (right, up) = start, (end[0] - start[0], end[1] - start[1])
    return [(x + right * k / steps, y + up * k / steps) for k in range(steps)]
