"""How worker processes are made: forked from one process that loads everything once, while the command still plans.

That process has no threads, so that forking it is safe. Elsewhere than on Linux each worker loads by itself. Nothing
heavy is imported here: it has to begin at once.
"""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing import forkserver
from typing import Any

from scenarios.base.parallel import one_thread


def worker_context() -> Any:
    """Return multiprocessing's worker_context for workers; each of them is one thread."""
    one_thread()
    if not sys.platform.startswith("linux"):
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["scenarios.sweep.work.preload"])
    return context


def preload() -> None:
    """Begin to load what workers need, in another process; returns at once."""
    if worker_context().get_start_method() == "forkserver":
        forkserver.ensure_running()
