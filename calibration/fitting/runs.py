"""Full-size histories in parallel, each kept on disk as soon as it is done.

A run is known by its parameters and seed; the file by the sources that can alter a run and by the setting. Whatever
stops a calibration, the same command goes on where it stopped: no finished run is lost, none is made twice.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from collections.abc import Callable, Sequence
from io import FileIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from calibration.fitting.history import (
    Setting,
    history_of,
    outputs_of,
    setting_of,
)
from calibration.fitting.prior import Prior
from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.output.whole_files import write_text
from scenarios.base.parallel import ProcessPool
from scenarios.base.text import Text
from scenarios.runs.parameter_sets import setting as setting_name
from scenarios.runs.sources import source_hash
from scenarios.settings.config import RunConfig, canonical_json, compose_run
from simulation.state.entities import Float

KIND = "histories"
HASH_SHOWN = 12
SYNC_SECONDS = 5.0
KEPT = Text("finished runs are kept; run the same command again", "已完成的运行均已保存，请重新运行同一命令")

Done = Callable[[int, int, int], None]
"""Called with how many runs are there, of how many, and how many of them were on disk."""


class HistoryRun(NamedTuple):
    """One history to run: its key, its parameters by 'process.name', its seed."""

    key: str
    values: dict[str, float]
    seed: int


class ConfigArguments(NamedTuple):
    """What a process needs to compose the configuration anew."""

    words: tuple[str, ...]
    config_dir: str | None


class RunStore:
    """The runs of one setting: `outputs` returns what was asked for, from disk where it is there."""

    def __init__(
        self, config: RunConfig, arguments: ConfigArguments, prior: Prior, names: Sequence[str], folder: Path,
        own_folder: bool, processes: int = 0,
    ) -> None:  # fmt: skip
        """Open the runs of `config` in `folder`.

        own_folder: whether the user named the folder; runs in it that other sources made are then refused by name,
        where the usual folder keeps runs of each source in a file of its own. Each setting has a file of its own in
        both. Raises UserError.
        """
        head = {"program": "anju", "kind": KIND, "source": source_hash("history"), "setting": setting_name(config),
                "configuration": config.digest}  # fmt: skip
        self._head = head | {"outputs": list(names)}
        mark = hashlib.sha256(canonical_json(self._head).encode()).hexdigest()[:HASH_SHOWN]
        self.path = folder / f"{KIND}-{mark}.jsonl"
        others = [path for path in sorted(folder.glob(f"{KIND}-*.jsonl")) if _source_of(path) != head["source"]]
        if own_folder and others:
            problem = Text("the folder holds runs of other sources", "该文件夹存有另一版本的运行")
            hint = Text("remove it, or name another: cache=FOLDER", "请删除它，或另选 cache=文件夹")
            raise UserError(problem, key="cache", found=shown_path(others[0]), hint=hint)
        self.arguments, self.prior, self.names = arguments, prior, tuple(names)
        self._pool = ProcessPool(processes, start_runs, arguments)
        self._found = self._read()
        self.made = 0

    def outputs(self, points: Float, seeds: Sequence[int], done: Done | None = None) -> Float:
        """Return what histories give, shape (n, n_outputs), in the outputs' own units.

        points: (n, n_parameters) on the unit cube; seeds: n of them; done: called after each.
        """
        runs = [self._run(point, seed) for point, seed in zip(points, seeds, strict=True)]
        missing = list({run.key: run for run in runs if run.key not in self._found}.values())
        kept = len(runs) - len(missing)
        if missing:
            self._make(missing, lambda number: done(kept + number, len(runs), kept) if done else None)
        elif done is not None:
            done(kept, kept, kept)
        return np.array([self._found[run.key] for run in runs])

    def have(self, points: Float, seeds: Sequence[int]) -> int:
        """Return how many of these runs are on disk."""
        return sum(self._run(point, seed).key in self._found for point, seed in zip(points, seeds, strict=True))

    def close(self) -> None:
        """End the processes that make runs; more runs start others."""
        self._pool.close()

    def _run(self, point: Float, seed: int) -> HistoryRun:
        values = self.prior.named(point)
        return HistoryRun(
            hashlib.sha256(canonical_json({"seed": seed, **values}).encode()).hexdigest()[:32], values, seed
        )

    def _make(self, missing: list[HistoryRun], done: Callable[[int], None]) -> None:
        synced = time.monotonic()
        try:
            self._begin_file()
            with self.path.open("ab", buffering=0) as file:
                runs = self._pool.map(run_history, missing)
                for number, (run, row) in enumerate(zip(missing, runs, strict=True), start=1):
                    values = [row[name] for name in self.names]
                    line = json.dumps({"key": run.key, "outputs": [None if v != v else v for v in values]})
                    _write(file, line.encode() + b"\n")
                    self._found[run.key] = values
                    self.made += 1
                    if time.monotonic() - synced > SYNC_SECONDS:
                        os.fsync(file.fileno())
                        synced = time.monotonic()
                    done(number)
                os.fsync(file.fileno())
        except UserError as error:
            raise UserError(error.problem, key=error.key, found=error.found, hint=KEPT) from None
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            problem = Text("the disk is full", "磁盘已满")
            raise UserError(problem, key="cache", found=shown_path(self.path), hint=KEPT) from None

    def _begin_file(self) -> None:
        """Make the file if it is not there; end a line that was cut off."""
        if not self.path.exists():
            write_text(self.path, json.dumps(self._head, ensure_ascii=False) + "\n", sync=True)
            return
        with self.path.open("rb+") as file:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")

    def _read(self) -> dict[str, list[float]]:
        """Return the runs on disk by key; a line that was cut off is a run to be made again."""
        if not self.path.exists():
            return {}
        first, *lines = self.path.read_bytes().split(b"\n")
        if _parsed(first) != self._head:
            problem = Text("the runs were made by other sources or for another setting", "这些运行来自另一版本或口径")
            hint = Text("remove the file; the runs are made anew", "请删除该文件，运行将重新生成")
            raise UserError(problem, key="cache", found=shown_path(self.path), hint=hint)
        outputs = {}
        for line in lines:
            row = _parsed(line)
            if isinstance(row, dict) and len(row.get("outputs", ())) == len(self.names):
                outputs[str(row["key"])] = [np.nan if v is None else float(v) for v in row["outputs"]]
        return outputs


def _source_of(path: Path) -> Any:
    """Return the sources that a file of runs names; None if it names none."""
    with path.open("rb") as file:
        head = _parsed(file.readline())
    return head.get("source") if isinstance(head, dict) else None


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _write(file: FileIO, line: bytes) -> None:
    """Write all of a line, on a disk that takes less of it at first, too."""
    while line:
        line = line[file.write(line) :]


class _HistoryRuns:
    setting: Setting


def start_runs(words: tuple[str, ...], config_dir: str | None) -> None:
    """Make what all runs of this process share."""
    _HistoryRuns.setting = setting_of(compose_run(list(words), config_dir))


def run_history(run: HistoryRun) -> dict[str, float]:
    """Return what a history gives."""
    return outputs_of(history_of(_HistoryRuns.setting, run.values, run.seed), _HistoryRuns.setting)
