"""Queues by lot: the order is that of a stable sort of the places."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.rules import lots as queue
from simulation.rules.lots import place_of_lot, put_in_order, served_order

PLACE_BITS = 24


def stable_order(lots: np.ndarray) -> list[int]:
    return np.argsort(lots >> np.uint64(PLACE_BITS), kind="stable").tolist()


@pytest.mark.parametrize("n", [0, 1, 2, 1000, 50_000])
def test_lots_are_served_in_ascending_order(n: int) -> None:
    lots = np.random.default_rng(n).integers(0, 2**64, n, dtype=np.uint64)
    given = lots.copy()
    order = served_order(lots)
    assert order.dtype == np.int64
    assert order.tolist() == stable_order(given)
    assert (np.diff((given >> np.uint64(PLACE_BITS))[order].astype(np.int64)) >= 0).all()


def test_lots_with_the_highest_bit_come_last() -> None:
    # Tiers are written into the two highest bits: 2, 0, 1, 3.
    assert served_order(np.array([2, 0, 1, 3], dtype=np.uint64) << np.uint64(62)).tolist() == [1, 2, 0, 3]


def test_of_equal_lots_the_first_comes_first() -> None:
    rng = np.random.default_rng(1)
    lots = rng.integers(0, 5, 2000, dtype=np.uint64) << np.uint64(PLACE_BITS)
    assert served_order(lots.copy()).tolist() == stable_order(lots)
    # What the lowest bits hold makes no difference.
    lots |= rng.integers(0, 2**PLACE_BITS, lots.size, dtype=np.uint64)
    assert served_order(lots.copy()).tolist() == stable_order(lots)
    assert served_order(np.full(100, 2**64 - 1, dtype=np.uint64)).tolist() == list(range(100))
    # The first bit above them does.
    assert served_order(np.array([2**PLACE_BITS, 2**PLACE_BITS - 1], dtype=np.uint64)).tolist() == [1, 0]


def test_a_part_of_the_work_array_is_ordered_alone() -> None:
    lots = np.arange(10, 0, -1).astype(np.uint64) << np.uint64(PLACE_BITS)
    assert served_order(lots[:4]).tolist() == [3, 2, 1, 0]
    assert (lots[4:] >> np.uint64(PLACE_BITS)).tolist() == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("most", [0, 1, 7, 299, 300, 1000])
def test_the_first_of_a_queue_are_those_of_the_whole_queue(most: int) -> None:
    rng = np.random.default_rng(most)
    for lots in (rng.integers(0, 2**64, 300, dtype=np.uint64), np.full(300, 5, dtype=np.uint64)):
        assert served_order(lots.copy(), most).tolist() == served_order(lots.copy())[:most].tolist()


def test_a_queue_that_lots_cannot_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert int(queue._PLACE) == 2**PLACE_BITS - 1
    monkeypatch.setattr(queue, "_PLACE", np.uint64(7))
    lots = np.arange(8, dtype=np.uint64)[::-1] << np.uint64(PLACE_BITS)
    with pytest.raises(ValueError, match="a queue of 8 is longer than the 7 that a lot can number"):
        served_order(lots.copy())
    assert served_order(lots[:7].copy()).tolist() == [6, 5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize("n", [0, 1, 2, 3, 11, 800, 5000])
def test_a_compiled_rule_serves_in_the_same_order(n: int) -> None:
    rng = np.random.default_rng(n)
    for lots in (rng.integers(0, 2**64, n, dtype=np.uint64), rng.integers(0, 3, n, dtype=np.uint64) << np.uint64(40)):
        order = served_order(lots.copy()).tolist()
        put_in_order(lots)
        assert [place_of_lot(lot) for lot in lots] == order
