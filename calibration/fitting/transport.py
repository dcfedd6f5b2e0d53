"""Transport of posterior draws: each is moved by what its first run showed, so that a second run meets the report.

An emulator knows a run only up to its error: the chance of its seed and what the formula misses. The first run shows
that error, and the second run has the same seed. How far the targets lie from the report is then transported from one
normal distribution to another. Let a be how far the emulator put the targets of a draw from the report. Were outputs
linear in the parameters and the prior flat, a would be N(0, S) over draws of the emulated posterior, S the covariance
of the emulator's error and the report's; given the errors of the runs, the targets would lie around the report by
N(0, O), O the report's part of S alone. The map is

    a -> O^(1/2) S^(-1/2) a,        N(0, S) -> N(0, O)

Where O and S commute (one target, or emulator errors that are uncorrelated between targets) this is the optimal
transport map (Monge map) between the two normals for the squared distance, whose general form is
S^(-1/2) (S^(1/2) O S^(1/2))^(1/2) S^(-1/2) (Olkin & Pukelsheim 1982; Knott & Smith 1984; Peyre & Cuturi 2019, section
2.6). Where they do not, it is another linear map between the same two normals, and near that one as long as the errors
are weakly correlated. Any map would do: importance weights (`density_ratio` here, `last_stage.weigh`) correct exactly
for the map that is used and for what is not linear; a short way only keeps them even. In the parameters, the targets
are brought where the map puts them by the least change of normal scores (`moved`).

No seed is chosen for what it gives.

    Knott, M. and Smith, C. S. 1984. On the optimal mapping of distributions. J. Optim. Theory Appl. 43, 39-49.
    Olkin, I. and Pukelsheim, F. 1982. The distance between two random vectors with given dispersion matrices. Linear
        Algebra Appl. 48, 257-263.
    Peyre, G. and Cuturi, M. 2019. Computational optimal transport. Found. Trends Mach. Learn. 11, 355-607.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import sqrtm
from scipy.special import ndtr, ndtri

from calibration.fitting.emulator import Emulator
from calibration.fitting.likelihood import Observations
from simulation.state.entities import Float

EDGE = 1e-9
"""Coordinates of the unit cube stay so far from its faces, where normal scores are infinite."""
STEPS = 3
"""Newton steps of a move: outputs bend a little on the way."""
STEP = 1e-4
"""Half the distance, in normal scores, over which the slopes of a move are measured."""


def wanted(emulator: Emulator, observed: Observations, points: Float) -> Float:
    """Return where the targets of each draw's run have to come out, (n, n_targets) on scales: see above.

    points: draws of the emulated posterior, (n, n_parameters) on the unit cube.
    """
    t = observed.targets
    of_report = np.diag(observed.error[t] ** 2)
    whole = emulator.covariance[np.ix_(t, t)] + of_report
    shrink = np.real(sqrtm(of_report)) @ np.linalg.inv(np.real(sqrtm(whole)))
    return np.asarray(observed.value[t] + (emulator.mean(points)[:, t] - observed.value[t]) @ shrink.T)


def moved(emulator: Emulator, observed: Observations, points: Float, outputs: Float, aims: Float) -> Float:
    """Return `points` moved so that their targets come out at `aims`, by the least change of normal scores.

    outputs: what their runs gave, (n, n_outputs) on scales; how far that lies from the emulator stays as it is.
    """
    t = observed.targets
    scores = _scores(points)
    residuals = outputs - emulator.mean(points)
    for _ in range(STEPS if t.size else 0):
        off = aims - (emulator.mean(ndtr(scores)) + residuals)[:, t]
        slopes = gradient(emulator, scores)[:, t]  # (n, n_targets, n_parameters)
        step = _solved(slopes @ slopes.transpose(0, 2, 1), off[:, :, None])
        scores = np.clip(scores + (slopes.transpose(0, 2, 1) @ step)[:, :, 0], ndtri(EDGE), -ndtri(EDGE))
    return np.asarray(np.clip(ndtr(scores), EDGE, 1 - EDGE))


def _solved(gram: Float, off: Float) -> Float:
    """Return the steps of all draws; where nothing moves some target any more, the least that moves the others."""
    try:
        return np.asarray(np.linalg.solve(gram, off))
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.pinv(gram, hermitian=True) @ off)


def density_ratio(emulator: Emulator, observed: Observations, before: Float, after: Float, residuals: Float) -> Float:
    """Return the log of how much rarer draws became by being moved from `before` to `after`, shape (n,).

    residuals: of each run from the emulator, (n, n_outputs) on scales. The prior's density of normal scores at
    `after` over that at `before`, times the space that draws with one and the same error take after the move over that
    before: the determinant of the move's slopes, by central differences of `moved` in each parameter that moves
    anything. Minus infinity where a draw was stopped at the prior's faces, so that many became one.
    """
    first, last = (_scores(points) for points in (before, after))
    moving = np.concatenate([emulator.free, emulator.minor])
    slopes = np.empty((len(before), moving.size, moving.size))
    for number, parameter in enumerate(moving):
        ends = []
        for step in (-STEP, STEP):
            aside = first.copy()
            aside[:, parameter] += step
            points = ndtr(aside)
            aims = wanted(emulator, observed, points)
            ends.append(_scores(moved(emulator, observed, points, emulator.mean(points) + residuals, aims)))
        slopes[:, :, number] = (ends[1] - ends[0])[:, moving] / (2 * STEP)
    return np.asarray(0.5 * (first**2 - last**2).sum(axis=1) + np.linalg.slogdet(slopes)[1])


def _scores(points: Float) -> Float:
    """Return normal scores of points on the unit cube."""
    return np.asarray(ndtri(np.clip(points, EDGE, 1 - EDGE)))


def gradient(emulator: Emulator, scores: Float) -> Float:
    """Return the slopes of all outputs in the parameters' normal scores, shape (n, n_outputs, n_parameters)."""
    n, n_parameters = scores.shape
    k = emulator.free.size
    x = 2.0 * ndtr(scores[:, emulator.free]) - 1.0
    rows, columns = np.triu_indices(k, 1)
    squares = emulator.coefficients[k + emulator.minor.size : 2 * k + emulator.minor.size]
    crossed = np.zeros((k, k, emulator.coefficients.shape[1]))
    crossed[rows, columns] = crossed[columns, rows] = emulator.coefficients[2 * k + emulator.minor.size :]
    slopes = np.zeros((n, emulator.coefficients.shape[1], n_parameters))
    slopes[:, :, emulator.free] = (
        (emulator.coefficients[:k] + np.einsum("ni,ijo->njo", x, crossed)) + 2.0 * x[:, :, None] * squares
    ).transpose(0, 2, 1)
    slopes[:, :, emulator.minor] = emulator.slopes_of_minor.T
    density = np.exp(-0.5 * scores**2) / np.sqrt(2 * np.pi)
    return np.asarray(2.0 * slopes * density[:, None, :])
