"""Work arrays: what compiled rules write on while they work, since they allocate nothing.

Nothing here outlives a step.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.processes.knowledge import SEEN
from simulation.processes.matching import Seekers
from simulation.records.indicators import AMOUNTS, CELLS_PER_SITE, COUNTS, GROUPS
from simulation.records.observe import INCOME_BINS
from simulation.records.records import Folded
from simulation.state.columns import new_table
from simulation.state.entities import (
    N_CHANNELS,
    N_OPTIONS,
    Float,
    Int32,
    State,
    UInt32,
    UInt64,
)


class Work(NamedTuple):
    """Arrays for a city of some size, or a smaller one."""

    rows: UInt32  # (n,) rows of persons or households
    lots: UInt64  # (n,) their lots
    seekers: Seekers  # (n,)
    keys: Int32  # (n_households,)
    noise: Float  # (N_OPTIONS, n_households)
    by_channel: Float  # (N_CHANNELS,)
    bins: Float  # (INCOME_BINS, 2)
    seen: Float  # (n_sites, SEEN): see processes/knowledge.py
    counts: Int32  # (n_sites * CELLS_PER_SITE, len(COUNTS)): cells of the records
    amounts: Float  # (n_sites * CELLS_PER_SITE, len(AMOUNTS))
    by_cell: Folded  # (CELLS_PER_SITE, ...)
    folded: Folded


def work_arrays(state: State) -> Work:
    """Return work arrays that suffice for `state`."""
    persons, households, sites = state.persons.key.size, state.households.key.size, state.sites.unit.size
    return Work(
        rows=np.zeros(persons + 1, dtype=np.uint32),
        lots=np.zeros(persons, dtype=np.uint64),
        seekers=new_table(Seekers, persons, {}, groups=(Seekers._fields,)),
        keys=np.zeros(households, dtype=np.int32),
        noise=np.zeros((N_OPTIONS, households)),
        by_channel=np.zeros(N_CHANNELS),
        bins=np.zeros((INCOME_BINS, 2)),
        counts=np.zeros((sites * CELLS_PER_SITE, len(COUNTS)), dtype=np.int32),
        amounts=np.zeros((sites * CELLS_PER_SITE, len(AMOUNTS))),
        by_cell=_folded(CELLS_PER_SITE),
        folded=_folded(len(GROUPS) + sites),
        seen=np.zeros((sites, SEEN)),
    )


def _folded(rows: int) -> Folded:
    return Folded(np.zeros((rows, len(COUNTS)), dtype=np.int32), np.zeros((rows, len(AMOUNTS))))
