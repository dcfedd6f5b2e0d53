"""Scenario files, the project's own and the user's: a header (name and titles) and the levers that it pulls; and, for
one site, one plan, the table of what each site gets (plans.py).

A file holds only what differs from doing nothing. Numbers may be written short: `settings: {posts_per_workshop: 40}`
for `{value: 40}`, `costs: {building: 30000}` for `{yuan: 30000}`; either may carry a source of its own.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scenarios.base.errors import UserError, listed, nearest
from scenarios.base.glyphs import DRAWABLE, NOT_DRAWN, lacking
from scenarios.base.input.yaml_files import YamlFile, read_yaml, shown_path
from scenarios.base.names import composed_name, folded
from scenarios.base.paths import CONF
from scenarios.base.text import Text
from scenarios.base.user import user_path
from scenarios.settings.command_line import checked_value, found_key
from scenarios.settings.plans import read_plan
from scenarios.settings.renamed import check_renamed
from scenarios.settings.schema import Key
from simulation.state.policy import PLAN

HEADER = ("name", "title_en", "title_zh")
SECTIONS = ("scenario", "levers", PLAN)
LEVERS_ONLY = Text(
    "a scenario file holds levers only; everything else is set on the command line",
    "方案文件只写政策措施；其他键请在命令行设置",
)
SUFFIXES = (".yaml", ".yml")
_NAME = re.compile(r"[\w-]{1,60}")


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario as checked: its header, the values that it sets by key, and where each of them stands."""

    path: Path
    header: dict[str, str]
    changes: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)


def check_config_dir(config_dir: str | None) -> Path | None:
    """Return the folder; raises UserError if it is none, or has neither scenario/ nor region/ in it."""
    if config_dir is None:
        return None
    folder = user_path(config_dir, "--config-dir")
    if not any((folder / name).is_dir() for name in ("scenario", "region")):
        problem = Text("--config-dir is not a folder with scenario/ in it", "--config-dir 之下没有 scenario/ 文件夹")
        hint = Text("put your files into DIR/scenario/NAME.yaml", "请把文件放在 目录/scenario/名称.yaml")
        raise UserError(problem, key="--config-dir", found=folder, hint=hint)
    return folder


def scenario_paths(config_dir: Path | None = None) -> dict[str, Path]:
    """Return the file of each scenario by name, those of conf/ first; raises UserError for two of one name.

    A file of the user's may have a name of conf/ if it holds the same: a copy of that folder, to be added to.
    """
    paths = {path.stem: path for path in sorted((CONF / "scenario").glob("*.yaml"))}
    own = sorted((config_dir / "scenario").glob("*.yaml")) if config_dir else []
    for path in own:
        name = composed_name(path.stem)
        other = next((paths[known] for known in paths if folded(known) == folded(name)), None)
        if other is None:
            paths[name] = path
        elif other.stem != name or other.read_bytes() != path.read_bytes():
            raise _one_name(name, shown_path(other), shown_path(path), "scenario")
    return paths


def check_scenario_names(named: Mapping[str, str], key: str) -> None:
    """Raise UserError for two scenarios of one name: in tables they would be one.

    named: the name of each scenario by how it was typed, which may be a file; key: that names them.
    """
    typed = list(named)
    for i, second in enumerate(typed):
        first = next((other for other in typed[:i] if folded(named[other]) == folded(named[second])), None)
        if first is not None:
            raise _one_name(named[second], first, second, key)


def check_titles(titles: Mapping[str, Mapping[str, str]], key: str) -> None:
    """Raise UserError for two scenarios of one title: where people read of them, they would be one.

    titles: by name and language; key: that names the scenarios.
    """
    names = list(titles)
    for i, second in enumerate(names):
        for first, (language, title) in itertools.product(names[:i], titles[second].items()):
            if folded(titles[first][language]) == folded(title):
                problem = Text(f"two scenarios have the title '{title}' ({first}, {second})",
                               f"两个方案标题相同 '{title}'（{first}、{second}）")  # fmt: skip
                hint = Text(f"give each a title of its own: scenario: {{title_{language}: ...}}",
                            f"请各自取标题：scenario: {{title_{language}: ...}}")  # fmt: skip
                raise UserError(problem, key=key, hint=hint)


def _one_name(name: str, first: str, second: str, key: str) -> UserError:
    found = f"{first}, {second}"
    problem = Text(f"two scenarios have the name '{name}' ({found})", f"两个方案同名 '{name}'（{found}）")
    hint = Text("give each a name of its own: scenario: {name: ...}", "请各自取名：scenario: {name: ...}")
    return UserError(problem, key=key, hint=hint)


def find_scenario(text: str, config_dir: Path | None = None) -> Path:
    """Return the file that `scenario=text` means, a name or a file; raises UserError with the names there are."""
    paths = scenario_paths(config_dir)
    if composed_name(text) in paths:
        return paths[composed_name(text)]
    if not text.endswith(SUFFIXES) and "/" not in text and "\\" not in text:
        problem = Text(f"unknown scenario '{text}'", f"没有 '{text}' 这个方案")
        allowed = Text(f"{', '.join(paths)}, or a file: ./my.yaml", f"{'、'.join(paths)}，或文件 ./my.yaml")
        raise UserError(problem, key="scenario", allowed=allowed, nearest=nearest(text, paths))
    path = user_path(text, "scenario")
    if not path.is_file():
        near = next((f"{text}{suffix}" for suffix in SUFFIXES if user_path(f"{text}{suffix}").is_file()), "")
        problem = Text("the scenario file is not there", "没有这个方案文件")
        raise UserError(problem, key="scenario", found=path, nearest=near)
    return path


def read_scenario(path: Path, keys: Mapping[str, Key]) -> ScenarioFile:
    """Read and check a scenario file; raises UserError with file and line."""
    file = read_yaml(path)
    for name in file.tree:
        if name not in SECTIONS:
            check_renamed(name, None, file.place(name))
            problem = Text(f"unknown key '{name}'", f"没有 '{name}' 这个键")
            near, place = nearest(name, SECTIONS), file.place(name)
            raise UserError(problem, key=name, allowed=listed(SECTIONS), nearest=near, hint=LEVERS_ONLY, place=place)
    result = ScenarioFile(path, _header(file))
    levers = file.tree.get("levers")
    if levers is not None:
        _read(file, "levers", levers, keys, result)
    if PLAN in file.tree:
        _read_plan(file, keys, result)
    _check_own_name(file, result, keys)
    return result


def _check_own_name(file: YamlFile, result: ScenarioFile, keys: Mapping[str, Key]) -> None:
    """Raise UserError for a file that has the name of a scenario of conf/ and pulls other levers."""
    name = result.header["name"]
    own = next((path for path in scenario_paths().values() if folded(path.stem) == folded(name)), None)
    if own is None or own.resolve() == file.path.resolve():
        return
    if name != own.stem or result.changes != read_scenario(own, keys).changes:
        problem = Text(f"the name '{own.stem}' is that of another scenario", f"'{own.stem}' 是另一个方案的名称")
        hint = Text("give yours another name: scenario: {name: ...}", "请另取名称：scenario: {name: ...}")
        raise UserError(problem, key="scenario.name", found=name, hint=hint, place=file.place("scenario.name"))


def _read_plan(file: YamlFile, keys: Mapping[str, Key], result: ScenarioFile) -> None:
    """Add what the table of a plan says to the result; it lies beside the file."""
    name, place = file.tree[PLAN], file.place(PLAN)
    if not isinstance(name, str) or not name.strip():
        problem = Text("'plan' is not the name of a table", "'plan' 应为表格文件名")
        raise UserError(problem, key=PLAN, found=name, allowed="FILE.csv", place=place)
    for lever, text in read_plan(file.path.parent / name, keys).items():
        # A lever of which no site gets anything is not pulled.
        for own, value in ((PLAN, text), ("targeting", PLAN)) if text else (("size", 0.0),):
            path = f"levers.{lever}.{own}"
            if path in result.changes:
                raise UserError(Text(f"'{path}' is set twice", f"'{path}' 设置了两次"), key=path, place=place)
            result.changes[path], result.places[path] = value, place


def _header(file: YamlFile) -> dict[str, str]:
    header = {} if file.tree.get("scenario") is None else file.tree["scenario"]
    place = file.place("scenario")
    if not isinstance(header, Mapping):
        raise UserError(Text("'scenario' is not a mapping", "'scenario' 之下应为多个键"), key="scenario", found=header,
                        allowed=listed(HEADER), place=place)  # fmt: skip
    for name in header:
        if name not in HEADER:
            check_renamed(f"scenario.{name}", header[name], file.place(f"scenario.{name}"))
            problem = Text(f"unknown key 'scenario.{name}'", f"没有 'scenario.{name}' 这个键")
            raise UserError(problem, key=f"scenario.{name}", found=header[name], allowed=listed(HEADER),
                            nearest=nearest(name, HEADER), place=file.place(f"scenario.{name}"))  # fmt: skip
        if not isinstance(header[name], str) or not header[name].strip():
            problem = Text(f"'scenario.{name}' is not a text", f"'scenario.{name}' 应为文字")
            raise UserError(problem, key=f"scenario.{name}", found=header[name], place=file.place(f"scenario.{name}"))
    header = {name: composed_name(header[name].strip()) for name in header}
    for name in header:
        if found := lacking(header[name]):
            problem = Text(f"'scenario.{name}' {NOT_DRAWN.en}", f"'scenario.{name}' {NOT_DRAWN.zh}")
            raise UserError(problem, key=f"scenario.{name}", found=found, allowed=DRAWABLE, hint="",
                            place=file.place(f"scenario.{name}"))  # fmt: skip
    name = composed_name(header.get("name", file.path.stem))
    if not _NAME.fullmatch(name):
        problem = Text("the name of the scenario cannot name a folder", "方案名称不能用作文件夹名")
        allowed = Text("letters, digits, _ and -, at most 60", "文字、数字、_ 和 -，至多 60 个")
        raise UserError(problem, key="scenario.name", found=name, allowed=allowed, place=file.place("scenario.name"))
    return {"name": name, "title_en": header.get("title_en", name), "title_zh": header.get("title_zh", name)}


def _read(file: YamlFile, path: str, value: Any, keys: Mapping[str, Key], result: ScenarioFile) -> None:
    """Add the keys at and below `path` to the result."""
    place = file.place(path)
    if isinstance(value, Mapping) and path not in keys:
        for name, below in value.items():
            _read(file, f"{path}.{name}", below, keys, result)
        if not value and path.count(".") < 2:  # an empty lever, or no lever: still a key that must be known
            found_below(path, keys, place)
        return
    key = found_key(path, keys, value if value is not None else "", place)
    if isinstance(value, Mapping):
        for name in value:
            if name not in (key.field, "source"):
                found_key(f"{path}.{name}", keys, value[name], file.place(f"{path}.{name}"))
        if "source" in value:
            result.sources[path] = str(value["source"])
        value = value.get(key.field)
    if value is None:
        raise UserError(Text(f"'{path}' has an empty value", f"'{path}' 的取值为空"), key=path, place=place)
    if path in result.changes:
        raise UserError(Text(f"'{path}' is set twice", f"'{path}' 设置了两次"), key=path, place=place)
    result.changes[path] = checked_value(key, value, place)
    result.places[path] = place


def found_below(path: str, keys: Mapping[str, Key], place: str) -> None:
    """Raise UserError unless some key lies below `path`."""
    if not any(key.startswith(path + ".") for key in keys):
        found_key(path, keys, "", place)
