"""The file of the population's settings: `conf/region/<region>/population.yaml`.

Each number stands on its line with value, unit and source: a row of the evidence ('G15: ...') or the words
'assumed because ...'. A number without a source, a misspelt key and a value out of range are refused by name.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import BaseModel, ValidationError

from scenarios.population.settings import PopulationSettings

_SOURCE = re.compile(r"[A-Z]\d{2}[a-z]?\b|.*\bassumed because .+")


class Line(NamedTuple):
    """One number of the file: its key ('sites.smallest'), value, unit and source."""

    key: str
    value: Any
    unit: str
    source: str


def read_lines(path: str | Path) -> list[Line]:
    """Return every line of a population file, for tables of sources.

    Raises ValueError with the file and key of a line that is not {value, unit, source} or names no source.
    """
    with open(path, encoding="utf-8") as file:
        return list(_lines(path, "", yaml.safe_load(file)))


def _lines(path: str | Path, prefix: str, node: Any) -> Iterator[Line]:
    if not isinstance(node, Mapping):
        raise ValueError(
            f"{path}: {prefix or 'the file'}: found {node!r}; write {{value: ..., unit: ..., source: ...}}"
        )
    if "value" not in node:
        for key, child in node.items():
            yield from _lines(path, f"{prefix}.{key}" if prefix else str(key), child)
        return
    if set(node) != {"value", "unit", "source"}:
        raise ValueError(f"{path}: {prefix}: found the keys {sorted(node)}; allowed are value, unit and source")
    if not _SOURCE.match(str(node["source"])):
        found = node["source"]
        raise ValueError(f"{path}: {prefix}: source {found!r} is neither an evidence id nor 'assumed because ...'")
    yield Line(prefix, node["value"], str(node["unit"]), str(node["source"]))


def read_settings(path: str | Path) -> PopulationSettings:
    """Return the settings of a population file.

    Raises ValueError, one line naming file, key, what was found and what is allowed.
    """
    tree: dict[str, Any] = {}
    for line in read_lines(path):
        branch = tree
        *groups, name = line.key.split(".")
        for group in groups:
            branch = branch.setdefault(group, {})
        branch[name] = line.value
    try:
        return PopulationSettings.model_validate(tree)
    except ValidationError as error:
        raise ValueError(f"{path}: " + "; ".join(_problem(entry) for entry in error.errors())) from None


def _problem(error: Any) -> str:
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "missing":
        return f"{key}: missing"
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(error["loc"][-1]), _names(PopulationSettings), n=1)
        return f"{key}: unknown key" + (f"; did you mean {near[0]}?" if near else "")
    return f"{key}: found {error['input']!r}; {error['msg']}"


def _names(model: type[BaseModel]) -> list[str]:
    names: list[str] = []
    for name, field in model.model_fields.items():
        names.append(name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            names += _names(field.annotation)
    return names
