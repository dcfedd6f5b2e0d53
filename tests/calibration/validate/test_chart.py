"""The chart of figures that were not fitted: what it shows, its texts, and the ends of its strips."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from calibration.validate.chart import (
    MOST_SHOWN,
    ends_of,
    validation_chart,
    write_validation_charts,
)
from calibration.validate.measure_list import MEASURES
from calibration.validate.places import Place
from calibration.validate.predictive import (
    INSIDE_50,
    INSIDE_90,
    OUTSIDE,
    Compared,
)
from calibration.validate.rows import OutsideFigure
from scenarios.base.labels import LANGUAGES, label
from scenarios.pages.chart_style import chart_style
from tests.scenarios.brief.drawn_brief import faults, shown_texts

CITY = Place("city", 0, 3, 302)


def row_of(value: float, ends: tuple[float, ...], low: float = math.nan, high: float = math.nan,
           measure: str = "employed", place: Place = CITY) -> Compared:  # fmt: skip
    verdict = INSIDE_50 if ends[1] <= value <= ends[2] else INSIDE_90 if ends[3] <= value <= ends[4] else OUTSIDE
    name = f"{measure}_of_a_long_name_2019"
    figure = OutsideFigure(name, MEASURES[measure], place, 47, value, low, high, "nobody")
    return Compared(figure, *ends, verdict, "" if math.isnan(low) else "yes", 100)


def odd_rows() -> list[Compared]:
    """Rows that are hard to draw: huge, tiny, alike, at the ends, far outside, and one of every measure."""
    middle = (0.5, 0.4, 0.6, 0.3, 0.7)
    rows = [
        row_of(1.4e9, (1.5e9, 1.45e9, 1.55e9, 1.41e9, 1.6e9), 1.3e9, 1.7e9, "household_income_year"),
        row_of(0.0, (0.0, 0.0, 0.0, 0.0, 0.0)),
        row_of(7.0, (7.0, 7.0, 7.0, 7.0, 7.0), 7.0, 7.0),
        row_of(1e-7, (2e-7, 1e-7, 3e-7, 1e-7, 4e-7), measure="poverty_share"),
        row_of(40_558.0, (12.0, 11.0, 13.0, 10.0, 14.0), place=Place("under_200", 11, 3, 40)),
        row_of(1.0, (0.2, 0.1, 0.3, 0.0, 0.4), 0.9, 1.0, "seated_share", Place("site_77", 93, 3, 40, "rural")),
    ]
    return rows + [row_of(0.65, middle, measure=name) for name in list(MEASURES)[:90]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_the_chart_is_cut_or_covers_another(language: str) -> None:
    with chart_style():
        figure = validation_chart(odd_rows(), language)
        figure.canvas.draw()
    assert faults(figure) == []
    said = shown_texts(figure)
    for verdict in (INSIDE_50, INSIDE_90, OUTSIDE):
        assert label(f"validation.{verdict}", language) in said


def test_the_chart_shows_what_the_table_says() -> None:
    with chart_style():
        figure = validation_chart([row_of(12.0, (10.0, 8.0, 11.0, 5.0, 15.0), 11.5, 13.0)], "en")
    (axes,) = figure.axes
    lines = [sorted(float(x) for x in line.get_xdata()) for line in axes.lines]
    assert lines == [[5.0, 15.0], [8.0, 11.0], [10.0], [11.5, 13.0], [12.0, 12.0], [12.0]]
    assert {"figure: 12", "inside 90 %", "its range", "The whole city, 2019-12 (employed_of_a_long_name_2019)"} <= set(
        shown_texts(figure)
    )


def test_more_rows_than_a_picture_holds(tmp_path: Path) -> None:
    row = row_of(12.0, (10.0, 8.0, 11.0, 5.0, 15.0))
    with chart_style():
        figure = validation_chart([row] * (MOST_SHOWN + 5), "en")
    assert len(figure.axes) == MOST_SHOWN
    assert f"The first {MOST_SHOWN} of {MOST_SHOWN + 5} rows" in shown_texts(figure)
    assert [path.name for path in write_validation_charts([row], tmp_path, "zh")] == [
        "validation.zh.svg",
        "validation.zh.png",
    ]


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    [
        (5.0, 15.0, (5.0, 15.0, 0)),
        (0.412, 0.448, (0.41, 0.45, 2)),
        (37_990.0, 41_200.0, (37_500.0, 41_500.0, 0)),
        (0.0, 0.0, (0.0, 0.5, 1)),
        (7.0, 7.0, (6.2, 7.8, 1)),
        (0.0, 2.0, (0.0, 2.0, 0)),
    ],
)
def test_the_ends_of_a_strip_are_round(low: float, high: float, ends: tuple[float, float, int]) -> None:
    found = ends_of(low, high)
    assert found[0] <= low <= high <= found[1]
    assert found == pytest.approx(ends)
