"""docs/cluster.md, command by command, as somebody with an account on a Slurm cluster would type it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from scenarios.base.paths import ROOT
from tests.cluster.lab import Lab

pytestmark = pytest.mark.system

PAGE = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```(?:bash|sh)\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
SECONDS = 300
LAST = {
    "output=outputs/sweeps/trial": "250 of 250 runs done, 0 failed, 0 left",
    "resume sweep=workshops": "100 of 100 runs done, 0 failed, 0 left",
    "seeds=6": "150 of 150 runs done, 0 failed, 0 left",
}
"""Last lines that commands end with, by what stands in them."""


def test_the_page_begins_with_a_clone_and_ends_with_a_cancel() -> None:
    assert COMMANDS[0] == "git clone ADDRESS anju"
    assert COMMANDS[2] == "make setup"
    assert " cancel " in COMMANDS[-1]
    assert all(any(what in command for command in COMMANDS) for what in LAST)


def test_every_command_of_the_page_does_what_it_says(slurm: Lab, tmp_path: Path) -> None:
    place = tmp_path
    env = {**os.environ, **slurm.env}
    for typed in COMMANDS:
        command = typed.replace("ADDRESS", str(ROOT))
        if command.startswith("cd "):
            place /= command.removeprefix("cd ")
            _with_environment(place)
            _with_a_town(place)
            continue
        done = subprocess.run(["bash", "-c", command], cwd=place, env=env, capture_output=True, text=True,
                              timeout=SECONDS, check=False)  # fmt: skip
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        for what, last in LAST.items():
            if what in command:
                assert done.stdout.splitlines()[-1] == last, (command, done.stdout)
        if " plan " in command:
            assert re.search(r"chunks\s+\d+", done.stdout)
            assert not (place / "outputs" / "sweeps" / "workshops").exists()
    table = pd.read_parquet(place / "outputs" / "sweeps" / "workshops" / "runs.parquet")
    assert len(table) == 150
    assert set(table["seed"]) == set(range(1, 7))


def _with_environment(clone: Path) -> None:
    """Give a clone the packages that are installed here and the kernels that are compiled here, which take minutes."""
    (clone / ".venv").symlink_to(ROOT / ".venv")
    for lock in (clone / "requirements").glob("*.lock"):
        os.utime(lock, (0, 0))  # older than what was installed from it
    for kernels in (ROOT / "simulation" / "__pycache__").glob("kernels-*"):  # of other sources: compiled anew
        shutil.copytree(kernels, clone / kernels.relative_to(ROOT))
    for source in (clone / "simulation").rglob("*.py"):
        here = ROOT / source.relative_to(clone)
        if here.is_file() and here.read_bytes() == source.read_bytes():
            shutil.copystat(here, source)  # kernels belong to a file of this time


def _with_a_town(clone: Path) -> None:
    """Let the sweep of the page run in the small town: as many runs and jobs, a tenth of the work."""
    path = clone / "conf" / "sweep" / "workshops.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "set: {population.size: town}\n", encoding="utf-8")
