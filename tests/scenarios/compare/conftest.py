"""A town, four scenarios, three draws of which one has two seeds, and their runs: made once for all tests here."""

from __future__ import annotations

import pandas as pd
import pytest

from scenarios.compare.assemble import Results, results_of
from scenarios.compare.plan import Plan, make_plan
from scenarios.compare.runner import Inputs, Outcome, run_once
from scenarios.population.load import load_population
from scenarios.runs.parameter_sets import PARAMETER, Draws
from scenarios.settings.config import RunConfig, compose_run
from simulation.state.population import Population

TOWN = "population.size=town"
EVERY_SCHOOL = "levers.school_gap.settings.needed_share=0"
"""In so small a town hardly a school would be half full, so that none would be built."""
NAMES = {
    "baseline": (), "workshops": (), "school_gap": (EVERY_SCHOOL,), "workshops_and_school_gap": (EVERY_SCHOOL,),
}  # fmt: skip
"""The scenarios, each with what is set besides."""
DRAWN = "residence.seat_worth"


@pytest.fixture(scope="session")
def configs() -> dict[str, RunConfig]:
    """The baseline, two scenarios of one lever and the one of both, on a small town."""
    return {name: compose_run([TOWN, f"scenario={name}", *words]) for name, words in NAMES.items()}


@pytest.fixture(scope="session")
def town(configs: dict[str, RunConfig]) -> Population:
    """The population of `configs`: about three hundred households at three sites."""
    base = configs["baseline"]
    return load_population(base)


@pytest.fixture(scope="session")
def draws() -> Draws:
    """Three draws; seat_worth alone is drawn, so that the others are as in conf/."""
    rows = [
        {"draw": number, "seed": number + 1, f"{PARAMETER}{DRAWN}": b} for number, b in ((0, 0.9), (4, 0.4), (7, 1.6))
    ]
    return Draws(pd.DataFrame(rows), {"contraction": {DRAWN: 0.1}})


@pytest.fixture(scope="session")
def plan(configs: dict[str, RunConfig], town: Population, draws: Draws) -> Plan:
    """Three draws, the first of them with a second seed."""
    return make_plan(configs, draws, 3, 1, n_sites=len(town.sites))


@pytest.fixture(scope="session")
def inputs(plan: Plan, town: Population) -> Inputs:
    """What the runs of `plan` need."""
    return Inputs(town, plan.configs, plan.draws, plan.columns)


@pytest.fixture(scope="session")
def outcomes(plan: Plan, inputs: Inputs) -> list[Outcome]:
    """What the runs of `plan` gave; no test may change it."""
    return [run_once(inputs, run) for run in plan.runs]


@pytest.fixture(scope="session")
def results(plan: Plan, outcomes: list[Outcome]) -> Results:
    """The same as arrays."""
    return results_of(plan, outcomes)
