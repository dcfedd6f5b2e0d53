"""How every chart looks: the repository's own fonts, colours that colour-blind readers tell apart, hatches.

Bytes are the same on every call: no dates, no random ids. A character that the fonts lack is an error, never an
empty box.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl
from matplotlib import font_manager, ft2font
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from scenarios.base.glyphs import FONT_FILE, MORE_FONT_FILE
from scenarios.base.output.whole_files import file_beside
from simulation.foundations.months import FIRST_YEAR, MONTHS_PER_YEAR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FAMILY, MORE_FAMILY = "Anju Noto Sans SC", "Anju Noto Sans SC More"
"""The names under which the font files are registered: no font of the computer can take their places."""
HALF_A4 = (6.3, 4.3)
"""Inches: the text width and a little less than half the height of an A4 page."""
DOTS_PER_INCH = 200
INK, FAINT = "#222222", "#8a8a8a"
BLUE, SKY, GREEN, ORANGE, RED, PURPLE, YELLOW = (
    "#0072B2",
    "#56B4E9",
    "#009E73",
    "#E69F00",
    "#D55E00",
    "#CC79A7",
    "#F0E442",
)
"""Okabe and Ito's palette."""
STYLE: dict[Any, Any] = {
    "font.size": 8,
    "font.family": [FAMILY, "DejaVu Sans", MORE_FAMILY],
    "text.parse_math": False,  # a title may have two dollar signs
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.titlepad": 5,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.5,
    "hatch.linewidth": 0.5,
    "svg.fonttype": "path",
    "svg.hashsalt": "anju",
    "figure.dpi": 100,
}
LINE_SPACING = 1.35
LEADER = 14
"""Points between a series and the text beside it."""
NOTE_SIZE, TITLE_SIZE = 7.0, 10.0
"""Points: texts beside series and marks; the title of a chart."""
PLAIN_LEGEND: dict[str, Any] = {"frameon": False, "fontsize": NOTE_SIZE, "borderpad": 0, "borderaxespad": 0}
"""A legend without a frame, set like a note, close to where it is put."""


class MissingGlyphError(ValueError):
    """A text of a chart has a character that no font has: one that `glyphs.lacking` was not asked about."""


class Ending(NamedTuple):
    """A text beside the last point of a series."""

    y: float
    text: str


@cache
def register_font() -> None:
    """Add the repository's fonts to matplotlib's list under `FAMILY` and `MORE_FAMILY`."""
    for path, name in ((FONT_FILE, FAMILY), (MORE_FONT_FILE, MORE_FAMILY)):
        entry = font_manager.ttfFontProperty(ft2font.FT2Font(str(path)))
        font_manager.fontManager.ttflist.insert(0, replace(entry, fname=str(path), name=name))


@contextmanager
def chart_style() -> Iterator[None]:
    """Draw in this style; matplotlib's settings are as before afterwards."""
    register_font()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        yield


def new_figure(title: str, height: float = HALF_A4[1]) -> Figure:
    """Return an empty chart with its title, drawn without a screen. height: inches, half an A4 page if not given."""
    figure = Figure(figsize=(HALF_A4[0], height))
    FigureCanvasAgg(figure)
    figure.text(0.012, 1 - 0.015 * HALF_A4[1] / height, title, fontsize=TITLE_SIZE, va="top")
    return figure


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write <name>.svg and <name>.png, each whole or not at all; raises MissingGlyphError."""
    paths = []
    metadata: dict[str, dict[str, str | None]] = {
        "svg": {"Date": None, "Creator": None},
        "png": {"Software": None},
    }
    for form, written in metadata.items():
        path = folder / f"{name}.{form}"
        try:
            with file_beside(path) as aside, warnings.catch_warnings():
                warnings.filterwarnings("error", message=r"Glyph .* missing")
                figure.savefig(aside, format=form, dpi=DOTS_PER_INCH, metadata=written)
        except UserWarning as error:
            raise MissingGlyphError(f"chart {name}: {error}") from None
        paths.append(path)
    return paths


def thousands(value: float, _: object = None) -> str:
    """Return a whole number with separators."""
    return f"{value:,.0f}"


def style_axes(axes: Axes, first: int, last: int) -> None:
    """Set up months (indices) as years, thousands, and a grid of values.

    The year's number stands at its January.
    """
    years = [month for month in range(first, last + 2) if month % MONTHS_PER_YEAR == 0]
    axes.set_xticks(years, [str(FIRST_YEAR + month // MONTHS_PER_YEAR) for month in years])
    axes.set_xlim(first, last)
    axes.yaxis.set_major_formatter(thousands)
    axes.grid(axis="y")
    axes.set_ylim(bottom=0)


def mark_months(axes: Axes, marks: Sequence[tuple[float, str, str]]) -> None:
    """Draw an upright line at each month with its text on top: (month, text, 'left' or 'right' of the line)."""
    for month, text, side in marks:
        axes.axvline(month, color=INK, linewidth=0.8, linestyle=(0, (4, 2)) if side == "left" else "-", zorder=4)
        if text:
            axes.annotate(
                text,
                (month, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(-3 if side == "left" else 3, 4),
                textcoords="offset points",
                ha="right" if side == "left" else "left",
                va="baseline",
                fontsize=NOTE_SIZE,
            )


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return heights near `wanted` (ascending), at least `gap` apart and between `low` and `high` if there is room."""
    heights: list[float] = []
    for height in wanted:
        heights.append(max(height, low if not heights else heights[-1] + gap))
    ceiling = high
    for i in reversed(range(len(heights))):
        heights[i] = min(heights[i], ceiling)
        ceiling = heights[i] - gap
    return heights


def label_ends(axes: Axes, last: float, endings: Sequence[Ending], heading: str) -> None:
    """Write each text to the right of its series, moved apart where they would overlap, with a leader to the series.

    heading: text above them, the month that their numbers are of.
    """
    figure = axes.get_figure()
    assert figure is not None
    bottom, top = axes.get_ylim()
    height_points = axes.get_position().height * float(figure.get_figure(root=True).get_size_inches()[1]) * 72
    gap = (top - bottom) * NOTE_SIZE * LINE_SPACING / height_points
    ordered = sorted(endings, key=lambda ending: ending.y)
    heights = spread([ending.y for ending in ordered], gap, bottom + gap / 2, top - gap / 4)
    axes.annotate(
        heading,
        (1.0, 1.0),
        xycoords="axes fraction",
        xytext=(LEADER, 4),
        textcoords="offset points",
        va="baseline",
        fontsize=NOTE_SIZE,
    )
    for ending, height in zip(ordered, heights, strict=True):
        axes.annotate(
            ending.text,
            (last, ending.y),
            xytext=(LEADER, (height - ending.y) / (top - bottom) * height_points),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=NOTE_SIZE,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": FAINT, "linewidth": 0.6, "shrinkA": 1, "shrinkB": 0},
        )
