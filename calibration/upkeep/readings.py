"""`python -m calibration.readings` (make readings): does the ranking of scenarios change with the reading?

Readings vary one at a time; each has a population and a posterior of its own (make calibrate-readings), and every
scenario is run on the first draws of it. Where a target is out of reach under a reading, its posterior was fitted
without it, and the table says so.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.base.errors import UserError
from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.base.yaml_files import shown_path
from scenarios.compare.assemble import Results, results_of
from scenarios.compare.indicators import COMPARED, HEADLINES
from scenarios.compare.measure import ALL
from scenarios.compare.plan import default_scenarios, make_plan
from scenarios.compare.readings_table import (
    READINGS_FILE,
    Readings,
    readings_source,
    stored_readings,
    write_readings,
)
from scenarios.compare.report_rows import report_rows
from scenarios.compare.runner import run_all
from scenarios.compare.summary import interval, mean, probability_better
from scenarios.report.patterns import Band
from scenarios.report.readings import alternative_readings, default_reading, reading_name, readings
from scenarios.runs.parameter_sets import (
    Draws,
    check_draws,
    posterior_file,
    read_draws,
)
from scenarios.settings.command import guarded
from scenarios.settings.command_line import language_of, split_arguments
from scenarios.settings.config import RunConfig, compose_run
from scenarios.settings.generator import choose_generator
from scenarios.settings.own_keys import own_flag, own_path, own_whole
from scenarios.settings.schema import BASE

OWN = ("draws", "processes", "output", "check")
DRAWS = 30
PROBED = 2
"""Draws whose effects are kept one by one, so that a table can be checked without being made anew."""
USAGE = Text(
    """Usage: python -m calibration.readings [draws=30] [processes=0] [output=FILE] [check=true]

Runs every scenario under every reading of the report, one switch at a time, and writes the table that a brief cites.
README.md says how long it takes. check=true: runs the first two draws of the table again under every
reading; if all is as stored, only the hash of the sources is renewed.""",
    """用法：python -m calibration.readings [draws=30] [processes=0] [output=文件] [check=true]

在报告的每种口径下（每次只改一项）运行全部方案，写出简报引用的比较表。所需时间见 README.zh.md。
check=true：在每种口径下重跑表中前两组；若结果与所存一致，只更新代码校验值。""",
)


class UnderReading(NamedTuple):
    """The runs of one reading, and how its draws stand against the report.

    targets_met, patterns_met: shares of the draws within the tolerance of all targets that were fitted, and within the
    plain bounds of all patterns; without: targets that were left out.
    """

    results: Results
    targets_met: float
    patterns_met: float
    without: tuple[str, ...]


def main(argv: Sequence[str] | None = None) -> int:
    """Make the table that the words of the command line ask for; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _main(words), language_of(words))


def _main(words: Sequence[str]) -> None:
    language, arguments = language_of(words), split_arguments(words, OWN)
    if arguments.help:
        print(USAGE.say(language))
        return
    others = [word for word in arguments.overrides if not word.startswith("language=")]
    if others:
        problem = Text("this command takes its own keys alone", "本命令只接受自己的键")
        raise UserError(problem, key=others[0], found=others[0], allowed=", ".join(OWN))
    choose_generator(runs_here=False)
    n = own_whole(arguments, "draws", DRAWS, 2, 10_000)
    processes = own_whole(arguments, "processes", 0, 0, 1024)
    output = own_path(arguments, "output", READINGS_FILE)
    switches = readings()
    default = default_reading(switches)
    check = own_flag(arguments, "check")
    stored = stored_readings(output) if check else None
    rows, probes, progress = [], {}, Progress(language)
    try:
        for reading in (default, *alternative_readings(switches)):
            kept = under_reading(reading, PROBED if check else n, processes, progress)
            name = reading_name(kept.results.plan.base.reading)
            probes[name] = probe(kept.results)
            if stored is None:
                rows.append(reading_rows(kept))
            elif probes[name] != stored.made.get("probes", {}).get(name):
                problem = Text("a reading gives other results than its table", "某一口径的结果与所存不同")
                hint = Text("make the table anew: make readings", "请重新运行 make readings")
                raise UserError(problem, key="check", found=name, hint=hint)
    finally:
        progress.clear()
    table = stored.table if stored else pd.concat(rows, ignore_index=True)
    made = {"program": "anju", "kind": "readings", "draws": stored.made["draws"] if stored else n}
    write_readings(output, Readings(table, {**made, "probes": probes, "source": readings_source()}))
    print(Text("Readings: ", "口径比较：").say(language) + shown_path(output))


def probe(results: Results) -> dict[str, dict[str, list[float]]]:
    """Return the effects on the headlines of the first draws, by scenario and indicator."""
    names = results.plan.scenarios
    return {
        name: {c: [float(x) for x in results.differences(s)[:PROBED, results.column(c)]] for c in HEADLINES}
        for s, name in enumerate(names)
    }


def under_reading(reading: dict[str, str], n: int, processes: int, progress: Progress) -> UnderReading:
    """Return the runs of one reading on the first `n` draws of its posterior; raises UserError if it has none."""
    words = [f"reading.{name}={value}" for name, value in reading.items()]
    configs = {name: compose_run([*words, f"scenario={name}"]) for name in default_scenarios()}
    base, path = configs[BASE], posterior_file(configs[BASE])
    draws = read_draws(path)
    check_draws(draws, base, path)
    plan = make_plan(
        configs, draws, min(n, len(draws.table)), 0, draws_file=path, words=tuple(words), processes=processes
    )
    name = reading_name(base.reading)

    def told(done: int, of: int) -> None:
        progress.stage(Text(f"{name}: {done} of {of} draws", f"{name}：{done} / {of} 次抽样"))

    targets, patterns = (share_inside(draws, base, kind) for kind in ("target", "pattern"))
    return UnderReading(results_of(plan, run_all(plan, told)), targets, patterns, tuple(draws.made["without"]))


def share_inside(draws: Draws, config: RunConfig, kind: str) -> float:
    """Return the share of draws within all bands of `kind`, target or pattern; targets left out do not count."""
    rows = report_rows(draws, config)
    inside = np.ones(len(draws.table), dtype=bool)
    for row in rows[(rows["kind"] == kind) & ~rows["id"].isin(draws.made["without"])].to_dict("records"):
        values = draws.table[f"{kind}:{row['id']}"]
        inside &= [Band(float(row["band_low"]), float(row["band_high"])).holds(float(value)) for value in values]
    return float(inside.mean())


def reading_rows(kept: UnderReading) -> pd.DataFrame:
    """Return effects on the headlines in the last month, with ranks of the mean effects (the baseline's is 0)."""
    rows: list[dict[str, Any]] = []
    results = kept.results
    for indicator in HEADLINES:
        column, c = results.column(indicator, ALL), COMPARED[indicator]
        effects = [results.differences(s)[:, column] for s in range(len(results.plan.scenarios))]
        means = [float(mean(results.sample, values)) for values in effects]
        for scenario, values, average in zip(results.plan.scenarios, effects, means, strict=True):
            low, high = interval(results.sample, values)
            rows.append(
                {
                    "reading": reading_name(results.plan.base.reading),
                    "scenario": scenario,
                    "indicator": indicator,
                    "unit": c.unit,
                    "effect": average,
                    "low": float(low),
                    "high": float(high),
                    "p_better": float(probability_better(results.sample, values, c.better)),
                    "rank": 1 + sum(other > average for other in means),
                    "n_draws": results.sample.n_draws,
                    "targets_met": kept.targets_met,
                    "patterns_met": kept.patterns_met,
                    "without": ";".join(kept.without),
                }
            )
    return pd.DataFrame(rows)
