"""What becomes of the children born in a run: school, labour, care, skill.

A run to 2040 sees them leave school and look for work from 2036 on. Each child's course is drawn by its own address,
so that no other household has a part in it. The shares are those by which the population's tables send their children
to school (conf/region/liupanshui/population.yaml, persons); they are no parameters of a run because the years that are
asked about end before they act.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulation.foundations.kernel import kernel
from simulation.foundations.months import MONTHS_PER_YEAR, NEVER, middle_school_end
from simulation.foundations.numerics import logistic
from simulation.foundations.random_numbers import Q_NEWBORN_LIFE, normal, stream, uniform
from simulation.state.entities import Bool, Float, Int64
from simulation.state.population import MEMBERS_MAX

SENIOR_SCHOOL, COLLEGE, ABLE = 0.80, 0.40, 0.95
"""Shares of a cohort in senior school, of its leavers in college, and of children who will be able to work."""
SENIOR_YEARS, COLLEGE_YEARS = 3, 4
LABOUR_FROM_YEARS, LABOUR_TO_YEARS = 16, 60
"""Ages of labour; that women leave earlier matters from 2070 on."""
SKILL_MEAN, SKILL_PER_SCHOOL_YEAR, SKILL_SIGMA = 0.35, 0.13, 0.65
"""Log odds of skill at 20 years with middle school, for each year beyond it, and their spread."""

Column = npt.NDArray[Any]


@kernel
def draw_courses(seed: int, key: Int64, years: Int64, able: Bool, skill: Float) -> None:
    """Fill years of school beyond middle school, who will be able to work, and skill, each of shape (n_born,).

    key: identity of each newborn for random numbers.
    """
    of = stream(seed, Q_NEWBORN_LIFE, 0)
    for i in range(key.size):
        years[i] = 0
        if uniform(of, key[i], 0) < SENIOR_SCHOOL:
            years[i] = SENIOR_YEARS
            if uniform(of, key[i], 1) < COLLEGE:
                years[i] = SENIOR_YEARS + COLLEGE_YEARS
        able[i] = uniform(of, key[i], 2) < ABLE
        skill[i] = logistic(SKILL_MEAN + SKILL_PER_SCHOOL_YEAR * years[i] + SKILL_SIGMA * normal(of, key[i], 3))


def life_courses(persons: pd.DataFrame, newborns: Mapping[str, Column], seed: int, first_key: int) -> dict[str, Column]:
    """Return the columns of the table of persons that newborns lack, each of shape (n_born,).

    persons: the table, of which a household counts in the report's labour figures as a whole; newborns: their
    household, member and birth_month; first_key: key of household 0, from which random numbers follow.
    """
    household, birth = (newborns[name].astype(np.int64) for name in ("household", "birth_month"))
    n = birth.size
    years, able, skill = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=bool), np.zeros(n)
    draw_courses(seed, (first_key + household) * MEMBERS_MAX + newborns["member"], years, able, skill)
    leave = middle_school_end(birth) + years * MONTHS_PER_YEAR
    begins = np.maximum(leave, birth + LABOUR_FROM_YEARS * MONTHS_PER_YEAR)
    return {
        "labour_from_month": np.where(able, begins, NEVER),
        "labour_to_month": np.where(able, birth + LABOUR_TO_YEARS * MONTHS_PER_YEAR, NEVER),
        "school_leave_month": leave,
        "care_need": ~able,
        "skill": skill,
        "dibao": np.full(n, "none", dtype=object),
        "in_labour_scope": np.isin(household, persons.loc[persons["in_labour_scope"], "household"].to_numpy()),
        "school_gap": np.zeros(n, dtype=bool),
    }
