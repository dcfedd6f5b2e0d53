"""Asking memory ahead: a rule that looks at few rows of large tables waits for memory longer than it computes.

Rows that will be read in a few turns of a loop are asked for in time. Results do not depend on it.
"""

from __future__ import annotations

from simulation.foundations.kernel import kernel, prefetch
from simulation.state.entities import Households, Persons

AHEAD = 8
"""How many turns of a loop before a row is read it is asked for: about as long as memory takes."""


@kernel
def ask_for_household(households: Households, h: int) -> None:
    """Ask for the records and the tally of household h (columns.RECORDS)."""
    prefetch(households.members, h)
    prefetch(households.local_wages_yuan, h)
    prefetch(households.taste, h)
    prefetch(households.school_cost_yuan, h)


@kernel
def ask_for_person(persons: Persons, i: int) -> None:
    """Ask for the record of person i (columns.RECORDS)."""
    prefetch(persons.efficiency, i)
    prefetch(persons.labour_to, i)
