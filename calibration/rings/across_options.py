"""How far income, services and seats move a choice of where to live: standard deviations across options (M03, M04).

The sources compare coefficients of conditional logits in which each attribute is divided by its standard deviation
across options. Here the coefficient times the attribute is a term of the model's utility, so that the same comparison
is one of the terms' standard deviations across the options that are open to a household.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from scenarios.households.story.reviews import value_options
from simulation.city import City
from simulation.rules.choice import N_TERMS, TERMS
from simulation.state.entities import AWAY, N_OPTIONS, NOT_MOVED, Float

COMPARED = tuple(TERMS.index(name) for name in ("income", "service", "school"))


class Spreads(NamedTuple):
    """Standard deviation across options, of what the term adds to utility; see `spreads`."""

    income: float
    service: float
    income_with_children: float
    school_with_children: float


def spreads(city: City) -> Spreads:
    """Return the standard deviations of the terms within a household's open options, pooled over households.

    Asked are the households that have a flat and somebody at home, at the end of the city's latest month; away is open
    to those with a labourer. NaN where there is no such household.
    """
    households = city.state.households
    lives = (households.state != NOT_MOVED) & households.flat_kept & (households.members > 0) & (households.at_home > 0)
    asked = np.flatnonzero(lives)
    terms, noise, income = np.zeros((N_OPTIONS, N_TERMS)), np.zeros(N_OPTIONS), np.zeros(N_OPTIONS)
    variances = np.zeros((asked.size, len(COMPARED)))
    for row, h in enumerate(asked):
        value_options(city.seed, city.month, int(h), city.state, city.parameters, city.policy_now, terms, noise, income)
        is_open = np.ones(N_OPTIONS, dtype=bool)
        is_open[AWAY - 1] = households.labourers[h] > 0
        variances[row] = terms[is_open][:, COMPARED].var(axis=0)
    children = households.school_age[asked] > 0
    pooled, with_children = _pooled(variances), _pooled(variances[children])
    return Spreads(float(pooled[0]), float(pooled[1]), float(with_children[0]), float(with_children[2]))


def log_ratio(more: float, less: float) -> float:
    """Return ln(more / less); NaN where one of them is 0 or not known."""
    return math.log(more / less) if more > 0.0 and less > 0.0 else math.nan


def _pooled(variances: Float) -> Float:
    """Return the roots of the mean variances, by column; NaN without a row."""
    return np.sqrt(variances.mean(axis=0)) if len(variances) else np.full(variances.shape[1], math.nan)
