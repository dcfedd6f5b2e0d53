"""Inside each draw, the rates that targets fix are solved on full-size runs of the history.

Each of the four targets has one rate of its own: how hard people search moves who is employed, the yearly programme
moves organised export, posts placed by public channels move work nearby, attendance moves matches at job fairs. A rate
is moved along the secant of its own target in the logarithm of the rate; cross effects are small and are caught by the
next run. The report's figure is thus met by construction and says nothing about the other parameters.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from calibration.prior import SOLVED, Free
from scenarios.compare.draws import rounded, with_values
from scenarios.figures import Figure
from scenarios.outcome import TARGETS, report_table, target_tolerance, targets_of
from simulation.calendar import REPORT_MONTH
from simulation.model import Model
from simulation.parameters import Parameters
from simulation.population import Population

RUNS_MOST = 8
SOLVED_WITHIN = 0.5
"""Of the tolerance of each target."""
STEP_MOST = 0.6
"""Largest step of a rate, log points."""
FIRST_SLOPE = {
    "employed": 0.12,
    "organised_export_jobs": 0.9,
    "nearby_transfer_jobs": 0.5,
    "job_fair_matches_2019": 1.0,
}
"""Elasticities of the targets to their rates to start from; a secant takes their place after the second run."""
SLOPE_RANGE = 4.0
"""A secant may differ from the first slope by this factor either way: two runs a hair apart say little."""
HISTORY_MONTHS = REPORT_MONTH + 1


class Report(NamedTuple):
    """What draws are held against: the report's figures and patterns under one reading, and its population."""

    population: Population
    figures: Mapping[str, Figure]
    patterns: pd.DataFrame
    reading: dict[str, str]


class Solved(NamedTuple):
    """A draw with its rates: all parameters' values by key, the history run with them, how many runs it took.

    in_reach: False where a rate would have to leave its range; the rate then stands at its end.
    """

    values: dict[str, float]
    model: Model
    runs: int
    in_reach: bool


def solve_rates(
    values: Mapping[str, float],
    rates: Mapping[str, Free],
    report: Report,
    base: Parameters,
    seed: int,
    give_up: bool = True,
) -> Solved:
    """Return the draw `values` with the rates at which a history with `seed` hits the targets.

    rates: range of each rate by key; base: parameters that are not drawn; give_up: stop when a target is out of reach,
    instead of going on with the others. A draw whose runs do not settle within RUNS_MOST is returned as its last run
    gave it.
    """
    now = dict(values)
    slopes = dict(FIRST_SLOPE)
    before: dict[str, tuple[float, float]] = {}
    stuck: set[str] = set()
    for runs in range(1, RUNS_MOST + 1):
        gc.collect()  # the model of the run before, tens of megabytes, refers to itself
        model = Model(report.population, with_values(base, now), seed=seed, months=HISTORY_MONTHS, collect=False).run()
        found = targets_of(model.records, report.reading)
        off = {target: _log_ratio(report.figures[target].value, found[target]) for target in TARGETS}
        allowed = {
            target: SOLVED_WITHIN
            * target_tolerance(target, report.figures[target].value)
            / report.figures[target].value
            for target in TARGETS
        }
        if all(abs(off[target]) <= allowed[target] for target in TARGETS if target not in stuck) or runs == RUNS_MOST:
            return Solved(now, model, runs, not stuck)
        for target, key in SOLVED.items():
            x, y = math.log(now[key]), -off[target]
            if target in before and abs(x - before[target][0]) > 1e-9:
                secant = (y - before[target][1]) / (x - before[target][0])
                first = FIRST_SLOPE[target]
                slopes[target] = min(max(secant, first / SLOPE_RANGE), first * SLOPE_RANGE)
            before[target] = x, y
            if abs(off[target]) > allowed[target] / 2:
                step = min(max(off[target] / slopes[target], -STEP_MOST), STEP_MOST)
                now[key] = rounded(math.exp(x + step))
            if not rates[key].low <= now[key] <= rates[key].high:
                end = rounded(_nearest(now[key], rates[key]))
                now[key] = end
                if abs(x - math.log(end)) < 1e-9:  # already there, and still asked to go beyond
                    stuck.add(target)
                    if give_up:
                        return Solved(now, model, runs, False)
    raise AssertionError("unreachable: the last run returns")


def compared(model: Model, report: Report) -> pd.DataFrame:
    """Return the table 'report against model' of a history: targets, checks, patterns."""
    if model.report_snapshot is None:
        raise ValueError("the history ends before the report month")
    frame, posts = model.records.frame(), model.final_tables()["posts"]
    return report_table(frame, model.report_snapshot, report.figures, report.patterns, report.reading, "en", posts)


def _nearest(value: float, free: Free) -> float:
    return min(max(value, free.low), free.high)


def _log_ratio(wanted: float, found: float) -> float:
    """Return log(wanted / found); a count of nothing counts as a half."""
    return math.log(wanted / max(found, 0.5))
