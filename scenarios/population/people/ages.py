"""Births and sexes of the members of all households, by the rules in generations.py."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scenarios.population.people.generations import YEAR, Shapes, draw_ages
from scenarios.population.people.members import (
    IN_KINDERGARTEN,
    IN_MIDDLE,
    IN_PRIMARY,
    INFANT,
    UNABLE,
    Int8,
)
from scenarios.population.random_streams import Bool, Int, stream
from scenarios.population.settings import FamilySettings, PopulationSettings
from simulation.foundations.months import (
    KINDERGARTEN,
    MIDDLE,
    PRIMARY,
    REPORT_MONTH,
    school_level,
)

DRAWS = 3
"""Uniform draws for each member."""


class Births(NamedTuple):
    """Births and sexes of members, shape (n_persons,)."""

    month: Int
    male: Bool


def level_births(level: int) -> tuple[int, int]:
    """Return the first and last month of birth of children at a school level in the report month."""
    months = [month for month in range(-30 * YEAR, REPORT_MONTH + 1) if school_level(month, REPORT_MONTH) == level]
    return months[0], months[-1]


def _shapes(families: FamilySettings) -> Shapes:
    """Return the settings in the order of `Shapes`, years as months."""
    numbers: list[float] = []
    for value in families.model_dump().values():
        shares = not isinstance(value, tuple) and value <= 1.0
        parts = value if isinstance(value, tuple) else (value,)
        numbers += [part if shares else int(part * YEAR) for part in parts]
    return Shapes(*numbers)  # type: ignore[arg-type]


def draw_births(settings: PopulationSettings, size: Int, kind: Int8, students: Int, seed: int) -> Births:
    """Return births and sexes of members, households one after the other.

    `students` lists months of birth, each as often as it weighs among students (life_course.student_births).
    """
    start = np.concatenate(([0], np.cumsum(size)))
    births = np.zeros((UNABLE + 1, 2), dtype=np.int64)
    for member_kind, level in ((IN_KINDERGARTEN, KINDERGARTEN), (IN_PRIMARY, PRIMARY), (IN_MIDDLE, MIDDLE)):
        births[member_kind] = level_births(level)
    births[INFANT] = (births[IN_KINDERGARTEN, 1] + 1, REPORT_MONTH)
    cumulative = np.cumsum(np.repeat(np.array(settings.persons.old_ages), 5))
    age = np.zeros(kind.size, dtype=np.int64)
    male = np.zeros(kind.size, dtype=np.bool_)
    uniform = stream(seed, "ages and sexes").random((kind.size, DRAWS))
    shapes = _shapes(settings.families)
    draw_ages(shapes, start, kind, births, students, cumulative, settings.persons.boys, uniform, age, male)
    return Births(REPORT_MONTH - age, male)
