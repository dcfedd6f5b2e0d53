"""The switches that a reader may set: readings and structures.

Readings are what conflicts and open scopes of the report leave open (conf/reading/readings.yaml). Structures are rules
of the model that can be defended in more than one way (conf/structure/structures.yaml).

Both are varied one at a time, and so are called readings where they are told no further apart.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from scenarios.base.errors import UserError
from scenarios.base.input.rows import Problem, RegistryError, unless
from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.paths import CONF
from scenarios.base.text import Text
from scenarios.report.figures import Figure, Reading

READINGS = CONF / "reading" / "readings.yaml"
STRUCTURES = CONF / "structure" / "structures.yaml"
DEFAULT_READING = "default"
"""Name of the reading that makes the first choice of every switch."""


class Option(NamedTuple):
    """One way to read the report, and what follows from it."""

    value: str
    meaning: Text
    consequence: Text


@dataclass(frozen=True)
class Switch:
    """An open reading: its question and its options, the default first."""

    name: str
    question: Text
    options: tuple[Option, ...]

    @property
    def default(self) -> str:
        """The value that a run takes unless told otherwise."""
        return self.options[0].value

    @property
    def values(self) -> tuple[str, ...]:
        """The allowed values, the default first."""
        return tuple(option.value for option in self.options)


def read_readings(path: Path) -> dict[str, Switch]:
    """Return the open readings by name, the default first; raises RegistryError with every error."""
    problems: list[Problem] = []

    def error(row: str, column: str, found: str, en: str, zh: str) -> None:
        problems.append(Problem(path.as_posix(), 0, row, column, found, Text(en, zh)))

    def text(row: str, column: str, node: Any) -> Text:
        parts = [node.get(language) if isinstance(node, dict) else None for language in ("en", "zh")]
        if not all(isinstance(part, str) and part for part in parts):
            error(row, column, repr(node), "texts en and zh", "中英文文字 en 与 zh")
        return Text(str(parts[0]), str(parts[1]))

    try:
        tree = read_yaml(path).tree
    except UserError as failure:
        error("", "", str(failure), "a YAML file", "YAML 文件")
        raise RegistryError(problems) from None
    switches = {}
    for name, node in tree.items() or [("*", None)]:
        body = node if isinstance(node, dict) else {}
        values = body.get("values")
        if not isinstance(values, dict) or len(values) < 2:
            error(name, "values", repr(values), "two values or more", "两个以上的取值")
            continue
        options = []
        for value, parts in values.items():
            row = f"{name}.{value}"
            meaning, consequence = (
                text(row, part, parts.get(part) if isinstance(parts, dict) else None)
                for part in ("meaning", "consequence")
            )
            options.append(Option(value, meaning, consequence))
        question = text(name, "question", body.get("question"))
        switches[name] = Switch(name, question, tuple(options))
    return unless(problems, switches)


@cache
def open_readings() -> dict[str, Switch]:
    """Return the project's open readings and structures by name, the default first: the only list of them."""
    return read_readings(READINGS) | open_structures()


@cache
def open_structures() -> dict[str, Switch]:
    """Return the rules of the model that can be defended in more than one way, by name, the default first."""
    return read_readings(STRUCTURES)


def switch_key(name: str) -> str:
    """Return the key of the configuration that sets a switch."""
    return f"structure.{name}" if name in open_structures() else f"reading.{name}"


def switch_words(reading: Reading) -> tuple[str, ...]:
    """Return the words key=value that choose a reading."""
    return tuple(f"{switch_key(name)}={value}" for name, value in reading.items())


def reading_changes(reading: Reading) -> dict[str, str]:
    """Return the choices of a reading that are not the default, by switch."""
    return {name: value for name, value in reading.items() if value != open_readings()[name].default}


def structure_changed(reading: Reading) -> bool:
    """Return whether a reading makes another choice than the default among the structures."""
    return not open_structures().keys().isdisjoint(reading_changes(reading))


def reading_name(reading: Reading) -> str:
    """Return the name of a reading in tables: 'default', or its other choices as 'switch=value;switch=value'."""
    return ";".join(f"{name}={value}" for name, value in reading_changes(reading).items()) or DEFAULT_READING


def default_reading(switches: Mapping[str, Switch]) -> dict[str, str]:
    """Return the default choice of every switch."""
    return {name: switch.default for name, switch in switches.items()}


def allowed_readings(switches: Mapping[str, Switch]) -> Text:
    """Return every switch with its values, as an error lists them."""
    names = ", ".join(f"{switch.name}={'|'.join(switch.values)}" for switch in switches.values())
    return Text(names, f" {names}")


def alternative_readings(switches: Mapping[str, Switch]) -> list[dict[str, str]]:
    """Return the readings that differ from the default in one switch each."""
    default = default_reading(switches)
    changes = itertools.chain.from_iterable(
        ((name, value) for value in switch.values[1:]) for name, switch in switches.items()
    )
    return [{**default, name: value} for name, value in changes]


def reading_problems(path: Path, figures: Iterable[Figure], switches: Mapping[str, Switch]) -> list[Problem]:
    """Return an error for each figure of `path` whose `reading` names no existing switch and value."""
    problems = []
    allowed = allowed_readings(switches)
    for figure in figures:
        for name, value in figure.reading:
            if name not in switches or value not in switches[name].values:
                where = path.as_posix(), figure.line, figure.id, "reading"
                problems.append(Problem(*where, f"{name}={value}", allowed))
    return problems
