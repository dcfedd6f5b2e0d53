"""The tables of a calibration: how the posterior fits, what it says of each parameter, each pattern, and its draws.

Every interval is the 5th to the 95th percentile of weighted real runs; `foretold` alone is an emulator's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from calibration.findings.lessons import NOTICEABLE, Lessons, contraction_of
from calibration.fitting.fit import Fit, draw_rows
from calibration.fitting.prior import Prior
from scenarios.report.figures import Figure
from scenarios.report.patterns import UNITS
from scenarios.runs.parameter_sets import PARAMETER, PATTERN, TARGET
from scenarios.runs.targets import target_tolerance
from scenarios.settings.parameter_values import rounded
from simulation.state.entities import Float

LEVELS = (0.05, 0.5, 0.95)
NOTHING = 0.95
"""A pattern that so many prior draws meet has taught nothing."""
FIT = ("id", "target", "unit", "observed", "tolerance", "median", "low", "high", "inside", "own_knob",
       "foretold_median", "foretold_low", "foretold_high", "prior_median", "prior_low", "prior_high",
       "fresh_median", "fresh_low", "fresh_high")  # fmt: skip
PARAMETERS = ("parameter", "unit", "prior_low", "prior_high", "median", "low", "high", "contraction", "informed_by",
              "shape", "screening", "effect", "quantile_median", "quantile_low", "quantile_high")  # fmt: skip
PATTERNS = ("id", "share_of_prior_draws", "share_of_draws_meeting_it", "taught", "unit", "bound_low", "bound_high",
            "median", "low", "high", "prior_median", "prior_low", "prior_high")  # fmt: skip
ALSO_COLUMNS = ("id", "unit", "prior_median", "prior_low", "prior_high", "median", "low", "high")


def weighted_quantiles(values: Float, weights: Float, levels: tuple[float, ...] = LEVELS) -> Float:
    """Return quantiles of weighted values: the smallest at which the weights up to it reach the level."""
    finite = np.isfinite(values)
    order = np.argsort(values[finite], kind="stable")
    reached = np.cumsum(weights[finite][order]) / weights[finite].sum()
    places = np.minimum(np.searchsorted(reached, np.array(levels) - 1e-12), order.size - 1)
    return np.asarray(values[finite][order][places])


def fit_table(fit: Fit, lessons: Lessons, figures: Mapping[str, Figure]) -> pd.DataFrame:
    """Return the targets. inside: the printed number lies within the interval of the posterior's runs.

    own_knob: the parameter that hits the target whatever else is true, empty if there is none. foretold_*: what all
    other targets and patterns say of the number, without the number itself. fresh_*: the draws that briefs stand on,
    run with other seeds: what other cities of the same parameters would have had.
    """
    rows = []
    for j, name in enumerate(fit.observed.names):
        if not name.startswith(TARGET):
            continue
        figure = figures[name.removeprefix(TARGET)]
        low, median, high = (float(v) for v in weighted_quantiles(fit.weighted.raw[:, j], fit.weights))
        printed = float(fit.observed.natural(j, fit.observed.value[j : j + 1])[0])
        others = lessons.foretold.get(figure.id, (np.nan, np.nan, np.nan))
        inside = "yes" if low <= printed <= high else "no"
        if not fit.observed.used[j]:
            inside = "left out"
        rows.append(
            (figure.id, figure.name.en, figure.unit, printed, target_tolerance(figure), median, low, high, inside,
             lessons.own_knobs.get(figure.id, ""), others[1], others[0], others[2], *_before(fit, j),
             *_middle_first(fit.fresh.raw[:, j], np.ones(len(fit.fresh.raw))))
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(FIT))


def parameter_table(fit: Fit, lessons: Lessons, prior: Prior) -> pd.DataFrame:
    """Return every parameter with a prior, the most contracted first.

    contraction: 1 - sd(posterior) / sd(prior) on the prior's own scale; about 0 where the report teaches nothing.
    screening: free, minor or inert, by `effect`, the strongest on any target or pattern in errors of the report.
    quantile_*: the posterior as quantiles of the prior, 0 to 1; median, low and high: the values there. Shares of one
    whole (prior.WHOLES) are as they stand before they are divided by their sum, as their range is.
    """
    contraction, strongest = contraction_of(fit), fit.screening.strongest
    rows = []
    for i, parameter in enumerate(prior.ranged):
        quantiles = _middle_first(fit.weighted.points[:, i], fit.weights)
        median, low, high = (rounded(float(parameter.at(np.array(u)))) for u in quantiles)
        kind = "free" if i in fit.screening.free else "minor" if i in fit.screening.minor else "inert"
        informed = ";".join(lessons.informed_by.get(parameter.key, ()))
        rows.append(
            (parameter.key, parameter.unit, parameter.low, parameter.high, median, low, high, float(contraction[i]),
             informed, parameter.shape, kind, float(strongest[i]), *quantiles)
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=list(PARAMETERS))
    return table.sort_values("contraction", ascending=False, kind="stable").reset_index(drop=True)


def pattern_table(fit: Fit, lessons: Lessons, experiments: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the patterns: which share of prior draws meets each, which share of the posterior's.

    Shares are of plain bounds, without their uncertainty. taught: see below.
    experiments: rows of the same columns for patterns that are model experiments.
    """
    prior_meets, meets = fit.observed.meets(fit.prior.outputs), fit.observed.meets(fit.weighted.outputs)
    rows = []
    for j, name in enumerate(fit.observed.names):
        if not name.startswith(PATTERN):
            continue
        share = float(prior_meets[:, j].mean())
        low, median, high = (float(v) for v in weighted_quantiles(fit.weighted.raw[:, j], fit.weights))
        bounds = [float(fit.observed.natural(j, end[j : j + 1])[0]) for end in (fit.observed.low, fit.observed.high)]
        ends = [v if np.isfinite(end[j]) else np.nan for v, end in zip(bounds, (fit.observed.low, fit.observed.high),
                                                                     strict=True)]  # fmt: skip
        pattern_id = name.removeprefix(PATTERN)
        rows.append(
            (pattern_id, share, float((fit.weights * meets[:, j]).sum()), taught(share, lessons.growth[:, j]),
             UNITS.get(pattern_id, "share"), *ends, median, low, high, *_before(fit, j))
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=list(PATTERNS))
    return table if experiments is None else pd.concat([table, experiments[list(PATTERNS)]], ignore_index=True)


def _before(fit: Fit, j: int) -> tuple[float, float, float]:
    return _middle_first(fit.prior.raw[:, j], np.ones(len(fit.prior.raw)))


def _middle_first(values: Float, weights: Float) -> tuple[float, float, float]:
    """Return median, low and high, in the order of the tables."""
    low, median, high = (float(v) for v in weighted_quantiles(values, weights))
    return median, low, high


def taught(share_of_prior_draws: float, growth: Float | None = None) -> str:
    """Return what a pattern taught: 'nothing', 'little', 'something', or 'not_fitted'.

    Nothing if so many prior draws meet it that it could not tell them apart; something if a parameter's spread grows
    noticeably without it (`Lessons.growth` of the pattern). An experiment is no part of the fit.
    """
    if share_of_prior_draws >= NOTHING:
        return "nothing"
    if growth is None or np.isnan(growth).all():
        return "not_fitted"
    return "something" if np.nanmax(growth) >= NOTICEABLE else "little"


def also_table(fit: Fit, names: Sequence[str]) -> pd.DataFrame:
    """Return what the report does not print, under the prior and under the posterior: the return rate above all."""
    equal, beyond = np.ones(len(fit.prior.raw)), len(fit.observed.names)
    rows = []
    for j, name in enumerate(names, start=beyond):
        before = weighted_quantiles(fit.prior.raw[:, j], equal)
        after = weighted_quantiles(fit.weighted.raw[:, j], fit.weights)
        unit = "moves/household/year" if name.endswith("returns_2019") else "share of households"
        rows.append((name.partition(":")[2], unit, *(float(x) for v in (before, after) for x in (v[1], v[0], v[2]))))
    return pd.DataFrame(rows, columns=list(ALSO_COLUMNS))


def posterior_table(fit: Fit, prior: Prior, names: Sequence[str]) -> pd.DataFrame:
    """Return all weighted runs: draw, seed, weight, every parameter, and what the run gave; `names`: all outputs."""
    values, outputs = prior.values(fit.weighted.points), fit.weighted.raw
    columns: dict[str, Any] = {
        "draw": np.arange(len(values)), "seed": np.array(fit.seeds), "weight": fit.weights,
        **{f"{PARAMETER}{key}": [rounded(float(v)) for v in values[:, i]] for i, key in enumerate(prior.keys)},
        **{name: [rounded(float(v)) for v in outputs[:, j]] for j, name in enumerate(names)},
    }  # fmt: skip
    return pd.DataFrame(columns)


def equal_draws(table: pd.DataFrame, n: int, seed: int) -> tuple[pd.DataFrame, float]:
    """Return `n` rows or fewer of `posterior_table`, each taken with a chance in proportion to its weight.

    They stand in an order of chance, so that the first few are draws like any others. The second number is the share
    of all weight that was cut, because no row may count for more than one.
    """
    rows, cut = draw_rows(table["weight"].to_numpy(), n, seed)
    kept = table.iloc[np.random.default_rng([seed, n, 1]).permutation(rows)]
    return kept.drop(columns=["weight", *(name for name in table.columns if name.startswith("also:"))]), cut
