"""Morris screening: which parameters move a target or pattern at all, at the cost of a few runs a parameter.

One parameter at a time takes a step, from points spread over the prior; all runs of a trajectory share one seed, so
that a step shows the parameter and not another seed. An effect is what the whole range of the parameter does, in units
of the error that the report leaves: a parameter whose effects are all below one is inert, for no figure of the report
could ever tell its values apart.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from SALib.analyze import morris as analyze_morris
from SALib.sample import morris as sample_morris

from calibration.fitting.likelihood import Observations
from calibration.fitting.waves import SCREENING, run_seeds
from simulation.state.entities import Float

LEVELS = 4
FREE_MOST = 25
"""Parameters that are fitted with squares and products; their number grows with the square."""
MOVES = 1.0
"""Effect, in errors of the report, from which a parameter is not inert."""


class Screening(NamedTuple):
    """Effects of each parameter, shape (n_parameters, n_outputs), and what follows: free, minor, all others inert."""

    effects: Float
    free: tuple[int, ...]
    minor: tuple[int, ...]

    @property
    def strongest(self) -> Float:
        """The largest effect of each parameter on any output, in errors of the report."""
        return np.asarray(np.nanmax(self.effects, axis=1))


def screening_runs(n_parameters: int, trajectories: int) -> int:
    """Return how many runs a screening takes."""
    return trajectories * (n_parameters + 1)


def design(n_parameters: int, trajectories: int, seed: int) -> tuple[Float, list[int]]:
    """Return the points of all trajectories, shape (screening_runs, n_parameters), and run seeds."""
    points = sample_morris.sample(_problem(n_parameters), trajectories, num_levels=LEVELS, seed=seed)
    lots = run_seeds(SCREENING, trajectories + 1, seed)[1:]
    return np.asarray(points, dtype=float), [lots[row // (n_parameters + 1)] for row in range(len(points))]


def screened(points: Float, outputs: Float, observed: Observations, seed: int) -> Screening:
    """Return what the runs of `design` say; outputs: on their scales, shape (n, n_outputs).

    An output that some run did not give is not looked at. free: the FREE_MOST strongest that are not inert.
    """
    n_parameters = points.shape[1]
    effects = np.full((n_parameters, outputs.shape[1]), np.nan)
    for j, error in enumerate(errors_of(observed)):
        if np.isfinite(outputs[:, j]).all():
            morris = analyze_morris.analyze(
                _problem(n_parameters), points, outputs[:, j], num_levels=LEVELS, seed=seed, print_to_console=False
            )
            effects[:, j] = np.asarray(morris["mu_star"], dtype=float) / error
    strongest = np.nanmax(effects, axis=1)
    moving = [int(i) for i in np.argsort(-strongest, kind="stable") if strongest[i] >= MOVES]
    return Screening(effects, tuple(sorted(moving[:FREE_MOST])), tuple(sorted(moving[FREE_MOST:])))


def errors_of(observed: Observations) -> Float:
    """Return the error that the report leaves each output: of a target its own, of a pattern its sharpest threshold."""
    low = np.where(np.isinf(observed.low), np.inf, observed.low_sd)
    high = np.where(np.isinf(observed.high), np.inf, observed.high_sd)
    return np.where(np.isnan(observed.value), np.minimum(low, high), observed.error)


def _problem(n: int) -> dict[str, object]:
    return {"num_vars": n, "names": [str(i) for i in range(n)], "bounds": [[0.0, 1.0]] * n}
