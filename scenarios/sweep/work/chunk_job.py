"""One chunk as a process of its own, for engines like Dask.

`python -m scenarios.sweep.work.chunk_job FOLDER CLAIM CHUNK`

A process of its own has the right generator, one thread and the project's folder, whatever the engine's worker has. It
ends with what it has when that worker is gone. Exit code: 0 all made, 1 some are left, 2 one line that says why.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from scenarios.base.parallel import one_thread
from scenarios.settings.command import guarded


def main(argv: list[str]) -> int:
    """Make the runs of a chunk; return the exit code."""
    folder, claim, chunk = argv[0], int(argv[1]), int(argv[2])
    parent, ended, left = os.getppid(), False, 0

    def end(*_: Any) -> None:
        nonlocal ended
        ended = True

    def command() -> None:
        nonlocal left
        one_thread()
        from scenarios.sweep.work.chunks import run_chunk  # noqa: PLC0415 (after the threads are set)

        left = run_chunk(folder, claim, chunk, lambda: ended or os.getppid() != parent)

    signal.signal(signal.SIGTERM, end)
    return guarded(command, "en") or int(left > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
