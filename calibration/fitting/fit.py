"""From the prior to posterior draws: waves of full-size runs, an emulator after each, real runs at the end.

1. Prior: runs that fill the space. They say whether the prior reaches the report at all.
2. Screening (once, under the default reading): which parameters are fitted.
3. History matching: runs where the first emulator cannot rule out the report (implausibility below 3). Another reading
   than the default takes over the runs of 1 to 3 by what a few of its own say of the difference (opening.py).
4. Refocusing: runs at draws of the emulated posterior; the last emulator is fitted to what lies near the report.
5. Importance sampling: real runs at draws of the last emulated posterior, moved and weighted (last_stage.py). No seed
   is chosen for what it gives.
6. Other seeds: the draws that briefs stand on, run once more with other seeds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.fitting.emulator import (
    Emulator,
    Index,
    fit_emulator,
)
from calibration.fitting.last_stage import Proposal, Weighted, importance_weighted, runs_of
from calibration.fitting.likelihood import Observations
from calibration.fitting.opening import Opening, implausibility, opening, opening_beside
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
    screening_runs,
)
from calibration.fitting.sizes import Sizes
from calibration.fitting.waves import (
    FRESH,
    REFOCUSING,
    WEIGHTING,
    Wave,
    run_seeds,
    wave,
)
from scenarios.base.errors import UserError
from scenarios.base.text import Text
from simulation.state.entities import Float

NEAR = 4.0
"""Implausibility up to which runs of earlier waves help the last emulator."""
MOST_CUT = 0.2
"""Of the weight of runs, in draws that count equally."""
LOTS = 2
"""Lots of draws that the last stage checks at most."""


@dataclass(frozen=True)
class Fit:
    """A calibration: what each stage ran and what came out.

    screening; prior, weighted: the first and the last wave; seeds: of the last, of the draws that it kept; wide: the
    emulator before refocusing, for what lies farther off; near: the last; plausible: share of the prior that history
    matching leaves; chains: two, by their own seeds; log_weights: of the last wave; fresh: those of its draws that
    briefs stand on, run with other seeds.
    """

    observed: Observations
    screening: Screening
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


def fit(
    store: RunStore,
    observed: Observations,
    sizes: Sizes,
    seed: int,
    progress: StageProgress,
    screening: Screening | None = None,
    beside: Opening | None = None,
) -> Fit:
    """Return the calibration to `observed`; runs come from `store`.

    seed: of the inference, that is of designs and chains; a run's own seed belongs to its number. screening: one made
    before; made here if none is given. beside: how the calibration under another reading began; its runs then serve for
    this one (`opening_beside`). Raises UserError for a target or pattern out of the prior's reach.
    """

    def run(points: Float, stage: int, name: Text) -> Wave:
        return wave(store, observed, points, run_seeds(stage, len(points), seed), progress.runs(name))

    n = len(store.prior.keys)
    progress.expect(sizes.runs if screening else sizes.runs + screening_runs(n, sizes.trajectories))
    if beside is None or screening is None:
        begun = opening(store, observed, sizes, seed, progress, screening)
    else:
        begun = opening_beside(store, observed, sizes, seed, progress, screening, beside)
    screening, so_far = begun.screening, begun.so_far
    free, minor = screening.free, screening.minor
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
        weights=np.concatenate([np.ones(len(refocused.points)), np.zeros(int(close.sum()))]),
    )
    progress.stage(Text("two chains", "两条链"))
    one, other = agreeing_chains(near, observed, sizes.chain, seed)
    last, seeds, log_weights = _last_runs(store, observed, near, (one, other), sizes, seed, progress)
    fresh = run(last.points[draw_rows(np.exp(log_weights - log_weights.max()), sizes.draws, seed)[0]], FRESH,
                Text("other seeds", "换用其他种子"))  # fmt: skip
    return Fit(observed, screening, begun.prior, wide, near, begun.plausible, (one, other), last, seeds,
               log_weights, fresh)  # fmt: skip


def _last_runs(
    store: RunStore, observed: Observations, near: Emulator, chains: tuple[Chain, Chain], sizes: Sizes, seed: int,
    progress: StageProgress,
) -> Weighted:  # fmt: skip
    """Return what the last stage gives of one lot of draws; of two, where the first is worth fewer than `sizes.enough`.

    Both lots have the same proposal distribution, so that their weights stand beside each other. Raises UserError where
    no run agrees with the report.
    """
    found: list[Weighted] = []
    for lot in range(LOTS):
        progress.expect(runs_of(sizes.checking) + sizes.draws)
        parts = sizes.checking - sizes.checking // 2, sizes.checking // 2
        free_points = np.vstack([thinned(chain.points, part, lot) for chain, part in zip(chains, parts, strict=True)])
        points, _ = with_others(near, observed, free_points, len(store.prior.keys), seed, lot)
        seeds = run_seeds(WEIGHTING, LOTS * sizes.checking, seed)[lot * sizes.checking :][: sizes.checking]
        found += importance_weighted(store, near, [Proposal(observed, points, seeds)], progress.runs)
        log_weights = np.concatenate([each.log_weights for each in found])
        if np.isfinite(log_weights).any() and effective(log_weights) >= sizes.enough:
            break
    check_weights(log_weights)
    runs = Wave(*(np.vstack([getattr(each.runs, part) for each in found]) for part in ("points", "outputs", "raw")))
    return Weighted(runs, [seed for each in found for seed in each.seeds], log_weights)


def draw_rows(weights: Float, n: int, seed: int) -> tuple[Index, float]:
    """Return which weighted runs are draws that count equally, `n` or fewer, and the share of weight that is cut.

    They are no more than the weighted runs are worth in equal draws, and so few that at most MOST_CUT is cut: more of
    them would only cut the largest weights.
    """
    worth = int(weights.sum() ** 2 / (weights**2).sum())
    count = min(n, int((weights > 0).sum()), worth)
    rows, cut = without_repeats(weights, count, np.random.default_rng([seed, n]))
    while cut > MOST_CUT and count > 1:
        count -= 1
        rows, cut = without_repeats(weights, count, np.random.default_rng([seed, n]))
    return rows, cut


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
