"""What launchers of chunks share: a pilot here, which shows how long runs take, then chunks of equal work."""

from __future__ import annotations

from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.sweep.launchers.base import ActiveSweep
from scenarios.sweep.plan.plan import Whole
from scenarios.sweep.progress import PILOT_STAGE
from scenarios.sweep.work.chunks import (
    cut,
    known_timing,
    make_pilot,
    pilot_numbers,
)
from scenarios.sweep.work.city_runs import Timing
from scenarios.sweep.work.run_maker import setting_of
from scenarios.sweep.work.take import take

PILOT = "local"
"""A pilot is made by this process, so it is the local launcher that answers for its claim."""


def chunks_of(active: ActiveSweep, numbers: Whole, minutes: float) -> list[Whole]:
    """Return runs cut into chunks of so many minutes, fewer runs by those of the pilot; none if it made them all."""
    if minutes <= 0:
        raise UserError(Text("a chunk needs work", "每块作业应有时长"), key="launcher.chunk_minutes", found=minutes,
                        allowed="> 0")  # fmt: skip
    timing = known_timing(active.folder)
    if timing is None:
        active.progress.stage(PILOT_STAGE)
        timing = pilot(active, numbers)
        done, _ = active.runs.done()
        numbers = numbers[~done[active.runs.places(*active.runs.keys(numbers))]]
    return cut(active.plan, numbers, timing, minutes * 60.0) if numbers.size else []


def pilot(active: ActiveSweep, numbers: Whole) -> Timing:
    """Make a few runs here, keep them, and note how long they took."""
    some = pilot_numbers(active.plan, numbers)
    claim = take(active, PILOT, some)
    try:
        if claim is None:
            return Timing()
        timing = make_pilot(active.plan, setting_of(active.plan, active.folder.parts), claim.name, some)
        claim.note(timing=vars(timing))
        return timing
    finally:
        if claim is not None:
            claim.end()
