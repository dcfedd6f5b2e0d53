"""A real Slurm, one for all tests of a process."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.lab import Lab

MAX_ARRAY = 2
"""So small that every sweep of several jobs needs several arrays."""


@pytest.fixture(scope="session")
def slurm() -> Iterator[Lab]:
    """Return a Slurm of two nodes."""
    with tempfile.TemporaryDirectory(prefix="anju-slurm-", dir="/tmp") as folder:  # a socket's path has to be short
        Path(folder).chmod(0o755)  # munge asks for that
        with Lab(Path(folder), max_array=MAX_ARRAY) as lab:
            yield lab
