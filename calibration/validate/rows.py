"""The rows of validation.csv: figures from outside that nothing was fitted to, each of a measure, a place and a month.

All errors of a file are found at once, each with its row. The last two columns may be missing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from calibration.validate.measure_list import MEASURES
from calibration.validate.measures import PRICED_TO, Measure, last_priced
from calibration.validate.places import CITY, Place
from calibration.validate.used import USES, use_of
from scenarios.base.errors import nearest
from scenarios.base.input.csv_files import split_csv
from scenarios.base.input.rows import Problem, TableRow, load_rows
from scenarios.compare.measure import site_name
from scenarios.settings.schema import END_LAST
from simulation.foundations.months import FESTIVAL, MONTHS_PER_YEAR, month_index, month_label

FIRST_COLUMNS = ("id", "measure", "place", "month", "value", "low", "high", "source")
COLUMNS = (*FIRST_COLUMNS, "definition", "used")
LAST_MONTH = month_index(END_LAST)


@dataclass(frozen=True)
class OutsideFigure:
    """A row of validation.csv: `value` of a measure at a place in a month (index), in the measure's unit.

    low, high: the range that its source gives, NaN without one. definition: what the source counts, where that is not
    the measure's. used: what it has entered (calibration/validate/used.py), '' for a figure that can be scored.
    """

    id: str
    measure: Measure
    place: Place
    month: int
    value: float
    low: float
    high: float
    source: str
    definition: str = ""
    used: str = ""


def load_validation(path: Path, places: Mapping[str, Place]) -> tuple[dict[str, OutsideFigure], list[Problem]]:
    """Return the rows of validation.csv that can be compared, by id in the file's order, and the errors of the others.

    places: those of the population that runs are made on.
    """
    figures, problems = load_rows(path, columns_of(path), lambda row: _figure(row, places))
    return {name: figure for name, figure in figures.items() if figure is not None}, problems


def columns_of(path: Path) -> tuple[str, ...]:
    """Return the columns that a file is to have: its own if they are the first eight with others or without."""
    try:
        heading = split_csv(path).heading
    except OSError:
        return COLUMNS  # load_rows says what is wrong with it
    more = [name for name in COLUMNS[len(FIRST_COLUMNS) :] if name in heading]
    return heading if heading == (*FIRST_COLUMNS, *more) else COLUMNS


def _figure(row: TableRow, places: Mapping[str, Place]) -> OutsideFigure | None:
    measure, place, month = _measure(row), _place(row, places), _month(row)
    value, low, high = _numbers(row, measure)
    source, said = row.text("source"), row.cells.get("used", "")
    if said and said not in USES:
        row.error("used", repr(said), f"empty, or one of {', '.join(USES)}", f"留空，或 {'、'.join(USES)} 之一")
    if measure is None or place is None or month is None:
        return None
    _check_together(row, measure, place, month)
    use = use_of(source, said)
    return OutsideFigure(
        row.cells["id"], measure, place, month, value, low, high, source, row.cells.get("definition", ""), use
    )


def _measure(row: TableRow) -> Measure | None:
    name = row.cells["measure"]
    if name not in MEASURES:
        near = _near(name, MEASURES)
        row.error("measure", repr(name), f"a measure that --list prints{near[0]}", f" --list 所列的指标{near[1]}")
    return MEASURES.get(name)


def _place(row: TableRow, places: Mapping[str, Place]) -> Place | None:
    name = row.cells["place"]
    if name not in places:
        near, last = _near(name, places), [place.name for place in places.values() if place.kind][-1]
        sites = f"{site_name(0)} .. {last}"
        row.error("place", repr(name), f"city, a group or larger place that --list prints, or {sites}{near[0]}",
                  f" city、--list 所列的分组或其他地区，或 {sites}{near[1]}")  # fmt: skip
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
    cells = row.cells
    least, most = (-math.inf, math.inf) if measure is None else (measure.least, measure.most)
    value = row.number("value")
    low, high = (row.number(end, empty=math.nan) for end in ("low", "high"))
    for column, number in (("value", value), ("low", low), ("high", high)):
        if not (math.isnan(number) or least <= number <= most):
            allowed = (f"{least:g} or more", f"不小于 {least:g} 的数")
            allowed = allowed if most == math.inf else ("a share, 0 to 1", "比例,0 至 1")
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
    if place.larger and not measure.is_rate:
        rate = rate_for(measure)
        row.error("measure", repr(measure.name), f"a rate at {place.larger}, which is not modelled: {rate[0]}",
                  f"比率（模型不含{place.said('zh')}，数量不能比较）：{rate[1]}")  # fmt: skip
    if measure.city_alone and place.own != CITY:
        whole = place.larger or CITY
        row.error("place", repr(place.name), f"{whole}: {measure.name} is recorded for the whole city alone",
                  f" {whole}:{measure.name} 仅有全市数")  # fmt: skip
    if measure.nominal and month > PRICED_TO:
        last = last_priced()
        row.error("month", repr(row.cells["month"]), f"{last} or earlier: later prices are not known; or yuan of 2019",
                  f" {last} 或以前:其后物价未知;或改用2019年价格的指标")  # fmt: skip
    if measure.skips_february and month % MONTHS_PER_YEAR == FESTIVAL:
        row.error("month", repr(row.cells["month"]), f"another month: {measure.name} is not counted in February",
                  f"其他月份:{measure.name} 二月不计")  # fmt: skip
    first = measure.first_month(place.peopled)
    if place.peopled > LAST_MONTH:
        row.error("place", repr(place.name), "a place where households live in this population", "有搬迁户的地点")
    elif month < first:
        why = f"flats at {place.own} are handed over from {month_label(place.peopled)} on"
        why_zh = f"{place.own} 自 {month_label(place.peopled)} 起分房"
        if measure.nominal or measure.against:
            why, why_zh = f"{measure.name} needs earlier months or prices", f"{measure.name} 需要更早的月份或物价"
        elif measure.months > 1:
            why, why_zh = f"{why}, and {measure.name} looks back over 12 months", f"{why_zh},{measure.name} 须满12个月"
        row.error("month", repr(row.cells["month"]), f"{month_label(first)} or later: {why}",
                  f" {month_label(first)} 或以后:{why_zh}")  # fmt: skip


def rate_for(measure: Measure) -> tuple[str, str]:
    """Return which rate to use in place of a count, in English and Chinese: the first ones made of it."""
    parts = set(measure.over)
    fit = [m.name for m in MEASURES.values() if m.under and set(m.over) == parts]
    fit += [m.name for m in MEASURES.values() if m.is_rate and parts & {*m.over, *m.under} and m.name not in fit]
    if not fit:
        return "one that --list marks as a rate", " --list 标为“比率”的指标"
    return f"use {' or '.join(fit[:2])}", f"请用 {' 或 '.join(fit[:2])}"
