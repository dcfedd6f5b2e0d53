"""The posterior of a calibration: all runs with their weights, the draws for briefs, and how they were made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from calibration.findings.calibration import Calibration, Findings
from calibration.findings.lessons import contraction_of
from calibration.findings.summary import LEVELS, equal_draws, posterior_table, weighted_quantiles
from calibration.fitting.fit import Fit
from calibration.fitting.screen import screening_runs
from scenarios.runs.parameter_sets import Draws, setting
from scenarios.runs.sources import source_hash


def posterior_draws(calibration: Calibration, findings: Findings) -> tuple[pd.DataFrame, Draws]:
    """Return the weighted runs with their weights (`summary.posterior_table`), and the draws for briefs."""
    posterior = posterior_table(findings.fit, calibration.prior, calibration.store.names)
    rows, cut = equal_draws(posterior, calibration.sizes.draws, calibration.seed)
    return posterior, Draws(
        rows, {**provenance_of(calibration, findings), "draws": len(rows), "weight_cut": round(cut, 4)}
    )


def provenance_of(calibration: Calibration, findings: Findings) -> dict[str, Any]:
    """Return what a posterior was made from and how: setting, sources, prior, stages, what it says of parameters."""
    fit, lessons, prior = findings.fit, findings.lessons, calibration.prior
    contraction = contraction_of(fit)
    moving = {*fit.screening.free, *fit.screening.minor}
    return {
        "program": "anju",
        "kind": "posterior",
        "setting": setting(calibration.config),
        "source": source_hash("posterior"),
        "inference_seed": calibration.seed,
        "sizes": calibration.sizes._asdict(),
        "runs": calibration.runs,
        "moved": len(fit.seeds),
        "screening_runs": 0
        if calibration.screening
        else screening_runs(len(prior.keys), calibration.sizes.trajectories),
        "effective_draws": round(fit.effective_draws, 1),
        "plausible_share": round(fit.plausible, 6),
        "free": [prior.keys[i] for i in fit.screening.free],
        "minor": [prior.keys[i] for i in fit.screening.minor],
        "inert": [key for i, key in enumerate(prior.keys) if i not in moving],
        "effect": {
            key: round(float(effect), 4) for key, effect in zip(prior.keys, fit.screening.strongest, strict=True)
        },
        "prior": {each.key: [each.low, each.high, each.shape] for each in prior.ranged},
        "contraction": {key: round(float(contraction[i]), 4) for i, key in enumerate(prior.keys)},
        "informed_by": {key: list(ids) for key, ids in sorted(lessons.informed_by.items())},
        "own_knobs": lessons.own_knobs,
        "check_shift": dict(zip(("parameter", "deviations"), shift_of_check(calibration, fit), strict=True)),
        "without": list(calibration.without),
    }


def shift_of_check(calibration: Calibration, fit: Fit) -> tuple[str, float]:
    """Return the parameter whose quantiles the moved and weighted runs shift most, and by how much.

    Against the emulated posterior, in its standard deviations: what would be wrong had no run been made at the end.
    """
    emulated = np.vstack([chain.points for chain in fit.chains])
    shifts = [
        float(np.abs(weighted_quantiles(fit.weighted.points[:, i], fit.weights) - np.quantile(draws, LEVELS)).max()
              / draws.std())
        for i, draws in zip(fit.screening.free, emulated.T, strict=True)
    ]  # fmt: skip
    worst = int(np.argmax(shifts))
    return calibration.prior.keys[fit.screening.free[worst]], round(shifts[worst], 4)
