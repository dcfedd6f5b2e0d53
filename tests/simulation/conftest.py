"""Towns, parameters and runs that the model's tests share; no test may change what is built once per session."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from scenarios.population.build import build_population
from scenarios.population.settings_file import read_settings
from scenarios.population.town import town_of
from scenarios.report.figures import figure_values, read_figures
from scenarios.settings.config import RunConfig, compose_run
from simulation.model import Model
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE, Policy
from simulation.state.population import Population
from tests.simulation.round_numbers import in_round_numbers
from tests.simulation.runs import Tape, tape
from tests.simulation.towns import twelve_households

POPULATION_SEED = 1


@pytest.fixture(scope="session")
def config() -> RunConfig:
    """The baseline's configuration in conf/."""
    return compose_run([])


@pytest.fixture(scope="session")
def parameters(config: RunConfig) -> Parameters:
    """The parameters of conf/; no test may count on their values."""
    return config.parameters


@pytest.fixture(scope="session")
def round_numbers(parameters: Parameters) -> Parameters:
    """Parameters for sums by hand (round_numbers.py)."""
    return in_round_numbers(parameters)


@pytest.fixture(scope="session")
def dozen() -> Population:
    """Twelve households at three sites, typed in towns.py."""
    return twelve_households()


@pytest.fixture(scope="session")
def city(config: RunConfig) -> Population:
    """The synthetic population of the whole city under the default reading."""
    figures = figure_values(read_figures(config.region / "figures.csv"), config.reading)
    return build_population(figures, read_settings(config.region / "population.yaml"), config.reading, POPULATION_SEED)


@pytest.fixture(scope="session")
def town(city: Population) -> Population:
    """About three hundred households at three sites of the city."""
    return town_of(city, 300, 3)


@pytest.fixture(scope="session")
def large_town(city: Population) -> Population:
    """About two thousand households at eight sites of the city, for what needs many."""
    return town_of(city, 2000, 8)


@pytest.fixture(scope="session")
def town_tape(town: Population, parameters: Parameters) -> Callable[..., Tape]:
    """Return the tape of the town under a policy and a seed; each is run once."""

    @functools.cache
    def run(seed: int) -> Tape:
        return tape(Model(town, parameters, BASELINE, seed))

    def of(policy: Policy = BASELINE, seed: int = 1) -> Tape:
        return run(seed) if policy is BASELINE else tape(Model(town, parameters, policy, seed))

    return of
