"""YAML files as plain mappings with the line of every key, for checks that can say where a file is to be mended.

This is the only reader of YAML: what Hydra composes was read here, too. Words are those of YAML 1.2 (true and false,
null and ~; yes, no, on, off and dates are texts); numbers are decimal (`numbers.number_of`), so that 040 is 40, and
1:30, 1_000 and 0o40 are texts, which no number can be. It reads data only: no tags, no interpolation, no doubled keys,
and aliases only as far as what they stand for stays small.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import yaml

from scenarios.base.errors import UserError
from scenarios.base.input.text_files import decoded
from scenarios.base.input.written_numbers import number_of
from scenarios.base.text import Text

REPEATED_MOST = 10_000
"""Values that the aliases of a file may repeat, all together."""
DEEPEST = 100
"""Levels of brackets or of indentation that a file may have; the reader below would end the process for thousands."""
_HIDDEN_BREAK = re.compile("[\x85\u2028\u2029]")
"""Ends of lines to YAML 1.1 alone: editors show none, and what follows one in a comment would be read."""
_DEEP_START = re.compile(rf"^[ ?-]{{{2 * DEEPEST},}}", re.MULTILINE)
_BRACKET = re.compile(r"[\[\]{}]")
_TAG = "tag:yaml.org,2002:"
_NULL, _TRUE, _FALSE = ("~", "null", "Null", "NULL", ""), ("true", "True", "TRUE"), ("false", "False", "FALSE")


_TAGS = {f"{_TAG}null": _NULL, f"{_TAG}bool": (*_TRUE, *_FALSE), **{_TAG + kind: () for kind in ("str", "map", "seq")}}
"""The tags that nodes may have, with the words of those that have few."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe loader without the words and numbers of YAML 1.1; numbers are read where nodes become values."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for _kind, _scalars in (("null", _NULL), ("bool", (*_TRUE, *_FALSE))):
    _Loader.add_implicit_resolver(
        _TAG + _kind, re.compile(rf"(?:{'|'.join(_scalars)})\Z"), sorted({word[:1] for word in _scalars})
    )


@dataclass(frozen=True)
class YamlFile:
    """A file's mapping and the line of each key by dotted path, with [0], [1] ... for the items of a list."""

    path: Path
    tree: dict[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)

    def place(self, key: str = "") -> str:
        """Return 'file:line' of a key, or of the nearest key above it."""
        while key and key not in self.lines:
            key = key[: max(key.rfind("."), key.rfind("["), 0)]
        return f"{shown_path(self.path)}:{self.lines[key]}" if key else shown_path(self.path)


def read_yaml(path: Path) -> YamlFile:
    """Read a mapping; raises UserError, with the line, for what is not one."""
    text = _text(path)
    _check_breaks_and_depth(text, path)
    lines: dict[str, int] = {}
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is not None and "*" in text:
                _expanded(node, {}, path)
            tree = {} if node is None else _plain(node, "", lines, path)
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
    text = decoded(data)
    if text is None:
        raise _error(path, "neither UTF-8 nor GB 18030", 1)
    return text


def _check_breaks_and_depth(text: str, path: Path) -> None:
    """Raise UserError for a line end that editors do not show, and for a file that is nested too deep."""
    hidden = _HIDDEN_BREAK.search(text)
    if hidden is not None:
        found = f"the invisible end of a line U+{ord(hidden[0]):04X}"
        raise _error(path, found, text.count("\n", 0, hidden.start()) + 1)
    deep, depth = _DEEP_START.search(text), 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket[0] in "[{" else -1
        deep = deep or (bracket if depth > DEEPEST else None)
    if deep is not None:
        raise _error(path, f"more than {DEEPEST} levels", text.count("\n", 0, deep.start()) + 1)


def _expanded(node: yaml.Node, sizes: dict[int, int], path: Path) -> int:
    """Return how many values a node stands for once its aliases (*name) are written out; raises UserError for too many.

    Aliases of lists of aliases make a few lines stand for billions of values. sizes: those of the nodes that were
    looked at, each once; 0 while a node is being looked at.
    """
    line = node.start_mark.line + 1
    if id(node) in sizes:
        if not sizes[id(node)]:
            raise _error(path, "an alias (*) of what it stands in", line)
        return sizes[id(node)]
    sizes[id(node)] = 0
    below = [child for pair in node.value for child in pair] if isinstance(node, yaml.MappingNode) else []
    below += node.value if isinstance(node, yaml.SequenceNode) else []
    size = 1 + sum(_expanded(child, sizes, path) for child in below)
    if size > len(sizes) + REPEATED_MOST:
        raise _error(path, f"aliases (*) that repeat more than {REPEATED_MOST:,} values", line)
    sizes[id(node)] = size
    return size


def _plain(node: yaml.Node, prefix: str, lines: dict[str, int], path: Path) -> Any:
    allowed = _TAGS.get(node.tag)
    if allowed is None or (allowed and node.value not in allowed):
        raise _error(path, f"the tag {node.tag}", node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        tree: dict[str, Any] = {}
        for key_node, value_node in node.value:
            name, line = str(key_node.value), key_node.start_mark.line + 1
            key = f"{prefix}.{name}" if prefix else name
            if not isinstance(key_node, yaml.ScalarNode):
                raise _error(path, "a key is not a word", line)
            if key in lines:  # also in two spellings: {size: 1} below workshops, and workshops.size
                raise _error(path, f"key {key!r} stands there twice", line)
            lines[key] = line
            tree[name] = _plain(value_node, key, lines, path)
        return tree
    if isinstance(node, yaml.SequenceNode):
        names = [f"{prefix}[{i}]" for i in range(len(node.value))]
        lines.update({name: item.start_mark.line + 1 for name, item in zip(names, node.value, strict=True)})
        return [_plain(item, name, lines, path) for name, item in zip(names, node.value, strict=True)]
    return _value(node)


def _value(node: yaml.Node) -> Any:
    """Return the value of one word of a file."""
    if node.tag == f"{_TAG}null":
        return None
    if node.tag == f"{_TAG}bool":
        return node.value in _TRUE
    plain = getattr(node, "style", None) in (None, "")  # in quotes it is a text
    number = number_of(node.value) if plain else None
    return node.value if number is None else number


def _error(path: Path, found: str, line: int) -> UserError:
    return UserError(
        Text("not a valid YAML file", "不是有效的 YAML 文件"),
        key=str(path),
        found=found,
        hint=Text("mend that line", "请改这一行"),
        place=f"{shown_path(path)}:{line}",
    )
