"""Figures from outside that nothing was fitted to: what can be measured, at which places, and the rows that say so.

A measure is a recorded indicator, the sum of a monthly one over twelve months (`<name>_year`), or a ratio of them. A
place is the city, one of its groups, or a site. The province is not modelled: its counts cannot be compared with the
city's, its shares and rates can, at the place `city`. All errors of a file are found at once, each with its row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from scenarios.base.errors import nearest
from scenarios.base.input.rows import Problem, TableRow, load_rows
from scenarios.base.labels import label
from scenarios.compare.measure import levels, site_name
from scenarios.runs.series import PUBLIC_CHANNELS
from scenarios.settings.schema import END_LAST
from simulation.city import City
from simulation.foundations.months import (
    FESTIVAL,
    FIRST_YEAR,
    MONTHS_PER_YEAR,
    NEVER,
    month_index,
    month_label,
)
from simulation.records.indicators import CITY_ONLY, DERIVED, GROUPS, INDICATORS, MOVE_YEARS, NOT_IN_FEBRUARY, UNITS
from simulation.state.population import KINDS, Population
from simulation.state.site_size import is_large

COLUMNS = ("id", "measure", "place", "month", "value", "low", "high", "source")
CITY = "city"
OF_YEAR, A_MONTH, A_YEAR = "_year", "/month", "/year"
LAST_MONTH = month_index(END_LAST)
_CITY_ONLY = {indicator.name for indicator in CITY_ONLY}
_EACH_MONTH = {indicator.name for indicator in DERIVED} | {"income_poorest_fifth"}
"""Ratios and means: a month without anybody has none."""
_TO_RETURNED = tuple(name for name in UNITS if name.startswith("moves_") and name.endswith("_to_returned"))


@dataclass(frozen=True)
class Measure:
    """What a figure is about: factor * (sum of `over`) / (sum of `under`), summed over the `months` up to the row's.

    over, under: recorded indicators; without `under` nothing is divided. text: its label's key.
    """

    name: str
    unit: str
    text: str
    over: tuple[str, ...]
    under: tuple[str, ...] = ()
    months: int = 1
    factor: float = 1.0

    @property
    def city_alone(self) -> bool:
        """Whether it is recorded for the whole city alone."""
        return bool(_CITY_ONLY & {*self.over, *self.under})

    @property
    def skips_february(self) -> bool:
        """Whether it has no value in February."""
        return bool(set(NOT_IN_FEBRUARY) & {*self.over, *self.under})

    @property
    def most(self) -> float:
        """The largest value that its unit allows; the smallest is 0."""
        return 1.0 if self.unit.startswith("share") else math.inf

    def first_month(self, peopled: int) -> int:
        """Return the first month in which it can be taken at a place where the first flat is handed over in `peopled`.

        A sum over twelve months needs twelve, and a sum of means somebody in each of them.
        """
        before = self.months - 1
        return max(before, peopled + (before if _EACH_MONTH & set(self.over) else 0))

    def of(self, city: City, row: int, month: int) -> float:
        """Return its value in a run at a row of the records; NaN where it divides by nobody."""
        span = slice(month - self.months + 1, month + 1)
        top = sum(float(levels(city, name, span, row).sum()) for name in self.over)
        if not self.under:
            return self.factor * top
        bottom = sum(float(levels(city, name, span, row).sum()) for name in self.under)
        return self.factor * top / bottom if bottom else math.nan

    def said(self, language: str) -> str:
        """Return what it is, in `language`."""
        name = label(self.text, language)
        recorded = self.text.startswith("indicator.")
        return label("measure.of_year", language).format(name=name) if recorded and self.months > 1 else name


class Place(NamedTuple):
    """Where a figure holds: name, row of the records, month of the first flat (NEVER: none), and households in all."""

    name: str
    row: int
    peopled: int
    households: int
    kind: str = ""

    def said(self, language: str) -> str:
        """Return its name in `language`."""
        if self.name == CITY:
            return label("validation.city", language)
        if self.kind:
            return label("validation.site", language).format(number=self.name.partition("_")[2])
        return label(f"group.{self.name}", language)


@dataclass(frozen=True)
class OutsideFigure:
    """A row of validation.csv: `value` of a measure at a place in a month (index), in the measure's unit.

    low, high: the range that its source gives, NaN without one.
    """

    id: str
    measure: Measure
    place: Place
    month: int
    value: float
    low: float
    high: float
    source: str


def _share(name: str, over: str, under: str, unit: str) -> Measure:
    return Measure(name, unit, f"measure.{name}", (over,), (under,))


def _measures() -> dict[str, Measure]:
    recorded = [Measure(i.name, i.unit, f"indicator.{i.name}", (i.name,)) for i in INDICATORS]
    yearly = [
        Measure(each.name + OF_YEAR, each.unit.replace(A_MONTH, A_YEAR), each.text, each.over, (), MONTHS_PER_YEAR)
        for each in recorded
        if A_MONTH in each.unit
    ]
    homes, public = "households", tuple(f"employed_{channel}" for channel in PUBLIC_CHANNELS)
    per_1000 = 1000.0 * MONTHS_PER_YEAR  # persons are summed over twelve months
    own = [
        Measure("returns_year", "households/year", "measure.returns_year", _TO_RETURNED, (), MONTHS_PER_YEAR),
        _share("employment_rate", "employed", "labourers", "share of labourers"),
        _share(
            "nobody_employed_share", "nobody_employed_households", "labour_households", "share of labour households"
        ),
        *(_share(f"{state}_share", f"households_{state}", homes, "share of households")
          for state in ("settled", "both_ends", "away", "returned")),
        _share("resident_share", "persons_resident", "persons", "share of persons"),
        Measure("public_channel_share", "share of employed", "measure.public_channel_share", public, ("employed",)),
        _share("seated_share", "children_seated", "school_age_children", "share of school-age children"),
        _share("employed_per_household", "employed", homes, "persons/household"),
        _share("employed_per_labour_household", "employed", "labour_households", "persons/labour household"),
        _share("persons_per_household", "persons", homes, "persons/household"),
        *(Measure(f"{name}_rate_year", "per 1000 persons/year", f"measure.{name}_rate_year", (f"{name}s",),
                  ("persons",), MONTHS_PER_YEAR, per_1000) for name in ("birth", "death")),
    ]  # fmt: skip
    return {measure.name: measure for measure in (*recorded, *yearly, *own)}


MEASURES = _measures()
"""Every measure by name: indicators as recorded, sums of twelve months, ratios."""


def places_of(population: Population) -> dict[str, Place]:
    """Return every place by name: the city, its groups, the sites."""
    site, moved = population.households["site"].to_numpy(), population.households["move_in_month"].to_numpy()
    kinds = population.sites["kind"].to_numpy()
    large = is_large(np.bincount(site, minlength=kinds.size))[site]
    year = (moved // MONTHS_PER_YEAR).clip(max=MOVE_YEARS - 1)
    members = {"over_200": large, "under_200": ~large} | {kind: kinds[site] == kind for kind in KINDS}
    members |= {f"moved_{FIRST_YEAR + y}": year == y for y in range(MOVE_YEARS)}
    members |= {site_name(s): site == s for s in range(kinds.size)}
    everybody = np.ones(site.size, dtype=bool)
    places = {}
    for row, name in enumerate((CITY, *GROUPS[1:], *(site_name(s) for s in range(kinds.size)))):
        months = moved[members.get(name, everybody)]
        kind = str(kinds[row - len(GROUPS)]) if row >= len(GROUPS) else ""
        places[name] = Place(name, row, int(months.min()) if months.size else NEVER, months.size, kind)
    return places


def load_validation(path: Path, places: Mapping[str, Place]) -> tuple[dict[str, OutsideFigure], list[Problem]]:
    """Return the rows of validation.csv that can be compared, by id in the file's order, and the errors of the others.

    places: those of the population that runs are made on.
    """
    figures, problems = load_rows(path, COLUMNS, lambda row: _figure(row, places))
    return {name: figure for name, figure in figures.items() if figure is not None}, problems


def _figure(row: TableRow, places: Mapping[str, Place]) -> OutsideFigure | None:
    measure, place, month = _measure(row), _place(row, places), _month(row)
    value, low, high = _numbers(row, measure)
    source = row.text("source")
    if measure is None or place is None or month is None:
        return None
    _check_together(row, measure, place, month)
    return OutsideFigure(row.cells["id"], measure, place, month, value, low, high, source)


def _measure(row: TableRow) -> Measure | None:
    name = row.cells["measure"]
    if name not in MEASURES:
        near = _near(name, MEASURES)
        row.error("measure", repr(name), f"a measure that --list prints{near[0]}", f" --list 所列的指标{near[1]}")
    return MEASURES.get(name)


def _place(row: TableRow, places: Mapping[str, Place]) -> Place | None:
    name = row.cells["place"]
    if name not in places:
        near, last = _near(name, places), list(places)[-1]
        row.error("place", repr(name), f"city, a group that --list prints, or {site_name(0)} .. {last}{near[0]}",
                  f" city、--list 所列的分组或 {site_name(0)} .. {last}{near[1]}")  # fmt: skip
    return places.get(name)


def _near(name: str, names: Mapping[str, object]) -> tuple[str, str]:
    near = nearest(name, names)
    return (f" (nearest: {near!r})", f"(是否想写 {near!r})") if near else ("", "")


def _month(row: TableRow) -> int | None:
    cell, between = row.cells["month"], f"YYYY-MM, {month_label(0)} .. {END_LAST}"
    try:
        month = month_index(cell)
    except ValueError:
        month = -1
    if not 0 <= month <= LAST_MONTH:
        row.error("month", repr(cell), f"a month {between}", f"月份 {between}")
        return None
    return month


def _numbers(row: TableRow, measure: Measure | None) -> tuple[float, float, float]:
    """Return value, low and high; an error for what is no number, not allowed by the unit, or out of order."""
    cells, most = row.cells, math.inf if measure is None else measure.most
    value = row.number("value")
    low, high = (row.number(end, empty=math.nan) for end in ("low", "high"))
    for column, number in (("value", value), ("low", low), ("high", high)):
        if not (math.isnan(number) or 0 <= number <= most):
            allowed = ("0 or more", "不小于 0 的数") if most == math.inf else ("a share, 0 to 1", "比例,0 至 1")
            row.error(column, repr(cells[column]), *allowed)
    if bool(cells["low"]) != bool(cells["high"]):
        row.error("low", f"{cells['low']!r} to {cells['high']!r}", "both low and high, or neither", "上下限同填或同空")
    elif low > high:
        row.error("low", repr(cells["low"]), f"low up to high, {cells['high']}", f"不大于上限 {cells['high']}")
    elif value < low or value > high:
        between = f"{cells['low']} to {cells['high']}"
        row.error("value", repr(cells["value"]), f"a value in its own range, {between}", f"在其范围 {between} 之内")
    return value, low, high


def _check_together(row: TableRow, measure: Measure, place: Place, month: int) -> None:
    """Add an error for a measure that the place or the month does not have."""
    if measure.city_alone and place.name != CITY:
        row.error("place", repr(place.name), f"city: {measure.name} is recorded for the whole city alone",
                  f" city:{measure.name} 仅有全市数")  # fmt: skip
    if measure.skips_february and month % MONTHS_PER_YEAR == FESTIVAL:
        row.error("month", repr(row.cells["month"]), f"another month: {measure.name} is not counted in February",
                  f"其他月份:{measure.name} 二月不计")  # fmt: skip
    first = measure.first_month(place.peopled)
    if place.peopled > LAST_MONTH:
        row.error("place", repr(place.name), "a place where households live in this population", "有搬迁户的地点")
    elif month < first:
        why = f"flats at {place.name} are handed over from {month_label(place.peopled)} on"
        why_zh = f"{place.name} 自 {month_label(place.peopled)} 起分房"
        if measure.months > 1:
            why, why_zh = f"{why}, and {measure.name} looks back over 12 months", f"{why_zh},{measure.name} 须满12个月"
        row.error("month", repr(row.cells["month"]), f"{month_label(first)} or later: {why}",
                  f" {month_label(first)} 或以后:{why_zh}")  # fmt: skip
