"""Rows that a year's rules have to look at: who may be a labourer, a pupil, or come of an age that counts.

Most persons are none of these in a given month. The rows are found once a year; rules go through them in ascending
order and still ask each person. Who gets no flat within the year neither works nor learns in the city yet.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.foundations.kernel import kernel
from simulation.foundations.months import MONTHS_PER_YEAR, NEVER, SCHOOL_AGE_FROM, SCHOOL_AGE_TO
from simulation.rules.members import BIRTHDAYS
from simulation.state.entities import Households, Int16, Persons, UInt32


class YearRows(NamedTuple):
    """Rows of persons, ascending, each of shape (n,)."""

    labour: UInt32  # labourers in some month of the year, of households that have a flat or may get one within it
    school: UInt32  # of school age in some month of the year, or just beyond it
    pupils: UInt32  # of them, those of households that have a flat or may get one within the year
    ageing: tuple[UInt32, ...]  # by month: who is born, dies, enters or leaves labour or school, has a birthday


@kernel
def bit_of(month: int) -> int:
    """Return the bit of a month of the year, 0 to 11; 0 for any other."""
    return 1 << month if (month >= 0) & (month < MONTHS_PER_YEAR) else 0


@kernel
def months_that_count(persons: Persons, i: int, first: int) -> int:
    """Return the months of the year that begins at `first` in which person i's age counts, as bits."""
    bits = bit_of(persons.birth_month[i] - first) | bit_of(persons.death_month[i] - first)
    bits |= bit_of(persons.labour_from[i] - first) | bit_of(persons.labour_to[i] - first)
    bits |= bit_of(persons.school_leave[i] - first)
    for years in BIRTHDAYS:
        bits |= bit_of(persons.birth_month[i] + MONTHS_PER_YEAR * years - first)
    return bits


@kernel
def find_rows(
    first: int,
    persons: Persons,
    households: Households,
    labour: UInt32,
    school: UInt32,
    pupils: UInt32,
    ageing: UInt32,
    months: Int16,
) -> tuple[int, int, int, int]:
    """Fill `labour`, `school`, `pupils` and `ageing` with the rows of the year that begins in month `first`; return how
    many.

    `months` gets the months in which those in `ageing` count (see months_that_count). All arrays have shape
    (n_persons + 1,). A household whose flat comes in month NEVER may get one in any month, by a lever.
    """
    behind = first + MONTHS_PER_YEAR
    workers = of_age = learners = n = 0
    for i in range(persons.key.size):
        birth = persons.birth_month[i]
        here = (persons.death_month[i] >= first) & (birth < behind)
        moves = households.move_in_month[persons.household[i]]
        flat = (moves < behind) | (moves == NEVER)
        labour[workers] = i  # written for each; the place is kept only if the condition below holds
        workers += here & flat & (persons.labour_from[i] < behind) & (persons.labour_to[i] > first)
        old_enough = birth <= behind - MONTHS_PER_YEAR * SCHOOL_AGE_FROM
        learns = here & old_enough & (birth >= first - MONTHS_PER_YEAR * (SCHOOL_AGE_TO + 1))
        school[of_age] = pupils[learners] = i
        of_age += learns
        learners += learns & flat
        bits = months_that_count(persons, i, first) if here else 0
        ageing[n], months[n] = i, bits
        n += bits != 0
    return workers, of_age, learners, n


def rows_of_year(persons: Persons, households: Households, month: int) -> YearRows:
    """Return the rows of the year that `month` lies in."""
    size = persons.key.size + 1
    labour, school, pupils, ageing = (np.empty(size, dtype=np.uint32) for _ in range(4))
    months = np.empty(size, dtype=np.int16)
    first = month // MONTHS_PER_YEAR * MONTHS_PER_YEAR
    workers, of_age, learners, n = find_rows(first, persons, households, labour, school, pupils, ageing, months)
    by_month = tuple(ageing[:n][(months[:n] >> m) & 1 == 1] for m in range(MONTHS_PER_YEAR))
    return YearRows(labour[:workers].copy(), school[:of_age].copy(), pupils[:learners].copy(), by_month)
