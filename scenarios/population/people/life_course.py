"""The rest of a person's life: leaving school, years as a labourer, illness, care, skill.

What lies before the report month is carried back from it, and what lies after is what no lever changes. The shares are
assumed (see the settings); that labourers are 16 to 59 years old, out of school and able is the official definition.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scenarios.population.people.ages import Births
from scenarios.population.people.generations import LABOUR_FROM, LABOUR_TO, YEAR, leaving_age
from scenarios.population.people.members import (
    INFANT,
    LABOURER,
    OLD,
    STUDENT,
    UNABLE,
    Int8,
)
from scenarios.population.random_streams import (
    Bool,
    Float,
    Int,
    exponential_keys,
    normals,
    stream,
)
from scenarios.population.settings import PersonSettings
from simulation.foundations.kernel import kernel
from simulation.foundations.months import NEVER, REPORT_MONTH, middle_school_end
from simulation.foundations.numerics import logistic

SENIOR_YEARS, COLLEGE_YEARS, PRIMARY_ONLY_YEARS = 3, 4, -3
"""School years beyond the end of middle school."""
MIDDLE_SCHOOL_YEARS = 9
AGE_BOUNDS = np.array([25, 35, 45, 60]) * YEAR
"""Ages between the groups of the settings for adults' schooling."""
OLD_BOUNDS = np.arange(65, 95, 5) * YEAR
STUDENT_WEIGHT = 100


class LifeCourse(NamedTuple):
    """Columns of persons, shape (n_persons,)."""

    school_leave: Int
    labour_from: Int
    labour_to: Int
    care_need: Bool
    skill: Float


def student_births(settings: PersonSettings) -> Int:
    """Return births of those past middle school who are no labourers, each as often as it weighs.

    They are in senior school, in college, or out of school and not yet 16.
    """
    birth = np.arange(-30 * YEAR, 0)
    weight = _student_weights(settings, birth)
    times = np.floor(STUDENT_WEIGHT * (weight[0] + weight[1] + weight[2]) + 0.5).astype(np.int64)
    return np.repeat(birth, times)


def _student_weights(settings: PersonSettings, birth: Int) -> tuple[Float, Float, Float]:
    """Return shares of a cohort in senior school, in college, and out of school under 16."""
    middle = middle_school_end(birth)
    senior = middle + SENIOR_YEARS * YEAR
    college = senior + COLLEGE_YEARS * YEAR
    now = REPORT_MONTH
    in_senior = np.where((middle <= now) & (now < senior), settings.senior_school, 0.0)
    in_college = np.where((senior <= now) & (now < college), settings.senior_school * settings.college, 0.0)
    idle = np.where((middle <= now) & (birth + LABOUR_FROM > now), 1.0 - settings.senior_school, 0.0)
    return in_senior, in_college, idle


def draw_life_course(
    settings: PersonSettings, women_leave: tuple[float, ...], kind: Int8, births: Births, seed: int
) -> LifeCourse:
    """Return the life course of persons alive, whose `kind` holds in the report month.

    women_leave: ages in years at which women leave labour: least, likeliest, most.
    """
    birth = births.month
    n = birth.size
    leave, years = _school_leave(settings, kind, birth, seed)
    able = kind == LABOURER
    uniform = stream(seed, "able").random(n)
    young = (kind >= INFANT) & (kind <= STUDENT)
    able |= young & (uniform < settings.able_children)
    able |= (kind == OLD) & (uniform < settings.able_before_sixty)
    labour_from = np.maximum(leave, birth + LABOUR_FROM)
    age = REPORT_MONTH - birth
    last = np.where(births.male, LABOUR_TO, _women_leave(women_leave, kind, age, stream(seed, "women leave").random(n)))
    labour_to = birth + last
    ill_after = exponential_keys(stream(seed, "illness"), np.full(n, settings.illness_per_year / YEAR))
    ill = REPORT_MONTH + 1 + np.floor(np.minimum(ill_after, 2.0 * LABOUR_TO)).astype(np.int64)
    labour_to = np.where(kind == LABOURER, np.minimum(labour_to, ill), labour_to)
    # Persons unable to work who once were labourers fell ill at some time since.
    once = (kind == UNABLE) & (uniform < settings.once_able) & (labour_from < REPORT_MONTH)
    back = stream(seed, "since when ill").random(n)
    since = np.floor(back * (REPORT_MONTH - labour_from)).astype(np.int64)
    labour_to = np.where(once, REPORT_MONTH - since, labour_to)
    # Women unable to work who have come of the age at which they leave have left for that reason, and are well.
    left = (kind == UNABLE) & ~births.male & (last <= age)
    labour_to = np.where(left, birth + last, labour_to)
    labourer = able | once | left
    by_age = np.array(settings.care_by_age)[np.searchsorted(OLD_BOUNDS, age, side="right")]
    care = ((kind == UNABLE) & ~left) | (young & ~able)
    care |= (kind == OLD) & (stream(seed, "care").random(n) < by_age)
    return LifeCourse(
        leave,
        np.where(labourer, labour_from, NEVER),
        np.where(labourer, labour_to, NEVER),
        care,
        _skill(settings, age, years, seed),
    )


def _women_leave(ages: tuple[float, ...], kind: Int8, age: Int, luck: Float) -> Int:
    """Return the age in months at which women leave labour: a triangular draw, `ages` years at least, likeliest, most.

    Who is a labourer in the report month has not left yet: her draw is one of those beyond her age.
    """
    least, likeliest, most = ages
    years = age / YEAR
    rising = (years - least) ** 2 / ((most - least) * (likeliest - least))
    falling = 1.0 - (most - years) ** 2 / ((most - least) * (most - likeliest))
    gone = np.where(years <= least, 0.0, np.where(years < likeliest, rising, np.where(years < most, falling, 1.0)))
    leaves = np.empty(age.size)
    _apply_leaving(least, likeliest, most, np.where(kind == LABOURER, gone + luck * (1.0 - gone), luck), leaves)
    months = np.floor(leaves * YEAR).astype(np.int64)
    return np.where(kind == LABOURER, np.maximum(months, age + 1), months)


@kernel
def _apply_leaving(least: float, likeliest: float, most: float, uniform: Float, out: Float) -> None:
    for i in range(uniform.size):
        out[i] = leaving_age(least, likeliest, most, uniform[i])


def _school_leave(settings: PersonSettings, kind: Int8, birth: Int, seed: int) -> tuple[Int, Int]:
    """Return the month of leaving school and the years of school by then.

    Children go on to senior school and college by the settings' shares; students are where they are; adults by age
    group, and no labourer later than the report month.
    """
    uniform = stream(seed, "schooling").random(birth.size)
    further = stream(seed, "further schooling").random(birth.size)
    beyond = np.zeros(birth.size, dtype=np.int64)
    senior = uniform < settings.senior_school
    college = senior & (further < settings.college)
    beyond = np.where(senior, SENIOR_YEARS, beyond)
    beyond = np.where(college, SENIOR_YEARS + COLLEGE_YEARS, beyond)
    # Students: senior school or college as their age says, or already out of school.
    in_senior, in_college, idle = _student_weights(settings, birth)
    student = kind == STUDENT
    stays = uniform * (in_senior + in_college + idle) < in_senior + in_college
    goes_on = np.where(further < settings.college, COLLEGE_YEARS, 0)
    as_student = np.where(in_college > 0.0, SENIOR_YEARS + COLLEGE_YEARS, SENIOR_YEARS + goes_on)
    beyond = np.where(student, np.where(stays, as_student, 0), beyond)
    # Adults.
    adult = (kind == LABOURER) | (kind == OLD) | (kind == UNABLE)
    group = np.searchsorted(AGE_BOUNDS, REPORT_MONTH - birth, side="right")
    senior = uniform < np.array(settings.adult_senior)[group]
    primary = uniform > 1.0 - np.array(settings.adult_primary)[group]
    college = senior & (further < settings.college * 0.5)
    as_adult = np.where(senior, SENIOR_YEARS, np.where(primary, PRIMARY_ONLY_YEARS, 0))
    as_adult = np.where(college, SENIOR_YEARS + COLLEGE_YEARS, as_adult)
    middle = middle_school_end(birth)
    for years in (SENIOR_YEARS, 0):
        as_adult = np.where(middle + as_adult * YEAR > REPORT_MONTH, np.minimum(as_adult, years), as_adult)
    beyond = np.where(adult, as_adult, beyond)
    return middle + beyond * YEAR, MIDDLE_SCHOOL_YEARS + beyond


@kernel
def _apply_logistic(x: Float, out: Float) -> None:
    for i in range(x.size):
        out[i] = logistic(x[i])


def _skill(settings: PersonSettings, age: Int, years: Int, seed: int) -> Float:
    """Return skill in thousandths from 0 to 1: a logit normal that rises with schooling and falls with age (assumed).

    Children get the skill that they will have with the schooling that they will leave with.
    """
    grown = np.maximum(age, 20 * YEAR)
    x = (
        settings.skill_mean
        + settings.skill_per_school_year * (years - MIDDLE_SCHOOL_YEARS)
        + settings.skill_per_age_year * (grown / YEAR - 30.0)
        + settings.skill_sigma * normals(stream(seed, "skill"), age.size)
    )
    skill = np.empty(age.size)
    _apply_logistic(x, skill)
    return np.floor(skill * 1000.0 + 0.5) / 1000.0
