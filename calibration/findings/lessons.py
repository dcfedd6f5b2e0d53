"""What the report taught: which target or pattern informs which parameter, and what it could have foretold.

Everything here is done on the emulator that reaches beyond the posterior (`Fit.wide`): one target or pattern is left
out, the chain is run again, and what becomes wider was informed by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from calibration.fitting.emulator import Emulator
from calibration.fitting.fit import Fit
from calibration.fitting.likelihood import Observations
from calibration.fitting.prior import Prior
from calibration.fitting.progress import StageProgress
from calibration.fitting.sampler import BURN_IN, choose, free_posterior, thinned
from scenarios.base.parallel import in_processes
from scenarios.base.text import Text
from scenarios.report.patterns import Pattern
from scenarios.runs.parameter_sets import PATTERN, TARGET
from scenarios.runs.targets import TARGETS, target_indicator
from simulation.state.entities import Float

NOTICEABLE = 1.10
"""A parameter is informed by a figure if its standard deviation grows by so much without it."""
TAUGHT = 0.10
"""Contraction below which no figure is named: a growth of almost nothing is nothing."""
OWN, OTHERS = 0.10, 0.02
"""A parameter is a target's own knob if it brings so much of its variance, and less than that of any other output."""
RIDGE = 0.3
"""Correlation from which two parameters are said to stand in for each other."""
PREDICTED = 400
WITHOUT_ONE, FITS = Text("without one target or pattern", "逐一去除目标与特征"), Text("fits", "次拟合")
PROPOSALS = 400


class Lessons(NamedTuple):
    """What leaving out showed.

    growth: standard deviation of each free parameter without an output, over that with it, (n_free, n_outputs), NaN for
    outputs that do not count; informed_by: ids by parameter, the strongest first; own_knobs: parameter, or '', by
    target; foretold: 5 %, 50 %, 95 % of each target from everything else, by id; ridges: pairs of parameters.
    """

    growth: Float
    informed_by: dict[str, tuple[str, ...]]
    own_knobs: dict[str, str]
    foretold: dict[str, tuple[float, float, float]]
    ridges: pd.DataFrame


def lessons_of(fit: Fit, prior: Prior, patterns: Mapping[str, Pattern], reading: Mapping[str, str], seed: int,
               processes: int, progress: StageProgress, chain: int) -> Lessons:  # fmt: skip
    """Return what `fit` shows when one output after the other is left out; patterns: by id; chain: its draws."""
    observed, wide = fit.observed, fit.wide
    used = [name for name, counts in zip(observed.names, observed.used, strict=True) if counts]
    growth = np.full((wide.free.size, len(observed.names)), np.nan)
    foretold: dict[str, tuple[float, float, float]] = {}
    start = (wide, observed, seed, chain)
    spread: Float | None = None
    fits = in_processes(_fit_without, ["", *used], processes, _start, start)
    progress.stage(WITHOUT_ONE)
    for done, (name, fitted) in enumerate(zip(["", *used], fits, strict=True)):
        progress.count(done, len(used), FITS)
        if spread is None:
            spread = fitted.spread
            continue
        j = observed.names.index(name)
        growth[:, j] = fitted.spread / spread
        if fitted.foretold is not None:
            low, middle, high = (float(value) for value in observed.natural(j, fitted.foretold))
            foretold[name.removeprefix(TARGET)] = low, middle, high
    contraction = contraction_of(fit)
    informed = {}
    for row, number in enumerate(wide.free):
        key = prior.keys[number]
        order = [j for j in np.argsort(-np.nan_to_num(growth[row])) if growth[row, j] >= NOTICEABLE]
        if contraction[number] >= TAUGHT and order:
            informed[key] = tuple(observed.names[j].partition(":")[2] for j in order)
    return Lessons(growth, informed, own_knobs(fit, prior, patterns, reading), foretold, ridges_of(fit, prior))


def contraction_of(fit: Fit) -> Float:
    """Return 1 - sd(posterior) / sd(prior) of every parameter on the prior's scale, from the weighted runs."""
    spread = np.sqrt(np.diag(weighted_covariance(fit)))
    return np.asarray(1.0 - spread / np.sqrt(1 / 12))


def weighted_covariance(fit: Fit) -> Float:
    """Return the covariance of the parameters over the weighted runs, corrected for how many they are worth."""
    weights = fit.weights
    centred = fit.weighted.points - weights @ fit.weighted.points
    return np.asarray((weights[:, None] * centred).T @ centred / (1.0 - (weights**2).sum()))


def ridges_of(fit: Fit, prior: Prior) -> pd.DataFrame:
    """Return pairs of fitted parameters that the report ties together: parameter_a, parameter_b, correlation."""
    covariance = weighted_covariance(fit)
    deviations = np.sqrt(np.diag(covariance))
    numbers = sorted([*fit.screening.free, *fit.screening.minor])
    rows = []
    for i, a in enumerate(numbers):
        for b in numbers[i + 1 :]:
            correlation = covariance[a, b] / (deviations[a] * deviations[b])
            if abs(correlation) >= RIDGE:
                rows.append((prior.keys[a], prior.keys[b], float(correlation)))
    table = pd.DataFrame(rows, columns=["parameter_a", "parameter_b", "correlation"])
    return table.sort_values("correlation", key=np.abs, ascending=False, kind="stable").reset_index(drop=True)


def own_knobs(fit: Fit, prior: Prior, patterns: Mapping[str, Pattern], reading: Mapping[str, str]) -> dict[str, str]:
    """Return, by target, the strongest parameter that moves it and nothing else, '' if there is none.

    Such a parameter hits its target whatever the rest does: that row then proves nothing. Patterns that are computed
    from the target itself do not count as something else.
    """
    shares = fit.wide.shares(len(prior.keys))
    knobs = {}
    for target in TARGETS:
        j = fit.observed.names.index(f"{TARGET}{target}")
        made_of_it = [j]
        for k, name in enumerate(fit.observed.names):
            if name.startswith(PATTERN):
                formula = patterns[name.removeprefix(PATTERN)].indicator.replace("(", " ").replace(")", " ").split()
                if set(target_indicator(target, reading)) & set(formula):
                    made_of_it.append(k)
        others = np.delete(shares, made_of_it, axis=1)
        alone = (shares[:, j] >= OWN) & (others.max(axis=1) < OTHERS)
        strongest = int(np.argmax(np.where(alone, shares[:, j], -1.0)))
        knobs[target] = prior.keys[strongest] if alone.any() else ""
    return knobs


class _LeaveOneOutFit(NamedTuple):
    spread: Float
    foretold: Float | None


class _LeaveOneOut:
    wide: Emulator
    observed: Observations
    seed: int
    chain: int


def _start(wide: Emulator, observed: Observations, seed: int, chain: int) -> None:
    _LeaveOneOut.wide, _LeaveOneOut.observed, _LeaveOneOut.seed, _LeaveOneOut.chain = wide, observed, seed, chain


def _fit_without(name: str) -> _LeaveOneOutFit:
    wide, seed = _LeaveOneOut.wide, _LeaveOneOut.seed
    observed = _LeaveOneOut.observed.without(name) if name else _LeaveOneOut.observed
    chain = free_posterior(wide, observed, _LeaveOneOut.chain, seed, min(BURN_IN, _LeaveOneOut.chain))
    foretold = None
    if name.startswith(TARGET):
        foretold = np.quantile(
            predicted(wide, observed, chain.points, observed.names.index(name), seed), (0.05, 0.5, 0.95)
        )
    return _LeaveOneOutFit(chain.points.std(axis=0), foretold)


def predicted(emulator: Emulator, observed: Observations, free_points: Float, j: int, seed: int) -> Float:
    """Return draws of output `j`, on its scale, given all that `observed` uses; one for each of PREDICTED points.

    What the emulator leaves open (other parameters, chance) is drawn with its covariance, and kept in proportion to the
    likelihood of the outputs that are used: they tell something of the one that is not.
    """
    rng = np.random.default_rng([seed, j])
    covariance = emulator.covariance_of_free()
    draws = []
    for mean in emulator.mean_of_free(thinned(free_points, PREDICTED)):
        proposed = rng.multivariate_normal(mean, covariance, size=PROPOSALS)
        draws.append(float(proposed[int(choose(observed.log_likelihood(proposed), 1, rng)[0]), j]))
    return np.array(draws)
