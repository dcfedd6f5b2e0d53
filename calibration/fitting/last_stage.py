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
"""Times a checked draw is moved and run again: after two its targets lie within a tenth of their errors of the aim."""


class Asked(NamedTuple):
    """Draws to check: of which report's posterior, their points (n, n_parameters) on the unit cube, their run seeds."""

    observed: Observations
    points: Float
    seeds: list[int]


def checked(
    store: RunStore, emulator: Emulator, asked: Sequence[Asked], told: Callable[[Text], Done]
) -> list[tuple[Wave, Float]]:
    """Return, for each set of observations, the last runs of its draws and the logarithm of their weights.

    The runs for all of them are made together. told: gives what hears of a stage's runs.
    """
    observed, sizes = asked[0].observed, np.cumsum([len(each.points) for each in asked])[:-1]  # scales are all the same
    seeds = [seed for each in asked for seed in each.seeds]

    def run(points: list[Float], name: Text) -> list[Wave]:
        found = wave(store, observed, np.vstack(points), seeds, told(name))
        parts = zip(*(np.split(part, sizes) for part in (found.points, found.outputs, found.raw)), strict=True)
        return [Wave(*part) for part in parts]

    aims = [wanted(emulator, each.observed, each.points) for each in asked]
    found = run([each.points for each in asked], Text("check", "检验"))
    for number in range(MOVES):
        residuals = [own.outputs - emulator.mean(own.points) for own in found]
        placed = [
            moved(emulator, each.observed, own.points, own.outputs, aim)
            for each, own, aim in zip(asked, found, aims, strict=True)
        ]
        name = Text(f"check, move {number + 1}", f"检验，第 {number + 1} 次移动")
        found = run(placed, name)
    weights = [
        density_ratio(emulator, each.observed, each.points, own.points, chance)
        + weigh(emulator, each.observed, each.points, aim, own.outputs)
        for each, own, chance, aim in zip(asked, found, residuals, aims, strict=True)
    ]
    return list(zip(found, weights, strict=True))


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
