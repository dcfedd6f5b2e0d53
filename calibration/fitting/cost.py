"""What a calibration costs: runs, CPU seconds of all its processes, seconds by the clock.

It depends on the machine and on what was on disk already, so that it is kept beside results and is no part of them.
"""

from __future__ import annotations

import os
import time
from typing import NamedTuple

from calibration.fitting.runs import RunStore
from scenarios.base.text import Text


class Cost(NamedTuple):
    """What was spent.

    runs_made: those that were not on disk; cpu_seconds: of this process and of all that it started and that ended (on
    Windows of this process alone: no more is told there); seconds: by the clock.
    """

    runs_made: int
    cpu_seconds: float
    seconds: float

    def line(self, effective_draws: float) -> Text:
        """Return the cost and what it gave in one sentence."""
        return Text(
            f"Cost: {self.runs_made:,} runs made, {self.cpu_seconds:,.0f} CPU seconds, {self.seconds:,.0f} seconds by "
            f"the clock, for {effective_draws:.0f} effective draws",
            f"耗费：新作运行 {self.runs_made} 次，处理器时间 {self.cpu_seconds:.0f} 秒，历时 {self.seconds:.0f} 秒；"
            f"有效抽样 {effective_draws:.0f} 次",
        )


class Meter:
    """Counts what is spent from its making on."""

    def __init__(self) -> None:
        self._cpu, self._clock = _spent()

    def cost(self, store: RunStore) -> Cost:
        """Return what was spent so far; ends the processes of `store`, since they count once they have ended."""
        store.close()
        cpu, clock = _spent()
        return Cost(store.made, round(cpu - self._cpu, 1), round(clock - self._clock, 1))


def _spent() -> tuple[float, float]:
    return sum(os.times()[:4]), time.monotonic()
