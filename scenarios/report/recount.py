"""Figures counted anew in the tables of the population (simulation/state/population.py) as of the report month.

pandas and the model are loaded only where tables are counted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scenarios.report.figures import Figure
from scenarios.report.formulas import counted_columns, measure_parts
from simulation.state.site_size import is_large

if TYPE_CHECKING:
    import pandas as pd


def with_helpers(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the population's tables with more columns for filters to use, as of the report month.

    persons: alive, age_years, level (school level by age, or 'none'), labourer, household_* of its household;
    households: move_year, persons and labourers (alive), site_* of its site;
    sites: households (flats handed over), over_200 (`is_large`), school_gap (a school is missing).
    """
    from simulation.foundations.months import (  # noqa: PLC0415 (as pandas: only where tables are counted)
        FIRST_YEAR,
        LEVELS,
        MONTHS_PER_YEAR,
        REPORT_MONTH,
        school_level,
    )

    result = {name: table.copy(deep=False) for name, table in tables.items()}
    sites, households, persons = result["sites"], result["households"], result["persons"]
    births = persons["birth_month"].astype("int64")
    levels = {int(month): school_level(int(month), REPORT_MONTH) for month in births.unique()}
    persons["alive"] = (births <= REPORT_MONTH) & (persons["death_month"] > REPORT_MONTH)
    persons["age_years"] = (REPORT_MONTH - births) // MONTHS_PER_YEAR
    persons["level"] = births.map({month: (*LEVELS, "none")[level] for month, level in levels.items()})
    begun, ended = (persons[f"labour_{end}_month"] <= REPORT_MONTH for end in ("from", "to"))
    persons["labourer"] = persons["alive"] & begun & ~ended
    households["move_year"] = FIRST_YEAR + households["move_in_month"].astype("int64") // MONTHS_PER_YEAR
    for name, flag in (("persons", "alive"), ("labourers", "labourer")):
        counts = persons.loc[persons[flag], "household"].value_counts()
        households[name] = households["household"].map(counts).fillna(0).astype("int64")
    arrived = households.loc[households["move_in_month"] <= REPORT_MONTH, "site"].value_counts()
    sites["households"] = sites["site"].map(arrived).fillna(0).astype("int64")
    sites["over_200"] = is_large(sites["households"])
    sites["school_gap"] = sites["site"].isin(result["schools"].loc[result["schools"]["in_gap"], "site"])
    result["households"] = _joined(households, sites, "site")
    result["persons"] = _joined(persons, result["households"], "household")
    return result


def _joined(table: pd.DataFrame, owners: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return `table` with the columns of the row of `owners` that its `key` names, prefixed by the key."""
    return table.join(owners.set_index(key).add_prefix(f"{key}_"), on=key)


def recompute(figure: Figure, tables: Mapping[str, pd.DataFrame]) -> float:
    """Return the figure as counted in the population's tables, or, for speed, in `with_helpers(tables)`.

    Raises ValueError for a row that is not counted in tables, or that names a column which its table lacks.
    """
    if figure.source_kind == "none":
        raise ValueError(f"figure {figure.id} is not counted in tables: its source_kind is none")
    table = (tables if "alive" in tables["persons"] else with_helpers(tables))[figure.table]
    unknown = sorted(counted_columns(figure.filter, figure.measure) - set(table.columns))
    if unknown:
        raise ValueError(f"column {', '.join(unknown)}, which the table {figure.table} lacks")
    count, function, column, percent, whole = measure_parts(figure.measure)
    if percent and whole:
        table = table.query(whole, engine="python")
    rows = table.query(figure.filter, engine="python") if figure.filter else table
    if count:
        return float(len(rows))
    if percent:
        return 100.0 * len(rows) / len(table) if len(table) else math.nan
    values = rows[column].tolist()
    if function == "nunique":
        return float(len(set(values)))
    total = math.fsum(values)
    return total if function == "sum" else total / len(values) if values else math.nan
