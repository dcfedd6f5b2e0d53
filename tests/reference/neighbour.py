"""A neighbour that fills the cache which the processors share: what a run takes beside other tenants of a machine.

`python -m tests.reference.neighbour` walks at random through some hundred megabytes until it is ended.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

MEGABYTES = 400
WALKS, STEPS = 64, 1 << 16


def walk() -> None:
    """Add one at random places, for ever."""
    table = np.zeros(MEGABYTES << 17, dtype=np.int64)
    random = np.random.default_rng(1)
    places = [random.integers(0, table.size, STEPS) for _ in range(WALKS)]
    while True:
        for some in places:
            table[some] += 1


@contextmanager
def neighbour() -> Iterator[None]:
    """Have a neighbour within the block, on another processor where the system lets us choose; this process keeps one
    to itself meanwhile.
    """
    processors = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    process = subprocess.Popen([sys.executable, "-m", "tests.reference.neighbour"])
    try:
        if len(processors) > 1:
            os.sched_setaffinity(process.pid, processors[1:])
            os.sched_setaffinity(0, processors[:1])
        yield
    finally:
        process.kill()
        process.wait()
        if processors:
            os.sched_setaffinity(0, processors)


if __name__ == "__main__":
    walk()
