"""One lever pulled: in a run of its own, or alone on a state."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simulation.levers.base import Context, LeverRule
from simulation.levers.catalogue import rule_of
from simulation.levers.ledger import entries
from simulation.model import Model
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.runs import lever, policy

START = 48
"""First month of a lever of these tests, January 2020."""


def run(population: Population, parameters: Parameters, name: str, size: float | None = None, **changes: Any) -> Model:
    return Model(population, parameters, policy(lever(name, size, **changes))).run()


def spent(model: Model, kind: str) -> pd.Series:
    """Return yuan by month of one kind."""
    money = model.money_frame()
    return money[money["kind"] == kind].groupby("month")["yuan"].sum()


def alone(context: Context, name: str, size: float | None = None, need: Any = None, **changes: Any) -> Any:
    """Return the rule of a lever on a state of its own; need: of each site, in place of what the rule finds."""
    kind, own = rule_of(name), lever(name, size, **changes)
    rule: LeverRule = kind(own, context._replace(state=kind.extended(own, context.state, context.parameters, 0)))
    if need is not None:
        rule.need = lambda: np.array(need)  # type: ignore[method-assign]
    return rule


def bill(rule: LeverRule, month: int = START) -> tuple[float, float]:
    """Return what a month of a lever costs, (capital, recurrent) yuan."""
    capital, recurrent = entries(rule.lever, month, rule.quantities(month))
    return capital.yuan, recurrent.yuan


def months_of(rule: LeverRule, n: int) -> list[tuple[float, float]]:
    """Plan a lever, let it open what is due in each of its first n months, and return its bills."""
    rule.plan()
    bills = []
    for month in range(START, START + n):
        rule.open(month)
        bills.append(bill(rule, month))
    return bills


def persons_of(context: Context, *members: tuple[int, int]) -> list[int]:
    """Return the rows of persons by household and member: between them lie those who are born later."""
    return [int(context.state.households.first[household]) + member for household, member in members]
