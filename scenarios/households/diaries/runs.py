"""The two runs behind the diaries: the baseline, and the scenario branched off it where its levers start.

A branch equals a full run of the scenario bit for bit, so both have the same random numbers and the same past.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from scenarios.base.errors import UserError
from scenarios.base.labels import LANGUAGES
from scenarios.base.progress import Progress as ShownProgress
from scenarios.base.text import Text
from scenarios.households.diaries.choice import ASKED, choose_households, who_they_are
from scenarios.households.diaries.tables import KEPT, Diaries
from scenarios.runs.model_run import STARTING, open_population
from scenarios.settings.config import RunConfig
from scenarios.settings.plans import check_plans
from simulation.foundations.months import month_label
from simulation.model import Model, Progress
from simulation.state.entities import STATES, Int64
from simulation.state.population import Population


class Kept(NamedTuple):
    """Columns of households kept at the end of each month, by scenario; each array has shape (n_rows,)."""

    rows: Int64  # households kept
    months: dict[str, list[dict[str, np.ndarray]]]


def finished_diaries(
    baseline: RunConfig, scenario: RunConfig | None, asked: Sequence[int], progress: ShownProgress
) -> Diaries:
    """Make the population and the diaries of its households; raises UserError for a household that is not there."""
    population = open_population(baseline, progress)
    if scenario is not None:
        check_plans(scenario.policy, len(population.sites))
    for household in asked:
        if household >= len(population.households):
            problem = Text(f"there is no household {household}", f"没有第{household}号搬迁户")
            raise UserError(problem, key="households", allowed=f"0 .. {len(population.households) - 1}")
    progress.stage(STARTING)
    return make_diaries(population, baseline, scenario, asked, progress)


def make_diaries(
    population: Population,
    baseline: RunConfig,
    scenario: RunConfig | None,
    asked: Sequence[int] = (),
    progress: Progress | None = None,
) -> Diaries:
    """Run the baseline and, if there is one, the scenario; return the diaries of the households.

    asked: households by number; without any, the rule of `scenarios.households.diaries.choice` chooses.
    """
    rows = np.array(asked or range(len(population.households)), dtype=np.int64)
    kept, trunk = _run(population, baseline, scenario, rows, progress)
    report = trunk.report_snapshot
    if report is None:
        raise ValueError(f"the run ends in {trunk.label}, before the month of the report")
    ends = [months[-1]["state"] for months in kept.months.values()]
    differs = rows[ends[0] != ends[-1]]
    chosen = dict.fromkeys(asked, ASKED) if asked else choose_households(report, differs)
    configs = [baseline, *([scenario] if scenario else [])]
    return Diaries(
        months=_month_table(kept, list(chosen)),
        households=who_they_are(report, trunk.state.sites, chosen),
        scenarios=pd.DataFrame(
            {
                "scenario": [config.scenario for config in configs],
                **{f"title_{language}": [config.titles[language] for config in configs] for language in LANGUAGES},
                "levers_start": [month_label(_start(config)) if config.policy.levers else "" for config in configs],
            }
        ),
    )


def _run(
    population: Population, baseline: RunConfig, scenario: RunConfig | None, rows: Int64, progress: Progress | None
) -> tuple[Kept, Model]:
    """Run both; return what was kept and the baseline's model at its end."""
    trunk = Model(
        population,
        baseline.parameters,
        baseline.policy,
        baseline.seed,
        months=baseline.months,
        collect=False,
        future=baseline.future,
    )
    kept = Kept(rows, {baseline.scenario: []})
    branch = None
    while trunk.month < trunk.months:
        if scenario is not None and trunk.month == _start(scenario):
            branch = trunk.branch(scenario.policy)
            kept.months[scenario.scenario] = list(kept.months[baseline.scenario])
        _step(trunk, kept, baseline.scenario, progress)
    while branch is not None and scenario is not None and branch.month < branch.months:
        _step(branch, kept, scenario.scenario, progress)
    return kept, trunk


def _start(config: RunConfig) -> int:
    """Return the month in which the first lever starts; 0 if none is pulled."""
    return min((lever.start_month for lever in config.policy.levers.values()), default=0)


def _step(model: Model, kept: Kept, scenario: str, progress: Progress | None) -> None:
    model.step()
    households = model.state.households
    kept.months[scenario].append({name: getattr(households, name)[kept.rows] for name in ("state", *KEPT)})
    if progress is not None:
        progress(model.month, model.months)


def _month_table(kept: Kept, households: list[int]) -> pd.DataFrame:
    """Return one row per scenario, household and month."""
    n_months = len(next(iter(kept.months.values())))
    places = [int(np.flatnonzero(kept.rows == h)[0]) for h in households]
    labels = [month_label(month) for month in range(n_months)]
    parts = []
    for scenario, months in kept.months.items():
        for h, place in zip(households, places, strict=True):
            columns = {name: np.array([month[name][place] for month in months]) for name in ("state", *KEPT)}
            columns["state"] = np.array(STATES, dtype=object)[columns["state"]]
            parts.append(pd.DataFrame({"scenario": scenario, "household": np.int32(h), "month": labels, **columns}))
    return pd.concat(parts, ignore_index=True)
