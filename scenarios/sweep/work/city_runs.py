"""The runs of a history: one past, from which every branch goes its own way in the month in which its levers start.

A branch equals a run of its own bit for bit (City.branch), so what is shared alters no number.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from copy import copy
from typing import NamedTuple

from scenarios.compare.runner import first_month
from scenarios.sweep.plan.outputs import Output, measured
from simulation.city import City, Given
from simulation.state.entities import Float
from simulation.state.future import NOTHING_CHANGES, Future
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE, Policy
from simulation.state.population import Population


class Past(NamedTuple):
    """What the branches of a history share: population, parameters, seed, months, and what happens after 2019."""

    population: Population
    parameters: Parameters
    seed: int
    months: int
    future: Future = NOTHING_CHANGES


class Branch(NamedTuple):
    """A branch: its number for the caller, and its policy."""

    number: int
    policy: Policy


class Result(NamedTuple):
    """What a run gave: shape (n_months, n_outputs); or the exception that ended it."""

    number: int
    values: Float | None
    error: Exception | None


class Timing:
    """Seconds that histories and branches took, and how many there were, to estimate how long a sweep takes."""

    def __init__(self) -> None:
        self.histories = self.runs = 0
        self.history_seconds = self.run_seconds = 0.0

    def copy(self) -> Timing:
        """Return the same, not shared."""
        return copy(self)

    def add(self, later: Timing, earlier: Timing) -> None:
        """Add what was done between two times."""
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(later, name) - getattr(earlier, name))

    def seconds(self, histories: int, runs: int) -> float:
        """Return how long histories and their branches take, by what has been made so far."""
        return histories * self.history_seconds / max(1, self.histories) + runs * self.run_seconds / max(1, self.runs)


def history_runs(
    past: Past, branches: Sequence[Branch], outputs: Sequence[Output], months: Sequence[int], timing: Timing
) -> Iterator[Result]:
    """Yield the result of each branch, those that start first first; one that raises does not stop the others."""
    begun = time.perf_counter()
    waiting = sorted(branches, key=lambda branch: first_month(branch.policy, past.months))
    try:
        trunk = City()
        trunk.begin(Given(past.population, past.parameters, past.seed, past.months, future=past.future), BASELINE)
    except Exception as error:
        yield from (Result(branch.number, None, error) for branch in waiting)
        return
    timing.histories += 1
    for position, branch in enumerate(waiting):
        start = first_month(branch.policy, past.months)
        try:
            while trunk.month < start:
                trunk.advance()
        except Exception as error:  # the past that all the others share, too
            yield from (Result(other.number, None, error) for other in waiting[position:])
            return
        timing.history_seconds += time.perf_counter() - begun
        begun = time.perf_counter()
        result = _one(trunk, branch, outputs, months)
        timing.run_seconds += time.perf_counter() - begun
        timing.runs += 1
        yield result
        begun = time.perf_counter()


def _one(trunk: City, branch: Branch, outputs: Sequence[Output], months: Sequence[int]) -> Result:
    try:
        city = trunk.branch(branch.policy) if branch.policy.levers else trunk
        while city.month < city.months:
            city.advance()
        return Result(branch.number, measured(city, outputs, months), None)
    except Exception as error:
        return Result(branch.number, None, error)
