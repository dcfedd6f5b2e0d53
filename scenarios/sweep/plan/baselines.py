"""The baseline of each run of a sweep: the run of the same history and seed that no lever changes.

Runs of one history are alike in everything but levers: parameters and draw, reading, structure, population, future
and end. So the pair of a run is found by its identity, whatever the scenario or the axes are called, and also where a
sweep that is not `paired` names the baseline among its scenarios.
"""

from __future__ import annotations

import numpy as np

from scenarios.sweep.plan.draws import NO_DRAW
from scenarios.sweep.plan.plan import Ids, Plan, Whole
from scenarios.sweep.plan.variants import ID_BYTES, LIGHT

NO_RUN = -1
"""The number of a run that is not planned."""


def baseline_runs(plan: Plan) -> Whole:
    """Return the number of the run that is the baseline of each run, shape (n_points, n_seeds).

    NO_RUN where none is planned; a run without levers is its own baseline.
    """
    ids = _history_ids(plan)[plan.points.history]
    flat = plan.find(np.repeat(ids, plan.n_seeds, axis=0), plan.seeds.ravel())
    return flat.reshape(len(plan.points.run_as), plan.n_seeds)


def run_numbers(plan: Plan) -> Whole:
    """Return the number under which each run is made, shape (n_points, n_seeds); points of one identity share it."""
    return plan.points.run_as[:, None] * plan.n_seeds + np.arange(plan.n_seeds)[None, :]


def _history_ids(plan: Plan) -> Ids:
    """Return the identity of each history, which is that of its run without levers, shape (n_histories, 2)."""
    points = plan.points
    _, firsts = np.unique(points.history, return_index=True)
    names = []
    for point in firsts.tolist():
        base, draw = int(points.base[point]), int(points.draw[point])
        drawn = plan.parameters_of(base, draw) if draw != NO_DRAW else {}
        light = {key: value for key, value in points.values(point).items() if key.startswith(LIGHT)}
        names.append(plan.bases[base].variant({**drawn, **light}).history)
    return np.frombuffer(b"".join(names), dtype=">u8").astype(np.uint64).reshape(-1, ID_BYTES // 8)
