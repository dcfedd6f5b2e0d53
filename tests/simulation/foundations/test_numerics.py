from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from simulation.foundations.numerics import (
    exp,
    exp_array,
    log,
    logistic,
    normal_quantile,
    normal_quantile_array,
)

TINY = 2.0**-52
SMALLEST, LARGEST = sys.float_info.min, sys.float_info.max
steady = settings(deadline=None, derandomize=True, max_examples=300)


@steady
@given(st.floats(min_value=1e-300, max_value=1e300))
def test_log_is_that_of_the_library_to_the_last_bits(x: float) -> None:
    assert log(x) == pytest.approx(math.log(x), rel=1e-15, abs=2e-16)


@steady
@given(st.floats(min_value=5e-324, max_value=2.3e-308))
def test_log_of_numbers_with_fewer_bits(x: float) -> None:
    assert log(x) == pytest.approx(math.log(x), rel=1e-15)


@pytest.mark.parametrize(
    "x", [1.0 + TINY, 1.0 - TINY / 2, math.sqrt(0.5), math.sqrt(2.0), 5e-324, 2.2e-308, SMALLEST, 0.5, 2.0, LARGEST]
)
def test_log_at_the_seams(x: float) -> None:
    assert log(x) == pytest.approx(math.log(x), rel=1e-15, abs=1e-17)


def test_log_of_one_and_nothing() -> None:
    assert log(1.0) == 0.0
    assert log(0.0) == -math.inf


@steady
@given(st.floats(min_value=-690.0, max_value=690.0))
def test_exp_is_that_of_the_library_to_the_last_bits(x: float) -> None:
    assert exp(x) == pytest.approx(math.exp(x), rel=1e-15)


def test_exp_at_its_ends() -> None:
    assert exp(0.0) == 1.0
    assert exp(-701.0) == 0.0
    assert exp(701.0) == exp(700.0) == pytest.approx(math.exp(700.0), rel=1e-15)


@steady
@given(st.floats(min_value=-50.0, max_value=50.0))
def test_log_undoes_exp(x: float) -> None:
    assert log(exp(x)) == pytest.approx(x, rel=1e-15, abs=3e-16)


@steady
@given(st.floats(min_value=-30.0, max_value=30.0))
def test_logistic(x: float) -> None:
    assert logistic(x) == pytest.approx(special.expit(x), rel=1e-14)


def test_normal_quantile_over_the_whole_range() -> None:
    u = np.concatenate([np.logspace(-15, -1, 5000), np.linspace(0.001, 0.999, 20000), 1.0 - np.logspace(-12, -1, 5000)])
    worst = np.abs(normal_quantile_array(u) - special.ndtri(u)).max()
    # Acklam's bound is relative, 1.15e-9; the largest value here is about 8.
    assert worst < 1e-8
    middle = (u > 0.05) & (u < 0.95)
    assert np.abs(normal_quantile_array(u) - special.ndtri(u))[middle].max() < 2e-9


def test_normal_quantile_is_rising_and_odd() -> None:
    u = np.linspace(1e-6, 1.0 - 1e-6, 100_001)
    z = normal_quantile_array(u)
    assert (np.diff(z) > 0.0).all()
    assert np.abs(z + z[::-1]).max() < 1e-8
    assert normal_quantile(0.5) == 0.0


def test_arrays_hold_what_the_scalars_give() -> None:
    x = np.array([-3.0, 0.0, 0.25, 12.5])
    assert exp_array(x).tolist() == [exp(v) for v in x]
    u = np.array([1e-9, 0.02, 0.3, 0.99])
    assert normal_quantile_array(u).tolist() == [normal_quantile(v) for v in u]
