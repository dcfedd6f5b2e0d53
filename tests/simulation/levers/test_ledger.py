"""The ledger: quantities times unit costs, by lever, kind and month."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.base import Quantity
from simulation.levers.ledger import Entry, entries, money_frame
from simulation.model import Model
from simulation.state.parameters import Parameters
from simulation.state.policy import Cost
from simulation.state.population import Population
from tests.simulation.runs import lever, policy


def test_each_quantity_is_multiplied_by_the_costs_of_its_kind_and_unit() -> None:
    costs = (Cost("capital", 3.0, "post", ""), Cost("capital", 4.0, "post", ""), Cost("recurrent", 5.0, "line", ""))
    pulled = lever("workshops", costs=costs)
    done = [Quantity("capital", "post", 10.0), Quantity("recurrent", "post", 100.0), Quantity("recurrent", "line", 2.0)]
    # 10 posts at 3 + 4; posts have no recurrent cost; 2 lines at 5.
    assert entries(pulled, 50, done) == [
        Entry(50, "workshops", "capital", 70.0),
        Entry(50, "workshops", "recurrent", 10.0),
    ]


def test_the_table_names_months() -> None:
    table = money_frame([Entry(49, "bus_lines", "recurrent", 8.0)])
    assert table.to_dict("records") == [{"month": "2020-02", "lever": "bus_lines", "kind": "recurrent", "yuan": 8.0}]
    assert money_frame([]).empty


def test_without_levers_no_money_is_spent(town: Population, parameters: Parameters) -> None:
    assert Model(town, parameters, months=60).run().money_frame().empty


def test_doubled_costs_double_the_money_and_change_nothing_else(town: Population, parameters: Parameters) -> None:
    plain = lever("workshops")
    dear = lever("workshops", costs=tuple(Cost(c.kind, 2 * c.yuan, c.per, c.source) for c in plain.costs))
    a, b = (Model(town, parameters, policy(pulled)).run() for pulled in (plain, dear))
    assert a.money_frame()["yuan"].sum() == pytest.approx(0.5 * b.money_frame()["yuan"].sum()) != 0.0
    assert (2 * a.money_frame()["yuan"]).tolist() == b.money_frame()["yuan"].tolist()
    assert np.array_equal(a.records.sums, b.records.sums, equal_nan=True)
