from __future__ import annotations

import pytest

from simulation.levers.catalogue import lever_names
from simulation.state.policy import BASELINE, COST_KINDS
from tests.simulation.runs import lever, policy


def test_a_lever_phases_in() -> None:
    pulled = lever("public_posts", 12.0, start_month=48, phase_in_months=4)
    assert [pulled.phase(m) for m in (0, 47, 48, 49, 51, 107)] == [0.0, 0.0, 0.25, 0.5, 1.0, 1.0]
    assert [pulled.reached(m) for m in (47, 48, 50, 51)] == [0.0, 3.0, 9.0, 12.0]


def test_whole_units_of_a_lever_are_not_lost_to_rounding() -> None:
    # 30 workshops over 12 months: 2.5 a month. A tenth of 30 is 3, though 30 * .1 may be computed as 2.9999999.
    pulled = lever("workshops", 30.0, phase_in_months=12)
    assert [pulled.units(48 + m) for m in range(12)] == [2, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27, 30]
    assert [lever("workshops", 3.0, phase_in_months=10).units(48 + m) for m in (2, 3, 9)] == [0, 1, 3]
    for months in range(1, 61):
        slow = lever("workshops", 60.0, phase_in_months=months)
        assert [slow.units(47 + m) for m in range(months + 1)] == [60 * m // months for m in range(months + 1)]


def test_the_baseline_pulls_no_lever() -> None:
    assert all(BASELINE.get(name) is None for name in lever_names())


def test_a_policy_finds_its_levers_by_name() -> None:
    both = policy(lever("workshops"), lever("bus_lines"))
    assert both.get("workshops") is both.levers["workshops"]
    assert both.get("school_gap") is None


@pytest.mark.parametrize("name", lever_names())
def test_costs_are_capital_or_recurrent(name: str) -> None:
    assert {cost.kind for cost in lever(name).costs} <= set(COST_KINDS)
