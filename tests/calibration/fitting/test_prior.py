"""The prior: its shapes, what has none, shares of one whole, and designs that cover every margin."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.fitting.prior import (
    DEFINITIONS,
    WHOLES,
    Prior,
    Ranged,
    prior_of,
    space_filling,
)
from calibration.fitting.waves import MATCHING, PRIOR
from scenarios.settings.config import compose_run
from scenarios.settings.parameter_values import SIGNIFICANT_DIGITS
from scenarios.settings.schema import FIXED, LOG_UNIFORM, UNIFORM

SHARES = {key for group in WHOLES for key in group}
ENTRIES: dict[str, dict[str, Any]] = compose_run([]).resolved["parameters"]
CONF = prior_of(ENTRIES)

quantiles = st.floats(0.0, 1.0)
# Ends that a prior of conf/ could have: nothing is so narrow that a quantile drowns in the last digit.
ranges = st.tuples(st.floats(1e-3, 1e4), st.floats(1.01, 1e4)).map(lambda pair: (pair[0], pair[0] * pair[1]))


def one(low: float, high: float, shape: str) -> Ranged:
    return Ranged("jobs.made", low, high, shape, "ratio")


def test_the_middle_of_a_shape_is_its_mean() -> None:
    half = np.array([0.5])
    assert one(1.0, 100.0, LOG_UNIFORM).at(half) == pytest.approx([10.0])  # sqrt(1 * 100)
    assert one(0.02, 0.08, LOG_UNIFORM).at(half) == pytest.approx([0.04])
    assert one(1.0, 100.0, UNIFORM).at(half) == pytest.approx([50.5])
    assert one(-3.0, 1.0, UNIFORM).at(half) == pytest.approx([-1.0])


@given(ends=ranges)
def test_a_log_uniform_median_is_the_geometric_mean(ends: tuple[float, float]) -> None:
    low, high = ends
    assert float(one(low, high, LOG_UNIFORM).at(np.array(0.5))) == pytest.approx(math.sqrt(low * high))


def test_equal_ratios_of_a_log_uniform_are_equally_likely() -> None:
    # 1 .. 16 has four doublings: a quarter of the draws in each
    values = one(1.0, 16.0, LOG_UNIFORM).at((np.arange(400) + 0.5) / 400)
    counts, _ = np.histogram(values, bins=[1, 2, 4, 8, 16])
    assert counts.tolist() == [100, 100, 100, 100]


@given(ends=ranges, u=quantiles, shape=st.sampled_from([UNIFORM, LOG_UNIFORM]))
def test_quantile_is_the_inverse_of_at(ends: tuple[float, float], u: float, shape: str) -> None:
    ranged = one(*ends, shape)
    value = float(ranged.at(np.array(u)))
    assert ranged.low * (1 - 1e-12) <= value <= ranged.high * (1 + 1e-12)
    assert ranged.quantile(value) == pytest.approx(u, abs=1e-9)


@given(ends=ranges, u=quantiles, v=quantiles, shape=st.sampled_from([UNIFORM, LOG_UNIFORM]))
def test_larger_quantiles_are_larger_values(ends: tuple[float, float], u: float, v: float, shape: str) -> None:
    values = one(*ends, shape).at(np.array([min(u, v), max(u, v)]))
    assert values[0] <= values[1]


def test_a_value_outside_the_range_has_a_quantile_beyond_0_and_1() -> None:
    assert one(2.0, 4.0, UNIFORM).quantile(5.0) == pytest.approx(1.5)
    assert one(2.0, 4.0, UNIFORM).quantile(1.0) == pytest.approx(-0.5)
    assert one(2.0, 4.0, LOG_UNIFORM).quantile(8.0) == pytest.approx(2.0)
    assert one(2.0, 4.0, LOG_UNIFORM).quantile(1.0) == pytest.approx(-1.0)


def test_what_has_a_prior() -> None:
    every = [f"{process}.{name}" for process, entries in ENTRIES.items() for name in entries]
    fixed = {key for key in every if ENTRIES[key.partition(".")[0]][key.partition(".")[2]]["shape"] == FIXED}
    assert fixed
    assert CONF.keys == [key for key in every if key not in fixed and key not in DEFINITIONS]
    assert set(DEFINITIONS) <= set(every)
    assert set(CONF.keys) >= SHARES


def test_every_prior_of_conf_is_a_range_around_its_value() -> None:
    for each in CONF.ranged:
        process, _, name = each.key.partition(".")
        entry = ENTRIES[process][name]
        assert (each.low, each.high, each.shape, each.unit) == tuple(
            entry[field] for field in ("low", "high", "shape", "unit")
        )
        assert each.low < each.high, each.key
        assert each.low <= entry["value"] <= each.high, each.key
        assert each.shape in (UNIFORM, LOG_UNIFORM)
        assert each.shape == UNIFORM or each.low > 0, each.key


def test_a_prior_by_hand() -> None:
    entry = {"value": 1.0, "low": 0.5, "high": 2.0, "shape": LOG_UNIFORM, "unit": "ratio", "source": "made"}
    still = {**entry, "low": 1.0, "high": 1.0, "shape": FIXED}
    found = prior_of({"jobs": {"a": entry, "b": still}, "residence": {"both_ends_weight": entry, "c": entry}})
    assert found == Prior((
        Ranged("jobs.a", 0.5, 2.0, LOG_UNIFORM, "ratio"), Ranged("residence.c", 0.5, 2.0, LOG_UNIFORM, "ratio"),
    ))  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_shares_of_a_whole_add_to_one_and_keep_their_proportions(seed: int) -> None:
    points = np.random.default_rng(seed).random((5, len(CONF.keys)))
    values = CONF.values(points)
    for i, each in enumerate(CONF.ranged):
        if each.key not in SHARES:
            np.testing.assert_array_equal(values[:, i], each.at(points[:, i]))
    for group in WHOLES:
        columns = [CONF.keys.index(key) for key in group]
        drawn = np.column_stack([CONF.ranged[i].at(points[:, i]) for i in columns])
        assert values[:, columns].sum(axis=1) == pytest.approx(np.ones(5))
        np.testing.assert_allclose(values[:, columns] * drawn[:, :1], values[:, columns[:1]] * drawn)


def test_named_values_are_those_that_tables_print() -> None:
    points = np.random.default_rng(1).random((10, len(CONF.keys)))
    for point, exact in zip(points, CONF.values(points), strict=True):
        named = CONF.named(point)
        assert list(named) == CONF.keys
        for value, unrounded in zip(named.values(), exact, strict=True):
            assert float(f"{value:.{SIGNIFICANT_DIGITS}g}") == value
            assert value == pytest.approx(unrounded, rel=0.5 * 10 ** (1 - SIGNIFICANT_DIGITS))
        for group in WHOLES:
            assert sum(named[key] for key in group) == pytest.approx(1.0, abs=len(group) * 5e-7)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 200), dimensions=st.integers(1, 30), seed=st.integers(0, 2**32))
def test_a_design_has_one_point_in_each_stratum_of_each_margin(n: int, dimensions: int, seed: int) -> None:
    points = space_filling(n, dimensions, (seed, PRIOR))
    assert points.shape == (n, dimensions)
    for column in points.T:
        assert sorted(np.floor(n * column).astype(int)) == list(range(n))


def test_a_design_is_that_of_its_seed() -> None:
    first = space_filling(50, 7, (1, PRIOR))
    np.testing.assert_array_equal(first, space_filling(50, 7, (1, PRIOR)))
    for other in ((2, PRIOR), (1, MATCHING), (1, MATCHING, 20_000)):
        assert not np.isin(first, space_filling(50, 7, other)).any()


def test_columns_of_a_design_are_paired_by_chance() -> None:
    # a correlation of 400 random pairs has a standard error of .05; 190 of them: none beyond 4.5 of it
    correlations = np.corrcoef(space_filling(400, 20, (1, PRIOR)).T)[np.triu_indices(20, 1)]
    assert np.abs(correlations).max() < 4.5 * 0.05
    assert correlations.std() == pytest.approx(0.05, rel=0.3)
