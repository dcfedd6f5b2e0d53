"""What the tests of the calibration share: the configuration, the report's figures."""

from __future__ import annotations

from typing import Any

import pytest

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
