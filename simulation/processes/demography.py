"""Births, deaths, ageing and school years.

Up to the report month a person's life is part of the population (made as of December 2019 and carried back). After
it, births and deaths are drawn from stated rates with the run's own seed, before the first month: no lever acts on
them, so that a person is born, ages and dies in the same month in every scenario. Without births there would be no
kindergarten child left in 2024, and the school lever could have no effect. What becomes of who is born is in
newborns.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from simulation.foundations.by_address import by_address
from simulation.foundations.kernel import kernel, prefetch
from simulation.foundations.months import NEVER, REPORT_MONTH, school_level
from simulation.foundations.numerics import exp
from simulation.foundations.random_numbers import (
    Q_BIRTH,
    Q_DEATH,
    Q_NEWBORN,
    stream,
    uniform,
)
from simulation.rules.labour import alive, labourer, leave_work, looks_as_jobless
from simulation.rules.members import counts_otherwise, only_openness
from simulation.rules.newborns import life_courses
from simulation.rules.prefetch import AHEAD, ask_for_person
from simulation.state.entities import (
    AT_HOME,
    NO_SCHOOL,
    NONE,
    Bool,
    Float,
    Households,
    Int8,
    Int16,
    Int32,
    Persons,
    Posts,
    UInt32,
)
from simulation.state.parameters import DemographyParameters
from simulation.state.population import MEMBERS_MAX

FERTILE_FROM_YEARS, FERTILE_TO_YEARS = 18, 45
LIKELY_MOTHER_YEARS = 28
"""Age at a birth to which the mother of a child in the tables is taken to have been nearest: they name no mothers."""
LONG_AGO = -10000
"""Month of the last birth of a woman without one."""
BOYS_SHARE = 0.525
"""Of births, as in the population."""
OLDEST_YEARS = 120


@kernel
def death_probabilities(demography: DemographyParameters, by_age: Float) -> None:
    """Fill by_age (shape (OLDEST_YEARS,)) with monthly probabilities of death: Gompertz, level * e^(slope * age) /
    12.
    """
    for age in range(by_age.size):
        hazard = demography.death_level_per_year * exp(demography.death_slope_per_year * age)
        by_age[age] = min(1.0, hazard / 12.0)
    by_age[0] = demography.infant_deaths_per_birth / 12.0


@by_address
class Lives(NamedTuple):
    """Persons whose lives are drawn, shape (capacity,): the first of them filled, ordered by time of entry."""

    household: Int32
    member: Int8
    male: Bool
    birth_month: Int16
    death_month: Int16
    last_birth: Int16  # month of a woman's latest birth


@kernel
def find_last_births(n: int, month_from: int, lives: Lives) -> None:
    """Set last_birth of the first n persons, who are ordered by household: the latest birth before month_from.

    A child's mother is the woman of its household who was fertile at its birth, and of them who was nearest to
    LIKELY_MOTHER_YEARS.
    """
    household, birth_month, last_birth = lives.household, lives.birth_month, lives.last_birth
    first = 0
    for child in range(n):
        last_birth[child] = LONG_AGO
    for child in range(n):
        if household[child] != household[first]:
            first = child
        mother, nearest = -1, 12 * OLDEST_YEARS
        j = first
        while j < n and household[j] == household[child]:
            age = birth_month[child] - birth_month[j]
            alive = lives.death_month[j] >= birth_month[child]
            if not lives.male[j] and alive and 12 * FERTILE_FROM_YEARS <= age < 12 * FERTILE_TO_YEARS:
                off = abs(age - 12 * LIKELY_MOTHER_YEARS)
                if off < nearest:
                    mother, nearest = j, off
            j += 1
        if mother >= 0 and birth_month[child] < month_from:
            last_birth[mother] = max(last_birth[mother], birth_month[child])


@kernel
def birth_probability(demography: DemographyParameters) -> float:
    """Return the monthly probability of a birth of a fertile woman whose last one is birth_spacing_months ago.

    births_per_woman_year counts all months of fertile women. Between births lie the spacing and then 1 / rate years on
    average, so that births come at births_per_woman_year where 1 / births_per_woman_year = spacing + 1 / rate.
    """
    waiting = 1.0 / demography.births_per_woman_year - demography.birth_spacing_months / 12.0
    return min(1.0, 1.0 / (12.0 * waiting)) if waiting > 0.0 else 1.0


@kernel
def live_on(
    seed: int,
    month_from: int,
    month_to: int,
    n: int,
    lives: Lives,
    next_member: Int8,
    death_probability: Float,
    demography: DemographyParameters,
    first_key: int,
) -> int:
    """Draw deaths (death_month is set) and births (rows are added after row n) month by month; return the new n.

    next_member: the number that a household's next child gets, shape (n_households,); death_probability: a month, by
    age in years (see death_probabilities); first_key: key of household 0. Returns -1 if the capacity does not suffice.
    """
    household, member, male = lives.household, lives.member, lives.male
    birth_month, death_month, last_birth = lives.birth_month, lives.death_month, lives.last_birth
    probability = birth_probability(demography) if demography.births_per_woman_year > 0.0 else 0.0
    for month in range(month_from, month_to):
        deaths = stream(seed, Q_DEATH, month)
        births = stream(seed, Q_BIRTH, month)
        sexes = stream(seed, Q_NEWBORN, month)
        present = n
        for i in range(present):
            if not birth_month[i] <= month < death_month[i]:
                continue
            h = household[i]
            key = (first_key + h) * MEMBERS_MAX + member[i]
            age = min((month - birth_month[i]) // 12, death_probability.size - 1)
            if uniform(deaths, key, 0) < death_probability[age]:
                death_month[i] = month
            elif (
                not male[i]
                and FERTILE_FROM_YEARS <= age < FERTILE_TO_YEARS
                and month - last_birth[i] > demography.birth_spacing_months
                and uniform(births, key, 0) < probability
                and next_member[h] < MEMBERS_MAX
            ):
                if n == household.size:
                    return -1
                last_birth[i] = month
                household[n] = h
                member[n] = next_member[h]
                birth_month[n] = month
                death_month[n] = NEVER
                last_birth[n] = LONG_AGO
                male[n] = uniform(sexes, (first_key + h) * MEMBERS_MAX + next_member[h], 0) < BOYS_SHARE
                next_member[h] += 1
                n += 1
    return n


def add_future_lives(
    persons: pd.DataFrame, demography: DemographyParameters, seed: int, months: int, first_key: int = 0
) -> pd.DataFrame:
    """Return the persons table with deaths, and rows for children born, after the report month and before `months`.

    Rows stay ordered by household, then member; a newborn takes the next member number of its household.
    first_key: key of household 0, from which random
    numbers follow. The table itself where `months` end with the report month: its lives are known.
    """
    if months <= REPORT_MONTH + 1:
        return persons
    by_age = np.empty(OLDEST_YEARS)
    death_probabilities(demography, by_age)
    old = len(persons)
    capacity = old + 1000 + old * max(0, months - REPORT_MONTH) // 480  # 2.5 % a year, else it is tried again
    n = -1
    while n < 0:
        columns = {}
        for name in Lives._fields:
            values = persons[name].to_numpy() if name in persons else np.zeros(old, dtype=np.int16)
            columns[name] = np.zeros(capacity, dtype=values.dtype)
            columns[name][:old] = values
        next_member = np.zeros(int(columns["household"].max()) + 1, dtype=np.int8)
        np.maximum.at(next_member, columns["household"][:old], columns["member"][:old] + np.int8(1))
        lives = Lives(**columns)
        find_last_births(old, REPORT_MONTH + 1, lives)
        n = live_on(seed, REPORT_MONTH + 1, months, old, lives, next_member, by_age, demography, first_key)
        capacity *= 2
    born = {name: values[old:n] for name, values in columns.items()}
    further = life_courses(persons, born, seed, first_key)
    columns = {name: values[:n] for name, values in columns.items() if name in persons}
    for name in persons.columns:
        if name not in columns:
            values = persons[name].to_numpy()
            columns[name] = np.concatenate([values, np.asarray(further[name]).astype(values.dtype)])
    order = np.argsort(columns["household"].astype(np.int64) * MEMBERS_MAX + columns["member"], kind="stable")
    return pd.DataFrame({name: columns[name][order] for name in persons.columns}, copy=False)


@kernel
def update_ages(month: int, ageing_rows: UInt32, households: Households, persons: Persons, posts: Posts) -> None:
    """Let people die and enter or leave labour; note birthdays that count.

    Who dies or ages out of labour leaves the post and the seat.
    """
    for row in range(ageing_rows.size):
        later = ageing_rows[min(row + AHEAD, ageing_rows.size - 1)]
        ask_for_person(persons, later)
        prefetch(persons.channel, later)
        prefetch(persons.household, later)
        i = ageing_rows[row]
        h = persons.household[i]
        if persons.death_month[i] == month:
            persons.level[i] = -1
            persons.place[i] = NO_SCHOOL
            households.changed[h] = True
            if persons.channel[i] != NONE:
                leave_work(persons, i, posts)
                households.review_due[h] = 1
            continue
        if persons.labour_to[i] == month and persons.channel[i] != NONE:
            leave_work(persons, i, posts)
            households.review_due[h] = 1
        if month in (persons.labour_from[i], persons.labour_to[i], persons.school_leave[i], persons.birth_month[i]):
            households.changed[h] = True
        if persons.labour_from[i] == month:
            persons.months_without_work[i] = 0
        age = month - persons.birth_month[i]
        years = age // 12
        if age == 12 * years and counts_otherwise(years):
            looks = labourer(persons, i, month) and looks_as_jobless(persons.channel[i])
            if looks or not only_openness(years):
                households.changed[h] = True
            else:
                households.recounted[h] = True  # its members count as before


@kernel
def update_levels(month: int, school_rows: UInt32, households: Households, persons: Persons) -> None:
    """Let children enter school, change level and leave, in the September of `month`.

    A child that enters school or changes level gives up its seat and looks for one, and its household has reason to
    review where it lives.
    """
    for i in school_rows:
        level = school_level(persons.birth_month[i], month) if alive(persons, i, month) else -1
        if level != persons.level[i]:
            h = persons.household[i]
            households.changed[h] = True
            persons.level[i] = level
            persons.place[i] = NO_SCHOOL if level < 0 else AT_HOME
            if level >= 0:
                households.review_due[h] = 1


@kernel
def count_lives(month: int, ageing_rows: UInt32, persons: Persons, households: Households) -> tuple[int, int]:
    """Return births and deaths of `month` in households whose flat is handed over."""
    births = deaths = 0
    for i in ageing_rows:
        if households.state[persons.household[i]] != 0:
            births += persons.birth_month[i] == month
            deaths += persons.death_month[i] == month
    return births, deaths
