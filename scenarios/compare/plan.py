"""What a comparison is: scenarios that differ in their levers alone, and the draws and seeds that they run on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from scenarios.base.errors import UserError, listed, nearest, see_help
from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.output.plain_files import csv_text
from scenarios.base.text import Text
from scenarios.compare.measure import Columns, columns_of
from scenarios.population.load import load_population
from scenarios.runs.parameter_sets import (
    DRAWS_FILE,
    Draws,
    calibrated_by,
    check_draws,
    posterior_file,
    read_draws,
)
from scenarios.settings.command import Call
from scenarios.settings.command_line import split_override
from scenarios.settings.config import RunConfig, canonical_json, compose_run
from scenarios.settings.plans import check_plans
from scenarios.settings.scenario_files import (
    SUFFIXES,
    check_config_dir,
    check_scenario_names,
    check_titles,
    scenario_paths,
)
from scenarios.settings.schema import BASE
from simulation.foundations.generator import GENERATORS
from simulation.foundations.months import POLICY_MONTH
from simulation.state.policy import BASELINE, PLAN

SECOND_SEED = 1_000_000
"""The second seed of a draw is its first seed plus this number, so that no two draws share a seed."""
SET_HERE = ("scenario", "seed")
"""Keys of a run that a comparison sets itself."""
DEFAULT_SECOND = 20
SEE = see_help("scenarios")


class Run(NamedTuple):
    """One history and its branches: the row of the table of draws, the draw's number, the seed."""

    row: int
    draw: int
    seed: int


@dataclass(frozen=True)
class Plan:
    """A comparison: configurations by scenario, the baseline first; runs; what is measured; the draws.

    typed: how each scenario was named on the command line, which may be a file. prior_draws: draws of the prior that
    scenarios are run on whose effects before calibration are not in the committed table.
    """

    configs: dict[str, RunConfig]
    typed: dict[str, str]
    runs: tuple[Run, ...]
    columns: Columns
    draws: Draws
    draws_file: Path
    words: tuple[str, ...]
    config_dir: str | None
    processes: int
    prior_draws: int

    @property
    def base(self) -> RunConfig:
        """The baseline's configuration."""
        return self.configs[BASE]

    @property
    def scenarios(self) -> list[str]:
        """The names of the scenarios, the baseline first."""
        return list(self.configs)

    def digest(self) -> str:
        """Return the SHA-256 of everything that can alter the comparison's results."""
        parts = {
            "scenarios": {name: config.digest for name, config in self.configs.items()},
            "runs": [list(run) for run in self.runs],
            "prior_draws": self.prior_draws,
            "draws": csv_text(self.draws.table),
        }
        return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


def default_scenarios(folder: Path | None = None) -> list[str]:
    """Return every scenario of conf/scenario/ (and of the user's folder), the baseline first.

    One with a plan site by site is left out: a plan is made for the sites of one city, and compared where it is named.
    """
    paths = scenario_paths(folder)
    names = sorted(name for name, path in paths.items() if PLAN not in read_yaml(path).tree)
    return [BASE, *(name for name in names if name != BASE)]


def plan_comparison(call: Call) -> Plan:
    """Return the comparison that the words of a command line ask for; raises UserError."""
    folder = check_config_dir(call.config_dir)
    names = _scenarios(call, folder)
    words = _run_words(call, folder)
    found = {name: compose_run([*words, f"scenario={name}"], call.config_dir) for name in names}
    check_scenario_names({name: config.scenario for name, config in found.items()}, "scenarios")
    configs = {config.scenario: config for config in found.values()}
    check_titles({name: config.titles for name, config in configs.items()}, "scenarios")
    typed = {config.scenario: name for name, config in found.items()}
    _check_levers_alone(configs)
    generator = f"generator={configs[BASE].generator}"
    if configs[BASE].generator != GENERATORS[0] and generator not in words:
        words = (*words, generator)  # the environment names it: the brief's command says so, too
    path = call.own["draws_file"] or posterior_file(configs[BASE])
    draws = read_draws(path, calibrated_by(configs[BASE]))
    check_draws(draws, configs[BASE], path)
    return make_plan(
        configs,
        draws,
        call.whole("draws", len(draws.table)),
        call.whole("second_seeds", len(draws.table), default=-1),
        typed=typed,
        draws_file=path,
        words=words,
        config_dir=call.config_dir,
        processes=call.own["processes"],
        prior_draws=call.own["prior_draws"],
    )


def make_plan(configs: dict[str, RunConfig], draws: Draws, n_draws: int, n_second: int = -1, **given: Any) -> Plan:
    """Return a plan for the first `n_draws` of a table, the first `n_second` of them on a second seed as well.

    n_second: -1 for a fifth of the draws.
    """
    numbers = [int(draw) for draw in draws.table["draw"]]
    seeds = [int(seed) for seed in draws.table["seed"]]
    second = min(DEFAULT_SECOND, n_draws // 5 or 1) if n_second < 0 else min(n_second, n_draws)
    runs = [Run(row, numbers[row], seeds[row]) for row in range(n_draws)]
    runs += [Run(row, numbers[row], seeds[row] + SECOND_SEED) for row in range(second)]
    levers = [lever for config in configs.values() for lever in config.policy.levers.values()]
    first = min((lever.start_month for lever in levers), default=POLICY_MONTH)
    base = configs[BASE]
    n_sites = given.pop("n_sites", None) or _sites_of(base)
    for config in configs.values():
        check_plans(config.policy, n_sites)
    columns = columns_of(first, base.months - 1, list(dict.fromkeys(lever.name for lever in levers)), n_sites)
    defaults: dict[str, Any] = {
        "draws_file": DRAWS_FILE, "words": (), "config_dir": None, "processes": 0, "prior_draws": 0,
    }  # fmt: skip
    typed = given.get("typed") or {name: name for name in configs}
    rest = {name: given.get(name, default) for name, default in defaults.items()}
    return Plan(configs, typed, tuple(runs), columns, draws, **rest)


def _sites_of(config: RunConfig) -> int:
    """Return how many sites the population has, which is made for it."""
    return len(load_population(config).sites)


def _scenarios(call: Call, folder: Path | None) -> list[str]:
    """Return the scenarios named by scenarios=[a,b], the baseline first; all of them if none is named."""
    if "scenarios" not in call.typed:
        return default_scenarios(folder)
    names = list(call.own["scenarios"])
    if not names:
        raise UserError(Text("'scenarios' names none", "'scenarios' 为空"), key="scenarios", found="",
                        allowed=listed(default_scenarios(folder)), hint=SEE)  # fmt: skip
    if names == [BASE]:
        problem = Text("there is nothing to compare the baseline with", "没有可与基准情景比较的方案")
        raise UserError(problem, key="scenarios", found=BASE, allowed=listed(default_scenarios(folder)), hint=SEE)
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UserError(Text("a scenario is named twice", "同一方案写了两次"), key="scenarios", found=twice, hint=SEE)
    known = default_scenarios(folder)
    for name in names:
        if name not in known and not name.endswith(SUFFIXES):
            problem = Text("unknown scenario", "没有这个方案")
            raise UserError(problem, key="scenarios", found=name, allowed=listed(known), nearest=nearest(name, known),
                            hint=SEE)  # fmt: skip
    return [BASE, *(name for name in names if name != BASE)]


def _run_words(call: Call, folder: Path | None) -> tuple[str, ...]:
    """Return the words for every run; raises UserError for keys that a comparison or its draws set."""
    for word in call.words:
        name, _ = split_override(word, scenario_paths(folder))
        if name in SET_HERE:
            problem = Text(f"a comparison sets '{name}' itself", f"比较命令自行设定 '{name}'")
            raise UserError(problem, key=name, found=word, hint=SEE)
        if name.startswith("parameters."):
            problem = Text("parameters come from the table of draws", "参数取自抽样表")
            hint = Text(
                "change its range in conf/parameters/ and run make calibrate, or run python -m simulation once",
                "请在 conf/parameters/ 修改范围并运行 make calibrate，或用 python -m simulation 单次运行",
            )
            raise UserError(problem, key=name, found=word, hint=hint)
    return call.words


def _check_levers_alone(configs: dict[str, RunConfig]) -> None:
    """Raise UserError for a baseline with levers and for a scenario that changes anything but levers."""
    base = configs[BASE]
    if base.policy.levers != BASELINE.levers:
        problem = Text("the baseline pulls a lever", "基准方案使用了措施")
        raise UserError(problem, key="levers", found=", ".join(base.policy.levers), hint=SEE)
    for name, config in configs.items():
        for part in ("parameters", "population", "reading", "structure", "region", "end", "future"):
            if config.resolved[part] != base.resolved[part]:
                problem = Text(f"scenario {name} changes more than levers", f"方案 {name} 改动了措施以外的内容")
                raise UserError(problem, key=part, found=part, allowed="levers", hint=SEE)
