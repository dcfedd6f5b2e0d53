"""Branches of one history equal whole runs bit for bit, whatever starts when and wherever they run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenarios.base.errors import UserError
from scenarios.compare.measure import (
    Snapshot,
    history,
    measured,
    need_shares,
    snapshot,
)
from scenarios.compare.plan import Plan, Run, make_plan
from scenarios.compare.runner import Inputs, Outcome, run_all, run_once
from scenarios.runs.parameter_sets import (
    TARGET,
    Draws,
    read_draws,
    write_draws,
)
from scenarios.runs.targets import TARGETS, targets_of
from scenarios.settings.config import RunConfig, compose_run
from scenarios.settings.parameter_values import rounded
from simulation.foundations.months import month_index
from simulation.model import Model
from simulation.state.policy import BASELINE
from simulation.state.population import Population
from tests.scenarios.compare.conftest import TOWN


def whole_run(inputs: Inputs, run: Run, name: str) -> tuple[Model, list[Snapshot]]:
    """Run a scenario from January 2016 on, by itself."""
    config = inputs.configs[name]
    parameters = inputs.draws.parameters(run.row, config.parameters)
    model = Model(inputs.population, parameters, config.policy, run.seed, config.months, False, config.future)
    shots = []
    while model.month < model.months:
        model.step()
        if model.month - 1 in inputs.columns.decembers:
            shots.append(snapshot(model))
    return model, shots


def assert_equal_whole_runs(inputs: Inputs, outcome: Outcome) -> None:
    base, before = whole_run(inputs, outcome.run, "baseline")
    assert np.array_equal(outcome.history, history(base, inputs.columns.months[0]), equal_nan=True)
    for row, name in enumerate(inputs.configs):
        model, after = whole_run(inputs, outcome.run, name)
        expected = measured(inputs.columns, model, after, before)
        assert np.array_equal(outcome.values[row], expected, equal_nan=True), name


@pytest.fixture(scope="module")
def late(configs: dict[str, RunConfig], town: Population, draws: Draws) -> Inputs:
    """Two levers two years apart, the second from a December on, and a scenario without any."""
    three = {
        "baseline": configs["baseline"],
        "workshops": compose_run([TOWN, "scenario=workshops", "levers.workshops.start=2021-12"]),
        "school_gap": configs["school_gap"],
        "nothing": replace(configs["workshops"], policy=BASELINE),
    }
    return Inputs(town, three, draws, make_plan(three, draws, 2, 0, n_sites=3).columns)


@pytest.fixture(scope="module")
def late_outcome(late: Inputs) -> Outcome:
    """What the second draw gave."""
    return run_once(late, Run(1, 4, 5))


def test_branches_equal_whole_runs(inputs: Inputs, outcomes: list[Outcome]) -> None:
    assert_equal_whole_runs(inputs, outcomes[1])
    assert not np.array_equal(outcomes[1].values[1], outcomes[1].values[0], equal_nan=True)


def test_a_second_seed_has_other_random_numbers_and_the_same_parameters(
    inputs: Inputs, outcomes: list[Outcome], plan: Plan
) -> None:
    assert (plan.runs[0].draw, plan.runs[3].draw) == (0, 0)
    assert not np.array_equal(outcomes[0].values[0], outcomes[3].values[0], equal_nan=True)
    assert_equal_whole_runs(inputs, outcomes[3])


def test_the_baseline_differs_from_itself_in_nothing(plan: Plan, outcomes: list[Outcome]) -> None:
    names = plan.columns.names()
    paired = [
        i for i, (name, _, _) in enumerate(names) if name in PAIRED_NAMES or name.startswith(("switched", "yuan"))
    ]
    assert len(paired) > 40
    for outcome in outcomes:
        assert not outcome.values[0, paired].any()
        assert not outcome.needs[0].any()
        assert outcome.needs[1:].sum(axis=1).tolist() == pytest.approx([1.0] * (len(plan.scenarios) - 1))


PAIRED_NAMES = (
    "posts_filled",
    "jobs_given_up",
    "net_jobs",
    "persons_into_work",
    "households_gained",
    "households_lost",
)


def test_a_scenario_without_levers_is_the_baseline(late_outcome: Outcome) -> None:
    baseline, nothing = late_outcome.values[0], late_outcome.values[3]
    assert np.array_equal(nothing, baseline, equal_nan=True)
    assert not late_outcome.needs[3].any()


def test_a_lever_that_starts_later_shares_the_months_before(late: Inputs, late_outcome: Outcome) -> None:
    assert late.columns.months[0] == month_index("2020-01")  # the first lever of any scenario
    start, names = month_index("2021-12"), late.columns.names()
    before = np.array([month < start for _, _, month in names])
    baseline, workshops = late_outcome.values[0], late_outcome.values[1]
    assert np.array_equal(workshops[before], baseline[before], equal_nan=True)
    assert not np.array_equal(workshops[~before], baseline[~before], equal_nan=True)
    assert_equal_whole_runs(late, late_outcome)


def test_need_is_looked_at_in_the_first_month_of_the_lever(late: Inputs, late_outcome: Outcome) -> None:
    run, config = late_outcome.run, late.configs["workshops"]
    parameters = late.draws.parameters(run.row, config.parameters)
    trunk = Model(late.population, parameters, seed=run.seed, collect=False, future=config.future)
    while trunk.month < month_index("2021-12"):
        trunk.step()
    assert late_outcome.needs[1].tolist() == need_shares(trunk.branch(config.policy)).tolist()


def with_targets(inputs: Inputs, run: Run, wrong: str = "") -> Inputs:
    """Give the table of draws the targets of the run's history, one of them wrong."""
    found = targets_of(whole_run(inputs, run, "baseline")[0].records, inputs.configs["baseline"].reading)
    values = {f"{TARGET}{name}": [rounded(value + (name == wrong))] * 3 for name, value in found.items()}
    return replace(inputs, draws=Draws(inputs.draws.table.assign(**values), inputs.draws.made))


def test_a_draw_must_give_the_history_of_its_table(configs: dict[str, RunConfig], inputs: Inputs, plan: Plan) -> None:
    two = {name: configs[name] for name in ("baseline", "workshops")}
    run, second = plan.runs[0], plan.runs[3]
    small = replace(inputs, configs=two, columns=make_plan(two, inputs.draws, 3, 0, n_sites=3).columns)
    right = with_targets(small, run)
    assert np.array_equal(run_once(right, run).values, run_once(small, run).values, equal_nan=True)
    for target in list(TARGETS)[::2]:
        wrong = with_targets(small, run, target)
        with pytest.raises(UserError) as caught:
            run_once(wrong, run)
        assert "make calibrate" in str(caught.value)
        assert caught.value.key == target
        assert "\n" not in caught.value.say("zh")
    run_once(wrong, second)  # another seed: the table does not speak of it


def test_processes_and_order_do_not_matter(town: Population, draws: Draws, tmp_path: Path) -> None:
    path = tmp_path / "draws.csv"
    write_draws(path, draws)
    three = {name: compose_run([TOWN, f"scenario={name}"]) for name in ("baseline", "workshops", "bus_lines")}
    plan = make_plan(three, read_draws(path), 2, 1, n_sites=3, draws_file=path, words=(TOWN,), processes=2)
    calls: list[tuple[int, int]] = []
    spread = run_all(plan, lambda done, of: calls.append((done, of)))
    here = Inputs(town, three, draws, plan.columns)
    for run in reversed(plan.runs):
        own, other = run_once(here, run), spread[plan.runs.index(run)]
        assert other.run == run
        for mine, theirs in zip(own[1:], other[1:], strict=True):
            assert np.array_equal(mine, theirs, equal_nan=True)
    assert calls == [(1, 3), (2, 3), (3, 3)]
