"""Runs that differ from one composed configuration in parameters and levers alone, without composing each anew.

A point's identity is a hash of everything that can alter its results: the resolved configuration without the seed, the
sources, the user's data. Composing takes 4 ms and a city run 150; a variant and its identity take 0.03 ms.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from scenarios.settings.config import (
    RunConfig,
    canonical_json,
    check_parameters,
    lever_of,
    results_part,
    without_source,
)
from scenarios.settings.parameter_values import with_values
from scenarios.settings.schema import Key
from simulation.state.parameters import Parameters
from simulation.state.policy import Policy

LIGHT = ("parameters.", "levers.")
"""Beginnings of the keys that vary within one base; each value of another key has a base of its own."""
ID_BYTES = 16


class Variant(NamedTuple):
    """What a point is: identity of the point and of its history (the same without levers), 16 bytes each."""

    point: bytes
    history: bytes


class Base:
    """A composed configuration from which points vary in parameters and levers."""

    def __init__(self, config: RunConfig, keys: Mapping[str, Key], source: str) -> None:
        """Take a configuration apart; source: hash of the sources that can alter results.

        `content`: hash of all of it that can alter results, sources and seed left out.
        """
        self.config = config
        part = {name: value for name, value in results_part(config.resolved).items() if name != "seed"}
        self._parameters = _flat(part.pop("parameters"), "parameters")
        part.pop("levers")
        self._rest = canonical_json({"source": source, **part}).encode()
        self._entries = config.resolved["levers"]
        self._fields = {path: key.field for path, key in keys.items()}
        self.content = hashlib.sha256(canonical_json(results_part(config.resolved) | {"seed": None}).encode()).digest()
        self._pulled = {name: self._lever_text(name, {}) for name in self._entries}

    def variant(self, values: Mapping[str, Any]) -> Variant:
        """Return the identities of a point; values: of light keys, checked."""
        parameters, levers = self._split(values)
        texts = self._parameters | {path: canonical_json(value) for path, value in parameters.items()}
        head = hashlib.sha256(self._rest)
        head.update("\n".join(f"{path}={text}" for path, text in texts.items()).encode())
        point = head.copy()
        for name in self._entries:
            text = self._lever_text(name, levers[name]) if name in levers else self._pulled[name]
            if text:
                point.update(text.encode())
        return Variant(point.digest()[:ID_BYTES], head.digest()[:ID_BYTES])

    def parameters(self, values: Mapping[str, Any]) -> Parameters:
        """Return the parameters of a point; raises UserError for some that cannot stand together."""
        changed = {path.removeprefix("parameters."): value for path, value in self._split(values)[0].items()}
        parameters = with_values(self.config.parameters, changed)
        check_parameters(parameters)
        return parameters

    def policy(self, values: Mapping[str, Any]) -> Policy:
        """Return the levers of a point; raises UserError for one that starts after the run's end."""
        levers = self._split(values)[1]
        pulled = {}
        for name in self._entries:
            entry = self._entry(name, levers[name]) if name in levers else self._entries[name]
            if entry["size"] > 0:
                pulled[name] = lever_of(name, entry, self.config.months)
        return Policy(pulled)

    def _split(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Return values of parameters by path, and of levers by name and the path below it."""
        parameters: dict[str, Any] = {}
        levers: dict[str, dict[str, Any]] = {}
        for path, value in values.items():
            if path.startswith("parameters."):
                parameters[path] = value
            else:
                _, name, below = path.split(".", 2)
                levers.setdefault(name, {})[below] = value
        return parameters, levers

    def _entry(self, name: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Return a lever's entry with the changes in place."""
        entry = {**self._entries[name]}
        for below, value in changes.items():
            group, _, last = below.partition(".")
            if last:
                field = self._fields[f"levers.{name}.{below}"]
                entry[group] = {**entry[group], last: {**entry[group][last], field: value}}
            else:
                entry[group] = value
        return entry

    def _lever_text(self, name: str, changes: Mapping[str, Any]) -> str:
        """Return what a lever is as text, sources left out; empty if it is not pulled."""
        entry = self._entry(name, changes)
        return canonical_json({name: without_source(entry)}) if entry["size"] > 0 else ""


def _flat(tree: Mapping[str, Any], path: str) -> dict[str, str]:
    """Return the texts of a tree's values by dotted path, sorted."""
    texts: dict[str, str] = {}
    for name, value in sorted(tree.items()):
        if isinstance(value, Mapping):
            texts |= _flat(value, f"{path}.{name}")
        else:
            texts[f"{path}.{name}"] = canonical_json(value)
    return texts
