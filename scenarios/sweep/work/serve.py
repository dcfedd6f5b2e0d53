"""The inside of a worker process: what it is sent, when it stops, what it says back (pool.py is the other end)."""

from __future__ import annotations

import os
import signal
import traceback
from collections import deque
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.sweep.store.parts import KEPT
from scenarios.sweep.work.city_runs import Timing
from scenarios.sweep.work.run_maker import RunMaker, Setting
from scenarios.sweep.work.tasks import Group

WAKE_SECONDS = 0.5
NOBODY = -1


class Ran(NamedTuple):
    """What a worker says after a batch: runs made and failed since it began, its timing, whether all is written."""

    done: int
    failed: int
    timing: Timing
    written: bool


def serve(connection: Connection, at: Any) -> None:
    """Be a worker process: load, then make what is sent until nothing more comes or the driver is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's to handle
    inbox = _Inbox(connection, os.getppid())
    signal.signal(signal.SIGTERM, inbox.end)
    maker: RunMaker | None = None
    try:
        while (message := inbox.next(maker)) is not GONE:
            if message is None:
                if maker is not None:
                    maker.finish()
                maker = None
                connection.send(None)
            elif isinstance(message[0], Setting):
                maker = RunMaker(message[0], message[1], inbox.to_stop)
            elif maker is not None:
                _batch(maker, message, at, inbox, connection)
        if maker is not None:
            maker.finish()
    except (BrokenPipeError, ConnectionResetError):
        if maker is not None:
            maker.finish()
    except UserError as error:
        connection.send(error)
    except (OSError, MemoryError) as error:
        connection.send(_machines_trouble(error))
    except Exception:
        connection.send(RuntimeError(traceback.format_exc()))


def _machines_trouble(error: OSError | MemoryError) -> UserError:
    """Return the error of a worker that the machine let down."""
    if isinstance(error, MemoryError):
        problem = Text("a worker has too little memory", "工作进程内存不足")
        hint = Text("use fewer: launcher.processes=1", "请减少进程：launcher.processes=1")
        return UserError(problem, key="launcher.processes", hint=hint)
    problem = Text("a worker cannot read or write", "工作进程无法读写")
    return UserError(problem, key="output", found=f"{error.filename or ''}: {error.strerror or error}", hint=KEPT)


GONE = object()


class _Inbox:
    """What a worker is sent, and whether it is to stop.

    It stops when it is asked to end, when the driver died, or when the driver wants what is done.
    """

    def __init__(self, connection: Connection, parent: int) -> None:
        self._connection, self._parent, self._ended = connection, parent, False
        self._messages: deque[Any] = deque()

    def end(self, *_: Any) -> None:
        self._ended = True

    def to_stop(self) -> bool:
        """Return whether to leave the rest undone."""
        while self._connection.poll():
            try:
                self._messages.append(self._connection.recv())
            except (EOFError, ConnectionResetError):
                self._ended = True
                break
        return self._ended or os.getppid() != self._parent or any(message is None for message in self._messages)

    def next(self, maker: RunMaker | None) -> Any:
        """Return the next message; GONE where none will come. A request for what is done passes before batches.

        maker: tended while there is none.
        """
        while not self._messages and not self._ended:
            if maker is not None:
                maker.tend()
            if self._connection.poll(WAKE_SECONDS):
                try:
                    self._messages.append(self._connection.recv())
                except (EOFError, ConnectionResetError):
                    return GONE
            elif os.getppid() != self._parent:
                return GONE
        if self._ended:
            return GONE
        if any(message is None for message in self._messages):
            self._messages.clear()
            return None
        return self._messages.popleft()


def _batch(maker: RunMaker, batch: list[Group], at: Any, inbox: _Inbox, connection: Connection) -> None:
    for group in batch:
        if inbox.to_stop():
            return
        at.value = group.tasks[0].number
        maker.run(group)
    at.value = NOBODY
    connection.send(Ran(maker.done, maker.failed, maker.timing.copy(), maker.written))
