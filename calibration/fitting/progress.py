"""How far a calibration is: a line on a terminal with the time left, and a line that stays for each stage."""

from __future__ import annotations

import time

from calibration.fitting.runs import Done
from scenarios.base.progress import Progress
from scenarios.base.text import Text


class Teller:
    """Tells stages and runs; time left is that of all runs still expected."""

    def __init__(self, language: str = "en", quiet: bool = False) -> None:
        """quiet: no lines that stay (a test, a calibration within another command)."""
        self.language, self.quiet = language, quiet
        self._progress = Progress(language)
        self._started = time.monotonic()
        self._expected = self._passed = self._made = 0
        self._working = 0.0

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._started

    def expect(self, runs: int) -> None:
        """Say how many runs are to come."""
        self._expected, self._passed = runs, 0

    def stage(self, what: Text) -> None:
        """Show what is being done."""
        self._progress.stage(what)

    def runs(self, name: Text) -> Done:
        """Return what is to be called as runs of a stage are done: how many, of how many, and how many from disk."""
        begun, made_before = time.monotonic(), self._made
        self._progress.stage(name)

        def done(number: int, of: int, kept: int) -> None:
            now = time.monotonic()
            if number < of:
                new = number - kept
                rate = (self._working + now - begun) / max(1, made_before + new)
                left = rate * (self._expected - self._passed - number)
                self._progress.stage(
                    Text(f"{name.en}: {number} of {of} runs, about {minutes(left).en} left",
                         f"{name.zh}：{number} / {of} 次运行，约剩 {minutes(left).zh}")
                )  # fmt: skip
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
        self._progress.clear()
        if not self.quiet:
            print(text.say(self.language), flush=True)

    def clear(self) -> None:
        """Take the moving line away."""
        self._progress.clear()


def minutes(seconds: float) -> Text:
    """Return a time in words: minutes from two of them on."""
    if seconds >= 120:
        return Text(f"{seconds / 60:.0f} min", f"{seconds / 60:.0f} 分钟")
    return Text(f"{seconds:.0f} s", f"{seconds:.0f} 秒")
