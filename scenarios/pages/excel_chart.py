"""A bar chart of effects as Excel draws it itself, so that an office can change it; its numbers stand beside it.

Zero is the baseline. The lines across the bars are the effects' intervals.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from scenarios.base.labels import label
from scenarios.settings.schema import BASE

ALL = "all"
HEADS = ("scenario", "effect", "low", "high", "below", "above")
SKY, INK, GRID = "#56B4E9", "#222222", "#DDDDDD"
WIDTHS = (36, 11, 11, 11, 14, 14)
BESIDE = "H2"
"""The chart's upper left corner."""
WIDTH, ROW, AROUND, LEAST = 860, 34, 150, 330
"""Pixels: the chart's width; height of a bar; height beside the bars; least height."""
STEPS = 6
"""Steps of the scale, at most about so many."""


class EffectBars(NamedTuple):
    """What the chart shows: a title, the unit of its axis, and rows with name, effect, low, high, largest first."""

    title: str
    unit: str
    rows: pd.DataFrame


def effect_bars(
    effects: pd.DataFrame, titles: Mapping[str, str], language: str, indicator: str = "households_settled"
) -> EffectBars:
    """Return bars of the effects on `indicator` of all households in the last month, in the table's first reading.

    effects: table `effects` of a comparison; titles: of the scenarios by name. Raises ValueError if there is no effect.
    """
    reading = effects["reading"].fillna("")
    rows = effects[(effects["indicator"] == indicator) & (effects["group"] == ALL) & (reading == reading.iloc[0])]
    last = effects["month"].max()
    rows = rows[(rows["month"] == last) & (rows["scenario"] != BASE)]
    if rows.empty:
        raise ValueError(f"effects has no row of {indicator} in {last}; expected one a scenario")
    rows = rows.sort_values(["effect", "scenario"], ascending=[False, True])
    names = [titles.get(name, name) for name in rows["scenario"]]
    title = label("excel.chart_title", language).format(indicator=label(f"indicator.{indicator}", language), month=last)
    shown = pd.DataFrame({"name": names}).assign(**{name: rows[name].to_numpy() for name in ("effect", "low", "high")})
    return EffectBars(title, label(f"unit.{rows['unit'].iloc[0]}", language), shown)


def axis_range(low: float, high: float) -> tuple[float, float, float]:
    """Return ends of an axis that holds 0, `low` and `high`, and its step: 1, 2 or 5 times a power of ten.

    Left to itself, Excel looks at the bars alone and cuts their intervals off.
    """
    low, high = min(low, 0.0), max(high, 0.0)
    high = high if high > low else 1.0
    rough = (high - low) / STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    return step * math.floor(low / step), step * math.ceil(high / step), step


def draw_bars(workbook: Any, tab: str, bars: EffectBars, language: str) -> None:
    """Add a sheet with the chart and its numbers to an XlsxWriter workbook."""
    sheet = workbook.add_worksheet(tab)
    look = {"bold": True, "bottom": 1, "bg_color": "#F3F5F7", "text_wrap": True, "valign": "vcenter"}
    heads = [workbook.add_format(look), *[workbook.add_format(look | {"align": "right"})] * (len(HEADS) - 1)]
    sheet.set_row(0, 32)
    form = workbook.add_format({"num_format": "#,##0.0"})
    for place, (name, letters) in enumerate(zip(HEADS, WIDTHS, strict=True)):
        sheet.write_string(0, place, label(f"excel_head.{name}", language), heads[place])
        sheet.set_column(place, place, letters)
    for line, (name, effect, low, high) in enumerate(bars.rows.itertuples(index=False, name=None), start=1):
        sheet.write_string(line, 0, name)
        for place, value in enumerate((effect, low, high, effect - low, high - effect), start=1):
            sheet.write_number(line, place, value, form)
    last = len(bars.rows)
    chart = workbook.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": label("excel_head.effect", language),
            "categories": [tab, 1, 0, last, 0],
            "values": [tab, 1, 1, last, 1],
            "fill": {"color": SKY},
            "gap": 60,
            "y_error_bars": {
                "type": "custom",
                "plus_values": f"='{tab}'!$F$2:$F${last + 1}",
                "minus_values": f"='{tab}'!$E$2:$E${last + 1}",
                "line": {"color": INK, "width": 1.25},
            },
        }
    )
    plain = {"bold": False, "size": 10, "color": INK}
    chart.set_title({"name": bars.title, "name_font": {"bold": True, "size": 13, "color": INK}, "overlay": False})
    chart.set_y_axis(
        {
            "reverse": True,  # the first row on top
            "crossing": "max",  # and the scale below the last
            "label_position": "low",
            "num_font": plain,
            "line": {"color": INK},
            "major_tick_mark": "none",
        }
    )
    low, high, step = axis_range(float(bars.rows["low"].min()), float(bars.rows["high"].max()))
    unit = f"{bars.unit} · {label('excel.interval', language)}"
    chart.set_x_axis(
        {
            "name": unit,
            "name_font": plain,
            "num_font": plain,
            "num_format": "#,##0",
            "min": low,
            "max": high,
            "major_unit": step,
            "major_gridlines": {"visible": True, "line": {"color": GRID}},
            "line": {"none": True},
        }
    )
    chart.set_legend({"none": True})
    chart.set_size({"width": WIDTH, "height": max(LEAST, ROW * last + AROUND)})
    sheet.insert_chart(BESIDE, chart, {"description": bars.title})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
