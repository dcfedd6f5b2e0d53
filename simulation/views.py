"""Views and tables of the state: one household, one site, and everything as data frames. They hold no state."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np
import pandas as pd

from simulation.city import City
from simulation.foundations.months import FIRST_YEAR, MONTHS_PER_YEAR
from simulation.state.entities import (
    CHANNELS,
    NOT_MOVED,
    SCHOOL_PLACES,
    STATES,
    State,
)
from simulation.state.fixed import Fixed


class SiteAgent(mesa.Agent):
    """A settlement site as a Mesa agent: it reads the latest month of the records and the site's columns."""

    def __init__(self, model: City, site: int) -> None:
        super().__init__(model)
        self.site = site

    def value(self, indicator: str) -> float:
        """Return an indicator of this site in the latest recorded month."""
        return float(self.model.records.latest_by_site(indicator)[self.site])

    def __getattr__(self, name: str) -> Any:
        columns = self.__dict__["model"].state.sites
        if name in columns._fields:
            return getattr(columns, name)[self.__dict__["site"]]
        raise AttributeError(name)


class Household:
    """One household of a model: `household.state_name`, any column of `Households` by name, and `members()`."""

    def __init__(self, model: City, row: int) -> None:
        n = model.state.households.site.size
        if not 0 <= row < n:
            raise ValueError(f"no household {row}; allowed: 0 to {n - 1}")
        self.model, self.row = model, row

    def __getattr__(self, name: str) -> Any:
        columns = self.__dict__["model"].state.households
        if name in columns._fields:
            return getattr(columns, name)[self.__dict__["row"]]
        raise AttributeError(name)

    @property
    def state_name(self) -> str:
        """The residence state in words."""
        return STATES[self.model.state.households.state[self.row]]

    def member_rows(self) -> range:
        """Return the rows of its persons, the unborn and the dead among them."""
        first = self.model.state.households.first
        return range(int(first[self.row]), int(first[self.row + 1]))


def household_table(state: State, fixed: Fixed) -> pd.DataFrame:
    """Return the households' columns as a table, one row each, with names for codes."""
    h = state.households
    columns: dict[str, Any] = {"household": np.arange(h.site.size, dtype=np.int32)}
    for name in h._fields:
        values = getattr(h, name)
        if values.ndim == 1 and values.size == h.site.size and name not in ("key", "review_due"):
            columns[name] = values.copy()
    columns["state"] = np.array(STATES)[h.state]
    columns["previous_state"] = np.array(STATES)[h.previous_state]
    columns["move_year"] = FIRST_YEAR + h.move_in_month // MONTHS_PER_YEAR
    columns["unit"] = np.array(fixed.units)[state.sites.unit[h.site]]
    return pd.DataFrame(columns)


def person_table(state: State, month: int) -> pd.DataFrame:
    """Return the persons alive in `month` in households with a flat, with names for codes."""
    p = state.persons
    columns = {name: getattr(p, name) for name in p._fields if name != "key"}
    columns["channel"] = np.array(CHANNELS)[p.channel]
    columns["place"] = np.array(SCHOOL_PLACES)[p.place]
    columns["labourer"] = (p.labour_from <= month) & (month < p.labour_to)
    columns["age_years"] = (month - p.birth_month) // 12
    here = (p.birth_month <= month) & (month < p.death_month) & (state.households.state[p.household] != NOT_MOVED)
    table: pd.DataFrame = pd.DataFrame(columns).loc[here].reset_index(drop=True)
    return table


def site_table(state: State, fixed: Fixed) -> pd.DataFrame:
    """Return the sites' columns as a table; columns by level or state get their names as suffix."""
    s = state.sites
    columns: dict[str, Any] = {"site": np.arange(s.unit.size, dtype=np.int16)}
    for name in s._fields:
        values = getattr(s, name)
        if values.ndim == 1:
            columns[name] = values.copy()
        else:
            suffixes = STATES[1:] if values.shape[1] == len(STATES) - 1 else ("kindergarten", "primary", "middle")
            columns |= {f"{name}_{suffix}": values[:, k].copy() for k, suffix in enumerate(suffixes)}
    columns["unit"] = np.array(fixed.units)[s.unit]
    return pd.DataFrame(columns)


def post_table(state: State, fixed: Fixed) -> pd.DataFrame:
    """Return the pools of posts as a table."""
    posts = state.posts
    columns: dict[str, Any] = {name: getattr(posts, name).copy() for name in posts._fields}
    columns["channel"] = np.array(CHANNELS)[posts.channel]
    columns["unit"] = np.array([*fixed.units, ""])[posts.unit]
    return pd.DataFrame(columns)
