"""What a sample of paired runs says: mean, 90 % interval, probability of being better, chance and parameters apart.

A draw counts once: a run weighs one over the seeds of its draw. Chance is what differs between two seeds of one draw,
parameters what is left of the spread between draws (a one-way analysis of variance).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scenarios.compare.indicators import HIGHER, LOWER
from scenarios.compare.plan import Run
from simulation.state.entities import Float

INTERVAL = (0.05, 0.95)
"""Percentiles that `low` and `high` stand for."""


ROUNDING = 1e-20
"""Variance, relative to the squared level, that is rounding and nothing else."""


class Sample(NamedTuple):
    """Which runs belong together: weight of each run, shape (n_runs,), and rows of the two seeds of a draw, (n, 2)."""

    weights: Float
    pairs: npt.NDArray[np.int64]
    firsts: npt.NDArray[np.int64]

    @property
    def n_draws(self) -> int:
        """Draws in the sample."""
        return int(self.firsts.size)


def sample_of(runs: tuple[Run, ...]) -> Sample:
    """Return the sample of a plan's runs: every draw has a first run, some have a second."""
    rows: dict[int, list[int]] = {}
    for i, run in enumerate(runs):
        rows.setdefault(run.draw, []).append(i)
    weights = np.array([1.0 / len(rows[run.draw]) for run in runs])
    pairs = np.array([found[:2] for found in rows.values() if len(found) > 1], dtype=np.int64).reshape(-1, 2)
    return Sample(weights, pairs, np.array([found[0] for found in rows.values()], dtype=np.int64))


def mean(sample: Sample, values: Float) -> Float:
    """Return the weighted mean over runs (axis 0)."""
    return np.asarray(np.average(values, axis=0, weights=sample.weights), dtype=np.float64)


def interval(sample: Sample, values: Float) -> tuple[Float, Float]:
    """Return the 5th and 95th percentile over runs (axis 0), by weight: values of runs, none in between."""
    low, high = np.quantile(values, INTERVAL, axis=0, weights=sample.weights, method="inverted_cdf")
    return np.asarray(low), np.asarray(high)


def probability_better(sample: Sample, differences: Float, better: str) -> Float:
    """Return the weight of runs in which the difference is for the better; no difference counts half.

    better: higher, lower, or none, which gives NaN.
    """
    if better not in (HIGHER, LOWER):
        return np.full(differences.shape[1:], np.nan)
    sign = 1.0 if better == HIGHER else -1.0
    for_better = (sign * differences > 0.0) + 0.5 * (differences == 0.0)
    return mean(sample, for_better)


def spreads(sample: Sample, values: Float) -> tuple[Float, Float]:
    """Return the standard deviations by chance and by parameters over runs (axis 0); NaN where they cannot be told.

    chance^2 = mean of (a - b)^2 / 2 over draws with the seeds a and b; parameters^2 = variance between the first runs
    of the draws, less chance^2, and not below 0.
    """
    unknown = np.full(values.shape[1:], np.nan)
    if len(sample.pairs) == 0:
        return unknown, unknown
    chance = np.mean((values[sample.pairs[:, 0]] - values[sample.pairs[:, 1]]) ** 2 / 2.0, axis=0)
    if sample.n_draws < 2:
        return np.sqrt(chance), unknown
    between = np.var(values[sample.firsts], axis=0, ddof=1)
    noise = ROUNDING * np.mean(values**2, axis=0)
    left = np.where(between - chance > noise, between - chance, 0.0)
    return np.sqrt(chance), np.sqrt(left)


def rank_probabilities(sample: Sample, values: Float, better: str) -> Float:
    """Return the probability of each rank (column) for each alternative (row); equals share the better rank.

    values: shape (n_runs, n_alternatives).
    """
    sign = -1.0 if better == HIGHER else 1.0
    signed = sign * values
    ranks = (signed[:, None, :] < signed[:, :, None]).sum(axis=2)
    n = values.shape[1]
    return mean(sample, (ranks[:, :, None] == np.arange(n)).astype(np.float64))


def by_draw(sample: Sample, runs: tuple[Run, ...], values: Float) -> Float:
    """Return the mean over the seeds of each draw, in the order of the draws, shape (n_draws, ...)."""
    draws = [runs[i].draw for i in sample.firsts]
    return np.array([values[[i for i, run in enumerate(runs) if run.draw == draw]].mean(axis=0) for draw in draws])
