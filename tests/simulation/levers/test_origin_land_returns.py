"""Returns on origin land: what is guaranteed, whom it concerns, what it costs."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.base import Context
from simulation.state.entities import NOT_MOVED
from simulation.state.parameters import Parameters
from simulation.state.policy import PolicyNow
from simulation.state.population import Population
from tests.simulation.levers.pulled import START, alone, run, spent


def test_the_return_phases_in_and_is_told_by_the_month(made: Context) -> None:
    rule = alone(made, "origin_land_returns", 1200.0, phase_in_months=4)
    # A quarter of 1200 a year is 25 a month; the aid of another lever stays as it is.
    assert rule.announce(START, PolicyNow(0.0, 7.0)) == PolicyNow(25.0, 7.0)
    assert rule.announce(START + 9, PolicyNow(0.0, 7.0)) == PolicyNow(100.0, 7.0)


def test_need_is_land_at_the_origin(made: Context) -> None:
    homes = made.state.households
    homes.site[:], homes.state[:] = [0] * 6 + [2] * 6, 1
    homes.land_mu[:] = np.arange(12)
    assert alone(made, "origin_land_returns").need().tolist() == [15.0, 0.0, 51.0]


def test_it_costs_the_rent_beyond_the_market_less_what_the_platform_earns(
    town: Population, parameters: Parameters
) -> None:
    income = parameters.income._replace(rent_yuan_per_mu_year=240.0)
    model = run(town, parameters._replace(income=income), "origin_land_returns", 1200.0)
    h = model.state.households
    pooled, let = h.land_mu[h.land_pooled].sum(), h.rented_mu[h.state != NOT_MOVED].sum()
    assert pooled > 0.0
    # 100 a month for pooled land, 100 - 20 for let land, less 150 / 12 that the platform earns.
    assert spent(model, "recurrent").iloc[-1] == pytest.approx(100 * pooled + 80 * let - 12.5 * pooled)


def test_of_size_0_nobody_signs(made: Context) -> None:
    rule = alone(made, "origin_land_returns", 0.0, settings={"take_up": 1.0})
    made.state.households.state[:], made.state.households.land_mu[:] = 1, 5.0
    rule.offer(START, PolicyNow(0.0, 0.0))
    assert not made.state.households.land_pooled.any()
