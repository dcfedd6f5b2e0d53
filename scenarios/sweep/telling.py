"""How far a sweep is, on a terminal: a line that moves, and lines that stay."""

from __future__ import annotations

import time
from collections.abc import Mapping

from scenarios.base.progress import Progress
from scenarios.base.text import Text

REFRESH_SECONDS = 0.5


class Teller:
    """Tells stages, and runs done and left with the time left."""

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self._progress = Progress(language)
        self._started, self._said = time.monotonic(), -REFRESH_SECONDS

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._started

    def stage(self, what: Text) -> None:
        """Show what is being done."""
        self._progress.stage(what)

    def runs(self, done: int, of: int, failed: int, here: int, since: float, jobs: str = "") -> None:
        """Show how far it is; here: runs made since the time `since`, from which the time left is told.

        jobs: how many jobs run and wait, in words.
        """
        now = time.monotonic()
        if now - self._said < REFRESH_SECONDS:
            return
        self._said = now
        left = Text("", "")
        if here > 0:
            left = Text(f", {duration((now - since) / here * (of - done)).en} left",
                        f"，约剩 {duration((now - since) / here * (of - done)).zh}")  # fmt: skip
        bad = Text(f", {failed} failed", f"，失败 {failed}") if failed else Text("", "")
        self._progress.stage(
            Text(f"{done:,} of {of:,} runs{bad.en}{left.en}{jobs and ', ' + jobs}",
                 f"{done:,} / {of:,} 次运行{bad.zh}{left.zh}{jobs and '，' + jobs}")
        )  # fmt: skip

    def line(self, text: Text) -> None:
        """Print a line that stays."""
        self._progress.clear()
        print(text.say(self.language), flush=True)

    def clear(self) -> None:
        """Take the moving line away."""
        self._progress.clear()


def jobs_text(jobs: Mapping[str, int], language: str) -> str:
    """Return how many jobs run, and how many wait for what, in words."""
    words = {"running": Text("running", "运行中")}
    said = [f"{n} {words.get(what, Text(what, what)).say(language)}" for what, n in sorted(jobs.items())]
    return ("，" if language == "zh" else ", ").join(said)


def duration(seconds: float) -> Text:
    """Return a time in words: hours from two of them on, else minutes, else seconds."""
    for unit, en, zh in ((3600.0, "h", "小时"), (60.0, "min", "分钟")):
        if seconds >= 2 * unit:
            number = f"{seconds / unit:.1f}" if seconds < 10 * unit and unit > 60.0 else f"{seconds / unit:.0f}"
            return Text(f"{number} {en}", f"{number} {zh}")
    return Text(f"{seconds:.0f} s", f"{seconds:.0f} 秒")
