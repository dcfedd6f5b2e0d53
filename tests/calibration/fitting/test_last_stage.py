"""The last stage: which draws are moved, and that those stand for all."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.fitting.emulator import Emulator
from calibration.fitting.last_stage import DRAWS_PER_KEPT, Proposal, foreseen, kept, kept_of, runs_of, weigh
from calibration.fitting.transport import density_ratio, moved, wanted
from calibration.fitting.waves import Wave
from tests.calibration.fitting.test_likelihood import INF, made_observations


def test_runs_by_hand() -> None:
    # 601 draws run once; 200 of them moved and run twice more
    assert DRAWS_PER_KEPT == 3
    assert kept_of(601) == 200
    assert runs_of(601) == 601 + 2 * 200


def test_draws_that_are_kept_stand_for_all() -> None:
    # What they weigh in the end is not what was foreseen. Over many choices the sums are those of all draws: dividing
    # by the probability of being kept undoes that the likely ones are kept.
    rng, n, seeds = np.random.default_rng(1), 60, 3000
    expected = rng.normal(0.0, 1.5, n)
    final, values = np.exp(expected + rng.normal(0.0, 0.7, n)), rng.normal(0.0, 1.0, n) + expected
    sums = np.empty((seeds, 2))
    for seed in range(seeds):
        rows, chance = kept(expected, 20, seed)
        assert len(rows) == 20
        weights = final[rows] / chance
        sums[seed] = weights.sum(), weights @ values[rows]
    errors = sums.std(axis=0) / math.sqrt(seeds)
    assert np.abs(sums.mean(axis=0) - [final.sum(), final @ values]).max() < 4 * errors.max()
    assert (np.abs(sums.mean(axis=0) - [final.sum(), final @ values]) < 4 * errors).all()


def test_a_draw_without_a_weight_is_not_kept() -> None:
    rows, chance = kept(np.array([-INF, -800.0, np.nan, -801.0, -INF]), 2, 1)
    assert rows.tolist() == [1, 3]
    assert chance.tolist() == [1.0, 1.0]
    assert kept(np.full(3, -INF), 2, 1)[0].tolist() == []


def test_what_is_foreseen_is_what_a_model_that_is_its_emulator_gives() -> None:
    # y = x + e with the residual e the same wherever a draw is moved, and a statement on a second output
    slopes = np.array([[1.0, 0.5], [0.3, -0.4]])
    emulator = Emulator(np.arange(2), np.array([], dtype=int), np.vstack([slopes, np.zeros((3, 2))]), np.zeros(2),
                        np.diag([0.02, 0.01]))  # fmt: skip
    observed = made_observations([(0.2, 0.1)], [(0.0, 0.05, INF, 1.0)])
    rng = np.random.default_rng(2)
    points, residuals = rng.uniform(0.3, 0.7, (50, 2)), rng.normal(0.0, 0.1, (50, 2))
    first = emulator.mean(points) + residuals
    found = foreseen(emulator, Proposal(observed, points, list(range(50))), Wave(points, first, first))
    aims = wanted(emulator, observed, points)
    placed = moved(emulator, observed, points, first, aims)
    outputs = emulator.mean(placed) + residuals
    ratio = density_ratio(emulator, observed, points, placed, residuals)
    assert found == pytest.approx(ratio + weigh(emulator, observed, points, aims, outputs))
    helped, hindered = found[residuals[:, 1] > 0.1], found[residuals[:, 1] < -0.1]
    assert helped.mean() > hindered.mean() + 1.0  # whose residual makes the statement true will count for more
