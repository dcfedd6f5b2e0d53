"""A lever that changes no value moves nobody: no review is forced, and a shock is weighed with old noise."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.model import Model
from simulation.records.records import SUM_NAMES
from simulation.state.entities import NOT_MOVED
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.levers.pulled import run
from tests.simulation.runs import lever, policy

IDLE: dict[str, tuple[float, dict[str, dict[str, float]]]] = {
    "origin_land_returns": (1.0, {}),
    "housing_title": (0.05, {"knowledge": {"baseline_title_clarity": 0.2}}),
    "bus_lines": (
        3.0,
        {
            "services": {"weight_bus": 0.0},
            "jobs": {"bus_commute_factor": 1.0, "bus_time_factor": 1.0},
            "income": {"bus_trip_factor": 1.0},
            "schooling": {"bus_pupils_per_line": 0.0},
        },
    ),
    "school_gap": (0.001, {}),
    "public_posts": (20.0, {"jobs": {"wage_public_post_yuan": 0.0, "offer_noise_yuan": 0.0}}),
    "workshops": (4.0, {"jobs": {"skill_workshop": 1.1}}),
    "targeted_training": (10.0, {"jobs": {"training_skill_gain": 0.0}}),
    "tuition_and_living_aid": (1e-9, {}),
}
"""Levers in a world where they change nothing that a household weighs."""


@pytest.mark.parametrize("name", IDLE)
def test_a_lever_that_changes_no_value_moves_nobody(name: str, town: Population, parameters: Parameters) -> None:
    size, changes = IDLE[name]
    p = parameters._replace(**{k: getattr(parameters, k)._replace(**v) for k, v in changes.items()})
    base, pulled = Model(town, p).run(), run(town, p, name, size)
    assert np.array_equal(base.state.households.state, pulled.state.households.state)
    columns = [k for k, label in enumerate(SUM_NAMES) if label.startswith(("households", "moves_"))]
    assert np.array_equal(base.records.sums[:, :, columns], pulled.records.sums[:, :, columns], equal_nan=True)


@pytest.mark.parametrize("size", [1.0, 30.0, 300.0])
def test_who_has_died_out_is_paid_by_no_lever(size: float, town: Population, parameters: Parameters) -> None:
    """Everybody has died out but the money goes on: nothing is left to pay for."""
    for name in ("origin_land_returns", "tuition_and_living_aid", "housing_title"):
        reached = min(size, 1.0) if name == "housing_title" else size
        model = Model(town, parameters, policy(lever(name, reached)), months=60)
        while model.month < 50:
            model.step()
        rule, homes = model.levers.acting[name], model.state.households
        homes.members[:] = homes.school_age[:] = 0
        assert all(quantity.amount == 0.0 for quantity in rule.quantities(50)), name
        assert (homes.state != NOT_MOVED).any()
