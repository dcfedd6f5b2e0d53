"""From the prior to posterior draws: waves of full-size runs, an emulator after each, real runs at the end.

1. Prior: runs that fill the space. They say whether the prior reaches the report at all.
2. Screening (once, under the default reading): which parameters are fitted.
3. History matching: runs where the first emulator cannot rule out the report (implausibility below 3).
4. Refocusing: runs at draws of the emulated posterior; the last emulator is fitted to what lies near the report.
5. Importance sampling: real runs at draws of the last emulated posterior, moved and weighted (last_stage.py). No seed
   is chosen for what it gives.
6. Other seeds: the draws that briefs stand on, run once more with other seeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from calibration.fitting.emulator import (
    Emulator,
    Index,
    chance_spread,
    fit_emulator,
)
from calibration.fitting.last_stage import MOVES, Proposal, importance_weighted
from calibration.fitting.likelihood import Observations
from calibration.fitting.prior import space_filling
from calibration.fitting.progress import StageProgress
from calibration.fitting.runs import RunStore
from calibration.fitting.sampler import (
    Chain,
    agreeing_chains,
    effective,
    free_posterior,
    thinned,
    with_others,
    without_repeats,
)
from calibration.fitting.screen import (
    Screening,
    design,
    errors_of,
    screened,
    screening_runs,
)
from calibration.fitting.waves import (
    FRESH,
    MATCHING,
    PAIRS,
    PRIOR,
    REFOCUSING,
    WEIGHTING,
    Wave,
    run_seeds,
    wave,
)
from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.runs.parameter_sets import PATTERN, TARGET
from simulation.state.entities import Bool, Float

IMPLAUSIBLE = 3.0
NEAR = 4.0
"""Implausibility up to which runs of earlier waves help the last emulator."""
CANDIDATES = 20_000
CANDIDATES_MOST = 2_000_000
WEIGHTED_PER_DRAW = 3
"""Weighted runs for each draw that briefs stand on: of so many, few weigh more than one draw may."""
WIDE = Text("widen its parameters' ranges in conf/parameters/, or leave it out: without=ID",
            "请放宽 conf/parameters/ 中相关参数的范围，或不用它：without=编号")  # fmt: skip


class Sizes(NamedTuple):
    """How many runs each stage makes (checking, the last: MOVES + 1 for each draw), and how many draws chains give.

    trajectories: of the screening; left_out: draws of a chain without one figure or finding.
    """

    trajectories: int
    prior: int
    pairs: int
    matching: int
    refocusing: int
    checking: int
    chain: int
    left_out: int

    @property
    def runs(self) -> int:
        """How many runs all stages make, screening aside."""
        return self.prior + self.pairs + self.matching + self.refocusing + (MOVES + 1) * self.checking + self.draws

    @property
    def draws(self) -> int:
        """How many equally weighted draws briefs stand on."""
        return self.checking // WEIGHTED_PER_DRAW


FULL = Sizes(6, prior=1600, pairs=200, matching=600, refocusing=800, checking=600, chain=8000, left_out=4000)
READING = Sizes(6, prior=800, pairs=100, matching=300, refocusing=400, checking=600, chain=6000, left_out=4000)
QUICK = Sizes(3, prior=200, pairs=40, matching=80, refocusing=100, checking=75, chain=6000, left_out=1000)

FEWEST_DRAWS = 100
"""A brief takes so many, however few the weighted runs are worth."""


@dataclass(frozen=True)
class Fit:
    """A calibration: what each stage ran and what came out.

    screening; chance: standard deviation of another seed, by output; prior, weighted: the first and the last wave;
    seeds: of the last; wide: the emulator before refocusing, for what lies farther off; near: the last; plausible:
    share of the prior that history matching leaves; chains: two, by their own seeds; log_weights: of the last wave;
    fresh: those of its draws that briefs stand on, run with other seeds.
    """

    observed: Observations
    screening: Screening
    chance: Float
    prior: Wave
    wide: Emulator
    near: Emulator
    plausible: float
    chains: tuple[Chain, Chain]
    weighted: Wave
    seeds: list[int]
    log_weights: Float
    fresh: Wave

    @property
    def weights(self) -> Float:
        """Importance weights of the last wave, adding to 1."""
        weights = np.exp(self.log_weights - self.log_weights.max())
        return np.asarray(weights / weights.sum())

    @property
    def effective_draws(self) -> float:
        """How many equally weighted draws the weighted runs are worth."""
        return effective(self.log_weights)


class OutOfReachError(UserError):
    """No draw of the prior reaches a target or meets a pattern; `name` is its name among the outputs."""

    name = ""


def fit(
    store: RunStore,
    observed: Observations,
    sizes: Sizes,
    seed: int,
    progress: StageProgress,
    screening: Screening | None = None,
) -> Fit:
    """Return the calibration to `observed`; runs come from `store`.

    seed: of the inference, that is of designs and chains; a run's own seed belongs to its number. screening: one made
    before; made here if none is given. Raises UserError for a target or pattern out of the prior's reach.
    """
    n = len(store.prior.keys)
    progress.expect(sizes.runs if screening else sizes.runs + screening_runs(n, sizes.trajectories))

    def run(points: Float, stage: int, name: Text) -> Wave:
        return wave(store, observed, points, run_seeds(stage, len(points), seed), progress.runs(name))

    prior = run(space_filling(sizes.prior, n, (seed, PRIOR)), PRIOR, Text("prior", "先验"))
    check_reach(observed, prior.outputs)
    pairs = run(prior.points[: sizes.pairs], PAIRS, Text("other seeds", "另一种子"))
    chance = chance_spread(prior.outputs[: sizes.pairs], pairs.outputs)
    if screening is None:
        points, seeds = design(n, sizes.trajectories, seed)
        found = wave(store, observed, points, seeds, progress.runs(Text("screening", "筛选")))
        screening = screened(points, found.outputs, observed, seed)
    free, minor = screening.free, screening.minor
    first = fit_emulator(prior.points, prior.outputs, free, minor)
    matching_points, plausible = plausible_points(first, observed, sizes.matching, n, seed)
    matching = run(matching_points, MATCHING, Text("history matching", "历史匹配"))
    so_far = Wave(*(np.vstack(pair) for pair in zip(_arrays(prior), _arrays(matching), strict=True)))
    wide = fit_emulator(so_far.points, so_far.outputs, free, minor)
    progress.stage(Text("first chain", "第一条链"))
    start = free_posterior(wide, observed, sizes.refocusing, seed)
    refocused_points, _ = with_others(wide, observed, thinned(start.points, sizes.refocusing), n, seed)
    refocused = run(refocused_points, REFOCUSING, Text("refocusing", "聚焦"))
    close = implausibility(wide, observed, so_far.points) < NEAR
    near = fit_emulator(
        np.vstack([refocused.points, so_far.points[close]]),
        np.vstack([refocused.outputs, so_far.outputs[close]]),
        free,
        minor,
        tolerated=errors_of(observed),
        chance=chance,
        weights=np.concatenate([np.ones(len(refocused.points)), np.zeros(int(close.sum()))]),
    )
    progress.stage(Text("two chains", "两条链"))
    one, other = agreeing_chains(near, observed, sizes.chain, seed)
    half = sizes.checking // 2
    free_points = np.vstack([thinned(one.points, sizes.checking - half), thinned(other.points, half)])
    points, _ = with_others(near, observed, free_points, n, seed)
    seeds = run_seeds(WEIGHTING, len(points), seed)
    ((last, log_weights),) = importance_weighted(store, near, [Proposal(observed, points, seeds)], progress.runs)
    check_weights(log_weights)
    fresh = run(last.points[draw_rows(np.exp(log_weights - log_weights.max()), sizes.draws, seed)[0]], FRESH,
                Text("other seeds", "换用其他种子"))  # fmt: skip
    return Fit(observed, screening, chance, prior, wide, near, plausible, (one, other), last, seeds, log_weights, fresh)


def draw_rows(weights: Float, n: int, seed: int) -> tuple[Index, float]:
    """Return which weighted runs are draws that count equally, `n` or fewer, and the share of weight that is cut.

    They are no more than the weighted runs are worth in equal draws, but FEWEST_DRAWS if `n` allows: more of them would
    only cut the largest weights.
    """
    worth = int(weights.sum() ** 2 / (weights**2).sum())
    positive = int((weights > 0).sum())
    return without_repeats(weights, min(n, positive, max(worth, FEWEST_DRAWS)), np.random.default_rng([seed, n]))


def check_weights(log_weights: Float) -> None:
    """Raise UserError where no weighted run can stand for the posterior: each was stopped at the prior's edge."""
    if not np.isfinite(log_weights).any():
        raise UserError(
            Text("no run agrees with the report, however it is moved within the prior",
                 "在先验范围内没有任何运行与报告相符"),
            key="observed",
            found=f"{len(log_weights)} runs",
            hint=Text("leave a small count out: without=[target]; or widen priors in conf/parameters/",
                      "请略去小数目：without=[指标]，或在 conf/parameters/ 放宽先验"),
        )  # fmt: skip


def _arrays(runs: Wave) -> tuple[Float, Float, Float]:
    return runs.points, runs.outputs, runs.raw


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
