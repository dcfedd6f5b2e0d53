"""Queues: who is served first, by lot."""

from __future__ import annotations

import numpy as np

from simulation.state.entities import Int64, UInt64

_PLACE = np.uint64(2**24 - 1)


def served_order(lots: UInt64) -> Int64:
    """Return the places of `lots` in ascending order of the lots (which it overwrites).

    The place is written into the lowest bits of each lot, so that a plain sort of numbers, several times as fast as
    a sort of places, puts both in order. Of two lots equal in their upper 40 bits the first comes first.
    """
    if lots.size > _PLACE:
        raise ValueError(f"a queue of {lots.size} is longer than the {int(_PLACE)} that a lot can number")
    lots[:] = (lots & ~_PLACE) | np.arange(lots.size, dtype=np.uint64)
    lots.sort()
    return (lots & _PLACE).astype(np.int64)
