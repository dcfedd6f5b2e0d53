"""Who makes runs: takes groups, keeps rows, writes them as parts at least once a minute.

It depends on the bases' words and on groups alone, so it is the same in a process of this machine, in a job of a
cluster and in a process of another engine. Before it makes a run it checks that its own sources and configuration give
the run's identity: on a machine with other sources nothing is run.
"""

from __future__ import annotations

import gc
import hashlib
import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.population.load import load_population
from scenarios.runs.sources import source_hash
from scenarios.settings.config import RunConfig, compose_run
from scenarios.settings.plans import check_plans
from scenarios.sweep.plan.outputs import Output, read_outputs
from scenarios.sweep.plan.plan import Plan
from scenarios.sweep.plan.spec import known_keys
from scenarios.sweep.plan.variants import Base
from scenarios.sweep.store.parts import (
    FAILED_MONTH,
    MESSAGE_MOST,
    RunRow,
    join_parts,
    table_of,
    write_part,
)
from scenarios.sweep.work.city_runs import (
    Branch,
    Past,
    Result,
    Timing,
    history_runs,
)
from scenarios.sweep.work.tasks import Group, Task
from simulation.city import City, Given
from simulation.foundations.generator import chosen_generator
from simulation.foundations.months import month_index
from simulation.state.policy import BASELINE
from simulation.state.population import Population

FLUSH_SECONDS = 60.0
"""How often finished runs are written, where a launcher has no other setting."""
FLUSH_ROWS = 50_000
COLLECT_SECONDS = 2.0
"""How often memory that refers to itself is freed."""
POPULATIONS_KEPT = 2


class Setting(NamedTuple):
    """What a worker needs to know of a sweep: the words of each base, what is measured, what a run does, its folder."""

    words: tuple[tuple[str, ...], ...]
    config_dir: str | None
    outputs: tuple[str, ...]
    months: tuple[str, ...]
    work: str
    parts: Path
    flush_seconds: float = FLUSH_SECONDS


def setting_of(plan: Plan, parts: Path, flush_seconds: float = FLUSH_SECONDS) -> Setting:
    """Return what a worker needs to know of a plan."""
    sweep = plan.sweep
    outputs = tuple(output.name for output in sweep.outputs)
    return Setting(tuple(plan.words), sweep.config_dir, outputs, sweep.months, sweep.work, parts, flush_seconds)


def warm() -> None:
    """Load what every run needs, compiled rules above all, with a month of a small town."""
    config = compose_run([f"generator={chosen_generator()}", "population.size=town"])
    city = City()
    population = load_population(config)
    city.begin(Given(population, config.parameters, config.seed, config.months), BASELINE)
    city.advance()


class RunMaker:
    """Makes runs and writes them as parts whose names begin with `name`."""

    def __init__(self, setting: Setting, name: str, stop: Callable[[], bool] = lambda: False) -> None:
        """stop: asked after every run; what is done by then is kept."""
        self.setting, self.name, self.stop = setting, name, stop
        self.outputs: tuple[Output, ...] = read_outputs(setting.outputs)
        self.timing = Timing()
        self.done = self.failed = 0
        self._source = source_hash("sweep")
        self._bases: dict[int, Base] = {}
        self._populations: dict[str, Population] = {}
        self._rows: list[RunRow] = []
        self._written: list[Path] = []
        self._flushed = self._collected = time.monotonic()

    def run(self, group: Group) -> int:
        """Make the runs of a group; return how many, fewer than there are if it was stopped."""
        make = self._model_runs if self.setting.work == "model" else self._nothing
        return make(group)

    @property
    def written(self) -> bool:
        """Whether everything that was done is in parts."""
        return not self._rows

    def tend(self) -> None:
        """Write what is done, and free memory, where it is time to; called after every run and while there is none."""
        now = time.monotonic()
        if now - self._collected > COLLECT_SECONDS:
            gc.collect()
            self._collected = now
        if now - self._flushed > self.setting.flush_seconds or len(self._rows) >= FLUSH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what is done; raises UserError where the disk is full, and keeps it then."""
        if self._rows:
            self._written.append(write_part(self.setting.parts, self.name, table_of(self._rows, self.setting.outputs)))
            self._rows.clear()
        self._flushed = time.monotonic()

    def finish(self) -> None:
        """Write what is left, and make one part of all that this worker wrote."""
        self.flush()
        join_parts(self.setting.parts, self.name, self._written)
        self._written.clear()

    def _model_runs(self, group: Group) -> int:
        first = self._base(group.tasks[0].base)
        tasks = {task.number: task for task in group.tasks}
        branches, done = [], 0
        try:
            for task in group.tasks:
                self._check(task)
            past = Past(self._population(first.config), first.parameters(group.tasks[0].values), group.seed,
                        first.config.months, first.config.future)  # fmt: skip
        except UserError as error:
            if error.key == SOURCE:
                raise
            return sum(self._keep(group, task, Result(task.number, None, error)) for task in group.tasks)
        for task in group.tasks:
            try:
                branches.append(Branch(task.number, self._base(task.base).policy(task.values)))
            except UserError as error:
                done += self._keep(group, task, Result(task.number, None, error))
        months = self._months(first.config)
        for result in history_runs(past, branches, self.outputs, months, self.timing):
            done += self._keep(group, tasks[result.number], result)
            self.tend()
            if self.stop():
                break
        return done

    def _nothing(self, group: Group) -> int:
        """Make rows without a run: numbers between 0 and 1 that identity, seed and output alone decide."""
        shape = (len(self._months(self._base(group.tasks[0].base).config)), len(self.outputs))
        for task in group.tasks:
            name = task.point + group.seed.to_bytes(8, "big")
            numbers = np.frombuffer(hashlib.shake_128(name).digest(8 * math.prod(shape)), dtype=">u8")
            self._keep(group, task, Result(task.number, numbers.reshape(shape) / 2.0**64, None))
        self.tend()
        self.timing.histories += 1
        self.timing.runs += len(group.tasks)
        return len(group.tasks)

    def _keep(self, group: Group, task: Task, result: Result) -> int:
        """Keep what a run gave; return 1. Raises MemoryError again: it is the machine's trouble, not the run's."""
        if isinstance(result.error, MemoryError):
            raise result.error
        self.done += 1
        if result.error is not None or result.values is None:
            self.failed += 1
            message = failure_text(result.error)
            self._rows.append(RunRow(task.point, group.seed, FAILED_MONTH, message, [np.nan] * len(self.outputs)))
            return 1
        months = self._months(self._base(task.base).config)
        self._rows += [
            RunRow(task.point, group.seed, month, None, values)
            for month, values in zip(months, result.values, strict=True)
        ]
        return 1

    def _base(self, number: int) -> Base:
        if number not in self._bases:
            setting = self.setting
            config = compose_run(setting.words[number], setting.config_dir)
            self._bases[number] = Base(config, known_keys(setting.config_dir).keys, self._source)
        return self._bases[number]

    def _check(self, task: Task) -> None:
        if self._base(task.base).variant(task.values).point != task.point:
            problem = Text("this machine has other sources or another configuration than the driver",
                           "本机的代码或配置与主控进程不一致")  # fmt: skip
            raise UserError(problem, key=SOURCE, found=f"point {task.point.hex()}")

    def _population(self, config: RunConfig) -> Population:
        name = str([config.resolved[part] for part in ("region", "population", "reading", "structure")])
        if name not in self._populations:
            if len(self._populations) >= POPULATIONS_KEPT:
                self._populations.pop(next(iter(self._populations)))
            self._populations[name] = load_population(config)
        check_plans(config.policy, len(self._populations[name].sites))
        return self._populations[name]

    def _months(self, config: RunConfig) -> list[int]:
        return measured_months(self.setting.months, config.months)


SOURCE = "source"


def measured_months(labels: Sequence[str], months: int) -> list[int]:
    """Return the indices of the months that are measured of a run of so many months: its last, if none are named."""
    return [month_index(label) for label in labels] if labels else [months - 1]


def failure_text(error: Exception | None) -> str:
    """Return what ended a run, on one line."""
    text = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())[:MESSAGE_MOST]
