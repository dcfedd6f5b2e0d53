"""Groups of runs that share a history, as what is handed to whoever runs them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from scenarios.sweep.plan.plan import Plan, Whole
from scenarios.sweep.plan.variants import LIGHT

GROUP_LEAST, GROUP_MOST = 8, 200
"""Runs of one group; a longer one is split, and each part makes the history anew."""
SHARES = 4
"""Groups that each process should get at least, so that all have work to the end."""


class Task(NamedTuple):
    """One run: its number in the plan, its identity, its base, and what it sets, drawn parameters included."""

    number: int
    point: bytes
    base: int
    values: dict[str, Any]


class Group(NamedTuple):
    """Runs of one history and seed."""

    seed: int
    tasks: tuple[Task, ...]


def group_most(runs: int, processes: int) -> int:
    """Return how many runs a group may have, so that a few long histories are work for all processes."""
    return max(GROUP_LEAST, min(GROUP_MOST, -(-runs // (SHARES * processes))))


def bounds(plan: Plan, numbers: Whole, most: int = GROUP_MOST) -> Whole:
    """Return where groups begin in run numbers that are ordered as `Plan.numbers` orders them, and their end.

    most: runs of a group.
    """
    point, position = numbers // plan.n_seeds, numbers % plan.n_seeds
    history, seed = plan.points.history[point], plan.seeds[point, position]
    new = np.flatnonzero((np.diff(history) != 0) | (np.diff(seed) != 0)) + 1
    ends = [0, *new.tolist(), len(numbers)] if len(numbers) else [0]
    split = [cut for a, b in pairwise(ends) for cut in range(a, b, most)]
    return np.array([*split, len(numbers)], dtype=np.int64)


def groups(plan: Plan, numbers: Whole, most: int = GROUP_MOST) -> Iterator[Group]:
    """Yield the groups of run numbers, ordered as `Plan.numbers` orders them."""
    ends = bounds(plan, numbers, most).tolist()
    for a, b in pairwise(ends):
        yield group(plan, numbers[a:b])


def group(plan: Plan, numbers: Whole) -> Group:
    """Return the group of run numbers that share history and seed."""
    tasks: list[Task] = []
    drawn: dict[tuple[int, int], dict[str, float]] = {}
    for number in numbers.tolist():
        point, position = divmod(number, plan.n_seeds)
        base, draw = int(plan.points.base[point]), int(plan.points.draw[point])
        if (base, draw) not in drawn:
            drawn[base, draw] = plan.parameters_of(base, draw)
        light = {key: value for key, value in plan.points.values(point).items() if key.startswith(LIGHT)}
        identity = plan.points.ids[point]
        tasks.append(Task(number, identity.astype(">u8").tobytes(), base, drawn[base, draw] | light))
    return Group(int(plan.seeds[point, position]), tuple(tasks))
