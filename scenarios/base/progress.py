"""One line on a terminal that says how far a run is; nothing where nobody looks (a file, a pipe, a test)."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from scenarios.base.console import width
from scenarios.base.text import Text

PATIENCE_SECONDS = 2.0
"""A run that is over sooner needs no time left."""
REFRESH_SECONDS = 0.1
FIRST_YEAR, MONTHS_PER_YEAR = 2016, 12


class Progress:
    """The line: a stage in words, or the month with percent and time left. Called by the model after each month."""

    def __init__(
        self, language: str = "en", stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.language, self.stream, self.clock = language, stream or sys.stderr, clock
        self.active = self.stream.isatty()
        self._shown = 0
        self._written = -REFRESH_SECONDS
        self._started: tuple[float, int] | None = None

    def stage(self, what: Text) -> None:
        """Show what is being done; the months are counted anew after it."""
        self._started = None
        self._write(what.say(self.language) + " ...")

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` months are done."""
        now = self.clock()
        if self._started is None:
            self._started = now, done
        if not self.active or now - self._written < REFRESH_SECONDS:
            return
        self._written = now
        month = f"{FIRST_YEAR + (done - 1) // MONTHS_PER_YEAR}-{(done - 1) % MONTHS_PER_YEAR + 1:02d}"
        line = f"{month}  {100 * done // total:3d} %"
        since, first = self._started
        a_month = (now - since) / max(1, done - first)
        left = a_month * (total - done)
        if a_month * total > PATIENCE_SECONDS and done < total:
            line += Text(f"  about {left:.0f} s left", f"  约剩 {left:.0f} 秒").say(self.language)
        self._write(line)

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._write("")

    def _write(self, line: str) -> None:
        if self.active:
            places = width(line)
            self.stream.write("\r" + line + " " * max(0, self._shown - places) + ("\r" if not line else ""))
            self.stream.flush()
            self._shown = places
