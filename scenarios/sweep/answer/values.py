"""The numbers of a collected table by run: each output and month of every run, NaN where there is none.

A run that failed, or that is not made yet, has no number. It is counted and named, and never taken as zero.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scenarios.compare.indicators import COMPARED, NONE
from scenarios.sweep.plan.outputs import Output
from scenarios.sweep.plan.plan import Ids, Plan
from scenarios.sweep.plan.variants import ID_BYTES
from scenarios.sweep.store.parts import MESSAGE, MONTH, POINT, SEED
from simulation.records.indicators import UNITS
from simulation.state.entities import Float

END = "end"
"""The month of sweeps whose runs end in different months and are measured at their end."""


class Values:
    """The numbers of runs.parquet by the number of the run in the plan."""

    def __init__(self, plan: Plan, path: Path) -> None:
        """path: of runs.parquet.

        months: labels of the months that runs are measured in, in order; failed, done: numbers of runs; messages: of
        the failed ones by number.
        """
        self._path, self._size = path, len(plan.points.run_as) * plan.n_seeds
        table = self._read([POINT, SEED, MONTH, MESSAGE])
        self._number = plan.find(_ids(table[POINT]), table[SEED].to_numpy())
        labels = [str(label) for label in pc.unique(table[MONTH].cast(pa.string())).to_pylist() if label is not None]
        self.months = tuple(sorted(labels)) if plan.sweep.months or len(labels) < 2 else (END,)
        month = np.array(table[MONTH].cast(pa.string()).to_pylist(), dtype=object)
        self._month = np.zeros(len(month), dtype=np.int64)
        if self.months != (END,):
            places = {label: i for i, label in enumerate(self.months)}
            self._month = np.array([places.get(label, -1) for label in month], dtype=np.int64)
        self._there = ~table[MESSAGE].is_valid().to_numpy(zero_copy_only=False)
        self.failed = np.unique(self._number[~self._there])
        said = table[MESSAGE].to_pylist()
        self.messages = {int(self._number[row]): str(said[row]) for row in np.flatnonzero(~self._there).tolist()}
        self.done = np.unique(self._number[self._there])

    def of(self, name: str) -> Float:
        """Return an output by month and number of the run, shape (n_months, n_numbers + 1); the last is NaN.

        So NO_RUN, which is -1, has no number either. A point that shares its runs with another has them under the
        other's numbers (baselines.run_numbers).
        """
        found = np.full((len(self.months), self._size + 1), np.nan)
        column = self._read([name])[name].to_numpy()
        found[self._month[self._there], self._number[self._there]] = column[self._there]
        return found

    def _read(self, columns: list[str]) -> Any:
        with self._path.open("rb") as opened, pq.ParquetFile(opened) as file:  # without threads, as parts are read
            return file.read(columns, use_threads=False)


def _ids(column: Any) -> Ids:
    """Return a column of identities in hexadecimal digits as numbers, shape (n, 2)."""
    encoded = pc.dictionary_encode(column.combine_chunks())
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    half = ID_BYTES
    known = [[int(name[:half], 16), int(name[half:], 16)] for name in encoded.dictionary.to_pylist()]
    ids: Ids = np.array(known, dtype=np.uint64).reshape(-1, 2)[encoded.indices.to_numpy()]
    return ids


def unit_of(output: Output) -> str:
    """Return the unit of an output."""
    return COMPARED[output.indicator].unit if output.indicator in COMPARED else UNITS[output.indicator]


def better_of(output: Output) -> str:
    """Return whether higher or lower values of an output are better, as a comparison has it, or none can be said."""
    return COMPARED[output.indicator].better if output.indicator in COMPARED else NONE
