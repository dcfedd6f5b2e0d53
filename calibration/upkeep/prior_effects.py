"""The work of `python -m calibration.prior_effects` (make prior-effects): what every scenario does before calibration.

Draws from the prior, not held against the report at all, run every scenario of conf/scenario/. Briefs set these effects
beside those under the posterior: what did not become narrower rests on assumption.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from calibration.fitting.prior import prior_of, space_filling
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.compare.assemble import Results, results_of
from scenarios.compare.indicators import HEADLINES
from scenarios.compare.plan import Plan, default_scenarios, make_plan
from scenarios.compare.prior_effects import (
    EFFECTS_FILE,
    prior_rows,
    write_prior_effects,
)
from scenarios.compare.runner import run_all
from scenarios.runs.parameter_sets import (
    PARAMETER,
    PRIOR_FILE,
    Draws,
    read_draws,
    setting,
    write_draws,
)
from scenarios.settings.command import Call
from scenarios.settings.config import RunConfig, compose_run
from scenarios.settings.schema import BASE

PROBED = 2
DESIGN_SEED = (1, 99)
"""Of the prior's draws; those of the calibration have other ones."""
RUNNING, DRAWS = Text("running the draws of the prior", "正在运行先验抽样"), Text("draws", "次抽样")


def prior_effects(call: Call) -> None:
    """Make the table that the words of the command line ask for."""
    n, processes, progress = call.own["draws"], call.own["processes"], call.progress
    progress.stage(RUNNING)
    write_draws(PRIOR_FILE, prior_draws(compose_run([]), n))
    results = run_prior(n, processes, progress)
    write_prior_effects(EFFECTS_FILE, prior_rows(results), {"draws": n, "probes": probes(results)})
    shown = shown_path(EFFECTS_FILE)
    call.say(Text(f"Effects before calibration: {shown}", f"校准前的效果：{shown}"))


def prior_draws(config: RunConfig, n: int) -> Draws:
    """Return `n` draws from the prior of a configuration as a table of draws; their seeds are 1 to n."""
    prior = prior_of(config.resolved["parameters"])
    points = space_filling(n, len(prior.keys), DESIGN_SEED)
    rows = [
        {"draw": i, "seed": i + 1, **{f"{PARAMETER}{key}": value for key, value in prior.named(point).items()}}
        for i, point in enumerate(points)
    ]
    return Draws(pd.DataFrame(rows), {"program": "anju", "kind": "prior", "setting": setting(config)})


def probes(results: Results, n: int = PROBED) -> dict[str, list[float]]:
    """Return the effects of the first `n` draws on the headlines, by 'scenario.indicator'."""
    return {
        f"{name}.{indicator}": [float(v) for v in results.differences(s)[:n, results.column(indicator)]]
        for s, name in enumerate(results.plan.scenarios)
        for indicator in HEADLINES
        if name != BASE
    }


def plan_prior(n: int, processes: int = 0) -> Plan:
    """Return every scenario on the first `n` draws from the prior."""
    configs = {name: compose_run([f"scenario={name}"]) for name in default_scenarios()}
    return replace(make_plan(configs, read_draws(PRIOR_FILE), n, 0, draws_file=PRIOR_FILE), processes=processes)


def run_prior(n: int, processes: int, progress: Progress) -> Results:
    """Return the runs of every scenario on the first `n` draws from the prior."""
    plan = plan_prior(n, processes)
    return results_of(plan, run_all(plan, lambda done, of: progress.count(done, of, DRAWS)))
