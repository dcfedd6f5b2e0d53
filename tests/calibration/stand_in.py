"""A stand-in of the model whose targets are known functions of the rates, for tests of what solves and accepts."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from calibration.prior import SOLVED
from calibration.solve import HISTORY_MONTHS, Report
from scenarios.config import RunConfig
from scenarios.figures import Figure
from scenarios.outcome import TARGETS
from simulation.parameters import Parameters
from simulation.population import Population

WHERE_MET = {
    "jobs.search_probability": 0.4,
    "jobs.organised_places_per_1000": 3.1,
    "jobs.nearby_public_posts_per_1000": 44.0,
    "jobs.fair_attendance": 0.35,
}
"""Rates at which the stand-in gives exactly what the report says."""
ELASTICITY = {
    "employed": 0.15,
    "organised_export_jobs": 0.8,
    "nearby_transfer_jobs": 0.4,
    "job_fair_matches_2019": 1.2,
}
CROSS = 0.03
"""Elasticity of every target to how hard people search, besides its own rate."""

Targets = dict[str, float]


def report_of(config: RunConfig, figures: dict[str, Figure]) -> Report:
    """Return the report without a population."""
    nobody = cast(Population, None)
    return Report(nobody, figures, pd.DataFrame(), config.reading)


def rates_of(parameters: Parameters) -> dict[str, float]:
    """Return the solved rates by key."""
    return {key: float(getattr(parameters.jobs, key.partition(".")[2])) for key in SOLVED.values()}


def power_laws(
    figures: dict[str, Figure], met: dict[str, float] | None = None
) -> Callable[[dict[str, float]], Targets]:
    """Return targets as products of powers: the report's figure where all rates are those of `met`."""
    at = met or WHERE_MET

    def targets(rates: dict[str, float]) -> Targets:
        ratio = {key: rates[key] / at[key] for key in rates}
        cross = ratio["jobs.search_probability"] ** CROSS
        return {
            target: figures[target].value * ratio[key] ** ELASTICITY[target] * (1.0 if target == "employed" else cross)
            for target, key in SOLVED.items()
        }

    return targets


class Records:
    """Records that know the targets alone, each under the first of the indicators that it is the sum of."""

    def __init__(self, targets: Targets, others: dict[str, float]) -> None:
        self.values = {"employed": targets["employed"], **others}
        for target, names in TARGETS.items():
            if names:
                part = targets[target] / (12 if target == "job_fair_matches_2019" else 1)
                self.values |= {name: part if name == names[0] else 0.0 for name in names}

    def value(self, name: str, row: int = 0, month: int = -1) -> float:
        """Return an indicator; the same in every month."""
        return self.values[name]


def stand_in(
    targets: Callable[[dict[str, float]], Targets], ran: list[dict[str, float]], others: dict[str, float] | None = None
) -> Any:
    """Return what takes the place of `Model`; every run's rates are added to `ran`."""

    def model(
        population: Population, parameters: Parameters, seed: int = 1, months: int = 0, collect: bool = True
    ) -> Any:
        assert months == HISTORY_MONTHS
        assert not collect
        rates = rates_of(parameters)
        ran.append({**rates, "seed": seed})
        made = SimpleNamespace(records=Records(targets(rates), others or {}), parameters=parameters)
        made.run = lambda: made
        return made

    return model
