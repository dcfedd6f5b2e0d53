"""A sweep as configuration: conf/sweep/NAME.yaml, a file of the user's, words of the command line, or all of them.

Whatever it came from, a sweep ends as one plain tree (`Sweep.tree`), which its folder keeps and `resume` reads again.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.base.errors import UserError, listed, nearest
from scenarios.base.input.yaml_files import YamlFile, read_yaml, shown_path
from scenarios.base.paths import CONF
from scenarios.base.text import Text
from scenarios.base.user import user_path
from scenarios.entries.sweep import HINT, SWEEP
from scenarios.settings.command_line import (
    checked_value,
    found_key,
    parsed_value,
    split_override,
)
from scenarios.settings.config import composed
from scenarios.settings.renamed import check_renamed
from scenarios.settings.scenario_files import (
    SUFFIXES,
    check_config_dir,
    check_scenario_names,
    find_scenario,
    read_scenario,
    scenario_paths,
)
from scenarios.settings.schema import BASE, SEED_MOST, Key, keys_of
from scenarios.sweep.plan.axes import (
    Axis,
    DrawsAxis,
    Known,
    check_apart,
    read_axis,
)
from scenarios.sweep.plan.multirun import sweep_values
from scenarios.sweep.plan.outputs import DEFAULT, Output, read_outputs
from simulation.foundations.months import month_index, month_label

FIELDS = ("sweep", "scenarios", "set", "axes", "seeds", "paired", "outputs", "months", "work")
HEADER = ("name", "title_en", "title_zh")
OWN = ("scenarios", "seeds", "paired", "outputs", "months", "work")
"""Keys of a sweep that a word of the command line may set, too."""
LISTS = ("outputs", "months")
"""Of these, those that take several values."""
WORKS = ("model", "nothing")
"""What a run does: the model, or nothing, to try a cluster."""
NOT_SET = ("language", "output", "scenario", "seed")
MULTIRUN = "multirun"
TABLES = "population.tables"
SEEDS_MOST = 10_000_000
_NAME = re.compile(r"[\w-]{1,60}")


@dataclass(frozen=True)
class Sweep:
    """A sweep as checked.

    scenarios: names or files; fixed: values of keys that all runs share; axes: they multiply; draws: of parameters, or
    None; seeds: numbers, with draws how many of each draw (0, 1, ...); months: labels of the months that are measured,
    of the run's end if there is none; config_dir: the user's folder of scenarios and regions; tree: all of it, plain.
    """

    name: str
    titles: Mapping[str, str]
    scenarios: tuple[str, ...]
    fixed: Mapping[str, Any]
    axes: tuple[Axis, ...]
    draws: DrawsAxis | None
    seeds: tuple[int, ...]
    paired: bool
    outputs: tuple[Output, ...]
    months: tuple[str, ...]
    work: str
    config_dir: str | None
    tree: Mapping[str, Any]


def sweep_paths() -> dict[str, Path]:
    """Return the files of conf/sweep/ by name."""
    return {path.stem: path for path in sorted((CONF / "sweep").glob("*.yaml"))}


def read_sweep(name: str | None, words: Sequence[str] = (), config_dir: str | None = None) -> Sweep:
    """Return the sweep of a name or file with words of the command line in place; raises UserError.

    name: None for a sweep that the words alone make, in Hydra's multirun syntax.
    """
    path = _found(name) if name is not None else None
    file = read_yaml(path) if path is not None else YamlFile(Path(MULTIRUN), {})
    tree = copy.deepcopy(file.tree)
    tree.setdefault("sweep", {})
    if isinstance(tree["sweep"], Mapping):
        tree["sweep"] = {"name": path.stem if path else MULTIRUN, **tree["sweep"]}
    _with_words(tree, words, config_dir)
    config_dir = str(user_path(config_dir, "--config-dir").absolute()) if config_dir else config_dir
    _with_whole_paths(tree)

    def place(key: str) -> str:
        if words and key.startswith("axes["):
            key = "axes"  # words may have taken axes out before this one
        return file.place(key) if key in file.lines or not words else shown_path(file.path)

    return sweep_of(tree, config_dir, place)


def sweep_of(tree: Mapping[str, Any], config_dir: str | None, place: Callable[[str], str] = lambda key: "") -> Sweep:
    """Return the sweep that a tree is; raises UserError, with `place(key)`, for what it cannot be."""
    for name in tree:
        if name not in FIELDS:
            check_renamed(name, None, place(name))
            raise UserError(Text(f"unknown key '{name}'", f"没有 '{name}' 这个键"), key=name, allowed=listed(FIELDS),
                            nearest=nearest(name, FIELDS), hint=HINT, place=place(name))  # fmt: skip
    known = known_keys(config_dir)
    header = _header(tree.get("sweep"), place("sweep"))
    fixed = _fixed(tree.get("set") or {}, known, place)
    entries = tree.get("axes") or []
    if not isinstance(entries, list):
        raise UserError(Text("'axes' is not a list", "'axes' 应为列表"), key="axes", found=entries, hint=HINT,
                        place=place("axes"))  # fmt: skip
    read = [read_axis(entry, known, place, f"axes[{i}]") for i, entry in enumerate(entries)]
    axes = tuple(axis for axis in read if isinstance(axis, Axis))
    draws = [axis for axis in read if isinstance(axis, DrawsAxis)]
    check_apart(axes, list(fixed))
    if len(draws) > 1:
        raise UserError(Text("a sweep has one axis of draws", "抽样轴只能有一条"), key="axes", found=len(draws),
                        hint=HINT, place=place("axes"))  # fmt: skip
    seeds = _seeds(tree.get("seeds", 1), bool(draws), place("seeds"))
    return Sweep(
        name=header["name"],
        titles={"en": header["title_en"], "zh": header["title_zh"]},
        scenarios=_scenarios(tree.get("scenarios", [BASE]), known, config_dir, place("scenarios")),
        fixed=fixed,
        axes=axes,
        draws=draws[0] if draws else None,
        seeds=seeds,
        paired=_flag(tree.get("paired", True), "paired", place("paired")),
        outputs=read_outputs(_texts(tree.get("outputs", list(DEFAULT)), "outputs", place), place("outputs")),
        months=_months(_texts(tree.get("months", []), "months", place), place("months")),
        work=_choice(tree.get("work", WORKS[0]), "work", WORKS, place("work")),
        config_dir=config_dir,
        tree=tree,
    )


def known_keys(config_dir: str | None) -> Known:
    """Return every key of a run, and the shapes of the parameters' priors."""
    tree = composed(BASE)
    shapes = {f"parameters.{process}.{name}": str(entry["shape"])
              for process, entries in tree["parameters"].items() for name, entry in entries.items()}  # fmt: skip
    return Known(keys_of(tree, check_config_dir(config_dir)), shapes)


def _found(name: str) -> Path:
    paths = sweep_paths()
    if name in paths:
        return paths[name]
    path = user_path(name, "sweep")
    if name.endswith(SUFFIXES) and path.is_file():
        return path
    allowed = Text(f"{', '.join(paths)}, or a file: ./my.yaml", f"{'、'.join(paths)}，或文件 ./my.yaml")
    raise UserError(Text("there is no such sweep", "没有这个扫描"), key="sweep", found=name, allowed=allowed,
                    nearest=nearest(name, paths), hint=HINT)  # fmt: skip


def _with_words(tree: dict[str, Any], words: Sequence[str], config_dir: str | None) -> None:
    """Put words of the command line into a tree: its own keys, one value of a key, or several as an axis."""
    known = known_keys(config_dir) if words else Known({}, {})
    names = list(scenario_paths(check_config_dir(config_dir))) if words else []
    for word in words:
        name, text = split_override(word, names)
        if name in ("scenario", "scenarios"):
            tree["scenarios"] = [str(value) for value in sweep_values(Key("scenario", "text", ""), text, names)]
        elif name in ("seed", "seeds"):
            values = sweep_values(Key(name, "whole", 1), text)
            tree["seeds"] = values if name == "seed" or set("[(,") & set(text) else values[0]  # which, or how many
        elif name in OWN:
            values = sweep_values(Key(name, "text", ""), text)
            if name not in LISTS and len(values) != 1:
                raise UserError(
                    Text(f"'{name}' takes one value", f"'{name}' 只取一个值"), key=name, found=text, hint=HINT
                )
            tree[name] = values if name in LISTS else values[0]
        else:
            key = found_key(name, {**{own.path: own for own in SWEEP.own}, **known.keys}, text)
            values = sweep_values(key, text)
            _drop_from_axes(tree, key.path)
            if len(values) > 1:
                tree["axes"] = [*(tree.get("axes") or []), {"grid": {key.path: values}}]
            else:
                tree["set"] = {**(tree.get("set") or {}), key.path: values[0]}


def _with_whole_paths(tree: dict[str, Any]) -> None:
    """Let files and folders be found from wherever a sweep is gone on with."""

    def whole(value: Any) -> Any:
        return str(user_path(value).absolute()) if isinstance(value, str) and value else value

    scenarios = tree.get("scenarios")
    if isinstance(scenarios, list):
        tree["scenarios"] = [whole(name) if str(name).endswith(SUFFIXES) else name for name in scenarios]
    elif str(scenarios).endswith(SUFFIXES):
        tree["scenarios"] = whole(scenarios)
    if isinstance(tree.get("set"), dict) and TABLES in tree["set"]:
        tree["set"] = {**tree["set"], TABLES: whole(tree["set"][TABLES])}


def _drop_from_axes(tree: dict[str, Any], path: str) -> None:
    """Take a key that the command line sets out of the file's `set` and grids; in other axes it stays, and collides."""
    (tree.get("set") or {}).pop(path, None)
    for entry in tree.get("axes") or []:
        if isinstance(entry, dict) and isinstance(entry.get("grid"), dict):
            entry["grid"].pop(path, None)
    if tree.get("axes"):
        tree["axes"] = [entry for entry in tree["axes"] if not isinstance(entry, dict) or entry.get("grid", True)]


def _header(given: Any, place: str) -> dict[str, str]:
    header = {} if given is None else given
    if not isinstance(header, Mapping) or any(name not in HEADER for name in header):
        found = ", ".join(map(str, header)) if isinstance(header, Mapping) else header
        raise UserError(Text("'sweep' holds name and titles", "'sweep' 之下只有名称与标题"), key="sweep", found=found,
                        allowed=listed(HEADER), hint=HINT, place=place)  # fmt: skip
    name = str(header.get("name", ""))
    if not _NAME.fullmatch(name):
        raise UserError(Text("the name of the sweep cannot name a folder", "扫描名称不能用作文件夹名"),
                        key="sweep.name", found=name,
                        allowed=Text("letters, digits, _ and -, at most 60", "文字、数字、_ 和 -，至多 60 个"),
                        hint=HINT, place=place)  # fmt: skip
    return {"name": name, **{f"title_{lang}": str(header.get(f"title_{lang}", name)) for lang in ("en", "zh")}}


def _fixed(given: Any, known: Known, place: Callable[[str], str]) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise UserError(Text("'set' holds keys with one value", "'set' 之下为键和取值"), key="set", found=given,
                        hint=HINT, place=place("set"))  # fmt: skip
    fixed = {}
    for name, value in given.items():
        key = found_key(str(name), known.keys, value, place("set"))
        if key.path in NOT_SET:
            raise UserError(Text(f"a sweep sets '{name}' in another place", f"'{name}' 应写在别处"), key=name,
                            found=value, allowed="scenarios: [...], seeds: N", hint=HINT,
                            place=place("set"))  # fmt: skip
        fixed[key.path] = checked_value(
            key, parsed_value(key, value) if isinstance(value, str) else value, place("set")
        )
    return fixed


def _scenarios(given: Any, known: Known, config_dir: str | None, place: str) -> tuple[str, ...]:
    names = [str(name) for name in (given if isinstance(given, list) else [given])]
    if not names or len(set(names)) < len(names):
        raise UserError(Text("'scenarios' names none, or one twice", "'scenarios' 为空或有重复"), key="scenarios",
                        found=", ".join(names), hint=HINT, place=place)  # fmt: skip
    folder = check_config_dir(config_dir)
    named = {name: read_scenario(find_scenario(name, folder), known.keys).header["name"] for name in names}
    check_scenario_names(named, "scenarios")
    return tuple(names)


def _seeds(given: Any, with_draws: bool, place: str) -> tuple[int, ...]:
    if isinstance(given, list) and with_draws:
        raise UserError(Text("with draws, 'seeds' is how many of each draw", "有抽样时 'seeds' 为每组的种子数"),
                        key="seeds", found=given, allowed="1, 2, ...", hint=HINT, place=place)  # fmt: skip
    if not isinstance(given, list):
        n = checked_value(Key("seeds", "whole", 1, low=1, high=SEEDS_MOST), given, place)
        return tuple(range(n)) if with_draws else tuple(range(1, n + 1))
    seeds = [checked_value(Key("seeds", "whole", 1, low=0, high=SEED_MOST), seed, place) for seed in given]
    if not seeds or len(set(seeds)) < len(seeds):
        raise UserError(Text("'seeds' names none, or one twice", "'seeds' 为空或有重复"), key="seeds", found=given,
                        hint=HINT, place=place)  # fmt: skip
    return tuple(seeds)


def _texts(given: Any, name: str, place: Callable[[str], str]) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise UserError(Text(f"'{name}' is not a list of names", f"'{name}' 应为名称的列表"), key=name, found=given,
                        hint=HINT, place=place(name))  # fmt: skip
    return given


def _months(labels: list[str], place: str) -> tuple[str, ...]:
    found = set()
    for label in labels:
        try:
            found.add(month_label(month_index(label)))
        except ValueError:
            raise UserError(Text("'months' are not months", "'months' 应为月份"), key="months", found=label,
                            allowed="YYYY-MM", hint=HINT, place=place) from None  # fmt: skip
    return tuple(sorted(found))


def _choice(given: Any, name: str, allowed: Sequence[str], place: str) -> str:
    return str(checked_value(Key(name, "choice", allowed[0], allowed=tuple(allowed)), given, place))


def _flag(given: Any, name: str, place: str) -> bool:
    return bool(checked_value(Key(name, "flag", True), given, place))
