"""Sobol' indices against functions whose indices are known: Ishigami's, and a sum with hand-made shares."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from scenarios.base.errors import UserError
from scenarios.sweep.answer.indices import (
    DESIGNED,
    FIRST,
    GIVEN,
    LEAST_BASE,
    LEAST_GIVEN,
    TOTAL,
    designed,
    given,
)
from scenarios.sweep.plan.axes import saltelli_design
from simulation.state.entities import Float
from tests.scenarios.sweep.answer.made_sweep import SEATS, Made, answered, planned

A, B = 7.0, 0.1
AWAY = "parameters.jobs.fair_skill"


def ishigami(unit: Float) -> Float:
    """Return Ishigami's function of points of the unit cube, which are spread over -pi to pi."""
    x = np.pi * (2.0 * unit - 1.0)
    return np.asarray(np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0]))


def ishigami_indices() -> tuple[list[float], list[float]]:
    """Return first and total indices (Ishigami and Homma 1990): variances of each part over that of the sum."""
    v1 = 0.5 * (1.0 + B * math.pi**4 / 5.0) ** 2
    v2 = A**2 / 8.0
    v13 = B**2 * math.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    v = v1 + v2 + v13
    return [v1 / v, v2 / v, 0.0], [(v1 + v13) / v, v2 / v, v13 / v]


def test_saltellis_design_gives_first_and_total_indices_of_ishigami() -> None:
    found = {order: (index, end, n) for order, index, end, n in designed(ishigami(saltelli_design(4096, 3, 1)), 3)}
    for order, wanted in zip((FIRST, TOTAL), ishigami_indices(), strict=True):
        index, end, n = found[order]
        assert n == 4096 * 5
        np.testing.assert_allclose(index, wanted, atol=0.02)
        assert (np.abs(index - np.array(wanted)) < 2.5 * end + 0.005).all()
        assert (end < 0.06).all()


def test_points_as_they_are_give_first_indices_of_ishigami() -> None:
    unit = np.random.default_rng(1).random((4096, 3))
    ((order, index, end, n),) = given(unit, ishigami(unit))
    assert (order, n) == (FIRST, 4096)
    np.testing.assert_allclose(index, ishigami_indices()[0], atol=0.03)
    assert (np.abs(index - np.array(ishigami_indices()[0])) < 3 * end).all()


def test_a_design_in_another_order_is_not_taken_for_one() -> None:
    # The estimator reads A, AB and B by place: rows in another order give nothing like the indices.
    design = saltelli_design(1024, 3, 1)
    y = ishigami(design)[np.random.default_rng(2).permutation(len(design))]
    first = designed(y, 3)[0][1]
    assert np.abs(first - np.array(ishigami_indices()[0])).max() > 0.2


def test_the_same_points_give_the_same_indices() -> None:
    y = ishigami(saltelli_design(64, 3, 1))
    for (_, one, end, _), (_, other, other_end, _) in zip(designed(y, 3), designed(y, 3), strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(end, other_end)


def test_more_points_hold_the_fewer_ones() -> None:
    few, many = saltelli_design(8, 3, 5), saltelli_design(16, 3, 5)
    np.testing.assert_array_equal(many[: len(few)], few)
    blocks = few.reshape(8, 5, 3)
    for j in range(3):  # A with column j of B
        np.testing.assert_array_equal(blocks[:, 1 + j, j], blocks[:, 4, j])
        others = [i for i in range(3) if i != j]
        np.testing.assert_array_equal(blocks[:, 1 + j][:, others], blocks[:, 0][:, others])


def test_a_base_point_that_lacks_a_run_is_left_out_whole() -> None:
    y = ishigami(saltelli_design(64, 3, 1))
    spoiled = y.copy()
    spoiled[7] = np.nan  # of the second base point, whose rows are 5 to 9
    wanted = designed(np.delete(y, range(5, 10)), 3)
    for (_, one, _, n), (_, other, _, _) in zip(designed(spoiled, 3), wanted, strict=True):
        np.testing.assert_array_equal(one, other)
        assert n == 63 * 5


def test_too_few_or_equal_points_give_none() -> None:
    assert designed(ishigami(saltelli_design(LEAST_BASE // 2, 3, 1)), 3) == []
    assert designed(np.ones(LEAST_BASE * 5), 3) == []
    unit = np.random.default_rng(1).random((LEAST_GIVEN - 1, 3))
    assert given(unit, ishigami(unit)) == []


@pytest.mark.parametrize("n", [1, 3, 48])
def test_a_design_is_a_power_of_two(n: int) -> None:
    with pytest.raises(UserError, match="power of 2"):
        planned([{"saltelli": {"n": n, "keys": {SEATS: [0, 1]}}}])


def weighted(made: Made) -> list[float]:
    """Return the effect 3 a + b on a baseline of its own: shares of the variance 9 / 10 and 1 / 10."""
    baseline = 1000.0 * made.values[SEATS] ** 2
    effect = 3.0 * made.values[SEATS] + made.values[AWAY] if made.scenario == "workshops" else 0.0
    return [baseline + effect, 0.5, 0.0]


@pytest.mark.parametrize(("kind", "n", "method"), [("saltelli", 256, DESIGNED), ("sobol", 1024, GIVEN)])
def test_a_sweeps_own_axis_is_read_in_its_order(kind: str, n: int, method: str, tmp_path: Path) -> None:
    plan = planned([{kind: {"n": n, "keys": {SEATS: [0, 1], AWAY: [0, 1]}}}], seeds=1,
                   set={"population.size": "town", "end": "2022-12", "levers.workshops.size": 5})  # fmt: skip
    answer, _ = answered(tmp_path, plan, weighted)
    table = answer.tables.sobol_indices
    assert set(table["method"]) == {method}
    first = table[table["order"] == FIRST].set_index("axis")["index"]
    assert first[SEATS] == pytest.approx(0.9, abs=0.03)
    assert first[AWAY] == pytest.approx(0.1, abs=0.03)
    assert set(table["order"]) == ({FIRST, TOTAL} if kind == "saltelli" else {FIRST})
    if kind == "saltelli":
        total = table[table["order"] == TOTAL].set_index("axis")["index"]
        assert total[SEATS] == pytest.approx(0.9, abs=0.03)
