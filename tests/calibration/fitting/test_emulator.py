"""Emulators: made formulas found again, left-out errors against refits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.fitting.emulator import (
    PENALTIES,
    SQUARE_VARIANCE,
    UNIFORM_VARIANCE,
    Emulator,
    features,
    fit_emulator,
    products,
    ridge,
)
from scenarios.base.errors import UserError
from simulation.state.entities import Float

FREE, MINOR = np.array([0, 1]), np.array([3])


def points_of(n: int, seed: int = 1, dimensions: int = 4) -> Float:
    return np.random.default_rng(seed).random((n, dimensions))


def quadratic(points: Float) -> Float:
    """Two outputs: of free parameters 0 and 1, a minor one, 3; parameter 2 does nothing."""
    a, b, m = (2 * points[:, i] - 1 for i in (0, 1, 3))
    return np.column_stack([2 + 3 * a - b + 0.5 * a**2 + 0.7 * a * b + 0.2 * m, -1 + b - 0.8 * b**2 + 0.4 * m])


def sharp_bump(points: Float) -> Float:
    """A bump of width .2 in the plane of the free parameters, which no quadratic follows."""
    x = 2 * points[:, :2] - 1
    return np.exp(-((x[:, 0] - 0.3) ** 2 + (x[:, 1] + 0.2) ** 2) / 0.1)


def made(coefficients: list[list[float]], covariance: list[list[float]]) -> Emulator:
    """Return an emulator of two free parameters and a minor one by its coefficients: linear, squares, product."""
    return Emulator(FREE, MINOR, np.array(coefficients), np.array([1.0, 2.0]), np.array(covariance))


MADE = made([[3, 0], [-1, 1], [0.2, 0.4], [0.5, 0], [0, -0.8], [0.7, 0]], [[0.3, 0.1], [0.1, 0.2]])


# The formula


def test_features_by_hand() -> None:
    x = np.array([[0.5, -1.0, 9.0, 0.2]])
    # free as they are, minor, squares less a third, product
    expected = [0.5, -1.0, 0.2, 0.25 - 1 / 3, 1 - 1 / 3, -0.5]
    assert features(x, FREE, MINOR)[0] == pytest.approx(expected)


def test_products_have_the_moments_of_the_prior() -> None:
    # of x uniform from -1 to 1: E x^2 = 1/3, var x^2 = 1/5 - 1/9 = 4/45, var x y = 1/9
    assert pytest.approx((1 / 3, 1 / 5 - 1 / 9)) == (UNIFORM_VARIANCE, SQUARE_VARIANCE)
    grid = (np.arange(400) + 0.5) / 200 - 1
    found = products(np.array(np.meshgrid(grid, grid)).reshape(2, -1).T)
    assert found.mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-4)
    assert found.var(axis=0) == pytest.approx([4 / 45, 4 / 45, 1 / 9], rel=1e-4)


def test_a_made_quadratic_is_found_again() -> None:
    points = points_of(600)
    found = fit_emulator(points, quadratic(points), FREE, MINOR)
    # The smallest penalty, .1, shrinks a term of variance v in n runs by .1 / (n v): at most .1 / (600 * 4/45)
    shrunk = PENALTIES[0] / (600 * SQUARE_VARIANCE)
    expected = np.array([[3, 0], [-1, 1], [0.2, 0.4], [0.5, 0], [0, -0.8], [0.7, 0]])
    assert np.abs(found.coefficients - expected).max() < 2 * shrunk * 3
    # the means of squares are part of the level: 2 + .5/3 and -1 - .8/3
    assert found.intercept == pytest.approx([2 + 0.5 / 3, -1 - 0.8 / 3], abs=2 * shrunk)
    other = points_of(200, seed=2)
    assert np.abs(found.mean(other) - quadratic(other)).max() < 0.02
    assert np.sqrt(np.diag(found.covariance)).max() < 0.01


def test_every_residual_is_that_of_a_refit_without_the_run() -> None:
    rng = np.random.default_rng(3)
    points = points_of(40)
    columns = features(2 * points - 1, FREE, MINOR)
    outputs = quadratic(points) + np.array([0.3, 2.0]) * rng.standard_normal((40, 2))

    def fitted(rows: np.ndarray, penalty: float) -> tuple[Float, Float]:
        """Minimise |y - c - X b|^2 + penalty |b|^2 by its normal equations."""
        x = np.hstack([np.ones((rows.size, 1)), columns[rows]])
        punished = penalty * np.diag([0.0, *np.ones(columns.shape[1])])
        solved = np.linalg.solve(x.T @ x + punished, x.T @ outputs[rows])
        return solved[0], solved[1:]

    left = np.empty((len(PENALTIES), 40, 2))
    for p, penalty in enumerate(PENALTIES):
        for i in range(40):
            level, slopes = fitted(np.delete(np.arange(40), i), penalty)
            left[p, i] = outputs[i] - level - columns[i] @ slopes
    best = (left**2).mean(axis=1).argmin(axis=0)
    assert best[0] != best[1]  # each output has a penalty of its own
    coefficients, intercepts, residuals = ridge(columns, outputs)
    for j in range(2):
        assert residuals[:, j] == pytest.approx(left[best[j], :, j], rel=1e-9)
        level, slopes = fitted(np.arange(40), PENALTIES[best[j]])
        assert intercepts[j] == pytest.approx(level[j])
        assert coefficients[:, j] == pytest.approx(slopes[:, j])


def test_the_error_s_covariance_is_that_of_left_out_runs() -> None:
    rng = np.random.default_rng(4)
    points = points_of(50)
    outputs = quadratic(points) + rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 2]], size=50)
    found = fit_emulator(points, outputs, FREE, MINOR)
    left_out = ridge(features(2 * points - 1, FREE, MINOR), outputs)[2]
    assert found.covariance == pytest.approx(left_out.T @ left_out / 50)
    weights = np.where(np.arange(50) < 20, 2.0, 0.0)  # only the first twenty count
    weighted = fit_emulator(points, outputs, FREE, MINOR, weights=weights)
    assert weighted.covariance == pytest.approx(left_out[:20].T @ left_out[:20] / 20)
    np.testing.assert_array_equal(weighted.coefficients, found.coefficients)


def test_a_run_without_some_output_is_left_out_of_all() -> None:
    points, spoiled = points_of(30), quadratic(points_of(30))
    spoiled[[3, 17], 1] = math.nan
    whole = np.delete(np.arange(30), [3, 17])
    weights = np.arange(1.0, 31.0)
    found = fit_emulator(points, spoiled, FREE, MINOR, weights=weights)
    same = fit_emulator(points[whole], spoiled[whole], FREE, MINOR, weights=weights[whole])
    np.testing.assert_array_equal(found.coefficients, same.coefficients)
    np.testing.assert_array_equal(found.covariance, same.covariance)
    with pytest.raises(UserError, match=r"hardly any run .*found: 9\b.*>= 10"):
        fit_emulator(points[:10], spoiled[:10], FREE, MINOR)


# What it says


def test_predictions_by_hand() -> None:
    point = np.array([[0.75, 0.0, 0.9, 1.0]])  # x = .5, -1, .8 (inert), 1
    squares = (0.25 - 1 / 3, 1 - 1 / 3)
    first = 1 + 3 * 0.5 + 1 + 0.2 + 0.5 * squares[0] - 0.7 * 0.5
    assert MADE.mean(point)[0] == pytest.approx([first, 2 - 1 + 0.4 - 0.8 * squares[1]])


def test_free_parameters_alone_leave_the_others_at_their_medians() -> None:
    points = points_of(20)
    middle = points.copy()
    middle[:, 3] = 0.5
    np.testing.assert_allclose(MADE.mean_of_free(points[:, FREE]), MADE.mean(middle))
    middle[:, 2] = 0.01  # inert
    np.testing.assert_allclose(MADE.mean_of_free(points[:, FREE]), MADE.mean(middle))


def test_minor_parameters_left_at_their_prior_widen_the_error() -> None:
    # slopes .2 and .4 of a uniform from -1 to 1: a third of .04, .08 and .16
    expected = [[0.3 + 0.04 / 3, 0.1 + 0.08 / 3], [0.1 + 0.08 / 3, 0.2 + 0.16 / 3]]
    assert MADE.covariance_of_free() == pytest.approx(np.array(expected))


def test_shares_by_hand_and_by_draws() -> None:
    # output 0: 3^2/3 + .5^2 4/45; 1/3; .2^2/3; product .7^2/9; error .3 - output 1: 1/3 + .8^2 4/45; .4^2/3; error .2
    own = np.array([[3 + 0.25 * 4 / 45, 0], [1 / 3, 1 / 3 + 0.64 * 4 / 45], [0, 0], [0.04 / 3, 0.16 / 3]])
    whole = own.sum(axis=0) + np.array([0.49 / 9 + 0.3, 0.2])
    assert MADE.shares(4) == pytest.approx(own / whole)
    # all of it is the variance of the formula and its error; the fourth moment of these sums is below 3 variances^2
    drawn = MADE.mean(points_of(200_000)).var(axis=0) + np.array([0.3, 0.2])
    assert drawn == pytest.approx(whole, rel=4 * math.sqrt(2 / 200_000))
