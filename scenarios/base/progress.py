"""How far a command is, on stderr: a line that moves on a terminal; elsewhere lines that stay.

Where nobody looks at a terminal (a log, a pipe, a job of a cluster), a line is written at the start, at each stage and
after every minute in which nothing else was written.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import TextIO

from scenarios.base.console import width
from scenarios.base.text import Text

PATIENCE_SECONDS = 2.0
"""A run that is over sooner needs no time left."""
REFRESH_SECONDS = 0.1
MINUTE_SECONDS = 60.0
NOTHING = Text("", "")


class Progress:
    """The line: a stage in words, and how far the stage is. Called by the model after each month."""

    def __init__(
        self, language: str = "en", stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.language, self.stream, self.clock = language, stream or sys.stderr, clock
        self.terminal = self.stream.isatty()
        self._begun = self.clock()
        self._shown = 0
        self._written = -REFRESH_SECONDS
        self._what, self._where = NOTHING, NOTHING
        self._since = self._begun
        self._first_month: tuple[float, int] | None = None
        self._lock = threading.Lock()
        self._over: threading.Event | None = None

    @property
    def seconds(self) -> float:
        """How long the command has been going on, s."""
        return self.clock() - self._begun

    def stage(self, what: Text) -> None:
        """Say what is done from now on; counts and months begin anew."""
        new = what != self._what
        self._what, self._where = what, NOTHING
        self._since, self._first_month = self.clock(), None
        if self.terminal:
            self._move(what.say(self.language) + " ...")
        elif new:
            self._stay(what.say(self.language) + " ...")

    def where(self, text: Text) -> None:
        """Say how far the stage is, in words."""
        self._where = text
        if self.terminal and self._due():
            self._move(self._line())
        self.each_minute()

    def count(
        self, done: int, of: int, things: Text, new: int | None = None, left: float | None = None, note: Text = NOTHING
    ) -> None:
        """Say that `done` of `of` things of the stage are there, and about how long the others take.

        new: how many of them were made since the stage began, all by default; left: seconds, where the caller knows
        better than the pace of this stage; note: more to say.
        """
        made = done if new is None else new
        if left is None and made > 0:
            left = (self.clock() - self._since) / made * (of - done)
        time_left = Text("", "")
        if left is not None and done < of:
            time_left = Text(f", about {duration(left).en} left", f"，约剩 {duration(left).zh}")
        said = Text(f"{done:,} of {of:,} {things.en}", f"{done:,} / {of:,} {things.zh}")
        self.where(Text(said.en + note.en + time_left.en, said.zh + note.zh + time_left.zh))

    def __call__(self, done: int, total: int) -> None:
        """Say that `done` of `total` months of a run are done."""
        from simulation.foundations.months import month_label  # noqa: PLC0415 (loads Numba, which a model that runs has)

        now = self.clock()
        if self._first_month is None:
            self._first_month = now, done
        line = f"{month_label(done - 1)}  {100 * done // total:3d} %"
        since, first = self._first_month
        a_month = (now - since) / max(1, done - first)
        left = duration(a_month * (total - done))
        time_left = NOTHING
        if a_month * total > PATIENCE_SECONDS and done < total:
            time_left = Text(f"  about {left.en} left", f"  约剩 {left.zh}")
        self._where = Text(line + time_left.en, line + time_left.zh)
        if self.terminal and self._due():
            self._move(self._where.say(self.language))
        self.each_minute()

    def line(self, text: Text | str) -> None:
        """Print a line that stays, to stdout: a result, not the progress."""
        self._erase()
        print(text.say(self.language) if isinstance(text, Text) else text, flush=True)

    def each_minute(self) -> None:
        """Write where the command is if nobody looks and a minute has passed without a line."""
        with self._lock:
            if not self.terminal and self._what != NOTHING and self.clock() - self._written >= MINUTE_SECONDS:
                self._write(self._line())

    def clear(self) -> None:
        """Take the moving line away; nothing is written each minute until the next stage."""
        self._erase()
        if self._over is not None:
            self._over.set()
            self._over, self._what = None, NOTHING

    def _erase(self) -> None:
        if self._shown:
            self._move("")

    def _line(self) -> str:
        """Return the stage and how far it is; how long it has taken, where that is all there is to say."""
        what, where = self._what.say(self.language), self._where.say(self.language)
        if not where:
            where = Text("for {}", "已用时 {}").say(self.language)
            where = where.format(duration(self.clock() - self._since).say(self.language))
        return f"{what}{Text(': ', '：').say(self.language)}{where}"

    def _due(self) -> bool:
        return self.clock() - self._written >= REFRESH_SECONDS

    def _move(self, line: str) -> None:
        """Write over the line on the terminal."""
        self._written = self.clock()
        places = width(line)
        self.stream.write("\r" + line + " " * max(0, self._shown - places) + ("\r" if not line else ""))
        self.stream.flush()
        self._shown = places

    def _stay(self, line: str) -> None:
        """Write a line, and see to it that the next follows in a minute, also while the stage says nothing."""
        with self._lock:
            self._write(line)
        if self._over is None:
            self._over = threading.Event()
            threading.Thread(target=self._watch, args=(self._over,), daemon=True).start()

    def _write(self, line: str) -> None:
        self._written = self.clock()
        self.stream.write(line + "\n")
        self.stream.flush()

    def _watch(self, over: threading.Event) -> None:
        """Look every second whether a minute has passed; a second thread, because a stage may be one long call."""
        while not over.wait(1.0):
            try:
                self.each_minute()
            except (OSError, ValueError):  # the reader of the lines has gone; the command itself will see it
                return


def duration(seconds: float) -> Text:
    """Return a time in words: hours from two of them on, else minutes from two of them on, else seconds."""
    for unit, en, zh in ((3600.0, "h", "小时"), (60.0, "min", "分钟")):
        if seconds >= 2 * unit:
            number = f"{seconds / unit:.1f}" if seconds < 10 * unit and unit > 60.0 else f"{seconds / unit:.0f}"
            return Text(f"{number} {en}", f"{number} {zh}")
    return Text(f"{seconds:.0f} s", f"{seconds:.0f} 秒")
