"""One history of the city, January 2016 to the report date, and what it gives for every target and pattern.

The report prints no return rate; what a history gives for it is kept beside, to show what is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from scenarios.population.load import load_population
from scenarios.report.figures import Figure, read_figures
from scenarios.report.pattern_measures import pattern_values
from scenarios.report.patterns import Pattern, read_patterns
from scenarios.runs.parameter_sets import PATTERN, TARGET
from scenarios.runs.targets import targets_of
from scenarios.settings.config import RunConfig
from scenarios.settings.parameter_values import with_values
from simulation.city import City, Given
from simulation.foundations.months import FIRST_YEAR, MONTHS_PER_YEAR, REPORT_MONTH
from simulation.records.records import Records
from simulation.state.entities import STATES, Households
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE
from simulation.state.population import DIBAO, Population

HISTORY_MONTHS = REPORT_MONTH + 1
ALSO = ("also:returned", "also:settled", "also:returns_2019")
"""What a history also tells, though no figure of the report speaks of it: shares of households in the report month, and
moves back in 2019 a household."""
LEAVING = ("settled", "both_ends", "away")
SITE_SUMS = ("households", "households_settled", "households_both_ends")


class Setting(NamedTuple):
    """What histories of a reading share.

    population: the city's tables; base: parameters that have no prior; figures, patterns: the region's; reading: how
    the report is read.
    """

    population: Population
    base: Parameters
    figures: Mapping[str, Figure]
    patterns: Mapping[str, Pattern]
    reading: Mapping[str, str]


def setting_of(config: RunConfig) -> Setting:
    """Return the setting of a configuration; makes its population."""
    figures = read_figures(config.region / "figures.csv")
    patterns = read_patterns(config.region / "patterns.csv")
    return Setting(_with_codes(load_population(config)), config.parameters, figures, patterns, config.reading)


def _with_codes(population: Population) -> Population:
    """Return the population with its kinds of allowance as categories, which each history turns into numbers."""
    return replace(population, persons=population.persons.astype({"dibao": pd.CategoricalDtype(list(DIBAO))}))


def history_of(setting: Setting, values: Mapping[str, float], seed: int) -> City:
    """Return the city at the report date, with the parameters `values` (by 'process.name') and `seed`."""
    city = City()
    city.begin(Given(setting.population, with_values(setting.base, dict(values)), seed, HISTORY_MONTHS), BASELINE)
    while city.month < city.months:
        city.advance()
    return city


def outputs_of(city: City, setting: Setting) -> dict[str, float]:
    """Return what a city gives at the report date, its latest month: 'target:id' and 'pattern:id' by name.

    A measure that the households do not identify (the land's, where nobody lives at both ends) is NaN.
    """
    if city.month != HISTORY_MONTHS:
        raise ValueError(f"the city stands at month {city.month}, not at the report date, {HISTORY_MONTHS}")
    targets = targets_of(city.records, setting.reading)
    sites = pd.DataFrame({name: np.array(city.records.latest_by_site(name)) for name in SITE_SUMS})
    snapshot = snapshot_of(city.state.households)
    matches, posts = targets["job_fair_matches_2019"], setting.figures["job_fair_posts_2019"].value
    patterns = pattern_values(city.records.latest(), sites, snapshot, matches, posts, setting.patterns)
    return {
        **{f"{TARGET}{name}": float(value) for name, value in targets.items()},
        **{f"{PATTERN}{name}": value.slope for name, value in patterns.items()},
        **dict(zip(ALSO, _also(city.records), strict=True)),
    }


def snapshot_of(homes: Households) -> pd.DataFrame:
    """Return what `pattern_values` reads of the households, columns SNAPSHOT_COLUMNS of pattern_measures.py.

    views.household_table has all columns, as texts, which takes several times as long.
    """
    return pd.DataFrame(
        {
            "household": np.arange(homes.site.size, dtype=np.int32),
            "site": homes.site,
            "state": pd.Categorical.from_codes(homes.state, pd.Index(STATES)),
            "move_year": FIRST_YEAR + homes.move_in_month // MONTHS_PER_YEAR,
            "house": homes.house,
            "land_mu": homes.land_mu,
            "origin_km": homes.origin_km,
        }
    )


def _also(records: Records) -> tuple[float, float, float]:
    households = records.value("households")
    year = range(HISTORY_MONTHS - MONTHS_PER_YEAR, HISTORY_MONTHS)
    moves = sum(records.value(f"moves_{state}_to_returned", month=month) for month in year for state in LEAVING)
    return (
        records.value("households_returned") / households,
        records.value("households_settled") / households,
        moves / households,
    )
