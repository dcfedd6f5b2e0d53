"""Moving draws by what their runs showed: slopes, aims, and the known posterior of parameters and emulator errors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import norm

from calibration.fitting.emulator import Emulator
from calibration.fitting.last_stage import MOVES, weigh
from calibration.fitting.likelihood import Observations
from calibration.fitting.sampler import with_others
from calibration.fitting.transport import (
    EDGE,
    density_ratio,
    gradient,
    moved,
    wanted,
)
from simulation.state.entities import Float
from tests.calibration.fitting.test_likelihood import INF, made_observations


def made(seed: int = 1, n_free: int = 3, n_minor: int = 2, outputs: int = 3, bent: float = 0.2) -> Emulator:
    """Return an emulator with coefficients of chance; parameters after the free and minor ones are inert."""
    rng = np.random.default_rng(seed)
    linear = rng.standard_normal((n_free + n_minor, outputs))
    curved = bent * rng.standard_normal((n_free + n_free * (n_free - 1) // 2, outputs))
    root = 0.2 * rng.standard_normal((outputs, outputs))
    covariance = root @ root.T + 0.01 * np.eye(outputs)
    numbers = rng.permutation(n_free + n_minor + 1)  # in no order
    return Emulator(
        numbers[:n_free], numbers[n_free:-1], np.vstack([linear, curved]), rng.standard_normal(outputs), covariance,
    )  # fmt: skip


def points_of(n: int, dimensions: int, seed: int = 2) -> Float:
    return np.random.default_rng(seed).random((n, dimensions))


TWO = made_observations([(0.4, 0.1), (-0.3, 0.2)], [(0.0, 1.0, INF, 1.0)])
EMULATOR = made()


# Slopes and moves


def test_slopes_are_those_of_the_emulator_in_normal_scores() -> None:
    scores = np.random.default_rng(3).standard_normal((5, 6))
    slopes, step = gradient(EMULATOR, scores), 1e-5
    for i in range(6):
        aside = step * np.eye(6)[i]
        difference = (EMULATOR.mean(ndtr(scores + aside)) - EMULATOR.mean(ndtr(scores - aside))) / (2 * step)
        assert slopes[:, :, i] == pytest.approx(difference, abs=1e-8)
    inert = ({*range(6)} - {*EMULATOR.free, *EMULATOR.minor}).pop()
    assert (slopes[:, :, inert] == 0).all()


def test_aims_by_hand() -> None:
    # one target, emulator's variance .03 and error .1: a draw that the emulator puts .4 off has to come .2 off
    emulator = Emulator(np.array([0]), np.array([], dtype=int), np.array([[1.0], [0.0]]), np.zeros(1),
                        np.array([[0.03]]))  # fmt: skip
    observed = made_observations([(0.2, 0.1)])
    assert wanted(emulator, observed, np.array([[0.8]])) == pytest.approx(np.array([[0.2 + 0.4 / 2]]))


def test_aims_of_emulated_draws_lie_around_the_report_by_its_own_error() -> None:
    # a ~ N(0, S) goes to O^(1/2) S^(-1/2) a ~ N(0, O): as quadratic forms, a' S^-1 a = b' O^-1 b for every draw
    points = points_of(50, 6)
    off = EMULATOR.mean(points)[:, :2] - TWO.value[:2]
    aims = wanted(EMULATOR, TWO, points) - TWO.value[:2]
    own = np.diag(TWO.error[:2] ** 2)
    whole = EMULATOR.covariance[:2, :2] + own
    assert ((aims @ np.linalg.inv(own)) * aims).sum(axis=1) == pytest.approx(
        ((off @ np.linalg.inv(whole)) * off).sum(axis=1)
    )


def test_what_is_foreseen_after_a_move_is_the_aim() -> None:
    points = 0.2 + 0.6 * points_of(200, 6)
    residuals = np.random.default_rng(4).multivariate_normal(np.zeros(3), EMULATOR.covariance, size=200)
    found = EMULATOR.mean(points) + residuals
    aims = found[:, :2] + 0.3 * np.random.default_rng(5).standard_normal((200, 2))
    after = moved(EMULATOR, TWO, points, found, aims)
    assert (EMULATOR.mean(after) + residuals)[:, :2] == pytest.approx(aims, abs=0.02)  # a tenth of the errors
    inert = ({*range(6)} - {*EMULATOR.free, *EMULATOR.minor}).pop()
    np.testing.assert_allclose(after[:, inert], points[:, inert], rtol=1e-12)


def test_a_move_is_the_least_change_of_normal_scores() -> None:
    # For a small change, nothing orthogonal to the slopes is moved.
    points = 0.2 + 0.6 * points_of(20, 6)
    scores, found = ndtri(points), EMULATOR.mean(points)
    after = ndtri(moved(EMULATOR, TWO, points, found, found[:, :2] + 1e-4))
    for slopes, step in zip(gradient(EMULATOR, scores)[:, :2], after - scores, strict=True):
        along = np.linalg.pinv(slopes) @ (slopes @ step)
        assert np.linalg.norm(step - along) < 1e-3 * np.linalg.norm(step)


def test_a_draw_whose_aim_is_met_stays() -> None:
    points = 0.1 + 0.8 * points_of(20, 6)
    found = EMULATOR.mean(points) + 0.5
    np.testing.assert_allclose(moved(EMULATOR, TWO, points, found, found[:, :2]), points, rtol=1e-9)


def test_without_targets_nothing_moves() -> None:
    points = points_of(20, 6)
    observed = TWO.without("target:t0", "target:t1")
    aims = wanted(EMULATOR, observed, points)
    assert aims.shape == (20, 0)
    np.testing.assert_allclose(moved(EMULATOR, observed, points, EMULATOR.mean(points) + 1, aims), points, rtol=1e-9)


@pytest.mark.parametrize("aim", [2.9, 3.1, 5.0, 50.0])
def test_an_aim_beyond_all_reach_stops_no_calibration(aim: float) -> None:
    # x1 + 2 x2 reaches 3 at the prior's corner: such a draw weighs next to nothing, the others go on
    emulator = Emulator(np.array([0, 1]), np.array([], dtype=int), np.array([[1.0], [2.0], [0], [0], [0]]), np.zeros(1),
                        np.array([[0.01]]))  # fmt: skip
    points = points_of(20, 2)
    found = emulator.mean(points)
    after = moved(emulator, made_observations([(0.0, 0.1)]), points, found, np.full((20, 1), aim))
    assert ((after >= EDGE) & (after <= 1 - EDGE)).all()


def test_density_ratio_of_one_uniform_parameter_by_hand() -> None:
    # y = x + e, e the residual, moves to value + R (x0 - value) - e with R = O^(1/2) S^(-1/2) = 1/2: a uniform density
    # takes twice its space before; in normal scores z the prior's density and the slopes phi(z) cancel.
    emulator, observed = linear(np.array([[1.0]]), np.array([[0.03]])), made_observations([(0.2, 0.1)])
    before, residuals = np.array([[0.5], [0.6], [0.55]]), np.array([[0.0], [0.1], [-0.2]])
    found = emulator.mean(before) + residuals
    after = moved(emulator, observed, before, found, wanted(emulator, observed, before))
    assert 2 * after[:, 0] - 1 == pytest.approx(0.2 + (2 * before[:, 0] - 1 - 0.2) / 2 - residuals[:, 0], abs=1e-6)
    assert density_ratio(emulator, observed, before, after, residuals) == pytest.approx(math.log(0.5), abs=1e-3)


def test_density_ratio_of_a_move_in_a_plane_is_the_change_of_a_small_triangle() -> None:
    observed, before, residuals = made_observations([(0.4, 0.1)]), np.array([[0.35, 0.8]]), np.array([[0.15]])
    emulator = linear(np.array([[1.0], [2.0]]), np.array([[0.02]]))
    corners = ndtri(before) + 1e-4 * np.array([[0, 0], [1, 0], [0, 1]])

    def after(scores: Float) -> Float:
        points = ndtr(scores)
        return moved(emulator, observed, points, emulator.mean(points) + residuals, wanted(emulator, observed, points))

    images = ndtri(after(corners))
    area = abs(np.linalg.det(images[1:] - images[0])) / 1e-8
    priors = norm.logpdf(images[0]).sum() - norm.logpdf(corners[0]).sum()
    found = density_ratio(emulator, observed, before, after(ndtri(before)), residuals)
    assert found == pytest.approx([priors + math.log(area)], abs=1e-3)


def test_where_nothing_moves_a_target_draws_stay_as_dense() -> None:
    emulator = linear(np.zeros((1, 1)), np.array([[0.01]]))
    before = np.array([[0.5], [0.9]])
    found = density_ratio(emulator, made_observations([(0.0, 0.1)]), before, before, np.array([[0.3], [0.0]]))
    assert found == pytest.approx([0, 0], abs=1e-9)


def test_draws_stopped_at_the_prior_s_faces_weigh_nothing() -> None:
    emulator, observed = linear(np.array([[1.0]]), np.array([[0.01]])), made_observations([(0.9, 0.1)])
    before, residuals = np.array([[0.9], [0.9]]), np.array([[-0.6], [0.1]])
    after = moved(emulator, observed, before, emulator.mean(before) + residuals, wanted(emulator, observed, before))
    found = density_ratio(emulator, observed, before, after, residuals)
    assert found[0] == -INF
    assert np.isfinite(found[1])


# The whole way, on models of which everything is known


class Known:
    """A model that is its emulator and a random residual: draws of the emulated posterior, runs, moves and weights."""

    def __init__(self, emulator: Emulator, observed: Observations, points: Float, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.residuals = rng.multivariate_normal(np.zeros(len(observed.names)), emulator.covariance, size=len(points))
        aims = wanted(emulator, observed, points)
        self.points = points
        for _ in range(MOVES):
            self.points = moved(emulator, observed, self.points, emulator.mean(self.points) + self.residuals, aims)
        self.outputs = emulator.mean(self.points) + self.residuals
        log_weights = density_ratio(emulator, observed, points, self.points, self.residuals) + weigh(
            emulator, observed, points, aims, self.outputs
        )
        self.weights = np.exp(log_weights - log_weights.max())
        self.weights /= self.weights.sum()

    def moments(self, values: Float) -> tuple[Float, Float, float]:
        """Return weighted mean and covariance of columns, and how many draws they are worth."""
        mean = self.weights @ values
        return mean, (self.weights[:, None] * (values - mean)).T @ (values - mean), 1 / float((self.weights**2).sum())


def linear(slopes: Float, covariance: Float) -> Emulator:
    k, outputs = slopes.shape
    coefficients = np.vstack([slopes, np.zeros((k + k * (k - 1) // 2, outputs))])
    return Emulator(np.arange(k), np.array([], dtype=int), coefficients, np.zeros(outputs), covariance)


def emulated(emulator: Emulator, observed: Observations, n: int, seed: int) -> Float:
    """Return exact draws of the emulated posterior: of the prior, kept in proportion to the likelihood."""
    rng, found, kept = np.random.default_rng(seed), [], 0
    highest = -INF
    while kept < n:
        points = rng.random((400_000, emulator.free.size))
        log_likelihood = observed.log_likelihood(emulator.mean(points), emulator.covariance)
        highest = max(highest, float(log_likelihood.max()))
        inside = points[np.log(rng.random(len(points))) < log_likelihood - highest]
        found.append(inside)
        kept += len(inside)
    return np.vstack(found)[:n]


def test_parameters_and_residuals_have_their_joint_posterior() -> None:
    # y = A z + e around the prior's middle, where u is linear in z (to a part in a hundred at these widths). With
    # z ~ N(0, 1) and the residual e ~ N(0, C), the posterior of (z, e) is normal: precision
    # [[1 + A'KA, A'K], [KA, K + 1/C]], K = 1/O. Both targets and a third output that is no target, whose residual goes
    # along with theirs.
    a = math.sqrt(2 / math.pi) * np.array([[2.0, 0.5, 1.0], [-1.0, 1.5, 0.3]])  # slopes 2 phi(0) of x in z
    covariance = np.array([[0.010, 0.004, 0.003], [0.004, 0.012, -0.002], [0.003, -0.002, 0.02]])
    emulator = linear(a / math.sqrt(2 / math.pi), covariance)
    observed = made_observations([(0.08, 0.06), (-0.05, 0.09)], [(-INF, 1.0, INF, 1.0)])
    own = np.diag([1 / 0.06**2, 1 / 0.09**2, 0.0])  # the third is not observed
    slopes = a.T
    precision = np.block([[np.eye(2) + slopes.T @ own @ slopes, slopes.T @ own],
                          [own @ slopes, own + np.linalg.inv(covariance)]])  # fmt: skip
    value = np.array([0.08, -0.05, 0.0])
    mean = np.linalg.solve(precision, np.concatenate([slopes.T @ own @ value, own @ value]))
    spread = np.linalg.inv(precision)
    known = Known(emulator, observed, emulated(emulator, observed, 6000, seed=6), seed=7)
    found_mean, found_spread, n = known.moments(np.hstack([ndtri(known.points), known.residuals]))
    deviations = np.sqrt(np.diag(spread))
    assert n > 5500
    assert np.abs((found_mean - mean) / deviations).max() < 4 / math.sqrt(n)
    relative = (found_spread - spread) / np.outer(deviations, deviations)
    assert np.abs(relative).max() < 4 * math.sqrt(2 / n) + 0.01
    assert np.corrcoef(known.points[:, 0], known.residuals[:, 0])[0, 1] < -0.5  # what it adds, the parameter takes away


@pytest.mark.parametrize("value", [0.0, 0.8, -0.9])
def test_residuals_keep_their_prior_wherever_the_report_lies(value: float) -> None:
    # y = x + e, x uniform from -1 to 1 and known to .04: the posterior of the residual e is its prior, N(0, .03^2), and
    # that of x is N(value, .03^2 + .01^2), as far from the prior's middle as you like.
    emulator, observed = linear(np.array([[1.0]]), np.array([[0.03**2]])), made_observations([(value, 0.01)])
    known = Known(emulator, observed, emulated(emulator, observed, 5000, seed=8), seed=9)
    mean, spread, n = known.moments(np.hstack([2 * known.points - 1, known.residuals]))
    x, sd = math.sqrt(0.001), 0.03
    assert mean[1] / sd == pytest.approx(0, abs=4 / math.sqrt(n))
    assert (mean[0] - value) / x == pytest.approx(0, abs=4 / math.sqrt(n))
    assert np.diag(spread) == pytest.approx([x**2, sd**2], rel=4 * math.sqrt(2 / n))


@pytest.mark.parametrize("value", [0.3, 1.2, 1.6])
def test_residuals_and_parameters_where_the_prior_s_edges_are_near(value: float) -> None:
    # Three parameters on -1 .. 1 and a report towards their corner, at 2.1: a residual is then likelier to have helped.
    # What is known of both is an integral over the prior, here of many draws of it.
    emulator, observed = (
        linear(np.array([[1.0], [0.7], [0.4]]), np.array([[0.15**2]])),
        made_observations([(value, 0.05)]),
    )
    known = Known(emulator, observed, emulated(emulator, observed, 6000, seed=10), seed=11)
    rng = np.random.default_rng(12)
    points, residuals = rng.random((1_500_000, 3)), 0.15 * rng.standard_normal((1_500_000, 1))
    weights = np.exp(observed.log_likelihood(emulator.mean(points) + residuals))
    everything = np.hstack([points, residuals])
    mean = np.average(everything, axis=0, weights=weights)
    deviations = np.sqrt(np.average((everything - mean) ** 2, axis=0, weights=weights))
    worth = weights.sum() ** 2 / (weights**2).sum()
    found, spread, n = known.moments(np.hstack([known.points, known.residuals]))
    error = math.sqrt(1 / n + 1 / worth)
    assert np.abs((found - mean) / deviations).max() < 4 * error
    assert np.abs(np.sqrt(np.diag(spread)) / deviations - 1).max() < 4 * error


def test_draws_with_minor_parameters_reach_their_aims_too() -> None:
    emulator = made(seed=13, bent=0.05)
    observed = made_observations([tuple(pair) for pair in np.column_stack([emulator.intercept[:2], [0.1, 0.1]])],
                         [(-5.0, 1.0, INF, 1.0)])  # fmt: skip
    free = 0.3 + 0.4 * points_of(100, 3, seed=14)
    points, _ = with_others(emulator, observed, free, 6, seed=15)
    known = Known(emulator, observed, points, seed=16)
    assert known.outputs[:, :2] == pytest.approx(wanted(emulator, observed, points), abs=0.01)  # a tenth of the errors
