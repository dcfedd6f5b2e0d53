"""Is the twin in the state of the model? If not: where first?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

import numpy as np

from simulation.foundations.months import month_label
from simulation.model import Model
from simulation.state.entities import NO_POST
from tests.reference.twin import Twin

HOUSEHOLDS = [
    "state",
    "months_in_state",
    "flat_kept",
    "review_due",
    "reviewed_month",
    "changed",
    "farms",
    "members",
    "labourers",
    "employed",
    "local_workers",
    "away_workers",
    "seekers",
    "carers",
    "helpers",
    "elders",
    "dependants",
    "dibao",
    "local_wages_yuan",
    "unit_wages_yuan",
    "away_wages_yuan",
    "carer_away_yuan",
    "stopgap_yuan",
    "openness",
    "at_home",
    "school_age",
    "levels",
    "seated",
    "far_seats",
    "away_seats",
    "school_cost_yuan",
]
PERSONS = [
    "channel",
    "post",
    "wage_yuan",
    "months_in_job",
    "suspended",
    "ever_employed",
    "skill",
    "trained",
    "carer",
    "level",
    "place",
]
SITES = [
    "local_hires",
    "local_hires_yuan",
    "local_waited",
    "away_waited",
    "seated",
    "unseated",
    "children",
    "riders",
    "seat_share",
]
POOLS = ["filled"]
SUMS = ("openness", "local_waited", "away_waited")
"""Sums of fractions."""
RELATIVE = 1e-9
"""Wages and their sums may differ by so much, since the twin multiplies and adds in an order of its own."""


class TwinDiffersError(AssertionError):
    """The twin's month is not the model's."""


def check_equal(model: Model, twin: Twin) -> None:
    """Raise TwinDiffersError with the month, and the first household and column in which model and twin differ.

    Sites and pools are told of only where all households and persons are equal.
    """
    state = model.state
    homes = range(len(twin.households))
    found = [
        *differences("person", PERSONS, state.persons, twin.persons, state.persons.household),
        *differences("household", HOUSEHOLDS, state.households, twin.households, homes),
    ]
    first = "household {owner}: " if found else ""
    if not found:
        found = [
            *differences("site", SITES, state.sites, twin.sites, range(len(twin.sites))),
            *differences("pool", POOLS, state.posts, twin.pools, range(len(twin.pools))),
        ]
    if found:
        owner, text = min(found, key=itemgetter(0))
        more = f" (and {len(found) - 1} columns more, there or elsewhere)" if len(found) > 1 else ""
        raise TwinDiffersError(f"{month_label(model.month)}: {first.format(owner=owner)}{text}{more}")


def differences(
    kind: str, names: Iterable[str], table: Any, objects: Sequence[Any], owners: Sequence[int] | np.ndarray
) -> list[tuple[int, str]]:
    """Return for each column that differs the owner (household, site, pool) of its first difference, and what it is."""
    found = []
    for name in names:
        in_model, in_twin = np.asarray(getattr(table, name)), column_of(objects, name)
        close = name.endswith("_yuan") or name in SUMS
        same = np.isclose(in_model, in_twin, rtol=RELATIVE, atol=RELATIVE) if close else in_model == in_twin
        rows = np.flatnonzero(~same.reshape(len(objects), -1).all(axis=1))
        if rows.size:
            row = int(rows[0])
            where = "" if kind == "household" else f"{kind} {row}: "
            text = f"{where}{name}: model {in_model[row].tolist()}, twin {in_twin[row].tolist()}"
            found.append((int(owners[row]), text))
    return found


def column_of(objects: Sequence[Any], name: str) -> np.ndarray:
    """Return an attribute of all objects as the model's column has it."""
    if name == "post":
        return np.array([NO_POST if thing.post is None else thing.post.number for thing in objects])
    if name == "labourers":
        return np.array([thing.n_labourers for thing in objects])
    return np.array([getattr(thing, name) for thing in objects])
