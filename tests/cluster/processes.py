"""Running processes, found by what they hold, and signals to them."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Process(NamedTuple):
    """A running process."""

    pid: int
    name: str


def holders(files: list[Path]) -> list[Process]:
    """Return the processes that have one of the files open."""
    wanted = {str(file.resolve()) for file in files}
    return _processes(lambda entry: any(_target(descriptor) in wanted for descriptor in (entry / "fd").iterdir()))


def with_environment(wanted: set[str]) -> list[Process]:
    """Return the processes that were started with each of some NAME=value in their environment."""
    return _processes(lambda entry: wanted <= set(os.fsdecode((entry / "environ").read_bytes()).split("\0")))


def kill(processes: list[Process], number: signal.Signals) -> list[Process]:
    """Send a signal to processes, wait a moment, and return those that were there to get it."""
    got = []
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)
            got.append(process)
    time.sleep(0.05)
    return got


def _processes(fits: Callable[[Path], bool]) -> list[Process]:
    """Return all processes but this one whose folder below /proc fits."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            # A process may have ended since, or be another user's.
            with contextlib.suppress(OSError):
                if fits(entry):
                    found.append(Process(int(entry.name), (entry / "comm").read_text().strip()))
    return found


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except FileNotFoundError:  # closed since
        return ""
