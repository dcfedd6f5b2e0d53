"""Labourers per household: the report's labour households and labourers, under either reading of whom they cover.

Reading labour_scope = all: 51,485 labourers in 19,323 of all households. Reading poor: the same numbers among the
registered poor; the other households then have the province's labour (G03), outside the report's counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from scenarios.population.random_streams import (
    Bool,
    Int,
    adjusted,
    exponential_keys,
    smallest,
    stream,
)
from scenarios.population.settings import CompositionSettings, PopulationSettings

LABOURERS_MAX = 5


class Scope(NamedTuple):
    """Households of one composition, and the totals of labour among them."""

    name: str
    rows: Bool
    labour_households: int
    labourers: int
    composition: CompositionSettings


def labour_scopes(
    figures: Mapping[str, float], settings: PopulationSettings, reading: str, poor: Bool, size: Int
) -> list[Scope]:
    """Return the scopes of a reading of labour_scope; `size` is persons per household."""
    labour_households, labourers = int(figures["labour_households"]), int(figures["labourers"])
    if reading == "all":
        everyone = np.ones(poor.size, dtype=np.bool_)
        return [Scope("all", everyone, labour_households, labourers, settings.composition.all)]
    others = ~poor
    other_households = int(settings.persons.other_labour_households * int(others.sum()) + 0.5)
    other_labourers = int(settings.persons.other_labour * int(size[others].sum()) + 0.5)
    return [
        Scope("poor", poor, labour_households, labourers, settings.composition.poor),
        Scope("others", others, other_households, other_labourers, settings.composition.others),
    ]


def draw_labourers(scopes: list[Scope], settings: PopulationSettings, size: Int, seed: int) -> Int:
    """Return labourers per household, at most its persons and `LABOURERS_MAX`, exact in each scope.

    Small households are without labour more often; a labour household draws 1 to 5 by the settings' weights, cut to
    its size, and single households are moved by one until the total is exact.
    """
    labourers = np.zeros(size.size, dtype=np.int64)
    hazard = np.array(settings.persons.without_labour_by_size)
    weights = np.array(settings.persons.labour_weights)
    for scope in scopes:
        rows = np.flatnonzero(scope.rows)
        keys = exponential_keys(stream(seed, f"without labour {scope.name}"), hazard[size[rows] - 1])
        able = rows[~smallest(keys, rows.size - scope.labour_households)]
        high = np.minimum(size[able], LABOURERS_MAX)
        bounds = np.cumsum(weights)
        uniform = stream(seed, f"labourers {scope.name}").random(able.size) * bounds[high - 1]
        drawn = 1 + np.searchsorted(bounds, uniform, side="right")
        order = stream(seed, f"labourers adjusted {scope.name}").random(able.size)
        labourers[able] = adjusted(np.minimum(drawn, high), scope.labourers, 1, high, order, "labourers")
    return labourers
