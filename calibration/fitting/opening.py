"""How a calibration begins: runs that fill the prior, screening, history matching; or the runs of another reading.

Under another reading of the report most of what a history gives is the same, or differs by little that depends on the
parameters smoothly. So a reading makes no design of its own. It runs some points of the default reading's design with
the default's own seeds (common random numbers): what is left of the difference between the two runs is no chance of the
seed. A regression of these differences on the parameters turns all other runs of the default into what the reading
would have given, with the regression's own error added to each (`transferred`), so that emulators know of it. Nothing
but emulators is fitted to such outputs: all else that is told of a reading comes of its own runs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from calibration.fitting.emulator import Emulator, Index, features, fit_emulator, ridge
from calibration.fitting.likelihood import Observations
from calibration.fitting.prior import space_filling
from calibration.fitting.progress import StageProgress
from calibration.fitting.runs import RunStore
from calibration.fitting.screen import Screening, design, screened
from calibration.fitting.sizes import Sizes
from calibration.fitting.waves import MATCHING, PRIOR, Wave, run_seeds, wave
from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.runs.parameter_sets import PATTERN, TARGET
from simulation.state.entities import Bool, Float

IMPLAUSIBLE = 3.0
CANDIDATES = 20_000
CANDIDATES_MOST = 2_000_000
TRANSFER = 10
"""Number of the random numbers that the errors of transferred outputs are drawn with; stages have the numbers below."""
WIDE = Text("widen its parameters' ranges in conf/parameters/, or leave it out: without=ID",
            "请放宽 conf/parameters/ 中相关参数的范围，或不用它：without=编号")  # fmt: skip


class Opening(NamedTuple):
    """How a calibration begins.

    prior: real runs over the whole prior; plausible: share of the prior that history matching leaves; so_far, seeds:
    all runs that an emulator is fitted to, and their seeds.
    """

    screening: Screening
    prior: Wave
    plausible: float
    so_far: Wave
    seeds: list[int]


class OutOfReachError(UserError):
    """No draw of the prior reaches a target or meets a pattern; `name` is its name among the outputs."""

    name = ""


def opening(
    store: RunStore,
    observed: Observations,
    sizes: Sizes,
    seed: int,
    progress: StageProgress,
    screening: Screening | None = None,
) -> Opening:
    """Return the runs of the prior, the screening, and runs where the report is plausible; see `fit.fit`."""
    n = len(store.prior.keys)

    def run(points: Float, stage: int, name: Text) -> Wave:
        return wave(store, observed, points, run_seeds(stage, len(points), seed), progress.runs(name))

    prior = run(space_filling(sizes.prior, n, (seed, PRIOR)), PRIOR, Text("prior", "先验"))
    check_reach(observed, prior.outputs)
    if screening is None:
        points, seeds = design(n, sizes.trajectories, seed)
        found = wave(store, observed, points, seeds, progress.runs(Text("screening", "筛选")))
        screening = screened(points, found.outputs, observed, seed)
    first = fit_emulator(prior.points, prior.outputs, screening.free, screening.minor)
    points, plausible = plausible_points(first, observed, sizes.matching, n, seed)
    matching = run(points, MATCHING, Text("history matching", "历史匹配"))
    seeds = run_seeds(PRIOR, sizes.prior, seed) + run_seeds(MATCHING, sizes.matching, seed)
    return Opening(screening, prior, plausible, _stacked(prior, matching), seeds)


def opening_beside(
    store: RunStore,
    observed: Observations,
    sizes: Sizes,
    seed: int,
    progress: StageProgress,
    screening: Screening,
    other: Opening,
) -> Opening:
    """Return how a calibration begins whose histories differ from those of `other` by the reading alone.

    sizes.prior points of the other's prior are run first; then, of its other points, the sizes.matching at which this
    reading's report is least implausible. Both with the other's seeds.
    """
    theirs, n = other.so_far, len(other.so_far.points)

    def run(rows: Index, name: Text) -> Wave:
        seeds = [other.seeds[row] for row in rows]
        return wave(store, observed, theirs.points[rows], seeds, progress.runs(name))

    rows = np.arange(min(sizes.prior, len(other.prior.points)))
    prior = run(rows, Text("differences over the prior", "先验上的差别"))
    so_far = transferred(theirs, rows, prior, screening, seed)
    check_reach(observed, so_far.outputs)
    first = fit_emulator(so_far.points, so_far.outputs, screening.free, screening.minor)
    left = np.setdiff1d(np.arange(n), rows)
    worst = implausibility(first, observed, theirs.points[left])
    nearest = np.sort(left[np.argsort(worst, kind="stable")[: sizes.matching]])
    close = run(nearest, Text("differences near the report", "报告附近的差别"))
    so_far = transferred(theirs, np.concatenate([rows, nearest]), _stacked(prior, close), screening, seed)
    points = space_filling(CANDIDATES, theirs.points.shape[1], (seed, MATCHING, 0))
    wide = fit_emulator(so_far.points, so_far.outputs, screening.free, screening.minor)
    plausible = float((implausibility(wide, observed, points) < IMPLAUSIBLE).mean())
    return Opening(screening, prior, plausible, so_far, other.seeds)


def transferred(theirs: Wave, rows: Index, ours: Wave, screening: Screening, seed: int) -> Wave:
    """Return their runs as this reading would have given them: `ours` at `rows`, all others by a regression.

    The differences are regressed on the parameters that screening found to move anything; each transferred output gets
    the left-out error of some run, drawn with replacement for all outputs of a run together. raw: of theirs.
    """
    free, minor = (np.asarray(part, dtype=np.intp) for part in (screening.free, screening.minor))
    differences = ours.outputs - theirs.outputs[rows]
    whole = np.isfinite(differences).all(axis=1)
    columns = features(2.0 * theirs.points - 1.0, free, minor)
    coefficients, intercept, errors = ridge(columns[rows][whole], differences[whole])
    drawn = np.random.default_rng([seed, TRANSFER]).integers(len(errors), size=len(theirs.points))
    outputs = theirs.outputs + columns @ coefficients + intercept + errors[drawn]
    outputs[rows] = ours.outputs
    return Wave(theirs.points, outputs, theirs.raw)


def _stacked(one: Wave, other: Wave) -> Wave:
    return Wave(*(np.vstack([getattr(runs, part) for runs in (one, other)]) for part in ("points", "outputs", "raw")))


def check_reach(observed: Observations, outputs: Float) -> None:
    """Raise OutOfReachError for a target that the prior's draws do not surround, and for a pattern that none meets."""
    meets = observed.meets(outputs)
    for j in observed.targets:
        low, high = np.nanmin(outputs[:, j]), np.nanmax(outputs[:, j])
        if not low - observed.error[j] <= observed.value[j] <= high + observed.error[j]:
            ends, stated = observed.natural(j, np.array([low, high])), observed.natural(j, observed.value[j : j + 1])
            problem = Text("no draw of the prior reaches a target", "先验的任何抽样都达不到某一目标")
            reached = f"{observed.names[j].removeprefix(TARGET)} from {ends[0]:,.6g} to {ends[1]:,.6g}"
            raise _out_of_reach(observed.names[j], problem, reached, f"{stated[0]:,.6g}")
    for j in observed.patterns:
        if observed.holds[j] and not meets[:, j].any():
            problem = Text("no draw of the prior meets a pattern", "先验的任何抽样都不符合某一定性特征")
            bounds = Text("its bounds in patterns.csv", "patterns.csv 中的界限")
            raise _out_of_reach(observed.names[j], problem, observed.names[j].removeprefix(PATTERN), bounds)


def _out_of_reach(name: str, problem: Text, found: str, allowed: Text | str) -> OutOfReachError:
    error = OutOfReachError(problem, key=name, found=found, allowed=allowed, hint=WIDE)
    error.name = name
    return error


def implausibility(emulator: Emulator, observed: Observations, points: Float) -> Float:
    """Return how far the report lies from what the emulator predicts, at its worst over targets and patterns.

    In standard deviations of the emulator's error and the report's own together. A pattern is implausible as far as
    the prediction lies beyond its threshold.
    """
    mean, variance = emulator.mean(points), np.diag(emulator.covariance)
    worst = np.zeros(len(points))
    for j in observed.targets:
        off = np.abs(mean[:, j] - observed.value[j]) / np.sqrt(variance[j] + observed.error[j] ** 2)
        worst = np.maximum(worst, off)
    for j in observed.patterns:
        under = (observed.low[j] - mean[:, j]) / np.sqrt(variance[j] + observed.low_sd[j] ** 2)
        over = (mean[:, j] - observed.high[j]) / np.sqrt(variance[j] + observed.high_sd[j] ** 2)
        if observed.holds[j]:
            worst = np.maximum(worst, np.maximum(under, over))
    return worst


def plausible_points(
    emulator: Emulator, observed: Observations, n: int, n_parameters: int, seed: int
) -> tuple[Float, float]:
    """Return `n` points of the prior that are not implausible, and which share of the prior is not.

    Raises UserError if too few can be found: the report then lies outside of what the model can do.
    """
    kept_points: list[Float] = []
    kept = tried = 0
    while kept < n and tried < CANDIDATES_MOST:
        points = space_filling(CANDIDATES, n_parameters, (seed, MATCHING, tried))
        inside: Bool = implausibility(emulator, observed, points) < IMPLAUSIBLE
        kept_points.append(points[inside])
        kept, tried = kept + int(inside.sum()), tried + CANDIDATES
    if kept < n:
        problem = Text("hardly any of the prior could have given the report", "先验中几乎没有可能得出报告的部分")
        raise UserError(problem, key="prior", found=f"{kept} of {tried}", allowed=f"{n} or more", hint=WIDE)
    return np.vstack(kept_points)[:n], kept / tried
