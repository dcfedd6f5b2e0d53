"""What charts of several pages share: panels and texts placed in inches, texts that are broken to a width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

from scenarios.pages.chart_style import FAMILY, HALF_A4, NOTE_SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINTS_PER_INCH = 72


def text_width(text: str, size: float) -> float:
    """Return the width of a text of one line, inches. size: points."""
    font = FontProperties(family=[FAMILY, "DejaVu Sans"], size=size)
    return float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0]) / POINTS_PER_INCH


def wrapped(text: str, width: float, size: float = NOTE_SIZE, lines: int = 2) -> str:
    """Return the text in at most `lines` lines of `width` inches, cut off with '…' if it is longer."""
    rest = text.strip()
    done: list[str] = []
    while rest and text_width(rest, size) > width and len(done) < lines - 1:
        fits = max(1, max((n for n in range(1, len(rest)) if text_width(rest[:n].rstrip(), size) <= width), default=1))
        space = rest.rfind(" ", 1, fits + 1)
        cut = space if space > 0 and rest[fits].isascii() else fits
        done.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    if text_width(rest, size) > width:
        while len(rest) > 1 and text_width(rest + "…", size) > width:
            rest = rest[:-1].rstrip()
        rest += "…"
    return "\n".join([*done, rest])


def panel(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Return axes at a place given in inches."""
    across, up = HALF_A4[0], float(figure.get_size_inches()[1])
    return figure.add_axes((left / across, bottom / up, width / across, height / up))


def put(figure: Figure, left: float, bottom: float, text: str, size: float = NOTE_SIZE, **how: Any) -> None:
    """Write a text at a place given in inches."""
    across, up = HALF_A4[0], float(figure.get_size_inches()[1])
    figure.text(left / across, bottom / up, text, fontsize=size, **how)


def zero_line(axes: Axes, upright: bool = False) -> None:
    """Draw the line of no effect."""
    (axes.axvline if upright else axes.axhline)(0, color="black", linewidth=0.9, zorder=2)
