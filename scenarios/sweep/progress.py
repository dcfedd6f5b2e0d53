"""How far a sweep is, in words: runs done and failed, jobs that run and wait."""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.base.progress import NOTHING, Progress
from scenarios.base.text import Text

PILOT_STAGE, RUNS_STAGE = Text("a pilot run", "正在试运行"), Text("making the runs", "正在运行")
"""The stages of a sweep."""
THINGS = Text("runs", "次运行")


def show_runs(progress: Progress, done: int, of: int, failed: int, here: int, jobs: str = "") -> None:
    """Show how far the runs are.

    here: runs made since the stage of runs began, from which the time left is computed; jobs: how many jobs run and
    wait, in words.
    """
    bad = Text(f", {failed} failed", f"，失败 {failed}") if failed else NOTHING
    note = Text(bad.en + (f", {jobs}" if jobs else ""), bad.zh + (f"，{jobs}" if jobs else ""))
    progress.count(done, of, THINGS, new=here, note=note)


def jobs_text(jobs: Mapping[str, int], language: str) -> str:
    """Return how many jobs run, and how many wait for what, in words."""
    texts = {"running": Text("running", "运行中")}
    said = [f"{n} {texts.get(what, Text(what, what)).say(language)}" for what, n in sorted(jobs.items())]
    return ("，" if language == "zh" else ", ").join(said)
