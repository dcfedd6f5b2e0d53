"""runs.parquet: every value of every run, which all tables of a comparison summarise.

Rows are written scenario by scenario, so that the file is never whole in memory; names are stored once (dictionaries).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.base.output.whole_files import opened_beside
from scenarios.compare.assemble import Results, need_rows
from scenarios.compare.measure import ALL, history_names
from scenarios.compare.tables import RUNS_COLUMNS
from scenarios.report.readings import reading_name
from scenarios.settings.schema import BASE
from simulation.foundations.months import month_label
from simulation.state.entities import Float


def write_runs(path: Path, results: Results) -> None:
    """Write the values of all runs: scenario, reading, draw, seed, indicator, group, month, value.

    Levels are those of each scenario; switches and paired counts are against the baseline of the same draw and seed,
    and are 0 for the baseline itself. A value that does not exist (nobody employed, in February) has no row.
    """
    schema = pa.schema([(name, _types()[name]) for name in RUNS_COLUMNS])
    named = [(name, group, month_label(month)) for name, group, month in results.names]
    first = results.plan.columns.months[0]
    with (
        opened_beside(path) as file,
        pq.ParquetWriter(file, schema, compression="zstd", write_statistics=False) as writer,
    ):
        for s, scenario in enumerate(results.plan.scenarios):
            names, values = named, results.values[:, s]
            if scenario == BASE:
                past = [(name, ALL, month) for name, month in history_names(first)]
                names, values = past + names, np.hstack([results.history, values])
            else:
                needs = need_rows(results, s)
                before = month_label(first - 1)
                names = names + [(name, site, before) for name, site, _ in needs]
                values = np.hstack([values, np.stack([column for _, _, column in needs], axis=1)])
            writer.write_table(_table(results, scenario, names, values, schema))


def _types() -> dict[str, Any]:
    text = pa.dictionary(pa.int32(), pa.string())
    numbers = {"draw": pa.int32(), "seed": pa.int64(), "value": pa.float64()}
    return {name: numbers.get(name, text) for name in RUNS_COLUMNS}


def _table(results: Results, scenario: str, names: list[tuple[str, str, str]], values: Float, schema: Any) -> Any:
    runs, n = results.plan.runs, len(names)
    flat = values.ravel()
    here = ~np.isnan(flat)

    def text(column: list[str]) -> Any:
        return _repeated(column, len(runs), here)

    def by_run(numbers: list[int], kind: Any) -> Any:
        return pa.array(np.repeat(numbers, n)[here], kind)

    columns = {
        "scenario": _constant(scenario, int(here.sum())),
        "reading": _constant(reading_name(results.plan.base.reading), int(here.sum())),
        "draw": by_run([run.draw for run in runs], pa.int32()),
        "seed": by_run([run.seed for run in runs], pa.int64()),
        "indicator": text([name for name, _, _ in names]),
        "group": text([group for _, group, _ in names]),
        "month": text([month for _, _, month in names]),
        "value": pa.array(flat[here]),
    }
    return pa.table([columns[name] for name in RUNS_COLUMNS], schema=schema)


def _constant(name: str, n: int) -> Any:
    return pa.DictionaryArray.from_arrays(np.zeros(n, dtype=np.int32), [name])


def _repeated(column: list[str], times: int, here: npt.NDArray[np.bool_]) -> Any:
    """Return a column of names repeated for each run, stored as numbers into the list of names."""
    order = {name: i for i, name in enumerate(dict.fromkeys(column))}
    codes = np.array([order[name] for name in column], dtype=np.int32)
    return pa.DictionaryArray.from_arrays(np.tile(codes, times)[here], list(order))
