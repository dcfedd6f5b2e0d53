"""A sweep as a user runs it: the command in a process of its own, on a small town."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from scenarios.base.paths import ROOT
from scenarios.sweep.telling import PILOT, RUNS

WORDS = ("scenario=workshops", "levers.workshops.size=0,5,10", "population.size=town", "end=2020-12",
         "outputs=[households_settled,employed,public_money]")  # fmt: skip
"""Runs of some 30 ms."""
SECONDS = 300.0


def command(
    *words: str, folder: Path, wait: bool = True, env: dict[str, str] | None = None, seconds: float = SECONDS
) -> subprocess.Popen[str]:
    """Start `python -m scenarios.sweep`; wait until it has ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "scenarios.sweep", *words, f"output={folder}"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **(env or {})},
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 (background jobs ignore it)
    )  # fmt: skip
    if wait:
        process.wait(seconds)
    return process


def said(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Return exit code, standard output and standard error of a command that ends; one that does not is killed.

    Lines of progress, which are written where there is no terminal, are left out of the standard error.
    """
    try:
        out, err = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    stages = tuple(stage.en for stage in (PILOT, RUNS))
    return process.returncode, out, "".join(line for line in err.splitlines(True) if not line.startswith(stages))


def until(true: Callable[[], object], seconds: float = SECONDS) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


def parts(folder: Path) -> list[Path]:
    """Return the parts that are there."""
    return sorted((folder / "parts").glob("[!.]*.parquet"))


def table(folder: Path) -> pd.DataFrame:
    """Return the collected table."""
    return pd.read_parquet(folder / "runs.parquet")
