"""What changes the order of the measures: structures, readings and rings of evidence, each chosen otherwise.

Compared is the order of the ranked measures by their mean effect on households settled. A choice changes it if two
measures change places beyond chance: the one is ahead of the other by more than BEYOND_CHANCE standard errors as
things are, and behind it by as much under the choice (scenarios/compare/pairs.py). What has not been computed is named:
nothing is firm that was not tried.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

import pandas as pd

from scenarios.compare.pairs import SEPARATOR, pairs_ahead
from scenarios.compare.readings_table import Readings
from scenarios.compare.rings_table import FEWEST_EFFECTIVE
from scenarios.compare.structures import HIGH, LOW, STRUCTURES
from scenarios.compare.tables import COLUMNS
from scenarios.report.borrowed import BORROWED
from scenarios.report.patterns import REPORT
from scenarios.report.readings import (
    alternative_readings,
    default_reading,
    open_readings,
    open_structures,
    reading_name,
)
from scenarios.settings.schema import BASE

ORDERED_BY = "households_settled"
"""The indicator whose order is compared."""
FIRM = 0.9
"""Probability of the first place, before and after calibration, from which a ranking may be called firm."""
DEFAULT, STRUCTURE, READING, RING = KINDS = ("default", "structure", "reading", "ring")
"""Kinds of choices; `default` is the comparison itself."""
SAME, CHANGES, FEW, MISSING = STATUS = ("same", "changes", "few", "missing")
"""Whether a choice changes the order; `few`: a ring of too few effective draws to tell; `missing`: not computed."""
RULE = "{parameter}:{end}"
"""Name of the choice of a rule by the third of the draws that is nearest to it."""


class Choice(NamedTuple):
    """A way to choose otherwise: its kind, its name in tables."""

    kind: str
    name: str


def choices() -> list[Choice]:
    """Return every choice that has to be tried, the default left out."""
    switches = open_readings()
    rules = [Choice(STRUCTURE, RULE.format(parameter=name, end=end)) for name in STRUCTURES for end in (LOW, HIGH)]
    readings = []
    for reading in alternative_readings(switches):
        (changed,) = (name for name, value in reading.items() if value != default_reading(switches)[name])
        readings.append(Choice(STRUCTURE if changed in open_structures() else READING, reading_name(reading)))
    rings = [Choice(RING, ring) for ring in BORROWED]
    return [*rules, *sorted(readings, key=lambda choice: choice.kind != STRUCTURE), *rings]


def order_table(
    by_ring: pd.DataFrame, structures: pd.DataFrame, readings: Readings | None, ranked: Collection[str]
) -> pd.DataFrame:
    """Return the order of the ranked measures under the default and under every choice of `choices`.

    by_ring, structures: tables of the comparison; readings: the table of readings, None if there is none. One row a
    choice and measure: effect, rank, probability of the first place (NaN where it is not one among these measures), and
    `swapped`, the measures with which it has changed places beyond chance; a choice that is missing, or lacks one of
    the measures, has one row without any.
    """
    ranked = {*ranked} - {BASE}
    own = _of(by_ring, ranked, "ring", REPORT)
    parts = [_rows(Choice(DEFAULT, DEFAULT), own, own, "")]
    for choice in choices():
        found = _found(choice, by_ring, structures, readings, ranked)
        if set(found["scenario"]) != set(own["scenario"]) or own.empty:
            blank = {"kind": choice.kind, "choice": choice.name, "status": MISSING, "scenario": "", "swapped": ""}
            parts.append(pd.DataFrame([blank]))
            continue
        few = choice.kind == RING and float(found["n"].iloc[0]) < FEWEST_EFFECTIVE
        parts.append(_rows(choice, found, own, FEW if few else ""))
    return pd.concat(parts, ignore_index=True).reindex(columns=list(COLUMNS["order"]))


def _found(
    choice: Choice, by_ring: pd.DataFrame, structures: pd.DataFrame, readings: Readings | None, ranked: Collection[str]
) -> pd.DataFrame:
    if choice.kind == RING:
        return _of(by_ring, ranked, "ring", choice.name)
    parameter, _, end = choice.name.partition(":")
    if end:
        return _of(structures[structures["end"] == end], ranked, "parameter", parameter)
    return _under_reading(readings, ranked, choice.name) if readings else _of(by_ring.iloc[:0], ranked, "ring", "")


def _under_reading(readings: Readings, ranked: Collection[str], name: str) -> pd.DataFrame:
    """Return the rows of a reading; the probability of the first place is NaN where others than `ranked` had one, too.

    The table of readings is of all scenarios of conf/.
    """
    rows = _of(readings.table, ranked, "reading", name)
    first = readings.table.dropna(subset="p_first")
    there = set(first.loc[(first["reading"] == name) & (first["indicator"] == ORDERED_BY), "scenario"]) - {BASE}
    return rows if there == {*ranked} else rows.assign(p_first=math.nan)


def _of(table: pd.DataFrame, ranked: Collection[str], column: str, name: str) -> pd.DataFrame:
    """Return scenario, effect, p_first, ahead_of and n of the ranked measures in one part of a table."""
    wanted = ["scenario", "effect", "p_first", "ahead_of", "n"]
    if column not in table:
        return pd.DataFrame(columns=wanted)
    rows = table[(table[column] == name) & (table["indicator"] == ORDERED_BY) & table["scenario"].isin(list(ranked))]
    return rows.rename(columns={"effective_draws": "n", "n_draws": "n"})[wanted]


def _rows(choice: Choice, found: pd.DataFrame, own: pd.DataFrame, status: str) -> pd.DataFrame:
    """Return the rows of a choice that was computed; status: if it is not for the pairs to say."""
    names = set(own["scenario"])
    default, other = (pairs_ahead(part["scenario"], part["ahead_of"]) for part in (own, found))
    swaps = {(a, b) for a, b in default if (b, a) in other and {a, b} <= names}
    effects = found["effect"].astype(float)
    return pd.DataFrame(
        {
            "kind": choice.kind,
            "choice": choice.name,
            "status": status or (CHANGES if swaps else SAME),
            "n_draws": found["n"].astype(float),
            "scenario": found["scenario"],
            "effect": effects,
            "rank": [1 + int((effects > effect).sum()) for effect in effects],
            "p_first": found["p_first"].astype(float),
            "swapped": [_swapped(name, swaps) for name in found["scenario"]],
        }
    )


def _swapped(name: str, swaps: set[tuple[str, str]]) -> str:
    others = {b for a, b in swaps if a == name} | {a for a, b in swaps if b == name}
    return SEPARATOR.join(sorted(others))


def with_status(order: pd.DataFrame, *status: str) -> list[Choice]:
    """Return the choices of some status, in the order of the table, the default left out."""
    rows = order[order["status"].isin(status) & (order["kind"] != DEFAULT)]
    return list(
        dict.fromkeys(Choice(str(kind), str(name)) for kind, name in zip(rows["kind"], rows["choice"], strict=True))
    )


def is_firm(order: pd.DataFrame, chances: Sequence[float]) -> bool | None:
    """Return whether the ranking is firm; None where that is not known.

    chances: probability of the first place after calibration and before; NaN where it is not known. It is firm if both
    reach FIRM and no choice changes the order, and all choices were computed. The only place that says so.
    """
    known = [chance for chance in chances if not math.isnan(chance)]
    if min(known, default=0.0) < FIRM or with_status(order, CHANGES):
        return False
    return None if len(known) < len(chances) or with_status(order, FEW, MISSING) else True
