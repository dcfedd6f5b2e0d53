"""conf/ itself: a key that is missing, unknown, of another type or unit is one line that names the file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenarios.base.errors import UserError
from scenarios.base.paths import CONF
from scenarios.settings import config
from scenarios.settings.help_text import read_tree
from scenarios.settings.schema import Key, keys_of

Tree = dict[str, Any]


def pop(*path: str) -> Callable[[Tree], None]:
    return lambda tree: below(tree, path[:-1]).pop(path[-1])


def put(value: object, *path: str) -> Callable[[Tree], None]:
    return lambda tree: below(tree, path[:-1]).update({path[-1]: value})


def below(tree: Tree, path: tuple[str, ...]) -> Tree:
    for name in path:
        tree = tree[name]
    return tree


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (pop("seed"), "conf/config.yaml: 'config' needs exactly"),
        (put(1, "more"), "conf/config.yaml: 'config' needs exactly"),
        (pop("population", "size"), "conf/config.yaml: 'population' needs exactly"),
        (put("all", "reading", "labour_scop"), "conf/config.yaml: 'reading' needs exactly"),
        (pop("parameters", "residence", "hamlet_worth"), "conf/parameters/residence.yaml: a parameter is missing"),
        (put({}, "parameters", "residence", "hamlet_wort"), "nearest: 'hamlet_worth'"),
        (
            put(3, "parameters", "residence", "hamlet_worth"),
            "residence.yaml: 'parameters.residence.hamlet_worth' needs exactly",
        ),
        (pop("parameters", "residence", "hamlet_worth", "source"), "needs exactly"),
        (put("much", "parameters", "residence", "hamlet_worth", "low"), "not a number"),
        (put("jumbo", "parameters", "residence", "hamlet_worth", "unit"), "unknown unit"),
        (pop("levers", "workshops", "start"), "conf/lever/levers.yaml: 'levers.workshops' needs exactly"),
        (pop("levers", "workshops", "costs", "award", "per"), "conf/lever/levers.yaml"),
        (put("jumbo", "levers", "workshops", "settings", "posts_per_workshop", "unit"), "unknown unit"),
    ],
)
def test_a_mistake_in_conf_names_the_file(change: Callable[[Tree], None], expected: str) -> None:
    tree = read_tree()
    change(tree)
    with pytest.raises(UserError) as caught:
        keys_of(tree)
    assert expected in str(caught.value)


def test_broken_yaml_in_conf_names_file_and_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "conf"
    shutil.copytree(CONF, folder)
    path = folder / "parameters" / "jobs.yaml"
    line = path.read_text(encoding="utf-8").count("\n") + 1
    path.write_text(path.read_text(encoding="utf-8") + "broken: }\n", encoding="utf-8")
    monkeypatch.setattr(config, "CONF", folder)
    config._composed.cache_clear()
    try:
        with pytest.raises(UserError) as caught:
            config.composed("baseline")
    finally:
        config._composed.cache_clear()
    assert f"jobs.yaml:{line}: not a valid YAML file" in str(caught.value)


@pytest.mark.parametrize(
    ("key", "short", "text"),
    [
        (Key("a", "number", 0.0), "", "a number"),
        (Key("a", "number", 1.0, low=0), ">= 0", "a number >= 0"),
        (Key("a", "number", 1.0, low=0, above_low=True), "> 0", "a number > 0"),
        (Key("a", "number", -1.0, high=0), "<= 0", "a number <= 0"),
        (Key("a", "whole", 1, low=1, high=240), "1 .. 240", "a whole number from 1 to 240"),
        (Key("a", "choice", "x", allowed=("x", "y")), "x, y", "x, y"),
        (Key("a", "path", ""), "", "a folder"),
        (Key("a", "month", "2020-01", allowed=("2019-12", "2040-12")), "2019-12 .. 2040-12", "YYYY-MM"),
    ],
)
def test_ranges_in_words(key: Key, short: str, text: str) -> None:
    assert key.range_short() == short
    assert key.range_text().en.startswith(text)
