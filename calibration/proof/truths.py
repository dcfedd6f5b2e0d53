"""Known truths: cities whose parameters we know, the report each would have given, and what the method finds.

A synthetic report is made as the real one is read: targets with the written observation error, statements about
thresholds drawn from their own uncertainty, which need not be true of such a city.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from calibration.findings.lessons import weighted_covariance
from calibration.findings.summary import weighted_quantiles
from calibration.fitting.emulator import Emulator
from calibration.fitting.fit import Fit, check_weights
from calibration.fitting.last_stage import Proposal, importance_weighted
from calibration.fitting.likelihood import Observations
from calibration.fitting.prior import Prior, space_filling
from calibration.fitting.runs import Done, RunStore
from calibration.fitting.sampler import (
    choose,
    effective,
    free_posterior,
    thinned,
    with_others,
)
from calibration.fitting.waves import (
    NEAR_TRUTHS,
    TRUTHS,
    WEIGHTING_TRUTHS,
    run_seeds,
)
from scenarios.base.parallel import in_processes
from scenarios.base.text import Text
from simulation.state.entities import Float

LEVELS = (0.5, 0.8, 0.9, 0.95)
COVERAGE = ("parameter", "level", "coverage", "n_truths", "truths", "worth", "low", "high")
AGREEMENT = ("parameter", "median", "median_other", "low", "low_other", "high", "high_other", "difference", "chance")
PRIOR_TRUTHS, NEAR_REPORT, CHECKED, UNCHECKED = "prior", "near", "checked", "unchecked"
"""Where truths are drawn, in the words of coverage.csv: over the whole prior, or from the report's own posterior; some
of these followed to the last stage, and the same ones before it."""
DRAWS_PER_TRUTH = 480
"""Draws of each truth that is followed to the last stage; some of them are moved (last_stage.kept_of)."""
RESAMPLES, RESAMPLED_BETWEEN = 2000, (0.025, 0.975)
"""Of the bootstrap over truths that says how well a coverage is known."""
RANKS, BOOTSTRAP = 3, 4
"""Parts of the proof that draw random numbers of their own."""
TAIL = 0.05
"""Of the three quantiles that two inferences are compared at, the one that is known worst."""
CHAIN = 3000
EVERYTHING = "all"


class Truth(NamedTuple):
    """A known city: where it was drawn, its free parameters (n_free,) on the unit cube, the report it gives."""

    where: str
    free: Float
    observed: Observations


def prior_truths(store: RunStore, fit: Fit, n: int, seed: int, done: Done | None = None) -> list[Truth]:
    """Return `n` truths over the whole prior, at points that no emulator has seen, run at full size."""
    points = space_filling(n, len(store.prior.keys), (seed, TRUTHS))
    return _truths(store, fit, points, TRUTHS, PRIOR_TRUTHS, seed, done)


def near_truths(store: RunStore, fit: Fit, n: int, seed: int, done: Done | None = None) -> list[Truth]:
    """Return `n` truths drawn from the posterior, run with seeds of their own."""
    rng = np.random.default_rng([seed, NEAR_TRUTHS])
    points = fit.weighted.points[choose(fit.log_weights, n, rng)]
    return _truths(store, fit, points, NEAR_TRUTHS, NEAR_REPORT, seed, done)


def _truths(
    store: RunStore, fit: Fit, points: Float, stage: int, where: str, seed: int, done: Done | None
) -> list[Truth]:
    seeds = run_seeds(stage, len(points), seed)
    outputs = fit.observed.scaled(store.outputs(points, seeds, done)[:, : len(fit.observed.names)])
    free = points[:, list(fit.screening.free)]
    return [
        Truth(where, values, synthetic(fit.observed, row, np.random.default_rng([seed, stage, i])))
        for i, (values, row) in enumerate(zip(free, outputs, strict=True))
    ]


def synthetic(observed: Observations, outputs: Float, rng: np.random.Generator) -> Observations:
    """Return what a city with these outputs, on their scales, would have reported."""
    targets = np.where(np.isnan(observed.value), np.nan, outputs + rng.standard_normal(outputs.size))
    error = np.where(np.isnan(observed.value), np.nan, 1.0)
    low = observed.low + observed.low_sd * rng.standard_normal(outputs.size)
    high = observed.high + observed.high_sd * rng.standard_normal(outputs.size)
    with np.errstate(invalid="ignore"):
        return observed._replace(value=targets, error=error, holds=(outputs > low) & (outputs < high))


class Ranks(NamedTuple):
    """Of a truth's free parameters: the rank of each among the draws, from 0 to 1, shape (n_free,).

    below: see `rank_among`; worth: how many equally weighted draws they are; infinite for a chain of thousands.
    """

    where: str
    below: Float
    worth: float = np.inf


def rank_among(below: Float, worth: float, rng: np.random.Generator) -> Float:
    """Return ranks from 0 to 1 that are uniform if draws and truth have the same distribution, shape (n,).

    below: share of the draws' weight below each truth; worth: how many equally weighted draws they are. Among n draws a
    truth has one of n + 1 places, equally likely each; where it stands within its place is drawn (Talts et al. 2018;
    Saad et al. 2019). The share alone is too often at the ends: nine tenths of the places 0/23 to 23/23 hold 20 of 24.
    For unequal weights n is `worth`, which is right for the spread of the share and not for its shape.

        Talts, S. et al. 2018. Validating Bayesian inference algorithms with simulation-based calibration. arXiv
            1804.06788.
        Saad, F. A., Freer, C. E., Ackerman, N. L. and Mansinghka, V. K. 2019. A family of exact goodness-of-fit tests
            for high-dimensional discrete distributions. AISTATS 2019.
    """
    return below if np.isinf(worth) else np.asarray((worth * below + rng.random(len(below))) / (worth + 1.0))


def recovered(
    truths: Sequence[Truth], fit: Fit, seed: int, processes: int, done: Callable[[int, int], None]
) -> list[Ranks]:
    """Return where each truth lies among the draws that the method infers from its report.

    Truths of the whole prior are inferred with the emulator that reaches over it, those near the report with the last.
    """
    items = [(i, truth) for i, truth in enumerate(truths)]
    recovery = []
    emulators = {PRIOR_TRUTHS: fit.wide, NEAR_REPORT: fit.near}
    for ranks in in_processes(_recover, items, processes, _start, (emulators, seed)):
        recovery.append(ranks)
        done(len(recovery), len(items))
    return recovery


class _Recovery:
    emulators: dict[str, Emulator]
    seed: int


def _start(emulators: dict[str, Emulator], seed: int) -> None:
    _Recovery.emulators, _Recovery.seed = emulators, seed


def _recover(item: tuple[int, Truth]) -> Ranks:
    number, truth = item
    chain = free_posterior(_Recovery.emulators[truth.where], truth.observed, CHAIN, seed=_Recovery.seed + 1000 + number)
    return Ranks(truth.where, (chain.points < truth.free).mean(axis=0))


def weighted_ranks(
    store: RunStore, fit: Fit, truths: Sequence[Truth], seed: int, stage_progress: Callable[[Text], Done]
) -> list[Ranks]:
    """Return where truths near the report lie among draws that went through the last stage, too: real, moved, weighted.

    The emulator is that of the report's own posterior, so that what its formula gets wrong at another truth is left to
    the weights.
    """
    proposals, n = [], len(store.prior.keys)
    lots = run_seeds(WEIGHTING_TRUTHS, len(truths) * DRAWS_PER_TRUTH, seed)
    for number, truth in enumerate(truths):
        chain = free_posterior(fit.near, truth.observed, CHAIN, seed=seed + 2000 + number)
        free_points = thinned(chain.points, DRAWS_PER_TRUTH)
        points, _ = with_others(fit.near, truth.observed, free_points, n, seed + 2000 + number)
        proposals.append(
            Proposal(truth.observed, points, lots[number * DRAWS_PER_TRUTH : (number + 1) * DRAWS_PER_TRUTH])
        )
    ranks = []
    rng = np.random.default_rng([seed, RANKS])
    for truth, (last, _, log_weights) in zip(
        truths, importance_weighted(store, fit.near, proposals, stage_progress), strict=True
    ):
        check_weights(log_weights)
        weights, worth = np.exp(log_weights - log_weights.max()), effective(log_weights)
        below = weights @ (last.points[:, list(fit.screening.free)] < truth.free) / weights.sum()
        ranks.append(Ranks(CHECKED, rank_among(below, worth, rng), worth))
    return ranks


def coverage_table(ranks: Sequence[Ranks], keys: Sequence[str], seed: int = 1) -> pd.DataFrame:
    """Return how often central intervals hold the truth, by parameter and pooled ('all'): columns COVERAGE.

    worth: of how many equally weighted draws the middle truth's intervals are made; low, high: 95 % of the coverages of
    as many truths drawn from these with replacement (bootstrap), since the parameters of one truth go together.
    """
    rows = []
    for where in dict.fromkeys(rank.where for rank in ranks):
        of_place = [rank for rank in ranks if rank.where == where]
        below, worth = np.array([rank.below for rank in of_place]), float(np.median([rank.worth for rank in of_place]))
        drawn = np.random.default_rng([seed, BOOTSTRAP]).integers(len(below), size=(RESAMPLES, len(below)))
        for level in LEVELS:
            inside = np.abs(below - 0.5) <= level / 2
            for key, held in ((EVERYTHING, inside.mean(axis=1)), *zip(keys, inside.T.astype(float), strict=True)):
                low, high = np.quantile(held[drawn].mean(axis=1), RESAMPLED_BETWEEN)
                rows.append((key, level, float(held.mean()), len(below), where, worth, float(low), float(high)))
    return pd.DataFrame(rows, columns=list(COVERAGE))


def agreement_table(one: Fit, other: Fit, prior: Prior) -> pd.DataFrame:
    """Return the free parameters' intervals by two inferences that share nothing but the report and the screening.

    difference: the largest of the three, in standard deviations of the first posterior; chance: the standard deviation
    of such a difference between the tails of two normal samples of as many draws as each inference is worth.
    """
    draws = 1 / one.effective_draws + 1 / other.effective_draws
    chance = float(np.sqrt(TAIL * (1 - TAIL) * draws) / norm.pdf(norm.ppf(TAIL)))
    deviations = np.sqrt(np.diag(weighted_covariance(one)))
    rows = []
    for i in one.screening.free:
        pair = [weighted_quantiles(fit.weighted.points[:, i], fit.weights) for fit in (one, other)]
        worst = float(np.abs(pair[0] - pair[1]).max() / deviations[i])
        values = [prior.ranged[i].at(quantiles) for quantiles in pair]
        both = [float(values[k][level]) for level in (1, 0, 2) for k in (0, 1)]
        rows.append((prior.keys[i], *both, worst, chance))
    return pd.DataFrame(rows, columns=list(AGREEMENT))
