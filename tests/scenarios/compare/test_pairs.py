"""Which of two scenarios is ahead beyond chance: by hand."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.compare.pairs import ahead, ahead_of, pairs_ahead

EQUAL = np.ones(4)


def test_a_mean_difference_is_held_against_its_standard_error() -> None:
    # a - b is 1, 1, 1, 5: mean 2, root of the sum of squares 1 + 1 + 1 + 9 is 3.46, error 3.46 / 4 = 0.87: 2.3 errors
    values = np.column_stack([[1.0, 1.0, 1.0, 5.0], np.zeros(4)])
    assert ahead(values, EQUAL).tolist() == [[False, True], [False, False]]
    values[3, 0] = 7.0  # mean 2.5, squares 3 * 2.25 + 20.25 = 27, error 1.3: 1.9 errors
    assert not ahead(values, EQUAL).any()


def test_the_same_difference_in_every_draw_is_beyond_chance() -> None:
    level = np.array([0.0, 1000.0, -500.0, 40.0])  # what both share cancels
    values = np.column_stack([level + 1.0, level, level])
    assert ahead_of(["a", "b", "c"], values, EQUAL) == {"a": "b;c", "b": "", "c": ""}


def test_weights_decide_who_is_ahead() -> None:
    values = np.column_stack([[3.0, 3.0, -3.0, -3.0], np.zeros(4)])
    assert ahead(values, np.array([1.0, 1.0, 0.0, 0.0]))[0, 1]
    assert ahead(values, np.array([0.0, 0.0, 1.0, 1.0]))[1, 0]
    assert not ahead(values, EQUAL).any()
    assert np.array_equal(ahead(values, 7.0 * EQUAL), ahead(values, EQUAL))


@pytest.mark.parametrize("nothing", ["", float("nan")])
def test_cells_are_read_back(nothing: object) -> None:
    assert pairs_ahead(["a", "b", "c"], ["b;c", "c", nothing]) == {("a", "b"), ("a", "c"), ("b", "c")}
