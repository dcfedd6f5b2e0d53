"""How far the runs of a calibration are: the time left is that of all runs still expected, in all stages."""

from __future__ import annotations

import time

from calibration.fitting.runs import Done
from scenarios.base.progress import Progress
from scenarios.base.text import Text

RUNS = Text("runs", "次运行")


class StageProgress:
    """Says stages and runs by the command's one line of progress, and the pace of the runs of all stages."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._expected = self._passed = self._made = 0
        self._working = 0.0

    def expect(self, runs: int) -> None:
        """Say how many runs are to come."""
        self._expected, self._passed = runs, 0

    def stage(self, what: Text) -> None:
        """Say what is being done."""
        self._progress.stage(what)

    def count(self, done: int, of: int, things: Text) -> None:
        """Say that `done` of `of` things of the stage are there, by the pace of this stage alone."""
        self._progress.count(done, of, things)

    def runs(self, name: Text) -> Done:
        """Return what is to be called as runs of a stage are done: how many, of how many, and how many from disk."""
        begun, made_before = time.monotonic(), self._made
        self.stage(name)

        def done(number: int, of: int, kept: int) -> None:
            now = time.monotonic()
            if number < of:
                new = number - kept
                rate = (self._working + now - begun) / max(1, made_before + new)
                self._progress.count(number, of, RUNS, left=rate * (self._expected - self._passed - number))
                return
            self._working += now - begun
            self._made, self._passed = made_before + of - kept, self._passed + of
            self.line(
                Text(f"{name.en}: {of} runs, {kept} of them kept from before, {now - begun:.0f} s",
                     f"{name.zh}：{of} 次运行，其中 {kept} 次为以前所存，{now - begun:.0f} 秒")
            )  # fmt: skip

        return done

    def line(self, text: Text) -> None:
        """Print a line that stays."""
        self._progress.line(text)
