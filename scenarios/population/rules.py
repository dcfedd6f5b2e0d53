"""The rules that the population's tables must meet, one by one and together.

Every error is a ValueError of one line that names table, column, row, the value found and what is allowed. Rows are
numbered as a spreadsheet shows them: row 1 is the heading.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulation.foundations.months import LEVELS, NEVER
from simulation.state.population import (
    MEMBERS_MAX,
    TABLES,
    Column,
    Population,
)

Bool = npt.NDArray[np.bool_]

EARLIEST_MONTH, LATEST_MONTH = -1500, 1500
"""Months that a life course may hold: births of the oldest, and the end of labour of newborn children."""
HUNDREDTH_MU = 0.005
FIRST_ROW = 2
"""Number of the first row below the heading."""
IDS = {"sites": "site", "households": "household", "schools": "school", "workshops": "workshop"}
SHARES = {("persons", "skill")}
SIGNED = {("persons", "birth_month"), ("persons", "labour_from_month"), ("persons", "labour_to_month"),
          ("persons", "school_leave_month"), ("public_posts", "site")}  # fmt: skip


def _fail(table: str, column: str, wrong: Bool, values: Any, allowed: str) -> None:
    """Raise for the first wrong row, if there is one."""
    rows = np.flatnonzero(wrong)
    if rows.size:
        found = np.asarray(values)[rows[0]]
        found = found.item() if isinstance(found, np.generic) else found
        row = int(rows[0]) + FIRST_ROW
        raise ValueError(f"table {table}, column {column}, row {row}: found {found!r}; allowed is {allowed}")


def check_table(name: str, table: pd.DataFrame) -> None:
    """Check one table by itself: columns, types, allowed values, ranges and its own ids.

    Raises ValueError naming table, column, row, value found and value allowed.
    """
    wanted = [column.name for column in TABLES[name]]
    found = [str(column) for column in table.columns]
    for column in wanted:
        if column not in found:
            raise ValueError(f"table {name}, column {column}: missing; allowed are {', '.join(wanted)}")
    for column in found:
        if column not in wanted:
            raise ValueError(f"table {name}, column {column}: unknown; allowed are {', '.join(wanted)}")
    if found != wanted:
        place = next(i for i, column in enumerate(found) if column != wanted[i])
        raise ValueError(
            f"table {name}, column {found[place]}: found in place {place}; allowed there is {wanted[place]}"
        )
    for column_rule in TABLES[name]:
        _check_column(name, column_rule, table[column_rule.name])
    if name in IDS:
        ids = table[IDS[name]].to_numpy()
        _fail(name, IDS[name], ids != np.arange(ids.size), ids, "its place among the rows, from 0")


def _check_column(name: str, column: Column, values: pd.Series) -> None:
    """Check type, allowed values and range of one column."""
    dtype = "object" if column.dtype == "str" else column.dtype
    if str(values.dtype) != dtype:
        raise ValueError(f"table {name}, column {column.name}: found type {values.dtype}; allowed is {dtype}")
    array = values.to_numpy()
    if column.dtype == "str":
        _fail(name, column.name, np.array([not isinstance(value, str) for value in array], dtype=bool), array, "text")
        if column.allowed:
            _fail(name, column.name, ~np.isin(array.astype(str), column.allowed), array, ", ".join(column.allowed))
        return
    if column.dtype == "bool":
        return
    if column.dtype == "float64":
        _fail(name, column.name, ~np.isfinite(array), array, "a finite number")
    if column.unit == "month":
        _fail(name, column.name, (array != NEVER) & ((array < EARLIEST_MONTH) | (array > LATEST_MONTH)), array,
              f"a month from {EARLIEST_MONTH} to {LATEST_MONTH}, or {NEVER} for never")  # fmt: skip
    if (name, column.name) in SHARES:
        _fail(name, column.name, (array < 0) | (array > 1), array, "0 to 1")
    if (name, column.name) not in SIGNED:
        _fail(name, column.name, array < 0, array, "0 or more")


def check_tables(population: Population) -> None:
    """Check all tables, each by itself and with the others.

    Raises ValueError naming table, column, row, value found and value allowed.
    """
    for name, table in population.tables().items():
        check_table(name, table)
    n_sites, n_households = len(population.sites), len(population.households)
    if not n_sites or not n_households:
        raise ValueError("tables sites and households: found no row; allowed is one or more")
    for name in ("households", "schools", "workshops", "public_posts"):
        site = population.tables()[name]["site"].to_numpy()
        lowest = -1 if name == "public_posts" else 0
        _fail(name, "site", (site < lowest) | (site >= n_sites), site, f"a site from {lowest} to {n_sites - 1}")
    _check_households(population.households)
    _check_persons(population.persons, population.households)
    _check_schools(population.schools)
    posts = population.public_posts
    known = np.isin(posts["unit"].to_numpy().astype(str), population.sites["unit"].to_numpy().astype(str))
    units = ", ".join(sorted(set(population.sites["unit"])))
    _fail("public_posts", "unit", ~known, posts["unit"].to_numpy(), units)


def _check_households(table: pd.DataFrame) -> None:
    site = table["site"].to_numpy()
    falls = np.concatenate(([False], site[1:] < site[:-1]))
    _fail("households", "site", falls, site, "households ordered by site")
    hamlet = table["hamlet"].to_numpy()
    changes = np.concatenate(([True], hamlet[1:] != hamlet[:-1]))
    first = pd.Series(np.flatnonzero(changes), index=hamlet[changes])
    _fail("households", "hamlet", changes & _seen_before(hamlet, changes), hamlet, "a hamlet's households together")
    start = first.loc[hamlet].to_numpy() if len(first) else first.to_numpy()
    whole = table["whole_village"].to_numpy()
    for column in ("site", "move_in_month"):
        values = table[column].to_numpy()
        _fail("households", column, whole & (values != values[start]), values, "one value for the whole hamlet")
    _fail("households", "whole_village", whole != whole[start], whole, "one value for the hamlet")
    month = table["move_in_month"].to_numpy()
    _fail("households", "move_in_month", (month < 0) | (month == NEVER), month, "a month from 0")
    land, forest = table["contracted_land_mu"].to_numpy(), table["forest_land_mu"].to_numpy()
    used = table["land_rented_out_mu"].to_numpy() + table["land_to_forest_mu"].to_numpy()
    _fail("households", "land_rented_out_mu", used > land + HUNDREDTH_MU, used,
          "with the land returned to forest, at most the contracted land")  # fmt: skip
    rented = table["forest_rented_out_mu"].to_numpy()
    _fail("households", "forest_rented_out_mu", rented > forest + HUNDREDTH_MU, rented, "at most the forest land")
    dividend = table["dividend_yuan"].to_numpy()
    _fail("households", "dividend_yuan", ~table["three_changes"].to_numpy() & (dividend != 0), dividend,
          "0 without three_changes")  # fmt: skip
    fallen = table["old_house_demolished_month"].to_numpy()
    _fail("households", "old_house_demolished_month", fallen < month, fallen, "a month from the move on, or never")


def _seen_before(values: npt.NDArray[Any], first: Bool) -> Bool:
    """Return whether a value that begins at a row has begun at an earlier row."""
    out = np.zeros(values.size, dtype=np.bool_)
    starts = np.flatnonzero(first)
    out[starts] = pd.Series(values[starts]).duplicated().to_numpy()
    return out


def _check_persons(table: pd.DataFrame, households: pd.DataFrame) -> None:
    household, member = table["household"].to_numpy(), table["member"].to_numpy()
    n = len(households)
    _fail("persons", "household", (household < 0) | (household >= n), household, f"a household from 0 to {n - 1}")
    _fail("persons", "member", member >= MEMBERS_MAX, member, f"0 to {MEMBERS_MAX - 1}")
    key = household.astype(np.int64) * MEMBERS_MAX + member
    _fail("persons", "member", np.concatenate(([False], key[1:] <= key[:-1])), member,
          "persons ordered by household, then member, each once")  # fmt: skip
    birth, death = table["birth_month"].to_numpy(), table["death_month"].to_numpy()
    _fail("persons", "death_month", death < birth, death, "a month from the birth on, or never")
    start, end = table["labour_from_month"].to_numpy(), table["labour_to_month"].to_numpy()
    _fail("persons", "labour_to_month", end < start, end, "a month from labour_from_month on")
    present = np.zeros(n, dtype=np.bool_)
    present[household] = True
    _fail("households", "household", ~present, households["household"].to_numpy(), "a household with persons in it")


def _check_schools(table: pd.DataFrame) -> None:
    level = table["level"].to_numpy()
    for name in LEVELS:
        seats = table[f"seats_{name}"].to_numpy()
        _fail("schools", f"seats_{name}", (level == name) & (seats <= 0), seats, "seats at the school's main level")
    month, status = table["open_month"].to_numpy(), table["status"].to_numpy()
    unfunded = (status == "not_started") | (status == "no_project")
    _fail("schools", "open_month", unfunded & (month != NEVER), month, f"{NEVER} for a school that is not funded")
    funded = ~unfunded
    _fail("schools", "open_month", funded & (month == NEVER), month, "a month for a school that is open or under way")
