"""YAML files as plain mappings with the line of every key, for checks that can say where a file is to be mended.

Hydra composes conf/; this reader serves what Hydra cannot: a user's own files, the help text (which must be quick), and
errors with line numbers. It reads data only: no tags, no interpolation, no doubled keys.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from scenarios.base.errors import UserError
from scenarios.base.text import Text

ENCODINGS = ("utf-8-sig", "gb18030")
PLAIN_TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe loader that also takes 1e3 for a number."""


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?\d+(?:\.\d*)?[eE][-+]?\d+"), list("-+0123456789")
)


@dataclass(frozen=True)
class YamlFile:
    """A file's mapping and the line of each key, by dotted path."""

    path: Path
    tree: dict[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)

    def place(self, key: str = "") -> str:
        """Return 'file:line' of a key, or of the nearest key above it."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return f"{shown_path(self.path)}:{self.lines[key]}" if key else shown_path(self.path)


def read_yaml(path: Path) -> YamlFile:
    """Read a mapping; raises UserError, with the line, for what is not one."""
    text = _text(path)
    lines: dict[str, int] = {}
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            tree = {} if node is None else _plain(loader, node, "", lines, path)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _error(path, f"{error.problem or error.context}", mark.line + 1 if mark else 1) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _error(path, str(error), 1) from None
    if not isinstance(tree, dict):
        raise _error(path, "not a mapping", 1)
    return YamlFile(path, tree, lines)


def shown_path(path: Path) -> str:
    """Return a path as errors show it: relative to where the user is, if it lies below."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.as_posix()


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(
            Text("cannot read the file", "无法读取文件"),
            key=str(path),
            hint=Text(error.strerror or "", error.strerror or ""),
            place=shown_path(path),
        ) from None
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _error(path, "neither UTF-8 nor GB 18030", 1)


def _plain(loader: Any, node: yaml.Node, prefix: str, lines: dict[str, int], path: Path) -> Any:
    if not isinstance(node, yaml.ScalarNode) and node.tag not in PLAIN_TAGS:
        raise _error(path, f"the tag {node.tag}", node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        tree: dict[str, Any] = {}
        for key_node, value_node in node.value:
            name, line = str(key_node.value), key_node.start_mark.line + 1
            key = f"{prefix}.{name}" if prefix else name
            if not isinstance(key_node, yaml.ScalarNode) or name in tree:
                raise _error(path, f"key {name!r} stands there twice" if name in tree else "a key is not a word", line)
            lines[key] = line
            tree[name] = _plain(loader, value_node, key, lines, path)
        return tree
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, item, prefix, lines, path) for item in node.value]
    return loader.construct_object(node)


def _error(path: Path, found: str, line: int) -> UserError:
    return UserError(
        Text("not a valid YAML file", "不是有效的 YAML 文件"),
        key=str(path),
        found=found,
        hint=Text("mend that line", "请改这一行"),
        place=f"{shown_path(path)}:{line}",
    )
