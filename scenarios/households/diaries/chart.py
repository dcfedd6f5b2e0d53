"""The chart of the diaries: one row a household, months from left to right, where it lives as a band.

Colours and hatches of the band are those of the chart of a run. Above each band, thin steps count members at work and
children on a seat near the site; all counts have one scale. A second lane shows the scenario from the first month in
which it differs from the baseline.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from scenarios.base.labels import label, language_index
from scenarios.households.diaries.choice import N_CHOSEN
from scenarios.households.diaries.tables import Diaries
from scenarios.pages.chart_style import (
    FAINT,
    GREEN,
    HALF_A4,
    INK,
    NOTE_SIZE,
    TITLE_SIZE,
    chart_style,
    mark_months,
    new_figure,
    save,
)
from scenarios.runs.charts import STATE_LOOKS
from scenarios.runs.series import REPORT_DATE
from simulation.foundations.months import FIRST_YEAR, MONTHS_PER_YEAR, month_index

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "diaries"
BAND, STEP, GAP, BETWEEN_LANES = 0.15, 0.07, 0.03, 0.07
"""Inches: height of a band, of one person, between steps and band, between the lanes of a household."""
ROW_LEAST, BETWEEN_ROWS = 0.40, 0.13
"""Inches: least height of a household's row, and the space between rows."""
LEFT, RIGHT, TOP, BOTTOM = 1.62, 0.34, 1.24, 0.30
"""Inches: margins."""
LINE, MARK_ROOM = 0.135, 0.85
"""Inches: height of a line of text, and the width that the name of a mark needs."""


class CountLook(NamedTuple):
    """How a count is drawn: its line, how far below its count it runs (persons), and where its last number stands."""

    colour: str
    style: Any
    width: float
    below: float
    text_points: float


COUNT_LOOKS = {
    "employed": CountLook(INK, "-", 0.8, 0.0, 3.0),
    "seated": CountLook(GREEN, (0, (3, 1.5)), 0.9, 0.16, 11.0),
}


class Lane(NamedTuple):
    """One scenario of one household: its diary, drawn from month `first` on; its upper edge, inches from the top."""

    diary: pd.DataFrame
    first: int
    top: float

    @property
    def height(self) -> float:
        """Inches from the highest step to the foot of the band."""
        most = self.diary[["employed", "seated"]].iloc[self.first :].to_numpy().max()
        return BAND + GAP + STEP * max(1, int(most))

    @property
    def zero(self) -> float:
        """Height of the count 0, inches from the top."""
        return self.top + self.height - BAND - GAP


def draw_diaries(diaries: Diaries, folder: Path, language: str) -> list[Path]:
    """Write `diaries.svg` and `diaries.png` into `folder`; return the paths, SVG before PNG."""
    language_index(language)
    with chart_style():
        return save(_figure(diaries, language), folder, NAME)


def _figure(diaries: Diaries, language: str) -> Figure:
    rows, bottom = _lay_out(diaries)
    width, height = HALF_A4[0], TOP + bottom + BOTTOM
    figure = new_figure("")
    figure.set_size_inches(width, height)
    axes = figure.add_axes((LEFT / width, BOTTOM / height, (width - LEFT - RIGHT) / width, bottom / height))
    months = diaries.months["month"].nunique()
    _time_axis(axes, months, bottom, diaries, language)
    for who, lanes in zip(diaries.households.to_dict("records"), rows, strict=True):
        _say_who(axes, who, lanes[0].top, language)
        for lane in lanes:
            _band(axes, lane)
            _counts(axes, lane, months)
        for lane in lanes[1:]:
            _name_lane(axes, lane, label("diary.with_scenario", language))
    _heading(figure, diaries, language)
    return figure


def _lay_out(diaries: Diaries) -> tuple[list[list[Lane]], float]:
    """Return the lanes of each household, and the foot of the last row in inches below the top of the panel."""
    baseline, other = str(diaries.scenarios["scenario"].iloc[0]), diaries.other_scenario()
    rows, top = [], BETWEEN_ROWS / 2
    for household in diaries.households["household"]:
        lanes = [Lane(diaries.of(baseline, household), 0, top)]
        first = diaries.first_difference(household)
        if other is not None and first is not None:
            lanes.append(Lane(diaries.of(other, household), first, top + lanes[0].height + BETWEEN_LANES))
        rows.append(lanes)
        top = max(lanes[-1].top + lanes[-1].height, top + ROW_LEAST) + BETWEEN_ROWS
    return rows, top


def _time_axis(axes: Axes, months: int, bottom: float, diaries: Diaries, language: str) -> None:
    """Set up inches downwards and months to the right, years named at their January; mark report and levers."""
    axes.set_ylim(bottom, 0)
    axes.set_xlim(0, months)
    years = range(0, months + 1, MONTHS_PER_YEAR)
    axes.set_xticks(list(years), [str(FIRST_YEAR + month // MONTHS_PER_YEAR) for month in years])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    marks = [(month_index(REPORT_DATE) + 0.5, label("chart.report_date", language), "left")]
    starts = [str(month) for month in diaries.scenarios["levers_start"] if month]
    for start in map(month_index, starts):
        text, inches = label("chart.levers_start", language), (HALF_A4[0] - LEFT - RIGHT) / months
        room_behind = (months - start) * inches + RIGHT > MARK_ROOM
        marks.append((start, text if room_behind else "", "right"))
        if not room_behind and (start - marks[0][0]) * inches > MARK_ROOM:
            axes.annotate(
                text, (start, 1.0), xycoords=("data", "axes fraction"), xytext=(-3, 4), textcoords="offset points",
                ha="right", va="baseline", fontsize=NOTE_SIZE,
            )  # fmt: skip
    mark_months(axes, marks)


def _say_who(axes: Axes, who: Mapping[Hashable, Any], top: float, language: str) -> None:
    """Write who a household is to the left of its lanes, and draw a faint line above them."""
    poor = label("group.registered_poor" if who["registered_poor"] else "group.not_registered_poor", language)
    kind = label(f"diary.kind_{who['site_kind']}", language)
    lines = (
        label("diary.number", language).format(number=who["household"]),
        label("diary.what", language).format(poor=poor, kind=kind),
        label("diary.who", language).format(
            members=who["members"], labourers=who["labourers"], children=who["school_age"]
        ),
    )
    left = axes.get_yaxis_transform()
    edge = -(LEFT - 0.08) / (HALF_A4[0] - LEFT - RIGHT)
    above = top - BETWEEN_ROWS / 2
    axes.plot([edge, 1.0], [above, above], transform=left, color=FAINT, linewidth=0.4, clip_on=False)
    for i, line in enumerate(lines):
        axes.text(
            edge, top + i * LINE, line, transform=left, fontsize=NOTE_SIZE + (0.8 if i == 0 else -0.6), va="top"
        )  # fmt: skip


def _name_lane(axes: Axes, lane: Lane, text: str) -> None:
    """Write the name of a lane before its band; behind its first month if there is no room before it."""
    room = lane.first > MONTHS_PER_YEAR
    axes.annotate(
        text,
        (lane.first, lane.zero + GAP + BAND / 2) if room else (lane.first, lane.top),
        xytext=(-3, 0),
        textcoords="offset points",
        fontsize=6,
        ha="right" if room else "left",
        va="center",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        zorder=5,
    )


def _band(axes: Axes, lane: Lane) -> None:
    """Draw the residence state: one piece for each unbroken stay."""
    states = lane.diary["state"].to_numpy()[lane.first :]
    edges = [0, *(np.flatnonzero(states[1:] != states[:-1]) + 1), len(states)]
    for start, end in pairwise(edges):
        if states[start] not in STATE_LOOKS:
            continue
        look = STATE_LOOKS[states[start]]
        axes.broken_barh(
            [(lane.first + start, end - start)],
            (lane.zero + GAP, BAND),
            facecolor=look.colour,
            edgecolor="white",
            hatch=look.hatch or None,
            linewidth=0.5,
            zorder=2,
        )


def _counts(axes: Axes, lane: Lane, months: int) -> None:
    """Draw members at work and children on seats as steps above the band, the last counts beside them.

    A thin line stands at 0; seats run a little below their count so that neither line covers the other, and are marked
    where they change.
    """
    shown = (lane.diary["state"] != "not_moved").to_numpy() & (np.arange(months) >= lane.first)
    axes.plot([int(shown.argmax()), months], [lane.zero] * 2, color=FAINT, linewidth=0.4, zorder=2)
    for name, look in COUNT_LOOKS.items():
        count = lane.diary[name].to_numpy().astype(float)
        if not count[shown].any():
            continue
        height = lane.zero - STEP * (count - look.below * (count > 0))
        drawn = np.where(shown & ((count > 0) | (name == "employed")), height, np.nan)
        axes.plot(
            np.arange(months + 1), np.append(drawn, drawn[-1]), drawstyle="steps-post", color=look.colour,
            linestyle=look.style, linewidth=look.width, zorder=3,
        )  # fmt: skip
        axes.annotate(
            str(int(count[-1])), (months, height[-1]), xytext=(look.text_points, 0), textcoords="offset points",
            color=look.colour, fontsize=6, va="center", annotation_clip=False,
        )  # fmt: skip
        change = np.where(shown, np.diff(count, prepend=0.0), 0.0) if name == "seated" else np.zeros(months)
        for chosen, fill in ((change > 0, look.colour), (change < 0, "white")):
            axes.scatter(
                np.flatnonzero(chosen), height[chosen], s=9, marker="o", facecolor=fill, edgecolor=look.colour,
                linewidth=0.7, zorder=4,
            )  # fmt: skip


def _heading(figure: Figure, diaries: Diaries, language: str) -> None:
    """Write title, what the lanes are, and the key."""
    height = figure.get_size_inches()[1]
    n = len(diaries.households)
    title = label("diary.title" if n == N_CHOSEN else "diary.title_n", language).format(n=n)
    figure.text(0.012, 1 - 0.06 / height, title, fontsize=TITLE_SIZE, va="top")
    titles = list(diaries.scenarios[f"title_{language}"])
    lines = [label("diary.one_lane" if len(titles) == 1 else "diary.two_lanes", language)]
    lines += [label("diary.numbers_of", language)]
    text = "\n".join(lines).format(first=titles[0], second=titles[-1])
    figure.text(0.012, 1 - 0.31 / height, text, fontsize=NOTE_SIZE, va="top", linespacing=1.35)
    states = [
        Patch(
            facecolor=look.colour, edgecolor="white", hatch=look.hatch or None, label=label(f"state.{state}", language)
        )
        for state, look in STATE_LOOKS.items()
    ]
    seated = COUNT_LOOKS["seated"]
    counts = [
        *(
            Line2D([], [], color=look.colour, linewidth=look.width, linestyle=look.style,
                   label=label(f"diary.line_{name}", language))
            for name, look in COUNT_LOOKS.items()
        ),
        *(
            Line2D([], [], color=seated.colour, linewidth=0, marker="o", markersize=3, markerfacecolor=fill,
                   markeredgewidth=0.7, label=label(f"diary.{name}", language))
            for name, fill in (("more_seated", seated.colour), ("fewer_seated", "white"))
        ),
    ]  # fmt: skip
    for i, handles in enumerate((states, counts)):
        figure.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(0.012, 1 - (0.70 + i * 0.16) / height), ncols=4,
            frameon=False, fontsize=NOTE_SIZE, borderpad=0.0, borderaxespad=0.0, columnspacing=1.2, handlelength=2.0,
        )  # fmt: skip
