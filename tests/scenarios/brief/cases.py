"""Ordinary and odd comparisons, made by hand, whose brief must be whole in both languages."""

from __future__ import annotations

from functools import cache
from typing import Any

from scenarios.brief.source import Source
from scenarios.compare.tables import Tables
from scenarios.pages.blocks import Document
from tests.scenarios.brief.drawn_brief import OWN, changed
from tests.scenarios.brief.made_brief import (
    brief_tables,
    made_brief,
    made_readings,
    made_source,
    reading_keys,
    with_basis,
)
from tests.scenarios.made_tables import LAST, SCENARIOS

NAN = float("nan")


def not_baseline(table: Any) -> Any:
    return table["scenario"] != "baseline"


def zeros(tables: Tables) -> Tables:
    """Return tables in which no measure does anything and none are combined."""
    tables = tables._replace(interactions=tables.interactions.iloc[:0])
    tables = changed(tables, "effects", not_baseline, effect=0.0, low=0.0, high=0.0, p_better=0.5,
                     sd_chance=0.0, sd_parameters=0.0)  # fmt: skip
    tables = changed(tables, "sites", not_baseline, effect=0.0, low=0.0, high=0.0, need=0.0)
    return changed(tables, "cost_effect", not_baseline, yuan=0.0, household_years=0.0, household_years_low=0.0,
                   household_years_high=0.0, p_gain=0.0, yuan_per_household_year=NAN, yuan_low=NAN,
                   yuan_high=NAN)  # fmt: skip


def negative_money(tables: Tables) -> Tables:
    return changed(tables, "cost_effect", lambda t: t["scenario"].isin(["workshops", "origin_land_returns"]),
                   yuan=-2.6e7, yuan_per_household_year=NAN, yuan_low=NAN, yuan_high=NAN)  # fmt: skip


def by_chance(tables: Tables) -> Tables:
    for name in SCENARIOS[1:]:
        tables = with_basis(tables, name, basis="chance", parameter="", rank_correlation=NAN, contraction=NAN)
    return tables


def little_known(tables: Tables) -> Tables:
    """Return tables of a comparison without second seeds."""
    tables = changed(tables, "basis", not_baseline, parameter=NAN, share_chance=NAN)
    return changed(tables, "effects", not_baseline, sd_chance=NAN)


def without_basis(tables: Tables, scenario: str) -> Tables:
    """Return tables as they are if all runs of a scenario gave the same."""
    return tables._replace(basis=tables.basis[tables.basis["scenario"] != scenario])


def in_february(tables: Tables) -> Tables:
    """Return tables without what nobody counts at Spring Festival."""
    effects, paths = (t[~((t["indicator"] == "nobody_employed_households") & (t["month"] == LAST))]
                      for t in (tables.effects, tables.paths))  # fmt: skip
    return tables._replace(effects=effects, paths=paths)


TEN, OTHER = SCENARIOS, ("bus_lines", "housing_title")
TWELVE = (*SCENARIOS, *OWN)


@cache
def tables_of(scenarios: tuple[str, ...]) -> Tables:
    return brief_tables(scenarios)


@cache
def case(name: str, language: str) -> Document:
    ten = tables_of(TEN)
    letters = reading_keys()
    made: dict[str, tuple[Tables, tuple[str, ...], Any]] = {
        "ten": (ten, TEN, None),
        "one": (tables_of(("workshops",)), ("workshops",), None),
        "without the question": (tables_of(OTHER), OTHER, made_readings(OTHER)),
        "twelve": (tables_of(TWELVE), TWELVE, made_readings()),
        "same order": (ten, TEN, made_readings()),
        "other order": (ten, TEN, made_readings(swapped=letters[2:4], short=letters[1])),
        "nothing": (zeros(ten), TEN, None),
        "negative money": (negative_money(ten), TEN, None),
        "chance": (by_chance(ten), TEN, None),
        "the same in every run": (without_basis(ten, "origin_land_returns"), TEN, None),
        "february": (in_february(ten), TEN, None),
        "little known": (little_known(ten), TEN, None),
    }
    tables, scenarios, readings = made[name]
    return made_brief(language, tables, scenarios, readings=readings)


CASES = (
    "ten",
    "one",
    "without the question",
    "twelve",
    "same order",
    "other order",
    "nothing",
    "negative money",
    "chance",
    "the same in every run",
    "february",
    "little known",
)


def source(language: str, tables: Tables | None = None) -> Source:
    return made_source(language, tables) if tables else _ten(language)


@cache
def _ten(language: str) -> Source:
    return made_source(language, tables_of(TEN))
