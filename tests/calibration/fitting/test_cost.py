"""What a calibration costs is counted: its runs, and the CPU seconds of its processes."""

from __future__ import annotations

import time
from typing import Any

from calibration.fitting.cost import Cost, Meter
from scenarios.base.parallel import ProcessPool

SECONDS = 0.4


def work(seconds: float) -> float:
    """Keep a processor at work for so many of its seconds."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return seconds


class Store:
    """A store of runs with one process."""

    made = 3

    def __init__(self) -> None:
        self._pool = ProcessPool(1)
        assert list(self._pool.map(work, [SECONDS])) == [SECONDS]

    def close(self) -> None:
        self._pool.close()


def test_what_other_processes_worked_counts() -> None:
    meter = Meter()
    store: Any = Store()
    cost = meter.cost(store)
    assert cost.runs_made == 3
    assert cost.cpu_seconds >= SECONDS
    assert cost.seconds >= SECONDS
    assert Meter().cost(store).cpu_seconds < SECONDS  # what was before it does not count


def test_the_cost_is_told_in_both_languages() -> None:
    told = Cost(4038, 1500.4, 801.0).line(104.6)
    assert told.say("en").startswith("Cost: 4,038 runs made, 1,500 CPU seconds, 801 seconds by the clock, for 105")
    assert "4038 次" in told.say("zh")
