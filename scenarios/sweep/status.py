"""How far a sweep is: done, running, failed, left, time left."""

from __future__ import annotations

from scenarios.base.console import aligned
from scenarios.base.progress import duration
from scenarios.base.text import Text
from scenarios.settings.command import Call
from scenarios.sweep.launchers.base import RUNNING
from scenarios.sweep.plan.plan import Plan
from scenarios.sweep.progress import jobs_text
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.work.chunks import known_timing
from scenarios.sweep.work.drive import Launchers
from scenarios.sweep.work.runs import Runs
from scenarios.sweep.work.tasks import bounds


def print_status(plan: Plan, folder: SweepFolder, launchers: Launchers, call: Call) -> int:
    """Print how far a sweep is; return 1 if runs failed or are left that nobody is at."""
    runs, language = Runs(plan, folder), call.language
    standing = runs.standing(launchers.living)
    jobs = launchers.jobs(folder) if standing.live.any() else {}
    missing = standing.order[~standing.done]
    rows = [
        (Text("runs", "运行"), f"{standing.order.size:,}"),
        (Text("done", "完成"), f"{int(standing.done.sum() - standing.failed.sum()):,}"),
        (Text("failed", "失败"), f"{int(standing.failed.sum()):,}"),
        (Text("at work", "进行中"), f"{int(standing.live.sum()):,}"),
        (Text("left", "剩余"), f"{standing.remaining.size:,}"),
    ]
    if jobs:
        rows.append((Text("jobs", "作业"), jobs_text(jobs, language)))
    timing = known_timing(folder)
    if timing is not None and missing.size:
        seconds = timing.seconds(len(bounds(plan, missing)) - 1, int(missing.size))
        rows.append((Text("work left", "剩余工作量"), duration(seconds).say(language)))
        if n := jobs.get(RUNNING):
            rows.append((Text(f"time left, {n} at once", f"约剩（{n} 个同时）"), duration(seconds / n).say(language)))
    call.say(aligned([(name.say(language), value) for name, value in rows], right=[1]))
    return int(bool(standing.failed.any() or standing.remaining.size))
