"""A calibration of a made model: six parameters, outputs by known formulas; for tests of what is told of it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from calibration.findings.lessons import Lessons
from calibration.fitting.emulator import fit_emulator
from calibration.fitting.fit import Fit, Wave
from calibration.fitting.history import ALSO
from calibration.fitting.likelihood import Observations, observations_of
from calibration.fitting.prior import (
    WHOLES,
    Prior,
    Ranged,
    space_filling,
)
from calibration.fitting.sampler import Chain
from calibration.fitting.screen import Screening
from scenarios.report.figures import read_figures
from scenarios.report.patterns import read_patterns
from scenarios.settings.config import compose_run
from simulation.state.entities import Float

KEYS = ("jobs.search_probability", "jobs.fair_attendance", "jobs.fair_skill", "residence.house_worth",
        "residence.title_worth", "residence.c_returned")  # fmt: skip
SHARES = tuple(key for group in WHOLES for key in group)
ALL = (*KEYS, *SHARES)
"""The six, and shares that add to one, which every prior holds."""
N = 400


@cache
def made_observations() -> Observations:
    region = compose_run([]).region
    return observations_of(read_figures(region / "figures.csv"), read_patterns(region / "patterns.csv"))


def made_prior() -> Prior:
    return Prior(tuple(Ranged(key, 0.0 if key in KEYS else 0.1, 2.0, "uniform", "utility") for key in ALL))


def made_outputs(points: Float, observed: Observations) -> Float:
    """Return outputs on their scales: search moves employed and a pattern, attendance the matches alone."""
    low, high = observed.low, observed.high
    with np.errstate(invalid="ignore"):
        bounded = np.where(np.isinf(low), high - 1, np.where(np.isinf(high), low + 0.02, (low + high) / 2))
    middle = np.where(np.isnan(observed.value), bounded, observed.value)
    found = np.tile(middle, (len(points), 1))
    x = 2 * points - 1
    columns = {name.partition(":")[2]: j for j, name in enumerate(observed.names)}
    found[:, columns["employed"]] += 6 * x[:, 0]
    found[:, columns["both_ends_apparent"]] += 0.4 * x[:, 0]
    found[:, columns["job_fair_matches_2019"]] += 5 * x[:, 1] + 3 * x[:, 2]
    found[:, columns["fair_mismatch"]] += 0.5 * x[:, 1] + 0.3 * x[:, 2]
    found[:, columns["old_house_ties"]] += 0.2 * x[:, 3]
    return found


def wave(points: Float, observed: Observations) -> Wave:
    outputs = made_outputs(points, observed)
    outputs = outputs + 0.01 * np.random.default_rng(len(points)).standard_normal(outputs.shape)
    natural = [observed.natural(j, outputs[:, j]) for j in range(outputs.shape[1])]
    also = np.column_stack([points[:, 5]] * len(ALSO))
    return Wave(points, outputs, np.column_stack([*natural, also]))


def made_fit(weights: Float | None = None) -> Fit:
    """Return a calibration whose weighted runs lie over the whole prior; weights: theirs, equal if none are given."""
    observed = made_observations()
    prior = wave(space_filling(N, len(ALL), (1,)), observed)
    weighted = wave(space_filling(N, len(ALL), (2,)), observed)
    emulator = fit_emulator(prior.points, prior.outputs, (0, 1, 2, 3), (4,))
    effects = np.zeros((len(ALL), len(observed.names)))
    effects[:4, 0], effects[4, 0] = 9.0, 1.5
    log_weights = np.zeros(N) if weights is None else np.log(weights)
    chain = Chain(weighted.points[:, :4], 1.0)
    screening = Screening(effects, (0, 1, 2, 3), (4,))
    chains, seeds = (chain, chain), list(range(N))
    return Fit(observed, screening, prior, emulator, emulator, 0.1, chains, weighted, seeds, log_weights, weighted)


def made_lessons(fit: Fit) -> Lessons:
    return Lessons(np.ones((4, len(fit.observed.names))), {KEYS[0]: ("employed",)}, {"employed": ""},
                   {"employed": (40_000.0, 41_000.0, 42_000.0)}, pd.DataFrame())  # fmt: skip
