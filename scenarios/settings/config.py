"""One run's configuration: conf/ composed by Hydra, a scenario file, the command line; checked once, then typed.

`compose_run` is the only way in. Every error of Hydra, OmegaConf, YAML or of a range leaves it as one `UserError`.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_module
from hydra.core.config_store import ConfigStore
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.paths import CONF, ROOT
from scenarios.base.text import Text
from scenarios.base.user import user_path
from scenarios.report.history import read_future
from scenarios.settings.command_line import (
    checked_value,
    found_key,
    parsed_value,
    split_override,
)
from scenarios.settings.plans import apply_plan, planned
from scenarios.settings.scenario_files import (
    ScenarioFile,
    check_config_dir,
    find_scenario,
    read_scenario,
    scenario_paths,
)
from scenarios.settings.schema import BASE, NOT_RESULTS, SPREAD_FIELD, Key, keys_of, regions
from simulation.foundations.months import month_index, month_label
from simulation.state.future import Future
from simulation.state.parameters import PROCESSES, Parameters, Structure
from simulation.state.policy import PLAN, Cost, Lever, Policy

DIGEST_SHOWN = 8
"""Characters of the digest in a folder's name."""
WHOLE_GROUPS = ("parameters", "lever")
"""Folders of conf/ whose files Hydra puts where config.yaml says, each as a whole."""
FILE = "file of conf/"
"""What stands for the values of such a file while Hydra composes: it copies each value, some ten times."""
SET_BY_USER = "set on the command line"
"""Source of a number that the user typed."""


@dataclass(frozen=True)
class PopulationChoice:
    """Which population: its seed, 'city' or 'town', and a folder of tables in place of the synthetic ones."""

    seed: int
    size: str
    tables: Path | None


@dataclass(frozen=True)
class RunConfig:
    """What one run is.

    titles: the scenario's, by language; generator: of random numbers; months: run from January 2016, the last one
    included; future: what happens around the city after 2019; region: folder of the report's figures; resolved: the
    whole configuration as plain mappings, without folders; digest: SHA-256 of all of it that can alter results;
    outside_prior: keys of parameters outside their prior range.
    """

    scenario: str
    titles: Mapping[str, str]
    seed: int
    generator: str
    months: int
    future: Future
    language: str
    output: Path
    population: PopulationChoice
    reading: dict[str, str]
    region: Path
    parameters: Parameters
    policy: Policy
    resolved: dict[str, Any]
    digest: str
    outside_prior: tuple[str, ...]


def compose_run(overrides: Sequence[str] = (), config_dir: str | None = None) -> RunConfig:
    """Return the configuration of a run from key=value words; raises UserError.

    config_dir: a folder of the user's with scenario/<name>.yaml or region/<name>/ in it.
    """
    folder = check_config_dir(config_dir)
    pairs = [split_override(word, scenario_paths(folder)) for word in overrides]
    tree = composed(BASE)
    keys = keys_of(tree, folder)
    given = {}
    for name, text in pairs:
        key = found_key(name, keys, text)
        given[key.path] = checked_value(key, parsed_value(key, text))
    scenario = read_scenario(find_scenario(str(given.get("scenario", BASE)), folder), keys)
    if scenario.path.parent == CONF / "scenario":
        tree = composed(scenario.path.stem)
        tree.pop(PLAN, None)  # read by read_scenario
    tree["scenario"] = scenario.header
    for path, key in keys.items():
        if path == "scenario":
            continue
        if path in given:
            _set(tree, key, given[path], SET_BY_USER)
        elif path in scenario.changes:
            source = scenario.sources.get(path, f"set in the scenario {scenario.header['name']}")
            _set(tree, key, scenario.changes[path], source)
        else:
            _set(tree, key, checked_value(key, key.default, "conf"))
    chosen = {**scenario.changes, **given}
    for name, lever in tree["levers"].items():
        apply_plan(name, lever, chosen, scenario.places.get(f"levers.{name}.plan", ""))
    return _run_config(tree, keys, scenario, folder)


def composed(scenario: str) -> dict[str, Any]:
    """Return conf/ composed by Hydra with a scenario of its own, as plain mappings; raises UserError."""
    return copy.deepcopy(_composed(scenario))


@cache
def _composed(scenario: str) -> dict[str, Any]:
    try:
        _register_with_hydra()
        with initialize_config_module("scenarios.settings", version_base="1.3"):
            config = compose("config", overrides=[f"scenario={scenario}"])
        tree: dict[str, Any] = OmegaConf.to_container(config, resolve=False)  # type: ignore[assignment]
        return {name: _with_values(value) for name, value in tree.items()}
    except (HydraException, OmegaConfBaseException) as error:
        problem = Text("conf/ cannot be composed", "conf/ 无法合成")
        raise UserError(problem, key="conf", found=str(error).splitlines()[0]) from None


def check_baseline(config: RunConfig) -> None:
    """Raise UserError for a baseline that pulls levers: results would have a name that is not theirs."""
    if config.scenario == BASE and config.policy.levers:
        problem = Text("the scenario 'baseline' cannot pull levers here", "此处 'baseline' 不能带政策措施")
        hint = Text("name another scenario: scenario=NAME", "请另选方案：scenario=名称")
        raise UserError(problem, key="scenario", found=", ".join(config.policy.levers), hint=hint)


def _register_with_hydra() -> None:
    """Hand Hydra the files of conf/ as `read_yaml` reads them; its own reader takes 040 for 32 and 1:30 for 90."""
    store = ConfigStore.instance()
    store.store("config", read_yaml(CONF / "config.yaml").tree)
    for path in sorted((CONF / "scenario").glob("*.yaml")):
        store.store(path.stem, read_yaml(path).tree, group="scenario", package="_global_")
    for group in WHOLE_GROUPS:
        for path in (CONF / group).glob("*.yaml"):
            store.store(path.stem, {FILE: f"{group}/{path.name}"}, group=group)


def _with_values(tree: Any) -> Any:
    """Return a composed tree with the values of each file in its place, under what else was set there."""
    if not isinstance(tree, dict):
        return tree
    own = {name: _with_values(value) for name, value in tree.items() if name != FILE}
    return _on_top(read_yaml(CONF / tree[FILE]).tree, own) if FILE in tree else own


def _on_top(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tree in which what another one sets takes the place of what stood there."""
    merged = dict(below)
    for name, value in above.items():
        old = below.get(name)
        merged[name] = _on_top(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _set(tree: dict[str, Any], key: Key, value: Any, source: str = "") -> None:
    """Set a key in the tree; an entry that gets another value says who set it."""
    *above, last = [*key.path.split("."), *([key.field] if key.field else [])]
    for name in above:
        tree = tree[name]
    if key.field and source and tree[last] != value:
        tree["source"] = source
    tree[last] = value


def _run_config(
    tree: dict[str, Any], keys: Mapping[str, Key], scenario: ScenarioFile, folder: Path | None
) -> RunConfig:
    months = month_index(tree["end"]) + 1
    population = PopulationChoice(
        tree["population"]["seed"], tree["population"]["size"], _tables(tree["population"]["tables"])
    )
    region = regions(folder)[tree["region"]]
    resolved = {name: value for name, value in tree.items() if name != "output"}
    resolved["population"] = {**tree["population"], "tables": _hashes(population.tables) if population.tables else {}}
    if region.parent != CONF / "region":
        resolved["region_files"] = _hashes(region)
    digest = hashlib.sha256(canonical_json(results_part(resolved)).encode()).hexdigest()
    name = tree["scenario"]["name"]
    default = ROOT / "outputs" / "runs" / f"{name}-seed{tree['seed']}-{digest[:DIGEST_SHOWN]}"
    parameters = _parameters(tree["parameters"], tree["structure"])
    return RunConfig(
        scenario=name,
        titles={"en": tree["scenario"]["title_en"], "zh": tree["scenario"]["title_zh"]},
        seed=tree["seed"],
        generator=tree["generator"],
        months=months,
        future=read_future(region, tree["future"]),
        language=tree["language"],
        output=user_path(tree["output"], "output") if tree["output"] else default,
        population=population,
        reading=tree["reading"] | tree["structure"],
        region=region,
        parameters=parameters,
        policy=_policy(tree["levers"], months, scenario),
        resolved=resolved,
        digest=digest,
        outside_prior=tuple(path for path, key in keys.items() if key.prior and not _in_prior(tree, key)),
    )


def canonical_json(value: Any) -> str:
    """Return the one JSON text of a plain value: keys sorted, no spaces."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def results_part(resolved: Mapping[str, Any]) -> dict[str, Any]:
    """Return what can alter results: no language, titles or sources; of levers, those that are pulled."""
    part = {name: resolved[name] for name in resolved if name not in ("language", "scenario", "parameters", "levers")}
    part["parameters"] = {
        process: {name: entry["value"] for name, entry in entries.items()}
        for process, entries in resolved["parameters"].items()
    }
    part["levers"] = {name: without_source(lever) for name, lever in resolved["levers"].items() if lever["size"] > 0}
    return part


def without_source(value: Any) -> Any:
    """Return a mapping without the keys 'source' in it."""
    if isinstance(value, Mapping):
        return {name: without_source(below) for name, below in value.items() if name != "source"}
    return value


def _policy(levers: Mapping[str, Any], months: int, scenario: ScenarioFile) -> Policy:
    pulled = {}
    for name, lever in levers.items():
        if lever["size"] > 0:
            pulled[name] = lever_of(name, lever, months, scenario.places.get(f"levers.{name}.start", ""))
    return Policy(pulled)


def lever_of(name: str, entry: Mapping[str, Any], months: int, place: str = "") -> Lever:
    """Return a lever from its entry of a composed configuration; raises UserError if it starts after the run.

    months: of the run; place: where its start stands, for the error.
    """
    start = month_index(entry["start"])
    if start >= months - 1:
        key = f"levers.{name}.start"
        raise UserError(
            Text(f"'{key}' is not before the end of the run", f"'{key}' 不早于运行的结束月份"),
            key=key,
            found=entry["start"],
            allowed=f"{month_label(0)} .. {month_label(months - 2)}",
            hint=Text("set 'end' later or the start earlier", "请推迟 end 或提前 start"),
            place=place,
        )
    costs = tuple(Cost(**{**cost, "yuan": float(cost["yuan"])}) for cost in entry["costs"].values())
    settings = {setting: float(own["value"]) for setting, own in entry["settings"].items()}
    size, phase = float(entry["size"]), int(entry["phase_in_months"])
    by_site = planned(name, entry.get(PLAN, ""), entry["unit"])
    return Lever(name, size, start, phase, entry.get(SPREAD_FIELD, ""), settings, costs, by_site)


def _parameters(entries: Mapping[str, Any], structure: Mapping[str, str]) -> Parameters:
    """Return the model's numbers; raises UserError where `check_parameters` does."""
    values: dict[str, Any] = {
        process: kind(**{name: entry["value"] for name, entry in entries[process].items()})
        for process, kind in PROCESSES.items()
    }
    parameters = Parameters(**values, structure=Structure(nobody_home_away=int(structure["nobody_home"] == "away")))
    check_parameters(parameters)
    return parameters


def check_parameters(parameters: Parameters) -> None:
    """Raise UserError for numbers that are each in range and cannot stand together."""
    residence, jobs = parameters.residence, parameters.jobs
    for key, low, high in (
        ("residence.flat_given_up_to_months", residence.flat_given_up_from_months, residence.flat_given_up_to_months),
        ("jobs.away_age_none", jobs.away_age_full, jobs.away_age_none),
    ):
        if high < low:
            problem = Text(f"'parameters.{key}' is below the number it follows", f"'parameters.{key}' 小于其下限参数")
            raise UserError(problem, key=f"parameters.{key}", found=high, allowed=f">= {low:g}")


def _in_prior(tree: Mapping[str, Any], key: Key) -> bool:
    _, process, name = key.path.split(".")
    entry = tree["parameters"][process][name]
    return bool(entry["low"] <= entry["value"] <= entry["high"])


def _tables(text: str) -> Path | None:
    if not text:
        return None
    folder = user_path(text, "population.tables")
    if not folder.is_dir():
        problem = Text("'population.tables' is not a folder", "'population.tables' 不是文件夹")
        hint = Text("give a folder of CSV or Parquet tables", "请给出存放 CSV 或 Parquet 表的文件夹")
        raise UserError(problem, key="population.tables", found=folder, hint=hint)
    return folder


def _hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a folder, by name, without hidden files and those that runs do not read."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    files = [path for path in files if path.name not in NOT_RESULTS]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
