"""The tables of a comparison: names and columns that other tools read, how they are written and read back.

CSV is plain UTF-8, one table a file; `runs.parquet` holds the values that all others summarise. An interval (`low`,
`high`) is always the 5th to the 95th percentile over draws and seeds; a draw with two seeds counts once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from scenarios.base.input.csv_files import read_frame
from scenarios.base.output.plain_files import write_csv

RUNS_FILE = "runs.parquet"
AS_TEXT = {"scenario": str}
"""Columns of names that people choose: a scenario may be called 007 or null."""
FLOAT_FORMAT = "%.10g"
"""Digits of tables: fewer than a sum may differ by between processors."""


class Tables(NamedTuple):
    """The tables of a comparison, one row each of what its columns say. `COLUMNS` gives their columns.

    effects: difference from the baseline by indicator, group and month; `baseline` is the baseline's own mean, `better`
    is higher, lower or none, `p_better` the probability of being better (empty where better is none), `sd_chance` and
    `sd_parameters` the standard deviations between seeds of one draw and between draws.
    paths: the scenarios' own levels by month, the baseline's from 2016 on.
    switches: households by residence state in the last month, in the baseline and in the scenario (only those that
    differ).
    sites: extra households settled at each site in the last month; `need` is the site's share of the city's need.
    costs: public money by month, mean over draws. cost_effect: all of it until the last month, against household-years
    settled; `yuan_low` and `yuan_high` are empty where not nine draws in ten gain.
    ranks: probability of each rank (1 is best) among all scenarios. interactions: combined levers minus the sum of
    each. basis: an effect before calibration, by how much its interval shrank, and what it therefore rests on.
    structures: an effect over the third of the draws nearest to one rule and to the other, `value` being the
    parameter's mean there. effects_by_ring: effects of the last month with the draws weighed by evidence from
    elsewhere. order: the ranked measures under every structure, reading and ring, and which change places beyond
    chance. report: the model against the report at its date, over draws.
    """

    effects: pd.DataFrame
    paths: pd.DataFrame
    switches: pd.DataFrame
    sites: pd.DataFrame
    costs: pd.DataFrame
    cost_effect: pd.DataFrame
    ranks: pd.DataFrame
    interactions: pd.DataFrame
    basis: pd.DataFrame
    structures: pd.DataFrame
    effects_by_ring: pd.DataFrame
    order: pd.DataFrame
    report: pd.DataFrame


COLUMNS: dict[str, tuple[str, ...]] = {
    "effects": (
        "scenario", "reading", "indicator", "group", "month", "unit", "better", "baseline", "effect", "low", "high",
        "p_better", "sd_chance", "sd_parameters", "n_draws", "n_seeds",
    ),
    "paths": ("scenario", "reading", "indicator", "group", "month", "unit", "mean", "low", "high"),
    "switches": ("scenario", "from_state", "to_state", "households", "low", "high"),
    "sites": ("scenario", "site", "need", "effect", "low", "high"),
    "costs": ("scenario", "lever", "kind", "month", "yuan"),
    "cost_effect": (
        "scenario", "yuan", "household_years", "household_years_low", "household_years_high", "p_gain",
        "yuan_per_household_year", "yuan_low", "yuan_high",
    ),
    "ranks": ("indicator", "scenario", "rank", "probability"),
    "interactions": (
        "scenario", "parts", "indicator", "unit", "month", "effect", "low", "high", "p_positive",
    ),
    "basis": (
        "scenario", "indicator", "basis", "prior_low", "prior_high", "shrank", "p_first_prior", "parameter",
        "rank_correlation", "contraction", "share_chance",
    ),
    "structures": (
        "parameter", "end", "value", "scenario", "indicator", "effect", "rank", "p_first", "ahead_of", "n_draws",
    ),
    "effects_by_ring": (
        "ring", "scenario", "indicator", "unit", "effect", "low", "high", "p_better", "rank", "p_first", "ahead_of",
        "effective_draws",
    ),
    "order": ("kind", "choice", "status", "n_draws", "scenario", "effect", "rank", "p_first", "swapped"),
    "report": ("id", "kind", "unit", "report", "band_low", "band_high", "median", "low", "high", "share_met"),
}  # fmt: skip
RUNS_COLUMNS = ("scenario", "reading", "draw", "seed", "indicator", "group", "month", "value")


def write_tables(folder: Path, tables: Tables) -> None:
    """Write every table as CSV into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables._asdict().items():
        write_csv(table[list(COLUMNS[name])], folder / f"{name}.csv", FLOAT_FORMAT)


def read_tables(folder: Path) -> Tables:
    """Return the tables of a comparison's folder `tables/`; raises ValueError, naming the file, for a wrong column."""
    found = {}
    for name, columns in COLUMNS.items():
        table = read_frame(folder / f"{name}.csv", converters=AS_TEXT)
        if tuple(table.columns) != columns:
            raise ValueError(f"{name}.csv has the columns {', '.join(table.columns)}; expected {', '.join(columns)}")
        found[name] = table
    return Tables(**found)


def write_lists(folder: Path, titles: Mapping[str, Mapping[str, str]], site_kinds: Sequence[str]) -> None:
    """Write what names stand for: scenarios.csv (scenario, title_en, title_zh) and places.csv (site, kind)."""
    rows = [(name, own["en"], own["zh"]) for name, own in titles.items()]
    write_csv(pd.DataFrame(rows, columns=["scenario", "title_en", "title_zh"]), folder / "scenarios.csv")
    places = pd.DataFrame({"site": range(len(site_kinds)), "kind": list(site_kinds)})
    write_csv(places, folder / "places.csv")


def read_titles(folder: Path, language: str) -> dict[str, str]:
    """Return the scenarios' titles in a language by name, the baseline first."""
    table = read_frame(folder / "scenarios.csv", dtype=str, keep_default_na=False)
    return dict(zip(table["scenario"], table[f"title_{language}"], strict=True))


def read_site_kinds(folder: Path) -> list[str]:
    """Return the kind of each site by its number."""
    return [str(kind) for kind in read_frame(folder / "places.csv")["kind"]]
