"""Households: unit group, poverty and whole-hamlet move with exact margins; hamlets, arrivals, origins, old houses.

The report prints households and persons for the city, the registered poor and the hamlets moved as a whole; evidence
rows L02 and L03 add Shuicheng and its poor. The eight cells between them are filled by iterative proportional fitting
from an assumed odds ratio and rounded so that every printed margin holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from scenarios.population.random_streams import (
    Bool,
    Float,
    Int,
    apportion,
    drawn_total,
    exponential_keys,
    lognormals,
    smallest,
    stream,
)
from scenarios.population.settings import HouseholdSettings, PopulationSettings
from scenarios.population.sites import site_shares
from simulation.foundations.months import NEVER, REPORT_MONTH

ROUNDS = 60
"""Rounds of iterative proportional fitting: margins then differ by far less than one person."""


class Hamlets(NamedTuple):
    """Hamlets of origin, shape (n_hamlets,), ordered by site and month of arrival."""

    site: Int
    whole: Bool
    households: Int
    month: Int


def draw_households(
    figures: Mapping[str, float], settings: PopulationSettings, sites: pd.DataFrame, site_households: Int, seed: int
) -> tuple[pd.DataFrame, Int]:
    """Return the households without land and old house, and the persons alive of each in the report month."""
    chosen_settings = settings.households
    shuicheng = (sites["unit"] == settings.sites.shuicheng_unit).to_numpy()
    counts, persons = fitted_cells(figures, settings)
    hamlets = _draw_hamlets(figures, chosen_settings, sites, site_households, shuicheng, counts, seed)
    hamlet = np.repeat(np.arange(hamlets.site.size), hamlets.households)
    site = hamlets.site[hamlet]
    whole = hamlets.whole[hamlet]
    hamlet_uniform = stream(seed, "poor hamlets").random(hamlets.site.size)[hamlet]
    weight = chosen_settings.poor_hamlet_weight
    score = weight * hamlet_uniform + (1.0 - weight) * stream(seed, "poor households").random(hamlet.size)
    poor = np.zeros(hamlet.size, dtype=np.bool_)
    size = np.zeros(hamlet.size, dtype=np.int64)
    sizes = np.arange(1, 11)
    shape = np.array(chosen_settings.size_weights)
    for group in (0, 1):
        for moved in (0, 1):
            rows = np.flatnonzero((shuicheng[site] == (group == 0)) & (whole == (moved == 1)))
            poor[rows] = smallest(score[rows], int(counts[group, 0, moved]))
            for other in (0, 1):
                cell = rows[poor[rows] == (other == 0)]
                n, total = int(counts[group, other, moved]), int(persons[group, other, moved])
                question = f"household sizes {group}{other}{moved}"
                size[cell] = drawn_total(stream(seed, question), shape, sizes, n, total, question)
    km, hours, school = _origins(chosen_settings, sites, hamlets, seed)
    columns = {
        "household": np.arange(hamlet.size),
        "site": site,
        "hamlet": hamlet,
        "whole_village": whole,
        "registered_poor": poor,
        "move_in_month": hamlets.month[hamlet],
        "origin_km": km[hamlet],
        "origin_hours": hours[hamlet],
        "origin_school_open": school[hamlet],
    }
    return pd.DataFrame(columns), size


def fitted_cells(figures: Mapping[str, float], settings: PopulationSettings) -> tuple[Int, Int]:
    """Return households and persons by (Shuicheng, rest) x (poor, not) x (not whole, whole), shape (2, 2, 2) each."""
    sites = settings.sites
    households = _two_by_two(
        int(figures["households"]),
        int(figures["registered_poor_households"]),
        sites.shuicheng_households,
        sites.shuicheng_poor_households,
    )
    persons = _two_by_two(
        int(figures["persons"]),
        int(figures["registered_poor_persons"]),
        sites.shuicheng_persons,
        sites.shuicheng_poor_persons,
    )
    odds = np.array([settings.households.poor_odds_whole, 1.0])
    seeds = np.stack([np.ones((2, 2)), np.broadcast_to(odds, (2, 2))], axis=2)
    counts = _fitted(seeds, households, int(figures["whole_village_households"]))
    means = persons / households
    people = _fitted(counts * means[:, :, None], persons, int(figures["whole_village_persons"]))
    return counts, people


def _two_by_two(total: int, poor: int, shuicheng: int, shuicheng_poor: int) -> Int:
    rest_poor = poor - shuicheng_poor
    return np.array(
        [[shuicheng_poor, shuicheng - shuicheng_poor], [rest_poor, total - shuicheng - rest_poor]], dtype=np.int64
    )


def _fitted(seeds: Float, pairs: Int, whole: int) -> Int:
    """Fit seeds (2, 2, 2) to the pairs (2, 2) and to the whole-moved total, rounded with both margins exact."""
    cells = seeds.astype(np.float64)
    total = int(pairs.sum())
    for _ in range(ROUNDS):
        cells = cells * (pairs / (cells[:, :, 0] + cells[:, :, 1]))[:, :, None]
        sums = cells[0, 0] + cells[0, 1] + cells[1, 0] + cells[1, 1]
        cells = cells * (np.array([total - whole, whole]) / sums)
    moved = apportion(cells[:, :, 1].ravel(), whole, 0, pairs.ravel(), "whole-moved cells").reshape(2, 2)
    return np.stack([pairs - moved, moved], axis=2)


def _draw_hamlets(
    figures: Mapping[str, float],
    settings: HouseholdSettings,
    sites: pd.DataFrame,
    site_households: Int,
    shuicheng: Bool,
    counts: Int,
    seed: int,
) -> Hamlets:
    """Draw whole hamlets (the report's number) and assumed partial ones, and the month in which each arrives."""
    n_sites = site_households.size
    low = settings.whole_hamlet_smallest
    excluded = smallest(
        exponential_keys(stream(seed, "sites without whole hamlets"), 1.0 / site_households),
        int(settings.sites_without_whole * n_sites),
    )
    whole = np.zeros(n_sites, dtype=np.int64)
    for group, rows in enumerate((np.flatnonzero(shuicheng), np.flatnonzero(~shuicheng))):
        total = int(counts[group, :, 1].sum())
        share = total / int(counts[group].sum())
        rng = stream(seed, f"whole hamlets by site {group}")
        whole[rows] = site_shares(
            site_households[rows], share, settings.whole_share_sigma, excluded[rows], total, low, rng
        )
    partial = site_households - whole
    n_whole = apportion(
        whole, int(figures["whole_village_moves"]), (whole > 0).astype(np.int64), whole // low, "whole hamlets"
    )
    n_partial = np.where(partial > 0, np.maximum(1, np.floor(partial / settings.partial_hamlet_mean)), 0).astype(int)
    rng = stream(seed, "whole hamlet sizes")
    other = stream(seed, "partial hamlet sizes")
    parts = []
    for site in range(n_sites):
        for rngs, sigma, n, households, smallest_hamlet, is_whole in (
            (rng, settings.whole_hamlet_sigma, int(n_whole[site]), int(whole[site]), low, True),
            (other, settings.partial_hamlet_sigma, int(n_partial[site]), int(partial[site]), 1, False),
        ):
            if n:
                draws = lognormals(rngs, n, sigma)
                sizes = apportion(draws, households, smallest_hamlet, None, "households of hamlets")
                parts.append((np.full(n, site), np.full(n, is_whole), sizes))
    site_of, is_whole_hamlet, sizes = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    month = _arrivals(settings, sites, site_of, sizes, seed)
    order = np.lexsort((stream(seed, "hamlet order").random(sizes.size), month, site_of))
    return Hamlets(site_of[order], is_whole_hamlet[order], sizes[order], month[order])


def _arrivals(settings: HouseholdSettings, sites: pd.DataFrame, site_of: Int, sizes: Int, seed: int) -> Int:
    """Return the month in which each hamlet arrives.

    Each site has a place and a width on the line of the city's arrivals; its hamlets lie within them, and the line is
    cut into months so that the shares of households by year are those of the settings.
    """
    n_sites = len(sites)
    rng = stream(seed, "arrivals of sites")
    rural = (sites["kind"] == "rural").to_numpy()
    shift = settings.rural_earlier
    low, high = settings.move_width
    width = low + (high - low) * rng.random(n_sites)
    place = (1.0 - shift) * rng.random(n_sites) + np.where(rural, 0.0, shift)
    place = 0.5 * width + (1.0 - width) * place
    line = place[site_of] + width[site_of] * (stream(seed, "arrivals of hamlets").random(site_of.size) - 0.5)
    order = np.argsort(line, kind="stable")
    middle = np.cumsum(sizes[order]) - 0.5 * sizes[order]
    shares = np.array(settings.move_shares)
    ends = np.cumsum(shares) / np.cumsum(shares)[-1]
    starts = np.concatenate(([0.0], ends[:-1]))
    quantile = np.empty(sizes.size)
    quantile[order] = middle / float(sizes.sum())
    year = np.searchsorted(ends[:-1], quantile, side="right")
    months = np.array(settings.move_months, dtype=np.int64)
    within = (quantile - starts[year]) / (ends[year] - starts[year])
    month = months[year] + np.floor(within * (months[year + 1] - months[year])).astype(np.int64)
    first = np.full(n_sites, NEVER)
    np.minimum.at(first, site_of, month)
    latest = first[site_of] + settings.move_window - 1
    return np.asarray(np.clip(month, None, np.minimum(latest, REPORT_MONTH)), dtype=np.int64)


def _origins(
    settings: HouseholdSettings, sites: pd.DataFrame, hamlets: Hamlets, seed: int
) -> tuple[Float, Float, Bool]:
    """Return km, hours and whether the old school teaches, by hamlet (W06, W07, W09; school assumed)."""
    n = hamlets.site.size
    factor = sites["kind"].map(settings.origin_km_by_kind).to_numpy(dtype=np.float64)[hamlets.site]
    km = factor * lognormals(stream(seed, "origin km"), n, settings.origin_km_sigma, settings.origin_km)
    km = np.floor(np.clip(km, *settings.origin_km_range) * 10.0 + 0.5) / 10.0
    roads = lognormals(stream(seed, "origin hours"), n, settings.origin_hours_sigma)
    hours = (settings.origin_hours_fixed + settings.origin_hours_per_km * km) * roads
    school = stream(seed, "origin school").random(n) < settings.origin_school_open
    hours = np.floor(hours * 100.0 + 0.5) / 100.0
    return km, hours, school


def old_house_months(settings: HouseholdSettings, households: pd.DataFrame, standing_by: str, seed: int) -> Int:
    """Return the month in which each old house is demolished, NEVER while it stands.

    standing_by: the reading old_house_standing. Its exact share stands in the report month, fewer where the whole
    hamlet moved; the others fell some months after the move, and none of those who moved too late for that.
    """
    n = len(households)
    move = households["move_in_month"].to_numpy(dtype=np.int64)
    first, last = settings.demolition_delay
    late = move + first > REPORT_MONTH
    odds = np.where(households["whole_village"], settings.old_house_standing_whole, 1.0)
    keys = exponential_keys(stream(seed, "old houses standing"), np.where(late, 1e9, odds))
    standing = smallest(keys, int(settings.old_house_standing[standing_by] * n + 0.5)) | late
    latest = np.minimum(last, REPORT_MONTH - move)
    delay = first + np.floor(stream(seed, "demolition").random(n) * (latest - first + 1)).astype(np.int64)
    return np.where(standing, NEVER, move + delay)
