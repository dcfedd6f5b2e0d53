"""The register: how far it reaches, that it is never undone, whom it is paid for."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.base import Context
from simulation.state.entities import AWAY, NOT_MOVED, RETURNED
from tests.simulation.levers.pulled import START, alone, bill, months_of


def test_it_phases_in_and_is_never_undone(settled: Context) -> None:
    observed = settled.state.sites.observed
    assert not observed.any()
    observed[1] = 0.5
    rule = alone(settled, "occupancy_register", 0.8, phase_in_months=4)
    seen = []
    for month in range(START, START + 6):
        rule.open(month)
        seen.append(observed.tolist())
    # A fifth a month up to .8; site 1 knew half of its households already.
    assert [each[0] for each in seen] == pytest.approx([0.2, 0.4, 0.6, 0.8, 0.8, 0.8])
    assert [each[1] for each in seen] == pytest.approx([0.5, 0.5, 0.6, 0.8, 0.8, 0.8])
    assert [each[2] for each in seen] == [each[0] for each in seen]


def test_it_changes_nothing_but_what_is_known(settled: Context) -> None:
    before = {
        name: values.copy()
        for name, values in settled.state.households._asdict().items()
        if isinstance(values, np.ndarray)
    }
    alone(settled, "occupancy_register", 1.0).open(START)
    after = settled.state.households
    assert all(np.array_equal(values, getattr(after, name)) for name, values in before.items())
    assert (settled.state.sites.observed == 1.0).all()


def test_it_costs_by_households_that_have_a_flat(settled: Context) -> None:
    homes = settled.state.households
    homes.state[:4] = [NOT_MOVED, AWAY, RETURNED, RETURNED]
    homes.flat_kept[3] = False
    # Not on it are who has not moved and who has given the flat up: 10 are, at 2 yuan; a half in the first month.
    bills = months_of(alone(settled, "occupancy_register", 1.0, phase_in_months=2), 3)
    assert bills == [(0.0, 10.0), (0.0, 20.0), (0.0, 20.0)]
    assert bill(alone(settled, "occupancy_register", 0.25)) == (0.0, 5.0)
