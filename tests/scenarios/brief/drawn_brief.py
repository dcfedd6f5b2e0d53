"""Views of made tables, and what a drawn chart of the brief says and where its texts are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.text import Text

from scenarios.base.labels import scenario_title
from scenarios.brief.charts.drawing import DRAWERS, checked_view
from scenarios.brief.charts.parts import View
from scenarios.compare.tables import Tables
from scenarios.pages.chart_style import chart_style
from tests.scenarios.made_tables import EVERY, SCENARIOS, made_tables
from tests.scenarios.runs.made_run import KINDS

OWN = {
    "night_school": {
        "en": "Night school and child care at the large sites",
        "zh": "大型安置点夜校和托幼服务及其他配套措施",
    },
    "rent": {"en": "Rent for land", "zh": "土地流转"},
    "loans": {"en": "Small loans for stalls", "zh": "摊位小额贷款"},
}
"""Scenarios of a user's own, one with a title longer than a line."""
TEN = ("housing_title", "school_gap", "workshops")
CASES: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "ten": (SCENARIOS, TEN),
    "one": (("workshops",), ("workshops",)),
    "all": (EVERY, TEN),
    "twelve": ((*SCENARIOS, *OWN), ("workshops_and_school_gap", "night_school", "housing_title")),
    "two losses": (("origin_land_returns", "loans"), ("origin_land_returns", "loans")),
}


def titles(names: Sequence[str], language: str) -> dict[str, str]:
    return {name: OWN[name][language] if name in OWN else scenario_title(name, language) for name in names}


@cache
def tables_of(case: str) -> Tables:
    return made_tables(CASES[case][0])


def view_of(language: str, case: str = "ten", tables: Tables | None = None) -> View:
    names, shown = CASES[case]
    return checked_view(tables or tables_of(case), language, titles(names, language), shown, KINDS)


def draw(name: str, view: View) -> Figure:
    with chart_style():
        figure = DRAWERS[name](view)
        figure.canvas.draw()
    return figure


def texts_of(figure: Figure) -> list[Text]:
    found: list[Text] = list(figure.texts)
    for legend in figure.legends:
        found += legend.get_texts()
    for axes in figure.axes:
        if not axes.axison:
            found += axes.texts
            continue
        (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
        found += [*axes.texts, axes._left_title, axes.yaxis.label, axes.xaxis.label]
        found += [text for text in axes.get_xticklabels() if left <= text.get_position()[0] <= right]
        found += [text for text in axes.get_yticklabels() if min(low, high) <= text.get_position()[1] <= max(low, high)]
    return [text for text in found if text.get_text() and text.get_visible()]


def shown_texts(figure: Figure) -> list[str]:
    return [" ".join(text.get_text().split()) for text in texts_of(figure)]


def faults(figure: Figure) -> list[tuple[str, ...]]:
    """Return the texts that are cut off and the pairs that cover each other."""
    width, height = figure.get_size_inches() * figure.dpi
    boxes = [(text.get_text(), Text.get_window_extent(text)) for text in texts_of(figure)]
    found: list[tuple[str, ...]] = []
    for i, (text, box) in enumerate(boxes):
        if min(box.x0, box.y0, width - box.x1, height - box.y1) < 0:
            found.append((text,))
        for other, covered in boxes[i + 1 :]:
            across = min(box.x1, covered.x1) - max(box.x0, covered.x0)
            if across > 0.5 and min(box.y1, covered.y1) - max(box.y0, covered.y0) > 1.5:
                found.append((text, other))
    return found


def changed(tables: Tables, table: str, where: Callable[[pd.DataFrame], pd.Series], **values: object) -> Tables:
    frame = getattr(tables, table).copy()
    for column, value in values.items():
        frame.loc[where(frame), column] = value
    return tables._replace(**{table: frame})


def cheap() -> Tables:
    """Return tables in which one scenario earns money and one costs nothing."""
    tables = changed(tables_of("ten"), "cost_effect", lambda t: t["scenario"] == "origin_land_returns", yuan=-2.6e7)
    return changed(tables, "cost_effect", lambda t: t["scenario"] == "targeted_training", yuan=0.0)


def without_switches(scenario: str) -> Tables:
    tables = tables_of("ten")
    return tables._replace(switches=tables.switches[tables.switches["scenario"] != scenario])
