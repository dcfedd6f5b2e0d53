"""A copy of the model's package with a tiny rule of its own, to try how compiled code is kept, in other processes."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from scenarios.base.paths import ROOT
from simulation.foundations.generator import GENERATORS
from tests.simulation.addresses import lots

HEARD = ("ANJU_", "NUMBA_", "XDG_CACHE_HOME", "HOME", "PYTHONDONTWRITEBYTECODE")
"""Variables that the tests set themselves."""
COMPILING, NOWHERE = "compiling the rules, once for this user and processor: about", "no folder can be written"

CONSTANTS = "FACTOR = 3\n"
CALLED = """
from constants import FACTOR
from simulation.foundations.kernel import kernel

@kernel
def times(x):
    return FACTOR * x
"""
RULE = """
import numpy as np
from called import times
from simulation.foundations.kernel import kernel
from simulation.foundations.random_numbers import lottery, stream

@kernel
def lot(seed):
    return lottery(stream(seed, 24, 47), 29150, 0)

@kernel
def tripled(x):
    return times(x) + 1
"""
# Prints what the rules give, and how many kernels were compiled for it.
RUN = """
import json, sys
sys.path[:0] = sys.argv[1:2]
compiled = []
if "compiles" in sys.argv:
    from numba.core import event
    listener = event.RecordingListener()
    event.register("numba:compile", listener)
import rule
print(json.dumps([int(rule.lot(7)), rule.tripled(7),
                  sum(e.is_start for _, e in listener.buffer) if "compiles" in sys.argv else 0]))
"""


KEPT = ["rule.lot", "rule.tripled"]
LOT = {name: int(lots(name, seed=7)) for name in GENERATORS}
"""What `rule.lot` gives under each generator."""


class Answer(NamedTuple):
    """What a process said: a lot of seed 7, the tiny rule of 7, how many kernels it compiled, its stderr."""

    lot: int
    tripled: int
    compiled: int
    said: str


class Copy:
    """The copy: `folder` holds simulation/ and the tiny rule; `home` is a folder of the user's."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder / "code", folder / "home"
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "simulation", self.folder / "simulation", ignore=ignored)
        for name, text in (("constants", CONSTANTS), ("called", CALLED), ("rule", RULE)):
            (self.folder / f"{name}.py").write_text(text, encoding="utf-8")
        self.home.mkdir()

    @property
    def beside(self) -> Path:
        """The folder beside the sources where compiled code may be."""
        return self.folder / "simulation" / "__pycache__"

    @property
    def own(self) -> Path:
        """The user's own folder where compiled code may be."""
        return self.home / ".cache" / "anju" / "kernels"

    def started(self, *before: str, **variables: str) -> subprocess.Popen[str]:
        """Start a process that asks the rules; before: words before the command; variables: of its environment."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(HEARD)}
        given = {**kept, "PYTHONPATH": str(self.folder), "HOME": str(self.home), "PYTHONDONTWRITEBYTECODE": "1"}
        given = {name: value for name, value in {**given, **variables}.items() if value}
        compiles = [] if variables.get("NUMBA_DISABLE_JIT") else ["compiles"]
        command = [*before, sys.executable, "-c", RUN, str(self.folder), *compiles]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=self.folder, env=given, stdout=pipe, stderr=pipe, text=True)

    def ask(self, *before: str, **variables: str) -> Answer:
        """Return what a process says."""
        return answer(self.started(*before, **variables))


def answer(process: subprocess.Popen[str]) -> Answer:
    """Return what a process says."""
    out, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    return Answer(*json.loads(out), said)


def kernels(folder: Path) -> list[str]:
    """Return the names of kept kernels anywhere below a folder."""
    return sorted(path.name.rpartition("-")[0] for path in folder.rglob("*.kernel"))


def block(folder: Path) -> None:
    """Let no folder be made there, for root neither: a file stands in its place."""
    folder.write_text("not a folder", encoding="utf-8")


class Planted:
    """Unpickled, it leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.mark,)


def plant(path: Path, mark: Path) -> None:
    """Put code that leaves a mark in place of what a file keeps, in the form that is read."""
    body = pickle.dumps(Planted(mark))
    path.write_bytes(path.read_bytes()[:32] + hashlib.sha256(body).digest() + body)
