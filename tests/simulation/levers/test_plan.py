"""One site, one plan: each site has got what its plan says, no more and no less, when it has been phased in."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.foundations.months import NEVER
from simulation.levers.base import Context
from simulation.levers.catalogue import LEVERS
from simulation.model import Model
from simulation.state.entities import State
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.levers.pulled import START, alone
from tests.simulation.runs import lever, policy

POSTS = ((0, 7.0), (2, 13.0), (5, 1.0))
ONE_EACH = ("services_and_shops", "culture_and_custom", "community_governance", "learning_support", "bus_lines")
PHASE = 5


def by_site(plan: tuple[tuple[int, float], ...], n: int) -> list[int]:
    units = [0] * n
    for site, number in plan:
        units[site] = int(number)
    return units


def end_of(
    population: Population, parameters: Parameters, name: str, plan: tuple[tuple[int, float], ...], size: float
) -> tuple[Model, Model]:
    """Return the city under a plan when it has been phased in, and the city without it, in that month."""
    pulled = lever(name, size, targeting="plan", by_site=plan, phase_in_months=PHASE)
    model = Model(population, parameters, policy(pulled))
    base = Model(population, parameters)
    while model.month < START + PHASE:
        model.step()
        base.step()
    return model, base


def capacity(state: State, first: int) -> np.ndarray:
    return state.posts.capacity[first : first + state.sites.unit.size]


def test_workshops_stand_where_the_plan_says(large_town: Population, parameters: Parameters) -> None:
    plan = ((1, 3.0), (4, 1.0), (6, 2.0))
    model, base = end_of(large_town, parameters, "workshops", plan, 6.0)
    pools = slice(base.state.posts.site.size, None)
    assert np.bincount(model.state.posts.site[pools], minlength=8).tolist() == by_site(plan, 8)
    assert (model.state.workshops.open_month[base.state.workshops.key.size :] < NEVER).all()


@pytest.mark.parametrize(
    ("name", "first", "for_movers"),
    [
        ("public_posts", "public_site", POSTS),
        # 10 of 21 by largest rests: 3.33, 6.19 and .48 of 7, 13 and 1.
        ("industry_park", "nearby_own", ((0, 3.0), (2, 6.0), (5, 1.0))),
    ],
)
def test_posts_are_made_where_the_plan_says(
    name: str, first: str, for_movers: tuple[tuple[int, float], ...], large_town: Population, parameters: Parameters
) -> None:
    model, base = end_of(large_town, parameters, name, POSTS, 21.0)
    rows = getattr(model.state.layout, first)
    assert (capacity(model.state, rows) - capacity(base.state, rows)).tolist() == by_site(for_movers, 8)
    units = slice(model.state.layout.public_unit, model.state.layout.nearby_public)
    assert np.array_equal(model.state.posts.capacity[units], base.state.posts.capacity[units])


@pytest.mark.parametrize("name", ONE_EACH)
def test_sites_are_those_of_the_plan(name: str, large_town: Population, parameters: Parameters) -> None:
    """Those of the plan that want it: a site that has a bus, or lacks nothing, gets none and costs nothing; one that
    lacks a part costs that part of a site.
    """
    plan = tuple((site, 1.0) for site in (1, 2, 5, 7))
    model, base = end_of(large_town, parameters, name, plan, 4.0)
    found = {"services_and_shops": "service", "culture_and_custom": "custom", "community_governance": "governance",
             "learning_support": "learning", "bus_lines": "bus_lines"}[name]  # fmt: skip
    before, after = (getattr(each.state.sites, found) for each in (base, model))
    changed = set(np.flatnonzero(before != after).tolist())
    sites = base.state.sites
    lacks = {
        "bus_lines": 1.0 - sites.bus,
        # Weights of .3 facilities, .2 clinic and .15 market.
        "services_and_shops": (0.3 - 0.3 * sites.facility_score + np.where(sites.clinics > 0, 0.0, 0.2)
                               + np.where(sites.market, 0.0, 0.15)) / 0.65,
        "community_governance": 1.0 - sites.governance,
    }.get(name, np.ones(8))  # fmt: skip
    rule = model.levers.acting[name]
    assert sorted(rule.order.tolist()) == sorted(changed)
    assert changed == {site for site, _ in plan if lacks[site] > 0.0}
    assert changed
    per = "line" if name == "bus_lines" else "site"
    paid = {q.per: q.amount for q in rule.quantities(START + PHASE) if q.kind == "recurrent"}
    assert paid[per] == pytest.approx(sum(lacks[site] for site in changed))


@pytest.mark.parametrize("plan", [((1, 1.0),), ((3, 1.0), (6, 1.0)), ((1, 1.0), (3, 1.0), (5, 1.0), (6, 1.0))])
def test_schools_open_where_the_plan_says(
    plan: tuple[tuple[int, float], ...], large_town: Population, parameters: Parameters
) -> None:
    assert opened(large_town, parameters, plan) == by_site(plan, 8)


@pytest.mark.parametrize(("schools", "opens"), [(1.0, 1), (2.0, 2), (99.0, 2)])
def test_a_plan_says_how_many_schools_a_site_gets(
    schools: float, opens: int, dozen: Population, parameters: Parameters
) -> None:
    """Two are missing at site 2 and none elsewhere; more than are missing are not built, nor is any at another site."""
    assert opened(dozen, parameters, ((2, schools),)) == [0, 0, opens]
    assert opened(dozen, parameters, ((0, 1.0), (2, schools))) == [0, 0, opens]


def opened(population: Population, parameters: Parameters, plan: tuple[tuple[int, float], ...]) -> list[int]:
    """Return how many of the missing schools open at each site."""
    settings = {"needed_share": 0.0, "construction_months": 0.0}
    own = lever("school_gap", 1.0, targeting="plan", by_site=plan, settings=settings)
    model = Model(population, parameters, policy(own), months=60).run()
    rule, n = model.levers.acting["school_gap"], model.state.sites.unit.size
    schools = rule.missing[rule.openings < NEVER]
    assert rule.seats[rule.openings < NEVER].sum() == model.fixed.school_seats[schools].sum()
    return np.bincount(model.fixed.school_site[schools], minlength=n).tolist()


def test_every_lever_that_is_spread_is_tested_here() -> None:
    spread = {rule.name for rule in LEVERS if rule.spread_over_sites}
    assert spread == {"workshops", "public_posts", "industry_park", "school_gap", *ONE_EACH}


@pytest.mark.parametrize("name", ONE_EACH)
def test_a_site_that_is_not_in_the_plan_gets_nothing_however_much_is_wanted(name: str, settled: Context) -> None:
    rule = alone(settled, name, 9.0, targeting="plan", by_site=((1, 1.0),))
    rule.plan()
    assert rule.order.tolist() == [1]
    rule.open(START)
    assert rule.order.tolist() == [1]
    amounts = {(q.kind, q.per): q.amount for q in rule.quantities(START)}
    # One site and its 4 households, as far as it lacked: half of the facilities and a market, (.15 + .15) / .65; .6 of
    # the score of governance; the whole of what no site has.
    lacked = {"services_and_shops": 6.0 / 13.0, "community_governance": 0.6}.get(name, 1.0)
    assert amounts[("recurrent", "line" if name == "bus_lines" else "site")] == pytest.approx(lacked)
    if name != "bus_lines":  # a line is run and not built
        assert amounts[("capital", "household")] == pytest.approx(4.0 * lacked)
