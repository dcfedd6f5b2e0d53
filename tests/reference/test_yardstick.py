"""The yardstick times the twin's own processes, and nothing but months that were done."""

from __future__ import annotations

import gc

import pytest

from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.reference.compare import TwinDiffersError
from tests.reference.twin import Twin
from tests.reference.yardstick import CORE, twin_time


def test_seconds_by_process_and_month_add_up(town: Population, parameters: Parameters) -> None:
    calls: list[tuple[int, int, bool]] = []
    found = twin_time(
        town, parameters, months=4, history=30, progress=lambda done, of: calls.append((done, of, gc.isenabled()))
    )
    assert tuple(found.processes) == CORE
    assert all(seconds > 0.0 for seconds in found.processes.values())
    assert found.seconds == pytest.approx(sum(found.processes.values()))
    assert found.seconds == pytest.approx(sum(found.by_month))
    assert (found.households, found.months, len(found.by_month)) == (len(town.households), 4, 4)
    assert calls == [(done, 4, True) for done in (1, 2, 3, 4)]  # with the collector on, as its users have it


def test_what_is_timed_is_the_same_work(
    town: Population, parameters: Parameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A twin that leaves out the schools would be faster; the comparison of the last month finds it out."""
    monkeypatch.setattr(Twin, "update_schooling", lambda twin: None)
    with pytest.raises(TwinDiffersError):
        twin_time(town, parameters, months=12, history=40)
