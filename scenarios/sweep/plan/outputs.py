"""What a sweep measures of each run: recorded indicators of the whole city or of a group, and public money.

An output is written `indicator` (the whole city) or `indicator/group`; `public_money` adds up all levers' yuan from the
start of the run to the month.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from scenarios.base.errors import UserError, listed, nearest
from scenarios.base.text import Text
from scenarios.compare.measure import levels
from scenarios.entries.sweep import HINT
from simulation.city import City
from simulation.records.indicators import CITY_ONLY, GROUPS, INDICATORS
from simulation.state.entities import Float

MONEY = "public_money"
DEFAULT = (
    "households_settled", "households_both_ends", "households_away", "households_returned", "occupancy",
    "persons_resident", "employed", "nobody_employed_households", "children_without_seat", "income_per_head",
    MONEY,
)  # fmt: skip


class Output(NamedTuple):
    """An output: its name as typed, the indicator, and the row of the records (a group of the city)."""

    name: str
    indicator: str
    row: int


def read_outputs(names: Sequence[str], place: str = "") -> tuple[Output, ...]:
    """Return the outputs called `names`; raises UserError for one that is not recorded."""
    indicators = [indicator.name for indicator in INDICATORS]
    city_only = [indicator.name for indicator in CITY_ONLY]
    outputs = []
    for name in names:
        indicator, slash, group = str(name).partition("/")
        if indicator not in (*indicators, MONEY):
            raise UserError(Text(f"unknown output '{name}'", f"没有 '{name}' 这个输出"), key="outputs", found=name,
                            allowed=listed((*DEFAULT, *(i for i in indicators if i not in DEFAULT))),
                            nearest=nearest(indicator, (*indicators, MONEY)), hint=HINT, place=place)  # fmt: skip
        if slash and (group not in GROUPS or indicator in (*city_only, MONEY)):
            known = GROUPS if indicator not in (*city_only, MONEY) else ()
            raise UserError(Text(f"'{indicator}' has no group '{group}'", f"'{indicator}' 没有 '{group}' 这一组"),
                            key="outputs", found=name, allowed=listed(known), nearest=nearest(group, known), hint=HINT,
                            place=place)  # fmt: skip
        outputs.append(Output(str(name), indicator, GROUPS.index(group) if slash else 0))
    twice = [output.name for output in outputs if [other.name for other in outputs].count(output.name) > 1]
    if twice:
        raise UserError(Text("an output is named twice", "同一输出写了两次"), key="outputs", found=twice[0], hint=HINT,
                        place=place)  # fmt: skip
    return tuple(outputs)


def measured(city: City, outputs: Sequence[Output], months: Sequence[int]) -> Float:
    """Return the outputs of a finished run, shape (n_months, n_outputs); NaN where one does not exist.

    months: indices from January 2016; of those beyond the run's end the rows are NaN.
    """
    values = np.full((len(months), len(outputs)), np.nan)
    inside = np.array([i for i, month in enumerate(months) if month < city.month], dtype=np.int64)
    if not inside.size:
        return values
    for column, output in enumerate(outputs):
        series = _money(city) if output.indicator == MONEY else None
        if series is None:
            series = levels(city, output.indicator, slice(0, city.month), output.row)
        values[inside, column] = series[[months[i] for i in inside]]
    return values


def _money(city: City) -> Float:
    """Return public money so far by month, yuan, shape (n_months,)."""
    spent = np.zeros(city.month)
    for month, _, _, yuan in city.levers.ledger:
        spent[month] += yuan
    return np.cumsum(spent)
