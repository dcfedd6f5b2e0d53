"""What levers do by the month, and the money that it costs: nothing is costed that did not happen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.foundations.months import NEVER, month_label
from simulation.model import Model
from simulation.state.entities import AWAY, NOT_MOVED
from simulation.state.parameters import Parameters
from simulation.state.policy import LEVERS
from simulation.state.population import Population
from tests.simulation.runs import lever, policy

START = 48


def run(population: Population, parameters: Parameters, name: str, size: float | None = None, **changes: Any) -> Model:
    return Model(population, parameters, policy(lever(name, size, **changes))).run()


def spent(model: Model, kind: str) -> pd.Series:
    """Return yuan by month of one kind."""
    money = model.money_frame()
    return money[money["kind"] == kind].groupby("month")["yuan"].sum()


@pytest.mark.parametrize("name", sorted(LEVERS))
def test_money_flows_from_the_start_and_is_never_negative(name: str, town: Population, parameters: Parameters) -> None:
    model = run(town, parameters, name, start_month=60)
    money = model.money_frame()
    assert list(money) == ["month", "lever", "kind", "yuan"]
    assert set(money["lever"]) == {name}
    assert money["month"].min() == month_label(60)
    assert money["month"].max() == month_label(107)
    assert (money["yuan"] >= 0.0).all() or name == "origin_land_returns"  # the platform earns on pooled land
    assert money["yuan"].abs().sum() > 0.0
    assert np.isfinite(money["yuan"]).all()


def test_without_levers_no_money_is_spent(town: Population, parameters: Parameters) -> None:
    assert Model(town, parameters, months=60).run().money_frame().empty


def test_workshops_cost_their_building_once_and_their_rent_while_they_run(
    town: Population, parameters: Parameters
) -> None:
    jobs = parameters.jobs._replace(workshop_closure=0.0)
    model = run(town, parameters._replace(jobs=jobs), "workshops", 4.0, phase_in_months=2)
    # 2 workshops of 10 posts a month: 2 * 10 * 1000 + 2 * 500; then 50 a month for each.
    assert (
        spent(model, "capital").to_dict() | {"2020-01": 21000.0, "2020-02": 21000.0}
        == spent(model, "capital").to_dict()
    )
    assert spent(model, "capital").sum() == 42000.0
    assert spent(model, "recurrent").tolist() == [100.0] + [200.0] * 59


def test_closed_workshops_cost_no_rent(town: Population, parameters: Parameters) -> None:
    jobs = parameters.jobs._replace(workshop_closure=1.0, workshop_reopening=0.0)
    model = run(town, parameters._replace(jobs=jobs), "workshops", 4.0)
    assert spent(model, "recurrent").tolist() == [200.0] + [0.0] * 59  # the month of opening


def test_doubled_costs_double_the_money_and_change_nothing_else(town: Population, parameters: Parameters) -> None:
    plain = lever("workshops")
    dear = lever("workshops", costs=tuple(type(c)(c.kind, 2 * c.yuan, c.per, c.source) for c in plain.costs))
    a, b = (Model(town, parameters, policy(pulled)).run() for pulled in (plain, dear))
    assert (2 * a.money_frame()["yuan"]).tolist() == b.money_frame()["yuan"].tolist()
    assert np.array_equal(a.records.sums, b.records.sums, equal_nan=True)


def test_schools_are_paid_over_their_building_time_and_cost_from_their_opening(
    town: Population, parameters: Parameters
) -> None:
    model = run(town, parameters, "school_gap")
    levers = model.levers
    seats = model.fixed.school_seats[levers.missing].sum()
    assert seats > 0
    # 18 months before September 2021: from March 2020 on, 360 a seat in all, 20 a month; then 10 a seat and month.
    capital, recurrent = spent(model, "capital"), spent(model, "recurrent")
    assert capital[capital > 0].index.tolist() == [month_label(m) for m in range(50, 68)]
    assert capital[capital > 0].to_numpy() == pytest.approx(20.0 * seats)
    assert recurrent.to_numpy() == pytest.approx([0.0] * 20 + [10.0 * seats] * 40)


def test_half_of_the_school_gap_costs_less_than_all_of_it(large_town: Population, parameters: Parameters) -> None:
    whole, half = (run(large_town, parameters, "school_gap", size) for size in (1.0, 0.5))
    opened = [(model.levers.funded_openings < NEVER) for model in (half, whole)]
    assert opened[0].sum() == round(0.5 * opened[1].sum()) > 0
    assert (opened[1] | ~opened[0]).all()
    assert 0.0 < spent(half, "capital").sum() < spent(whole, "capital").sum()
    base = Model(large_town, parameters).run().state.sites.seats.sum()
    gains = [model.state.sites.seats.sum() - base for model in (half, whole)]
    missing = whole.fixed.school_seats[whole.levers.missing].sum(axis=1)
    assert gains == [missing[opened[0]].sum(), missing.sum()]


def test_public_posts_cost_what_is_filled_beyond_the_posts_of_the_baseline(
    town: Population, parameters: Parameters
) -> None:
    model = Model(town, parameters, policy(lever("public_posts", 12.0, phase_in_months=6)))
    own, wage = None, parameters.jobs.wage_public_post_yuan
    while model.month < model.months:
        model.step()
        layout, posts = model.state.layout, model.state.posts
        pools = slice(layout.public_site, layout.public_unit)
        if model.month == START:
            own = posts.capacity[pools].copy()
        if model.month > START and model.month % 10 == 0:
            assert own is not None
            added = posts.capacity[pools] - own
            months = min(6, model.month - START)
            assert added.tolist() == np.floor(model.levers.extra_public * months / 6 + 1e-9).tolist()
            beyond = np.maximum(0, posts.filled[pools] - own).sum()
            assert model.levers.ledger[-1][:3] == (model.month - 1, "public_posts", "recurrent")
            assert model.levers.ledger[-1][3] == pytest.approx(wage * beyond)
    assert model.levers.extra_public.sum() == 12


def test_courses_cost_by_who_was_trained(town: Population, parameters: Parameters) -> None:
    base = Model(town, parameters)
    model = Model(town, parameters, policy(lever("targeted_training", 10.0, phase_in_months=5)))
    for _ in range(70):
        base.step()
        model.step()
        if START <= base.month - 1 < START + 5:
            places = 2 * (base.month - START)
            assert 0 <= model.levers.trained_now <= places
            assert model.levers.ledger[-1][3] == 2600.0 * model.levers.trained_now
    assert model.state.persons.trained.sum() > base.state.persons.trained.sum()


def test_guaranteed_land_costs_the_rent_beyond_the_market_less_what_the_platform_earns(
    town: Population, parameters: Parameters
) -> None:
    income = parameters.income._replace(rent_yuan_per_mu_year=240.0)
    model = run(town, parameters._replace(income=income), "origin_land_returns", 1200.0)
    h = model.state.households
    pooled, let = h.land_mu[h.land_pooled].sum(), h.rented_mu[h.state != NOT_MOVED].sum()
    assert pooled > 0.0
    # 100 a month for pooled land, 100 - 20 for let land, less 150 / 12 that the platform earns.
    assert spent(model, "recurrent").iloc[-1] == pytest.approx(100 * pooled + 80 * let - 12.5 * pooled)


def test_titles_cost_once_for_each_household(town: Population, parameters: Parameters) -> None:
    knowledge = parameters.knowledge._replace(baseline_title_clarity=0.2)
    model = run(town, parameters._replace(knowledge=knowledge), "housing_title", 0.8, phase_in_months=4)
    # From .2 of the titles to .2 (no rise), .4, .6 and .8: each .2 is a quarter of the .8 that were unclear, at 1200.
    capital = spent(model, "capital")
    assert capital.iloc[:4].to_numpy() == pytest.approx(np.array([0.0, 1.0, 1.0, 1.0]) * 300.0 * len(town.households))
    assert capital.iloc[4:].sum() == pytest.approx(0.0)


def test_titles_that_are_clear_cost_nothing(town: Population, parameters: Parameters) -> None:
    knowledge = parameters.knowledge._replace(baseline_title_clarity=1.0)
    assert spent(run(town, parameters._replace(knowledge=knowledge), "housing_title"), "capital").sum() == 0.0


def test_bus_lines_cost_while_there_are_sites_to_serve(town: Population, parameters: Parameters) -> None:
    unserved = int((~town.sites["bus"]).sum())
    assert unserved >= 2
    model = run(town, parameters, "bus_lines", 50.0, phase_in_months=50)
    lines = (spent(model, "recurrent") / 40000.0).tolist()
    assert lines == [float(min(unserved, m + 1)) for m in range(60)]
    assert model.state.sites.bus.all()


def test_aid_is_paid_for_poor_pupils_who_are_not_away(town: Population, parameters: Parameters) -> None:
    model = run(town, parameters, "tuition_and_living_aid", 150.0)
    h = model.state.households
    pupils = h.school_age[h.poor & (h.state != AWAY)].sum()
    assert 0 < pupils < h.school_age.sum()
    assert spent(model, "recurrent").iloc[-1] == 150.0 * pupils


def test_levers_start_from_the_state_that_all_scenarios_share(town: Population, parameters: Parameters) -> None:
    """The need that workshops go by is that of the month before they start, whatever other lever starts with them."""
    alone = Model(town, parameters, policy(lever("workshops", 8.0)), months=52).run()
    other = policy(lever("public_posts", 60.0), lever("workshops", 8.0), lever("bus_lines"))
    together = Model(town, parameters, other, months=52).run()
    added = [m.state.posts.site[m.state.layout.workshops + m.levers.first_added :].tolist() for m in (alone, together)]
    assert added[0] == added[1]
    assert min(added[0]) >= 0
