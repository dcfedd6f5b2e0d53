"""`python -m calibration.readings` (make readings): does the ranking of scenarios change with the reading?

Readings vary one at a time. For each the population is made anew, the rates that targets fix are solved anew inside the
same draws, and every scenario is run on them. Where a rate would have to leave its range, it stands at its end, and the
share of draws that reach all targets is told, as is the share that still meets all patterns: neither is a condition
here, because a reading under which the report cannot be met is worth knowing, too.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from calibration.prior import SOLVED, Free, ranges
from calibration.solve import Report, compared, solve_rates
from scenarios.cli import guarded
from scenarios.compare.assemble import Results, results_of
from scenarios.compare.draws import PARAMETER, Draws, check_draws, read_draws
from scenarios.compare.indicators import COMPARED, HEADLINES
from scenarios.compare.measure import ALL
from scenarios.compare.plan import BASE, Run, default_scenarios, make_plan, reading_name
from scenarios.compare.readings_table import (
    READINGS_FILE,
    Readings,
    readings_source,
    stored_readings,
    write_readings,
)
from scenarios.compare.runner import Bench, Outcome, run_once
from scenarios.compare.summary import interval, mean, probability_better
from scenarios.config import compose_run
from scenarios.errors import UserError
from scenarios.figures import read_figures
from scenarios.generator import choose_generator
from scenarios.labels import CONF
from scenarios.overrides import language_of, split_arguments
from scenarios.own_keys import own_flag, own_path, own_whole
from scenarios.parallel import in_processes
from scenarios.progress import Progress
from scenarios.readings import alternative_readings, default_reading, read_readings
from scenarios.registry import Text
from scenarios.run import load_population
from scenarios.yaml_files import shown_path

OWN = ("draws", "draws_file", "processes", "output", "check")
DRAWS = 30
PROBED = 2
"""Draws whose effects are kept one by one, so that a table can be checked without being made anew."""
USAGE = Text(
    """Usage: python -m calibration.readings [draws=30] [draws_file=FILE] [processes=0] [output=FILE] [check=true]

Runs every scenario under every reading of the report, one switch at a time, and writes the table that a brief cites.
It takes a quarter of an hour on two processors. check=true: runs the first two draws of the table again under every
reading; if all is as stored, only the hash of the sources is renewed.""",
    """用法：python -m calibration.readings [draws=30] [draws_file=文件] [processes=0] [output=文件] [check=true]

在报告的每种口径下（每次只改一项）运行全部方案，写出简报引用的比较表。两个处理器约需一刻钟。
check=true：在每种口径下重跑表中前两组；若结果与所存一致，只更新代码校验值。""",
)


@dataclass(frozen=True)
class Kept:
    """A draw under a reading: what its runs gave, whether all targets are reached and all patterns hold."""

    outcome: Outcome
    targets_met: bool
    patterns_met: bool


class UnderReading(NamedTuple):
    """The runs of one reading, and the shares of draws that reach all targets and meet all patterns under it."""

    results: Results
    targets_met: float
    patterns_met: float


class _Worker:
    bench: Bench
    report: Report
    rates: dict[str, Free]
    solve: bool


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
    draws_file = own_path(arguments, "draws_file", READINGS_FILE.with_name("draws.csv"))
    draws = read_draws(draws_file)
    check_draws(draws, compose_run([]), draws_file)
    n = own_whole(arguments, "draws", min(DRAWS, len(draws.table)), 2, len(draws.table))
    processes = own_whole(arguments, "processes", 0, 0, 1024)
    output = own_path(arguments, "output", READINGS_FILE)
    switches = read_readings(CONF / "reading" / "readings.yaml")
    default = default_reading(switches)
    check = own_flag(arguments, "check")
    stored = stored_readings(output) if check else None
    rows, probes, progress = [], {}, Progress(language)
    try:
        for reading in (default, *alternative_readings(switches)):
            kept = under_reading(reading, reading != default, draws, PROBED if check else n, processes, progress)
            name = reading_name(kept.results.plan.base)
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


def under_reading(
    reading: dict[str, str], solve: bool, draws: Draws, n: int, processes: int, progress: Progress
) -> UnderReading:
    """Return the runs of one reading; solve: whether its rates are solved anew (not under the draws' own reading)."""
    words = [f"reading.{name}={value}" for name, value in reading.items()]
    configs = {name: compose_run([*words, f"scenario={name}"]) for name in default_scenarios()}
    head = Draws(draws.table.head(n), draws.made)
    plan = make_plan(configs, head, n, 0)
    kept: list[Kept] = []
    items = [Run(row, run.draw, run.seed) for row, run in enumerate(plan.runs)]
    for done, found in enumerate(in_processes(_run, items, processes, _start, (words, head, solve)), start=1):
        kept.append(found)
        name = reading_name(configs[BASE])
        progress.stage(Text(f"{name}: {done} of {n} draws", f"{name}：{done} / {n} 次抽样"))
    targets, patterns = np.mean([(each.targets_met, each.patterns_met) for each in kept], axis=0)
    return UnderReading(results_of(plan, [each.outcome for each in kept]), float(targets), float(patterns))


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
                    "reading": reading_name(results.plan.base),
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
                }
            )
    return pd.DataFrame(rows)


def _start(words: list[str], draws: Draws, solve: bool) -> None:
    configs = {name: compose_run([*words, f"scenario={name}"]) for name in default_scenarios()}
    base = configs[BASE]
    figures, patterns = read_figures(base.region / "figures.csv"), pd.read_csv(base.region / "patterns.csv")
    population = load_population(base, figures)
    plan = make_plan(configs, draws, 1, 0, n_sites=len(population.sites))
    _Worker.bench = Bench(population, configs, draws, plan.columns)
    _Worker.report = Report(population, figures, patterns, base.reading)
    _Worker.rates = {key: ranges(base.resolved["parameters"])[key] for key in SOLVED.values()}
    _Worker.solve = solve


def _run(run: Run) -> Kept:
    worker, bench = _Worker, _Worker.bench
    stored = bench.draws.table.iloc[run.row]
    values = {
        str(name).removeprefix(PARAMETER): float(value)
        for name, value in stored.items()
        if str(name).startswith(PARAMETER)
    }
    if not worker.solve:
        return Kept(run_once(bench, run), True, True)
    solved = solve_rates(values, worker.rates, worker.report, bench.configs[BASE].parameters, run.seed, give_up=False)
    table = compared(solved.model, worker.report)
    targets, patterns = (
        bool((table.loc[table["kind"] == kind, "met"] == "yes").all()) for kind in ("target", "pattern")
    )
    columns = {f"{PARAMETER}{key}": value for key, value in solved.values.items()}
    row = pd.DataFrame([{"draw": run.draw, "seed": run.seed, **columns}])
    own = Bench(bench.population, bench.configs, Draws(row, bench.draws.made), bench.columns)
    outcome = run_once(own, Run(0, run.draw, run.seed))
    return Kept(outcome._replace(run=run), targets, patterns)


if __name__ == "__main__":
    sys.exit(main())
