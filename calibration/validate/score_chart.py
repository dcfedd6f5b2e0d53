"""The chart of a score: where each figure lies among the draws, and below it the PITs of those that were scored.

A PIT is the share of draws below its figure. Those of a forecast that is right are spread evenly; dots stand for rows,
the line above them for how many of ten classes would hold on average.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from calibration.validate.chart import ABOVE, BELOW, MARGIN, MOST_SHOWN, ROW, draw_key, draw_row
from calibration.validate.scores import Scored, counted
from scenarios.base.labels import label, language_index
from scenarios.pages.chart_parts import panel, put
from scenarios.pages.chart_style import BLUE, FAINT, HALF_A4, INK, chart_style, new_figure, save

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME = "score"
PANEL, PANEL_ABOVE, PANEL_BELOW, PANEL_SIDE = 0.9, 0.3, 0.42, 0.5
"""Inches: height of the panel of PITs; its title above it; its axis below it; room at its sides."""
CLASSES = 10
LOWEST_TOP = 3.0
"""Rows that the panel has room for at least."""


def write_score_charts(scored: Sequence[Scored], folder: Path, language: str) -> list[Path]:
    """Write the chart as `folder`/score.<language>; return the paths, SVG before PNG."""
    language_index(language)
    with chart_style():
        return save(score_chart(scored, language), folder, f"{NAME}.{language}")


def score_chart(scored: Sequence[Scored], language: str) -> Figure:
    """Return the chart: the first hundred figures, those that are scored before those that were used."""
    ordered = sorted(scored, key=lambda each: bool(each.figure.used))[:MOST_SHOWN]
    height = ABOVE + ROW * len(ordered) + BELOW + PANEL_ABOVE + PANEL + PANEL_BELOW
    figure = new_figure(label("score.title", language), height)
    if len(ordered) < len(scored):
        more = label("validation.more", language).format(shown=len(ordered), rows=len(scored))
        put(figure, HALF_A4[0] - MARGIN, height - 0.1, more, ha="right", va="top")
    for place, each in enumerate(ordered):
        draw_row(figure, each.compared, height - ABOVE - ROW * (place + 1), language)
    draw_key(figure, any(each.compared.range_overlaps for each in ordered), language)
    _pits(figure, [each.pit for each in counted(scored)], BELOW + PANEL_BELOW, language)
    return figure


def _pits(figure: Figure, pits: Sequence[float], bottom: float, language: str) -> None:
    """Draw a dot a row, in classes of a tenth, one above another."""
    axes = panel(figure, PANEL_SIDE, bottom, HALF_A4[0] - 2 * PANEL_SIDE, PANEL)
    put(figure, MARGIN, bottom + PANEL + 0.08, label("score.pit_title", language), va="bottom")
    classes = np.clip((np.array(pits) * CLASSES).astype(int), 0, CLASSES - 1)
    seen = np.zeros(CLASSES, dtype=int)
    for k in classes:
        seen[k] += 1
        axes.plot([(k + 0.5) / CLASSES], [seen[k] - 0.5], color=BLUE, marker="o", markersize=4.0, linestyle="none")
    axes.axhline(len(pits) / CLASSES, color=INK, linewidth=0.8, linestyle=(0, (4, 2)))
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, max(LOWEST_TOP, seen.max() + 0.5))
    axes.set_yticks([])
    axes.set_xticks([0.05, 0.25, 0.5, 0.75, 0.95])
    axes.tick_params(axis="x", labelcolor=FAINT)
    axes.set_xlabel(label("score.pit_axis", language))
