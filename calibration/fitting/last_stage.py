"""The last stage of an inference: real runs at draws of the emulated posterior; some of them moved and weighted.

1. Every draw is run once. What its run shows beyond the emulator is the chance of its seed above all.
2. What each draw would weigh, were it moved so that its run meets the report, is foreseen from that (`foreseen`). A
   share of the draws is kept, each with a probability in proportion to its foreseen weight (`kept`): no further run is
   spent on a draw that would hardly count. Its probability of being kept is divided out, so that the weighted draws
   stand for the same distribution (sampling proportional to size; Horvitz & Thompson 1952).
3. Those kept are moved and run again with the same seed, MOVES times (transport.py). Each weighs as much as the report
   makes its outputs likelier than was foreseen, so that what the emulator gets wrong is mended where it matters.

    Horvitz, D. G. and Thompson, D. J. 1952. A generalization of sampling without replacement from a finite universe.
        J. Amer. Statist. Assoc. 47, 663-685.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from calibration.fitting.emulator import Emulator, Index
from calibration.fitting.likelihood import Observations
from calibration.fitting.runs import Done, RunStore
from calibration.fitting.sampler import inclusion, systematic
from calibration.fitting.transport import density_ratio, moved, wanted
from calibration.fitting.waves import Wave, wave
from scenarios.base.text import Text
from simulation.state.entities import Float

MOVES = 2
"""Times a draw is moved and run again. With the default reading 600 draws, all of them moved, are worth 31 after one
move and 129 after two; weighted without any move they are worth 5."""
DRAWS_PER_KEPT = 3
"""Draws that are run once for each that is moved. Of 600, 200 moved are worth 105, and all of them 129."""


class Proposal(NamedTuple):
    """Draws to run: of the posterior of which observations, their points (n, n_parameters), their run seeds."""

    observed: Observations
    points: Float
    seeds: list[int]


class Weighted(NamedTuple):
    """The last runs of the draws that were kept, their run seeds, the logarithms of their importance weights."""

    runs: Wave
    seeds: list[int]
    log_weights: Float


def runs_of(draws: int) -> int:
    """Return how many runs the last stage makes at most of so many draws."""
    return draws + MOVES * kept_of(draws)


def kept_of(draws: int) -> int:
    """Return how many of so many draws are moved."""
    return draws // DRAWS_PER_KEPT


def importance_weighted(
    store: RunStore, emulator: Emulator, proposals: Sequence[Proposal], stage_progress: Callable[[Text], Done]
) -> list[Weighted]:
    """Return, for each proposal, the last runs of the draws that are kept and their importance weights.

    The runs of all proposals are made together. stage_progress: returns, for the name of a stage, what is called after
    each of its runs.
    """

    def run(drawn: Sequence[Proposal], name: Text) -> list[Wave]:
        points = np.vstack([proposal.points for proposal in drawn])
        seeds = [seed for proposal in drawn for seed in proposal.seeds]
        runs = wave(store, drawn[0].observed, points, seeds, stage_progress(name))  # scales are all the same
        ends = np.cumsum([len(proposal.points) for proposal in drawn])[:-1]
        parts = zip(*(np.split(part, ends) for part in (runs.points, runs.outputs, runs.raw)), strict=True)
        return [Wave(*part) for part in parts]

    first = run(proposals, Text("check", "检验"))
    before: list[Proposal] = []
    waves: list[Wave] = []
    chances: list[Float] = []
    for proposal, runs in zip(proposals, first, strict=True):
        rows, chance = kept(foreseen(emulator, proposal, runs), kept_of(len(runs.points)), proposal.seeds[0])
        before.append(proposal._replace(points=proposal.points[rows], seeds=[proposal.seeds[row] for row in rows]))
        waves.append(Wave(*(part[rows] for part in (runs.points, runs.outputs, runs.raw))))
        chances.append(chance)
    aims = [wanted(emulator, proposal.observed, proposal.points) for proposal in before]
    residuals: list[Float] = []
    for number in range(MOVES):
        residuals = [runs.outputs - emulator.mean(runs.points) for runs in waves]
        placed = [
            proposal._replace(points=moved(emulator, proposal.observed, runs.points, runs.outputs, aim))
            for proposal, runs, aim in zip(before, waves, aims, strict=True)
        ]
        waves = run(placed, Text(f"check, move {number + 1}", f"检验，第 {number + 1} 次移动"))
    return [
        Weighted(
            runs,
            proposal.seeds,
            density_ratio(emulator, proposal.observed, proposal.points, runs.points, residual)
            + weigh(emulator, proposal.observed, proposal.points, aim, runs.outputs)
            - np.log(chance),
        )
        for proposal, runs, residual, aim, chance in zip(before, waves, residuals, aims, chances, strict=True)
    ]


def foreseen(emulator: Emulator, proposal: Proposal, runs: Wave) -> Float:
    """Return the log of what each draw would weigh, were its run moved to its aim and its residual stayed, shape (n,).

    runs: the first of the proposal's draws.
    """
    observed, points = proposal.observed, proposal.points
    aims, residuals = wanted(emulator, observed, points), runs.outputs - emulator.mean(points)
    placed = moved(emulator, observed, points, runs.outputs, aims)
    rarer = density_ratio(emulator, observed, points, placed, residuals)
    return rarer + weigh(emulator, observed, points, aims, emulator.mean(placed) + residuals)


def kept(log_weights: Float, n: int, seed: int) -> tuple[Index, Float]:
    """Return the rows of the draws that are kept, `n` or fewer, and with which probability each was to be kept.

    A draw without a finite weight is not kept. seed: a whole number from 0 on.
    """
    finite = np.isfinite(log_weights)
    weights = np.zeros(len(log_weights))
    weights[finite] = np.exp(log_weights[finite] - log_weights[finite].max(initial=-np.inf))
    chance = inclusion(weights, n)
    rows = systematic(chance, np.random.default_rng([seed, n]))
    return rows, chance[rows]


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
