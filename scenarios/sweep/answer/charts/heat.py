"""Chart of an answer: two axes together, a field of cells with their numbers.

Effects have two colours, blue for the better and orange for the worse, white at none; levels have one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

from scenarios.compare.indicators import LOWER
from scenarios.pages.chart_parts import panel, put, wrapped
from scenarios.pages.chart_style import BLUE, HALF_A4, INK, NOTE_SIZE, ORANGE, new_figure
from scenarios.sweep.answer.cells import SCENARIO
from scenarios.sweep.answer.effects import EFFECT
from scenarios.sweep.answer.names import Names
from scenarios.sweep.answer.ranking import best_of, main_ranges
from scenarios.sweep.answer.tables import Answer
from simulation.state.entities import Float

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROW, ABOVE, BELOW, LEFT, RIGHT = 0.42, 0.45, 0.78, 1.3, 0.15
"""Inches: height of a row of cells; around the field."""
LEAST_HEIGHT = 1.6
DARK = 0.62
"""From this share of the strongest colour on, numbers are white."""


def heat_axes(answer: Answer) -> tuple[str, str] | None:
    """Return the two axes with the largest differences that have cells in common; None if there are not two."""
    scenario = str(best_of(answer).row[SCENARIO])
    axes = [axis for axis in main_ranges(answer, scenario)["axis"] if axis != SCENARIO]
    return (axes[0], axes[1]) if len(axes) > 1 else None


def heat_rows(answer: Answer) -> pd.DataFrame:
    """Return the rows of the table of pairs that the chart shows; columns one and other: values across and up."""
    axes = heat_axes(answer)
    table, each = answer.tables.axis_pairs, answer.main
    if axes is None:
        return table.iloc[:0].assign(one="", other="")
    rows = table[(table["indicator"] == each.name) & (table["month"] == each.month)]
    rows = rows[rows["scenario"] == str(best_of(answer).row[SCENARIO])]
    straight = rows[(rows["axis"] == axes[0]) & (rows["other_axis"] == axes[1])]
    turned = rows[(rows["axis"] == axes[1]) & (rows["other_axis"] == axes[0])]
    straight = straight.assign(one=straight["axis_value"], other=straight["other_value"])
    return pd.concat([straight, turned.assign(one=turned["other_value"], other=turned["axis_value"])])


def heat_chart(answer: Answer, names: Names) -> Figure:
    """Return the chart; raises ValueError for a sweep without two axes."""
    axes_shown = heat_axes(answer)
    if axes_shown is None:
        raise ValueError("the sweep has no two axes; there is no field to draw")
    one, other = axes_shown
    rows, each = heat_rows(answer), answer.main
    factors = {factor.name: factor.values for factor in answer.factors}
    field = np.full((len(factors[other]), len(factors[one])), np.nan)
    for row in rows.to_dict("records"):
        field[factors[other].index(row["other"]), factors[one].index(row["one"])] = row["mean"]
    tall = max(LEAST_HEIGHT, ROW * len(field))
    figure = new_figure(
        names.say("chart_heat", indicator=names.indicator(each.name), month=names.month(each.month)),
        ABOVE + tall + BELOW,
    )
    axes = panel(figure, LEFT, BELOW, HALF_A4[0] - LEFT - RIGHT, tall)
    strength = _strength(field, answer.quantity, each.better)
    axes.pcolormesh(strength, cmap=_colours(), vmin=-1, vmax=1, edgecolor="white", linewidth=0.8)
    for (j, i), value in np.ndenumerate(field):
        if not np.isnan(value):
            colour = "white" if strength[j, i] > DARK else INK
            text = names.number(answer.quantity, each.unit, float(value))
            axes.text(i + 0.5, j + 0.5, text, ha="center", va="center", fontsize=NOTE_SIZE, color=colour)
    wide = (HALF_A4[0] - LEFT - RIGHT) / field.shape[1]
    axes.set_xticks(
        np.arange(field.shape[1]) + 0.5, [wrapped(names.value(one, value), wide, NOTE_SIZE) for value in factors[one]]
    )
    axes.set_yticks(
        np.arange(field.shape[0]) + 0.5,
        [wrapped(names.value(other, value), 0.85, NOTE_SIZE) for value in factors[other]],
    )
    axes.tick_params(length=0, labelsize=NOTE_SIZE)
    axes.spines[:].set_visible(False)
    axes.set_xlabel(names.axis(one))
    axes.set_ylabel(wrapped(names.axis(other), tall, 8))
    note = names.say("chart_heat_scenario", scenario=names.scenario(str(rows["scenario"].iloc[0])),
                     quantity=names.say(f"chart_heat_{answer.quantity}"))  # fmt: skip
    put(figure, 0.1, 0.12, note)
    return figure


def _strength(field: Float, quantity: str, better: str) -> Float:
    """Return the strength of each cell's colour, -1 to 1: above 0 for the better; levels from 0 up."""
    if quantity == EFFECT:
        largest = float(np.nanmax(np.abs(field))) or 1.0
        return field / largest * (-1.0 if better == LOWER else 1.0)
    low, high = float(np.nanmin(field)), float(np.nanmax(field))
    return (field - low) / ((high - low) or 1.0)


def _colours() -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list("worse_better", [ORANGE, "white", BLUE])
