"""Draws from the prior alone, as a table of draws: what the model says before it is held against the report."""

from __future__ import annotations

import pandas as pd

from calibration.fitting.prior import prior_of, space_filling
from scenarios.runs.parameter_sets import PARAMETER, Draws, setting
from scenarios.settings.config import RunConfig

DESIGN_SEED = (1, 99)
"""Of the prior's draws; those of the calibration have other ones."""


def prior_draws(config: RunConfig, n: int) -> Draws:
    """Return `n` draws from the prior of a configuration as a table of draws; their seeds are 1 to n."""
    prior = prior_of(config.resolved["parameters"])
    points = space_filling(n, len(prior.keys), DESIGN_SEED)
    rows = [
        {"draw": i, "seed": i + 1, **{f"{PARAMETER}{key}": value for key, value in prior.named(point).items()}}
        for i, point in enumerate(points)
    ]
    return Draws(pd.DataFrame(rows), {"program": "anju", "kind": "prior", "setting": setting(config)})
