"""Processes of this machine: work is handed out as it is done, so chunks need no size."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from scenarios.sweep.launchers.base import RUNNING, Job, Launcher
from scenarios.sweep.plan.plan import Whole
from scenarios.sweep.store.claims import Claim, process_lives
from scenarios.sweep.telling import RUNS, tell_runs
from scenarios.sweep.work.pool import Pool
from scenarios.sweep.work.take import take
from scenarios.sweep.work.tasks import Group, group_most, groups
from scenarios.sweep.work.worker import setting_of

NAME = "local"
SEEN_SECONDS = 20.0
ASK_SECONDS = 2.0


class Local:
    """The launcher; settings: processes, flush_seconds."""

    detached = False

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._processes, self._flush = int(settings["processes"]), float(settings["flush_seconds"])

    def launch(self, job: Job, numbers: Whole) -> None:
        """Make the runs here; return when they are written, or when the claim is cancelled."""
        claim = take(job, NAME, [numbers])
        if claim is None:
            return
        try:
            done, _ = job.runs.done()  # another driver may have ended meanwhile
            numbers = numbers[~done[job.runs.places(*job.runs.keys(numbers))]]
            make(job, claim, numbers, Pool(self._processes), self._flush)
        finally:
            claim.end()

    def living(self, claim: Claim) -> list[int]:
        """Return the claim's chunk if its process lives."""
        return [0] if process_lives(claim.made) else []

    def jobs(self, claim: Claim) -> dict[str, int]:
        """Return its processes."""
        return {RUNNING: int(claim.made.get("processes", 1))} if self.living(claim) else {}

    def wait(self, job: Job) -> None:
        """Wait for another process's runs."""
        time.sleep(ASK_SECONDS)

    def cancel(self, claim: Claim) -> None:
        """Nothing: the process sees the mark."""


def make(job: Job, claim: Claim, numbers: Whole, pool: Pool, flush_seconds: float) -> None:
    """Make runs with worker processes, tell how far they are, and stop when the claim is cancelled."""
    done, failed = (int(flags.sum()) for flags in job.runs.done())
    of, here = job.runs.order.size, 0
    job.progress.stage(RUNS)
    watch = _Watch(claim, pool)

    def told(more: int, bad: int) -> None:
        nonlocal done, failed, here
        done, failed, here = done + more, failed + bad, here + more
        tell_runs(job.progress, done, of, failed, here)

    def left(held: list[Group]) -> list[Group]:
        flags, _ = job.runs.done()
        there = set(job.runs.order[flags].tolist())
        return [Group(group.seed, tuple(task for task in group.tasks if task.number not in there)) for group in held]

    try:
        setting = setting_of(job.plan, job.folder.parts, flush_seconds)
        handed = groups(job.plan, numbers, group_most(numbers.size, pool.processes))
        pool.run(setting, claim.name, handed, left, told, watch.cancelled)
        watch.note()
    finally:
        pool.close()


class _Watch:
    """Looks for a mark on a claim now and then, and leaves word that its process lives and how long runs take."""

    def __init__(self, claim: Claim, pool: Pool) -> None:
        self._claim, self._pool = claim, pool
        self._asked, self._seen, self._found = -np.inf, time.monotonic(), False

    def cancelled(self) -> bool:
        now = time.monotonic()
        if now - self._seen > SEEN_SECONDS:
            self.note()
            self._seen = now
        if now - self._asked > ASK_SECONDS:
            self._found, self._asked = self._claim.cancelled, now
        return self._found

    def note(self) -> None:
        """Write both down."""
        timing = {"timing": vars(self._pool.timing)} if self._pool.timing.runs else {}
        self._claim = self._claim.note(seen=time.time(), processes=self._pool.processes, **timing)


def make_launcher(settings: Mapping[str, Any]) -> Launcher:
    """Return the launcher with its settings."""
    return Local(settings)
