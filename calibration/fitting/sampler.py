"""Draws from the emulated posterior: emcee for the free parameters, resampling of the prior for all others.

Free parameters move on normal scores of the unit cube, where their prior is a standard normal: walkers then meet no
walls. Minor parameters enter the emulator linearly; given the free ones they are drawn from the prior and kept in
proportion to the likelihood. Inert ones are drawn from the prior. A draw is one of all parameters together.
"""

from __future__ import annotations

from typing import NamedTuple

import emcee
import numpy as np
from scipy.special import ndtr

from calibration.fitting.emulator import Emulator
from calibration.fitting.likelihood import Observations
from scenarios.base.errors import UserError
from scenarios.base.text import Text
from simulation.state.entities import Float

WALKERS_PER_PARAMETER = 4
WALKERS_LEAST = 64
BURN_IN, THIN = 1500, 20
"""Steps before draws are taken, and from one draw to the next."""
STARTS_PER_WALKER = 200
PROPOSALS = 1000
"""Prior draws of the minor parameters that each draw of the free ones chooses from."""
MOST_DISAGREEMENT = 0.25
"""Largest difference between quantiles (5, 50, 95 %) of two chains, in standard deviations of the draws."""
ATTEMPTS, LONGER = 3, 3


class Chain(NamedTuple):
    """Draws of the free parameters, shape (n, n_free), on the unit cube; how many of them are worth one independent."""

    points: Float
    autocorrelation: float


def free_posterior(emulator: Emulator, observed: Observations, n: int, seed: int, burn_in: int = BURN_IN) -> Chain:
    """Return about `n` draws of the free parameters from the emulated posterior.

    emcee's differential evolution moves fit a posterior with ridges. seed: of the walkers, not of any run. Raises
    UserError where no point of the prior is possible.
    """
    k = emulator.free.size
    covariance = emulator.covariance_of_free()

    def log_posterior(scores: Float) -> Float:
        likelihood = observed.log_likelihood(emulator.mean_of_free(ndtr(scores)), covariance)
        return np.asarray(likelihood - 0.5 * (scores**2).sum(axis=1))

    rng = np.random.default_rng([seed, k])
    walkers = max(WALKERS_LEAST, WALKERS_PER_PARAMETER * k)
    walkers += walkers % 2
    starts = rng.standard_normal((STARTS_PER_WALKER * walkers, k))
    likelihood = observed.log_likelihood(emulator.mean_of_free(ndtr(starts)), covariance)
    if not np.isfinite(likelihood.max()):
        raise UserError(Text("nowhere in the prior is the report possible", "先验中处处不可能得出报告"), key="prior",
                        hint=Text("look at the thresholds in patterns.csv, or leave something out: "
                                  "without=[ID,...]", "请检查 patterns.csv 中的界限，或略去一些：without=[编号,...]"),
                        )  # fmt: skip
    chosen = starts[choose(likelihood, walkers, rng)] + 0.05 * rng.standard_normal((walkers, k))
    moves = [(emcee.moves.DEMove(), 0.8), (emcee.moves.DESnookerMove(), 0.1), (emcee.moves.StretchMove(), 0.1)]
    sampler = emcee.EnsembleSampler(walkers, k, log_posterior, moves=moves, vectorize=True)
    state = np.random.RandomState(seed).get_state()  # emcee takes no other generator
    start = emcee.State(chosen, random_state=state)
    after = sampler.run_mcmc(start, burn_in, store=False, skip_initial_state_check=True)
    sampler.reset()
    steps = max(1, -(-n // walkers)) * THIN
    sampler.run_mcmc(after, steps)
    time = float(np.nanmean(sampler.get_autocorr_time(tol=0, quiet=True)))
    return Chain(ndtr(sampler.get_chain(thin=THIN, flat=True)), time)


def disagreement(one: Chain, other: Chain) -> Float:
    """Return, by free parameter, the largest difference between two chains' quantiles, in standard deviations."""
    quantiles = [np.quantile(chain.points, (0.05, 0.5, 0.95), axis=0) for chain in (one, other)]
    return np.asarray(np.abs(quantiles[0] - quantiles[1]).max(axis=0) / one.points.std(axis=0))


def agreeing_chains(emulator: Emulator, observed: Observations, n: int, seed: int) -> tuple[Chain, Chain]:
    """Return two chains of about `n` draws or more, with seeds of their own, that agree; raises UserError if none do.

    They are made LONGER times as long where they do not, twice at most.
    """
    worst = np.inf
    for attempt in range(ATTEMPTS):
        one, other = (free_posterior(emulator, observed, n * LONGER**attempt, seed=2 * seed + k) for k in (0, 1))
        worst = float(disagreement(one, other).max())
        if worst <= MOST_DISAGREEMENT:
            return one, other
    problem = Text("two chains of the inference do not agree", "推断的两条链不一致")
    place = "calibration/fitting/fit.py"
    hint = Text(f"lengthen them: Sizes.chain in {place}", f"请加长链：{place} 的 Sizes.chain")
    raise UserError(
        problem, key="chain", found=f"{worst:.2f} standard deviations", allowed=f"{MOST_DISAGREEMENT}", hint=hint
    )


def thinned(points: Float, n: int, lot: int = 0) -> Float:
    """Return `n` rows spread evenly over a chain; lot 1: those that lie half a step behind those of lot 0."""
    rows = np.linspace(0, len(points) - 1, n).round().astype(int)
    return np.asarray(points[(rows + lot * len(points) // (2 * n)) % len(points)])


def choose(log_weights: Float, n: int, rng: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return `n` numbers drawn with replacement in proportion to exp(log_weights)."""
    weights = np.exp(log_weights - log_weights.max())
    return rng.choice(len(weights), size=n, p=weights / weights.sum())


def with_others(
    emulator: Emulator, observed: Observations, free_points: Float, n_parameters: int, seed: int, lot: int = 0
) -> tuple[Float, Float]:
    """Return draws of all parameters, (n, n_parameters) on the unit cube, and their emulated log-likelihood, (n,).

    free_points: draws of the free ones. Minor ones are drawn from the prior PROPOSALS times, and one of the proposals
    kept in proportion to the likelihood; inert ones are drawn from the prior. Each lot has random numbers of its own.
    """
    rng = np.random.default_rng([seed, 1 + lot])
    points = rng.random((len(free_points), n_parameters))
    points[:, emulator.free] = free_points
    kept = np.empty(len(free_points))
    for i, mean in enumerate(emulator.mean_of_free(free_points)):
        proposed = rng.random((PROPOSALS, emulator.minor.size))
        likelihood = observed.log_likelihood(
            mean + (2.0 * proposed - 1.0) @ emulator.slopes_of_minor, emulator.covariance
        )
        pick = int(choose(likelihood, 1, rng)[0])
        points[i, emulator.minor], kept[i] = proposed[pick], likelihood[pick]
    return points, kept


def effective(log_weights: Float) -> float:
    """Return how many equally weighted draws the weights are worth: (sum w)^2 / sum w^2."""
    weights = np.exp(log_weights - log_weights.max())
    return float(weights.sum() ** 2 / (weights**2).sum())


def inclusion(weights: Float, n: int) -> Float:
    """Return the probability of each row to be one of `n` different rows taken in proportion to weights, shape (m,).

    They add to `n`, and none is above 1: where a row's share would be, it is 1, and the others share the rest. Where no
    more than `n` rows have a weight, each of these is taken.
    """
    if (weights > 0).sum() <= n:
        return np.asarray(weights > 0, dtype=float)
    sure = np.zeros(len(weights), dtype=bool)
    while True:
        chance = np.where(sure, 1.0, (n - sure.sum()) * weights / weights[~sure].sum())
        if not (beyond := (chance > 1.0) & ~sure).any():
            return chance
        sure |= beyond


def systematic(chance: Float, rng: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return different rows, sorted, each taken with its probability `chance`, which add to a whole number."""
    order = rng.permutation(np.flatnonzero(chance > 0))
    marks = np.arange(round(chance.sum())) + rng.random()
    return np.sort(order[np.minimum(np.searchsorted(np.cumsum(chance[order]), marks), len(order) - 1)])


def without_repeats(
    weights: Float, n: int, rng: np.random.Generator
) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], float]:
    """Return `n` different rows, each taken with a chance in proportion to its weight (systematic sampling).

    The rows then count equally. None may weigh more than one row: weights over 1/n of all are cut to that. The second
    number is the share of all weight that was cut. Raises ValueError for fewer rows with a weight than `n`.
    """
    if (weights > 0).sum() < n:
        raise ValueError(f"{int((weights > 0).sum())} rows have a weight; {n} are asked for")
    chance = inclusion(weights, n)
    full = chance == 1.0
    some = (chance > 0) & ~full
    limit = weights[some].sum() / (n - full.sum()) if some.any() else weights[full].min()
    cut = np.minimum(weights, limit)
    return systematic(chance, rng), float(1.0 - cut.sum() / weights.sum())
