"""How another reading begins: with the default's runs and what the reading changes in them, which is known here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from calibration.fitting.opening import Opening, OutOfReachError, opening, opening_beside, transferred
from calibration.fitting.progress import StageProgress
from calibration.fitting.screen import Screening
from calibration.fitting.sizes import Sizes
from calibration.fitting.waves import MATCHING, PRIOR, Wave, run_seeds
from scenarios.base.progress import Progress
from simulation.state.entities import Float
from tests.calibration.made_fit import ALL, made_observations, made_outputs, made_prior

DEFAULT = Sizes(2, prior=300, matching=100, refocusing=0, checking=0, chain=0, left_out=0, experiments=0)
READING = Sizes(2, prior=60, matching=40, refocusing=0, checking=0, chain=0, left_out=0, experiments=0)
OBSERVED = made_observations()
EMPLOYED = OBSERVED.names.index("target:employed")
SCREENING = Screening(np.ones((len(ALL), len(OBSERVED.names))), (0, 1, 2, 3), (4, 5))


class Made:
    """A store whose runs are made_outputs, chance of the seed, and a shift that depends on the parameters."""

    def __init__(self, level: float = 0.0, slope: float = 0.0, noise: float = 0.0) -> None:
        self.prior, self.shift = made_prior(), (level, slope, noise)
        self.asked: list[tuple[bytes, int]] = []

    def on_scales(self, points: Float, seeds: Sequence[int]) -> Float:
        level, slope, noise = self.shift
        outputs = made_outputs(points, OBSERVED)
        for row, seed in enumerate(seeds):
            chance, own = np.random.default_rng(seed), np.random.default_rng([seed, 1])
            outputs[row] += 0.3 * chance.standard_normal(outputs.shape[1])
            outputs[row, EMPLOYED] += noise * own.standard_normal()
        outputs[:, EMPLOYED] += level + slope * (2 * points[:, 0] - 1)
        return outputs

    def outputs(self, points: Float, seeds: Sequence[int], done: Any = None) -> Float:
        self.asked += [(point.tobytes(), seed) for point, seed in zip(points, seeds, strict=True)]
        scaled = self.on_scales(points, seeds)
        return np.column_stack([OBSERVED.natural(j, scaled[:, j]) for j in range(scaled.shape[1])])


def default() -> tuple[Any, Opening]:
    store: Any = Made()
    return store, opening(store, OBSERVED, DEFAULT, 1, StageProgress(Progress()), SCREENING)


def beside(store: Any, other: Opening) -> Opening:
    return opening_beside(store, OBSERVED, READING, 1, StageProgress(Progress()), SCREENING, other)


def test_the_default_begins_with_its_own_design() -> None:
    store, found = default()
    assert len(store.asked) == 300 + 100
    assert found.seeds == run_seeds(PRIOR, 300, 1) + run_seeds(MATCHING, 100, 1)
    assert len(found.so_far.points) == 400
    assert found.so_far.outputs == pytest.approx(store.on_scales(found.so_far.points, found.seeds), abs=1e-6)


def test_a_reading_runs_few_of_the_default_s_points_with_their_seeds() -> None:
    store, other = default()
    mine: Any = Made(level=1.0)
    found = beside(mine, other)
    assert len(mine.asked) == 60 + 40
    assert len(set(mine.asked)) == 100
    assert set(mine.asked) < set(store.asked)
    assert np.array_equal(found.prior.points, other.prior.points[:60])
    assert found.prior.outputs == pytest.approx(mine.on_scales(found.prior.points, other.seeds[:60]), abs=1e-6)


def test_all_other_runs_are_what_the_reading_would_have_given() -> None:
    # employed lies 4 errors higher, and 3 more or less with the first parameter; chance of a seed, .3, is the same
    other = default()[1]
    mine: Any = Made(level=4.0, slope=3.0)
    found = beside(mine, other)
    truth = mine.on_scales(found.so_far.points, found.seeds)
    assert np.abs(truth - other.so_far.outputs)[:, EMPLOYED].max() > 6.5
    assert np.abs(truth - found.so_far.outputs).max() < 0.05  # a sixth of chance


def test_what_the_difference_does_not_follow_stays_an_error() -> None:
    # .5 of the difference is noise of its own: a transferred run lacks that of its seed and has one drawn, sqrt(2) .5
    other = default()[1]
    mine: Any = Made(level=4.0, noise=0.5)
    found = beside(mine, other)
    off = (mine.on_scales(found.so_far.points, found.seeds) - found.so_far.outputs)[:, EMPLOYED]
    assert off[np.abs(off) > 1e-6].std() == pytest.approx(np.sqrt(2) * 0.5, rel=0.2)
    # so an emulator sees as much spread as real runs have
    spread = (found.so_far.outputs - made_outputs(found.so_far.points, OBSERVED))[:, EMPLOYED].std()
    assert spread == pytest.approx(np.hypot(0.3, 0.5), rel=0.15)


def test_own_runs_stay_and_a_value_that_is_missing_stays_missing() -> None:
    rng = np.random.default_rng(1)
    points = rng.random((80, len(ALL)))
    theirs = made_outputs(points, OBSERVED)
    ours = theirs[:30] + 1.0
    ours[3, 2] = theirs[50, 1] = np.nan
    found = transferred(Wave(points, theirs, theirs), np.arange(30), Wave(points[:30], ours, ours), SCREENING, 1)
    assert np.array_equal(found.outputs[:30], ours, equal_nan=True)
    assert np.isnan(found.outputs[50, 1])
    assert np.isfinite(found.outputs[51:]).all()
    assert found.outputs[51:] == pytest.approx(theirs[51:] + 1.0, abs=1e-6)


def test_a_target_out_of_the_reading_s_reach_is_refused() -> None:
    mine: Any = Made(level=60.0)
    with pytest.raises(OutOfReachError, match="employed"):
        beside(mine, default()[1])
