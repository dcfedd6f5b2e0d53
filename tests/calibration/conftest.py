"""What the tests of the calibration share: the configuration, the report's figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from calibration.validate import predictive
from scenarios.report.figures import Figure, read_figures
from scenarios.settings.config import RunConfig, compose_run


@pytest.fixture(scope="session")
def config() -> RunConfig:
    """The baseline's configuration in conf/."""
    return compose_run([])


@pytest.fixture(scope="session")
def entries(config: RunConfig) -> dict[str, dict[str, Any]]:
    """Every parameter's value, range, shape and unit."""
    parameters: dict[str, dict[str, Any]] = config.resolved["parameters"]
    return parameters


@pytest.fixture(scope="session")
def figures(config: RunConfig) -> dict[str, Figure]:
    """The report's figures."""
    return read_figures(config.region / "figures.csv")


def _in_this_process(
    work: Callable[[Any], Any], items: Iterable[Any], _: int, start: Callable[..., None], arguments: tuple[Any, ...]
) -> Iterator[Any]:
    start(*arguments)
    yield from map(work, items)


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `calibration.validate` run its draws in this process, where that they are run elsewhere is not asked."""
    monkeypatch.setattr(predictive, "in_processes", _in_this_process)
