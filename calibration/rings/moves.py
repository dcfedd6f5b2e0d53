"""The check of a ring's weights: draws that are taken by them and then moved, each time by runs of their own.

Reweighting can only choose among the draws that are there. Here draws are resampled by the widest ring's weights and
then moved by Metropolis steps whose target is prior times likelihood of the report times likelihood of the ring
(resample-move: Gilks and Berzuini 2001, Journal of the Royal Statistical Society B 63). The steps are those of
preconditioned Crank-Nicolson (Cotter et al. 2013, Statistical Science 28): with x the standard normal quantiles of a
point under the prior, x' = sqrt(1 - STEP^2) x + STEP z has the prior as its stationary distribution, so that a step is
accepted with the ratio of the likelihoods. A step is a new run with a seed of its own. If the weights are right, means
and intervals of the moved draws are theirs, but for chance.

Parameters that share one whole (`prior.WHOLES`) stay as they are: their points under the prior are not known from their
values. The steps then move the others given these, which leaves the target as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from calibration.findings.summary import weighted_quantiles
from calibration.fitting.likelihood import Observations, observations_of
from calibration.fitting.prior import WHOLES, Prior, Ranged
from calibration.rings.measures import Measured
from calibration.rings.store import Done, Draw, RingRuns
from calibration.rings.weights import log_weights
from scenarios.report.borrowed import Item
from scenarios.report.patterns import RINGS
from scenarios.settings.parameter_values import rounded
from simulation.state.entities import Float

STEP = 0.2
"""Share of new noise in a step: a fifth of a standard deviation of the prior."""
EDGE = 1e-6
"""Points on the edge of the prior's range are taken to lie so far inside."""
WIDEST = RINGS[-1]
CHECK_COLUMNS = (
    "parameter", "weighted_mean", "weighted_low", "weighted_high", "moved_mean", "moved_low", "moved_high", "shift",
    "accepted",
)  # fmt: skip


class Moved(NamedTuple):
    """Draws after some steps, what they give, and the share of steps that were accepted."""

    draws: list[Draw]
    found: list[Measured]
    accepted: float


def resampled(weights: Float, rng: np.random.Generator) -> list[int]:
    """Return rows drawn by weight, as many as there are, by systematic resampling."""
    n = len(weights)
    at = (rng.random() + np.arange(n)) / n
    return [int(i) for i in np.searchsorted(np.cumsum(weights) / weights.sum(), at).clip(max=n - 1)]


def moved(
    runs: RingRuns, draws: Sequence[Draw], prior: Prior, observed: Observations, moves: int, seed: int,
    done: Done | None = None,
) -> Moved:  # fmt: skip
    """Return `draws` after resampling by the widest ring's weights and `moves` steps.

    prior, observed: of the calibration that made the draws; seed: of all that is drawn here.
    """
    rng = np.random.default_rng([seed, len(draws)])
    found = runs.measured(draws)
    chosen = resampled(np.exp(_shifted(ring_log_likelihood(runs.items, found))), rng)
    now, given = [draws[i] for i in chosen], [found[i] for i in chosen]
    target = total_log_likelihood(runs.items, observed, given)
    accepted = 0
    for step in range(moves):
        proposed = [stepped(draw, prior, rng) for draw in now]
        new = runs.measured(proposed, partial(_count, done, step, moves))
        likelihood = total_log_likelihood(runs.items, observed, new)
        takes = np.log(rng.random(len(now))) < likelihood - target
        for i in np.flatnonzero(takes):
            now[i], given[i], target[i] = proposed[i], new[i], likelihood[i]
        accepted += int(takes.sum())
    return Moved(now, given, accepted / max(1, moves * len(now)))


def stepped(draw: Draw, prior: Prior, rng: np.random.Generator) -> Draw:
    """Return a draw one step away, with a seed of its own."""
    whole = {key for group in WHOLES for key in group}
    values = dict(draw.values)
    for each in prior.ranged:
        noise = rng.standard_normal()
        if each.key in values and each.key not in whole:
            values[each.key] = _step(each, values[each.key], noise)
    return Draw(values, int(rng.integers(1, 2**31 - 1)))


def _step(each: Ranged, value: float, noise: float) -> float:
    x = ndtri(np.clip(each.quantile(value), EDGE, 1.0 - EDGE))
    u = ndtr(np.sqrt(1.0 - STEP**2) * x + STEP * noise)
    return rounded(float(each.at(np.array([u]))[0]))


def ring_log_likelihood(items: Sequence[Item], found: Sequence[Measured]) -> Float:
    """Return the log weight of draws under the widest ring, (n,)."""
    values = {item.id: np.array([each.values[item.id] for each in found]) for item in items}
    return log_weights(items, values, WIDEST)


def total_log_likelihood(items: Sequence[Item], observed: Observations, found: Sequence[Measured]) -> Float:
    """Return the log-likelihood of the report and of the widest ring, (n,)."""
    outputs = np.array([[each.outputs[name] for name in observed.names] for each in found])
    return observed.log_likelihood(observed.scaled(outputs)) + ring_log_likelihood(items, found)


def check_table(draws: Sequence[Draw], weights: Float, after: Moved) -> pd.DataFrame:
    """Return each parameter's mean and 90 % interval by the weights and after the moves, the largest shift first.

    shift: difference of the means in standard deviations of the weighted draws. Parameters that do not vary are left
    out.
    """
    rows = []
    for key in draws[0].values:
        values, new = (np.array([draw.values[key] for draw in part]) for part in (draws, after.draws))
        if np.ptp(values) == 0:
            continue
        centre = float(np.average(values, weights=weights))
        spread = float(np.sqrt(np.average((values - centre) ** 2, weights=weights)))
        low, _, high = (float(end) for end in weighted_quantiles(values, weights))
        new_low, _, new_high = (float(end) for end in weighted_quantiles(new, np.ones(len(new))))
        shift = (float(new.mean()) - centre) / spread if spread > 0 else np.nan
        rows.append((key, centre, low, high, float(new.mean()), new_low, new_high, shift, after.accepted))
    table = pd.DataFrame(rows, columns=list(CHECK_COLUMNS))
    return table.iloc[np.argsort(-table["shift"].abs().to_numpy(), kind="stable")].reset_index(drop=True)


def observed_by(runs: RingRuns, without: Sequence[str]) -> Observations:
    """Return what the draws were fitted to: the report without what their calibration left out."""
    observed = observations_of(runs.setting.figures, runs.setting.patterns)
    names = [name for name in observed.names if name.partition(":")[2] in without]
    return observed.without(*names)


def _count(done: Done | None, step: int, moves: int, made: int, of: int) -> None:
    if done is not None:
        done(step * of + made, moves * of)


def _shifted(logs: Float) -> Float:
    return np.asarray(logs - logs.max())
