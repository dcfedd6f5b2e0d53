"""One chunk as a process of its own, for engines like Dask: the work of `python -m scenarios.sweep.work.chunk_job`.

A process of its own has the right generator, one thread and the project's folder, whatever the engine's worker has. It
ends with what it has when that worker is gone.
"""

from __future__ import annotations

import os
import signal
from typing import Any

from scenarios.settings.command import Call
from scenarios.sweep.work.chunks import run_chunk


def run_chunk_job(call: Call) -> int:
    """Make the runs of a chunk; return 1 if some are left."""
    parent, ended = os.getppid(), False

    def end(*_: Any) -> None:
        nonlocal ended
        ended = True

    signal.signal(signal.SIGTERM, end)
    folder, claim, chunk = (call.own[name] for name in ("FOLDER", "CLAIM", "CHUNK"))
    return int(run_chunk(str(folder), claim, chunk, lambda: ended or os.getppid() != parent) > 0)
