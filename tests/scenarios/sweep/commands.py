"""A sweep as a user runs it, on a small town: in a process of its own, or in this one where that proves the same."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from scenarios.base.paths import ROOT
from scenarios.entries.sweep import SWEEP

WORDS = ("scenario=workshops", "levers.workshops.size=0,5,10", "population.size=town", "end=2020-12",
         "outputs=[households_settled,employed,public_money]")  # fmt: skip
"""Runs of some 30 ms."""
SECONDS = 300.0
PROGRESS = re.compile(r"(making the runs|a pilot run)( \.\.\.|: .*)\n")
"""A line that says how far a sweep is where no terminal is."""


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
    """Return exit code, standard output, and standard error without the progress, of a command that ends.

    One that does not end is killed.
    """
    try:
        out, err = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    return process.returncode, out, PROGRESS.sub("", err)


def here(*words: str, folder: Path) -> tuple[int, str, str]:
    """Return the same of the command in this process, which has everything loaded; its workers are processes."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = SWEEP.enter([*words, f"output={folder}"])
    return code, out.getvalue(), PROGRESS.sub("", err.getvalue())


def until(true: Callable[[], object], seconds: float = SECONDS) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


def parts(folder: Path) -> list[Path]:
    """Return the parts that are there."""
    return sorted((folder / "parts").glob("[!.]*.parquet"))


def rows(folder: Path) -> int:
    """Return the rows of all parts."""
    return sum(len(pd.read_parquet(path, columns=["seed"])) for path in parts(folder))


def table(folder: Path) -> pd.DataFrame:
    """Return the collected table."""
    return pd.read_parquet(folder / "runs.parquet")
