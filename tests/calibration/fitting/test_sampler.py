"""Draws from the emulated posterior against known ones, and rows taken by their weights."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest, norm

from calibration.fitting.emulator import Emulator
from calibration.fitting.sampler import (
    THIN,
    Chain,
    choose,
    effective,
    free_posterior,
    inclusion,
    systematic,
    with_others,
    without_repeats,
)
from scenarios.base.errors import UserError
from simulation.state.entities import Float
from tests.calibration.fitting.test_likelihood import INF, made_observations

SLOPES = np.array([[2.0, 0.5], [-1.0, 1.5]])
"""What the half ranges of two free parameters add to two targets."""
COVARIANCE = np.array([[0.0049, 0.002], [0.002, 0.0036]])
TARGETS = [(0.3, 0.05), (-0.2, 0.08)]
NARROW = made_observations(TARGETS)


def linear(slopes: Float, minor: Float, covariance: Float) -> Emulator:
    """Return an emulator without squares: free parameters 0, 1, .. and minor ones after them; the level is 0."""
    k, m, outputs = len(slopes), len(minor), slopes.shape[1]
    coefficients = np.vstack([slopes, minor, np.zeros((k + k * (k - 1) // 2, outputs))])
    numbers = np.arange(k + m)
    return Emulator(numbers[:k], numbers[k:], coefficients, np.zeros(outputs), covariance)


NOBODY = np.zeros((0, 2))
LINEAR = linear(SLOPES, NOBODY, COVARIANCE)


@cache
def chain(seed: int) -> Chain:
    return free_posterior(LINEAR, NARROW, 4000, seed)


def analytic() -> tuple[Float, Float]:
    """Return mean and covariance of the posterior on the unit cube: x = (value - noise) solved, u = (x + 1) / 2.

    The prior is flat and reaches far beyond: x is known to .04, and its mean is (.09, -.16).
    """
    value, error = np.array(TARGETS).T
    inverse = np.linalg.inv(SLOPES.T)
    spread = inverse @ (COVARIANCE + np.diag(error**2)) @ inverse.T
    return (inverse @ value + 1) / 2, spread / 4


def worth(found: Chain) -> float:
    """Return how many independent draws a chain is worth."""
    return len(found.points) * min(1.0, THIN / found.autocorrelation)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_chain_has_the_mean_and_spread_of_the_known_posterior(seed: int) -> None:
    found, (mean, covariance) = chain(seed), analytic()
    n, deviations = worth(found), np.sqrt(np.diag(covariance))
    assert n > 500
    assert np.abs(found.points.mean(axis=0) - mean).max() < 4 * (deviations / math.sqrt(n)).max()
    # the standard error of a normal's variance is sqrt(2/n) of it, that of a covariance no more
    scaled = (np.cov(found.points.T) - covariance) / np.outer(deviations, deviations)
    assert np.abs(scaled).max() < 4 * math.sqrt(2 / n)
    # beyond mean and spread: its 5 % and 95 %
    for level, score in ((0.05, -1.645), (0.95, 1.645)):
        error = math.sqrt(level * (1 - level) / n) / norm.pdf(score)
        quantiles = (np.quantile(found.points, level, axis=0) - mean) / deviations
        assert quantiles == pytest.approx([score, score], abs=4 * error)


def test_a_chain_is_that_of_its_seed() -> None:
    first, second = (free_posterior(LINEAR, NARROW, 64, 3).points for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert not np.isin(chain(1).points, chain(2).points).any()


def test_a_chain_has_as_many_draws_as_asked_for() -> None:
    assert 4000 <= len(chain(1).points) < 4000 + 64  # whole rounds of 64 walkers
    assert chain(1).points.shape[1] == 2
    assert ((chain(1).points > 0) & (chain(1).points < 1)).all()


def test_a_statement_alone_tilts_the_prior() -> None:
    # One parameter, y = x on -1 .. 1, uniform; the city lies .3 around y and must be above .2 give or take .4: the
    # density of x is Phi((x - .2) / .5), whose moments are integrals.
    emulator = linear(np.array([[1.0]]), np.zeros((0, 1)), np.array([[0.09]]))
    found = free_posterior(emulator, made_observations([], [(0.2, 0.4, INF, 1.0)]), 4000, seed=4)
    x = np.linspace(-1, 1, 20_001)
    density = norm.cdf((x - 0.2) / 0.5)
    density /= density.sum()
    u = (x + 1) / 2
    mean = density @ u
    deviation = math.sqrt(density @ (u - mean) ** 2)
    assert found.points.mean() == pytest.approx(mean, abs=4 * deviation / math.sqrt(worth(found)))
    below = density[x < 0].sum()
    error = math.sqrt(below * (1 - below) / worth(found))
    assert (found.points < 0.5).mean() == pytest.approx(below, abs=4 * error)


def test_a_report_that_no_point_could_give_is_refused() -> None:
    with np.errstate(over="ignore"), pytest.raises(UserError, match="nowhere in the prior"):
        free_posterior(LINEAR, made_observations([(1e160, 1.0), (0.0, 0.08)]), 64, 1)


# All other parameters


def test_minor_parameters_are_conditioned_where_they_matter_and_left_where_not() -> None:
    # One free parameter, two minor, one inert. Given x = 0, the target says .5 = 2 m + noise of variance .0064 + .0036,
    # so m is .25 +- .05; the other minor one moves nothing.
    emulator = linear(np.array([[1.0]]), np.array([[2.0], [0.0]]), np.array([[0.0064]]))
    observed = made_observations([(0.5, 0.06)])
    n = 1500
    points, kept = with_others(emulator, observed, np.full((n, 1), 0.5), 4, seed=5)
    assert (points[:, 0] == 0.5).all()
    m = 2 * points[:, 1] - 1
    assert m.mean() == pytest.approx(0.25, abs=4 * 0.05 / math.sqrt(n))
    # Of 1,000 proposals some 50 lie within it, so a few draws of the same proposals are not worse than new ones
    assert m.std() == pytest.approx(0.05, rel=4 / math.sqrt(2 * n))
    for column in (2, 3):
        assert kstest(points[:, column], "uniform").pvalue > 1e-3
        assert abs(np.corrcoef(points[:, 1], points[:, column])[0, 1]) < 4 / math.sqrt(n)
    np.testing.assert_allclose(kept, observed.log_likelihood(emulator.mean(points), emulator.covariance))


def test_free_and_minor_together_are_the_posterior_of_both() -> None:
    # y = 2 x + .1 (m1 + .. + m5), target .4 with .08 in all. With x flat, each m keeps its prior (variance 1/3), and
    # x = (.4 - .1 sum m - noise) / 2: variance (5 * .01 / 3 + .0064) / 4, covariance with each m -.05 / 3.
    emulator = linear(np.array([[2.0]]), np.full((5, 1), 0.1), np.array([[0.0028]]))
    observed = made_observations([(0.4, 0.06)])
    free = free_posterior(emulator, observed, 3000, seed=6)
    points, _ = with_others(emulator, observed, free.points, 6, seed=6)
    x, m = 2 * points[:, 0] - 1, 2 * points[:, 1:] - 1
    n, deviation = worth(free), math.sqrt((0.05 / 3 + 0.0064) / 4)
    assert x.mean() == pytest.approx(0.2, abs=4 * deviation / math.sqrt(n))
    assert x.std() == pytest.approx(deviation, rel=4 / math.sqrt(2 * n))
    for each in m.T:
        assert each.mean() == pytest.approx(0, abs=4 * math.sqrt(1 / 3 / n))
        assert np.cov(x, each)[0, 1] == pytest.approx(-0.05 / 3, abs=4 * deviation * math.sqrt(1 / 3 / n))
    y = 2 * x + 0.1 * m.sum(axis=1)
    assert y.mean() == pytest.approx(0.4, abs=4 * 0.08 / math.sqrt(n))
    assert y.std() == pytest.approx(0.08, rel=4 / math.sqrt(2 * n))


def test_others_are_those_of_their_seed() -> None:
    emulator, observed = (
        linear(np.array([[1.0]]), np.array([[2.0]]), np.array([[0.01]])),
        made_observations([(0.5, 0.06)]),
    )
    first, second, third = (with_others(emulator, observed, np.full((5, 1), 0.5), 3, seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert not np.isin(first[:, 1:], third[:, 1:]).any()


# Weights


def test_effective_draws_by_hand() -> None:
    # weights 1, 1, 2: 4^2 / (1 + 1 + 4)
    assert effective(np.log([1.0, 1.0, 2.0])) == pytest.approx(16 / 6)
    assert effective(np.full(7, -3000.0)) == pytest.approx(7)
    assert effective(np.array([0.0, -INF, -INF])) == pytest.approx(1)


def test_choice_in_proportion_to_weights() -> None:
    rng, n = np.random.default_rng(7), 40_000
    found = choose(np.array([-1000.0, -1000.0 + math.log(3), -INF]), n, rng)
    counts = np.bincount(found, minlength=3) / n
    assert counts == pytest.approx([0.25, 0.75, 0.0], abs=4 * math.sqrt(0.25 * 0.75 / n))
    assert counts[2] == 0


def test_rows_are_included_in_proportion_to_their_weights() -> None:
    weights = np.array([1.0, 2.0, 3.0, 0.0, 4.0, 5.0, 5.0])  # of 20; three rows, so none may exceed 20 / 3
    seeds = 4000
    included = np.zeros(7)
    for seed in range(seeds):
        rows, cut = without_repeats(weights, 3, np.random.default_rng(seed))
        included[rows] += 1
        assert cut == pytest.approx(0, abs=1e-12)
    expected = 3 * weights / 20
    errors = np.sqrt(expected * (1 - expected) / seeds)
    assert np.abs(included / seeds - expected).max() < 4 * errors.max()
    assert included[3] == 0


def test_probabilities_of_inclusion_by_hand() -> None:
    # two of four: twice 6 of 10 is above 1, so the first is taken, and the others share one row as 2, 1 and 1 of 4
    assert inclusion(np.array([6.0, 2.0, 1.0, 1.0]), 2) == pytest.approx([1.0, 0.5, 0.25, 0.25])
    # three of them: twice .5 reaches 1 as well, which leaves one row for the last two
    assert inclusion(np.array([6.0, 2.0, 1.0, 1.0]), 3) == pytest.approx([1.0, 1.0, 0.5, 0.5])
    assert inclusion(np.array([6.0, 0.0, 1.0]), 2).tolist() == [1.0, 0.0, 1.0]
    assert inclusion(np.array([6.0, 0.0, 1.0]), 5).tolist() == [1.0, 0.0, 1.0]


def test_rows_are_taken_with_their_probabilities() -> None:
    chance, seeds = np.array([1.0, 0.5, 0.0, 0.25, 0.25]), 4000
    taken = np.zeros(5)
    for seed in range(seeds):
        rows = systematic(chance, np.random.default_rng(seed))
        assert len(set(rows.tolist())) == 2
        taken[rows] += 1
    assert taken[0] == seeds
    assert taken[2] == 0
    assert np.abs(taken / seeds - chance).max() < 4 * math.sqrt(0.25 / seeds)


def test_a_weight_over_one_row_is_cut_by_hand() -> None:
    # .7, .1, .1, .1 and two rows: half of what remains may stand on one, so .7 becomes the .3 of all others: .4 is cut
    weights = np.array([0.7, 0.1, 0.1, 0.1])
    partners = np.zeros(4)
    for seed in range(3000):
        rows, cut = without_repeats(weights, 2, np.random.default_rng(seed))
        assert cut == pytest.approx(0.4, abs=1e-6)
        assert rows[0] == 0
        partners[rows[1]] += 1
    assert partners[1:] / 3000 == pytest.approx(np.full(3, 1 / 3), abs=4 * math.sqrt(2 / 9 / 3000))


@settings(max_examples=60, deadline=None)
@given(
    weights=st.lists(st.one_of(st.just(0.0), st.floats(1e-6, 1e6)), min_size=1, max_size=30),
    part=st.floats(0.01, 1.0),
    seed=st.integers(0, 2**32),
)
def test_no_row_is_taken_twice(weights: list[float], part: float, seed: int) -> None:
    given_weights = np.array(weights)
    some = int((given_weights > 0).sum())
    n = max(1, math.ceil(part * some))
    if some < n:
        with pytest.raises(ValueError, match="0 rows have a weight"):
            without_repeats(given_weights, n, np.random.default_rng(seed))
        return
    rows, cut = without_repeats(given_weights, n, np.random.default_rng(seed))
    assert len(set(rows.tolist())) == n
    assert (np.diff(rows) > 0).all()
    assert (given_weights[rows] > 0).all()
    assert -1e-9 <= cut < 1


def test_more_rows_than_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="2 rows have a weight; 3 are asked for"):
        without_repeats(np.array([1.0, 0.0, 2.0]), 3, np.random.default_rng(1))


def test_what_counts_is_what_the_report_still_says() -> None:
    # without its second target the report knows one sum of x alone: the other direction is the prior's
    observed = NARROW.without("target:t1")
    found = free_posterior(LINEAR, observed, 2000, seed=8)
    y = (2 * found.points - 1) @ SLOPES
    error = math.sqrt(COVARIANCE[0, 0] + 0.05**2)
    assert y[:, 0].mean() == pytest.approx(0.3, abs=5 * error / math.sqrt(worth(found)))
    assert y[:, 0].std() == pytest.approx(error, rel=5 / math.sqrt(2 * worth(found)))
    assert y[:, 1].std() > 0.5  # against .1 with it
