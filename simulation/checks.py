"""Checks of the state: what must hold in every month, whatever the parameters. A breach is a bug, and stops the run.

They cost a tenth of a month, so the model makes them at the end of each year.
"""

from __future__ import annotations

import numpy as np

from simulation.labour import works_away
from simulation.state import BOTH_ENDS, FARM, NO_POST, NOT_MOVED, SEATED, SETTLED, State


class BrokenStateError(RuntimeError):
    """The state breaks a rule that no parameter can break: a bug."""


def check_state(state: State, month: int) -> None:
    """Raise BrokenStateError if a post or seat is filled twice, a dead person works, or a household is lost.

    The message names the rule, the month and what was found.
    """
    posts, persons, households, sites = state.posts, state.persons, state.households, state.sites
    in_post = persons.post != NO_POST
    counted = np.bincount(persons.post[in_post], minlength=posts.capacity.size)
    alive = (persons.birth_month <= month) & (month < persons.death_month)
    working = persons.channel > FARM
    labourers = (persons.labour_from <= month) & (month < persons.labour_to) & alive
    seated = persons.place == SEATED
    in_reach = ((households.state == SETTLED) | (households.state == BOTH_ENDS))[persons.household]
    here = households.state != NOT_MOVED
    away = np.array([works_away(channel) for channel in range(int(persons.channel.max()) + 1)])[persons.channel]
    rules = {
        "posts filled beyond their number": (posts.filled > posts.capacity) | (counted > posts.capacity),
        "posts filled but not held by that many": counted != posts.filled,
        "at work without being a labourer": working & ~labourers,
        "at work near home without a post": working & ~away & ~in_post,
        "at work without a wage": working & (persons.wage_yuan <= 0.0),
        "seats taken beyond their number": (sites.seated > sites.seats).ravel(),
        "seated without living in reach or being at school": seated & alive & ((persons.level < 0) | ~in_reach),
        "households counted as arrived that are not": np.bincount(households.site[here], minlength=sites.arrived.size)
        != sites.arrived,
        "moved in without a state": here != (households.move_in_month <= month),
    }
    for rule, broken in rules.items():
        if broken.any():
            rows = np.flatnonzero(broken)
            raise BrokenStateError(f"month {month}: {rule} ({rows.size} rows, first {rows[0]}); this is a bug")
