"""From axes to points and runs: identities, shared histories, baselines; numbers by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.base.errors import UserError
from scenarios.runs.parameter_sets import Draws, posterior_file, read_draws, write_draws
from scenarios.settings.config import compose_run
from scenarios.settings.scenario_files import scenario_paths
from scenarios.sweep.plan import draws
from scenarios.sweep.plan.plan import Plan, plan_sweep
from scenarios.sweep.plan.spec import known_keys, sweep_of
from scenarios.sweep.plan.sweep_files import read_sweep, sweep_paths
from scenarios.sweep.plan.variants import Base
from scenarios.sweep.work.tasks import bounds, group_most, groups
from simulation.state.policy import Policy
from tests.scenarios.brief.made_brief import made_draws

TOWN = "population.size=town"


def plan_of(*words: str) -> Plan:
    return plan_sweep(read_sweep(None, [TOWN, *words]))


def tree_plan(**tree: Any) -> Plan:
    tree = {"sweep": {"name": "made"}, "set": {"population.size": "town"}, **tree}
    return plan_sweep(sweep_of(tree, None))


def keys(plan: Plan) -> set[tuple[bytes, int]]:
    """Return (identity, seed) of all runs."""
    number = plan.numbers()
    point, position = number // plan.n_seeds, number % plan.n_seeds
    pairs = zip(plan.points.ids[point], plan.seeds[point, position], strict=True)
    return {(ids.tobytes(), int(seed)) for ids, seed in pairs}


def test_points_multiply_and_each_history_has_one_baseline() -> None:
    plan = plan_of("scenario=workshops,school_gap", "levers.workshops.size=10,20", "seed=1,2,3",
                   "parameters.residence.seat_worth=0.5,1.0")  # fmt: skip
    # 2 scenarios x 2 sizes x 2 weights, and a baseline for each of the two weights
    assert len(plan.points.scenario) == 2 * 2 * 2 + 2
    assert plan.points.scenario.count("baseline") == 2
    assert plan.numbers().size == 10 * 3
    assert len(set(plan.points.history.tolist())) == 2
    # runs of one history and seed stand together, whichever scenario they are of: 2 histories x 3 seeds
    assert len(list(groups(plan, plan.numbers()))) == 6
    assert {len(group.tasks) for group in groups(plan, plan.numbers())} == {5}


def test_a_size_of_zero_is_the_baseline_and_is_run_once() -> None:
    plan = plan_of("scenario=workshops", "levers.workshops.size=0,10", "seed=1,2")
    assert plan.points.scenario == ["baseline", "workshops", "workshops"]
    assert plan.points.columns["levers.workshops.size"] == [0.0, 0.0, 10.0]
    assert plan.points.run_as.tolist() == [0, 0, 2]
    assert plan.numbers().size == 2 * 2


def test_without_pairs_there_is_no_baseline() -> None:
    assert (
        plan_of("scenario=workshops", "levers.workshops.size=10,20", "paired=false").points.scenario
        == ["workshops"] * 2
    )


@pytest.mark.parametrize(
    "words",
    [
        *((f"scenario={name}",) for name in sorted(scenario_paths(None))),
        ("scenario=baseline", "levers.workshops.size=40", "levers.bus_lines.start=2020-03"),
        ("scenario=workshops,school_gap", "levers.bus_lines.size=0,4", "parameters.jobs.fair_skill=0.2,0.3"),
        ("scenario=housing_title", "reading.labour_scope=all,poor", "levers.workshops.size=5"),
    ],
    ids=" ".join,
)
def test_each_run_has_a_baseline_that_pulls_no_lever(words: tuple[str, ...]) -> None:
    plan = plan_of(*words, "seed=1,2")
    for group in groups(plan, plan.numbers()):
        policies = [plan.bases[task.base].policy(task.values) for task in group.tasks]
        assert [policy.levers for policy in policies].count({}) == 1
        for task in group.tasks:  # whoever makes it finds the identity that was planned
            assert plan.bases[task.base].variant(task.values).point == task.point
    baseline = [plan.bases[b].config.scenario for b, of in zip(plan.points.base, plan.points.scenario, strict=True)
                if of == "baseline"]  # fmt: skip
    assert set(baseline) == {"baseline"}


def unsourced(policy: Policy) -> dict[str, Any]:
    """Return levers without the sources of their costs: who set a number alters no result."""
    return {name: replace(lever, costs=tuple(replace(cost, source="") for cost in lever.costs))
            for name, lever in policy.levers.items()}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (["scenario=workshops", "levers.workshops.size=45"], {"levers.workshops.size": 45.0}),
        (["scenario=workshops", "levers.workshops.start=2021-03"], {"levers.workshops.start": "2021-03"}),
        (["scenario=workshops", "levers.workshops.settings.posts_per_workshop=33"],
         {"levers.workshops.settings.posts_per_workshop": 33.0}),
        (["scenario=workshops", "levers.workshops.costs.building=12345"], {"levers.workshops.costs.building": 12345.0}),
        (["scenario=workshops", "levers.bus_lines.size=4"], {"levers.bus_lines.size": 4.0}),
        (["scenario=workshops", "parameters.jobs.fair_skill=0.123"], {"parameters.jobs.fair_skill": 0.123}),
        (["scenario=workshops", "levers.workshops.size=0"], {"levers.workshops.size": 0.0}),
    ],
)  # fmt: skip
def test_a_variant_is_what_composing_anew_gives(words: list[str], values: dict[str, Any]) -> None:
    known = known_keys(None).keys
    start, made = compose_run(["scenario=workshops"]), compose_run(words)
    variant, other = Base(start, known, "source"), Base(made, known, "source")
    assert variant.variant(values) == other.variant({})
    assert variant.variant(values) != variant.variant({"levers.workshops.size": 44.0})
    assert unsourced(variant.policy(values)) == unsourced(made.policy)
    assert variant.parameters(values) == made.parameters


def test_an_identity_is_of_what_can_alter_results_and_of_nothing_else() -> None:
    def identity(*words: str, source: str = "a") -> bytes:
        return Base(compose_run(words), known_keys(None).keys, source).variant({}).point

    one = identity("scenario=workshops")
    assert identity("scenario=workshops", "seed=5") == one
    assert identity("scenario=workshops", "language=zh") == one
    assert identity("levers.workshops.size=30") == one  # titles are no results
    others = [("end=2025-12",), ("reading.labour_scope=all",), ("population.seed=2",), ("generator=philox",),
              ("levers.workshops.phase_in_months=7",), ("parameters.jobs.fair_skill=0.1",)]  # fmt: skip
    found = [identity("scenario=workshops", *words) for words in others]
    assert len({one, *found, identity("scenario=workshops", source="b")}) == len(others) + 2


def test_a_history_is_the_same_whatever_the_levers() -> None:
    base = Base(compose_run(["scenario=workshops"]), known_keys(None).keys, "source")
    none = Base(compose_run([]), known_keys(None).keys, "source").variant({})
    assert (
        base.variant({}).history == base.variant({"levers.workshops.size": 3.0}).history == none.history == none.point
    )


def test_more_seeds_values_and_scenarios_keep_all_earlier_runs() -> None:
    few = keys(plan_of("scenario=workshops", "levers.workshops.size=10,20", "seed=1,2"))
    more = keys(plan_of("scenario=workshops,school_gap", "levers.workshops.size=5,10,20", "seed=1,2,3"))
    assert few < more


def test_more_sobol_points_keep_all_earlier_runs() -> None:
    def sobol(n: int) -> Plan:
        ranges = {"levers.workshops.size": [5, 80], "parameters.residence.seat_worth": "prior"}
        return tree_plan(scenarios=["workshops"], axes=[{"sobol": {"n": n, "seed": 3, "keys": ranges}}])

    assert keys(sobol(5)) < keys(sobol(12))


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_find_is_the_inverse_of_numbers(data: st.DataObject) -> None:
    plan = SMALL
    number = np.array(data.draw(st.lists(st.sampled_from(plan.numbers().tolist()), min_size=1)))
    point, position = number // plan.n_seeds, number % plan.n_seeds
    assert plan.find(plan.points.ids[point], plan.seeds[point, position]).tolist() == number.tolist()
    assert (plan.find(plan.points.ids[point] + np.uint64(1), plan.seeds[point, position]) == -1).all()
    assert (plan.find(plan.points.ids[point], plan.seeds[point, position] + 1000) == -1).all()


SMALL = plan_of("scenario=workshops", "levers.workshops.size=0,10,20", "seed=3,1,8")


@pytest.fixture
def posterior(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Draws of the default reading for the city, in a place of their own; those of no other reading."""
    path, made = tmp_path / "default.csv", made_draws(3)
    table = made.table.assign(**{"parameter:jobs.fair_skill": [0.1, 0.2, 0.3]})
    write_draws(path, Draws(table, made.made))
    monkeypatch.setattr(draws, "posterior_file", lambda config: path.with_name(posterior_file(config).name))
    return path


def test_draws_bring_their_parameters_and_their_own_seeds(posterior: Path) -> None:
    # Draws belong to the city; planning one does not make it.
    plan = plan_sweep(sweep_of({"sweep": {"name": "made"}, "scenarios": ["workshops"], "axes": [{"draws": 3}],
                                "seeds": 2}, None))  # fmt: skip
    table = read_draws(posterior).table
    assert sorted(set(plan.points.draw.tolist())) == [0, 1, 2]
    for point, draw in enumerate(plan.points.draw.tolist()):
        own = int(table["seed"].iloc[draw])
        assert plan.seeds[point].tolist() == [own, own + 1_000_000]
        values = plan.parameters_of(0, draw)
        assert values["parameters.jobs.fair_skill"] == float(table["parameter:jobs.fair_skill"].iloc[draw])
    task = next(groups(plan, plan.numbers())).tasks[0]
    parameters = plan.bases[0].parameters(task.values)
    assert parameters.jobs.fair_skill == values_of(table, task.values)


def values_of(table: Any, values: dict[str, Any]) -> float:
    found = table[np.isclose(table["parameter:jobs.fair_skill"], values["parameters.jobs.fair_skill"])]
    return float(found["parameter:jobs.fair_skill"].iloc[0])


def test_draws_of_the_prior_fit_every_population_and_reading() -> None:
    axes = [{"draws": {"n": 3, "table": "prior"}}]
    plan = tree_plan(scenarios=["workshops"], axes=axes, set={"population.size": "town", "reading.labour_scope": "all"})
    assert plan.numbers().size == 2 * 3
    values = [plan.parameters_of(int(plan.points.base[0]), draw) for draw in range(3)]
    assert len({value["parameters.jobs.fair_skill"] for value in values}) == 3


@pytest.mark.parametrize("value", ["all", "poor"])
def test_a_reading_without_draws_says_what_makes_them(posterior: Path, value: str) -> None:
    tree = {"sweep": {"name": "made"}, "scenarios": ["workshops"], "set": {"reading.labour_scope": value},
            "axes": [{"draws": 2}]}  # fmt: skip
    if value == "poor":
        posterior.unlink()
    makes = "make calibrate-readings" if value == "all" else "make calibrate"
    with pytest.raises(UserError, match=f"have not been made .*; make them: {makes}$"):
        plan_sweep(sweep_of(tree, None))


@pytest.mark.usefixtures("posterior")
def test_a_drawn_key_is_no_axis() -> None:
    with pytest.raises(UserError, match="is drawn, and is set"):
        plan_sweep(sweep_of({"sweep": {"name": "made"}, "axes": [
            {"draws": 2}, {"grid": {"parameters.jobs.fair_skill": [0.1]}}]}, None))  # fmt: skip


@pytest.mark.usefixtures("posterior")
def test_a_drawn_key_is_not_set_for_all_runs() -> None:
    with pytest.raises(UserError, match="is drawn, and is set"):
        plan_sweep(sweep_of({"sweep": {"name": "made"}, "set": {"parameters.jobs.fair_skill": 0.1},
                             "axes": [{"draws": 2}]}, None))  # fmt: skip


def test_a_long_group_is_split_so_that_every_process_has_work() -> None:
    plan = plan_of("scenario=workshops", "levers.workshops.size=range(1,450)")
    sizes = np.diff(bounds(plan, plan.numbers()))
    assert sizes.sum() == 450
    assert sizes.max() <= 200
    most = group_most(450, processes=2)
    assert most == 57  # 450 runs in 4 shares for each of 2 processes
    assert np.diff(bounds(plan, plan.numbers(), most)).tolist() == [57] * 7 + [51]
    assert (group_most(3, 8), group_most(10**6, 2)) == (8, 200)


@pytest.mark.parametrize("name", sorted(sweep_paths()))
def test_every_sweep_of_the_project_can_be_planned(name: str) -> None:
    plan = plan_sweep(read_sweep(name))
    assert plan.numbers().size > 0
    assert plan_sweep(sweep_of(plan.sweep.tree, None)).points.ids.tolist() == plan.points.ids.tolist()
