"""Logits between persons of a simulated city, as a survey of it would estimate them (A03, A05, A14).

The surveys that they are held against asked persons of working age in villages; here every labourer of the moved
households counts. A coefficient that the persons do not identify is NaN.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from scenarios.report.pattern_measures import logit
from simulation.city import City
from simulation.foundations.months import MONTHS_PER_YEAR
from simulation.state.entities import CHANNELS_AWAY, NOT_MOVED, Bool, Float


class Workers(NamedTuple):
    """Labourers of households with a flat, and whether they work away, each of shape (n_persons,) of all persons."""

    labourer: Bool
    away: Bool


def workers_of(city: City) -> Workers:
    """Return who is a labourer and who works away, at the end of the city's latest month."""
    month, persons, households = city.month - 1, city.state.persons, city.state.households
    able = (persons.labour_from <= month) & (month < persons.labour_to) & (month < persons.death_month)
    labourer = able & (households.state[persons.household] != NOT_MOVED)
    return Workers(np.asarray(labourer), np.asarray(labourer & np.isin(persons.channel, CHANNELS_AWAY)))


def work_away_slopes(city: City) -> tuple[float, float]:
    """Return the log-odds that a labourer works away, for one labourer more in the household, and for one mu more of
    land that each of its labourers could farm (A03, A05).

    The logit has age and sex beside them, as the source's; land is what a household could farm, wherever it lives: land
    that it does farm follows from living there.
    """
    persons, households, workers = city.state.persons, city.state.households, workers_of(city)
    own = np.flatnonzero(workers.labourer)
    of = persons.household[own]
    labourers = np.bincount(of, minlength=households.members.size)[of].astype(float)
    land = households.land_mu[of] / labourers
    years = (city.month - 1 - persons.birth_month[own].astype(float)) / MONTHS_PER_YEAR
    slopes = _slopes(workers.away[own], [labourers, land, years, persons.male[own].astype(float)])
    return float(slopes[0]), float(slopes[1])


def coming_back_slope(before: Workers, city: City) -> float:
    """Return the log-odds that a labourer who worked away `before` no longer does, for one year of age more (A14).

    Those who are labourers no more are left out: age ends their work by a rule of its own.
    """
    persons, now = city.state.persons, workers_of(city)
    own = np.flatnonzero(before.away & now.labourer)
    years = (city.month - 1 - persons.birth_month[own].astype(float)) / MONTHS_PER_YEAR
    return float(_slopes(~now.away[own], [years, persons.male[own].astype(float)])[0])


def _slopes(chosen: Bool, columns: list[npt.NDArray[np.floating[Any]]]) -> Float:
    """Return the slopes of a logit without its constant; NaN where the rows do not identify them."""
    table = np.column_stack([np.ones(len(chosen)), *columns])
    try:
        return np.asarray(logit(chosen.astype(float), table)[0][1:])
    except (ValueError, np.linalg.LinAlgError):  # a town may have nobody away, or all of one age
        return np.full(len(columns), math.nan)
