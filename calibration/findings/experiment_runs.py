"""The patterns that are model experiments, over draws of the prior and of the posterior: what share meets each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from calibration.findings.experiment_branches import pulled_lever
from calibration.findings.experiments import experiments, run_experiments
from calibration.findings.summary import (
    PATTERNS,
    equal_draws,
    taught,
    weighted_quantiles,
)
from calibration.fitting.history import Setting, setting_of
from calibration.fitting.progress import StageProgress
from calibration.fitting.waves import PRIOR, run_seeds
from scenarios.base.errors import UserError
from scenarios.base.parallel import in_processes
from scenarios.base.text import Text
from scenarios.report.patterns import REPORT
from scenarios.runs.parameter_sets import PARAMETER
from scenarios.settings.config import compose_run
from simulation.state.policy import Lever

if TYPE_CHECKING:
    from calibration.findings.calibration import Calibration

EXPERIMENTS, DRAWS = Text("experiments", "模型实验"), Text("draws", "次抽样")


class Trial(NamedTuple):
    """One draw to experiment with: parameters by 'process.name', seed."""

    values: dict[str, float]
    seed: int


def experiment_rows(calibration: Calibration, posterior: pd.DataFrame, progress: StageProgress) -> pd.DataFrame:
    """Return rows of `summary.PATTERNS` for the experiments of patterns.csv.

    The prior's draws are the first of its design, the posterior's are drawn by their weights. No rows where the
    calibration makes no experiments.
    """
    n = calibration.sizes.experiments
    if n == 0:
        return pd.DataFrame(columns=list(PATTERNS))
    design = calibration.prior_points()[:n]
    seeds = run_seeds(PRIOR, n, calibration.seed)
    of_prior = [Trial(calibration.prior.named(point), seed) for point, seed in zip(design, seeds, strict=True)]
    rows = equal_draws(posterior, n, calibration.seed)[0].to_dict("records")
    of_posterior = [
        Trial({key: float(row[f"{PARAMETER}{key}"]) for key in calibration.prior.keys}, int(row["seed"]))
        for row in rows
    ]
    measured = []
    progress.stage(EXPERIMENTS)
    runs = in_processes(_try, [*of_prior, *of_posterior], calibration.processes, _start, calibration.store.arguments)
    for done, values in enumerate(runs, start=1):
        progress.count(done, len(of_prior) + len(of_posterior), DRAWS)
        measured.append(values)
    table = pd.DataFrame(measured)
    prior, posterior_values = table.iloc[: len(of_prior)], table.iloc[len(of_prior) :]
    lines = []
    for pattern in experiments(calibration.patterns):
        name, band = pattern.id, pattern.band
        shares = [float(np.mean([band.holds(value) for value in part[name]])) for part in (prior, posterior_values)]
        # A town may have nothing to tell apart; what was found elsewhere may not hold here.
        if not any(shares) and calibration.table is not None and pattern.ring == REPORT:
            problem = Text("no draw meets a pattern that is an experiment", "没有任何抽样符合某一实验特征")
            hint = Text("look at its bounds in patterns.csv, or at the rule", "请检查 patterns.csv 中的界限或相应规则")
            raise UserError(problem, key=name, found=name, hint=hint)
        spread = [
            weighted_quantiles(part[name].to_numpy(float), np.ones(len(part))) for part in (posterior_values, prior)
        ]
        numbers = [float(v) for low, median, high in spread for v in (median, low, high)]
        lines.append((name, *shares, taught(shares[0]), pattern.unit, *band, *numbers))
    return pd.DataFrame(lines, columns=list(PATTERNS))


class _ExperimentRuns:
    setting: Setting
    courses: Lever


def _start(overrides: tuple[str, ...], config_dir: str | None) -> None:
    _ExperimentRuns.setting = setting_of(compose_run(list(overrides), config_dir))
    _ExperimentRuns.courses = pulled_lever()


def _try(trial: Trial) -> dict[str, float]:
    return run_experiments(_ExperimentRuns.setting, _ExperimentRuns.courses, trial.values, trial.seed)
