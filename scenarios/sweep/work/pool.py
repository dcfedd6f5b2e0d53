"""Worker processes of this machine: handed work for a few seconds at a time, replaced when they are killed.

A worker that dies loses what it had not written yet, a minute at most; those runs are handed out again. A run at which
workers died several times is left as a failed run, and the rest goes on.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from multiprocessing.connection import wait
from typing import Any

from scenarios.base.errors import UserError
from scenarios.base.parallel import available_processors
from scenarios.base.text import Text
from scenarios.sweep.store.parts import (
    FAILED_MONTH,
    RunRow,
    table_of,
    write_part,
)
from scenarios.sweep.work.city_runs import Timing
from scenarios.sweep.work.run_maker import Setting
from scenarios.sweep.work.serve import NOBODY, WAKE_SECONDS, serve
from scenarios.sweep.work.tasks import Group
from scenarios.sweep.work.worker_context import worker_context

BATCH_SECONDS = 2.0
"""Work that is handed out at a time."""
QUEUED_BATCHES = 2
"""Batches that a worker has before it."""
BATCH_MOST = 1000
"""Groups that are handed out at a time where they take no time."""
DEATHS = 3
"""Workers that may die at a run."""
EARLY_DEATHS = 10
"""Workers in a row that may die before they say anything."""
STOP_SECONDS = 30.0

OnRuns = Callable[[int, int], None]
"""Called with how many runs were made, and how many of them failed."""


class _WorkerProcess:
    """A worker process as the driver sees it."""

    def __init__(self, number: int) -> None:
        context = worker_context()
        self.connection, other = context.Pipe()
        self.at = context.RawValue("q", NOBODY)  # the run that it is at; read after its death
        self.process = context.Process(target=serve, args=(other, self.at), daemon=True, name=f"w{number}")
        self.process.start()
        other.close()
        self.batches: deque[list[Group]] = deque()
        self.unwritten: list[Group] = []
        self.done = self.failed = 0
        self.timing = Timing()


class Pool:
    """Worker processes; `worker_context.preload` lets them load while the caller plans."""

    def __init__(self, processes: int = 0) -> None:
        """processes: how many; 0: one for each processor."""
        self.processes = processes or available_processors()
        self._next = 0
        self._workers: list[_WorkerProcess] = []
        self.timing = Timing()

    def run(
        self, setting: Setting, name: str, groups: Iterator[Group], not_written: Callable[[list[Group]], list[Group]],
        on_runs: OnRuns, stopped: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        """Make the runs of all groups; return when they are written, or when `stopped()`.

        name: that of the parts begins with it; not_written: returns, of groups that a dead worker had, what is not
        written; on_runs: called as runs are made.
        Raises UserError for what no run can help (a full disk, other sources).
        """
        self._sent, self._not_written, self._on_runs = (setting, name), not_written, on_runs
        self._waiting, self._groups = deque[Group](), groups
        self._deaths: Counter[int] = Counter()
        self._early = 0
        self._workers += [self._started() for _ in range(self.processes - len(self._workers))]
        for worker in self._workers:
            worker.connection.send((setting, name))
        try:
            while not stopped():
                for worker in self._workers:
                    self._hand_out(worker)
                if not any(worker.batches for worker in self._workers):
                    break
                self._listen()
        finally:
            self._finish()

    def close(self) -> None:
        """End the processes; what they have not written is lost."""
        for worker in self._workers:
            worker.connection.close()
            worker.process.terminate()
            worker.process.join(STOP_SECONDS)
        self._workers = []

    def _started(self) -> _WorkerProcess:
        self._next += 1
        return _WorkerProcess(self._next)

    def _hand_out(self, worker: _WorkerProcess) -> None:
        while len(worker.batches) < QUEUED_BATCHES:
            batch = self._batch()
            if not batch:
                return
            worker.batches.append(batch)
            try:
                worker.connection.send(batch)
            except (BrokenPipeError, ConnectionResetError):
                return  # it is dead: what it had is handed out again when its end is heard of

    def _batch(self) -> list[Group]:
        """Return the next groups, about BATCH_SECONDS of work; one until it is known how long a run takes."""
        seconds, batch = 0.0, list[Group]()
        while seconds < BATCH_SECONDS:
            group = self._waiting.popleft() if self._waiting else next(self._groups, None)
            if group is None:
                break
            batch.append(group)
            timing = self.timing
            if not timing.runs:
                break
            seconds += timing.seconds(1, len(group.tasks)) or BATCH_SECONDS / BATCH_MOST
        return batch

    def _listen(self) -> None:
        """Hear what workers say, and which of them died."""
        ends: dict[Any, _WorkerProcess] = {worker.connection: worker for worker in self._workers}
        for connection in wait(list(ends), WAKE_SECONDS):
            worker = ends[connection]
            try:
                message = worker.connection.recv()
            except (EOFError, ConnectionResetError):
                self._replace(worker)
                continue
            self._hear(worker, message)

    def _hear(self, worker: _WorkerProcess, message: Any) -> None:
        if isinstance(message, BaseException):
            raise message
        done, failed = message.done - worker.done, message.failed - worker.failed
        self._early = 0
        self.timing.add(message.timing, worker.timing)
        worker.done, worker.failed, worker.timing = message.done, message.failed, message.timing
        worker.unwritten = [] if message.written else [*worker.unwritten, *worker.batches[0]]
        worker.batches.popleft()
        self._on_runs(done, failed)

    def _replace(self, worker: _WorkerProcess) -> None:
        """Start another worker in place of a dead one, and hand out again what that one had not written."""
        worker.process.join(STOP_SECONDS)
        self._early += 1
        if self._early >= EARLY_DEATHS:
            raise UserError(
                Text("worker processes end before they have done anything", "工作进程一开始就结束"),
                key="launcher.processes", found=f"exit code {worker.process.exitcode}",
                hint=Text("memory may be short: launcher.processes=1", "可能内存不足：launcher.processes=1"),
            )  # fmt: skip
        lost_runs = self._not_written(worker.unwritten)
        self._on_runs(-sum(len(group.tasks) for group in lost_runs), 0)
        lost = lost_runs + self._not_written([group for batch in worker.batches for group in batch])
        at = int(worker.at.value)
        if at != NOBODY:
            self._deaths[at] += 1
            if self._deaths[at] >= DEATHS:
                lost = [self._without(group, at, worker.process.exitcode) for group in lost]
            elif self._deaths[at] == DEATHS - 1:  # one by one from now on, to see which run it is
                lost = [Group(group.seed, (task,)) for group in lost for task in group.tasks]
        self._waiting.extendleft(reversed([group for group in lost if group.tasks]))
        self._workers[self._workers.index(worker)] = other = self._started()
        worker.connection.close()
        other.connection.send(self._sent)

    def _without(self, group: Group, number: int, code: int | None) -> Group:
        """Return a group without a run that killed its workers, which is written down as failed."""
        setting, name = self._sent
        for task in group.tasks:
            if task.number == number:
                message = f"its process died {DEATHS} times (exit code {code}); memory may be short"
                row = RunRow(task.point, group.seed, FAILED_MONTH, message, [float("nan")] * len(setting.outputs))
                write_part(setting.parts, name, table_of([row], setting.outputs))
                self._on_runs(1, 1)
        return Group(group.seed, tuple(task for task in group.tasks if task.number != number))

    def _finish(self) -> None:
        """Let all workers write what they have; they may be given another sweep afterwards."""
        troubles: list[BaseException] = []
        for worker in self._workers:
            try:
                worker.connection.send(None)
                while worker.connection.poll(STOP_SECONDS):
                    message = worker.connection.recv()
                    if isinstance(message, BaseException):
                        troubles.append(message)
                    if message is None:
                        break
            except (EOFError, BrokenPipeError, ConnectionResetError):
                pass  # it is dead; what it had is made again by whoever comes next
            worker.batches.clear()
            worker.unwritten.clear()
            worker.done, worker.failed, worker.timing = 0, 0, Timing()
        if troubles:
            raise troubles[0]
