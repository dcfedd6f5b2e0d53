"""Compiled rules for the ages and sexes of the members, so that the generations of a household hang together.

Children come first, by school level. Then the first two adults are their parents (18 to 45 years older), or, without
children at home, a couple or two generations. Further adults are grown children of parents over 41, else the parents'
parents under 60, else siblings. Old people are the parents' parents. Only persons unable to work and labourers
are adults under 60. Shapes within these bounds are assumed: the evidence has no ages by household.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from scenarios.population.people.members import (
    INFANT,
    LABOURER,
    OLD,
    STUDENT,
    UNABLE,
    Int8,
)
from scenarios.population.random_streams import Bool, Float, Int
from simulation.foundations.kernel import kernel
from simulation.foundations.months import REPORT_MONTH

YEAR = 12
PARENT_GAP_LEAST, PARENT_GAP_MOST = 18 * YEAR, 45 * YEAR
"""Months between parent and child."""
LABOUR_FROM, LABOUR_TO = 16 * YEAR, 60 * YEAR
ADULT = 18 * YEAR
COLLEGE_END = 22 * YEAR
OLDEST = 95 * YEAR
OLD_YEARS = 35
"""Years of age from 60 to 94 over which the old are spread."""
PARENT_OF_GROWN = 41 * YEAR
"""Age from which a parent may have a grown child at home, and below which a parent under 60 of their own."""
WIFE_YOUNGER, COUPLE_GAP = 7 * YEAR, 5 * YEAR
SIBLING_GAP = 10
"""Least months between brothers and sisters, where one of some tries gives it."""
TRIES = 6
GOLDEN = 0.6180339887498949
"""Step by which one uniform draw gives further ones (Weyl sequence)."""


class Shapes(NamedTuple):
    """The settings of families as numbers for compiled rules: months for ages and gaps, else shares."""

    parent_older_low: int
    parent_older_high: int
    couple_with_children: float
    couple_without_children: float
    husband_older_low: int
    husband_older_high: int
    young_couple: float
    young_couple_low: int
    young_couple_high: int
    older_couple_low: int
    older_couple_high: int
    with_old_low: int
    with_old_high: int
    alone_low: int
    alone_high: int
    wife_of_old: float
    grown_child_oldest: int
    at_work_under_18: float
    at_work_under_22: float
    unable_child: float
    elder_youngest: int
    relative_low: int
    relative_high: int
    men_further: float
    men_alone: float
    men_old: float
    alone_with_children_oldest: int
    women_leave_least: int
    women_leave_likeliest: int
    women_leave_most: int


@kernel
def _again(uniform: float, times: int) -> float:
    """Return another draw made from a uniform draw."""
    x = uniform + times * GOLDEN
    return x - math.floor(x)


@kernel
def _between(low: int, high: int, uniform: float) -> int:
    """Return a whole number from low to high, both included (low where high is below it)."""
    if high <= low:
        return low
    return int(low + math.floor(uniform * (high - low + 1)))


@kernel
def _old_age(low: int, high: int, cumulative: Float, uniform: float) -> int:
    """Return months of age of an old person between low and high, in proportion to the shares by year of age."""
    first = min(max((low - LABOUR_TO) // YEAR, 0), OLD_YEARS - 1)
    last = min(max((high - LABOUR_TO) // YEAR, first), OLD_YEARS - 1)
    below = cumulative[first - 1] if first > 0 else 0.0
    mark = below + uniform * (cumulative[last] - below)
    year = first
    while year < last and cumulative[year] <= mark:
        year += 1
    under = cumulative[year - 1] if year > 0 else 0.0
    part = (mark - under) / (cumulative[year] - under)
    age = LABOUR_TO + year * YEAR + int(min(max(part, 0.0), 0.999) * YEAR)
    return min(max(age, low), high)


@kernel
def _parents_age(s: Shapes, eldest: int, youngest: int, adults: int, old: int, u: float, v: float) -> int:
    """Return months of age of the first adult: a parent of the children there, else of the household's own kind."""
    if eldest >= 0:
        age = eldest + _between(s.parent_older_low, s.parent_older_high, 0.5 * (u + v))
        return min(max(age, eldest + PARENT_GAP_LEAST), youngest + PARENT_GAP_MOST, LABOUR_TO - 1)
    if adults == 1 and old > 0:
        return _between(s.with_old_low, s.with_old_high, 0.5 * (u + v))
    if adults == 1:
        return _between(s.alone_low, s.alone_high, max(u, v))
    if adults == 2 and u < s.young_couple:
        return _between(s.young_couple_low, s.young_couple_high, v)
    return _between(s.older_couple_low, s.older_couple_high, v)


@kernel
def _grown_child(s: Shapes, parent: int, able: bool, u: float, v: float) -> int:
    """Return months of age of a grown child at home; those of school or college age are fewer (they are students)."""
    low = LABOUR_FROM if able else ADULT
    high = min(s.grown_child_oldest, parent - PARENT_GAP_LEAST)
    for t in range(TRIES):
        age = _between(low, high, _again(u, t))
        stays = s.at_work_under_18 if age < ADULT else (s.at_work_under_22 if age < COLLEGE_END else 1.0)
        if _again(v, t) < stays:
            return age
    return max(low, min(high, COLLEGE_END + YEAR))


@kernel
def leaving_age(least: float, likeliest: float, most: float, uniform: float) -> float:
    """Return an age at which a woman leaves labour: a draw from the triangle of three ages in any one unit."""
    rising = (likeliest - least) / (most - least)
    if uniform < rising:
        return least + math.sqrt(uniform * (most - least) * (likeliest - least))
    return most - math.sqrt((1.0 - uniform) * (most - least) * (most - likeliest))


@kernel
def _make_labourers_young_enough(s: Shapes, first: int, end: int, kind: Int8, u: Float, age: Int, male: Bool) -> None:
    """Let women who are labourers be no older than the age at which they leave labour, one draw each.

    Whoever is older is made younger, but stays PARENT_GAP_LEAST older than those of whom she could be the mother.
    """
    for i in range(first, end):
        if kind[i] != LABOURER or male[i]:
            continue
        leaves = int(
            leaving_age(s.women_leave_least, s.women_leave_likeliest, s.women_leave_most, _again(u[i, 0], 2 * TRIES))
        )
        if age[i] < leaves:
            continue
        least = 0
        for j in range(first, end):
            if kind[j] != OLD and age[j] <= age[i] - PARENT_GAP_LEAST:
                least = max(least, age[j] + PARENT_GAP_LEAST)
        age[i] = min(age[i], max(least, leaves - 1))


@kernel
def _draw_children(
    first: int, end: int, kind: Int8, births: Int, students: Int, boys: float, u: Float, age: Int, male: Bool
) -> tuple[int, int]:
    """Draw ages and sexes of one household's children and students; return the eldest's and the youngest's age."""
    eldest, youngest = -1, OLDEST
    for i in range(first, end):
        if kind[i] == LABOURER or kind[i] == UNABLE or kind[i] == OLD:
            continue
        for t in range(TRIES):
            draw = _again(u[i, 0], t)
            if kind[i] == STUDENT:
                birth = students[int(draw * students.size)]
            else:
                birth = _between(births[kind[i], 0], births[kind[i], 1], draw)
            age[i] = REPORT_MONTH - birth
            apart = True
            for j in range(first, i):
                if INFANT <= kind[j] <= STUDENT and abs(age[j] - age[i]) < SIBLING_GAP:
                    apart = False
            if apart:
                break
        male[i] = u[i, 1] < boys
        eldest = max(eldest, age[i])
        youngest = min(youngest, age[i])
    return eldest, youngest


@kernel
def _draw_adults(
    s: Shapes,
    first: int,
    end: int,
    eldest: int,
    youngest: int,
    adults: int,
    old: int,
    kind: Int8,
    u: Float,
    age: Int,
    male: Bool,
) -> tuple[int, int]:
    """Draw ages and sexes of one household's adults under 60; return the ages of the first and of the second parent."""
    parent, spouse, elders, number, head, second = -1, -1, 0, 0, first, -1
    for i in range(first, end):
        if kind[i] != LABOURER and kind[i] != UNABLE:
            continue
        couple = s.couple_with_children if eldest >= 0 else s.couple_without_children
        if number == 0:
            head = i
            parent = _parents_age(s, eldest, youngest, adults, old, u[i, 0], u[i, 1])
            spouse = parent
            age[i] = parent
            male[i] = u[i, 2] < s.men_alone
        elif number == 1 and u[i, 2] < couple:
            low, high = ADULT, LABOUR_TO - 1
            if eldest >= 0:
                low, high = eldest + PARENT_GAP_LEAST, min(youngest + PARENT_GAP_MOST, high)
            spouse = min(max(parent - _between(s.husband_older_low, s.husband_older_high, u[i, 0]), low), high)
            age[i] = spouse
            second = i
            male[head] = True
            male[i] = False
        else:
            nearest, oldest = min(parent, spouse), max(parent, spouse)
            able = kind[i] == LABOURER
            male[i] = u[i, 2] < s.men_further
            if nearest >= PARENT_OF_GROWN and (able or u[i, 1] < s.unable_child):
                age[i] = _grown_child(s, nearest, able, u[i, 0], _again(u[i, 1], TRIES))
            elif old == 0 and elders < 2 and oldest < PARENT_OF_GROWN:
                low = max(oldest + PARENT_GAP_LEAST, s.elder_youngest)
                age[i] = _between(low, min(LABOUR_TO - 1, nearest + PARENT_GAP_MOST), u[i, 0])
                male[i] = not male[i - 1] if elders > 0 else u[i, 2] < s.men_old
                elders += 1
            else:
                high = oldest if old > 0 else min(LABOUR_TO - 1, nearest + s.relative_high)
                age[i] = _between(max(ADULT, oldest + s.relative_low), high, u[i, 0])
        number += 1
    _make_labourers_young_enough(s, first, end, kind, u, age, male)
    if number > 0:
        parent = age[head]
        spouse = age[second] if second >= 0 else parent
    return parent, spouse


@kernel
def draw_ages(
    s: Shapes,
    start: Int,
    kind: Int8,
    births: Int,
    students: Int,
    old_cumulative: Float,
    boys: float,
    u: Float,
    age: Int,
    male: Bool,
) -> None:
    """Draw months of age and sex of every member.

    `births` (N_KINDS, 2) holds first and last births of the children's kinds, `students` births of students to draw
    from, `u` (n_persons, DRAWS) uniform draws.
    """
    for h in range(start.size - 1):
        first, end = start[h], start[h + 1]
        adults, old = 0, 0
        for i in range(first, end):
            adults += kind[i] == LABOURER or kind[i] == UNABLE
            old += kind[i] == OLD
        eldest, youngest = _draw_children(first, end, kind, births, students, boys, u, age, male)
        parent, spouse = _draw_adults(s, first, end, eldest, youngest, adults, old, kind, u, age, male)
        # Those over 60: the parents' parents, or alone with grandchildren, or the husband of the one adult under 60.
        low, high = LABOUR_TO, OLDEST - 1
        wife = eldest < 0 and adults == 1 and old == 1 and u[first, 1] < s.wife_of_old
        if wife:
            high = LABOUR_TO + WIFE_YOUNGER
        elif parent >= 0:
            low = max(low, max(parent, spouse) + PARENT_GAP_LEAST)
            high = max(low, min(high, min(parent, spouse) + PARENT_GAP_MOST))
        elif eldest >= 0:
            high = s.alone_with_children_oldest
        partner = -1
        for i in range(first, end):
            if wife and kind[i] != OLD:
                age[i] = _between(LABOUR_TO - WIFE_YOUNGER, LABOUR_TO - 1, u[i, 0])
                male[i] = False
            elif kind[i] == OLD and partner >= 0:
                age[i] = min(max(partner + _between(-COUPLE_GAP, COUPLE_GAP, u[i, 0]), low), high)
                male[i] = not male[i - 1] if kind[i - 1] == OLD else u[i, 1] < s.men_old
                partner = -1
            elif kind[i] == OLD:
                age[i] = _old_age(low, high, old_cumulative, u[i, 0])
                male[i] = wife or u[i, 1] < s.men_old
                partner = age[i]
