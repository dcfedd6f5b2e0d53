"""The report's qualitative findings measured in a run, at the report date.

A pattern's formula is over the city's indicators. What a formula cannot say is worked out here: how occupancy spreads
over the sites, how much more often those whose old house stands live at both ends, and how the land that they could
farm at the origin moves the odds of doing so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.report.formulas import formula_value
from scenarios.report.patterns import Pattern, at_report_date
from scenarios.report.quantiles import weighted_quantile

BOTH_ENDS_WEIGHT = 0.5
"""Weight of living at both ends in the occupancy of the pattern occupancy_not_high, as patterns.csv states it."""
SNAPSHOT_COLUMNS = ("household", "site", "state", "move_year", "house", "land_mu", "origin_km")
NEWTON_STEPS = 50
NEWTON_TOLERANCE = 1e-9

Array = npt.NDArray[np.float64]


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


def pattern_values(
    now: Mapping[str, float],
    sites: pd.DataFrame,
    snapshot: pd.DataFrame,
    fair_matches: float,
    fair_posts: float,
    patterns: Mapping[str, Pattern],
) -> dict[str, Tie]:
    """Return each pattern's measure at the report date, by id in the order of patterns.csv, with its standard error.

    The error is NaN where the measure is counted. Arguments: those of `formula_inputs`, and the patterns by id.
    Raises UserError, naming the pattern, for a formula that cannot be worked out.
    """
    tie = land_tie(snapshot)
    values = formula_inputs(now, sites, snapshot, tie, fair_matches, fair_posts)
    found = {}
    for pattern in at_report_date(patterns):
        name = pattern.id
        try:
            value = formula_value(pattern.indicator, values)
        except ValueError as error:
            problem = Text(f"the pattern '{name}' cannot be measured", f"无法计算特征 '{name}'")
            hint = Text("mend its indicator in patterns.csv", "请改 patterns.csv 中的 indicator")
            raise UserError(problem, key=name, found=error, hint=hint) from None
        found[name] = Tie(value, tie.error if name == "land_ties" else math.nan)
    return found


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
    return snapshot[snapshot["state"] != "not_moved"]


def old_house_tie(snapshot: pd.DataFrame) -> float:
    """Return the share at both ends where the old house stands less that where it is demolished, within move year.

    The differences of the years are weighted by n1 * n0 / (n1 + n0), n1 standing and n0 demolished (Mantel-Haenszel);
    NaN if no year has both.
    """
    table = arrived(snapshot)
    both_ends = (table["state"] == "both_ends").to_numpy().astype("float64")
    house, years = table["house"].to_numpy(bool), table["move_year"].to_numpy()
    total = weight = 0.0
    for year in np.unique(years):
        standing, demolished = both_ends[(years == year) & house], both_ends[(years == year) & ~house]
        if standing.size and demolished.size:
            share = standing.size * demolished.size / (standing.size + demolished.size)
            total += share * float(standing.mean() - demolished.mean())
            weight += share
    return total / weight if weight else math.nan


def land_tie(snapshot: pd.DataFrame) -> Tie:
    """Return the coefficient of origin land in a logit for both_ends, with move year, house and distance.

    The land is `land_mu`, what a household could farm: land that it does farm follows from living there and would prove
    the tie by construction. NaN where the households do not identify it.
    """
    table = arrived(snapshot)
    both_ends = (table["state"] == "both_ends").to_numpy().astype("float64")
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
