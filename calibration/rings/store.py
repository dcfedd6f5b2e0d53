"""What draws give, kept on disk as soon as it is done: a run that was stopped goes on where it stopped.

One file for each state of the sources and setting, a line a draw. A draw is known by its parameters and seed.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from calibration.findings.experiment_branches import pulled_lever
from calibration.fitting.history import Setting, setting_of
from calibration.rings.measures import Measured, measured
from scenarios.base.output.whole_files import write_text
from scenarios.base.parallel import in_processes
from scenarios.compare.rings_table import draw_key
from scenarios.report.borrowed import Item, items_of, read_borrowed
from scenarios.runs.parameter_sets import setting as setting_name
from scenarios.runs.sources import source_hash
from scenarios.settings.config import canonical_json, compose_run
from simulation.state.policy import Lever

KIND = "rings"
HASH_SHOWN = 12
Done = Callable[[int, int], None]


class Draw(NamedTuple):
    """A draw to measure: parameters by 'process.name', seed."""

    values: dict[str, float]
    seed: int

    @property
    def key(self) -> str:
        """What the draw is known by."""
        return draw_key(self.values, self.seed)


class RingRuns:
    """The runs of one configuration; `measured` makes those that are not on disk."""

    def __init__(self, words: Sequence[str], config_dir: str | None, folder: Path, processes: int = 0) -> None:
        """words, config_dir: of the configuration; folder: where runs are kept; processes: 0 for one a processor."""
        self._arguments, self._processes = (tuple(words), config_dir), processes
        config = compose_run(list(words), config_dir)
        self.setting = setting_of(config)
        self.items = _items(self.setting)
        self._head = {"program": "anju", "kind": KIND, "source": source_hash("rings"), "setting": setting_name(config),
                      "configuration": config.digest, "items": [item.id for item in self.items]}  # fmt: skip
        mark = hashlib.sha256(canonical_json(self._head).encode()).hexdigest()[:HASH_SHOWN]
        self.path = folder / f"{KIND}-{mark}.jsonl"
        self._found = self._read()

    def measured(self, draws: Sequence[Draw], done: Done | None = None) -> list[Measured]:
        """Return what the draws give, in their order; `done` is called with how many are there, and of how many."""
        missing = list({draw.key: draw for draw in draws if draw.key not in self._found}.values())
        kept = len(draws) - len(missing)
        if missing:
            self._make(missing, lambda number: done(kept + number, len(draws)) if done else None)
        return [self._found[draw.key] for draw in draws]

    def _make(self, missing: list[Draw], done: Callable[[int], None]) -> None:
        if not self.path.exists():
            write_text(self.path, json.dumps(self._head, ensure_ascii=False) + "\n", sync=True)
        runs = in_processes(measure_draw, missing, self._processes, start_measuring, self._arguments)
        with self.path.open("a", encoding="utf-8") as file:
            for number, (draw, found) in enumerate(zip(missing, runs, strict=True), start=1):
                parts = {name: _written(part) for name, part in found._asdict().items()}
                file.write("\n" + json.dumps({"key": draw.key, **parts}))
                file.flush()
                os.fsync(file.fileno())
                self._found[draw.key] = found
                done(number)

    def _read(self) -> dict[str, Measured]:
        """Return the draws on disk by key; a line that was cut off is a draw to be made again."""
        found: dict[str, Measured] = {}
        lines = self.path.read_text(encoding="utf-8", errors="replace").split("\n") if self.path.exists() else []
        for line in lines[1:]:
            row = _parsed(line)
            if isinstance(row, dict) and {"key", *Measured._fields} <= row.keys():
                found[row["key"]] = Measured(*(_numbers(row[name]) for name in Measured._fields))
        return found


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _written(part: Mapping[str, float]) -> dict[str, float | None]:
    return {name: None if math.isnan(value) else value for name, value in part.items()}


def _numbers(part: Mapping[str, float | None]) -> dict[str, float]:
    return {name: math.nan if value is None else float(value) for name, value in part.items()}


def _items(shared: Setting) -> tuple[Item, ...]:
    return items_of(shared.patterns, read_borrowed())


class _Runs:
    setting: Setting
    items: tuple[Item, ...]
    courses: Lever


def start_measuring(words: tuple[str, ...], config_dir: str | None) -> None:
    """Make what all draws of this process share."""
    _Runs.setting = setting_of(compose_run(list(words), config_dir))
    _Runs.items, _Runs.courses = _items(_Runs.setting), pulled_lever()


def measure_draw(draw: Draw) -> Measured:
    """Return what a draw gives."""
    return measured(_Runs.setting, _Runs.items, _Runs.courses, draw.values, draw.seed)
