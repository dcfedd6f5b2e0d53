"""Work spread over processes, results in the order of the items, whatever finishes first.

Processes are started afresh (not forked) and read no global random state, so results do not depend on their number.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from scenarios.base.errors import UserError
from scenarios.base.quota import quota
from scenarios.base.text import Text

Item = TypeVar("Item")
Result = TypeVar("Result")
UNUSED = {"NUMBA_NUM_THREADS": "1", "MPLBACKEND": "agg"}
"""Variables of what is not used here, Numba's own threads and windows for charts: a wrong value would end a command."""
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
WAITING_PER_PROCESS = 2


def one_thread() -> None:
    """Let the numerical libraries of this process and of those that it starts use one thread each.

    It counts for what is not imported yet. Several threads wait for each other where processors are busy, which costs
    ten times as much as they gain; and sums come out in another order.
    """
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))


def available_processors() -> int:
    """Return how many processors this process may use: those it may run on, no more than a container's quota."""
    seen = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(seen, quota() or seen)


class ProcessPool:
    """Processes that are started with the first work and stay for more of it, until they are closed.

    `start(*arguments)` is called once in each process before its first work.
    """

    def __init__(
        self, processes: int = 0, start: Callable[..., None] | None = None, arguments: tuple[Any, ...] = ()
    ) -> None:
        """processes: how many; 0: one for each processor."""
        self.count = processes or available_processors()
        self._start = start, arguments
        self._pool: ProcessPoolExecutor | None = None

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield work(item) for each item, in order. Few items are waiting at a time, so a caller may stop early.

        What `work` raises is raised here; UserError where a process was killed. Nothing runs on after either.
        """
        if self._pool is None:
            one_thread()  # set here because children inherit it before they import
            _announce_compiling()
            self._pool = ProcessPoolExecutor(
                self.count, multiprocessing.get_context("spawn"), initializer=_begin, initargs=self._start
            )
        waiting: deque[Future[Result]] = deque()
        try:
            for item in items:
                waiting.append(self._pool.submit(_call, work, item))
                if len(waiting) >= WAITING_PER_PROCESS * self.count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            problem = Text("a process of the runs was killed", "有一个运行进程被终止")
            hint = Text("memory may be short: run with processes=1", "可能内存不足：请用 processes=1 运行")
            raise UserError(problem, key="processes", found=self.count, hint=hint) from None
        finally:
            if waiting or sys.exc_info()[0] is not None:
                self.close()

    def close(self) -> None:
        """End the processes; more work starts others."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = None


def _announce_compiling() -> None:
    """Say that processes will compile the model's rules, where nothing can be kept: else each of them would say it."""
    kernels = sys.modules.get("simulation.foundations.kernel")
    if kernels is not None and kernels.STORE is not None:
        kernels.STORE.announce_compiling()


def in_processes(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    processes: int = 0,
    start: Callable[..., None] | None = None,
    arguments: tuple[Any, ...] = (),
) -> Iterator[Result]:
    """Yield work(item) for each item, in order, from processes that end with it; see `ProcessPool`."""
    pool = ProcessPool(processes, start, arguments)
    try:
        yield from pool.map(work, items)
    finally:
        pool.close()


class _ThisProcess:
    """What went wrong when this process was set up, for its first item to raise."""

    failure: Exception | None = None


def _call(work: Callable[[Item], Result], item: Item) -> Result:
    """Return work(item), and free what it leaves: a Mesa model refers to itself, so only the collector frees it."""
    if _ThisProcess.failure is not None:
        raise _ThisProcess.failure
    try:
        return work(item)
    finally:
        gc.collect()


def _begin(start: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    try:
        if start is not None:
            start(*arguments)
    except Exception as error:  # kept for the first item: raised here, it would only break the pool
        _ThisProcess.failure = error
    gc.collect()
    gc.freeze()  # what stays for good is not looked at again: collecting then takes milliseconds
