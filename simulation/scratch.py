"""Work arrays: what compiled rules write on while they work, since they allocate nothing.

Nothing here outlives a step.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.foundations.by_address import by_address
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
    Int64,
    State,
    UInt32,
    UInt64,
)

SEEKERS, TRAINEES, ENDED, BIRTHS, DEATHS, N_TOTALS = 0, 1, 2, 3, 4, 5
"""Places in `Work.totals`: how many look for work, how many may be trained, how many jobs ended, births, deaths."""

AT_ONCE = 512
"""How many households choose where they live before the noise of the next ones is drawn."""


@by_address
class Work(NamedTuple):
    """Arrays for a city of some size, or a smaller one."""

    rows: UInt32  # (n,) rows of persons or households
    applicants: UInt32  # (n,) rows of some of them
    lots: UInt64  # (n,) their lots
    seekers: Seekers  # (n,)
    seeker_lots: UInt64  # (n,)
    trainees: UInt32  # (n,)
    trainee_lots: UInt64  # (n,)
    totals: Int64  # (N_TOTALS,)
    keys: Int32  # (AT_ONCE,)
    streams: UInt64  # (AT_ONCE,)
    noise: Float  # (N_OPTIONS, AT_ONCE)
    by_channel: UInt64  # (N_CHANNELS,)
    bins: Float  # (INCOME_BINS, 2)
    seen: Float  # (n_sites, SEEN): see processes/knowledge.py
    hamlets: Int32  # (n_hamlets, N_OPTIONS)
    counts: Int32  # (n_sites * CELLS_PER_SITE, len(COUNTS)): cells of the records
    amounts: Float  # (n_sites * CELLS_PER_SITE, len(AMOUNTS))
    by_cell: Folded  # (CELLS_PER_SITE, ...)
    folded: Folded


def work_arrays(state: State) -> Work:
    """Return work arrays that suffice for `state`."""
    persons, sites = state.persons.key.size, state.sites.unit.size
    return Work(
        rows=np.zeros(persons + 1, dtype=np.uint32),
        applicants=np.zeros(persons + 1, dtype=np.uint32),
        lots=np.zeros(persons, dtype=np.uint64),
        seekers=new_table(Seekers, persons, {}, groups=(Seekers._fields,)),
        seeker_lots=np.zeros(persons, dtype=np.uint64),
        trainees=np.zeros(persons + 1, dtype=np.uint32),
        trainee_lots=np.zeros(persons, dtype=np.uint64),
        totals=np.zeros(N_TOTALS, dtype=np.int64),
        keys=np.zeros(AT_ONCE, dtype=np.int32),
        streams=np.zeros(AT_ONCE, dtype=np.uint64),
        noise=np.zeros((N_OPTIONS, AT_ONCE)),
        by_channel=np.zeros(N_CHANNELS, dtype=np.uint64),
        bins=np.zeros((INCOME_BINS, 2)),
        counts=np.zeros((sites * CELLS_PER_SITE, len(COUNTS)), dtype=np.int32),
        amounts=np.zeros((sites * CELLS_PER_SITE, len(AMOUNTS))),
        by_cell=_folded(CELLS_PER_SITE),
        folded=_folded(len(GROUPS) + sites),
        seen=np.zeros((sites, SEEN)),
        hamlets=np.zeros(state.hamlet_share.shape, dtype=np.int32),
    )


def _folded(rows: int) -> Folded:
    return Folded(np.zeros((rows, len(COUNTS)), dtype=np.int32), np.zeros((rows, len(AMOUNTS))))
