"""`python -m calibration.prior_effects` (make prior-effects): what every scenario does before calibration.

Draws from the prior, not held against the report at all, run every scenario of conf/scenario/. Briefs set these effects
beside those under the posterior: what did not become narrower rests on assumption. `check=true` runs the first draws
again and renews only the hash if all is as stored.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
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
from scenarios.settings.command import guarded
from scenarios.settings.command_line import language_of, split_arguments
from scenarios.settings.config import RunConfig, compose_run
from scenarios.settings.generator import choose_generator
from scenarios.settings.own_keys import check_words, own_flag, own_whole
from scenarios.settings.schema import BASE

OWN = ("draws", "processes", "check")
DRAWS, PROBED = 100, 2
DESIGN_SEED = (1, 99)
"""Of the prior's draws; those of the calibration have other ones."""
USAGE = Text(
    """Usage: python -m calibration.prior_effects [draws=100] [processes=0] [check=true] [language=zh]

Runs every scenario on draws from the prior alone, and writes the table that briefs set their effects beside.
README.md says how long it takes. check=true: runs the first two draws again; if all is as stored, only the hash is
renewed.""",
    """用法：python -m calibration.prior_effects [draws=100] [processes=0] [check=true] [language=zh]

只用先验抽样运行全部方案，写出简报用来对照的效果表。所需时间见 README.zh.md。
check=true：重跑前两次抽样；若结果与所存一致，只更新代码校验值。""",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Make the table that the words of the command line ask for; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _main(words), language_of(words))


def _main(words: Sequence[str]) -> None:
    arguments, language = split_arguments(words, OWN), language_of(words)
    if arguments.help:
        print(USAGE.say(language))
        return
    check_words(arguments, ("language",))
    choose_generator(runs_here=False)
    check = own_flag(arguments, "check")
    n, processes = own_whole(arguments, "draws", DRAWS, 2, 10_000), own_whole(arguments, "processes", 0, 0, 1024)
    progress = Progress(language)
    try:
        if check:
            _check(processes, progress)
        else:
            write_draws(PRIOR_FILE, prior_draws(compose_run([]), n))
            results = _run(n, processes, progress)
            write_prior_effects(EFFECTS_FILE, prior_rows(results), {"draws": n, "probes": probes(results)})
    finally:
        progress.clear()
    print(Text("Effects before calibration: ", "校准前的效果：").say(language) + shown_path(EFFECTS_FILE))


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
    plan, started = _plan(n, processes), time.monotonic()

    def told(done: int, of: int) -> None:
        left = (time.monotonic() - started) / done * (of - done)
        progress.stage(Text(f"{done} of {of} draws, about {left:.0f} s left", f"{done} / {of}，约剩 {left:.0f} 秒"))

    return results_of(plan, run_all(plan, told))


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
