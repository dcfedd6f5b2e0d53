"""What can be chosen in a sweep: the scenario and the values of levers' keys. What else varies cannot be chosen.

Parameters, readings, structures and futures are assumptions. A choice is averaged over their points, run by run, as it
is over nothing where a sweep has no such axis; the lowest and highest of these points say how far assumptions carry it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scenarios.sweep.answer.cells import SCENARIO, Cells
from scenarios.sweep.answer.effects import Measured, label_columns, run_means
from scenarios.sweep.answer.summary import summarised
from scenarios.sweep.plan.plan import LEVERS, Whole
from scenarios.sweep.store.parts import Flags
from simulation.state.entities import Float


@dataclass(frozen=True)
class Choices:
    """The choices among the cells that are told of.

    labels: a row a choice, with the scenario and the levers' keys; place: choice of each cell, -1 outside; assumptions:
    keys of the axes that cannot be chosen; ranked: whether each has a rank (Cells.ranked).
    """

    labels: pd.DataFrame
    place: Whole
    assumptions: tuple[str, ...]
    ranked: Flags

    def cells(self, choice: int) -> Whole:
        """Return the cells of a choice."""
        return np.flatnonzero(self.place == choice)

    def by_run(self, values: Float) -> Float:
        """Return the mean of each choice over its cells, run by run, (n_choices, n_runs); values: (n_cells, n_runs)."""
        return np.stack([run_means(values[self.cells(choice)]) for choice in range(len(self.labels))])


def choices_of(cells: Cells) -> Choices:
    """Return the choices of a sweep, in the order of its plan."""
    keys = [str(key) for key in cells.labels if key == SCENARIO or str(key).startswith(LEVERS)]
    others = tuple(str(key) for key in cells.labels if key not in keys)
    known: dict[tuple[Any, ...], int] = {}
    place = np.full(len(cells.labels), -1)
    labels = list(cells.labels[keys].itertuples(index=False, name=None))
    for cell in cells.told().tolist():
        place[cell] = known.setdefault(labels[cell], len(known))
    ranked = np.array([cells.ranked[place == choice].all() for choice in range(len(known))])
    return Choices(pd.DataFrame(list(known), columns=keys, dtype=object), place, others, ranked)


def choice_rows(cells: Cells, choices: Choices, each: Measured, quantity: str) -> pd.DataFrame:
    """Return a row a choice: mean over its points with its interval over runs, and its lowest and highest point."""
    values = each.told(quantity)
    found = summarised(choices.by_run(values).T, cells.runs, each.better)
    points = summarised(values.T, cells.runs, each.better).mean
    of = [choices.cells(choice) for choice in range(len(choices.labels))]
    columns = label_columns(choices.labels) | {**each.head(), "better": each.better, "quantity": quantity}
    columns["ranked"] = choices.ranked.astype(int)
    columns |= {"mean": found.mean, "low": found.low, "high": found.high, "p_better": found.p_better}
    columns |= {"lowest_point": [_end(points[some], np.fmin) for some in of]}
    columns |= {"highest_point": [_end(points[some], np.fmax) for some in of]}
    columns |= {"n_points": [some.size for some in of], "n_runs": found.n_runs.astype(int)}
    return pd.DataFrame(columns | {"n_missing": [int(np.isnan(values[some]).sum()) for some in of]})


def _end(values: Float, of: Any) -> float:
    return float(of.reduce(values))
