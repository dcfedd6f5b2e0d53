"""Parts: small Parquet files of finished runs, each whole or not there, from which everything else is found out.

A part is synced before it takes its name; no two attempts share a name, and the name ends in a hash
of what the file holds. A part that is not what its name says, because a copy was cut off or a disk failed, is set aside
by name and its runs are made again.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.output.whole_files import write_bytes
from scenarios.base.text import Text
from scenarios.sweep.plan.plan import Ids, Whole
from scenarios.sweep.plan.variants import ID_BYTES

Flags = npt.NDArray[np.bool_]
SUFFIX = ".parquet"
DAMAGED = "damaged"
POINT, SEED, MONTH, MESSAGE = "point", "seed", "month", "message"
FAILED_MONTH = -1
"""Month of the one row of a run that raised."""
MESSAGE_MOST = 500
_NAME = re.compile(r".*-[0-9a-f]{12}-([0-9a-f]{16})\.parquet")
JOINED_ROWS = 100_000
"""Of a part: one has to fit into memory several times."""
FULL = (errno.ENOSPC, errno.EDQUOT)
KEPT = Text("finished runs are kept; make room and run the same command again",
            "已完成的运行均已保存，请腾出空间后重新运行同一命令")  # fmt: skip


class RunRow(NamedTuple):
    """A row of a part: identity, seed, month (an index), the message of a run that raised, values of the outputs."""

    point: bytes
    seed: int
    month: int
    message: str | None
    values: Sequence[float]


def part_schema(outputs: Sequence[str]) -> Any:
    """Return the schema of parts of a sweep."""
    fields = [(POINT, pa.binary(ID_BYTES)), (SEED, pa.int64()), (MONTH, pa.int16()), (MESSAGE, pa.string())]
    return pa.schema([*fields, *((name, pa.float64()) for name in outputs)])


def table_of(rows: Sequence[RunRow], outputs: Sequence[str]) -> Any:
    """Return rows as a table of `part_schema`; NaN, a value that does not exist, becomes null."""
    points, seeds, months, messages, values = zip(*rows, strict=True)
    numbers = np.array(values, dtype=np.float64).reshape(len(rows), len(outputs))
    columns = [pa.array(points, pa.binary(ID_BYTES)), pa.array(seeds, pa.int64()), pa.array(months, pa.int16())]
    columns.append(pa.array(messages, pa.string()))
    columns += [pa.array(numbers[:, i], from_pandas=True) for i in range(len(outputs))]
    return pa.table(columns, schema=part_schema(outputs))


def write_part(folder: Path, name: str, table: Any) -> Path:
    """Write a part whose name begins with `name`; return its path. Raises UserError where the disk is full."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", use_dictionary=[POINT, MESSAGE])
    content = sink.getvalue()
    path = folder / f"{name}-{uuid.uuid4().hex[:12]}-{_mark(content)}{SUFFIX}"
    try:
        return write_bytes(path, content, sync=True)
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise full_disk(folder) from None


def _mark(content: Any) -> str:
    """Return the hash of a part's content that its name holds."""
    return hashlib.sha256(content).hexdigest()[:16]


def full_disk(folder: Path) -> UserError:
    """Return the error of a disk without room."""
    return UserError(Text("the disk is full", "磁盘已满"), key="output", found=shown_path(folder), hint=KEPT)


class SpoiledError(ValueError):
    """A part is not what was written under its name."""


def read_part(path: Path, columns: Sequence[str] | None = None) -> Any:
    """Return a part; raises SpoiledError for one that is cut or changed, OSError where the disk cannot be read."""
    content, name = path.read_bytes(), _NAME.fullmatch(path.name)
    if name is None or name[1] != _mark(content):
        raise SpoiledError(path.name)
    # Without threads: one of the library's that is reading ahead when Python ends aborts the process.
    with pq.ParquetFile(pa.BufferReader(content), pre_buffer=False) as file:
        return file.read(columns, use_threads=False)


def paths_of(folder: Path) -> list[Path]:
    """Return the parts of a folder, sorted by name."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        names = sorted(e.name for e in entries if e.name.endswith(SUFFIX) and not e.name.startswith("."))
    return [folder / name for name in names]


class Present:
    """The runs found in the parts of a folder; each part is read once, however often one asks."""

    def __init__(self, folder: Path) -> None:
        """folder: the parts' folder."""
        self.folder = folder
        self.damaged: list[Path] = []
        self._keys: dict[str, tuple[Ids, Whole, Flags]] = {}

    def rows(self) -> Iterator[tuple[Path, Ids, Whole, Flags]]:
        """Yield of every part its path, and of every row of it the identity, the seed, and whether the run failed.

        A part that cannot be read is moved to `damaged/` beside the parts, and named in `damaged`.
        """
        paths = paths_of(self.folder)
        for gone in self._keys.keys() - {path.name for path in paths}:
            del self._keys[gone]
        for path in paths:
            if path.name not in self._keys:
                try:
                    self._keys[path.name] = _keys_in(path)
                except FileNotFoundError:  # joined into another part meanwhile
                    continue
                except SpoiledError:
                    self._set_aside(path)
                    continue
            yield path, *self._keys[path.name]

    def _set_aside(self, path: Path) -> None:
        place = self.folder / DAMAGED
        place.mkdir(exist_ok=True)
        path.replace(place / path.name)
        self.damaged.append(place / path.name)


def _keys_in(path: Path) -> tuple[Ids, Whole, Flags]:
    """Return the runs of a part; raises SpoiledError."""
    table = read_part(path)
    points = table[POINT].combine_chunks() if table.num_rows else pa.array([], pa.binary(ID_BYTES))
    return ids_of(points), table[SEED].to_numpy(), table[MESSAGE].is_valid().to_numpy(zero_copy_only=False)


def ids_of(points: Any) -> Ids:
    """Return a column of identities as numbers, shape (n, 2)."""
    column = points.combine_chunks() if isinstance(points, pa.ChunkedArray) else points
    joined = b"".join(column.to_pylist())
    return np.frombuffer(joined, dtype=">u8").astype(np.uint64).reshape(-1, ID_BYTES // 8)


def join_parts(folder: Path, name: str, paths: Sequence[Path]) -> None:
    """Make few parts, of JOINED_ROWS at most, of the many of one attempt; these are removed once those are there."""
    some: list[Path] = []
    rows = 0
    for path in [*paths, None]:
        more = _rows(path) if path else 0
        if path is None or rows + more > JOINED_ROWS:
            if len(some) > 1:
                write_part(folder, name, pa.concat_tables([read_part(joined) for joined in some]))
                for joined in some:
                    joined.unlink(missing_ok=True)
            some, rows = [], 0
        if path is not None:
            some.append(path)
            rows += more


def _rows(path: Path) -> int:
    """Return how many rows a part has."""
    with path.open("rb") as file:
        return int(pq.read_metadata(file).num_rows)
