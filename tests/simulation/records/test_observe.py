"""The mean income of the poorest fifth, against its definition; the other sums are in test_records.py."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.model import Model
from simulation.records.observe import INCOME_BINS, add_incomes, fifth_of
from simulation.state.entities import NOT_MOVED, SETTLED
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.made import moment


def of(model: Model) -> float:
    bins, n = np.zeros((INCOME_BINS, 2)), model.state.households.key.size
    add_incomes(0, n // 3, model.state.households, bins)
    add_incomes(n // 3, n, model.state.households, bins)
    return float(fifth_of(bins))


@pytest.fixture
def model(dozen: Population, round_numbers: Parameters) -> Model:
    return moment(dozen, round_numbers, "2019-05")


def test_the_poorest_fifth_of_persons(model: Model) -> None:
    h = model.state.households
    h.members[:] = [1, 2, 2, 5] + [5] * 8
    h.income_yuan[:] = [300, 100, 200, 400] + [1000] * 8
    # 50 persons, so 10: 2 at 100, 2 at 200, 1 at 300 and 5 at 400, all of them.
    assert of(model) == pytest.approx((200 + 400 + 300 + 2000) / 10)
    h.members[3] = 6
    # 51 persons, 10.2: of the last household 5.2.
    assert of(model) == pytest.approx((200 + 400 + 300 + 5.2 * 400) / 10.2)


def test_households_without_a_flat_are_left_out(model: Model) -> None:
    h = model.state.households
    h.members[:], h.income_yuan[:] = 4, 1000.0
    h.income_yuan[0] = 10.0
    h.state[0] = NOT_MOVED
    assert of(model) == pytest.approx(1000.0)
    h.state[:] = NOT_MOVED
    assert of(model) == 0.0


def test_losses_and_riches_are_classed_but_not_lost(model: Model) -> None:
    h = model.state.households
    h.members[:] = 5
    h.income_yuan[:] = [-300.0, 1e6] + [1e7] * 10
    # 12 of 60 persons: 5 at -300, and 7 of the last class, the richest, at its mean (1e6 + 10 * 1e7) / 11.
    assert of(model) == pytest.approx((5 * -300 + 7 * 1.01e8 / 11) / 12)


def test_classes_of_income_cost_less_than_a_yuan(town: Population, parameters: Parameters) -> None:
    model = Model(town, parameters, months=60).run()
    h = model.state.households
    assert (h.state >= SETTLED).all()
    order = np.argsort(h.income_yuan)
    income = np.repeat(h.income_yuan[order], h.members[order])
    fifth = income.size / 5.0
    whole = int(fifth)
    exact = (income[:whole].sum() + (fifth - whole) * income[whole]) / fifth
    assert model.records.value("income_poorest_fifth") == pytest.approx(exact, abs=1.0)
