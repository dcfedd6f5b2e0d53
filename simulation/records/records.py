"""Monthly records: sums by place and group, collected from the state; behaviour never reads them.

A household belongs to one cell: site x registered poor x school-age children x labour x year of the move. A month's
sums are added up by cell in one pass, then folded into the city, each site and each group, so that a million cells of
history are never kept. Ratios (occupancy, income per head) are taken from sums when tables are made.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import copy
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulation.foundations.by_address import by_address
from simulation.foundations.months import month_label
from simulation.records.indicators import (
    AMOUNTS,
    CELLS_PER_SITE,
    CITY_COLUMN,
    CITY_ONLY,
    COLUMN,
    COUNT_COLUMN,
    DERIVED,
    GROUPS,
    MOVE_YEARS,
    N_SUMS,
    NOT_IN_FEBRUARY,
    SUM_NAMES,
    UNITS,
)
from simulation.state.entities import Bool, Float, Int32

Number = TypeVar("Number", float, Float)
_KIND_GROUP = GROUPS.index("county_town")
_COUNTS_FROM, _COUNTS_TO = np.array(
    [(COUNT_COLUMN[name], COLUMN[name]) for name in SUM_NAMES if name not in AMOUNTS], dtype=np.int64
).T
_AMOUNTS_TO = np.array([COLUMN[name] for name in AMOUNTS])
_NOT_IN_FEBRUARY = [COLUMN[name] for name in NOT_IN_FEBRUARY]


class Groups(NamedTuple):
    """What is added up for each group of the city: some cells of every site, or all cells of some sites."""

    of_cell: Bool  # (n_groups, CELLS_PER_SITE)
    of_site: Bool  # (n_groups, n_sites)


@by_address
class Folded(NamedTuple):
    """A month's sums in rows: groups of the city, then sites."""

    counts: Int32  # (n_groups + n_sites, len(COUNTS))
    amounts: Float  # (n_groups + n_sites, len(AMOUNTS))


class Records:
    """Monthly sums by place and group, and the quantities of the city alone.

    `sums` has shape (n_months, n_rows, N_SUMS); row r speaks for `rows[r]` = (place, group): the city's groups first,
    then the sites. Cells are ordered by site, then registered poor, school age, labour and year of the move.
    """

    def __init__(
        self,
        n_months: int,
        n_sites: int,
        site_group: npt.NDArray[np.bool_],
        both_ends_weight: float,
        place: str = "site",
    ) -> None:
        """Make empty records of n_months; months beyond them take the places of the first.

        site_group: (n_sites, 5) membership of the kinds and sizes in GROUPS; place: what the n_sites places are.
        """
        self.rows = [("city", group) for group in GROUPS] + [(f"{place}_{s:02d}", "all") for s in range(n_sites)]
        self.sums = np.full((n_months, len(self.rows), N_SUMS), np.nan)
        self.city = np.full((n_months, len(CITY_ONLY)), np.nan)
        self.months = 0
        self.n_sites = n_sites
        self._both_ends_weight = both_ends_weight
        self._latest: dict[str, float] = {}
        self._latest_by_site: dict[str, list[float]] = {}
        kinds = slice(_KIND_GROUP, _KIND_GROUP + site_group.shape[1])
        others = [group for group in range(1, len(GROUPS)) if not kinds.start <= group < kinds.stop]
        self.groups = Groups(
            np.zeros((len(GROUPS), CELLS_PER_SITE), dtype=bool), np.zeros((len(GROUPS), n_sites), dtype=bool)
        )
        self.groups.of_site[0], self.groups.of_site[kinds] = True, site_group.T
        self.groups.of_cell[others] = _combinations().T

    def copy(self) -> Records:
        """Return records of their own with the same months."""
        other = copy(self)
        other.sums, other.city = self.sums.copy(), self.city.copy()
        other._latest, other._latest_by_site = {}, {}
        return other

    def add(self, folded: Folded, city: dict[str, float], festival: bool) -> None:
        """Enter one month; `city` holds the quantities of CITY_ONLY."""
        month = self.months % len(self.sums)
        row = self.sums[month]
        row[:, _COUNTS_TO] = folded.counts[:, _COUNTS_FROM]
        row[:, _AMOUNTS_TO] = folded.amounts
        self.city[month] = [city[indicator.name] for indicator in CITY_ONLY]
        if festival:
            row[:, _NOT_IN_FEBRUARY] = np.nan
        self.months += 1
        self._latest.clear()
        self._latest_by_site.clear()

    def enter(self, sums: Float, city: Float) -> None:
        """Enter one month that others have added up: (n_rows, N_SUMS) and (len(CITY_ONLY),)."""
        self.sums[self.months], self.city[self.months] = sums, city
        self.months += 1
        self._latest.clear()
        self._latest_by_site.clear()

    def value(self, name: str, row: int = 0, month: int = -1) -> float:
        """Return an indicator of a row in a recorded month (the latest by default)."""
        month = self.months - 1 if month < 0 else month
        if name in COLUMN:
            return float(self.sums[month, row, COLUMN[name]])
        if name in CITY_COLUMN:
            return float(self.city[month, CITY_COLUMN[name]])
        return float(self.derived(name, slice(month, month + 1))[0, row])

    def latest(self) -> dict[str, float]:
        """Return every indicator of the whole in the latest month; kept until the next month."""
        if not self._latest:
            month = self.months - 1
            self._latest = dict(zip(SUM_NAMES, self.sums[month, 0].tolist(), strict=True))
            self._latest |= zip(CITY_COLUMN, self.city[month].tolist(), strict=True)
            for indicator in DERIVED:
                over, under = self._ratio(indicator.name, self._latest.__getitem__)
                self._latest[indicator.name] = over / under if under else math.nan
        return self._latest

    def latest_by_site(self, name: str) -> list[float]:
        """Return an indicator of each site in the latest month; kept until the next month."""
        if name not in self._latest_by_site:
            row = slice(self.months - 1, self.months)
            table = self.sums[row, :, COLUMN[name]] if name in COLUMN else self.derived(name, row)
            self._latest_by_site[name] = table[0, len(GROUPS) :].tolist()
        return self._latest_by_site[name]

    def derived(self, name: str, months: slice) -> Float:
        """Return a ratio of DERIVED for a span of months, shape (n_months, n_rows); NaN where nothing is divided by."""
        over, under = self._ratio(name, lambda column: self.sums[months, :, COLUMN[column]])
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(over / under)

    def _ratio(self, name: str, sum_of: Callable[[str], Number]) -> tuple[Number, Number]:
        """Return what a ratio of DERIVED divides, and by what; sum_of: the sums of a name, of one row or of many."""
        if name == "occupancy":
            lived = sum_of("households_settled") + self._both_ends_weight * sum_of("households_both_ends")
            return lived, sum_of("households") + sum_of("households_died_out") - sum_of("flats_passed_on")
        if name == "income_per_head":
            return sum_of("household_income"), sum_of("persons")
        if name == "employed_away_share":
            return sum_of("employed_away") + sum_of("employed_organised_export"), sum_of("employed")
        if name == "poverty_share":
            return sum_of("persons_poor"), sum_of("persons")
        if name in ("mean_knowledge", "mean_belief"):
            return sum_of(name.removeprefix("mean_")), sum_of("households")
        raise KeyError(name)

    def frame(self, wanted: Bool | None = None) -> pd.DataFrame:
        """Return the records in long form: month (YYYY-MM), place, group, indicator, unit, value.

        wanted: which rows of which months, shape (months, n_rows); all of them if not given.
        """
        names = [*SUM_NAMES, *(indicator.name for indicator in DERIVED)]
        values = np.concatenate(
            [
                self.sums[: self.months],
                *(self.derived(indicator.name, slice(0, self.months))[:, :, None] for indicator in DERIVED),
            ],
            axis=2,
        )
        known, city_known = ~np.isnan(values), ~np.isnan(self.city[: self.months])
        if wanted is not None:
            known, city_known = known & wanted[:, :, None], city_known & wanted[:, :1]
        month, row, name = np.nonzero(known)
        city_month, city_name = np.nonzero(city_known)
        months = np.concatenate([month, city_month])
        rows = np.concatenate([row, np.zeros_like(city_month)])  # row 0 is the whole city
        indicators = np.concatenate([name, len(names) + city_name])
        all_names = [*names, *(indicator.name for indicator in CITY_ONLY)]
        return pd.DataFrame(
            {
                "month": _texts([month_label(m) for m in range(self.months)], months),
                "place": _texts([place for place, _ in self.rows], rows),
                "group": _texts([group for _, group in self.rows], rows),
                "indicator": _texts(all_names, indicators),
                "unit": _texts([UNITS[each] for each in all_names], indicators),
                "value": np.concatenate([values[month, row, name], self.city[city_month, city_name]]),
            }
        )


def _texts(texts: list[str], places: npt.NDArray[np.intp]) -> pd.api.extensions.ExtensionArray:
    """Return texts[place] for every place; each text becomes one of pandas once, and not in every row."""
    return pd.Series(texts).array.take(places)


def _combinations() -> npt.NDArray[np.bool_]:
    """Return which of a site's cells belong to each group that is made of cells, shape (CELLS_PER_SITE, n)."""
    within = np.arange(CELLS_PER_SITE)
    poor, school = within // (4 * MOVE_YEARS) == 1, within // (2 * MOVE_YEARS) % 2 == 1
    labour, year = within // MOVE_YEARS % 2 == 1, within % MOVE_YEARS
    members = [poor, ~poor, school, ~school, labour, ~labour, *(year == y for y in range(MOVE_YEARS))]
    return np.array(members).T
