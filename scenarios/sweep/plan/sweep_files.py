"""A sweep as a user writes it: conf/sweep/NAME.yaml, a file of the user's, words of the command line, or all."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scenarios.base.errors import UserError, nearest
from scenarios.base.input.yaml_files import YamlFile, read_yaml, shown_path
from scenarios.base.paths import CONF
from scenarios.base.text import Text
from scenarios.base.user import user_path
from scenarios.entries.sweep import HINT, SWEEP
from scenarios.settings.command_line import found_key, split_override
from scenarios.settings.scenario_files import SUFFIXES, check_config_dir, scenario_paths
from scenarios.settings.schema import Key
from scenarios.sweep.plan.axes import Known
from scenarios.sweep.plan.multirun import sweep_values
from scenarios.sweep.plan.spec import Sweep, known_keys, sweep_of

SWEEP_KEYS = ("scenarios", "seeds", "paired", "outputs", "months", "work")
"""Keys of a sweep that a word of the command line may set, too."""
LIST_KEYS = ("outputs", "months")
"""Of these, those that take several values."""
MULTIRUN = "multirun"
"""The name of a sweep that words alone make."""
TABLES = "population.tables"


def sweep_paths() -> dict[str, Path]:
    """Return the files of conf/sweep/ by name."""
    return {path.stem: path for path in sorted((CONF / "sweep").glob("*.yaml"))}


def read_sweep(name: str | None, words: Sequence[str] = (), config_dir: str | None = None) -> Sweep:
    """Return the sweep of a name or file with words of the command line in place; raises UserError.

    name: None for a sweep that the words alone make, in Hydra's multirun syntax.
    """
    path = _path_of(name) if name is not None else None
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


def _path_of(name: str) -> Path:
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
        elif name in SWEEP_KEYS:
            values = sweep_values(Key(name, "text", ""), text)
            if name not in LIST_KEYS and len(values) != 1:
                raise UserError(
                    Text(f"'{name}' takes one value", f"'{name}' 只取一个值"), key=name, found=text, hint=HINT
                )
            tree[name] = values if name in LIST_KEYS else values[0]
        else:
            key = found_key(name, {**{option.path: option for option in SWEEP.own}, **known.keys}, text)
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
