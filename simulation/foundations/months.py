"""Months as integers: 0 is January 2016, the month of the first arrivals.

One integer per month keeps every event (a birth, a move, an opening) comparable and every draw addressable.
School years start in September; Spring Festival is taken to fall in February of every year.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from simulation.foundations.kernel import kernel

FIRST_YEAR = 2016
MONTHS_PER_YEAR = 12
REPORT_MONTH = 47
"""December 2019, the date of the report's figures."""
POLICY_MONTH = 48
"""January 2020, the first month in which a lever may start by default."""
FESTIVAL = 1
"""Month of the year (0 = January) of Spring Festival."""
AFTER_FESTIVAL = 2
SEPTEMBER = 8
DECEMBER = 11
NEVER = 32000
"""A month that no run reaches: 'does not die', 'is not demolished', 'is not funded'."""

NO_LEVEL, KINDERGARTEN, PRIMARY, MIDDLE = -1, 0, 1, 2
LEVELS = ("kindergarten", "primary", "middle")
SCHOOL_AGE_FROM, SCHOOL_AGE_TO = 3, 15
"""School age: from the third birthday (kindergarten) to before the fifteenth (end of middle school), in years
completed on 1 September (kindergarten three years, primary six, middle three: evidence G14-G17)."""


def month_index(text: str) -> int:
    """Return the index of a month written YYYY-MM.

    Raises ValueError with the text found and the form allowed.
    """
    match = re.fullmatch(r"(\d{4})-(\d{2})", str(text), re.ASCII)
    if match is None or not 1 <= int(match[2]) <= MONTHS_PER_YEAR:
        raise ValueError(f"{text!r} is not a month; allowed is YYYY-MM, such as 2020-01")
    return (int(match[1]) - FIRST_YEAR) * MONTHS_PER_YEAR + int(match[2]) - 1


def month_label(month: int) -> str:
    """Return the month as YYYY-MM."""
    return f"{FIRST_YEAR + month // MONTHS_PER_YEAR:04d}-{month % MONTHS_PER_YEAR + 1:02d}"


def middle_school_end(birth: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the Septembers in which children born in the months of `birth` have outgrown middle school."""
    fifteenth = birth + SCHOOL_AGE_TO * MONTHS_PER_YEAR
    return fifteenth + (SEPTEMBER - fifteenth) % MONTHS_PER_YEAR


@kernel
def school_year_start(month: int) -> int:
    """Return the index of the September in which the school year of `month` began."""
    return (month - 8) // 12 * 12 + 8


@kernel
def school_level(birth_month: int, month: int) -> int:
    """Return the level (0 kindergarten, 1 primary, 2 middle) of a child in `month`, or -1.

    The age that counts is that on 1 September of the running school year, in completed years.
    """
    age = (school_year_start(month) - birth_month) // 12
    if age < 3 or age >= 15:
        return -1
    if age < 6:
        return 0
    if age < 12:
        return 1
    return 2
