"""What the tests of the calibration share: the configuration, the report's figures, work done without processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from calibration.solve import Report
from scenarios.config import RunConfig, compose_run
from scenarios.figures import Figure, read_figures
from tests.calibration.stand_in import report_of


@pytest.fixture(scope="session")
def config() -> RunConfig:
    """The baseline's configuration in conf/."""
    return compose_run([])


@pytest.fixture(scope="session")
def entries(config: RunConfig) -> dict[str, dict[str, Any]]:
    """Every parameter's value, range and unit."""
    parameters: dict[str, dict[str, Any]] = config.resolved["parameters"]
    return parameters


@pytest.fixture(scope="session")
def figures(config: RunConfig) -> dict[str, Figure]:
    """The report's figures."""
    return read_figures(config.region / "figures.csv")


@pytest.fixture(scope="session")
def report(config: RunConfig, figures: dict[str, Figure]) -> Report:
    """The report without a population: for what is run on a stand-in of the model."""
    return report_of(config, figures)


def here(
    work: Callable[[Any], Any],
    items: Iterable[Any],
    processes: int = 0,
    start: Callable[..., None] | None = None,
    arguments: tuple[Any, ...] = (),
) -> Iterator[Any]:
    """Do what `in_processes` does, in this process."""
    if start is not None:
        start(*arguments)
    for item in items:
        yield work(item)


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands of the calibration start no processes."""
    for module in ("draws", "readings"):
        monkeypatch.setattr(f"calibration.{module}.in_processes", here)
