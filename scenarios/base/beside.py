"""Calls for a second process, which loads what it needs while this one loads other things, and works while it works.

The process is started afresh (not forked). Where there is only one processor the same calls are made in this one, with
equal results.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any

from scenarios.base.door import loaded
from scenarios.base.errors import UserError
from scenarios.base.parallel import available_processors, one_thread
from scenarios.base.text import Text


class Here:
    """Makes each call in this process, when its answer is wanted."""

    def __init__(self) -> None:
        self._asked: deque[tuple[str, tuple[Any, ...]]] = deque()

    def ask(self, work: str, *arguments: Any) -> None:
        """Ask for a call of `work`, 'package.module:function'."""
        self._asked.append((work, arguments))

    def answer(self) -> Any:
        """Return what the first call gave that was not answered yet; raises what it raised."""
        work, arguments = self._asked.popleft()
        return loaded(work)(*arguments)

    def close(self) -> None:
        """Forget what is not answered."""
        self._asked.clear()


class Beside(Here):
    """Makes the calls in a second process, in their order; it begins with loading the works that are named.

    Arguments and answers are sent as pickles. Answers are small: a large one would wait for this process to listen.
    """

    def __init__(self, *works: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, works), daemon=True)
        resource_tracker.ensure_running()  # a helper of every spawned process; its own start would let Ctrl-C through
        with _interrupt_held():
            self._process.start()
        theirs.close()

    def ask(self, work: str, *arguments: Any) -> None:
        """Ask for a call, and do not wait for it."""
        try:
            self._connection.send((work, arguments))
        except OSError:
            raise _gone() from None

    def answer(self) -> Any:
        """Wait for the first call that was not answered yet; return what it gave, or raise what it raised."""
        try:
            done, value = self._connection.recv()
        except (EOFError, OSError):
            raise _gone() from None
        if not done:
            raise value
        return value

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self._connection.close()


@contextmanager
def beside(*works: str) -> Iterator[Here]:
    """Give a second process, or this one where there is only one processor; it ends with the block.

    works: what it will be asked for, 'package.module:function', and loads at once.
    """
    other = Beside(*works) if available_processors() > 1 else Here()
    try:
        yield other
    finally:
        other.close()


@contextmanager
def _interrupt_held() -> Iterator[None]:
    """Let a process that is started in the block never see Ctrl-C, from its first moment: it is ours to handle."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection, works: Sequence[str]) -> None:
    """Be the second process: load, then make calls until the first one closes its end or is gone."""
    one_thread()
    failure = _answer(lambda: [loaded(work) for work in works])
    while True:
        try:
            work, arguments = connection.recv()
            connection.send(failure if not failure[0] else _answer(lambda: loaded(work)(*arguments)))  # noqa: B023
        except (EOFError, OSError):
            return


def _answer(call: Callable[[], Any]) -> tuple[bool, Any]:
    """Return True and what a call gives, or False and what it raises, with the lines of code where it did."""
    try:
        return True, call()
    except Exception as error:  # raised in the process that asked
        error.add_note(f"in the second process:\n{traceback.format_exc()}")
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:
            return False, RuntimeError(traceback.format_exc())
        return False, error


def _gone() -> UserError:
    problem = Text("the second process of the command was killed", "本命令的第二个进程被终止")
    return UserError(problem, key="memory", hint=Text("memory may be short", "可能内存不足"))
