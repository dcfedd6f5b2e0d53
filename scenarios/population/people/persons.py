"""Persons: the members alive in the report month, those who died since the household moved, and allowances.

The report counts persons at the end of 2019: exactly they are alive then. Whoever died between the move and that month
is added with a later member number, from a Gompertz hazard scaled to the crude death rate (P04).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from scenarios.population.people.ages import Births, draw_births
from scenarios.population.people.generations import (
    ADULT,
    LABOUR_FROM,
    LABOUR_TO,
    YEAR,
)
from scenarios.population.people.labour import draw_labourers, labour_scopes
from scenarios.population.people.life_course import draw_life_course, student_births
from scenarios.population.people.members import (
    INFANT,
    LABOURER,
    OLD,
    UNABLE,
    Int8,
    draw_kinds,
)
from scenarios.population.random_streams import (
    Bool,
    Float,
    Int,
    exponential_keys,
    ordered_sum,
    stream,
)
from scenarios.population.settings import PersonSettings, PopulationSettings
from simulation.foundations.months import NEVER, REPORT_MONTH
from simulation.foundations.numerics import exp_array


def draw_persons(
    figures: Mapping[str, float],
    settings: PopulationSettings,
    households: pd.DataFrame,
    sites: pd.DataFrame,
    size: Int,
    reading: Mapping[str, str],
    seed: int,
) -> pd.DataFrame:
    """Return the table of persons without `school_gap`; `size` is persons alive per household in the report month."""
    poor = households["registered_poor"].to_numpy()
    scopes = labour_scopes(figures, settings, reading["labour_scope"], poor, size)
    labourers = draw_labourers(scopes, settings, size, seed)
    kind = draw_kinds(scopes, settings.persons, size, labourers, seed)
    births = draw_births(settings, size, kind, student_births(settings.persons), seed)
    start = np.concatenate(([0], np.cumsum(size)))
    household = np.repeat(np.arange(size.size), size)
    order = np.lexsort((births.month, household))
    kind, births = kind[order], Births(births.month[order], births.male[order])
    member = np.arange(household.size) - start[household]
    move = households["move_in_month"].to_numpy(dtype=np.int64)

    source, dead_births, death = _draw_deaths(settings.persons, household, births, move, seed)
    dead_kind = _kinds_of_dead(settings.persons, dead_births.month, seed)
    household = np.concatenate((household, household[source]))
    member = np.concatenate((member, _further_numbers(household[kind.size :], size)))
    kind = np.concatenate((kind, dead_kind))
    births = Births(np.concatenate((births.month, dead_births.month)), np.concatenate((births.male, dead_births.male)))
    alive = np.arange(kind.size) < kind.size - source.size
    life = draw_life_course(settings.persons, settings.families.women_leave_labour, kind, births, seed)
    scope = np.ones(kind.size, dtype=np.bool_) if reading["labour_scope"] == "all" else poor[household]
    dibao = _draw_dibao(
        figures, settings.persons, reading, households, sites, household, alive, life.care_need, labourers, seed
    )
    table = pd.DataFrame(
        {
            "household": household,
            "member": member,
            "male": births.male,
            "birth_month": births.month,
            "death_month": np.concatenate((np.full(int(alive.sum()), NEVER), death)),
            "labour_from_month": life.labour_from,
            "labour_to_month": life.labour_to,
            "school_leave_month": life.school_leave,
            "care_need": life.care_need,
            "skill": life.skill,
            "dibao": dibao,
            "in_labour_scope": scope,
        }
    )
    return table.iloc[np.lexsort((member, household))].reset_index(drop=True)


def _draw_deaths(
    settings: PersonSettings, household: Int, births: Births, move: Int, seed: int
) -> tuple[Int, Births, Int]:
    """Draw the dead: rows of the living whose hazard they had, their births and sexes, and months of death.

    hazard = C * exp(death_slope * age), C so that deaths per person-year since the move are the crude rate.
    """
    months = (REPORT_MONTH - move)[household]
    years = months / YEAR
    age = (REPORT_MONTH - births.month) / YEAR
    exposed = years * exp_array(settings.death_slope * age)
    expected = settings.deaths_per_year * ordered_sum(years)
    probability = exposed * (expected / ordered_sum(exposed))
    source = np.flatnonzero(stream(seed, "deaths").random(household.size) < probability)
    spread = (2.0 * stream(seed, "ages of the dead").random(household.size) - 1.0) * (settings.death_spread * YEAR)
    when = np.floor(stream(seed, "months of death").random(household.size) * months).astype(np.int64)
    death = (move[household] + 1 + when)[source]
    birth = births.month[source] + np.floor(spread[source]).astype(np.int64)
    same_sex = (REPORT_MONTH - births.month[source]) < ADULT
    male = np.where(same_sex, births.male[source], ~births.male[source])
    return source, Births(np.minimum(birth, death - 1), male), death


def _kinds_of_dead(settings: PersonSettings, birth: Int, seed: int) -> Int8:
    """Return the kind that the dead would have in the report month by their age; INFANT stands for any child."""
    able = stream(seed, "able before death").random(birth.size) < settings.able_before_sixty
    age = REPORT_MONTH - birth
    kind = np.where(age >= LABOUR_TO, OLD, np.where(able, LABOURER, UNABLE))
    kind = np.where(age < LABOUR_FROM, INFANT, kind)
    return kind.astype(np.int8)


def _further_numbers(household: Int, size: Int) -> Int:
    """Return member numbers after those of the living; `household` is in rising order."""
    first = np.searchsorted(household, household, side="left")
    return size[household] + np.arange(household.size) - first


def _draw_dibao(
    figures: Mapping[str, float],
    settings: PersonSettings,
    reading: Mapping[str, str],
    households: pd.DataFrame,
    sites: pd.DataFrame,
    household: Int,
    alive: Bool,
    care: Bool,
    labourers: Int,
    seed: int,
) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Return the allowance of each person: whole households, poor and weak ones first, exact in persons.

    Reading allowance_count = low gives the report's 7,093 with 1,576 urban; high its 20,828, the urban part in the same
    ratio (assumed). Urban allowances are those of households in county towns first (assumed).
    """
    total, urban = int(figures["dibao_persons_b"]), int(figures["dibao_urban_b"])
    if reading["allowance_count"] == "high":
        high = int(figures["dibao_persons_a"])
        total, urban = high, int(high * urban / total + 0.5)
    n = len(households)
    in_care = np.bincount(household[alive & care], minlength=n)
    weights = np.where(households["registered_poor"], settings.dibao_poor, 1.0)
    weights = weights * np.array(settings.dibao_by_labourers)[labourers]
    weights = (
        weights * np.where(in_care > 0, settings.dibao_care, 1.0) * np.where(in_care > 1, settings.dibao_care, 1.0)
    )
    chosen = _whole_households(exponential_keys(stream(seed, "allowances"), weights), household, alive, total)
    town = (sites["kind"] == "county_town").to_numpy()[households["site"].to_numpy()]
    uniform: Float = stream(seed, "urban allowances").random(n)
    in_town = _whole_households(np.where(town, uniform, 1.0 + uniform), household, chosen, urban)
    return np.where(in_town, "urban", np.where(chosen, "rural", "none")).astype(object)


def _whole_households(keys: Float, household: Int, eligible: Bool, total: int) -> Bool:
    """Return `total` eligible persons: whole households in the order of `keys`, who is too many passed over.

    Where no whole household fills the last places, the last one is taken in part.
    """
    persons = np.bincount(household[eligible], minlength=keys.size)
    chosen, left = np.zeros(keys.size, dtype=np.bool_), total
    order = np.argsort(keys, kind="stable")
    for h in order.tolist():
        if persons[h] and persons[h] <= left:
            chosen[h] = True
            left -= int(persons[h])
            if not left:
                break
    out: Bool = eligible & chosen[household]
    if left:
        for h in order[(~chosen & (persons > 0))[order]].tolist():
            rows = np.flatnonzero(eligible & (household == h))[:left]
            out[rows] = True
            left -= rows.size
            if not left:
                break
    return out
