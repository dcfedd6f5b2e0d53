"""Waves: the runs of one stage of a calibration, and the seeds that they get.

Run seeds belong to the inference, the stage and the run's number. Within one inference no two runs at
different points have the same seed, unless they are to have common random numbers; two inferences share no seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calibration.fitting.likelihood import Observations
from calibration.fitting.runs import Done, RunStore
from simulation.state.entities import Float

SEED_STEP = 100_000
"""Run seeds of a stage are its number times this, and the number of the run."""
SCREENING, PRIOR = 0, 1
MATCHING, REFOCUSING, WEIGHTING, TRUTHS, NEAR_TRUTHS, FRESH, WEIGHTING_TRUTHS = range(3, 10)
"""Numbers of the stages. A stage of number 2 is no longer made; the others keep their seeds."""
STAGES = 10


@dataclass(frozen=True)
class Wave:
    """Runs of one stage: points on the unit cube; what they gave, for the report's outputs on their scales.

    raw: the same in their own units, followed by what no figure of the report speaks of (history.ALSO).
    """

    points: Float
    outputs: Float
    raw: Float


def run_seeds(stage: int, n: int, seed: int) -> list[int]:
    """Return the seeds of `n` runs of a stage; seed: of the inference, 1 or more."""
    first = ((seed - 1) * STAGES + stage) * SEED_STEP
    return list(range(first, first + n))


def wave(
    store: RunStore, observed: Observations, points: Float, seeds: Sequence[int], done: Done | None = None
) -> Wave:
    """Return the runs at `points` with `seeds`, from `store`."""
    raw, n = store.outputs(points, seeds, done), len(observed.names)
    return Wave(points, observed.scaled(raw[:, :n]), raw)
