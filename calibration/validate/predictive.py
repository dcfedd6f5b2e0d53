"""The posterior predictive of figures that were not fitted: the baseline run on every draw, held against the figures.

The predictive of a figure is the model's own value over draws of the posterior, each with its own seed: it contains the
uncertainty of parameters and chance, but not the error with which the figure was measured. A figure with such an error
therefore lies outside more often than the shares say, even if the model is right; its range [low, high] is there for
that, see `Compared`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from calibration.validate.counts import Counter
from calibration.validate.measures import Measure
from calibration.validate.rows import OutsideFigure
from scenarios.base.errors import UserError
from scenarios.base.parallel import in_processes
from scenarios.base.text import Text
from scenarios.population.load import load_population
from scenarios.runs.parameter_sets import TARGET, Draws
from scenarios.runs.targets import targets_of
from scenarios.settings.config import RunConfig, compose_run
from scenarios.settings.parameter_values import rounded
from simulation.city import City, Given
from simulation.foundations.months import REPORT_MONTH, month_label
from simulation.state.entities import Float
from simulation.state.policy import BASELINE
from simulation.state.population import Population

INSIDE_50, INSIDE_90, OUTSIDE = "inside_50", "inside_90", "outside"
SHARES = (0.5, 0.9)
"""Of the draws within the two intervals."""
SIGNIFICANT_DIGITS = 10
"""Of the interval's ends: what is printed is what a figure is held against."""
FEWEST_DRAWS, FIRST_LOOK = 2, 10
"""Draws in which a measure must exist, and after how many this is looked at for the first time."""
COMPARED_COLUMNS = (
    "id", "measure", "unit", "place", "month", "value", "low", "high", "median", "low_50", "high_50", "low_90",
    "high_90", "verdict", "range_overlaps", "n_draws", "used", "source",
)  # fmt: skip
RUNNING, DRAWS = Text("running the draws", "正在运行各组参数"), Text("draws", "组参数")

Done = Callable[[int, int], None]
Look = Callable[[Float], None]


class Compared(NamedTuple):
    """A figure against its predictive, all in the measure's unit.

    low_50 .. high_90: intervals over `n_draws`, those draws in which the measure exists (an average over nobody does
    not); verdict: the narrowest interval that holds the figure's value, its ends included; range_overlaps: 'yes' or
    'no', whether the figure's range and the 90 % interval have a number in common, '' for a figure without a range.
    The verdict does not look at the range.
    """

    figure: OutsideFigure
    median: float
    low_50: float
    high_50: float
    low_90: float
    high_90: float
    verdict: str
    range_overlaps: str
    n_draws: int


class Wanted(NamedTuple):
    """A measure at a row of the records in a month (index)."""

    measure: Measure
    row: int
    month: int


class Work(NamedTuple):
    """What every process is given: the words of the run, the draws, how many months, what to measure."""

    words: tuple[str, ...]
    config_dir: str | None
    draws: Draws
    months: int
    wanted: tuple[Wanted, ...]


def predictive(work: Work, n_draws: int, processes: int, done: Done, look: Look | None = None) -> Float:
    """Return what is wanted over the first `n_draws` of the table, shape (n_draws, n_wanted).

    NaN where a measure does not exist in a draw. `done` is called with the runs done and all of them; `look` with the
    values so far, as soon as ten runs are done and at the end.
    """
    values: list[list[float]] = []
    for measures in in_processes(_run, range(n_draws), processes, _start, (work,)):
        values.append(measures)
        done(len(values), n_draws)
        if look is not None and len(values) in (FIRST_LOOK, n_draws):
            look(np.array(values))
    return np.array(values).reshape(n_draws, len(work.wanted))


def wanted_of(figure: OutsideFigure) -> Wanted:
    """Return what a figure is held against."""
    return Wanted(figure.measure, figure.place.row, figure.month)


def compare(figure: OutsideFigure, values: Float) -> Compared:
    """Return a figure against its measure over draws, shape (n_draws,).

    The ends are the quantiles of rank q * (n + 1): the figure of a model that is right is one more draw among n, and is
    then inside with probability one half and nine tenths exactly (from 3 and 19 draws on; `expected_share`).
    """
    existing = values[~np.isnan(values)]
    tails = [q for share in SHARES for q in ((1 - share) / 2, (1 + share) / 2)]
    median, low_50, high_50, low_90, high_90 = (
        float(f"{end:.{SIGNIFICANT_DIGITS}g}") for end in np.quantile(existing, [0.5, *tails], method="weibull")
    )
    verdict = OUTSIDE
    if low_50 <= figure.value <= high_50:
        verdict = INSIDE_50
    elif low_90 <= figure.value <= high_90:
        verdict = INSIDE_90
    overlaps = ""
    if not math.isnan(figure.low):
        overlaps = "yes" if figure.low <= high_90 and low_90 <= figure.high else "no"
    return Compared(figure, median, low_50, high_50, low_90, high_90, verdict, overlaps, existing.size)


def expected_share(share: float, n_draws: int) -> float:
    """Return the probability that one more draw lies in the interval of `share` over `n_draws` draws.

    It is `share`, unless the ranks would lie beyond the lowest and highest of few draws.
    """
    low, high = (min(max((1 + sign * share) / 2 * (n_draws + 1), 1.0), float(n_draws)) for sign in (-1, 1))
    return (high - low) / (n_draws + 1)


def compared_table(comparisons: Sequence[Compared]) -> pd.DataFrame:
    """Return the comparison with the columns of outputs/calibration/validation.csv, one row a figure."""
    rows = []
    for comparison in comparisons:
        figure, cells = comparison.figure, comparison._asdict()
        cells |= {name: getattr(figure, name) for name in ("id", "value", "low", "high", "used", "source")}
        cells |= {"measure": figure.measure.name, "unit": figure.measure.unit}
        cells |= {"place": figure.place.name, "month": month_label(figure.month)}
        rows.append([cells[name] for name in COMPARED_COLUMNS])
    return pd.DataFrame(rows, columns=list(COMPARED_COLUMNS))


def months_of(wanted: Sequence[Wanted]) -> int:
    """Return how many months a run must have for what is wanted of it: to December 2019 at least."""
    return max(REPORT_MONTH, *(each.month for each in wanted)) + 1


def check_exists(figures: Sequence[OutsideFigure], values: Float) -> None:
    """Raise UserError for a figure whose measure exists in fewer than two draws.

    values: shape (n_draws, n_figures).
    """
    for figure, n_existing in zip(figures, (~np.isnan(values)).sum(axis=0), strict=True):
        if n_existing < FEWEST_DRAWS:
            what, where, month = figure.measure.name, figure.place.name, month_label(figure.month)
            raise UserError(
                Text(f"row {figure.id}: {what} at {where} divides by nobody in {month}",
                     f"{figure.id} 行：{month} {where} 的 {what} 分母为零"),
                key=figure.id,
                found=f"{n_existing}/{len(values)}",
                allowed=Text(f"a value in {FEWEST_DRAWS} draws or more", f"至少 {FEWEST_DRAWS} 组参数有值"),
                hint=Text("choose another measure, place or month", "请另选指标、地点或月份"),
            )  # fmt: skip


class _PredictiveRuns:
    """What a process holds."""

    work: Work
    config: RunConfig
    population: Population


def _start(work: Work) -> None:
    config = compose_run(list(work.words), work.config_dir)
    _PredictiveRuns.work, _PredictiveRuns.config = work, config
    _PredictiveRuns.population = load_population(config)


def _run(row: int) -> list[float]:
    """Return what is wanted of the baseline on one draw, with the draw's own seed."""
    work, config = _PredictiveRuns.work, _PredictiveRuns.config
    parameters, seed = work.draws.parameters(row, config.parameters), int(work.draws.table["seed"].iloc[row])
    city, counter = City(), Counter()
    city.begin(Given(_PredictiveRuns.population, parameters, seed, work.months, future=config.future), BASELINE)
    while city.month < city.months:
        city.advance()
        counter.take(city)
        if city.month == REPORT_MONTH + 1:
            _check_history(city, work.draws, row)
    run = counter.counted(city)
    return [each.measure.of(run, each.row, each.month) for each in work.wanted]


def _check_history(city: City, draws: Draws, row: int) -> None:
    """Raise UserError if a draw does not give the targets that the table of draws holds."""
    stored = draws.table.iloc[row]
    for target, value in targets_of(city.records, _PredictiveRuns.config.reading).items():
        if f"{TARGET}{target}" in stored and rounded(value) != float(stored[f"{TARGET}{target}"]):
            problem = Text(
                f"draw {stored['draw']:.0f} does not give the history of its table", "抽样的历史与抽样表不符"
            )
            hint = Text("make the draws anew: make calibrate", "请重新运行 make calibrate")
            raise UserError(problem, key=target, found=value, allowed=str(stored[f"{TARGET}{target}"]), hint=hint)
