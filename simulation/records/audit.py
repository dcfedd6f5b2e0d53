"""Checks of the state: what must hold in every month, whatever the parameters. A breach is a bug, and stops the run.

The model makes them at the end of each year.
"""

from __future__ import annotations

import numpy as np

from simulation.foundations.kernel import kernel
from simulation.rules.labour import alive, labourer, works_away
from simulation.state.entities import (
    BOTH_ENDS,
    FARM,
    NO_POST,
    NOT_MOVED,
    SEATED,
    SETTLED,
    Households,
    Int64,
    Persons,
    State,
)

OF_PERSONS = (
    "at work without being a labourer",
    "at work near home without a post",
    "at work without a wage",
    "seated without living in reach or being at school",
)
"""Rules for every person, in the order in which the kernel counts who breaks them."""


class BrokenStateError(RuntimeError):
    """The state breaks a rule that no parameter can break: a bug."""


@kernel
def check_persons(month: int, households: Households, persons: Persons, holders: Int64, broken: Int64) -> None:
    """Count into `holders`, shape (n_pools,), who holds a post, and into `broken` who breaks a rule of OF_PERSONS.

    broken: shape (len(OF_PERSONS), 2), persons and the row of the last of them.
    """
    for i in range(persons.key.size):
        post, state = persons.post[i], households.state[persons.household[i]]
        if post != NO_POST:
            holders[post] += 1
        if persons.channel[i] > FARM:
            if not labourer(persons, i, month) or not alive(persons, i, month):
                broken[0, 0] += 1
                broken[0, 1] = i
            if post == NO_POST and not works_away(persons.channel[i]):
                broken[1, 0] += 1
                broken[1, 1] = i
            if persons.wage_yuan[i] <= 0.0:
                broken[2, 0] += 1
                broken[2, 1] = i
        may_be_seated = persons.level[i] >= 0 and state in (SETTLED, BOTH_ENDS)
        if persons.place[i] == SEATED and alive(persons, i, month) and not may_be_seated:
            broken[3, 0] += 1
            broken[3, 1] = i


def check_state(state: State, month: int) -> None:
    """Raise BrokenStateError if a post or seat is filled twice, a dead person works, or a household is lost.

    The message names the rule, the month and what was found.
    """
    posts, households, sites = state.posts, state.households, state.sites
    holders = np.zeros(posts.capacity.size, dtype=np.int64)
    of_persons = np.zeros((len(OF_PERSONS), 2), dtype=np.int64)
    check_persons(month, households, state.persons, holders, of_persons)
    here = households.state != NOT_MOVED
    rules = {
        "posts filled beyond their number": (posts.filled > posts.capacity) | (holders > posts.capacity),
        "posts filled but not held by that many": holders != posts.filled,
        "seats taken beyond their number": (sites.seated > sites.seats).ravel(),
        "households counted as arrived that are not": np.bincount(households.site[here], minlength=sites.arrived.size)
        != sites.arrived,
        "moved in without a state": here != (households.move_in_month <= month),
    }
    breaches = {rule: (int(n), int(row)) for rule, (n, row) in zip(OF_PERSONS, of_persons, strict=True)}
    breaches |= {
        rule: (int(broken.sum()), int(np.flatnonzero(broken)[-1])) for rule, broken in rules.items() if broken.any()
    }
    for rule, (n, row) in breaches.items():
        if n > 0:
            raise BrokenStateError(f"month {month}: {rule} ({n} rows, last {row}); this is a bug")
