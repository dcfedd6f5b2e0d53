"""The work of `python -m calibration.prior_effects` (make prior-effects): what every scenario does before calibration.

Draws from the prior, not held against the report at all, run every scenario of conf/scenario/. Briefs set these effects
beside those under the posterior: what did not become narrower rests on assumption. `check=true` runs the first draws
again and renews only the hash if all is as stored.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from calibration.fitting.prior import prior_of, space_filling
from scenarios.base.errors import UserError
from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.base.yaml_files import shown_path
from scenarios.compare.assemble import Results, results_of
from scenarios.compare.indicators import HEADLINES
from scenarios.compare.plan import Plan, default_scenarios, make_plan
from scenarios.compare.prior_effects import (
    EFFECTS_FILE,
    PRIOR_FILE,
    prior_rows,
    stored_prior_effects,
    write_prior_effects,
)
from scenarios.compare.runner import run_all
from scenarios.runs.parameter_sets import (
    PARAMETER,
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
    if call.own["check"]:
        _check(processes, progress)
    else:
        write_draws(PRIOR_FILE, prior_draws(compose_run([]), n))
        results = _run(n, processes, progress)
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


def probes(results: Results) -> dict[str, list[float]]:
    """Return the effects of the first draws on the headlines, by 'scenario.indicator'."""
    return {
        f"{name}.{indicator}": [float(v) for v in results.differences(s)[:PROBED, results.column(indicator)]]
        for s, name in enumerate(results.plan.scenarios)
        for indicator in HEADLINES
        if name != BASE
    }


def _plan(n: int, processes: int) -> Plan:
    configs = {name: compose_run([f"scenario={name}"]) for name in default_scenarios()}
    return replace(make_plan(configs, read_draws(PRIOR_FILE), n, 0, draws_file=PRIOR_FILE), processes=processes)


def _run(n: int, processes: int, progress: Progress) -> Results:
    plan = _plan(n, processes)
    return results_of(plan, run_all(plan, lambda done, of: progress.count(done, of, DRAWS)))


def _check(processes: int, progress: Progress, path: Path = EFFECTS_FILE) -> None:
    """Renew the hash if the first draws give what is stored; raises UserError if not."""
    table, made = stored_prior_effects(path)
    anew = Text("make it anew: make prior-effects", "请重新运行 make prior-effects")
    if not made:
        raise UserError(Text("there is no table to check", "没有可核对的表"), key="check", found=path, hint=anew)
    found = probes(_run(PROBED, processes, progress))
    for name, values in made["probes"].items():
        if found.get(name) != values:
            problem = Text("an effect before calibration is not what is stored", "校准前的某一效果与所存不同")
            raise UserError(problem, key="check", found=name, hint=anew)
    write_prior_effects(path, table, {name: value for name, value in made.items() if name != "source"})
