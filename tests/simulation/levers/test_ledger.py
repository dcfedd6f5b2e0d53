"""The ledger: quantities times unit costs, by lever, kind and month."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.base import Quantity
from simulation.levers.ledger import Entry, entries, money_frame, used_up
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
    table = money_frame([Entry(49, "bus_lines", "recurrent", 8.0)], {})
    row = {"month": "2020-02", "lever": "bus_lines", "kind": "recurrent", "yuan": 8.0, "used_up_yuan": 8.0}
    assert table.to_dict("records") == [row]
    assert money_frame([], {}).empty


def test_a_building_is_used_up_over_its_lifetime() -> None:
    # 1,200 paid in month 48 and 2,400 in month 49, over 10 years: 10 and 20 a month, each for 120 months.
    paid = [Entry(48, "school_gap", "capital", 1200.0), Entry(49, "school_gap", "capital", 2400.0)]
    later = [Entry(month, "school_gap", "capital", 0.0) for month in range(50, 170)]
    recurrent = [Entry(50, "school_gap", "recurrent", 7.0)]
    used = used_up([*paid, *later, *recurrent], {"school_gap": 10.0})
    assert used[:3] == pytest.approx([10.0, 30.0, 30.0])
    assert used[168 - 48 : 170 - 48] == pytest.approx([20.0, 0.0])
    assert used[-1] == 7.0
    assert sum(used[:-1]) == pytest.approx(3600.0)
    # Without a lifetime, what is paid is used up at once.
    assert used_up(paid, {}) == [1200.0, 2400.0]


def test_without_levers_no_money_is_spent(town: Population, parameters: Parameters) -> None:
    assert Model(town, parameters, months=60).run().money_frame().empty


def test_doubled_costs_double_the_money_and_change_nothing_else(town: Population, parameters: Parameters) -> None:
    plain = lever("workshops")
    dear = lever("workshops", costs=tuple(Cost(c.kind, 2 * c.yuan, c.per, c.source) for c in plain.costs))
    a, b = (Model(town, parameters, policy(pulled)).run() for pulled in (plain, dear))
    assert a.money_frame()["yuan"].sum() == pytest.approx(0.5 * b.money_frame()["yuan"].sum()) != 0.0
    assert (2 * a.money_frame()["yuan"]).tolist() == b.money_frame()["yuan"].tolist()
    assert np.array_equal(a.records.sums, b.records.sums, equal_nan=True)
