"""The runs of a comparison: for each draw and seed one history, from which every scenario branches.

Processes share nothing; each makes the population once. A run's numbers depend on its draw and seed alone, so neither
the order nor the number of processes can alter them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from scenarios.base.errors import UserError
from scenarios.base.parallel import in_processes
from scenarios.base.text import Text
from scenarios.compare.measure import (
    Columns,
    Snapshot,
    history,
    measured,
    need_shares,
    snapshot,
)
from scenarios.compare.plan import Plan, Run
from scenarios.population.load import load_population
from scenarios.runs.parameter_sets import TARGET, Draws, read_draws
from scenarios.runs.targets import targets_of
from scenarios.settings.config import RunConfig, compose_run
from scenarios.settings.parameter_values import rounded
from scenarios.settings.schema import BASE
from simulation.city import City, Given
from simulation.foundations.months import REPORT_MONTH
from simulation.state.entities import Float
from simulation.state.policy import BASELINE, Policy
from simulation.state.population import Population


class Outcome(NamedTuple):
    """What one draw and seed gave, rows in the order of the plan's scenarios.

    values: (n_scenarios, n_columns); history: the baseline's before the policy; needs: (n_scenarios, n_sites), 0 for
    the baseline.
    """

    run: Run
    values: Float
    history: Float
    needs: Float


@dataclass
class Inputs:
    """What all runs share: the population, the scenarios' configurations, the draws, what is measured."""

    population: Population
    configs: dict[str, RunConfig]
    draws: Draws
    columns: Columns


class _PairedRuns:
    inputs: Inputs


def run_all(plan: Plan, done: Callable[[int, int], None] | None = None) -> list[Outcome]:
    """Return the outcomes of a plan's runs, in their order; `done` is called with the runs done and all of them."""
    words = (plan.typed, list(plan.words), plan.config_dir, plan.draws_file, plan.columns)
    results = []
    for outcome in _spread(plan, words):
        results.append(outcome)
        if done is not None:
            done(len(results), len(plan.runs))
    return results


def run_here(plan: Plan) -> list[Outcome]:
    """Return the outcomes of a plan of few runs, made in this process."""
    inputs = Inputs(load_population(plan.base), plan.configs, plan.draws, plan.columns)
    return [run_once(inputs, run) for run in plan.runs]


def _spread(plan: Plan, words: tuple[object, ...]) -> Iterator[Outcome]:
    return in_processes(_run, plan.runs, plan.processes, _start, words)


def _start(typed: dict[str, str], words: list[str], config_dir: str | None, draws_file: Path, columns: Columns) -> None:
    configs = {name: compose_run([*words, f"scenario={word}"], config_dir) for name, word in typed.items()}
    base = configs[BASE]
    population = load_population(base)
    _PairedRuns.inputs = Inputs(population, configs, read_draws(draws_file), columns)


def _run(run: Run) -> Outcome:
    return run_once(_PairedRuns.inputs, run)


def run_once(inputs: Inputs, run: Run) -> Outcome:
    """Return what one draw and seed give; raises UserError if its history is not the one of the table of draws."""
    columns, base = inputs.columns, inputs.configs[BASE]
    policies = {name: config.policy for name, config in inputs.configs.items()}
    starts = {name: first_month(policy, base.months) for name, policy in policies.items()}
    parameters = inputs.draws.parameters(run.row, base.parameters)
    trunk = City()
    trunk.begin(Given(inputs.population, parameters, run.seed, base.months, future=base.future), BASELINE)
    points: dict[int, City] = {}
    before: list[Snapshot] = []
    while trunk.month < trunk.months:
        if trunk.month in starts.values():
            points[trunk.month] = trunk.branch(BASELINE)
        trunk.advance()
        if trunk.month - 1 in columns.decembers:
            before.append(snapshot(trunk))
        if trunk.month == REPORT_MONTH + 1:
            _check_history(trunk, inputs, run)
    n_sites = columns.n_sites
    values, needs = [measured(columns, trunk, before, before)], [np.zeros(n_sites)]
    for name, policy in policies.items():
        if name == BASE:
            continue
        branch = points[starts[name]].branch(policy) if starts[name] in points else trunk.branch(BASELINE)
        needs.append(need_shares(branch))
        after = [shot for shot, month in zip(before, columns.decembers, strict=True) if month < branch.month]
        while branch.month < branch.months:
            branch.advance()
            if branch.month - 1 in columns.decembers:
                after.append(snapshot(branch))
        values.append(measured(columns, branch, after, before))
    return Outcome(run, np.array(values), history(trunk, columns.months[0]), np.array(needs))


def first_month(policy: Policy, months: int) -> int:
    """Return the month in which a policy's first lever starts; `months`, the end, if it has none."""
    return min((lever.start_month for lever in policy.levers.values()), default=months)


def _check_history(model: City, inputs: Inputs, run: Run) -> None:
    """Raise UserError if a draw on its own seed does not give the targets that the table of draws holds."""
    stored = inputs.draws.table.iloc[run.row]
    if run.seed != int(stored["seed"]):
        return
    for target, value in targets_of(model.records, inputs.configs[BASE].reading).items():
        if f"{TARGET}{target}" in stored and rounded(value) != float(stored[f"{TARGET}{target}"]):
            problem = Text(f"draw {run.draw} does not give the history of its table", "抽样的历史与抽样表不符")
            hint = Text("make the draws anew: make calibrate", "请重新运行 make calibrate")
            raise UserError(problem, key=target, found=value, allowed=str(stored[f"{TARGET}{target}"]), hint=hint)
