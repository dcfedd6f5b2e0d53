"""Chunks: runs that one job takes, cut to a length of work that a pilot run shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.sweep.plan.plan import Plan, Whole
from scenarios.sweep.store.claims import read_claims
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.work.city_runs import Timing
from scenarios.sweep.work.run_maker import RunMaker, Setting, setting_of
from scenarios.sweep.work.runs import Runs
from scenarios.sweep.work.tasks import (
    GROUP_LEAST,
    GROUP_MOST,
    bounds,
    group,
    groups,
)

PILOT_RUNS = 4
"""Runs of a history that a pilot makes."""
ASK_SECONDS = 2.0


def cut(plan: Plan, numbers: Whole, timing: Timing, seconds: float) -> list[Whole]:
    """Return run numbers cut into chunks of about so many seconds of work, of equal length as far as groups allow."""
    one = timing.seconds(0, 1)
    ends = bounds(plan, numbers, max(GROUP_LEAST, min(GROUP_MOST, int(seconds / one))) if one else GROUP_MOST)
    sizes = np.diff(ends)
    costs = np.cumsum([timing.seconds(1, int(size)) for size in sizes])
    n = int(np.clip(np.ceil(costs[-1] / seconds), 1, len(sizes)))
    places = (
        np.searchsorted(costs, costs[-1] * np.arange(1, n) / n) + 1 if costs[-1] > 0 else np.zeros(0, dtype=np.int64)
    )
    at = np.unique([0, *np.minimum(places, len(sizes) - 1).tolist(), len(sizes)])
    return [numbers[ends[a] : ends[b]] for a, b in pairwise(at)]


def pilot_numbers(plan: Plan, numbers: Whole) -> list[Whole]:
    """Return the runs of a pilot: a few of the first history, which loads everything, and of one in the middle."""
    ends = bounds(plan, numbers)
    middle = len(ends) // 2
    first = [numbers[ends[i] : min(ends[i + 1], ends[i] + PILOT_RUNS)] for i in {0, middle} if i + 1 < len(ends)]
    return [some for some in first if some.size]


def make_pilot(plan: Plan, setting: Setting, name: str, pilot: list[Whole], keep: bool = True) -> Timing:
    """Make the runs of a pilot here; return how long runs take. keep: write what they gave."""
    maker = RunMaker(setting, name)
    warm = Timing()
    for number, numbers in enumerate(pilot):
        if number == len(pilot) - 1 and number:
            warm = maker.timing.copy()
        maker.run(group(plan, numbers))
    timing = Timing()
    timing.add(maker.timing, warm)
    if keep:
        maker.finish()
    return timing


def known_timing(folder: SweepFolder) -> Timing | None:
    """Return how long runs of a folder take, if a claim of it has noted that."""
    for claim in reversed(read_claims(folder.claims)):
        noted = claim.notes.get("timing")
        if noted:
            timing = Timing()
            vars(timing).update(noted)
            return timing
    return None


def run_chunk(folder: str, number: int, chunk: int, stop: Callable[[], bool] = lambda: False) -> int:
    """Make the runs of a chunk of a claim that are not there yet; return how many are left undone.

    It is what a job of a cluster does, and needs nothing but the folder. Raises UserError where the sources here are
    not those of the sweep.
    """
    place = SweepFolder(Path(folder))
    plan = place.read()
    claim = next(claim for claim in read_claims(place.claims) if claim.number == number)
    runs = Runs(plan, place, forgiven=claim.forgiven)
    held = runs.places(*claim.chunks()[chunk])
    done, _ = runs.done()
    numbers = runs.order[np.sort(held[~done[held]])]
    check = _StopCheck(claim, stop)
    maker = RunMaker(setting_of(plan, place.parts, claim.flush_seconds), f"{claim.name}-{chunk:05d}", check.stop)
    n_made = 0
    try:
        for task_group in groups(plan, numbers):
            n_made += maker.run(task_group)
            if check.stop():
                break
    finally:
        maker.finish()
    return int(numbers.size) - n_made


class _StopCheck:
    """Whether a chunk is to stop: somebody says so, or its claim was cancelled, which is looked at now and then."""

    def __init__(self, claim: Any, stop: Callable[[], bool]) -> None:
        self._claim, self._stop, self._looked, self._cancelled = claim, stop, time.monotonic(), False

    def stop(self) -> bool:
        if self._stop():
            return True
        now = time.monotonic()
        if now - self._looked > ASK_SECONDS:
            self._looked, self._cancelled = now, self._claim.cancelled
        return self._cancelled
