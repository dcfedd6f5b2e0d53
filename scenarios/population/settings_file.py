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

from pydantic import BaseModel, ValidationError

from scenarios.base.input.yaml_files import YamlFile, read_yaml
from scenarios.population.settings import PopulationSettings
from scenarios.settings.renamed import check_renamed

RENAMED_BELOW = "population.yaml."
"""How conf/renamed.yaml begins the keys of this file."""
UNKNOWN = "extra_forbidden"
"""What pydantic calls a key that the settings do not have."""
_SOURCE = re.compile(r"[A-Z]\d{2}[a-z]?\b|.*\bassumed because .+")


class Line(NamedTuple):
    """One number of the file: its key ('sites.smallest'), value, unit and source."""

    key: str
    value: Any
    unit: str
    source: str


def read_lines(path: str | Path) -> list[Line]:
    """Return every line of a population file, for tables of sources.

    Raises ValueError with file, line and key of a line that is not {value, unit, source} or names no source; UserError
    for a file that is not YAML.
    """
    file = read_yaml(Path(path))
    return list(_lines(file, "", file.tree))


def _lines(file: YamlFile, prefix: str, node: Any) -> Iterator[Line]:
    path = file.place(prefix)
    if not isinstance(node, Mapping):
        raise ValueError(
            f"{path}: {prefix or 'the file'}: found {node!r}; write {{value: ..., unit: ..., source: ...}}"
        )
    if "value" not in node:
        for key, child in node.items():
            yield from _lines(file, f"{prefix}.{key}" if prefix else key, child)
        return
    if set(node) != {"value", "unit", "source"}:
        raise ValueError(f"{path}: {prefix}: found the keys {sorted(node)}; allowed are value, unit and source")
    if not _SOURCE.match(str(node["source"])):
        found = node["source"]
        raise ValueError(f"{path}: {prefix}: source {found!r} is neither an evidence id nor 'assumed because ...'")
    yield Line(prefix, node["value"], str(node["unit"]), str(node["source"]))


def read_settings(path: str | Path) -> PopulationSettings:
    """Return the settings of a population file.

    Raises ValueError, one line naming file, key, what was found and what is allowed; UserError, with the new name, for
    a key that was renamed.
    """
    file = read_yaml(Path(path))
    tree: dict[str, Any] = {}
    for line in _lines(file, "", file.tree):
        branch = tree
        *groups, name = line.key.split(".")
        for group in groups:
            branch = branch.setdefault(group, {})
        branch[name] = line.value
    try:
        return PopulationSettings.model_validate(tree)
    except ValidationError as error:
        for entry in error.errors():
            if entry["type"] == UNKNOWN:
                check_renamed(RENAMED_BELOW + _key(entry), entry["input"], file.place(_key(entry)))
        raise ValueError(
            "; ".join(f"{file.place(_key(entry))}: {_problem(entry)}" for entry in error.errors())
        ) from None


def _key(error: Any) -> str:
    return ".".join(str(part) for part in error["loc"])


def _problem(error: Any) -> str:
    key = _key(error)
    if error["type"] == "missing":
        return f"{key}: missing"
    if error["type"] == UNKNOWN:
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
