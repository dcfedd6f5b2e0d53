"""Processes of this machine: work is handed out as it is done, so chunks need no size."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from scenarios.sweep.launchers.base import RUNNING, ActiveSweep, Launcher
from scenarios.sweep.plan.plan import Whole
from scenarios.sweep.progress import RUNS_STAGE, show_runs
from scenarios.sweep.store.claims import Claim, process_lives
from scenarios.sweep.work.pool import Pool
from scenarios.sweep.work.run_maker import setting_of
from scenarios.sweep.work.take import take
from scenarios.sweep.work.tasks import Group, group_most, groups

NAME = "local"
SEEN_SECONDS = 20.0
ASK_SECONDS = 2.0


class Local:
    """The launcher; settings: processes, flush_seconds."""

    detached = False

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._processes, self._flush = int(settings["processes"]), float(settings["flush_seconds"])

    def launch(self, active: ActiveSweep, numbers: Whole) -> None:
        """Make the runs here; return when they are written, or when the claim is cancelled."""
        claim = take(active, NAME, [numbers])
        if claim is None:
            return
        try:
            active.launched()
            done, _ = active.runs.done()  # another driver may have ended meanwhile
            numbers = numbers[~done[active.runs.places(*active.runs.keys(numbers))]]
            make(active, claim, numbers, Pool(self._processes), self._flush)
        finally:
            claim.end()

    def living(self, claim: Claim) -> list[int]:
        """Return the claim's chunk if its process lives."""
        return [0] if process_lives(claim.notes) else []

    def cancelled(self, claim: Claim) -> bool:
        """Return False: nobody but this program can."""
        return False

    def jobs(self, claim: Claim) -> dict[str, int]:
        """Return its processes."""
        return {RUNNING: int(claim.notes.get("processes", 1))} if self.living(claim) else {}

    def wait(self, active: ActiveSweep) -> None:
        """Wait for another process's runs."""
        time.sleep(ASK_SECONDS)

    def cancel(self, claim: Claim) -> None:
        """Nothing: the process sees the mark."""


def make(active: ActiveSweep, claim: Claim, numbers: Whole, pool: Pool, flush_seconds: float) -> None:
    """Make runs with worker processes, show how far they are, and stop when the claim is cancelled."""
    done, failed = (int(flags.sum()) for flags in active.runs.done())
    of, here = active.runs.order.size, 0
    active.progress.stage(RUNS_STAGE)
    watch = _ClaimWatch(claim, pool)

    def count(more: int, bad: int) -> None:
        nonlocal done, failed, here
        done, failed, here = done + more, failed + bad, here + more
        show_runs(active.progress, done, of, failed, here)

    def not_written(held: list[Group]) -> list[Group]:
        flags, _ = active.runs.done()
        written = set(active.runs.order[flags].tolist())
        return [Group(group.seed, tuple(task for task in group.tasks if task.number not in written)) for group in held]

    try:
        setting = setting_of(active.plan, active.folder.parts, flush_seconds)
        handed = groups(active.plan, numbers, group_most(numbers.size, pool.processes))
        pool.run(setting, claim.name, handed, not_written, count, watch.cancelled)
        watch.note()
    finally:
        pool.close()


class _ClaimWatch:
    """Looks for a mark on a claim now and then, and leaves word that its process lives and how long runs take."""

    def __init__(self, claim: Claim, pool: Pool) -> None:
        self._claim, self._pool = claim, pool
        self._asked, self._noted, self._cancelled = -np.inf, time.monotonic(), False

    def cancelled(self) -> bool:
        now = time.monotonic()
        if now - self._noted > SEEN_SECONDS:
            self.note()
            self._noted = now
        if now - self._asked > ASK_SECONDS:
            self._cancelled, self._asked = self._claim.cancelled, now
        return self._cancelled

    def note(self) -> None:
        """Write both down."""
        timing = {"timing": vars(self._pool.timing)} if self._pool.timing.runs else {}
        self._claim = self._claim.note(seen=time.time(), processes=self._pool.processes, **timing)


def make_launcher(settings: Mapping[str, Any]) -> Launcher:
    """Return the launcher with its settings."""
    return Local(settings)
