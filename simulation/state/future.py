"""The years after the report: dated series outside the model, and what they are in each month of a run.

conf/region/<region>/history.csv has the rows, each with its source. Three futures (key `future`): frozen, nothing
changes after December 2019 but what the model itself does; trend, the default: the shock of 2020, wages, private posts
near home and the demolition of old houses; as_it_happened: the same, and the measures that were really taken. Between
two rows a series runs in a straight line by month; after its last row it holds. What is uncertain is a position
between the low and the high end of a row: 0 is low, one half the value, 1 high (conf/parameters/history.yaml).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from simulation.foundations.months import REPORT_MONTH
from simulation.state.future_names import AS_IT_HAPPENED, FROZEN
from simulation.state.parameters import HistoryParameters


class Series(NamedTuple):
    """One series: its value up to December 2019, its range, the parameter that places it between the ends of its rows,
    and whether it is a measure, which `trend` leaves as in 2019.
    """

    base: float
    low: float
    high: float
    position: str
    measure: bool = False


SERIES = {
    "work_away": Series(1.0, 0.0, 1.0, "shock_position"),
    "workshops_open": Series(1.0, 0.0, 1.0, "shock_position"),
    "organised_export": Series(1.0, 0.0, 1.0, "shock_position"),
    "wage_away": Series(1.0, 0.2, 5.0, "wages_position"),
    "wage_nearby": Series(1.0, 0.2, 5.0, "wages_position"),
    "posts_nearby": Series(1.0, 0.0, 5.0, "nearby_posts_position"),
    "demolition": Series(0.0, 0.0, 1.0, "demolition_position"),
    "public_posts": Series(1.0, 1.0, 10.0, "public_posts_position", measure=True),
    "workshops": Series(1.0, 1.0, 20.0, "workshops_position", measure=True),
    "title": Series(0.0, 0.0, 1.0, "title_position", measure=True),
    "seats": Series(0.0, 0.0, 1.0, "seats_position", measure=True),
}
"""work_away: share of those who work away who can be there; workshops_open: share of workshops that can work;
organised_export: share of its places that leave; wage_away, wage_nearby: wages of 2019 yuan over those of 2019;
posts_nearby: private posts near home over those of 2019; demolition: share of the old houses due that stood in December
2019 and are down; public_posts, workshops: over those of 2019; title: clarity reached; seats: share of the missing
schools (not started, without a project) that are open.
"""


class Point(NamedTuple):
    """One row of a series: its month, the value and its ends."""

    month: int
    value: float
    low: float
    high: float

    def at(self, position: float) -> float:
        """Return the value at a position between the ends: exactly `value` at one half."""
        if position < 0.5:
            return self.low + (self.value - self.low) * 2.0 * position
        return self.value + (self.high - self.value) * (2.0 * position - 1.0)


class Future(NamedTuple):
    """A future by name, and the rows of its series in order of months; a series without rows stays as it was."""

    name: str
    points: Mapping[str, tuple[Point, ...]]


NOTHING_CHANGES = Future(FROZEN, {})


def future_of(name: str, points: Mapping[str, tuple[Point, ...]]) -> Future:
    """Return a future with the series that belong to it."""
    kept = {series: rows for series, rows in points.items() if name == AS_IT_HAPPENED or not SERIES[series].measure}
    return Future(name, {} if name == FROZEN else kept)


class Factors(NamedTuple):
    """Every series of SERIES in each month of a run, shape (n_months,)."""

    work_away: tuple[float, ...]
    workshops_open: tuple[float, ...]
    organised_export: tuple[float, ...]
    wage_away: tuple[float, ...]
    wage_nearby: tuple[float, ...]
    posts_nearby: tuple[float, ...]
    demolition: tuple[float, ...]
    public_posts: tuple[float, ...]
    workshops: tuple[float, ...]
    title: tuple[float, ...]
    seats: tuple[float, ...]


def factors_of(future: Future, numbers: HistoryParameters, months: int) -> Factors:
    """Return the series of a future by month."""
    columns = {}
    for name, series in SERIES.items():
        position = float(getattr(numbers, series.position))
        columns[name] = _by_month(future.points.get(name, ()), series.base, position, months)
    return Factors(**columns)


def _by_month(points: tuple[Point, ...], base: float, position: float, months: int) -> tuple[float, ...]:
    """Return a series in each month: `base` up to the report month, then straight lines, then the last value."""
    known = [(REPORT_MONTH, base), *((point.month, point.at(position)) for point in points)]
    values = [base] * min(months, REPORT_MONTH + 1)
    for (first, before), (last, after) in pairwise(known):
        # A straight line between equals is exactly level: no sum that could be off in the last bit.
        for month in range(first + 1, last + 1):
            part = (month - first) / (last - first)
            values.append(after if month == last or before == after else before + (after - before) * part)
    values += [known[-1][1]] * (months - len(values))
    return tuple(values[:months])
