"""All parts of a sweep as one table: runs.parquet, a row a run and month, in the order of the plan.

A column `effect.NAME` is what a run has of NAME beyond its baseline (plan/baselines.py) in the same month; it is empty
where the baseline is not there. The headlines of a comparison have one.

Rows are put in place block by block, so that memory does not grow with their number. Doubles are dropped if they are
equal and refused if not: the same configuration, sources and seed give the same numbers, so that something is wrong.
The content's hash is that of the values, row for row, whoever made the runs and however parts were cut.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scenarios.base.errors import UserError
from scenarios.base.output.whole_files import opened_beside
from scenarios.base.text import Text
from scenarios.compare.indicators import HEADLINES
from scenarios.sweep.plan.baselines import NO_RUN, baseline_runs
from scenarios.sweep.plan.draws import NO_DRAW
from scenarios.sweep.plan.outputs import Output
from scenarios.sweep.plan.plan import Plan, Whole
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.store.parts import (
    FAILED_MONTH,
    MESSAGE,
    MONTH,
    POINT,
    SEED,
    part_schema,
    read_part,
)
from scenarios.sweep.work.runs import Runs
from simulation.foundations.months import month_label

TABLE = "runs.parquet"
EFFECT = "effect."
"""Beginning of the names of columns with the difference from the baseline."""
BLOCK_ROWS = 50_000
ATTEMPTS, RETRY_SECONDS = 20, 0.1
"""How often parts are looked for again, and how much longer each time: joining many takes a slow disk some seconds."""
PARTS_KEPT = 8
"""Parts that are held in memory at a time."""


class Collected(NamedTuple):
    """A collected table: its path, rows, runs, those that failed, doubles dropped, SHA-256 of its content."""

    path: Path
    rows: int
    runs: int
    failed: int
    doubled: int
    content: str


class _RowPlaces(NamedTuple):
    """Where rows are: run number, month, part and row of each, ordered by run, failed last, and month."""

    number: Whole
    month: Whole
    part: Whole
    row: Whole


def collect(runs: Runs, folder: SweepFolder) -> Collected:
    """Write the table of all runs that are there; return it. Raises UserError for doubles that differ.

    Parts that are joined into others meanwhile, by a sweep at work, are looked for again.
    """
    for attempt in range(ATTEMPTS):
        try:
            return _collect(runs, folder)
        except FileNotFoundError:
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(RETRY_SECONDS * attempt)
    raise AssertionError


def _collect(runs: Runs, folder: SweepFolder) -> Collected:
    plan = runs.plan
    outputs = [output.name for output in plan.sweep.outputs]
    paths, where = _index(runs)
    parts = _Parts(paths, outputs)
    where, doubled = _without_doubles(where, parts)
    pairs = _Pairs(plan, where, parts)
    schema = table_schema(plan)
    digest = hashlib.sha256("\n".join(f"{field.name} {field.type}" for field in schema).encode())
    path = folder.path / TABLE
    rows = failed = 0
    with (
        opened_beside(path, sync=True) as file,
        pq.ParquetWriter(file, schema, compression="zstd") as writer,
    ):
        for block in _blocks(plan, where, parts, pairs):
            writer.write_table(block)
            _add(digest, block)
            rows += block.num_rows
    failed = int((where.month == FAILED_MONTH).sum())
    return Collected(path, rows, len(np.unique(where.number)), failed, doubled, digest.hexdigest())


def table_schema(plan: Plan) -> Any:
    """Return the columns of the table: point, scenario, draw, axes, seed, month, message, outputs, effect.*."""
    text = pa.dictionary(pa.int32(), pa.string())
    axes = [(key, column_type(column)) for key, column in plan.points.columns.items()]
    fields = [(POINT, pa.string()), ("scenario", text), *([("draw", pa.int32())] if plan.sweep.draws else []), *axes,
              (SEED, pa.int64()), (MONTH, text), (MESSAGE, pa.string())]  # fmt: skip
    names = [output.name for output in plan.sweep.outputs]
    names += [EFFECT + output.name for output in with_effect(plan.sweep.outputs)]
    return pa.schema([*fields, *((name, pa.float64()) for name in names)])


def with_effect(outputs: Iterable[Output]) -> list[Output]:
    """Return the outputs that have a column with the difference from the baseline: the headlines, also of a group."""
    return [output for output in outputs if output.indicator in HEADLINES]


def column_type(column: list[Any]) -> Any:
    """Return the type of an axis' column: text, whole numbers, or numbers."""
    kinds = {type(value) for value in column if value is not None}
    if str in kinds:
        return pa.dictionary(pa.int32(), pa.string())
    return pa.int64() if kinds == {int} else pa.float64()


def _index(runs: Runs) -> tuple[list[Path], _RowPlaces]:
    """Return the parts, and where the rows of planned runs are."""
    paths: list[Path] = []
    places: list[_RowPlaces] = []
    for path, ids, seeds, _ in runs.present.rows():
        number = runs.plan.find(ids, seeds)
        row = np.flatnonzero(number >= 0)
        month = read_part(path, [MONTH])[MONTH].to_numpy()[row].astype(np.int64)
        part = np.full(row.size, len(paths))
        places.append(_RowPlaces(number[row], month, part, row))
        paths.append(path)
    if not places:
        none = np.zeros(0, dtype=np.int64)
        return paths, _RowPlaces(none, none, none, none)
    where = _RowPlaces(*(np.concatenate(columns) for columns in zip(*places, strict=True)))
    failed = where.month == FAILED_MONTH
    order = np.lexsort((where.part, where.month, failed, where.number))
    return paths, _RowPlaces(*(column[order] for column in where))


def _without_doubles(where: _RowPlaces, parts: _Parts) -> tuple[_RowPlaces, int]:
    """Return rows once each, and how many runs were there more than once; a failed one gives way to one that is not.

    Raises UserError for doubles that differ.
    """
    if not where.number.size:
        return where, 0
    same = (np.diff(where.number) == 0) & (np.diff(where.month) == 0)
    for i in np.flatnonzero(same).tolist():
        if where.month[i] != FAILED_MONTH and not parts.equal(where, i, i + 1):
            names = " and ".join(f"{parts.paths[where.part[k]].name} (row {where.row[k]})" for k in (i, i + 1))
            problem = Text(f"the same run is there twice with different numbers, in {names}",
                           f"同一运行有两份不同的结果：{names}")  # fmt: skip
            hint = Text("a machine computes wrongly, or a part was changed; remove the wrong one and resume",
                        "某台机器计算有误或文件被改动；请删除错误的一份后用 resume 继续")  # fmt: skip
            raise UserError(problem, key="parts", hint=hint)
    keep = np.concatenate([[True], ~same])
    # Of a run that failed once and was made later, the failure goes: failed rows come last within a run.
    later = np.concatenate([[False], np.diff(where.number) == 0]) & (where.month == FAILED_MONTH)
    doubled = len(np.unique(where.number[1:][same]))
    keep &= ~later
    return _RowPlaces(*(column[keep] for column in where)), doubled


class _Parts:
    """Parts as they are needed, the last few of them kept."""

    def __init__(self, paths: list[Path], outputs: list[str]) -> None:
        self.paths, self._columns = paths, part_schema(outputs).names
        self._kept: OrderedDict[int, Any] = OrderedDict()

    def table(self, part: int) -> Any:
        if part not in self._kept:
            while len(self._kept) >= PARTS_KEPT:
                self._kept.popitem(last=False)
            self._kept[part] = read_part(self.paths[part], self._columns)
        self._kept.move_to_end(part)
        return self._kept[part]

    def equal(self, where: _RowPlaces, one: int, other: int) -> bool:
        a, b = (self.table(int(where.part[i])).slice(int(where.row[i]), 1) for i in (one, other))
        return bool(a.equals(b))

    def rows(self, where: _RowPlaces, block: slice) -> Any:
        """Return the rows of a block, in its order."""
        part, row = where.part[block], where.row[block]
        order = np.argsort(part, kind="stable")
        tables = []
        for number in np.unique(part).tolist():
            tables.append(self.table(number).take(pa.array(row[part == number])))
        back = np.empty(order.size, dtype=np.int64)
        back[order] = np.arange(order.size)
        return pa.concat_tables(tables).combine_chunks().take(pa.array(back))


class _Pairs:
    """The rows of baselines beside the rows of runs."""

    def __init__(self, plan: Plan, where: _RowPlaces, parts: _Parts) -> None:
        self._where, self._parts, self._n_seeds = where, parts, plan.n_seeds
        self._names = [output.name for output in with_effect(plan.sweep.outputs)]
        self._baseline = baseline_runs(plan) if self._names else None
        self._months = max([0, *where.month.tolist()]) + 2
        self._keys = where.number * self._months + where.month + 1  # ascending: a failed run has one row alone

    def effects(self, label: Whole, picked: _RowPlaces, rows: Any) -> dict[str, Any]:
        """Return the columns of effects of rows, which are those of the places `picked` and of the points `label`."""
        if self._baseline is None:
            return {}
        number = self._baseline[label, picked.number % self._n_seeds]
        wanted = number * self._months + picked.month + 1
        place = np.minimum(np.searchsorted(self._keys, wanted), self._keys.size - 1)
        there = (self._keys[place] == wanted) & (number != NO_RUN) & (picked.month != FAILED_MONTH)
        at = np.flatnonzero(there)
        own = rows.take(pa.array(at))
        other = (
            self._parts.rows(_RowPlaces(*(column[place[at]] for column in self._where)), slice(None))
            if at.size
            else own
        )
        found = {}
        for name in self._names:
            column = np.full(label.size, np.nan)
            column[at] = own[name].to_numpy() - other[name].to_numpy()
            found[EFFECT + name] = pa.array(column, from_pandas=True)
        return found


def _blocks(plan: Plan, where: _RowPlaces, parts: _Parts, pairs: _Pairs) -> Iterator[Any]:
    """Yield the table block by block, points in the plan's order, each with its seeds and months."""
    n_seeds = plan.n_seeds
    if not where.number.size:
        return
    starts = np.searchsorted(where.number, np.arange(len(plan.points.run_as)) * n_seeds)
    ends = np.searchsorted(where.number, (np.arange(len(plan.points.run_as)) + 1) * n_seeds)
    points = np.arange(len(plan.points.run_as))
    run_as = plan.points.run_as
    sizes = ends[run_as] - starts[run_as]
    begin = 0
    while begin < len(points):
        end = begin + 1
        total = int(sizes[begin])
        while end < len(points) and total + sizes[end] <= BLOCK_ROWS:
            total += int(sizes[end])
            end += 1
        rows = np.concatenate([np.arange(starts[run_as[p]], ends[run_as[p]]) for p in range(begin, end)])
        label = np.repeat(points[begin:end], sizes[begin:end])
        for cut in range(0, rows.size, BLOCK_ROWS):
            some = rows[cut : cut + BLOCK_ROWS]
            picked = _RowPlaces(*(column[some] for column in where))
            names, rows_here = label[cut : cut + BLOCK_ROWS], parts.rows(picked, slice(None))
            yield _labelled(plan, names, rows_here, pairs.effects(names, picked, rows_here))
        begin = end


def _labelled(plan: Plan, label: Whole, rows: Any, effects: dict[str, Any]) -> Any:
    """Return rows of parts with the labels of their points and their effects, as the table holds them."""
    points, schema = plan.points, table_schema(plan)
    known = sorted(set(label.tolist()))
    place = {point: i for i, point in enumerate(known)}
    at = pa.array([place[point] for point in label.tolist()], pa.int32())

    def labels(values: list[Any], kind: Any) -> Any:
        plain = kind.value_type if pa.types.is_dictionary(kind) else kind
        column = pa.array(values, plain).take(at)
        return pc.dictionary_encode(column) if pa.types.is_dictionary(kind) else column

    columns = {POINT: pa.array([bytes(point).hex() for point in rows[POINT].to_pylist()])}
    columns["scenario"] = labels([points.scenario[p] for p in known], schema.field("scenario").type)
    if "draw" in schema.names:
        columns["draw"] = labels(
            [int(points.draw[p]) if points.draw[p] != NO_DRAW else None for p in known], pa.int32()
        )
    for key, column in points.columns.items():
        columns[key] = labels([column[p] for p in known], schema.field(key).type)
    months = [None if month == FAILED_MONTH else month_label(month) for month in rows[MONTH].to_pylist()]
    columns[MONTH] = pc.dictionary_encode(pa.array(months, pa.string()))
    for name in (SEED, MESSAGE, *(output.name for output in plan.sweep.outputs)):
        columns[name] = rows[name]
    columns |= effects
    return pa.table([columns[name] for name in schema.names], schema=schema)


def _add(digest: Any, block: Any) -> None:
    """Add the values of a block to a hash; blocks are cut by the rows alone, so equal tables give equal hashes."""
    for column in block.columns:
        if pa.types.is_floating(column.type):
            digest.update(column.to_numpy().astype("<f8").tobytes())
        else:
            plain = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
            digest.update("\n".join(map(str, plain.to_pylist())).encode() + b"\0")
