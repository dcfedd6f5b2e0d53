"""A small town for tests and trials: a few sites of the city with everything that belongs to them.

It has the tables of the city with their rows numbered anew, and passes the same checks; it does not meet the report's
figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from scenarios.population.build import build_population
from scenarios.population.random_streams import (
    Bool,
    Int,
    apportion,
    stream,
)
from scenarios.population.rules import check_tables
from scenarios.population.settings import PopulationSettings
from scenarios.population.tables import with_schema
from simulation.state.population import Population


def shrink(population: Population, n_sites: int, seed: int) -> Population:
    """Return a population of `n_sites` sites drawn by lot, one at least with missing schools where there is one."""
    n = len(population.sites)
    if not 1 <= n_sites <= n:
        raise ValueError(f"n_sites: found {n_sites}; allowed is 1 to {n}")
    order = np.argsort(stream(seed, "shrink").random(n), kind="stable")
    gap = np.isin(order, population.schools.loc[population.schools["in_gap"], "site"].to_numpy())
    first = order[gap][:1]
    others = order[~np.isin(order, first)]
    return take_sites(population, np.concatenate((first, others))[:n_sites].tolist())


def small_town(
    figures: Mapping[str, float],
    settings: PopulationSettings,
    reading: Mapping[str, str],
    seed: int,
    n_households: int = 300,
    n_sites: int = 3,
) -> Population:
    """Return a few sites of the city that `build_population` makes from the same arguments."""
    return town_of(build_population(figures, settings, reading, seed), n_households, n_sites)


def town_of(city: Population, n_households: int, n_sites: int) -> Population:
    """Return `n_sites` sites of `city` with about `n_households` households.

    The first is the smallest site that lacks schools, the others those closest in size to what is left for each.
    """
    size = np.bincount(city.households["site"].to_numpy(), minlength=len(city.sites))
    if not 1 <= n_sites <= size.size:
        raise ValueError(f"n_sites: found {n_sites}; allowed is 1 to {size.size}")
    lacks = np.bincount(city.schools.loc[city.schools["in_gap"], "site"].to_numpy(), minlength=size.size) > 0
    first = int(np.argmin(np.where(lacks, size, size + int(size.sum()))))
    wanted = (n_households - int(size[first])) / max(n_sites - 1, 1)
    distance = np.abs(size - wanted)
    distance[first] = -1.0
    return take_sites(city, np.argsort(distance, kind="stable")[:n_sites].tolist())


def take_sites(population: Population, sites: Sequence[int]) -> Population:
    """Return the sites named, in rising order, with their households, persons, schools and posts.

    Public posts elsewhere, fairs and courses shrink with the households.

    Raises ValueError for a site that is not there.
    """
    kept = np.unique(np.asarray(sites, dtype=np.int64))
    n = len(population.sites)
    if kept.size == 0 or kept[0] < 0 or kept[-1] >= n:
        raise ValueError(f"sites: found {list(sites)}; allowed are sites from 0 to {n - 1}")
    new_site = np.full(n + 1, -1, dtype=np.int64)
    new_site[kept] = np.arange(kept.size)
    of_site = np.isin(population.households["site"].to_numpy(), kept)
    households = population.households[of_site].copy()
    new_household = np.cumsum(of_site) - 1
    persons = population.persons[of_site[population.persons["household"].to_numpy()]].copy()
    persons["household"] = new_household[persons["household"].to_numpy()]
    households["household"] = np.arange(len(households))
    households["hamlet"] = np.unique(households["hamlet"].to_numpy(), return_inverse=True)[1]
    tables = {"households": households, "persons": persons}
    for name in ("sites", "schools", "workshops"):
        table = population.tables()[name]
        tables[name] = table[np.isin(table["site"].to_numpy(), kept)].copy()
        key = {"sites": "site", "schools": "school", "workshops": "workshop"}[name]
        tables[name][key] = np.arange(len(tables[name]))
    for name in ("households", "schools", "workshops"):
        tables[name]["site"] = new_site[tables[name]["site"].to_numpy()]
    share = len(households) / len(population.households)
    posts = population.public_posts
    here = np.isin(posts["site"].to_numpy(), kept)
    units = _units_share(population, of_site)
    elsewhere = (posts["site"].to_numpy() < 0) & np.isin(posts["unit"].to_numpy().astype(str), list(units))
    public = posts[here | elsewhere].copy()
    factor = np.array(
        [1.0 if site >= 0 else units[unit] for unit, site in zip(public["unit"], public["site"], strict=True)]
    )
    public["posts"] = np.maximum(1, np.floor(public["posts"].to_numpy() * factor + 0.5))
    public["site"] = new_site[public["site"].to_numpy()]
    tables["public_posts"] = public
    tables["fairs"] = _smaller(population.fairs, ("firms", "posts"), share)
    tables["trainings"] = _smaller(population.trainings, ("person_times",), share)
    town = Population(**{name: with_schema(name, table) for name, table in tables.items()})
    check_tables(town)
    return town


def _units_share(population: Population, of_site: Bool) -> dict[str, float]:
    """Return the share of each unit's households that is kept, for the units with any."""
    unit = population.sites["unit"].to_numpy()[population.households["site"].to_numpy()].astype(str)
    names, place = np.unique(unit, return_inverse=True)
    kept: Int = np.bincount(place[of_site], minlength=names.size)
    every: Int = np.bincount(place, minlength=names.size)
    return {str(name): int(k) / int(n) for name, k, n in zip(names, kept, every, strict=True) if k}


def _smaller(table: pd.DataFrame, columns: tuple[str, ...], share: float) -> pd.DataFrame:
    """Return the table with the columns' sums cut to `share`, at least 1 in each row."""
    out = table.copy()
    for column in columns:
        values = table[column].to_numpy(dtype=np.int64)
        total = max(values.size, int(int(values.sum()) * share + 0.5))
        out[column] = apportion(values, total, 1, None, column)
    return out
