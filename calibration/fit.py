"""From the prior to posterior draws: waves of full-size runs, an emulator after each, real runs at the end.

1. Prior: runs that fill the space. They say whether the prior reaches the report at all.
2. Screening (once, under the default reading): which parameters are fitted.
3. History matching: runs where the first emulator cannot rule out the report (implausibility below 3).
4. Refocusing: runs at draws of the emulated posterior; the last emulator is fitted to what lies near the report.
5. Check: real runs at draws of the last emulated posterior; what each run shows beyond the emulator moves its draw a
   little, and it is run again with the same seed, twice (transport.py). Each weighs as much as the report makes its
   outputs likelier than was foreseen, so that what the emulator gets wrong is mended where it matters. Luck is left as
   it falls; no seed is fitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from calibration.emulator import Emulator, chance_spread, fit_emulator
from calibration.prior import space_filling
from calibration.report import Report
from calibration.runs import Done, RunStore
from calibration.sampler import Chain, effective, free_posterior, with_others
from calibration.screen import Screening, design, errors_of, screened, screening_runs
from calibration.telling import Teller
from calibration.transport import density_ratio, moved, wanted
from scenarios.compare.draws import PATTERN, TARGET
from scenarios.errors import UserError
from scenarios.registry import Text
from simulation.state import Bool, Float

IMPLAUSIBLE = 3.0
NEAR = 4.0
"""Implausibility up to which runs of earlier waves help the last emulator."""
CANDIDATES = 20_000
CANDIDATES_MOST = 2_000_000
MOVES = 2
"""Times a checked draw is moved and run again: after two its targets lie within a tenth of their errors of the aim."""
AGREE = 0.25
"""Largest difference between quantiles (5, 50, 95 %) of two chains, in standard deviations of the draws."""
ATTEMPTS, LONGER = 3, 3
SEED_STEP = 100_000
"""Run seeds of a stage are its number times this, and the number of the run: none is used twice."""
PRIOR, PAIRS, MATCHING, REFOCUSING, CHECKING, TRUTHS, NEAR_TRUTHS = range(1, 8)
"""Numbers of the stages; screening takes the seeds below the first."""
WIDE = Text("widen its parameters' ranges in conf/parameters/, or leave it out: without=ID",
            "请放宽 conf/parameters/ 中相关参数的范围，或不用它：without=编号")  # fmt: skip


class Sizes(NamedTuple):
    """How many runs each stage makes (the check: MOVES + 1 for each draw), and how many draws its chains give."""

    prior: int
    pairs: int
    matching: int
    refocusing: int
    checking: int
    chain: int

    @property
    def runs(self) -> int:
        """How many runs all stages make, screening aside."""
        return self.prior + self.pairs + self.matching + self.refocusing + (MOVES + 1) * self.checking


FULL = Sizes(prior=1600, pairs=200, matching=600, refocusing=800, checking=600, chain=8000)
READING = Sizes(prior=800, pairs=100, matching=300, refocusing=400, checking=300, chain=6000)
QUICK = Sizes(prior=400, pairs=100, matching=150, refocusing=200, checking=150, chain=4000)


@dataclass(frozen=True)
class Wave:
    """Runs of one stage: points on the unit cube; what they gave, for the report's outputs on their scales.

    raw: the same in their own units, followed by what no figure of the report speaks of (history.ALSO).
    """

    points: Float
    outputs: Float
    raw: Float


@dataclass(frozen=True)
class Fit:
    """A calibration: what each stage ran and what came out.

    screening; chance: standard deviation of another seed, by output; prior, checked: the first and the last wave;
    seeds: of the last; wide: the emulator before refocusing, for what lies farther off; near: the last; plausible:
    share of the prior that history matching leaves; chains: two, by their own seeds; log_weights: of the checked runs.
    """

    report: Report
    screening: Screening
    chance: Float
    prior: Wave
    wide: Emulator
    near: Emulator
    plausible: float
    chains: tuple[Chain, Chain]
    checked: Wave
    seeds: list[int]
    log_weights: Float

    @property
    def weights(self) -> Float:
        """Weights of the checked runs, adding to 1."""
        weights = np.exp(self.log_weights - self.log_weights.max())
        return np.asarray(weights / weights.sum())

    @property
    def effective_draws(self) -> float:
        """How many equally weighted draws the checked runs are worth."""
        return effective(self.log_weights)


class OutOfReachError(UserError):
    """No draw of the prior reaches a target or meets a pattern; `name` is its name among the outputs."""

    name = ""


def fit(
    store: RunStore, report: Report, sizes: Sizes, seed: int, teller: Teller, screening: Screening | None = None
) -> Fit:
    """Return the calibration to `report`; runs come from `store`.

    seed: of the inference, that is of designs and chains; a run's own seed belongs to its number. screening: one made
    before; made here if none is given. Raises UserError for a target or pattern out of the prior's reach.
    """
    n = len(store.prior.keys)
    teller.expect(sizes.runs if screening else sizes.runs + screening_runs(n))

    def run(points: Float, stage: int, name: Text) -> Wave:
        seeds = [stage * SEED_STEP + number for number in range(len(points))]
        return wave(store, report, points, seeds, teller.runs(name))

    prior = run(space_filling(sizes.prior, n, (seed, PRIOR)), PRIOR, Text("prior", "先验"))
    check_reach(report, prior.outputs)
    pairs = run(prior.points[: sizes.pairs], PAIRS, Text("other seeds", "另一种子"))
    chance = chance_spread(prior.outputs[: sizes.pairs], pairs.outputs)
    if screening is None:
        points, seeds = design(n, seed)
        found = wave(store, report, points, seeds, teller.runs(Text("screening", "筛选")))
        screening = screened(points, found.outputs, report, seed)
    free, minor = screening.free, screening.minor
    first = fit_emulator(prior.points, prior.outputs, free, minor)
    matching_points, plausible = plausible_points(first, report, sizes.matching, n, seed)
    matching = run(matching_points, MATCHING, Text("history matching", "历史匹配"))
    so_far = Wave(*(np.vstack(pair) for pair in zip(_arrays(prior), _arrays(matching), strict=True)))
    wide = fit_emulator(so_far.points, so_far.outputs, free, minor)
    teller.stage(Text("first chain", "第一条链"))
    start = free_posterior(wide, report, sizes.refocusing, seed)
    refocused_points, _ = with_others(wide, report, thinned(start.points, sizes.refocusing), n, seed)
    refocused = run(refocused_points, REFOCUSING, Text("refocusing", "聚焦"))
    close = implausibility(wide, report, so_far.points) < NEAR
    near = fit_emulator(
        np.vstack([refocused.points, so_far.points[close]]),
        np.vstack([refocused.outputs, so_far.outputs[close]]),
        free,
        minor,
        tolerated=errors_of(report),
        chance=chance,
        weights=np.concatenate([np.ones(len(refocused.points)), np.zeros(int(close.sum()))]),
    )
    teller.stage(Text("two chains", "两条链"))
    one, other = agreeing_chains(near, report, sizes.chain, seed)
    half = sizes.checking // 2
    own = np.vstack([thinned(one.points, sizes.checking - half), thinned(other.points, half)])
    points, _ = with_others(near, report, own, n, seed)
    seeds = [CHECKING * SEED_STEP + number for number in range(len(points))]
    aims, placed = wanted(near, report, points), points
    checked = run(points, CHECKING, Text("check", "检验"))
    for number in range(MOVES):
        luck = checked.outputs - near.mean(placed)
        placed = moved(near, report, placed, checked.outputs, aims)
        name = Text(f"check, move {number + 1}", f"检验，第 {number + 1} 次移动")
        checked = wave(store, report, placed, seeds, teller.runs(name))
    rarer = density_ratio(near, report, points, placed, luck)
    log_weights = rarer + weigh(near, report, points, aims, checked.outputs)
    return Fit(report, screening, chance, prior, wide, near, plausible, (one, other), checked, seeds, log_weights)


def weigh(emulator: Emulator, report: Report, points: Float, aims: Float, outputs: Float) -> Float:
    """Return the log of the likelihood of runs over that of the draws they came from, shape (n,).

    points: the draws before they were moved; aims: where their targets were to come out; outputs: what the runs gave.
    """
    targets, mean = report.targets_alone(), emulator.mean(points)
    patterns = report.log_likelihood(mean, emulator.covariance) - targets.log_likelihood(mean, emulator.covariance)
    foreseen = outputs.copy()
    foreseen[:, report.targets] = aims
    weights = report.log_likelihood(outputs) - targets.log_likelihood(foreseen) - patterns
    return np.where(np.isnan(weights), -np.inf, weights)


def _arrays(found: Wave) -> tuple[Float, Float, Float]:
    return found.points, found.outputs, found.raw


def wave(store: RunStore, report: Report, points: Float, seeds: Sequence[int], done: Done | None = None) -> Wave:
    """Return the runs at `points` with `seeds`, from `store`."""
    found, n = store.outputs(points, seeds, done), len(report.names)
    return Wave(points, report.scaled(found[:, :n]), found)


def thinned(points: Float, n: int) -> Float:
    """Return `n` rows spread evenly over a chain."""
    return np.asarray(points[np.linspace(0, len(points) - 1, n).round().astype(int)])


def check_reach(report: Report, outputs: Float) -> None:
    """Raise OutOfReachError for a target that the prior's draws do not surround, and for a pattern that none meets."""
    meets = report.meets(outputs)
    for j in report.targets:
        low, high = np.nanmin(outputs[:, j]), np.nanmax(outputs[:, j])
        if not low - report.error[j] <= report.value[j] <= high + report.error[j]:
            ends, stated = report.natural(j, np.array([low, high])), report.natural(j, report.value[j : j + 1])
            problem = Text("no draw of the prior reaches a target", "先验的任何抽样都达不到某一目标")
            found = f"{report.names[j].removeprefix(TARGET)} from {ends[0]:,.6g} to {ends[1]:,.6g}"
            raise _out_of_reach(report.names[j], problem, found, f"{stated[0]:,.6g}")
    for j in report.patterns:
        if report.holds[j] and not meets[:, j].any():
            problem = Text("no draw of the prior meets a pattern", "先验的任何抽样都不符合某一定性特征")
            bounds = Text("its bounds in patterns.csv", "patterns.csv 中的界限")
            raise _out_of_reach(report.names[j], problem, report.names[j].removeprefix(PATTERN), bounds)


def _out_of_reach(name: str, problem: Text, found: str, allowed: Text | str) -> OutOfReachError:
    error = OutOfReachError(problem, key=name, found=found, allowed=allowed, hint=WIDE)
    error.name = name
    return error


def implausibility(emulator: Emulator, report: Report, points: Float) -> Float:
    """Return how far the report lies from what the emulator predicts, at its worst over targets and patterns.

    In standard deviations of the emulator's error and the report's own together. A pattern is implausible as far as
    the prediction lies beyond its threshold.
    """
    mean, variance = emulator.mean(points), np.diag(emulator.covariance)
    worst = np.zeros(len(points))
    for j in report.targets:
        off = np.abs(mean[:, j] - report.value[j]) / np.sqrt(variance[j] + report.error[j] ** 2)
        worst = np.maximum(worst, off)
    for j in report.patterns:
        under = (report.low[j] - mean[:, j]) / np.sqrt(variance[j] + report.low_sd[j] ** 2)
        over = (mean[:, j] - report.high[j]) / np.sqrt(variance[j] + report.high_sd[j] ** 2)
        if report.holds[j]:
            worst = np.maximum(worst, np.maximum(under, over))
    return worst


def plausible_points(emulator: Emulator, report: Report, n: int, n_parameters: int, seed: int) -> tuple[Float, float]:
    """Return `n` points of the prior that are not implausible, and which share of the prior is not.

    Raises UserError if too few can be found: the report then lies outside of what the model can do.
    """
    found: list[Float] = []
    kept = tried = 0
    while kept < n and tried < CANDIDATES_MOST:
        points = space_filling(CANDIDATES, n_parameters, (seed, MATCHING, tried))
        inside: Bool = implausibility(emulator, report, points) < IMPLAUSIBLE
        found.append(points[inside])
        kept, tried = kept + int(inside.sum()), tried + CANDIDATES
    if kept < n:
        problem = Text("hardly any of the prior could have given the report", "先验中几乎没有可能得出报告的部分")
        raise UserError(problem, key="prior", found=f"{kept} of {tried}", allowed=f"{n} or more", hint=WIDE)
    return np.vstack(found)[:n], kept / tried


def disagreement(one: Chain, other: Chain) -> Float:
    """Return, by free parameter, the largest difference between two chains' quantiles, in standard deviations."""
    quantiles = [np.quantile(chain.points, (0.05, 0.5, 0.95), axis=0) for chain in (one, other)]
    return np.asarray(np.abs(quantiles[0] - quantiles[1]).max(axis=0) / one.points.std(axis=0))


def agreeing_chains(emulator: Emulator, report: Report, n: int, seed: int) -> tuple[Chain, Chain]:
    """Return two chains of about `n` draws or more, with seeds of their own, that agree; raises UserError if none do.

    They are made LONGER times as long where they do not, twice at most.
    """
    worst = np.inf
    for attempt in range(ATTEMPTS):
        one, other = (free_posterior(emulator, report, n * LONGER**attempt, seed=2 * seed + k) for k in (0, 1))
        worst = float(disagreement(one, other).max())
        if worst <= AGREE:
            return one, other
    problem = Text("two chains of the inference do not agree", "推断的两条链不一致")
    hint = Text("lengthen them: Sizes.chain in calibration/fit.py", "请加长链：calibration/fit.py 的 Sizes.chain")
    raise UserError(problem, key="chain", found=f"{worst:.2f} standard deviations", allowed=f"{AGREE}", hint=hint)
