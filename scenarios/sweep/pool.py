"""Worker processes of this machine: handed groups a few seconds ahead, replaced when they are killed.

A worker that dies loses what it had not written yet, a minute at most; those runs are handed out again. A run at which
workers died several times is left as a failed run, and the rest goes on.
"""

from __future__ import annotations

import os
import signal
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple

from scenarios.errors import UserError
from scenarios.parallel import available_processors
from scenarios.sweep.ahead import context
from scenarios.sweep.city_runs import Timing
from scenarios.sweep.parts import FAILED_MONTH, Row, table_of, write_part
from scenarios.sweep.tasks import Group
from scenarios.sweep.worker import Setting, Worker

BATCH_SECONDS = 2.0
"""Work that is handed out at a time."""
AHEAD = 2
"""Batches that a worker has before it."""
BATCH_MOST = 1000
"""Groups that are handed out at a time where they take no time."""
DEATHS = 3
"""Workers that may die at a run."""
WAKE_SECONDS = 0.5
STOP_SECONDS = 30.0
NOBODY = -1

Told = Callable[[int, int], None]
"""Told how many runs were made, and how many of them failed."""


class Ran(NamedTuple):
    """What a worker says after a batch: runs made and failed since it began, its timing, whether all is written."""

    done: int
    failed: int
    timing: Timing
    written: bool


class _Process:
    """A worker process as the driver sees it."""

    def __init__(self, number: int) -> None:
        made = context()
        self.connection, other = made.Pipe()
        self.at = made.RawValue("q", NOBODY)  # the run that it is at; read after its death
        self.process = made.Process(target=_main, args=(other, self.at), daemon=True, name=f"w{number}")
        self.process.start()
        other.close()
        self.batches: deque[list[Group]] = deque()
        self.unwritten: list[Group] = []
        self.done = self.failed = 0
        self.timing = Timing()


class Pool:
    """Worker processes; `ahead.load_ahead` lets them load while the caller plans."""

    def __init__(self, processes: int = 0) -> None:
        """processes: how many; 0: one for each processor."""
        self.processes = processes or available_processors()
        self._next = 0
        self._workers: list[_Process] = []
        self.timing = Timing()

    def run(
        self, setting: Setting, name: str, groups: Iterator[Group], left: Callable[[list[Group]], list[Group]],
        told: Told, stopped: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        """Make the runs of all groups; return when they are written, or when `stopped()`.

        name: that of the parts begins with it; left: returns, of groups that a dead worker had, what is not written.
        Raises UserError for what no run can help (a full disk, other sources).
        """
        self._given, self._left, self._told = (setting, name), left, told
        self._waiting, self._groups = deque[Group](), groups
        self._deaths: Counter[int] = Counter()
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

    def _started(self) -> _Process:
        self._next += 1
        return _Process(self._next)

    def _hand_out(self, worker: _Process) -> None:
        while len(worker.batches) < AHEAD:
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
        ends: dict[Any, _Process] = {worker.connection: worker for worker in self._workers}
        for connection in wait(list(ends), WAKE_SECONDS):
            worker = ends[connection]
            try:
                message = worker.connection.recv()
            except (EOFError, ConnectionResetError):
                self._replace(worker)
                continue
            self._hear(worker, message)

    def _hear(self, worker: _Process, message: Any) -> None:
        if isinstance(message, BaseException):
            raise message
        done, failed = message.done - worker.done, message.failed - worker.failed
        self.timing.add(message.timing, worker.timing)
        worker.done, worker.failed, worker.timing = message.done, message.failed, message.timing
        worker.unwritten = [] if message.written else [*worker.unwritten, *worker.batches[0]]
        worker.batches.popleft()
        self._told(done, failed)

    def _replace(self, worker: _Process) -> None:
        """Start another worker in place of a dead one, and hand out again what that one had not written."""
        worker.process.join(STOP_SECONDS)
        gone = self._left(worker.unwritten)
        self._told(-sum(len(group.tasks) for group in gone), 0)
        lost = gone + self._left([group for batch in worker.batches for group in batch])
        at = int(worker.at.value)
        if at != NOBODY:
            self._deaths[at] += 1
            if self._deaths[at] >= DEATHS:
                lost = [self._without(group, at, worker.process.exitcode) for group in lost]
            elif self._deaths[at] == DEATHS - 1:  # at which of the group's runs? made one by one, it shows
                lost = [Group(group.seed, (task,)) for group in lost for task in group.tasks]
        self._waiting.extendleft(reversed([group for group in lost if group.tasks]))
        self._workers[self._workers.index(worker)] = other = self._started()
        worker.connection.close()
        other.connection.send(self._given)

    def _without(self, group: Group, number: int, code: int | None) -> Group:
        """Return a group without a run that killed its workers, which is written down as failed."""
        setting, name = self._given
        for task in group.tasks:
            if task.number == number:
                message = f"its process died {DEATHS} times (exit code {code}); memory may be short"
                row = Row(task.point, group.seed, FAILED_MONTH, message, [float("nan")] * len(setting.outputs))
                write_part(setting.parts, name, table_of([row], setting.outputs))
                self._told(1, 1)
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


def _main(connection: Connection, at: Any) -> None:
    """Be a worker process: load, then make what is sent until nothing more comes or the driver is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's to handle
    asked = _Asked(connection, os.getppid())
    signal.signal(signal.SIGTERM, asked.end)
    worker: Worker | None = None
    try:
        while (message := asked.next()) is not GONE:
            if message is None:
                if worker is not None:
                    worker.finish()
                worker = None
                connection.send(None)
            elif isinstance(message[0], Setting):
                worker = Worker(message[0], message[1], asked.to_stop)
            elif worker is not None:
                _batch(worker, message, at, asked, connection)
        if worker is not None:
            worker.finish()
    except (BrokenPipeError, ConnectionResetError):
        if worker is not None:
            worker.finish()
    except UserError as error:
        connection.send(error)
    except Exception:
        connection.send(RuntimeError(traceback.format_exc()))


GONE = object()


class _Asked:
    """Whether a worker is to stop: it was told to end, the driver died, or it wants what is done."""

    def __init__(self, connection: Connection, parent: int) -> None:
        self._connection, self._parent, self._ended = connection, parent, False
        self._kept: deque[Any] = deque()

    def end(self, *_: Any) -> None:
        self._ended = True

    def to_stop(self) -> bool:
        """Return whether to leave the rest undone."""
        while self._connection.poll():
            try:
                self._kept.append(self._connection.recv())
            except (EOFError, ConnectionResetError):
                self._ended = True
                break
        return self._ended or os.getppid() != self._parent or any(message is None for message in self._kept)

    def next(self) -> Any:
        """Return the next message; GONE where none will come. A request for what is done passes before batches."""
        while not self._kept and not self._ended:
            if self._connection.poll(WAKE_SECONDS):
                try:
                    self._kept.append(self._connection.recv())
                except (EOFError, ConnectionResetError):
                    return GONE
            elif os.getppid() != self._parent:
                return GONE
        if self._ended:
            return GONE
        if any(message is None for message in self._kept):
            self._kept.clear()
            return None
        return self._kept.popleft()


def _batch(worker: Worker, batch: list[Group], at: Any, asked: _Asked, connection: Connection) -> None:
    for group in batch:
        if asked.to_stop():
            return
        at.value = group.tasks[0].number
        worker.run(group)
    at.value = NOBODY
    connection.send(Ran(worker.done, worker.failed, worker.timing.copy(), worker.written))
