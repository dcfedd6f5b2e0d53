"""Effects before calibration: what every scenario does under draws from the prior alone (make prior-effects).

`calibration/tables/prior.csv` holds draws from the prior, in the form of any table of draws; `prior_effects.csv` what
the project's scenarios do under them, with the hash of the sources that made it. A comparison reads the rows of the
scenarios that it shares with the table, and runs the others on the prior's draws itself, so that each of its effects
can be set beside the one before calibration.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenarios.base.input.csv_files import read_frame
from scenarios.base.output.plain_files import SIX_DIGITS, write_csv, write_json
from scenarios.base.paths import ROOT
from scenarios.compare.assemble import Results, ranked_scenarios, results_of
from scenarios.compare.indicators import BASED, COMPARED, HIGHER
from scenarios.compare.plan import Plan, make_plan
from scenarios.compare.runner import run_all
from scenarios.compare.summary import interval, mean, rank_probabilities
from scenarios.runs.parameter_sets import PRIOR_COMMAND, PRIOR_FILE, read_draws
from scenarios.runs.sources import source_hash
from scenarios.settings.config import RunConfig, canonical_json
from scenarios.settings.schema import BASE

EFFECTS_FILE = ROOT / "calibration" / "tables" / "prior_effects.csv"
PRIOR_COLUMNS = ("scenario", "digest", "indicator", "unit", "effect", "low", "high", "p_first", "n_draws")
SAME = ("levers", "end", "region", "population", "reading", "structure")
"""Parts of a configuration that make a scenario the same scenario, whatever its name and parameters."""


def scenario_digest(config: RunConfig) -> str:
    """Return what tells whether two configurations are the same scenario on the same city."""
    pulled = {name: config.resolved["levers"][name] for name in config.policy.levers}
    parts = {**{name: config.resolved[name] for name in SAME if name != "levers"}, "levers": pulled,
             "generator": config.generator}  # fmt: skip
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()[:16]


def prior_rows(results: Results) -> pd.DataFrame:
    """Return mean and 90 % interval of each effect in the last month, with the columns PRIOR_COLUMNS.

    p_first: probability that the scenario has the largest value of all that were run and are ranked, the baseline among
    them; NaN for one that is not ranked.
    """
    rows, ranked = [], ranked_scenarios(results.plan)
    for indicator in BASED:
        column, c = results.column(indicator), COMPARED[indicator]
        better = c.better if c.better else HIGHER
        first = np.full(len(results.plan.scenarios), np.nan)
        first[ranked] = rank_probabilities(results.sample, results.values[:, ranked, column], better)[:, 0]
        for s, (name, config) in enumerate(results.plan.configs.items()):
            if name == BASE:
                continue
            values = results.differences(s)[:, column]
            low, high = interval(results.sample, values)
            rows.append(
                (name, scenario_digest(config), indicator, c.unit, float(mean(results.sample, values)), float(low),
                 float(high), float(first[s]), results.sample.n_draws)
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(PRIOR_COLUMNS))


def write_prior_effects(path: Path, table: pd.DataFrame, made: dict[str, Any]) -> None:
    """Write the table and, beside it, how it was made."""
    write_csv(table[list(PRIOR_COLUMNS)], path, SIX_DIGITS)
    write_json(path.with_suffix(".json"), {**made, "source": source_hash("prior_effects")})


def stored_prior_effects(path: Path = EFFECTS_FILE) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table and how it was made; without a row if there is none."""
    if not path.is_file() or not path.with_suffix(".json").is_file():
        return pd.DataFrame(columns=list(PRIOR_COLUMNS)), {}
    return read_frame(path), json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def effects_before(plan: Plan, n_draws: int, done: Callable[[int, int], None] | None = None) -> pd.DataFrame:
    """Return the rows of PRIOR_COLUMNS for the scenarios of a plan.

    Rows come from the table where these sources made it for the same scenario; the others are run on the first
    `n_draws` draws of the prior, none if that is 0 or there are no such draws. p_first is NaN unless the plan has
    exactly the table's scenarios.
    """
    stored, made = stored_prior_effects()
    if made.get("source") != source_hash("prior_effects"):
        stored = stored.head(0)
    digests = {name: scenario_digest(config) for name, config in plan.configs.items() if name != BASE}
    known = stored[stored["digest"].isin(digests.values())]
    names = {digest: name for name, digest in digests.items()}
    known = known.assign(scenario=known["digest"].map(names))
    if set(stored["digest"]) != set(digests.values()):
        known = known.assign(p_first=np.nan)
    missing = [name for name, digest in digests.items() if digest not in set(known["digest"])]
    if not missing or n_draws == 0 or not PRIOR_FILE.is_file():
        return known
    kept = {name: plan.configs[name] for name in (BASE, *missing)}
    own = make_plan(
        kept, read_draws(PRIOR_FILE, PRIOR_COMMAND), n_draws, 0, n_sites=plan.columns.n_sites, draws_file=PRIOR_FILE,
        typed={name: plan.typed[name] for name in kept}, words=plan.words, config_dir=plan.config_dir,
        processes=plan.processes,
    )  # fmt: skip
    own = replace(own, columns=plan.columns)
    found = prior_rows(results_of(own, run_all(own, done))).assign(p_first=np.nan)
    return pd.concat([known, found], ignore_index=True) if len(known) else found
