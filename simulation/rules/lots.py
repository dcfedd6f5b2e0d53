"""Queues: who is served first, by lot."""

from __future__ import annotations

import numpy as np

from simulation.foundations.kernel import kernel
from simulation.state.entities import Int64, UInt64

_PLACE = np.uint64(2**24 - 1)
GAPS = (701, 301, 132, 57, 23, 10, 4, 1)
"""Steps of a Shell sort (Ciura 2001)."""


def served_order(lots: UInt64, most: int | None = None) -> Int64:
    """Return the places of `lots` in ascending order of the lots (which it overwrites), or of the `most` lowest.

    The place is written into the lowest bits of each lot, so that a plain sort of numbers, several times as fast as
    a sort of places, puts both in order. Of two lots equal in their upper 40 bits the first comes first.
    """
    if lots.size > _PLACE:
        raise ValueError(f"a queue of {lots.size} is longer than the {int(_PLACE)} that a lot can number")
    lots[:] = (lots & ~_PLACE) | np.arange(lots.size, dtype=np.uint64)
    if most is not None and most < lots.size:
        lots.partition(most)  # a few of many: no need to put the others in order
        lots = lots[:most]
    lots.sort()
    return (lots & _PLACE).astype(np.int64)


@kernel
def put_in_order(lots: UInt64) -> None:
    """Do to short queues within a compiled rule what served_order does; place_of then gives the places.

    Queues of a site are short: a Shell sort needs no memory of its own.
    """
    for k in range(lots.size):
        lots[k] = (lots[k] & ~_PLACE) | np.uint64(k)
    for gap in GAPS:
        for k in range(gap, lots.size):
            lot, place = lots[k], k
            while place >= gap and lots[place - gap] > lot:
                lots[place] = lots[place - gap]
                place -= gap
            lots[place] = lot


@kernel
def place_of_lot(lot: np.uint64) -> int:
    """Return the place that a lot had before put_in_order."""
    return int(lot & _PLACE)
