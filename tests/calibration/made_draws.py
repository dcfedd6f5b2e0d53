"""Draws that a test needs and no calibration made: of the prior, with what the model gives for them."""

from __future__ import annotations

from calibration.fitting.history import history_of, outputs_of, setting_of
from calibration.fitting.prior import prior_of
from calibration.fitting.prior_draws import prior_draws
from scenarios.runs.parameter_sets import PARAMETER, PATTERN, TARGET, Draws
from scenarios.runs.sources import source_hash
from scenarios.settings.config import RunConfig
from scenarios.settings.parameter_values import rounded


def run_draws(config: RunConfig, n: int) -> Draws:
    """Return `n` draws of the prior as a posterior's table has them, with their targets and patterns."""
    prior, shared = prior_of(config.resolved["parameters"]), setting_of(config)
    draws = prior_draws(config, n)
    table = draws.table.copy()
    for row in draws.table.to_dict("records"):
        values = {key: float(row[f"{PARAMETER}{key}"]) for key in prior.keys}
        outputs = outputs_of(history_of(shared, values, int(row["seed"])), shared)
        for name, value in outputs.items():
            if name.startswith((TARGET, PATTERN)):
                table.loc[table["draw"] == row["draw"], name] = rounded(float(value))
    bounds = {each.key: [each.low, each.high, each.shape] for each in prior.ranged}
    made = {"source": source_hash("posterior"), "setting": draws.made["setting"], "prior": bounds, "without": []}
    return Draws(table, made)
