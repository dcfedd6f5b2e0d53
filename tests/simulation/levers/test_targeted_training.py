"""Targeted training: it costs by who was trained."""

from __future__ import annotations

import pytest

from simulation.levers.base import Context
from simulation.model import Model
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.levers.pulled import START, alone
from tests.simulation.runs import lever, policy


@pytest.mark.parametrize("targeted", [0.0, 1.0])
def test_places_phase_in(targeted: float, made: Context) -> None:
    rule = alone(made, "targeted_training", 10.0, phase_in_months=5, settings={"targeted": targeted})
    assert [rule.places(START + month) for month in (0, 1, 4)] == [(n, targeted > 0) for n in (2, 4, 10)]


def test_courses_cost_by_who_was_trained(town: Population, parameters: Parameters) -> None:
    base = Model(town, parameters)
    model = Model(town, parameters, policy(lever("targeted_training", 10.0, phase_in_months=5)))
    for _ in range(70):
        base.step()
        model.step()
        if START <= base.month - 1 < START + 5:
            places = 2 * (base.month - START)
            assert 0 <= model.levers.trained_now <= places
            assert model.levers.ledger[-1].yuan == 2600.0 * model.levers.trained_now
    assert model.state.persons.trained.sum() > base.state.persons.trained.sum()
