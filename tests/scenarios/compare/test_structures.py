"""What the choice between two rules changes: means over thirds of the draws, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenarios.base.labels import LANGUAGES, label
from scenarios.compare.plan import Plan, make_plan
from scenarios.compare.structures import HIGH, LOW, STRUCTURES, structures_table
from scenarios.compare.summary import sample_of
from scenarios.compare.tables import COLUMNS
from scenarios.runs.parameter_sets import PARAMETER, Draws
from scenarios.settings.config import RunConfig

TITLE = STRUCTURES[0]
RANKED = ("housing_title", "seats", "a")
SHARES = [0.9, 0.1, 0.5, 0.2, 0.8, 0.4, 0.3, 1.0, 0.6]


def planned(configs: dict[str, RunConfig], shares: list[float], second: int = 0) -> Plan:
    rows = [{"draw": i, "seed": i + 1, f"{PARAMETER}{TITLE}": share} for i, share in enumerate(shares)]
    return make_plan(configs, Draws(pd.DataFrame(rows), {"contraction": {}}), len(shares), second, n_sites=3)


def test_each_third_has_its_own_mean_and_rank(configs: dict[str, RunConfig]) -> None:
    plan = planned(configs, SHARES)
    title = np.array([90.0, 10.0, 50.0, 20.0, 80.0, 40.0, 30.0, 100.0, 60.0])
    seats = np.full(9, 50.0)
    settled = "households_settled"
    table = structures_table(
        plan, sample_of(plan.runs), {("housing_title", settled): title, ("seats", settled): seats}, RANKED
    )
    assert list(table.columns) == list(COLUMNS["structures"])
    found = {(row["end"], row["scenario"]): row for row in table.to_dict("records")}
    assert found[LOW, "housing_title"]["effect"] == pytest.approx((10 + 20 + 30) / 3)
    assert found[HIGH, "housing_title"]["effect"] == pytest.approx((90 + 80 + 100) / 3)
    assert found[LOW, "housing_title"]["value"] == pytest.approx(0.2)
    assert found[HIGH, "seats"]["value"] == pytest.approx(0.9)
    assert (found[LOW, "housing_title"]["rank"], found[LOW, "seats"]["rank"]) == (2, 1)
    assert (found[HIGH, "housing_title"]["rank"], found[HIGH, "seats"]["rank"]) == (1, 2)
    assert set(table["n_draws"]) == {3}
    assert (found[HIGH, "housing_title"]["p_first"], found[HIGH, "seats"]["p_first"]) == (1.0, 0.0)
    assert (found[HIGH, "housing_title"]["ahead_of"], found[HIGH, "seats"]["ahead_of"]) == ("seats", "")
    assert (found[LOW, "housing_title"]["ahead_of"], found[LOW, "seats"]["ahead_of"]) == ("", "housing_title")


def test_a_draw_with_two_seeds_counts_once(configs: dict[str, RunConfig]) -> None:
    plan = planned(configs, SHARES, second=2)
    values = np.array([7.0 if run.seed == plan.runs[0].seed else 1.0 for run in plan.runs])
    assert len(values) == 11
    table = structures_table(plan, sample_of(plan.runs), {("a", "households_settled"): values}, RANKED)
    by_end = dict(zip(table["end"], table["effect"], strict=True))
    assert by_end[HIGH] == pytest.approx(((7 + 1) / 2 + 1 + 1) / 3)


def test_too_few_draws_and_a_fixed_parameter_give_no_rows(configs: dict[str, RunConfig]) -> None:
    few = planned(configs, SHARES[:8])
    assert structures_table(few, sample_of(few.runs), {("a", "households_settled"): np.ones(8)}, RANKED).empty
    plan = planned(configs, SHARES)
    table = structures_table(plan, sample_of(plan.runs), {("a", "households_settled"): np.ones(9)}, RANKED)
    assert set(table["parameter"]) == {TITLE}


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_ends_of_each_structure_have_a_name(language: str) -> None:
    names = [label(f"structure_{end}.{parameter}", language) for parameter in STRUCTURES for end in (LOW, HIGH)]
    assert len(set(names)) == 2 * len(STRUCTURES)
