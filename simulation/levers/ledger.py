"""The ledger of public money, by month, lever and kind.

Quantities are counted where they arise (workshops opened, seats open, posts filled, yuan paid) and multiplied by the
unit costs of the configuration: nothing is costed that did not happen. Beside the cash stands what a month uses up: a
building that lasts fifty years is paid in two and serves for fifty, and a window of five years would count it whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from simulation.foundations.months import MONTHS_PER_YEAR, month_label
from simulation.levers.base import Quantity
from simulation.state.policy import CAPITAL, COST_KINDS, Lever


class Entry(NamedTuple):
    """Public money that one lever took in one month, of one kind (capital, recurrent)."""

    month: int
    lever: str
    kind: str
    yuan: float


def entries(lever: Lever, month: int, quantities: Iterable[Quantity]) -> list[Entry]:
    """Return the month's entries of a lever, one of each kind: its quantities times its unit costs."""
    amounts = dict.fromkeys(COST_KINDS, 0.0)
    for quantity in quantities:
        for cost in lever.costs:
            if (cost.kind, cost.per) == (quantity.kind, quantity.per):
                amounts[cost.kind] += cost.yuan * quantity.amount
    return [Entry(month, lever.name, kind, yuan) for kind, yuan in amounts.items()]


def used_up(ledger: Sequence[Entry], lifetime_years: Mapping[str, float]) -> list[float]:
    """Return what of the money each entry's month uses up, yuan: of capital, an even share of all that was paid for the
    lever up to then and has not come to the end of its lifetime.

    lifetime_years: by lever; capital of a lever without one is used up in its month.
    """
    paid: dict[str, list[Entry]] = {}
    found = []
    for entry in ledger:
        months = MONTHS_PER_YEAR * lifetime_years.get(entry.lever, 0.0)
        if entry.kind != CAPITAL or months <= 0.0:
            found.append(entry.yuan)
            continue
        lasting = paid.setdefault(entry.lever, [])
        lasting.append(entry)
        found.append(sum(other.yuan for other in lasting if entry.month < other.month + months) / months)
    return found


def money_frame(ledger: Sequence[Entry], lifetime_years: Mapping[str, float]) -> pd.DataFrame:
    """Return the ledger as a table: month (YYYY-MM), lever, kind, yuan (paid), used_up_yuan (see used_up)."""
    table = pd.DataFrame(list(ledger), columns=list(Entry._fields))
    table["used_up_yuan"] = np.array(used_up(ledger, lifetime_years), dtype=np.float64)
    table["month"] = table["month"].map(month_label)
    return table
