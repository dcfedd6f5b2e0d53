"""Whole units spread over places."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.foundations.allocation import allocate

WEIGHTS = st.lists(st.floats(0.0, 1000.0), min_size=1, max_size=30).map(np.array)
steady = settings(deadline=None, derandomize=True, max_examples=200)


def test_units_are_spread_by_largest_remainders() -> None:
    # 7 over 1 : 2 : 4 is 1, 2, 4 exactly; 8 is 1.14, 2.29, 4.57, and the one left goes to .57.
    weights = np.array([1.0, 2.0, 4.0])
    assert allocate(7, weights).tolist() == [1, 2, 4]
    assert allocate(8, weights).tolist() == [1, 2, 5]
    # 2 over equal thirds: .67 each, and of equal remainders the first have it.
    assert allocate(2, np.ones(3)).tolist() == [1, 1, 0]
    assert allocate(0, weights).tolist() == [0, 0, 0]


def test_without_any_weight_units_are_spread_equally() -> None:
    assert allocate(4, np.zeros(3)).tolist() == [2, 1, 1]


@steady
@given(st.integers(0, 500), WEIGHTS)
def test_every_unit_is_given_and_none_far_from_its_share(total: int, weights: np.ndarray) -> None:
    given_units = allocate(total, weights)
    assert given_units.sum() == total
    if weights.sum() > 0.0:
        assert (np.abs(given_units - total * weights / weights.sum()) < 1.0 + 1e-9).all()
