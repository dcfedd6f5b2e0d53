"""What holds for all tests, and their order: those that take longest come first, so that none is left at the end."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from scenarios.base.parallel import one_thread
from simulation.foundations.notices import SAID

one_thread()  # NumPy is not imported yet; each processor has a process of pytest-xdist
os.environ.setdefault(SAID, "compiling")  # a test that counts lines of errors is not to meet this one

ROOT = Path(__file__).parents[1]
FIRST = (
    "tests/simulation/foundations/test_kernel.py",
    "tests/simulation/foundations/test_generator_switch.py",
    "tests/cluster/test_sweep.py",
    "tests/scenarios/sweep/test_faults.py",
    "tests/cluster/test_page.py",
    "tests/cluster/test_limits.py",
    "tests/cluster/test_jobqueue.py",
    "tests/scenarios/sweep/test_dask.py",
    "tests/scenarios/sweep/test_runs.py",
    "tests/calibration/fitting/test_fit.py",
    "tests/calibration/findings/test_summary.py",
    "tests/calibration/validate/test_validate.py",
    "tests/calibration/validate/test_forecast.py",
    "tests/scenarios/brief/test_pages.py",
    "tests/scenarios/brief/test_folder.py",
    "tests/scenarios/compare/test_runner.py",
    "tests/calibration/upkeep/test_tables.py",
    "tests/test_notebooks.py",
)
"""Those of the others that take longest, in order; a file that waits for Slurm stands beside one that computes."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of these files first; pytest-xdist hands files out in this order (--no-loadscope-reorder)."""
    gone = [name for name in FIRST if not (ROOT / name).is_file()]
    if gone:
        raise pytest.UsageError(f"tests/conftest.py names files that are not there: {', '.join(gone)}")
    place = {ROOT / name: i for i, name in enumerate(FIRST)}
    items.sort(key=lambda item: place.get(item.path, len(FIRST)))


@pytest.fixture(scope="session", autouse=True)
def populations() -> Iterator[None]:
    """Make each population once for all commands that a test runs in its own process; no run may change it."""
    from scenarios.population import load  # noqa: PLC0415 (after the processors' threads are settled)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("build_population", "small_town"):
            patch.setattr(load, name, _made_once(getattr(load, name)))
        yield


def _made_once(make: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[tuple[str, ...], Any] = {}

    @functools.wraps(make)
    def made(figures: Mapping[str, float], settings: Any, reading: Mapping[str, str], seed: int) -> Any:
        key = tuple(map(repr, (sorted(figures.items()), settings, sorted(reading.items()), seed)))
        if key not in known:
            known[key] = make(figures, settings, reading, seed)
        return known[key]

    return made
