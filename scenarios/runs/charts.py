"""The four charts of one run: households by state, jobs by channel, children and seats, occupancy of the sites.

Each is written as SVG and PNG, in English or Chinese, sized for half an A4 page; names stand beside their series, and
hatches, line styles and markers tell them apart without colour.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from scenarios.base.labels import label, language_index
from scenarios.pages.chart_style import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    RED,
    SKY,
    YELLOW,
    Ending,
    chart_style,
    label_ends,
    mark_months,
    new_figure,
    save,
    style_axes,
    thousands,
)
from scenarios.runs.series import (
    AWAY_CHANNELS,
    LOCAL_CHANNELS,
    REPORT_DATE,
    city_table,
    site_table,
)
from simulation.foundations.months import (
    LEVELS,
    REPORT_MONTH,
    month_index,
)
from simulation.state.entities import STATES
from simulation.state.population import KINDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CHARTS = ("states", "jobs", "seats", "sites")
NO_HATCH = ""
UPPER, LOWER = (0.105, 0.535, 0.635, 0.335), (0.105, 0.07, 0.635, 0.335)
"""Left, bottom, width, height of the panels of a chart that has two."""


class Look(NamedTuple):
    """Colour and hatch of an area."""

    colour: str
    hatch: str


STATE_LOOKS = {
    "settled": Look(BLUE, NO_HATCH),
    "both_ends": Look(SKY, "////"),
    "away": Look(ORANGE, ".."),
    "returned": Look(RED, "xxxx"),
}
CHANNEL_LOOKS = {
    "workshop": Look(RED, "xxxx"),
    "nearby_public": Look(SKY, "////"),
    "public_post": Look(GREEN, "----"),
    "own_business": Look(YELLOW, "++++"),
    "nearby_own": Look(BLUE, NO_HATCH),
    "organised_export": Look(PURPLE, "\\\\\\\\"),
    "away": Look(ORANGE, ".."),
}
LEVEL_LOOKS = dict(zip(LEVELS, (Look(YELLOW, ".."), Look(SKY, NO_HATCH), Look(PURPLE, "////")), strict=True))
KIND_MARKERS = dict(zip(KINDS, (("o", BLUE), ("s", ORANGE), ("^", GREEN)), strict=True))


class Timeline(NamedTuple):
    """The city's indicators by month, the months as indices, and the months to mark."""

    city: pd.DataFrame
    months: list[int]
    marks: list[tuple[float, str, str]]
    language: str


def draw_run(
    frame: pd.DataFrame,
    folder: Path,
    language: str,
    policy_starts: Sequence[str] = (),
    site_kinds: Sequence[str] | None = None,
) -> list[Path]:
    """Write the four charts of a run into `folder`; return the paths, SVG before PNG.

    policy_starts: months ('YYYY-MM') in which levers start; site_kinds: kind of each site by its number (markers of the
    chart of sites); without it every site has the same marker.
    """
    language_index(language)
    line = _timeline(frame, language, policy_starts)
    with chart_style():
        figures = (
            _states(line),
            _jobs(line),
            _seats(line),
            _sites(frame, language, site_kinds),
        )
        return [path for name, figure in zip(CHARTS, figures, strict=True) for path in save(figure, folder, name)]


def _timeline(frame: pd.DataFrame, language: str, policy_starts: Sequence[str]) -> Timeline:
    city = city_table(frame)
    months = [month_index(str(month)) for month in city.index]
    marks: list[tuple[float, str, str]] = []
    if REPORT_MONTH in months:
        marks.append((REPORT_MONTH, label("chart.report_date", language), "left"))
    starts = sorted({month_index(start) for start in policy_starts} & set(months))
    text = label("chart.levers_start", language)
    marks += [(start, text if start == starts[0] else "", "right") for start in starts]
    return Timeline(city, months, marks, language)


def _panel(line: Timeline, axes: Axes, top: float, unit: str) -> None:
    """Set scale, unit and marks of a panel over months."""
    style_axes(axes, line.months[0], line.months[-1])
    axes.set_ylim(0, top * 1.04)
    axes.set_ylabel(label(f"chart.axis_{unit}", line.language))


def _stack(line: Timeline, axes: Axes, series: dict[str, pd.Series[float]], looks: dict[str, Look], unit: str) -> None:
    """Draw areas on top of each other, the first at the bottom, each with its name and last value beside it."""
    total = pd.concat(series.values(), axis=1).sum(axis=1)
    _panel(line, axes, float(total.max()), unit)
    below = 0.0 * total
    endings = []
    for (text, values), look in zip(series.items(), looks.values(), strict=True):
        axes.fill_between(
            line.months,
            below.to_numpy(),
            (below + values).to_numpy(),
            facecolor=look.colour,
            edgecolor="white",
            hatch=look.hatch or None,
            linewidth=0.4,
        )
        end = float(values.iloc[-1])
        ending = f"{text} {thousands(end)}"
        if looks is STATE_LOOKS:
            share = end / max(1.0, float(total.iloc[-1]))
            ending = label("chart.with_share", line.language).format(text=ending, share=share)
        endings.append(Ending(float(below.iloc[-1]) + end / 2, ending))
        below = below + values
    form = label("chart.total", line.language)
    whole, noun = thousands(float(total.iloc[-1])), label(f"unit.{unit}", line.language)
    label_ends(axes, line.months[-1], endings, form.format(month=line.city.index[-1], total=whole, unit=noun))
    mark_months(axes, line.marks)


def _states(line: Timeline) -> Figure:
    """Households by state, as areas that add up to the flats handed over."""
    figure = new_figure(label("chart.states", line.language))
    axes = figure.add_axes((0.105, 0.07, 0.635, 0.80))
    series = {label(f"state.{s}", line.language): line.city[f"households_{s}"] for s in STATES[1:]}
    _stack(line, axes, series, STATE_LOOKS, "households")
    return figure


def _jobs(line: Timeline) -> Figure:
    """Employed labourers by channel: local work above, work away below, each on a scale of its own."""
    figure = new_figure(label("chart.jobs", line.language))
    for name, channels, place in (("local", LOCAL_CHANNELS, UPPER), ("away", AWAY_CHANNELS, LOWER)):
        axes = figure.add_axes(place)
        axes.set_title(label(f"chart.{name}", line.language))
        series = {label(f"channel.{c}", line.language): line.city[f"employed_{c}"] for c in channels}
        _stack(line, axes, series, {c: CHANNEL_LOOKS[c] for c in channels}, "persons")
        if place is UPPER:
            axes.tick_params(labelbottom=False)
    return figure


def _seats(line: Timeline) -> Figure:
    """Registered children against seats above; seats by level below."""
    figure = new_figure(label("chart.seats", line.language))
    axes = figure.add_axes(UPPER)
    axes.set_title(label("chart.children", line.language))
    seats = line.city[[f"seats_{level}" for level in LEVELS]].sum(axis=1)
    lines = (
        ("registered", line.city["school_age_children"], INK, "-", 1.6),
        ("missing", line.city["seats_missing"], RED, (0, (1, 1)), 1.6),
        ("seats_open", seats, BLUE, "--", 1.2),
        ("seated", line.city["children_seated"], GREEN, "-.", 1.2),
    )
    _panel(line, axes, max(float(values.max()) for _, values, *_ in lines), "persons")
    endings = []
    for name, values, colour, style, width in lines:
        axes.plot(line.months, values.to_numpy(), color=colour, linestyle=style, linewidth=width)
        end = float(values.iloc[-1])
        endings.append(Ending(end, f"{label(f'chart.{name}', line.language)} {thousands(end)}"))
    label_ends(axes, line.months[-1], endings, str(line.city.index[-1]))
    mark_months(axes, line.marks)
    axes.tick_params(labelbottom=False)

    axes = figure.add_axes(LOWER)
    axes.set_title(label("chart.seats_by_level", line.language))
    series = {label(f"level.{level}", line.language): line.city[f"seats_{level}"] for level in LEVELS}
    _stack(line, axes, series, LEVEL_LOOKS, "seats")
    return figure


def _sites(frame: pd.DataFrame, language: str, site_kinds: Sequence[str] | None) -> Figure:
    """Occupancy of each site against its size: hollow at the report date, filled at the end, a line between them."""
    figure = new_figure(label("chart.sites", language))
    axes = figure.add_axes((0.105, 0.115, 0.865, 0.735))
    months = set(frame["month"].unique())
    last = max(months)
    end = site_table(frame, last)
    first = site_table(frame, REPORT_DATE) if REPORT_DATE in months else end
    size = first["households"]
    kinds = {place: site_kinds[int(str(place).removeprefix("site_"))] if site_kinds else "" for place in end.index}
    looks = KIND_MARKERS if site_kinds else {"": ("o", BLUE)}
    axes.vlines(size, first["occupancy"], end["occupancy"].reindex(size.index), color=FAINT, linewidth=0.7)
    for kind, (marker, colour) in looks.items():
        places = [place for place in size.index if kinds.get(place, "") == kind]
        name = label(f"group.{kind}", language) if kind else label("chart.site", language)
        for table, fill, month in ((first, "white", REPORT_DATE), (end, colour, last)):
            axes.scatter(
                size[places],
                table["occupancy"].reindex(places),
                s=20,
                marker=marker,
                facecolor=fill,
                edgecolor=colour,
                linewidth=0.9,
                zorder=3,
                label=f"{name} {month}",
            )
    axes.set_xscale("log")
    low, high = float(size.min()), float(size.max())
    ticks = [tick for tick in (10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if low / 2 < tick < high * 2]
    axes.set_xticks(ticks, [thousands(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel(label("chart.site_size", language))
    axes.set_ylabel(label("chart.occupancy", language))
    lowest = min(float(table["occupancy"].min()) for table in (first, end))
    axes.set_ylim(max(0.0, math.floor(10 * lowest - 0.5) / 10), 1.0)
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    axes.grid(axis="y")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=len(looks), frameon=False, fontsize=7, borderpad=0.2)
    return figure
