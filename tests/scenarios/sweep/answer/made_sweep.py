"""A sweep whose numbers are written by hand, not made by the model: points, seeds, and a value for each run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.sweep.answer.tables import Answer, answer_of
from scenarios.sweep.plan.plan import Plan, plan_sweep
from scenarios.sweep.plan.spec import sweep_of
from scenarios.sweep.store.collect import collect
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.store.parts import FAILED_MONTH, RunRow, table_of, write_part
from scenarios.sweep.work.runs import Runs
from simulation.foundations.months import month_index

SIZE, SEATS = "levers.workshops.size", "parameters.residence.seat_worth"
OUTPUTS = ("households_settled", "occupancy", "public_money")
MONTH = "2022-12"


class Made(NamedTuple):
    """A point and its seed, as a value is made for it."""

    scenario: str
    values: Mapping[str, Any]
    seed: int


Value = Callable[[Made], Sequence[float] | str | None]
"""Values of the outputs of a run, the message of one that fails, or None for one that is not made."""


def tree(axes: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    """Return a sweep of workshops in the small town."""
    return {
        "sweep": {"name": "made", "title_en": "A made sweep", "title_zh": "自编扫描"},
        "scenarios": ["workshops"], "set": {"population.size": "town", "end": MONTH}, "axes": list(axes),
        "outputs": list(OUTPUTS), "seeds": 2,
    } | more  # fmt: skip


def planned(axes: Sequence[Mapping[str, Any]], **more: Any) -> Plan:
    """Return the plan of such a sweep."""
    return plan_sweep(sweep_of(tree(axes, **more), None))


def filled(folder: Path, plan: Plan, value: Value) -> SweepFolder:
    """Write the parts of a sweep into its folder, each run with the value that is made for it."""
    place = SweepFolder(folder)
    place.open(plan)
    rows = []
    for number in plan.numbers().tolist():
        point, position = divmod(number, plan.n_seeds)
        seed = int(plan.seeds[point, position])
        made = value(Made(plan.points.scenario[point], plan.points.values(point), seed))
        name = plan.points.ids[point].astype(">u8").tobytes()
        none = [np.nan] * len(plan.sweep.outputs)
        if isinstance(made, str):
            rows.append(RunRow(name, seed, FAILED_MONTH, made, none))
        elif made is not None:
            month = month_index(str(plan.points.values(point).get("end", MONTH)))
            rows.append(RunRow(name, seed, month, None, list(made)))
    write_part(place.parts, "0000", table_of(rows, [output.name for output in plan.sweep.outputs]))
    return place


def answered(folder: Path, plan: Plan, value: Value) -> tuple[Answer, pd.DataFrame]:
    """Return the answer of made runs, and the collected table that it is of."""
    place = filled(folder, plan, value)
    path = collect(Runs(plan, place), place).path
    return answer_of(plan, path), pd.read_parquet(path)
