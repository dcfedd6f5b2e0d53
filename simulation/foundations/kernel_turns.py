"""One process compiles at a time; the others wait and load what it kept.

The lock is one of files that other machines of a cluster see, too, where their file system has such locks. It is held
while one kernel is compiled with all that it calls, and ends with its process.
"""

from __future__ import annotations

import fcntl
import time
from pathlib import Path
from typing import IO, Any

from numba.core import event

POLL_SECONDS, PATIENCE_SECONDS = 0.2, 600.0
"""A process that waited for so long compiles by itself: the other one may be stopped."""


class Turns(event.Listener):
    """This process's turn to compile for one folder of kernels."""

    def __init__(self) -> None:
        self._file: IO[str] | None = None
        self._depth = 0
        self._waits = True
        events: Any = event
        events.register("numba:compile", self)

    def take(self, folder: Path) -> None:
        """Wait until no other process compiles; does nothing where this one has its turn already."""
        if self._file is not None or not self._waits:
            return
        try:
            self._file = (folder / "lock").open("a")
            until = time.monotonic() + PATIENCE_SECONDS
            while not _locked(self._file):
                if time.monotonic() > until:
                    raise TimeoutError
                time.sleep(POLL_SECONDS)
        except OSError:  # no such locks here, or no end of waiting: compiled twice, with equal results
            self._waits = False
            self.leave()

    def leave(self) -> None:
        """Let others compile, unless a kernel that calls this one is still being compiled."""
        if self._file is not None and self._depth == 0:
            self._file.close()
            self._file = None

    def on_start(self, event: Any) -> None:
        """A kernel begins to be compiled."""
        self._depth += 1

    def on_end(self, event: Any) -> None:
        """A kernel has been compiled, or cannot be."""
        self._depth -= 1
        if event.is_failed:
            self.leave()


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # either may mean that another process has it
        return False
    return True
