"""Bus lines: who gets one first, who reviews, what they cost."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import Context
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.levers.pulled import START, alone, run, spent


def test_they_go_to_unserved_sites_in_the_order_of_need(made: Context) -> None:
    bus = np.array([True, False, False])
    for need, order in (([9.0, 2.0, 5.0], [2, 1]), ([0.0, 0.0, 0.0], [1, 2])):
        assert alone(made, "bus_lines", need=need).order_of_sites(~bus).tolist() == order


def test_need_is_persons_where_no_bus_runs(made: Context) -> None:
    homes = made.state.households
    homes.site[:], homes.state[:], homes.members[:] = [0] * 4 + [1] * 4 + [2] * 4, 1, 3
    homes.state[11] = 0  # not moved yet
    assert made.state.sites.bus.tolist() == [True, False, False]
    assert alone(made, "bus_lines").need().tolist() == [0.0, 12.0, 9.0]


def test_a_site_gets_one_line(made: Context) -> None:
    sites = made.state.sites
    rule = alone(made, "bus_lines", 2.0, need=[9.0, 2.0, 5.0], phase_in_months=2)
    rule.plan()
    assert sites.bus_lines.tolist() == [1, 0, 0]  # four households at site 0: one line
    rule.open(START)
    assert (sites.bus.tolist(), sites.bus_lines.tolist()) == ([True, False, True], [1, 0, 1])
    rule.open(START + 1)
    assert (sites.bus.tolist(), sites.bus_lines.tolist()) == ([True, True, True], [1, 1, 1])


def test_they_cost_while_there_are_sites_to_serve(town: Population, parameters: Parameters) -> None:
    unserved = int((~town.sites["bus"]).sum())
    assert unserved >= 2
    model = run(town, parameters, "bus_lines", 50.0, phase_in_months=50)
    lines = (spent(model, "recurrent") / 40000.0).tolist()
    assert lines == [float(min(unserved, m + 1)) for m in range(60)]
    assert model.state.sites.bus.all()
