"""The work of `python -m calibration.readings` (make readings): does the ranking of scenarios change with the reading?

Readings vary one at a time; each has a population and a posterior of its own (make calibrate-readings), and every
scenario is run on the first draws of it. Where a target is out of reach under a reading, its posterior was fitted
without it, and the table says so.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.base.input.yaml_files import shown_path
from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.compare.assemble import Results, ranked_scenarios, results_of
from scenarios.compare.indicators import COMPARED, HEADLINES, HIGHER
from scenarios.compare.measure import ALL
from scenarios.compare.pairs import ahead_of
from scenarios.compare.plan import Plan, default_scenarios, make_plan
from scenarios.compare.readings_table import (
    READINGS_FILE,
    Readings,
    write_readings,
)
from scenarios.compare.report_rows import report_rows
from scenarios.compare.runner import run_all
from scenarios.compare.summary import by_draw, interval, mean, probability_better, rank_probabilities
from scenarios.report.patterns import Band
from scenarios.report.readings import alternative_readings, default_reading, open_readings, reading_name, switch_words
from scenarios.runs.parameter_sets import (
    Draws,
    calibrated_by,
    check_draws,
    posterior_file,
    read_draws,
)
from scenarios.runs.sources import source_hash
from scenarios.settings.command import Call
from scenarios.settings.config import RunConfig, compose_run
from scenarios.settings.schema import BASE

PROBED = 2
"""Draws whose effects are kept one by one, so that a table can be checked without being made anew."""
DRAWS = Text("draws", "次抽样")


class UnderReading(NamedTuple):
    """The runs of one reading, and how its draws stand against the report.

    targets_met, patterns_met: shares of the draws within the tolerance of all targets that were fitted, and within the
    plain bounds of all patterns; without: targets that were left out.
    """

    results: Results
    targets_met: float
    patterns_met: float
    without: tuple[str, ...]


def readings(call: Call) -> None:
    """Make the table that the words of the command line ask for."""
    n, processes, output = call.own["draws"], call.own["processes"], call.own["output"] or READINGS_FILE
    rows: list[pd.DataFrame] = []
    probes: dict[str, Any] = {}
    for reading in every_reading():
        kept = under_reading(reading, n, processes, call.progress)
        probes[reading_name(kept.results.plan.base.reading)] = probe(kept.results)
        rows.append(reading_rows(kept))
    made = {"program": "anju", "kind": "readings", "draws": n, "probes": probes, "source": source_hash("readings")}
    write_readings(output, Readings(pd.concat(rows, ignore_index=True), made))
    call.say(Text(f"Readings: {shown_path(output)}", f"口径比较：{shown_path(output)}"))


def every_reading() -> list[dict[str, str]]:
    """Return every reading of the report, the default first."""
    switches = open_readings()
    return [default_reading(switches), *alternative_readings(switches)]


def probe(results: Results) -> dict[str, dict[str, list[float]]]:
    """Return the effects on the headlines of the first draws, by scenario and indicator."""
    names = results.plan.scenarios
    return {
        name: {c: [float(x) for x in results.differences(s)[:PROBED, results.column(c)]] for c in HEADLINES}
        for s, name in enumerate(names)
    }


def plan_reading(reading: dict[str, str], n: int, processes: int = 0, checked: bool = True) -> Plan:
    """Return every scenario on the first `n` draws of a reading's posterior; raises UserError if it has none.

    checked: whether draws that other sources made are refused.
    """
    words = switch_words(reading)
    configs = {name: compose_run([*words, f"scenario={name}"]) for name in default_scenarios()}
    base, path = configs[BASE], posterior_file(configs[BASE])
    draws = read_draws(path, calibrated_by(base))
    if checked:
        check_draws(draws, base, path)
    n = min(n, len(draws.table))
    return make_plan(configs, draws, n, 0, draws_file=path, words=words, processes=processes)


def under_reading(reading: dict[str, str], n: int, processes: int, progress: Progress) -> UnderReading:
    """Return the runs of one reading on the first `n` draws of its posterior; raises UserError if it has none."""
    plan = plan_reading(reading, n, processes)
    name = reading_name(plan.base.reading)
    progress.stage(Text(name, name))
    targets, patterns = (share_inside(plan.draws, plan.base, kind) for kind in ("target", "pattern"))
    results = results_of(plan, run_all(plan, lambda done, of: progress.count(done, of, DRAWS)))
    return UnderReading(results, targets, patterns, tuple(plan.draws.made["without"]))


def share_inside(draws: Draws, config: RunConfig, kind: str) -> float:
    """Return the share of draws within all bands of `kind`, target or pattern; targets left out do not count."""
    rows = report_rows(draws, config)
    inside = np.ones(len(draws.table), dtype=bool)
    for row in rows[(rows["kind"] == kind) & ~rows["id"].isin(draws.made["without"])].to_dict("records"):
        values = draws.table[f"{kind}:{row['id']}"]
        inside &= [Band(float(row["band_low"]), float(row["band_high"])).holds(float(value)) for value in values]
    return float(inside.mean())


def reading_rows(kept: UnderReading) -> pd.DataFrame:
    """Return effects on the headlines in the last month, with ranks of the mean effects (the baseline's is 0).

    What is not ranked comes behind all that is.
    """
    rows: list[dict[str, Any]] = []
    results = kept.results
    ranked = ranked_scenarios(results.plan)
    for indicator in HEADLINES:
        column, c = results.column(indicator, ALL), COMPARED[indicator]
        effects = [results.differences(s)[:, column] for s in range(len(results.plan.scenarios))]
        means = [float(mean(results.sample, values)) for values in effects]
        of_ranked = [means[s] for s in ranked]
        drawn = np.stack([effects[s] for s in ranked], axis=1)
        first = dict(zip(ranked, rank_probabilities(results.sample, drawn, HIGHER)[:, 0], strict=True))
        names = [results.plan.scenarios[s] for s in ranked]
        behind = ahead_of(names, by_draw(results.sample, results.plan.runs, drawn), np.ones(results.sample.n_draws))
        for s, (scenario, values, average) in enumerate(zip(results.plan.scenarios, effects, means, strict=True)):
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
                    "rank": 1 + (sum(other > average for other in of_ranked) if s in ranked else len(means)),
                    "p_first": float(first.get(s, np.nan)),
                    "ahead_of": behind.get(scenario, ""),
                    "n_draws": results.sample.n_draws,
                    "targets_met": kept.targets_met,
                    "patterns_met": kept.patterns_met,
                    "without": ";".join(kept.without),
                }
            )
    return pd.DataFrame(rows)
