"""What launchers of chunks share: a pilot here that tells how long runs take, then chunks of equal work."""

from __future__ import annotations

from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.sweep import telling
from scenarios.sweep.launchers.base import Job
from scenarios.sweep.plan.plan import Whole
from scenarios.sweep.work.chunks import (
    cut,
    known_timing,
    make_pilot,
    pilot_numbers,
)
from scenarios.sweep.work.city_runs import Timing
from scenarios.sweep.work.take import take
from scenarios.sweep.work.worker import setting_of

PILOT = "local"
"""A pilot is made by this process, so it is the local launcher that answers for its claim."""


def chunks_of(job: Job, numbers: Whole, minutes: float) -> list[Whole]:
    """Return runs cut into chunks of so many minutes, fewer runs by those of the pilot; none if it made them all."""
    if minutes <= 0:
        raise UserError(Text("a chunk needs work", "每块作业应有时长"), key="launcher.chunk_minutes", found=minutes,
                        allowed="> 0")  # fmt: skip
    timing = known_timing(job.folder)
    if timing is None:
        job.progress.stage(telling.PILOT)
        timing = pilot(job, numbers)
        done, _ = job.runs.done()
        numbers = numbers[~done[job.runs.places(*job.runs.keys(numbers))]]
    return cut(job.plan, numbers, timing, minutes * 60.0) if numbers.size else []


def pilot(job: Job, numbers: Whole) -> Timing:
    """Make a few runs here, keep them, and note how long they took."""
    some = pilot_numbers(job.plan, numbers)
    claim = take(job, PILOT, some)
    try:
        if claim is None:
            return Timing()
        timing = make_pilot(job.plan, setting_of(job.plan, job.folder.parts), claim.name, some)
        claim.note(timing=vars(timing))
        return timing
    finally:
        if claim is not None:
            claim.end()
