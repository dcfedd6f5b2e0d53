"""The tables of an answer, made of the collected runs of a sweep: one tidy table a subject."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from scenarios.base.errors import UserError
from scenarios.base.output.plain_files import write_csv
from scenarios.base.text import Text
from scenarios.sweep.answer.cells import Cells, cells_of
from scenarios.sweep.answer.choices import Choices, choice_rows, choices_of
from scenarios.sweep.answer.effects import (
    EFFECT,
    LEVEL,
    Measured,
    pair_rows,
    point_rows,
    range_rows,
    value_rows,
)
from scenarios.sweep.answer.factors import Factor, factors_of
from scenarios.sweep.answer.indices import index_rows
from scenarios.sweep.answer.values import Values, better_of, unit_of
from scenarios.sweep.plan.outputs import Output
from scenarios.sweep.plan.plan import Plan
from scenarios.sweep.store.collect import with_effect

COLUMNS = {
    "choices": ("scenario", "month", "indicator", "unit", "better", "quantity", "ranked", "mean", "low", "high",
                "p_better", "lowest_point", "highest_point", "n_points", "n_runs", "n_missing"),
    "points": ("scenario", "month", "indicator", "unit", "better", "level", "level_low", "level_high", "baseline",
               "effect", "low", "high", "p_better", "n_planned", "n_runs", "n_pairs"),
    "axis_values": ("scenario", "axis", "axis_value", "x", "month", "indicator", "unit", "quantity", "mean", "low",
                    "high", "p_better", "n_points", "n_runs", "n_missing"),
    "axis_ranges": ("scenario", "axis", "month", "indicator", "unit", "quantity", "worst_value", "worst", "best_value",
                    "best", "range", "low", "high", "n_values", "n_runs"),
    "axis_pairs": ("scenario", "axis", "axis_value", "x", "other_axis", "other_value", "other_x", "month", "indicator",
                   "unit", "quantity", "mean", "low", "high", "p_better", "n_points", "n_runs", "n_missing"),
    "sobol_indices": ("scenario", "axis", "month", "indicator", "unit", "quantity", "order", "index", "low", "high",
                      "n_points", "n_dropped", "method"),
}  # fmt: skip
"""Columns of the tables; choices and points also have one for each key of the axes, after the scenario."""


class Tables(NamedTuple):
    """The tables of an answer, by the names of their files."""

    choices: pd.DataFrame
    points: pd.DataFrame
    axis_values: pd.DataFrame
    axis_ranges: pd.DataFrame
    axis_pairs: pd.DataFrame
    sobol_indices: pd.DataFrame


class Answer(NamedTuple):
    """What a sweep says.

    quantity: whether it says effects or levels; measured: every output in every month, `main` first; told: outputs
    whose pairs of axes and Sobol' indices are told of; messages: of the runs that failed, by their number; left: how
    many runs were not made.
    """

    plan: Plan
    cells: Cells
    choices: Choices
    factors: list[Factor]
    quantity: str
    measured: list[Measured]
    told: list[str]
    tables: Tables
    messages: dict[int, str]
    left: int
    planned: int

    @property
    def failed(self) -> int:
        """How many runs failed."""
        return len(self.messages)

    @property
    def main(self) -> Measured:
        """The first headline, or the first output where there is none, in the last month in which it has a number."""
        of = [each for each in self.measured if each.name == self.told[0]]
        return next(each for each in reversed(of) if has_number(each, self.cells, self.quantity))


def answer_of(plan: Plan, path: Path) -> Answer:
    """Return the answer of the collected table at `path`; raises UserError where no run has a number."""
    cells, values = cells_of(plan), Values(plan, path)
    quantity = EFFECT if cells.has_effects else LEVEL
    measured = [each for output in plan.sweep.outputs for each in _measured(cells, values, output)]
    told = told_outputs(plan.sweep.outputs, {each.name for each in measured if has_number(each, cells, quantity)})
    if not told:
        problem = Text("no run of this sweep has a number yet", "该扫描尚无任何有数值的运行")
        hint = Text("make them with: python -m scenarios.sweep resume output=FOLDER",
                    "请先运行：python -m scenarios.sweep resume output=文件夹")  # fmt: skip
        raise UserError(problem, key="output", found=path.parent, hint=hint)
    factors = factors_of(plan, cells)
    shown = [each for each in measured if each.name in told]
    choices = choices_of(cells)
    tables = Tables(
        pd.concat([choice_rows(cells, choices, each, quantity) for each in measured], ignore_index=True),
        pd.concat([point_rows(cells, each) for each in measured], ignore_index=True),
        _joined("axis_values", [value_rows(cells, factors, each, quantity) for each in measured]),
        _joined("axis_ranges", [range_rows(cells, factors, each, quantity) for each in measured]),
        _joined("axis_pairs", [pair_rows(cells, factors, each, quantity) for each in shown]),
        _joined("sobol_indices", [index_rows(plan, cells, each, quantity) for each in shown]),
    )
    planned = np.unique(plan.points.run_as).size * plan.n_seeds
    left = planned - values.done.size - values.failed.size
    return Answer(plan, cells, choices, factors, quantity, measured, told, tables, values.messages, left, planned)


def told_outputs(outputs: Sequence[Output], known: Collection[str]) -> list[str]:
    """Return the names of the headlines among the outputs; of the first output where there is none.

    known: names of outputs that have a number in some run; others are not told of.
    """
    headlines = [output.name for output in with_effect(outputs) if output.name in known]
    return headlines or [output.name for output in outputs if output.name in known][:1]


def has_number(each: Measured, cells: Cells, quantity: str) -> bool:
    """Return whether any run that is told of has a number."""
    return bool(np.isfinite(each.told(quantity)[cells.told()]).any())


def _measured(cells: Cells, values: Values, output: Output) -> list[Measured]:
    """Return an output in each month; a cell's own baseline has the effect 0, a run without baseline none."""
    numbers = values.of(output.name)
    found = []
    for month, of_month in zip(values.months, numbers, strict=True):
        level, baseline = of_month[cells.number], of_month[cells.baseline]
        name, unit, better = output.name, unit_of(output), better_of(output)
        found.append(Measured(name, unit, better, month, level, level - baseline, baseline))
    return found


def _joined(name: str, tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Return tables below each other, with the columns of a table of this name where all are empty."""
    some = [table for table in tables if len(table)]
    columns = list(COLUMNS[name])
    return pd.concat(some, ignore_index=True)[columns] if some else pd.DataFrame(columns=columns)


def write_tables(folder: Path, tables: Tables) -> None:
    """Write each table as CSV into a folder."""
    for name, table in tables._asdict().items():
        write_csv(table, folder / f"{name}.csv")
