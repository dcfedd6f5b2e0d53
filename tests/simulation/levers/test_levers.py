"""What holds for every lever of the list."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.foundations.months import month_label
from simulation.levers.base import LeverRule
from simulation.levers.catalogue import lever_names, rule_of
from simulation.model import Model
from simulation.state.entities import Float
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.levers.pulled import run
from tests.simulation.runs import lever, policy


@pytest.mark.parametrize("name", lever_names())
def test_money_flows_from_the_start_and_is_never_negative(name: str, town: Population, parameters: Parameters) -> None:
    model = run(town, parameters, name, start_month=60)
    money = model.money_frame()
    assert list(money) == ["month", "lever", "kind", "yuan", "used_up_yuan"]
    assert set(money["lever"]) == {name}
    assert money["month"].min() == month_label(60)
    assert money["month"].max() == month_label(107)
    income = any(cost.yuan < 0 for cost in lever(name).costs)  # the platform earns on pooled land
    assert (money["yuan"] >= 0.0).all() or income
    assert money["yuan"].abs().sum() > 0.0
    assert np.isfinite(money["yuan"]).all()


@pytest.mark.parametrize("name", lever_names())
def test_every_cost_has_a_quantity_that_it_applies_to(name: str, town: Population, parameters: Parameters) -> None:
    model = Model(town, parameters, policy(lever(name, start_month=2)), months=4).run()
    counted = {(quantity.kind, quantity.per) for quantity in model.levers.acting[name].quantities(3)}
    assert {(cost.kind, cost.per) for cost in lever(name).costs} <= counted


@pytest.mark.parametrize("name", lever_names())
def test_a_lever_asks_for_the_weights_of_sites_exactly_if_it_is_spread_over_them(
    name: str, dozen: Population, parameters: Parameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it does not ask, its targeting says nothing, and docs/levers.md says so."""
    asked, weights = [], LeverRule.site_weights

    def noted(rule: LeverRule) -> Float:
        asked.append(rule.name)
        return weights(rule)

    monkeypatch.setattr(LeverRule, "site_weights", noted)
    Model(dozen, parameters, policy(lever(name, start_month=2)), months=6).run()
    assert asked == [name] * rule_of(name).spread_over_sites


def test_levers_start_from_the_state_that_all_scenarios_share(town: Population, parameters: Parameters) -> None:
    """The need that workshops go by is that of the month before they start, whatever other lever starts with them."""
    alone = Model(town, parameters, policy(lever("workshops", 8.0)), months=52).run()
    other = policy(lever("public_posts", 60.0), lever("workshops", 8.0), lever("bus_lines"))
    together = Model(town, parameters, other, months=52).run()
    first = alone.state.layout.workshops + len(town.workshops)
    added = [model.state.posts.site[first:].tolist() for model in (alone, together)]
    assert added[0] == added[1]
    assert min(added[0]) >= 0


@pytest.mark.parametrize("name", lever_names())
def test_a_branch_goes_on_with_a_lever_that_has_begun(name: str, town: Population, parameters: Parameters) -> None:
    """It pulls another one besides, and equals a city under both from the start; the trunk feels nothing of it."""
    own, other = (
        lever(name, phase_in_months=9),
        lever("bus_lines" if name != "bus_lines" else "workshops", start_month=58),
    )
    model = Model(town, parameters, policy(own))
    while model.month < 54:
        model.step()
    straight = Model(town, parameters, policy(own, other)).run()
    branch = model.branch(policy(own, other)).run()
    assert np.array_equal(branch.records.sums, straight.records.sums, equal_nan=True)
    assert sorted(branch.levers.ledger) == sorted(straight.levers.ledger)
    assert model.run().levers.ledger == Model(town, parameters, policy(own)).run().levers.ledger
