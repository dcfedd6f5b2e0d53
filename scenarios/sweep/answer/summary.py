"""What runs say together: mean, 90 % interval, probability of being better, and how many runs it is.

As in a comparison (scenarios/compare/summary.py), a draw counts once. Two runs are the fewest that have an interval or
a probability: from one run nothing is known of what another would give.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scenarios.compare.plan import Run
from scenarios.compare.summary import interval, mean, probability_better, sample_of
from simulation.state.entities import Float

LEAST_RUNS = 2


class Summary(NamedTuple):
    """Of each column: mean, ends of the interval, probability of being better, runs that have a number."""

    mean: Float
    low: Float
    high: Float
    p_better: Float
    n_runs: Float


def summarised(values: Float, runs: tuple[Run, ...], better: str) -> Summary:
    """Return the summary of each column of `values`, shape (n_runs, n_columns); NaN are runs without a number.

    better: higher, lower, or none, which gives no probability.
    """
    there = ~np.isnan(values)
    n = there.sum(axis=0)
    mean_, low, high, p = np.full((4, values.shape[1]), np.nan)
    found = Summary(mean_, low, high, p, n.astype(np.float64))
    patterns, which = np.unique(there, axis=1, return_inverse=True)
    for pattern, of in enumerate(patterns.T):  # columns that lack the same runs are summarised together
        columns = np.flatnonzero(which.ravel() == pattern)
        if not of.any():
            continue
        sample = sample_of(tuple(run for run, has in zip(runs, of, strict=True) if has))
        some = values[np.ix_(of, columns)]
        found.mean[columns] = mean(sample, some)
        if of.sum() >= LEAST_RUNS:
            found.low[columns], found.high[columns] = interval(sample, some)
            found.p_better[columns] = probability_better(sample, some, better)
    return found
