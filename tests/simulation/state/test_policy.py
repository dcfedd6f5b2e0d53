from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.state.policy import BASELINE, LEVERS, allocate
from tests.simulation.runs import COSTS, SIZES, lever, policy

WEIGHTS = st.lists(st.floats(0.0, 1000.0), min_size=1, max_size=30).map(np.array)
steady = settings(deadline=None, derandomize=True, max_examples=200)


def test_units_are_spread_by_largest_remainders() -> None:
    # 7 over 1 : 2 : 4 is 1, 2, 4 exactly; 8 is 1.14, 2.29, 4.57, and the one left goes to .57.
    weights = np.array([1.0, 2.0, 4.0])
    assert allocate(7, weights).tolist() == [1, 2, 4]
    assert allocate(8, weights).tolist() == [1, 2, 5]
    # 2 over equal thirds: .67 each, and of equal remainders the first have it.
    assert allocate(2, np.ones(3)).tolist() == [1, 1, 0]
    assert allocate(0, weights).tolist() == [0, 0, 0]


def test_without_any_weight_units_are_spread_equally() -> None:
    assert allocate(4, np.zeros(3)).tolist() == [2, 1, 1]


@steady
@given(st.integers(0, 500), WEIGHTS)
def test_every_unit_is_given_and_none_far_from_its_share(total: int, weights: np.ndarray) -> None:
    given_units = allocate(total, weights)
    assert given_units.sum() == total
    if weights.sum() > 0.0:
        assert (np.abs(given_units - total * weights / weights.sum()) < 1.0 + 1e-9).all()


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
    assert all(BASELINE.get(name) is None for name in LEVERS)


def test_a_policy_finds_its_levers_by_name() -> None:
    both = policy(lever("workshops"), lever("bus_lines"))
    assert both.get("workshops") is both.levers["workshops"]
    assert both.get("school_gap") is None


def test_every_lever_is_tested_with_a_size_and_a_cost() -> None:
    assert set(SIZES) == set(COSTS) == set(LEVERS)


@pytest.mark.parametrize("name", sorted(LEVERS))
def test_costs_are_capital_or_recurrent(name: str) -> None:
    assert {cost.kind for cost in lever(name).costs} <= {"capital", "recurrent"}
