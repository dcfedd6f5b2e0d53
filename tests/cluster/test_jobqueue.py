"""Dask's own jobs on a scheduler, through dask-jobqueue: the same table as that of this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.lab import Lab
from tests.scenarios.sweep.commands import WORDS, command, here, said, table

pytestmark = pytest.mark.system

ENGINE = ("launcher=dask", "launcher.scheduler=SLURM", "launcher.jobs=2", "launcher.memory_mb=500")


def test_an_engine_started_as_jobs_gives_the_same_table(slurm: Lab, tmp_path: Path) -> None:
    words = (*WORDS, "seeds=5")
    chunks = "launcher.chunk_minutes=0.001"
    code, out, err = said(command(*words, *ENGINE, chunks, folder=tmp_path / "jobs", env=slurm.env))
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "15 of 15 runs done, 0 failed, 0 left"
    assert here(*words, folder=tmp_path / "here")[0] == 0
    assert table(tmp_path / "jobs").equals(table(tmp_path / "here"))
    assert sorted(path.name for path in (tmp_path / "jobs" / "logs").iterdir())
