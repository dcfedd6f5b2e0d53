"""The last stage of an inference: real runs at draws of the emulated posterior, moved and weighted.

What each run shows beyond the emulator moves its draw a little, and it is run again with the same seed, MOVES times
(transport.py). Each weighs as much as the report makes its outputs likelier than was foreseen, so that what the
emulator gets wrong is mended where it matters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from calibration.fitting.emulator import Emulator
from calibration.fitting.likelihood import Observations
from calibration.fitting.runs import Done, RunStore
from calibration.fitting.transport import density_ratio, moved, wanted
from calibration.fitting.waves import Wave, wave
from scenarios.base.text import Text
from simulation.state.entities import Float

MOVES = 2
"""Times a draw is moved and run again: after two its targets lie within a tenth of their errors of the aim."""


class Proposal(NamedTuple):
    """Draws to run: of the posterior of which observations, their points (n, n_parameters), their run seeds."""

    observed: Observations
    points: Float
    seeds: list[int]


def importance_weighted(
    store: RunStore, emulator: Emulator, proposals: Sequence[Proposal], stage_progress: Callable[[Text], Done]
) -> list[tuple[Wave, Float]]:
    """Return, for each proposal, the last runs of its draws and the logarithm of their importance weights.

    The runs of all proposals are made together. stage_progress: returns, for the name of a stage, what is called after
    each of its runs.
    """
    observed = proposals[0].observed  # scales are all the same
    ends = np.cumsum([len(proposal.points) for proposal in proposals])[:-1]
    seeds = [seed for proposal in proposals for seed in proposal.seeds]

    def run(points: list[Float], name: Text) -> list[Wave]:
        runs = wave(store, observed, np.vstack(points), seeds, stage_progress(name))
        parts = zip(*(np.split(part, ends) for part in (runs.points, runs.outputs, runs.raw)), strict=True)
        return [Wave(*part) for part in parts]

    aims = [wanted(emulator, proposal.observed, proposal.points) for proposal in proposals]
    waves = run([proposal.points for proposal in proposals], Text("check", "检验"))
    for number in range(MOVES):
        residuals = [runs.outputs - emulator.mean(runs.points) for runs in waves]
        placed = [
            moved(emulator, proposal.observed, runs.points, runs.outputs, aim)
            for proposal, runs, aim in zip(proposals, waves, aims, strict=True)
        ]
        name = Text(f"check, move {number + 1}", f"检验，第 {number + 1} 次移动")
        waves = run(placed, name)
    weights = [
        density_ratio(emulator, proposal.observed, proposal.points, runs.points, residual)
        + weigh(emulator, proposal.observed, proposal.points, aim, runs.outputs)
        for proposal, runs, residual, aim in zip(proposals, waves, residuals, aims, strict=True)
    ]
    return list(zip(waves, weights, strict=True))


def weigh(emulator: Emulator, observed: Observations, points: Float, aims: Float, outputs: Float) -> Float:
    """Return the log of the likelihood of runs over that of the draws they came from, shape (n,).

    points: the draws before they were moved; aims: where their targets were to come out; outputs: what the runs gave.
    """
    targets, mean = observed.targets_alone(), emulator.mean(points)
    patterns = observed.log_likelihood(mean, emulator.covariance) - targets.log_likelihood(mean, emulator.covariance)
    foreseen = outputs.copy()
    foreseen[:, observed.targets] = aims
    weights = observed.log_likelihood(outputs) - targets.log_likelihood(foreseen) - patterns
    return np.where(np.isnan(weights), -np.inf, weights)
