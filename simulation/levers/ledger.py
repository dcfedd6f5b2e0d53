"""The ledger of public money, by month, lever and kind.

Quantities are counted where they arise (workshops opened, seats open, posts filled, yuan paid) and multiplied by the
unit costs of the configuration: nothing is costed that did not happen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from simulation.foundations.months import month_label
from simulation.levers.base import Quantity
from simulation.state.policy import COST_KINDS, Lever


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


def money_frame(ledger: Iterable[Entry]) -> pd.DataFrame:
    """Return the ledger as a table: month (YYYY-MM), lever, kind, yuan."""
    table = pd.DataFrame(list(ledger), columns=list(Entry._fields))
    table["month"] = table["month"].map(month_label)
    return table
