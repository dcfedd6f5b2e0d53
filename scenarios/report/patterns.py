"""The report's qualitative findings at the report date as numbers, each with the band that it must lie in.

patterns.csv holds what is measured (a formula over the city's indicators) and the band. What a formula cannot say is
worked out here: how occupancy spreads over the sites, how much more often those whose old house stands live at both
ends, and how the land that they could farm at the origin moves the odds of doing so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from scenarios.report.quantiles import weighted_quantile

BOTH_ENDS_WEIGHT = 0.5
"""Weight of living at both ends in the occupancy of the pattern occupancy_not_high, as patterns.csv states it."""
AT_REPORT_DATE = "report_date"
"""The kind of pattern that a single run can show; the others are experiments."""
UNITS = {
    "resident_dependants": "share of residents",
    "resident_dependants_excess": "difference of shares",
    "out_migration_main_work": "share of employed",
    "both_ends_apparent": "share of households",
    "occupancy_not_high": "difference of shares",
    "whole_family_away": "share of households",
    "old_house_ties": "difference of shares",
    "land_ties": "log-odds/mu",
    "zero_employment_rare": "share of labour households",
    "fair_mismatch": "share of posts",
    "public_channel_minority": "share of employed",
}
"""Units of the patterns; one that is not named here is a share."""
SNAPSHOT_COLUMNS = ("household", "site", "state", "move_year", "house", "land_mu", "origin_km")
NEWTON_STEPS = 50
NEWTON_TOLERANCE = 1e-9

Array = npt.NDArray[np.float64]


class Band(NamedTuple):
    """Where a measure must lie: above `low` or below `high` alone, or from `low` to `high`; NaN for no bound."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Return whether `value` lies in the band."""
        if math.isnan(self.high):
            return value > self.low
        return value < self.high if math.isnan(self.low) else self.low <= value <= self.high

    def text(self) -> str:
        """Return the band as it is printed."""
        if math.isnan(self.high):
            return f"> {self.low:g}"
        return f"< {self.high:g}" if math.isnan(self.low) else f"{self.low:g}–{self.high:g}"


class Tie(NamedTuple):
    """A slope and its standard error."""

    slope: float
    error: float


def formula_inputs(
    now: Mapping[str, float],
    sites: pd.DataFrame,
    snapshot: pd.DataFrame,
    tie: Tie,
    fair_matches: float,
    fair_posts: float,
) -> dict[str, float]:
    """Return everything that a pattern's formula may name.

    now: the city's indicators in the report month; sites: those of the sites; tie: `land_tie`; fair_matches and
    fair_posts: of the whole of 2019.
    """
    mean, lower_quartile = occupancy_over_sites(sites)
    return {
        **now,
        "occupancy_mean": mean,
        "occupancy_lower_quartile": lower_quartile,
        "both_ends_gap_by_old_house": old_house_tie(snapshot),
        "both_ends_land_slope": tie.slope,
        "fair_matches": fair_matches,
        "fair_posts": fair_posts,
    }


def occupancy_over_sites(sites: pd.DataFrame) -> tuple[float, float]:
    """Return the mean and the lower quartile of the sites' occupancy, both weighted by households.

    occupancy = (households_settled + 0.5 * households_both_ends) / households
    """
    sites = sites[sites["households"] > 0]
    weights = sites["households"]
    present = sites["households_settled"] + BOTH_ENDS_WEIGHT * sites["households_both_ends"]
    return float(present.sum() / weights.sum()), weighted_quantile(present / weights, weights, 0.25)


def arrived(snapshot: pd.DataFrame) -> pd.DataFrame:
    """Return the households of a snapshot that have moved; raises ValueError for a missing column."""
    missing = [name for name in SNAPSHOT_COLUMNS if name not in snapshot]
    if missing:
        raise ValueError(f"the table of households lacks {', '.join(missing)}")
    return snapshot[snapshot["state"].astype(str) != "not_moved"]


def old_house_tie(snapshot: pd.DataFrame) -> float:
    """Return the share at both ends where the old house stands less that where it is demolished, within move year.

    The differences of the years are weighted by n1 * n0 / (n1 + n0), n1 standing and n0 demolished (Mantel-Haenszel);
    NaN if no year has both.
    """
    table = arrived(snapshot)
    both_ends = (table["state"].astype(str) == "both_ends").astype("float64")
    total = weight = 0.0
    for _, rows in both_ends.groupby(table["move_year"]):
        house = table.loc[rows.index, "house"].astype(bool)
        standing, demolished = rows[house], rows[~house]
        if len(standing) and len(demolished):
            share = len(standing) * len(demolished) / len(rows)
            total += share * float(standing.mean() - demolished.mean())
            weight += share
    return total / weight if weight else math.nan


def land_tie(snapshot: pd.DataFrame) -> Tie:
    """Return the coefficient of origin land in a logit for both_ends, with move year, house and distance.

    The land is `land_mu`, what a household could farm: land that it does farm follows from living there and would prove
    the tie by construction. NaN where the households do not identify it.
    """
    table = arrived(snapshot)
    both_ends = (table["state"].astype(str) == "both_ends").astype("float64").to_numpy()
    columns = [np.ones(len(table)), *(table[name].to_numpy("float64") for name in ("land_mu", "house", "origin_km"))]
    years = sorted(table["move_year"].unique())
    columns += [(table["move_year"] == year).to_numpy("float64") for year in years[1:]]
    kept = [0, 1] + [i for i, column in enumerate(columns) if i > 1 and np.ptp(column) > 0]
    try:
        slopes, errors = logit(both_ends, np.column_stack([columns[i] for i in kept]))
    except (ValueError, np.linalg.LinAlgError):
        return Tie(math.nan, math.nan)
    return Tie(float(slopes[1]), float(errors[1]))


def logit(chosen: npt.NDArray[np.floating[Any]], columns: Array) -> tuple[Array, Array]:
    """Return slopes and standard errors of P(chosen) = 1 / (1 + exp(-columns @ slopes)), by Newton's method.

    chosen: 0 or 1, shape (n,); columns: shape (n, k), the constant among them. Raises ValueError if it does not
    converge, as where a column foretells the choice perfectly, and LinAlgError where columns repeat each other.
    """
    scale = np.abs(columns).max(axis=0)
    scaled = columns / np.where(scale > 0, scale, 1.0)
    slopes = np.zeros(columns.shape[1])
    for _ in range(NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(scaled @ slopes, -700, 700)))
        information = (scaled * (chance * (1 - chance))[:, None]).T @ scaled
        step = np.linalg.solve(information, scaled.T @ (chosen - chance))
        slopes += step
        if np.abs(step).max() < NEWTON_TOLERANCE:
            with np.errstate(invalid="ignore"):  # of a few households: the error is then not known
                errors = np.sqrt(np.diag(np.linalg.inv(information)))
            return slopes / scale, errors / scale
    raise ValueError("the logit does not converge: a column may foretell the choice perfectly")
