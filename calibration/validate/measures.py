"""What a figure from outside may be about: recorded indicators, counts of the state, and what is made of them.

A measure is factor * (sum of `over`) / (sum of `under`) over some months, as it is or against an earlier month. Every
definition that a source could use has a measure of its own (calibration/validate/measure_list.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from calibration.validate.counts import UNITS_OF_COUNTS, Counted
from scenarios.base.labels import label
from scenarios.report.prices import PRICES
from simulation.foundations.months import FIRST_YEAR, MONTHS_PER_YEAR, REPORT_MONTH, month_label
from simulation.records.indicators import CITY_ONLY, DERIVED, NOT_IN_FEBRUARY
from simulation.state.entities import Float

THE_MONTH, THE_YEAR, ALL_MONTHS = 1, MONTHS_PER_YEAR, 0
"""Over which months is summed: the row's own, the twelve that end in it, all from January 2016."""
AS_IT_IS, YEAR_BEFORE, REPORT_DATE = "", "year_before", "report_date"
"""What a measure is held against: nothing; itself a year before (growth, -1 and above); itself in December 2019."""
SUMMED = {THE_MONTH: "", THE_YEAR: "sums of 12 months", ALL_MONTHS: "all months so far"}
AGAINST = {AS_IT_IS: "", YEAR_BEFORE: "over the year before, less 1", REPORT_DATE: "over that of December 2019"}
MEANS = {indicator.name for indicator in DERIVED} | {"income_poorest_fifth"}
"""Ratios and means: a month without anybody has none."""
CITY_ALONE = {indicator.name for indicator in CITY_ONLY} | set(UNITS_OF_COUNTS)
PRICED_FROM, PRICED_TO = REPORT_MONTH - MONTHS_PER_YEAR + 1, (max(PRICES) - FIRST_YEAR + 1) * MONTHS_PER_YEAR - 1
"""Months whose prices over those of 2019 are known, first and last."""


@dataclass(frozen=True)
class Measure:
    """What a figure is about: factor * (sum of `over`) / (sum of `under`), summed over `months` up to the row's.

    over, under: indicators or counts, those with a minus before their name are taken off; without `under` nothing is
    divided. months: THE_MONTH, THE_YEAR, or ALL_MONTHS (of `over` alone). against: AS_IT_IS, YEAR_BEFORE, REPORT_DATE.
    nominal: in yuan of each month's year; otherwise money is in yuan of 2019. text: its label's key.
    """

    name: str
    unit: str
    text: str
    over: tuple[str, ...]
    under: tuple[str, ...] = ()
    months: int = THE_MONTH
    factor: float = 1.0
    against: str = AS_IT_IS
    nominal: bool = False

    @property
    def parts(self) -> set[str]:
        """The indicators and counts that it is made of."""
        return {name.lstrip("-") for name in (*self.over, *self.under)}

    @property
    def city_alone(self) -> bool:
        """Whether it is recorded for the whole city alone."""
        return bool(CITY_ALONE & self.parts)

    @property
    def is_rate(self) -> bool:
        """Whether it does not grow with the size of a place: a larger place's figure can be held against the city's."""
        return bool(self.under or self.against) or self.parts <= MEANS | {"title_share"}

    @property
    def skips_february(self) -> bool:
        """Whether it has no value in February."""
        return bool(set(NOT_IN_FEBRUARY) & self.parts)

    @property
    def least(self) -> float:
        """The smallest value that it can have."""
        if self.against == YEAR_BEFORE:
            return -1.0
        difference = any(name.startswith("-") for name in self.over) and self.most == math.inf
        return -math.inf if difference else 0.0

    @property
    def most(self) -> float:
        """The largest value that it can have."""
        return 1.0 if self.unit.startswith("share") else math.inf

    def first_month(self, peopled: int) -> int:
        """Return the first month in which it can be taken at a place where the first flat is handed over in `peopled`.

        A sum over twelve months needs twelve, and a sum of means somebody in each of them.
        """
        before = max(self.months, 1) - 1
        first = max(before, peopled + (before if MEANS & self.parts else 0))
        if self.nominal:
            first = max(first, PRICED_FROM + before)
        if self.against == REPORT_DATE:
            return max(first, REPORT_MONTH)
        return first + (MONTHS_PER_YEAR if self.against == YEAR_BEFORE else 0)

    def of(self, run: Counted, row: int, month: int) -> float:
        """Return its value in a run at a row of the records; NaN where it divides by nobody."""
        value = self._level(run, row, month)
        if not self.against:
            return value
        before = self._level(run, row, REPORT_MONTH if self.against == REPORT_DATE else month - MONTHS_PER_YEAR)
        if not before:
            return math.nan
        return value / before - (1.0 if self.against == YEAR_BEFORE else 0.0)

    def said(self, language: str) -> str:
        """Return what it is, in `language`."""
        name = label(self.text, language)
        recorded = self.text.startswith("indicator.")
        return label("measure.of_year", language).format(name=name) if recorded and self.months > 1 else name

    def formula(self) -> str:
        """Return how it is counted, in names of indicators and counts."""
        text = _added(self.over)
        if self.under:
            text = f"({text})" if len(self.over) > 1 else text
            below = _added(self.under)
            text += f" / ({below})" if len(self.under) > 1 else f" / {below}"
        if self.factor != 1.0:
            text = f"{self.factor:,.0f} × {text}"
        notes = (SUMMED[self.months], "yuan of the year" if self.nominal else "", AGAINST[self.against])
        return "; ".join([text, *filter(None, notes)])

    def _level(self, run: Counted, row: int, month: int) -> float:
        span = slice(month - self.months + 1 if self.months else 0, month + 1)
        top = self.factor * _sum(run, self.over, span, row, prices(span) if self.nominal else None)
        if not self.under:
            return top
        bottom = _sum(run, self.under, span if self.months else slice(month, month + 1), row)
        return top / bottom if bottom else math.nan


def _sum(run: Counted, names: tuple[str, ...], span: slice, row: int, weights: Float | None = None) -> float:
    """Return the sum of quantities over months, those with a minus taken off; weights: of the months."""
    total = 0.0
    for name in names:
        values = run.levels(name.lstrip("-"), span, row)
        values = values if weights is None else values * weights
        total += -float(values.sum()) if name.startswith("-") else float(values.sum())
    return total


def prices(span: slice) -> Float:
    """Return consumer prices over those of 2019 by month; NaN where they are not known."""
    years = [FIRST_YEAR + month // MONTHS_PER_YEAR for month in range(span.start, span.stop)]
    first = FIRST_YEAR + REPORT_MONTH // MONTHS_PER_YEAR
    return np.array([1.0 if year == first else PRICES.get(year, math.nan) for year in years])


def last_priced() -> str:
    """Return the last month of which prices are known, as YYYY-MM."""
    return month_label(PRICED_TO)


def _added(names: tuple[str, ...]) -> str:
    return " + ".join(names).replace("+ -", "- ")
