"""A finished baseline run, as the quantities of the plausibility table read it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from simulation.foundations.months import REPORT_MONTH
from simulation.model import Model
from simulation.state.population import Population

LAST = -1
FIRST_MONTH_AFTER = REPORT_MONTH + 1


@dataclass
class Run:
    """The model, its population, tables of the report month, and the states of each household by month."""

    model: Model
    population: Population
    households: pd.DataFrame
    persons: pd.DataFrame
    posts: pd.DataFrame
    states: npt.NDArray[np.int8]  # (n_months, n_households)

    def at(self, name: str, month: int = REPORT_MONTH, row: int = 0) -> float:
        """Return an indicator in a month (the report month by default)."""
        month = month if month >= 0 else self.model.months + month
        return self.model.records.value(name, row, month)

    def mean(self, name: str, first: int = FIRST_MONTH_AFTER, last: int | None = None) -> float:
        """Return the mean of an indicator over months."""
        months = range(first, self.model.months if last is None else last)
        return float(np.mean([self.at(name, month) for month in months]))


def per_cent(x: float) -> str:
    """Return a share as per cent."""
    return f"{100 * x:.1f} %"
