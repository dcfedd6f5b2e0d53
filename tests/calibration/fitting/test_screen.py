"""Screening finds what moves a target or pattern, in errors of the report."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.fitting.screen import (
    FREE_MOST,
    LEVELS,
    design,
    errors_of,
    screened,
    screening_runs,
)
from tests.calibration.fitting.test_likelihood import INF, made_observations

TRAJECTORIES = 6
OBSERVED = made_observations([(0.0, 0.5), (10.0, 2.0)], [(0.0, 0.25, INF, 1.0), (0.2, 0.4, 0.6, 0.1)])


def test_errors_are_the_target_s_own_and_a_pattern_s_sharpest() -> None:
    assert errors_of(OBSERVED) == pytest.approx([0.5, 2.0, 0.25, 0.1])


def test_a_trajectory_moves_one_parameter_at_a_time_on_one_seed() -> None:
    points, seeds = design(7, TRAJECTORIES, 3)
    assert points.shape == (screening_runs(7, TRAJECTORIES), 7) == (TRAJECTORIES * 8, 7)
    assert len(set(seeds)) == TRAJECTORIES
    grid = np.arange(LEVELS) / (LEVELS - 1)
    assert np.abs(points[:, :, None] - grid).min(axis=2).max() < 1e-12
    for trajectory in range(TRAJECTORIES):
        rows = slice(8 * trajectory, 8 * (trajectory + 1))
        assert len(set(seeds[rows])) == 1
        steps = np.abs(np.diff(points[rows], axis=0)) > 1e-12
        assert (steps.sum(axis=1) == 1).all()
        assert (steps.sum(axis=0) == 1).all()  # every parameter once
    again, other = design(7, TRAJECTORIES, 3), design(7, TRAJECTORIES, 4)
    np.testing.assert_array_equal(points, again[0])
    assert (points != other[0]).any()


def test_effects_by_hand() -> None:
    # Outputs are linear: the effect of a whole range is the slope, over the error that the report leaves.
    points, _ = design(4, TRAJECTORIES, 1)
    slopes = np.array([[1.0, 0, 0, 0], [0, -4.0, 0.1, 0], [0, 0, 0.2, 0], [0, 0, 0, 0.05]]).T
    found = screened(points, points @ slopes, OBSERVED, 1)
    by_hand = np.array([[2.0, 0, 0, 0], [0, 2.0, 0.05, 0], [0, 0, 0.8, 0], [0, 0, 0, 0.5]]).T
    assert found.effects == pytest.approx(by_hand, abs=1e-9)
    assert found.strongest == pytest.approx([2.0, 2.0, 0.8, 0.5])
    assert (found.free, found.minor) == ((0, 1), ())  # 0.8 and 0.5 of an error: inert


def test_a_parameter_that_pulls_both_ways_is_not_inert() -> None:
    # x1 (x2 - 1/2): the mean effect of x1 is about 0, that of its size is not
    points, _ = design(3, TRAJECTORIES, 1)
    outputs = np.zeros((len(points), 4))
    outputs[:, 0] = 8 * points[:, 0] * (points[:, 1] - 0.5)
    assert set(screened(points, outputs, OBSERVED, 1).free) == {0, 1}


def test_the_strongest_are_free_and_weaker_ones_minor() -> None:
    n = FREE_MOST + 5
    points, _ = design(n, TRAJECTORIES, 1)
    slopes = np.concatenate([np.linspace(0.6, 3.0, n - 2), [0.2, 0.0]])  # errors of 0.5; the last two are inert
    order = np.random.default_rng(2).permutation(n)
    outputs = np.zeros((len(points), 4))
    outputs[:, 0] = points[:, order] @ slopes
    found = screened(points, outputs, OBSERVED, 1)
    assert set(found.minor) == {int(i) for i in order[: n - 2 - FREE_MOST]}
    assert set(found.free) == {int(i) for i in order[n - 2 - FREE_MOST : n - 2]}
    assert found.free == tuple(sorted(found.free))


def test_an_output_that_some_run_did_not_give_is_not_looked_at() -> None:
    points, _ = design(2, TRAJECTORIES, 1)
    outputs = np.column_stack([3 * points[:, 0], 30 * points[:, 1], points[:, 0], points[:, 0]])
    outputs[5, 1] = np.nan
    found = screened(points, outputs, OBSERVED, 1)
    assert np.isnan(found.effects[:, 1]).all()
    assert found.strongest == pytest.approx([10.0, 0.0])  # on the sharp pattern; the second parameter is not seen
    assert found.free == (0,)
