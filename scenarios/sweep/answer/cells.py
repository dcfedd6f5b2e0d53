"""The points of a sweep without their draws: cells, each with the same runs, which are draws and seeds.

An interval of a cell is over its runs. So draws are no axis here: they are the sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.compare.plan import Run
from scenarios.settings.links import assumed_levers
from scenarios.settings.schema import BASE
from scenarios.sweep.plan.baselines import NO_RUN, baseline_runs, run_numbers
from scenarios.sweep.plan.plan import LEVERS, Plan, Whole
from scenarios.sweep.store.parts import Flags

SCENARIO, SIZE = "scenario", ".size"


@dataclass(frozen=True)
class Cells:
    """Cells and runs of a sweep.

    labels: a row a cell, with the scenario and the values of the axes' keys, None where a key is not set; runs: draw
    and seed of each run, the same for all cells, a draw for each seed in a sweep without draws; number, baseline: the
    number of each run and of its baseline in the plan, NO_RUN where there is none, shape (n_cells, n_runs); ranked:
    which cells pull no lever with an assumed link to where people live (settings/links.py): others have no rank.
    """

    labels: pd.DataFrame
    runs: tuple[Run, ...]
    number: Whole
    baseline: Whole
    ranked: Flags

    @property
    def beside(self) -> Flags:
        """Which cells are baselines that the sweep has added, or named, to compare others with."""
        own = (self.number == self.baseline).all(axis=1)
        return np.asarray(own & (self.labels[SCENARIO] == BASE).to_numpy())

    @property
    def has_effects(self) -> bool:
        """Whether any run has a baseline that is another run."""
        return bool(((self.baseline != NO_RUN) & (self.baseline != self.number)).any())

    def told(self) -> Whole:
        """Return the cells that are told of: all but the baselines beside them; all where there are no others."""
        beside = self.beside
        return np.flatnonzero(~beside) if self.has_effects and not beside.all() else np.arange(len(self.labels))


def cells_of(plan: Plan) -> Cells:
    """Return the cells of a plan, in its order."""
    points = plan.points
    columns = {SCENARIO: points.scenario, **points.columns}
    places: dict[tuple[object, ...], int] = {}
    cell = np.array([places.setdefault(label, len(places)) for label in zip(*columns.values(), strict=True)])
    draws = np.unique(points.draw)
    first = np.searchsorted(draws, points.draw) * plan.n_seeds
    shape = (len(places), draws.size * plan.n_seeds)
    number, baseline = np.full(shape, NO_RUN), np.full(shape, NO_RUN)
    at = first[:, None] + np.arange(plan.n_seeds)[None, :]
    number[cell[:, None], at] = run_numbers(plan)
    baseline[cell[:, None], at] = baseline_runs(plan)
    labels = pd.DataFrame(list(places), columns=list(columns), dtype=object)
    _, firsts = np.unique(cell, return_index=True)
    ranked = np.array([not assumed_levers() & _pulled(plan, int(point)) for point in firsts])
    return Cells(labels, _runs(plan, draws.tolist()), number, baseline, ranked)


def _pulled(plan: Plan, point: int) -> set[str]:
    """Return the levers that a point pulls: those of its scenario, and those that its own sizes pull or drop."""
    levers = set(plan.bases[int(plan.points.base[point])].config.policy.levers)
    for key, value in plan.points.values(point).items():
        if key.startswith(LEVERS) and key.endswith(SIZE):
            name = key.removeprefix(LEVERS).removesuffix(SIZE)
            levers = levers | {name} if value > 0 else levers - {name}
    return levers


def _runs(plan: Plan, draws: list[int]) -> tuple[Run, ...]:
    """Return draw and seed of each run; without draws, each seed is a run of its own."""
    if plan.sweep.draws is None:
        return tuple(Run(i, i, int(seed)) for i, seed in enumerate(plan.seeds[0]))
    known = {int(draw): plan.seeds[point] for point, draw in enumerate(plan.points.draw.tolist())}
    return tuple(Run(draw, draw, int(seed)) for draw in draws for seed in known[draw])
