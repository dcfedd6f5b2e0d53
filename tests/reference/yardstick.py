"""The yardstick of speed: what the core of the month costs with one object per household.

The model runs through the history first; then the twin is made of its state and runs beside it. Only what the twin does
itself is timed, in CPU seconds of this process: counting members, jobs, schools, residence. Making the objects, the
month's draws and what is handed over are left out, in its favour; the garbage collector is on, as Python has it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from simulation.foundations.months import REPORT_MONTH
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE, Policy
from simulation.state.population import Population
from tests.reference.beside import Beside

CORE = ("count_members", "update_jobs", "update_schooling", "update_residence")
"""The parts of the twin's month that are timed."""
MONTHS = 60


class TwinTime(NamedTuple):
    """CPU seconds of the twin for some months: in all, by process, and by month."""

    seconds: float
    processes: dict[str, float]
    by_month: tuple[float, ...]
    households: int
    months: int


def twin_time(
    population: Population,
    parameters: Parameters,
    policy: Policy = BASELINE,
    seed: int = 1,
    months: int = MONTHS,
    history: int = REPORT_MONTH + 1,
    progress: Callable[[int, int], None] | None = None,
) -> TwinTime:
    """Return the CPU seconds of the twin's core processes in `months` months after a history that only the model runs.

    The twin is compared with the model in the last month: what was timed is the same work. `progress` is called with
    the months done and in all.
    """
    model = Beside(population, parameters, policy, seed, history + months, collect=False)
    model.comparing = False
    while model.month < history:
        model.step()
    twin = model.attach_twin()
    spent = dict.fromkeys(CORE, 0.0)

    def clocked(name: str, method: Callable[[], None]) -> Callable[[], None]:
        def call() -> None:
            started = time.process_time()
            method()
            spent[name] += time.process_time() - started

        return call

    for name in CORE:
        setattr(twin, name, clocked(name, getattr(twin, name)))
    by_month = []
    for done in range(1, months + 1):
        before = sum(spent.values())
        model.comparing = done == months
        model.step()
        by_month.append(sum(spent.values()) - before)
        if progress is not None:
            progress(done, months)
    return TwinTime(sum(spent.values()), spent, tuple(by_month), len(twin.households), months)
