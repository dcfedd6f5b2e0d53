"""Summaries of paired runs: a draw counts once, whatever its seeds; chance and parameters apart; ranks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from scenarios.compare.indicators import HIGHER, LOWER, NONE
from scenarios.compare.plan import Run
from scenarios.compare.summary import (
    by_draw,
    interval,
    mean,
    probability_better,
    rank_probabilities,
    sample_of,
    spreads,
)

# Three draws, the first of them with two seeds: the runs of a plan have all first seeds, then the second ones.
RUNS = (Run(0, 5, 6), Run(1, 8, 9), Run(2, 11, 12), Run(0, 5, 1_000_006))
SAMPLE = sample_of(RUNS)
VALUES = np.array([10.0, 20.0, 30.0, 14.0])
NUMBERS = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))


@st.composite
def samples(draw: st.DrawFn) -> tuple[tuple[Run, ...], np.ndarray]:
    """Some draws, the first few with a second seed, and a value for each run."""
    n = draw(st.integers(1, 7))
    second = draw(st.integers(0, n))
    runs = [Run(row, 3 * row, row + 1) for row in range(n)] + [Run(row, 3 * row, row + 1000) for row in range(second)]
    return tuple(runs), draw(arrays.arrays(np.float64, len(runs), elements=NUMBERS))


def test_a_draw_with_two_seeds_weighs_as_much_as_one_with_one() -> None:
    assert SAMPLE.weights.tolist() == [0.5, 1.0, 1.0, 0.5]
    assert SAMPLE.pairs.tolist() == [[0, 3]]
    assert SAMPLE.firsts.tolist() == [0, 1, 2]
    assert SAMPLE.n_draws == 3


def test_mean_by_hand() -> None:
    # ((10 + 14) / 2 + 20 + 30) / 3 = 62 / 3; unweighted it would be 18.5
    assert float(mean(SAMPLE, VALUES)) == pytest.approx(62 / 3)
    two_columns = np.stack([VALUES, -VALUES], axis=1)
    assert mean(SAMPLE, two_columns).tolist() == pytest.approx([62 / 3, -62 / 3])


def test_by_draw_by_hand() -> None:
    assert by_draw(SAMPLE, RUNS, VALUES).tolist() == [12.0, 20.0, 30.0]


def test_interval_counts_weights_not_runs() -> None:
    # Twelve draws 0, 10, 20 ... 110; the first draw's second seed gives -5. Weights of -5 and 0 are 1/24 each: the
    # share below is .042 at -5, which is not yet .05, and .083 at 0. Of thirteen equal runs it would be -5.
    runs = [Run(row, row, row + 1) for row in range(12)] + [Run(0, 0, 1_000_001)]
    values = np.array([10.0 * row for row in range(12)] + [-5.0])
    low, high = interval(sample_of(tuple(runs)), values)
    assert (float(low), float(high)) == (0.0, 110.0)


def test_interval_of_twenty_draws() -> None:
    # 1 ... 20, each 1/20: the share below reaches .05 at 1 and .95 at 19.
    sample = sample_of(tuple(Run(row, row, row) for row in range(20)))
    low, high = interval(sample, np.arange(20.0, 0.0, -1.0))
    assert (float(low), float(high)) == (1.0, 19.0)


def test_probability_of_being_better_by_hand() -> None:
    # Weights .5, 1, 1, .5 of 3. Higher: 5 counts .5, the tie 1/2 of 1. Lower: the tie 1/2, -3 counts 1, -1 counts .5.
    differences = np.array([5.0, 0.0, -3.0, -1.0])
    assert float(probability_better(SAMPLE, differences, HIGHER)) == pytest.approx(1.0 / 3)
    assert float(probability_better(SAMPLE, differences, LOWER)) == pytest.approx(2.0 / 3)


def test_where_none_is_better_there_is_no_probability() -> None:
    found = probability_better(SAMPLE, np.stack([VALUES, VALUES], axis=1), NONE)
    assert found.shape == (2,)
    assert np.isnan(found).all()


def test_spreads_by_hand() -> None:
    # chance^2 = (10 - 14)^2 / 2 = 8; variance of the first runs 10, 20, 30 is 100; parameters^2 = 100 - 8 = 92.
    chance, parameters = spreads(SAMPLE, VALUES)
    assert float(chance) == pytest.approx(math.sqrt(8))
    assert float(parameters) == pytest.approx(math.sqrt(92))


def test_spreads_average_over_the_draws_with_two_seeds() -> None:
    # chance^2 = ((10 - 14)^2 / 2 + (20 - 26)^2 / 2) / 2 = (8 + 18) / 2 = 13; parameters^2 = 100 - 13 = 87.
    sample = sample_of((*RUNS, Run(1, 8, 1_000_009)))
    chance, parameters = spreads(sample, np.array([*VALUES, 26.0]))
    assert (float(chance) ** 2, float(parameters) ** 2) == pytest.approx((13.0, 87.0))


def test_no_spread_by_parameters_below_nothing() -> None:
    # chance^2 = (10 - 20)^2 / 2 = 50 is more than the variance of 10, 11, 12, which is 1.
    chance, parameters = spreads(SAMPLE, np.array([10.0, 11.0, 12.0, 20.0]))
    assert float(chance) == pytest.approx(math.sqrt(50))
    assert float(parameters) == 0.0


def test_spreads_cannot_be_told_without_second_seeds_or_from_one_draw() -> None:
    chance, parameters = spreads(sample_of(RUNS[:3]), VALUES[:3])
    assert np.isnan(chance)
    assert np.isnan(parameters)
    chance, parameters = spreads(sample_of((RUNS[0], RUNS[3])), np.array([10.0, 14.0]))
    assert float(chance) == pytest.approx(math.sqrt(8))
    assert np.isnan(parameters)


def test_ranks_by_hand() -> None:
    # Run by run, highest first; equals share the better rank. Weights .5, 1, 1, .5 of 3.
    values = np.array(
        [
            [0.0, 5.0, 5.0],  # 3, 1, 1
            [9.0, 5.0, 1.0],  # 1, 2, 3
            [2.0, 2.0, 2.0],  # 1, 1, 1
            [1.0, 2.0, 3.0],  # 3, 2, 1
        ]
    )
    assert rank_probabilities(SAMPLE, values, HIGHER).tolist() == [
        pytest.approx([2 / 3, 0.0, 1 / 3]),  # the first is best in the runs of weight 1 and 1
        pytest.approx([1.5 / 3, 1.5 / 3, 0.0]),
        pytest.approx([2 / 3, 0.0, 1 / 3]),
    ]
    assert rank_probabilities(SAMPLE, -values, LOWER).tolist() == rank_probabilities(SAMPLE, values, HIGHER).tolist()


@settings(max_examples=60, deadline=None)
@given(samples())
def test_properties_of_every_sample(made: tuple[tuple[Run, ...], np.ndarray]) -> None:
    runs, values = made
    sample = sample_of(runs)
    each = by_draw(sample, runs, values)
    assert float(mean(sample, values)) == pytest.approx(float(each.mean()), abs=1e-6)
    better, worse = (float(probability_better(sample, values, way)) for way in (HIGHER, LOWER))
    assert better + worse == pytest.approx(1.0)
    low, high = interval(sample, values)
    assert {float(low), float(high)} <= set(values.tolist())
    weight = sample.weights / sample.weights.sum()
    assert weight[values < low].sum() < 0.05 + 1e-12
    assert weight[values <= high].sum() >= 0.95 - 1e-12


@settings(max_examples=60, deadline=None)
@given(arrays.arrays(np.float64, (4, 5), elements=st.integers(0, 3).map(float)))
def test_everybody_has_one_rank_and_somebody_the_first(values: np.ndarray) -> None:
    shares = rank_probabilities(SAMPLE, values, HIGHER)
    assert shares.sum(axis=1) == pytest.approx(np.ones(5))
    assert shares[:, 0].sum() >= 1.0 - 1e-12
    if all(len(set(row)) == 5 for row in values):
        assert shares.sum(axis=0) == pytest.approx(np.ones(5))
