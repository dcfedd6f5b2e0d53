"""A job that Slurm itself warns before its time is over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.lab import Lab
from tests.scenarios.sweep.commands import command, rows, said

pytestmark = pytest.mark.system

LONG = ("scenario=workshops", "levers.workshops.size=0,5,10", "population.size=town", "seeds=600")
SLURM = ("launcher=slurm", "launcher.poll_seconds=1", "launcher.memory_mb=0", "launcher.chunk_minutes=60")
LIMITS = ("launcher.time_minutes=2", "launcher.warning_seconds=100", "launcher.requeues=50")


def test_a_task_at_its_time_limit_is_gone_on_with(slurm: Lab, tmp_path: Path) -> None:
    # Slurm itself warns, about 20 s after a job's start; the work is longer than that.
    code, out, err = said(command(*LONG, *SLURM, *LIMITS, folder=tmp_path, env=slurm.env, seconds=300.0))
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "1,800 of 1,800 runs done, 0 failed, 0 left"
    # One log, unless Slurm lost the job while it was put back: then the driver submitted what it had left.
    logs = sorted((tmp_path / "logs").glob("*.log"))
    lines = [line for log in logs for line in log.read_text().splitlines()]
    assert lines.count("back into the queue") >= 1
    lefts = [int(line.split()[2]) for line in lines if line.startswith("chunk 0: ")]
    assert lefts == sorted(lefts, reverse=True)
    assert lefts[-1] == 0
    assert rows(tmp_path) == 1800  # none made twice
