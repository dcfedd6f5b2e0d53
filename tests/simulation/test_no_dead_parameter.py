"""Each number of residence, knowledge and expectation moves a run: the ends of its range part households or shares."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.paths import CONF
from simulation.model import Model
from simulation.state.parameters import KnowledgeParameters, Parameters, ResidenceParameters
from simulation.state.population import Population
from tests.simulation.runs import lever, policy

MONTHS = 72
COUNTS_ONLY = ("both_ends_weight",)
"""Moves no household: a weight in occupancy."""
NAMES = [
    *(("residence", name) for name in ResidenceParameters._fields if not name.startswith("flat_given_up")),
    *(("knowledge", name) for name in KnowledgeParameters._fields),
    *(("income", name) for name in ("work_lost_per_hour", "away_dependant_yuan", "away_employment_share")),
    *(
        ("jobs", name)
        for name in (
            *("away_network_weight", "expectation_months", "initial_local_chance", "initial_away_chance"),
            *("commute_time_yuan_per_km", "bus_time_factor"),
        )
    ),
    *(("schooling", name) for name in ("bus_pupils_per_line", "receiving_places")),
]
OF_FEW = ("peer_rate", "bus_pupils_per_line", "receiving_places")
"""Numbers that decide for a few dozen households of the city."""
OF_LAND = ("farm_self_land_share", "land_reserve_share")
"""Numbers that act where land is offered a return."""


@pytest.mark.parametrize("name", OF_LAND)
def test_the_ends_part_runs_where_land_is_offered_a_return(
    name: str, large_town: Population, parameters: Parameters
) -> None:
    entry = read_yaml(CONF / "parameters" / "income.yaml").tree[name]
    signed = []
    for end in ("low", "high"):
        numbers = parameters._replace(income=parameters.income._replace(**{name: float(entry[end])}))
        run = Model(large_town, numbers, policy(lever("origin_land_returns")), months=MONTHS, collect=False).run()
        signed.append((run.state.households.land_pooled, run.state.households.state))
    (low, low_state), (high, high_state) = signed
    assert np.count_nonzero((low != high) | (low_state != high_state)) >= 3


@pytest.mark.parametrize(("process", "name"), NAMES)
def test_the_ends_of_a_range_part_runs(
    process: str, name: str, large_town: Population, city: Population, parameters: Parameters
) -> None:
    population = city if name in OF_FEW else large_town
    entry = read_yaml(CONF / "parameters" / f"{process}.yaml").tree[name]
    runs = []
    for end in ("low", "high"):
        values = getattr(parameters, process)._replace(**{name: float(entry[end])})
        runs.append(Model(population, parameters._replace(**{process: values}), months=MONTHS, collect=False).run())
    low, high = (run.state.households.state for run in runs)
    if name in COUNTS_ONLY:
        assert runs[0].records.value("occupancy") != runs[1].records.value("occupancy")
    else:
        assert np.count_nonzero(low != high) >= 3
