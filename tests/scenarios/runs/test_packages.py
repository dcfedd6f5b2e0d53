"""The packages of conf/: what they pull, and that those which are to cost the same do so."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from scenarios.base.paths import CONF
from scenarios.settings.config import compose_run
from scenarios.settings.help_text import read_tree
from scenarios.settings.scenario_files import read_scenario
from scenarios.settings.schema import keys_of
from simulation.foundations.months import POLICY_MONTH
from simulation.levers.catalogue import lever_names
from simulation.model import Model
from simulation.state.policy import Lever

ALIKE = ("package_by_need", "package_showcase", "one_site_one_plan")
"""Packages of the same measures that differ only in which sites get them."""
LACKING = ("services_and_shops", "community_governance")
"""Levers that are paid for what a site lacks."""


def levers_of(scenario: str) -> dict[str, Lever]:
    return dict(compose_run([f"scenario={scenario}"]).policy.levers)


@cache
def set_by(scenario: str) -> dict[str, Any]:
    """Return what a scenario of conf/ sets, by key."""
    return read_scenario(CONF / "scenario" / f"{scenario}.yaml", keys_of(read_tree())).changes


def lever_names_of(changes: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(key.split(".")[1] for key in changes))


def test_the_full_package_pulls_every_lever_as_its_own_scenario_does() -> None:
    full = set_by("full_package")
    assert tuple(lever_names_of(full)) == lever_names()
    for name in lever_names():
        assert set_by(name) == {key: value for key, value in full.items() if key.split(".")[1] == name}, name
        assert full[f"levers.{name}.size"] > 0.0


def test_the_live_in_package_pulls_its_levers_as_their_own_scenarios_do() -> None:
    package = set_by("live_in_package")
    names = lever_names_of(package)
    assert {"occupancy_register", "outreach_visits", "replacement_rule"} < set(names)
    assert package == {key: value for name in names for key, value in set_by(name).items()}


def test_the_packages_are_alike_but_for_whom_they_reach() -> None:
    need, showcase, plan = (levers_of(name) for name in ALIKE)
    assert set(need) == set(showcase) == set(plan)
    for name in need:
        assert (need[name].targeting, showcase[name].targeting, plan[name].targeting) == ("need", "showcase", "plan")
        if name in LACKING:  # showcase sites lack little: a few more sites for the same money
            assert need[name].size <= showcase[name].size <= 1.2 * need[name].size
        else:
            assert need[name].size == showcase[name].size
        assert need[name].costs == showcase[name].costs == plan[name].costs
        assert need[name].start_month == showcase[name].start_month == plan[name].start_month
        assert need[name].phase_in_months == showcase[name].phase_in_months == plan[name].phase_in_months
    for name in ("workshops", "industry_park", "bus_lines", "community_governance"):
        assert plan[name].size == need[name].size, name


def test_the_packages_cost_the_same(city: Callable[..., Any]) -> None:
    """Within 1 % of each other over the whole run, on the full city at the parameters of conf/."""
    config = compose_run([])
    trunk = Model(city(), config.parameters, months=config.months, seed=config.seed, collect=False)
    while trunk.month < POLICY_MONTH:
        trunk.step()
    spent = {}
    for name in ALIKE:
        branch = trunk.branch(compose_run([f"scenario={name}"]).policy)
        while branch.month < branch.months:
            branch.step()
        spent[name] = sum(entry.yuan for entry in branch.levers.ledger)
    assert max(spent.values()) == pytest.approx(min(spent.values()), rel=0.01)
    assert min(spent.values()) > 1e8
