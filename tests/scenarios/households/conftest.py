"""The town and the parameters that stories are told of; no test may change what is built once per session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scenarios.population.town import town_of
from scenarios.settings.config import compose_run
from simulation.state.parameters import Parameters
from simulation.state.population import Population


@pytest.fixture(scope="session")
def parameters() -> Parameters:
    """The parameters of conf/; no test may count on their values."""
    return compose_run([]).parameters


@pytest.fixture(scope="session")
def town(city: Callable[..., Any]) -> Population:
    """About three hundred households at three sites of the city."""
    return town_of(city(), 300, 3)
