"""Emulators: cheap formulas for what a history gives, fitted to full-size runs, with their own error.

Every output is quadratic in the free parameters, linear in the minor ones, and does without those that screening found
inert (screen.py); the coefficients are those of a ridge regression. Its error is that of predicting each run from all
others (leave one out), with its covariance between outputs: it holds the chance of a run's seed as well as what the
formula misses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scenarios.base.errors import UserError
from scenarios.base.text import Text
from simulation.state.entities import Float

PENALTIES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Ridge penalties tried for each output; the one that predicts left-out runs best is taken."""
UNIFORM_VARIANCE = 1 / 3
"""Of a coordinate that is uniform from -1 to 1: what a parameter adds that is left at its prior."""
SQUARE_VARIANCE = 4 / 45
"""Of its square."""
FEWEST_RUNS = 10

Index = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Emulator:
    """Formulas for all outputs on their scales.

    free, minor: numbers of the parameters that enter squared and multiplied, and of those that enter as they are;
    coefficients: (n_features, n_outputs), in the order of `features`; intercept: (n_outputs,); covariance: of the error
    of a prediction, (n_outputs, n_outputs).
    """

    free: Index
    minor: Index
    coefficients: Float
    intercept: Float
    covariance: Float

    @property
    def slopes_of_minor(self) -> Float:
        """What a minor parameter's half range adds to each output, shape (n_minor, n_outputs)."""
        return self.coefficients[self.free.size : self.free.size + self.minor.size]

    def mean(self, points: Float) -> Float:
        """Return predictions at points of the unit cube over all parameters, shape (n, n_outputs)."""
        return self.mean_of_free(points[:, self.free]) + (2.0 * points[:, self.minor] - 1.0) @ self.slopes_of_minor

    def mean_of_free(self, free_points: Float) -> Float:
        """Return predictions with every other parameter at its median, from the free ones' points (n, n_free)."""
        x, k = 2.0 * free_points - 1.0, self.free.size
        squared = products(x) @ self.coefficients[k + self.minor.size :]
        return np.asarray(x @ self.coefficients[:k] + squared + self.intercept)

    def covariance_of_free(self) -> Float:
        """Return the covariance of the error where every minor parameter is left at its prior."""
        return self.covariance + UNIFORM_VARIANCE * self.slopes_of_minor.T @ self.slopes_of_minor

    def shares(self, n_parameters: int) -> Float:
        """Return the share of each output's variance under the prior that each parameter brings alone.

        Shape (n_parameters, n_outputs): linear and squared terms, of all variance that the formula and its error hold.
        """
        k, linear = self.free.size, self.free.size + self.minor.size
        alone = UNIFORM_VARIANCE * self.coefficients[:linear] ** 2
        squares, crossed = self.coefficients[linear : linear + k], self.coefficients[linear + k :]
        alone[:k] += SQUARE_VARIANCE * squares**2
        whole = alone.sum(axis=0) + UNIFORM_VARIANCE**2 * (crossed**2).sum(axis=0) + np.diag(self.covariance)
        shares = np.zeros((n_parameters, len(whole)))
        shares[np.concatenate([self.free, self.minor])] = alone / whole
        return shares


def features(x: Float, free: Index, minor: Index) -> Float:
    """Return the columns of the regression: free parameters, minor ones, `products` of the free. x: from -1 to 1."""
    return np.hstack([x[:, free], x[:, minor], products(x[:, free])])


def products(x: Float) -> Float:
    """Return squares, less their mean under the prior, then products of two, shape (n, k + k (k - 1) / 2)."""
    rows, columns = np.triu_indices(x.shape[1], 1)
    return np.hstack([x**2 - UNIFORM_VARIANCE, x[:, rows] * x[:, columns]])


def fit_emulator(
    points: Float,
    outputs: Float,
    free: Sequence[int] | Index,
    minor: Sequence[int] | Index,
    weights: Float | None = None,
) -> Emulator:
    """Return the emulator of runs at `points` (n, n_parameters) with `outputs` (n, n_outputs) on their scales.

    weights: of the runs in the error's covariance, such as how near the report they are; equal if none are given. A run
    without a value for some output is left out of all. Raises UserError for fewer than ten runs with all.
    """
    whole = np.isfinite(outputs).all(axis=1)
    if whole.sum() < FEWEST_RUNS:
        problem = Text("hardly any run has a value for every figure and finding", "几乎没有运行能给出全部数字和结论")
        raise UserError(problem, key="observed", found=int(whole.sum()), allowed=f">= {FEWEST_RUNS}",
                        hint=Text("leave some out: without=[ID,...]", "请略去一些：without=[编号,...]"))  # fmt: skip
    chosen, others = np.asarray(free, dtype=np.intp), np.asarray(minor, dtype=np.intp)
    x, y = 2.0 * points[whole] - 1.0, outputs[whole]
    w = np.ones(len(x)) if weights is None else weights[whole]
    coefficients, intercept, residuals = ridge(features(x, chosen, others), y)
    covariance = (residuals * w[:, None]).T @ residuals / w.sum()
    return Emulator(chosen, others, coefficients, intercept, covariance)


def ridge(columns: Float, outputs: Float) -> tuple[Float, Float, Float]:
    """Return coefficients, intercepts and residuals of every run predicted from all others, by ridge regression.

    The leave-one-out residual of a linear fit is e / (1 - h), h the run's leverage: no fit is made twice.
    """
    centre, level = columns.mean(axis=0), outputs.mean(axis=0)
    u, s, vt = np.linalg.svd(columns - centre, full_matrices=False)
    projected = u.T @ (outputs - level)
    tried = []
    for penalty in PENALTIES:
        shrunk = s**2 / (s**2 + penalty)
        leverage = np.minimum((u**2) @ shrunk + 1 / len(columns), 1 - 1e-9)
        fitted = u @ (shrunk[:, None] * projected)
        tried.append((outputs - level - fitted) / (1 - leverage)[:, None])
    best = np.array([(left_out**2).mean(axis=0) for left_out in tried]).argmin(axis=0)
    n_outputs = outputs.shape[1]
    residuals = np.column_stack([tried[best[j]][:, j] for j in range(n_outputs)])
    gains = np.column_stack([s / (s**2 + PENALTIES[best[j]]) for j in range(n_outputs)])
    coefficients = vt.T @ (gains * projected)
    return coefficients, level - centre @ coefficients, residuals
