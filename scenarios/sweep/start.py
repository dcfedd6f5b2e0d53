"""How a sweep begins: the generator is chosen and workers begin to load before anything heavy is loaded here."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from scenarios.base.door import loaded
from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.paths import CONF
from scenarios.settings.command import Call
from scenarios.settings.generator import KEY as GENERATOR
from scenarios.settings.generator import choose_generator
from scenarios.sweep.store.places import HEAD, SWEEPS
from scenarios.sweep.work.worker_context import preload

MAKING = ("run", "resume")
"""Verbs that make runs."""


def start(call: Call) -> int:
    """Do what the words of a sweep say; return the exit code. Raises UserError."""
    choose_generator([*generator_words(call), *call.words], runs_here=False)
    if call.own["verb"] in MAKING and not call.own["dry_run"]:
        preload()
    return int(loaded("scenarios.sweep.command:run_verb")(call))


def generator_words(call: Call) -> list[str]:
    """Return the generator of random numbers that a sweep's file or folder names; the rules are not loaded yet."""
    trees: list[Any] = []
    path = Path(call.own["sweep"] or "")
    name = path.stem or "none"
    for file in (CONF / "sweep" / f"{path.name}.yaml", path):
        if file.is_file():
            trees.append(read_yaml(file).tree)
            header = trees[0].get("sweep") if isinstance(trees[0], dict) else None
            name = str(header.get("name", name)) if isinstance(header, dict) else name
            break
    head = (call.own["output"] or SWEEPS / name) / HEAD
    if head.is_file() and call.own["verb"] != "run":
        with contextlib.suppress(ValueError, AttributeError):  # a spoiled head is named when it is read
            trees.append(json.loads(head.read_text(encoding="utf-8")).get("tree"))
    names = [
        tree["set"].get(GENERATOR) for tree in trees if isinstance(tree, dict) and isinstance(tree.get("set"), dict)
    ]
    return [f"{GENERATOR}={name}" for name in names if name]
