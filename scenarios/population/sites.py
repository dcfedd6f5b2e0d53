"""Settlement sites: unit, size and kind, and which of them got the facilities that the report counts.

Counts of sites and facilities are the report's. Where it does not say at which sites they are, the larger and the
showcase sites come first, with noise ('assumed': the report says that money went to showcase sites).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from scenarios.population.random_streams import (
    Bool,
    Float,
    Int,
    apportion,
    largest,
    lognormals,
    ordered_sum,
    stream,
)
from scenarios.population.settings import SiteSettings
from simulation.state.site_size import LARGE_SITE_HOUSEHOLDS, is_large

Names = npt.NDArray[np.object_]


def draw_sites(figures: Mapping[str, float], settings: SiteSettings, seed: int) -> tuple[pd.DataFrame, Int]:
    """Return the table of sites without `special_teachers`, and the households of each, shape (n_sites,).

    Sites are ordered by unit, Shuicheng first, then by falling size.
    """
    unit, size = _units_and_sizes(figures, settings, seed)
    over = is_large(size)
    kind, showcase, facilities = _kinds(unit, size, over, figures, settings, seed)
    n = size.size
    noise = lognormals(stream(seed, "site ranking"), n, settings.ranking_noise)
    rank = size * noise * np.where(showcase, settings.showcase_first, 1.0)
    market = largest(np.where(over, rank, 0.0), int(figures["market_sites"]))
    based = largest(rank, int(figures["startup_base_sites"]))
    posts = largest(np.where(over, 10.0, 1.0) * rank, int(figures["police_posts_open"]))
    building = largest(np.where(posts, 0.0, size * noise), int(figures["police_posts_building"]))
    approved = largest(size.astype(np.float64), int(figures["resident_committees_approved"]))
    elected = largest(np.where(approved, rank, 0.0), int(figures["resident_committees_elected"]))
    windows = largest(np.where(over, 1e6, 1.0) * rank, int(figures["employment_service_windows"]))
    clinics = largest(np.where(facilities == "shared", 0.5, 100.0) * rank, int(figures["clinics_existing"]))
    draws = lognormals(stream(seed, "site industry"), n, settings.industry_sigma)
    columns = {
        "site": np.arange(n),
        "unit": unit,
        "street_office": _street_offices(unit, size, settings),
        "kind": kind,
        "facilities": facilities,
        "showcase": showcase,
        "market_area_m2": _parts(rank, market, figures["market_area_m2"], 500),
        "market_stalls": _parts(rank, market, figures["market_stalls"], 10),
        "market_shops": _parts(rank, market, figures["market_shops"], 10),
        "startup_bases": _parts(rank, based, figures["startup_bases"], 1, 6),
        "clinics_existing": clinics.astype(np.int64),
        "clinics_new": largest(rank, int(figures["clinics_new"])).astype(np.int64),
        "police_posts_open": posts.astype(np.int64),
        "police_posts_building": building.astype(np.int64),
        "police_officers": _parts(size.astype(np.float64), posts, figures["police_officers"], 1, 8),
        "residents_committee": np.where(elected, "elected", np.where(approved, "approved", "none")).astype(object),
        "employment_windows": windows.astype(np.int64),
        "bus": (kind == "county_town")
        | ((kind == "central_town") & (stream(seed, "site bus").random(n) < settings.bus_share_central)),
        "distance_town_km": _distances(kind, settings, seed),
        "industry": draws * n / ordered_sum(draws),
    }
    return pd.DataFrame(columns), size


def _parts(weights: Float, where: Bool, total: float, low: int, high: int | None = None) -> Int:
    """Return a total spread over the sites `where`, at least `low` at each."""
    ceiling = int(total) if high is None else high
    return apportion(
        np.where(where, np.sqrt(weights), 0.0), int(total), where * low, where * ceiling, "facilities of sites"
    )


def _units_and_sizes(figures: Mapping[str, float], settings: SiteSettings, seed: int) -> tuple[Names, Int]:
    """Draw the sizes: lognormal, truncated, none of 200 itself, exact by Shuicheng and the rest (L01, L02, Z23)."""
    n_sites, n_over = int(figures["sites"]), int(figures["sites_over_200"])
    parts = []
    for where, sites, over, households in (
        ("Shuicheng", settings.shuicheng_sites, settings.shuicheng_sites_over_200, settings.shuicheng_households),
        (
            "rest",
            n_sites - settings.shuicheng_sites,
            n_over - settings.shuicheng_sites_over_200,
            int(figures["households"]) - settings.shuicheng_households,
        ),
    ):
        under_total = int((sites - over) * settings.mean_size_under_200)
        small = lognormals(stream(seed, f"small sites {where}"), sites - over, settings.size_sigma_under_200)
        large = lognormals(stream(seed, f"large sites {where}"), over, settings.size_sigma_over_200)
        sizes = np.concatenate(
            (
                _sizes(
                    large,
                    households - under_total,
                    LARGE_SITE_HOUSEHOLDS + 1,
                    settings.largest,
                    f"households at large sites, {where}",
                ),
                _sizes(
                    small,
                    under_total,
                    settings.smallest,
                    LARGE_SITE_HOUSEHOLDS - 1,
                    f"households at small sites, {where}",
                ),
            )
        )
        parts.append(np.sort(sizes)[::-1])
    labels = _other_units(parts[1].size, settings, seed)
    order = np.argsort(np.unique(labels.astype(str), return_inverse=True)[1], kind="stable")
    unit = np.concatenate((np.full(parts[0].size, settings.shuicheng_unit, dtype=object), labels[order]))
    return unit, np.concatenate((parts[0], parts[1][order]))


def _sizes(draws: Float, total: int, low: int, high: int, name: str) -> Int:
    """Return sizes that exceed `low` in proportion to the draws, at most `high`, and add up to `total`."""
    return low + apportion(draws, total - low * draws.size, 0, high - low, name)


def _other_units(n: int, settings: SiteSettings, seed: int) -> Names:
    """Return the unit of each site outside Shuicheng, given in falling size (split assumed)."""
    names = list(settings.other_units)
    counts = apportion(np.array(list(settings.other_units.values())), n, 1, None, "sites by unit")
    labels = np.repeat(np.array(names, dtype=object), counts)[stream(seed, "site units").permutation(n)]
    first = int(np.flatnonzero(labels == settings.high_tech_unit)[0])
    rank = settings.high_tech_rank - 1
    labels[first], labels[rank] = labels[rank], labels[first]
    return np.asarray(labels, dtype=object)


def _kinds(
    unit: Names, size: Int, over: Bool, figures: Mapping[str, float], settings: SiteSettings, seed: int
) -> tuple[Names, Bool, Names]:
    """Return kind, showcase and facilities of each site."""
    n = size.size
    noisy = size * lognormals(stream(seed, "showcase sites"), n, settings.ranking_noise)
    showcase = largest(np.where(over, noisy, 0.0), settings.showcase_over_200) | largest(
        np.where(over, 0.0, noisy), settings.showcase_under_200
    )
    first = size * lognormals(stream(seed, "facilities"), n, settings.ranking_noise) * np.where(showcase, 1e3, 1.0)
    full = largest(np.where(over, first, -1.0), int(figures["sites_over_200_with_facilities"]))
    has_own = largest(np.where(over, -1.0, first), int(figures["sites_under_200_with_facilities"]))
    facilities = np.where(full, "full", np.where(over, "none", np.where(has_own, "own", "shared"))).astype(object)
    in_high_tech = np.where(unit == settings.high_tech_unit, size, 0)
    town = largest(size, settings.county_towns) | largest(in_high_tech, 1)
    rural_share = np.where(
        over, settings.rural_share_over_200, np.where(has_own, settings.rural_share_own, settings.rural_share_shared)
    )
    rural = stream(seed, "site kinds").random(n) < rural_share
    kind = np.where(town, "county_town", np.where(rural, "rural", "central_town")).astype(object)
    return kind, showcase, facilities


def _street_offices(unit: Names, size: Int, settings: SiteSettings) -> Names:
    """Return the new street office of each site: the largest of Shuicheng, in turn (assumed)."""
    names = settings.street_offices
    offices = np.full(size.size, "", dtype=object)
    rows = np.argsort(-np.where(unit == settings.shuicheng_unit, size, 0), kind="stable")
    for place, row in enumerate(rows[: len(names) * settings.sites_per_street_office]):
        offices[row] = names[place % len(names)]
    return offices


def _distances(kind: Names, settings: SiteSettings, seed: int) -> Float:
    """Return km to the nearest town with jobs, to 0.1 km; 0 in a county town."""
    median = np.where(kind == "rural", settings.distance_rural_km, settings.distance_central_km)
    km = median * lognormals(stream(seed, "site distances"), kind.size, settings.distance_sigma)
    return np.where(kind == "county_town", 0.0, np.floor(km * 10.0 + 0.5) / 10.0)


def with_teachers(sites: pd.DataFrame, pupils: Int, figures: Mapping[str, float]) -> pd.DataFrame:
    """Return the sites with the special-post teachers of the report, spread by primary and middle-school pupils."""
    out = sites.copy()
    teachers = apportion(pupils, int(figures["special_teachers"]), 0, None, "special teachers")
    out["special_teachers"] = teachers
    return out


def site_shares(
    size: Int, share: float, sigma: float, excluded: Bool, total: int, low: int, rng: np.random.Generator
) -> Int:
    """Return households moved with their whole hamlet at each site of one unit group, adding up to `total`.

    Log odds vary between sites with `sigma`; `excluded` sites have none, others at least `low`.
    """
    draws = lognormals(rng, size.size, sigma)
    odds = draws * share / (1.0 - share)
    weights = np.where(excluded, 0.0, size * odds / (1.0 + odds))
    floor = np.where(excluded, 0, np.minimum(low, size))
    return apportion(weights, total, floor, np.where(excluded, 0, size), "whole-moved households by site")
