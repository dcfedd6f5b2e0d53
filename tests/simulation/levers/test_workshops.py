"""Workshops: where they go, when they open, what they cost."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.foundations.months import NEVER
from simulation.levers.base import Context
from simulation.levers.workshops import posts_in_turn, sites_in_turn
from simulation.model import Model
from simulation.state.parameters import Parameters
from simulation.state.policy import TARGETING
from simulation.state.population import Population
from tests.simulation.levers.pulled import START, alone, run, spent
from tests.simulation.runs import lever, policy


def test_they_go_one_by_one_to_the_site_with_most_need_for_each() -> None:
    # Needs 6, 3, 2. First 6; then 6/2 = 3 and 3 tie, the first site has it; then 2, 3 and 2: site 1; 2, 1.5 and 2.
    assert sites_in_turn(6, np.array([6.0, 3.0, 2.0])).tolist() == [0, 0, 1, 0, 2, 0]


@pytest.mark.parametrize("targeting", TARGETING)
def test_a_larger_programme_only_adds_to_a_smaller_one(targeting: str, made: Context) -> None:
    weights = alone(made, "workshops", need=[7.0, 4.5, 1.2], targeting=targeting).site_weights()
    largest = sites_in_turn(40, weights).tolist()
    for size in range(41):
        assert sites_in_turn(size, weights).tolist() == largest[:size], size


def test_fractions_of_posts_are_given_in_turn() -> None:
    assert posts_in_turn(4, 37.5).tolist() == [37, 38, 37, 38]
    assert posts_in_turn(3, 1.0 / 3.0).tolist() == [0, 0, 1]
    assert posts_in_turn(30, 37.5).sum() == 1125
    assert posts_in_turn(2, 10.0).tolist() == [10, 10]


def test_they_are_spread_where_no_site_has_any_need() -> None:
    assert sorted(sites_in_turn(6, np.zeros(3)).tolist()) == [0, 0, 1, 1, 2, 2]


def test_a_row_for_each_stands_at_the_end_of_the_tables_and_opens_in_its_month(made: Context) -> None:
    before = made.state.workshops.key.size
    rule = alone(made, "workshops", 3.0, need=[0.0, 5.0, 1.0], phase_in_months=3, settings={"posts_per_workshop": 7.0})
    workshops, layout = rule.state.workshops, rule.state.layout
    assert (rule.first, workshops.key.size) == (before, before + 3)
    assert workshops.posts[before:].tolist() == [7, 7, 7]
    assert workshops.open_month[before:].tolist() == [NEVER] * 3
    rule.plan()
    assert rule.state.posts.site[layout.workshops + before :].tolist() == [1, 1, 1]
    of_site = workshops.by_site[workshops.first[1] : workshops.first[2]].tolist()
    assert of_site[-3:] == [before, before + 1, before + 2]
    for month in (START, START + 1):
        rule.open(month)
    assert workshops.open_month[before:].tolist() == [START, START + 1, NEVER]


def test_they_cost_their_building_once_and_their_rent_while_they_run(town: Population, parameters: Parameters) -> None:
    jobs = parameters.jobs._replace(workshop_closure=0.0)
    model = run(town, parameters._replace(jobs=jobs), "workshops", 4.0, phase_in_months=2)
    # 2 workshops of 10 posts a month: 2 * 10 * 1000 + 2 * 500; then 50 a month for each.
    capital = spent(model, "capital").to_dict()
    assert capital | {"2020-01": 21000.0, "2020-02": 21000.0} == capital
    assert sum(capital.values()) == 42000.0
    assert spent(model, "recurrent").tolist() == [100.0] + [200.0] * 59


def test_closed_workshops_cost_no_rent(town: Population, parameters: Parameters) -> None:
    jobs = parameters.jobs._replace(workshop_closure=1.0, workshop_reopening=0.0)
    model = run(town, parameters._replace(jobs=jobs), "workshops", 4.0)
    assert spent(model, "recurrent").tolist() == [200.0] + [0.0] * 59  # the month of opening


@pytest.mark.parametrize("month", [49, 51, 60])
def test_a_branch_goes_on_with_workshops_that_are_not_all_open(
    month: int, town: Population, parameters: Parameters
) -> None:
    """The lever has begun; the branch pulls another one besides, and equals a city under both from the start."""
    own, school = lever("workshops", 6.0, phase_in_months=6), lever("school_gap", start_month=62)
    model = Model(town, parameters, policy(own))
    while model.month < month:
        model.step()
    straight = Model(town, parameters, policy(own, school)).run()
    branch = model.branch(policy(own, school)).run()
    assert np.array_equal(branch.records.sums, straight.records.sums, equal_nan=True)
    assert sorted(branch.levers.ledger) == sorted(straight.levers.ledger)
    with pytest.raises(ValueError, match="before the branch"):
        model.branch(policy(lever("workshops", 7.0, phase_in_months=6)))
    with pytest.raises(ValueError, match="before the branch"):
        model.branch(policy())


def test_a_branch_may_add_others_than_the_city_that_it_leaves(town: Population, parameters: Parameters) -> None:
    """Those of the city left behind have not opened yet; in the branch they never do."""
    model = Model(town, parameters, policy(lever("workshops", 4.0)))
    while model.month < 40:
        model.step()
    own = Model(town, parameters, policy(lever("workshops", 8.0, targeting="equal"))).run()
    branch = model.branch(policy(lever("workshops", 8.0, targeting="equal"))).run()
    assert np.array_equal(branch.records.sums, own.records.sums, equal_nan=True)
    assert branch.levers.ledger == own.levers.ledger
