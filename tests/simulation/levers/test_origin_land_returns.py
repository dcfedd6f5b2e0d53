"""Returns on origin land: what is guaranteed, whom it concerns, what it costs."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.base import Context
from simulation.model import Model
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
    there = (h.state != NOT_MOVED) & (h.members > 0)
    pooled, let = h.land_mu[there & h.land_pooled].sum(), h.rented_mu[there].sum()
    assert pooled > 0.0
    # 100 a month for pooled land, 100 - 20 for let land, less 150 / 12 that the platform earns.
    assert spent(model, "recurrent").iloc[-1] == pytest.approx(100 * pooled + 80 * let - 12.5 * pooled)


@pytest.mark.parametrize(("yuan", "credited"), [(1200.0, 150.0), (150.0, 150.0), (60.0, 60.0)])
def test_the_platform_is_credited_with_no_more_than_it_pays(yuan: float, credited: float, made: Context) -> None:
    homes = made.state.households
    homes.state[:], homes.members[:], homes.rented_mu[:], homes.land_mu[:] = 1, 3, 0.0, 2.0
    homes.land_pooled[:3], homes.members[2] = True, 0  # the third has died out: 4 mu are left
    rule = alone(made, "origin_land_returns", yuan)
    paid, earned = rule.quantities(START + 20)
    assert paid.amount == pytest.approx(4.0 * yuan / 12.0)
    assert earned.amount * 150.0 == pytest.approx(4.0 * credited / 12.0)


@pytest.mark.parametrize("yuan", [1.0, 10.0, 100.0])
def test_a_guarantee_below_what_land_is_kept_for_changes_nothing(
    yuan: float, town: Population, parameters: Parameters
) -> None:
    """Neither who lives where nor the money: let land brings more, and idle land is kept for better."""
    pulled, base = run(town, parameters, "origin_land_returns", yuan), Model(town, parameters).run()
    assert np.array_equal(pulled.records.sums, base.records.sums, equal_nan=True)
    assert pulled.money_frame()["yuan"].sum() == 0.0


def test_of_size_0_nobody_signs(made: Context) -> None:
    rule = alone(made, "origin_land_returns", 0.0, settings={"take_up": 1.0})
    made.state.households.state[:], made.state.households.land_mu[:] = 1, 5.0
    rule.offer(START, PolicyNow(0.0, 0.0))
    assert not made.state.households.land_pooled.any()
