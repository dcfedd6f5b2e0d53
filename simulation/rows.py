"""Rows that a year's rules have to look at: who may be a labourer, a pupil, or come of an age that counts.

Most persons are none of these in a given year. The rows are found once a year; rules go through them in ascending
order and still ask each person.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.accounts import BIRTHDAYS
from simulation.calendar import MONTHS_PER_YEAR, SCHOOL_AGE_FROM, SCHOOL_AGE_TO
from simulation.state import Bool, Int16, Persons, UInt32


class YearRows(NamedTuple):
    """Rows of persons, ascending, each of shape (n,)."""

    labour: UInt32  # labourers in some month of the year
    school: UInt32  # of school age in some month of the year, or just beyond it
    ageing: UInt32  # born, dying, entering or leaving labour or school, or with a birthday that counts, in the year


def rows_of_year(persons: Persons, month: int) -> YearRows:
    """Return the rows of the year that `month` lies in."""
    first = month // MONTHS_PER_YEAR * MONTHS_PER_YEAR
    behind = first + MONTHS_PER_YEAR
    birth, death = persons.birth_month, persons.death_month

    def within(event: Int16) -> Bool:
        return (event >= first) & (event < behind)

    alive = (death >= first) & (birth < behind)
    labour = alive & (persons.labour_from < behind) & (persons.labour_to > first)
    school = alive & (birth <= behind - 12 * SCHOOL_AGE_FROM) & (birth >= first - 12 * (SCHOOL_AGE_TO + 1))
    ageing = within(birth) | within(death)
    for event in (persons.labour_from, persons.labour_to, persons.school_leave):
        ageing |= within(event)
    for years in BIRTHDAYS:
        ageing |= within(birth + np.int16(12 * years))
    ageing &= alive
    return YearRows(*(np.flatnonzero(rows).astype(np.uint32) for rows in (labour, school, ageing)))
