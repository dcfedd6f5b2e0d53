"""The work of `python -m calibration.prior_effects` (make prior-effects): what every scenario does before calibration.

Draws from the prior, not held against the report at all, run every scenario of conf/scenario/. Briefs set these effects
beside those under the posterior: what did not become narrower rests on assumption.
"""

from __future__ import annotations

from dataclasses import replace

from calibration.fitting.prior_draws import prior_draws
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
    PRIOR_FILE,
    read_draws,
    write_draws,
)
from scenarios.settings.command import Call
from scenarios.settings.config import compose_run
from scenarios.settings.schema import BASE

PROBED = 2
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
