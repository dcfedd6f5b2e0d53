"""Rows that a year's rules have to look at: who may be a labourer, a pupil, or come of an age that counts.

Most persons are none of these in a given month. The rows are found once a year; rules go through them in ascending
order and still ask each person.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.accounts import BIRTHDAYS
from simulation.calendar import MONTHS_PER_YEAR, SCHOOL_AGE_FROM, SCHOOL_AGE_TO
from simulation.kernel import kernel
from simulation.state import Int64, Persons, UInt32


class YearRows(NamedTuple):
    """Rows of persons, ascending, each of shape (n,)."""

    labour: UInt32  # labourers in some month of the year
    school: UInt32  # of school age in some month of the year, or just beyond it
    ageing: tuple[UInt32, ...]  # by month: who is born, dies, enters or leaves labour or school, has a birthday


@kernel
def months_that_count(persons: Persons, i: int, first: int) -> int:
    """Return the months of the year that begins at `first` in which person i's age counts, as bits."""
    bits = 0
    for event in (
        persons.birth_month[i],
        persons.death_month[i],
        persons.labour_from[i],
        persons.labour_to[i],
        persons.school_leave[i],
    ):
        if first <= event < first + MONTHS_PER_YEAR:
            bits |= 1 << (event - first)
    for years in BIRTHDAYS:
        birthday = persons.birth_month[i] + MONTHS_PER_YEAR * years
        if first <= birthday < first + MONTHS_PER_YEAR:
            bits |= 1 << (birthday - first)
    return bits


@kernel
def find_rows(first: int, persons: Persons, labour: UInt32, school: UInt32, ageing: UInt32, n: Int64) -> None:
    """Fill labour and school, shape (n_persons,), and ageing, shape (MONTHS_PER_YEAR, n_persons), with the rows of the
    year that begins in month `first`.

    n: how many, shape (MONTHS_PER_YEAR + 2,): by month, then labour, then school.
    """
    behind = first + MONTHS_PER_YEAR
    n[:] = 0
    for i in range(persons.key.size):
        birth = persons.birth_month[i]
        if persons.death_month[i] < first or birth >= behind:
            continue
        labour[n[MONTHS_PER_YEAR]] = i
        n[MONTHS_PER_YEAR] += (persons.labour_from[i] < behind) & (persons.labour_to[i] > first)
        school[n[MONTHS_PER_YEAR + 1]] = i
        n[MONTHS_PER_YEAR + 1] += (birth <= behind - MONTHS_PER_YEAR * SCHOOL_AGE_FROM) & (
            birth >= first - MONTHS_PER_YEAR * (SCHOOL_AGE_TO + 1)
        )
        bits = months_that_count(persons, i, first)
        for month in range(MONTHS_PER_YEAR):
            if bits == 0:
                break
            if bits & 1:
                ageing[month, n[month]] = i
                n[month] += 1
            bits >>= 1


def rows_of_year(persons: Persons, month: int) -> YearRows:
    """Return the rows of the year that `month` lies in."""
    persons_n = persons.key.size
    labour, school = np.empty(persons_n, dtype=np.uint32), np.empty(persons_n, dtype=np.uint32)
    ageing = np.empty((MONTHS_PER_YEAR, persons_n), dtype=np.uint32)
    n = np.zeros(MONTHS_PER_YEAR + 2, dtype=np.int64)
    find_rows(month // MONTHS_PER_YEAR * MONTHS_PER_YEAR, persons, labour, school, ageing, n)
    by_month = tuple(ageing[m, : n[m]].copy() for m in range(MONTHS_PER_YEAR))
    return YearRows(labour[: n[MONTHS_PER_YEAR]].copy(), school[: n[MONTHS_PER_YEAR + 1]].copy(), by_month)
