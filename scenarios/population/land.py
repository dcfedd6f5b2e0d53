"""Land of households, the share reform and its dividends.

The report's land figures cover those who moved in 2016 and 2017: their sums are exact, in hundredths of a mu. Later
movers have the same distributions per household, which nothing checks (assumed).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from scenarios.population.random_streams import (
    Bool,
    Float,
    Int,
    apportion,
    largest,
    lognormals,
    stream,
    taken,
)
from scenarios.population.settings import LandSettings
from simulation.foundations.months import MONTHS_PER_YEAR

HUNDREDTHS = 100
COVERED_UNTIL = 2 * MONTHS_PER_YEAR
"""First month of 2018: the report's land figures cover households that moved before."""


def draw_land(
    figures: Mapping[str, float], settings: LandSettings, households: pd.DataFrame, size: Int, seed: int
) -> pd.DataFrame:
    """Return the land columns, from contracted land to forest subsidy, one row per household.

    `size` is persons per household. Land returned to forest first; of the rest, whole holdings are rented out, hamlet
    by hamlet, until the sum is reached; so most households rent out nearly all or nothing.
    """
    n = len(households)
    covered = households["move_in_month"].to_numpy() < COVERED_UNTIL
    hamlet = households["hamlet"].to_numpy()
    by_size = settings.land_by_size
    per_mean_size = size * (n / float(size.sum()))
    weights = lognormals(stream(seed, "land"), n, settings.land_sigma) * (1.0 - by_size + by_size * per_mean_size)
    weights = np.where(stream(seed, "without land").random(n) < settings.without_land, 0.0, weights)
    forest_weights = lognormals(stream(seed, "forest"), n, settings.forest_sigma)
    forest_weights = np.where(stream(seed, "with forest").random(n) < settings.with_forest, forest_weights, 0.0)
    return_share = _uniform(settings.return_share, n, seed, "land returned")
    rent_share = _uniform(settings.rent_share, n, seed, "land rented out")
    forest_rent_share = _uniform(settings.rent_share, n, seed, "forest rented out")
    return_key = stream(seed, "who returns land").random(n)
    by_hamlet = settings.rent_hamlet_weight
    hamlet_uniform = stream(seed, "hamlets that rent out").random(int(hamlet.max()) + 1)[hamlet]
    rent_key = by_hamlet * hamlet_uniform + (1.0 - by_hamlet) * stream(seed, "who rents out").random(n)
    forest_key = by_hamlet * hamlet_uniform + (1.0 - by_hamlet) * stream(seed, "who rents forest out").random(n)

    land, rented, returned, forest, forest_rented, subsidy = (np.zeros(n, dtype=np.int64) for _ in range(6))
    ids = ("contracted_land_mu", "land_rented_out_mu", "land_to_forest_mu", "forest_land_mu", "forest_rented_out_mu")
    printed = [_hundredths(figures[name]) for name in ids]
    n_covered = int(covered.sum())
    for rows in (np.flatnonzero(covered), np.flatnonzero(~covered)):
        totals = printed
        if rows.size and not covered[rows[0]]:
            totals = [total * rows.size // n_covered for total in printed]
        highest = int(settings.land_largest_mu * HUNDREDTHS)
        land[rows] = apportion(weights[rows], totals[0], 0, np.where(weights[rows] > 0, highest, 0), ids[0])
        give = _share(land[rows], return_share[rows])
        returned[rows] = taken(give, totals[2], return_key[rows], ids[2])
        give = _share(land[rows] - returned[rows], rent_share[rows])
        rented[rows] = taken(give, totals[1], rent_key[rows], ids[1])
        highest = int(settings.forest_largest_mu * HUNDREDTHS)
        owns = np.where(forest_weights[rows] > 0, highest, 0)
        forest[rows] = apportion(forest_weights[rows], totals[3], 0, owns, ids[3])
        give = _share(forest[rows], forest_rent_share[rows])
        forest_rented[rows] = taken(give, totals[4], forest_key[rows], ids[4])
    subsidy = _subsidies(int(figures["forest_subsidy_yuan"]), settings.return_subsidy, covered, returned, forest)
    return pd.DataFrame(
        {
            "contracted_land_mu": land / HUNDREDTHS,
            "land_rented_out_mu": rented / HUNDREDTHS,
            "land_to_forest_mu": returned / HUNDREDTHS,
            "forest_land_mu": forest / HUNDREDTHS,
            "forest_rented_out_mu": forest_rented / HUNDREDTHS,
            "forest_subsidy_yuan": subsidy.astype(np.float64),
        }
    )


def _subsidies(total: int, per_mu: float, covered: Bool, returned: Int, forest: Int) -> Int:
    """Return yuan a year: `per_mu` for land returned to forest (C12), the rest of the total by forest land."""
    for_returned = per_mu * returned / HUNDREDTHS
    remaining = total - per_mu * int(returned[covered].sum()) / HUNDREDTHS
    rate = remaining / int(forest[covered].sum())
    due = for_returned + rate * forest
    subsidy = np.floor(due + 0.5).astype(np.int64)
    subsidy[covered] = apportion(due[covered], total, 0, None, "forest subsidies")
    return subsidy


def _hundredths(mu: float) -> int:
    return int(np.floor(mu * HUNDREDTHS + 0.5))


def _share(amounts: Int, share: Float) -> Int:
    return np.floor(amounts * share).astype(np.int64)


def _uniform(bounds: tuple[float, float], n: int, seed: int, question: str) -> Float:
    low, high = bounds
    return low + (high - low) * stream(seed, question).random(n)


def draw_shares(
    figures: Mapping[str, float], settings: LandSettings, households: pd.DataFrame, land: pd.DataFrame, seed: int
) -> tuple[Bool, Int]:
    """Return who takes part in the 'three changes' reform, and each one's dividend in whole yuan a year.

    The number of households and the mean dividend are the report's; hamlets with land join together (assumed).
    """
    n = len(households)
    hamlet = households["hamlet"].to_numpy()
    hamlet_uniform = stream(seed, "hamlets in the reform").random(int(hamlet.max()) + 1)[hamlet]
    weight = settings.three_changes_hamlet_weight
    score = weight * hamlet_uniform + (1.0 - weight) * stream(seed, "households in the reform").random(n)
    owns = land["contracted_land_mu"].to_numpy() > 0
    n_share = int(figures["three_changes_households"])
    shares = largest(score + np.where(owns, 1.0, 0.0), n_share)
    total = int(figures["three_changes_dividend"] * n_share + 0.5)
    weights = lognormals(stream(seed, "dividends"), n, settings.dividend_sigma)
    low, high = settings.dividend_range
    dividend = apportion(np.where(shares, weights, 0.0), total, shares * low, shares * high, "dividends")
    return shares, dividend
