"""Effects before calibration: rows by hand, which rows speak for a comparison, and what is run where none does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.compare import prior_effects
from scenarios.compare.assemble import Results
from scenarios.compare.indicators import BASED
from scenarios.compare.measure import history_names
from scenarios.compare.plan import Plan, make_plan, plan_comparison
from scenarios.compare.prior_effects import (
    PRIOR_COLUMNS,
    effects_before,
    prior_rows,
    scenario_digest,
    write_prior_effects,
)
from scenarios.compare.summary import sample_of
from scenarios.entries.comparing import COMPARE
from scenarios.runs.parameter_sets import PARAMETER, Draws
from scenarios.settings.config import RunConfig, compose_run
from tests.scenarios.brief.town import make_draws

TOWN = "population.size=town"


@pytest.fixture
def made(configs: dict[str, RunConfig]) -> Results:
    """Two draws of three scenarios: workshops settles 10 and 20 more, school_gap 30 more and 4 fewer."""
    three = {name: configs[name] for name in ("baseline", "workshops", "school_gap")}
    draws = Draws(pd.DataFrame({"draw": [0, 1], "seed": [1, 2], f"{PARAMETER}residence.seat_worth": [0.5, 1.0]}), {})
    plan = make_plan(three, draws, 2, 0, n_sites=3)
    names = plan.columns.names()
    values = np.zeros((2, 3, len(names)))
    past = np.zeros((2, len(history_names(plan.columns.months[0]))))
    found = Results(plan, sample_of(plan.runs), names, values, past, np.zeros((2, 3, 3)))
    values[:, :, found.column("households_settled")] = [[100.0, 110.0, 130.0], [100.0, 120.0, 96.0]]
    return found


@pytest.fixture
def table(made: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """The rows of `made` as the committed table."""
    path, rows = tmp_path / "prior_effects.csv", prior_rows(made)
    write_prior_effects(path, rows, {"draws": 2})
    stored = prior_effects.stored_prior_effects(path)
    monkeypatch.setattr(prior_effects, "stored_prior_effects", lambda: stored)
    return rows


def test_rows_by_hand(made: Results) -> None:
    rows = prior_rows(made)
    assert tuple(rows.columns) == PRIOR_COLUMNS
    assert set(rows["indicator"]) == set(BASED)
    settled = rows[rows["indicator"] == "households_settled"].set_index("scenario")
    assert settled["effect"].to_dict() == {"workshops": 15.0, "school_gap": 13.0}
    assert settled.loc["school_gap", ["low", "high"]].tolist() == [-4.0, 30.0]
    assert settled["p_first"].to_dict() == {"workshops": 0.5, "school_gap": 0.5}  # one draw each


def test_rows_of_the_same_scenarios_are_read(made: Results, table: pd.DataFrame) -> None:
    found = effects_before(made.plan, 0)
    assert found["effect"].tolist() == table["effect"].tolist()
    assert found["p_first"].tolist() == table["p_first"].tolist()
    # under another name it is the same scenario
    renamed = {"mine" if name == "workshops" else name: config for name, config in made.plan.configs.items()}
    assert set(effects_before(replace(made.plan, configs=renamed), 0)["scenario"]) == {"mine", "school_gap"}


def test_a_place_among_other_scenarios_is_not_told(made: Results, table: pd.DataFrame) -> None:
    fewer = {name: config for name, config in made.plan.configs.items() if name != "school_gap"}
    found = effects_before(replace(made.plan, configs=fewer), 0)
    assert set(found["scenario"]) == {"workshops"}
    assert found["p_first"].isna().all()
    assert len(table) == 2 * len(found)


@pytest.mark.parametrize("word", ["levers.workshops.size=60", "end=2023-12", "reading.labour_scope=all"])
def test_another_size_end_or_reading_is_another_scenario(made: Results, table: pd.DataFrame, word: str) -> None:
    other = compose_run([TOWN, "scenario=workshops", word])
    assert scenario_digest(other) != scenario_digest(made.plan.configs["workshops"])
    changed = replace(made.plan, configs={"baseline": made.plan.base, "workshops": other})
    assert effects_before(changed, 0).empty  # and none are run
    assert len(table)


def test_a_table_of_other_sources_is_not_read(
    made: Results, table: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prior_effects, "source_hash", lambda name: "0" * 64)
    assert effects_before(made.plan, 0).empty
    assert len(table)


def test_without_a_table_and_without_draws_nothing_is_known(
    made: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A brief then says so: tests/scenarios/brief/test_missing.py."""
    stored = prior_effects.stored_prior_effects(tmp_path / "none.csv")
    monkeypatch.setattr(prior_effects, "stored_prior_effects", lambda: stored)
    monkeypatch.setattr(prior_effects, "PRIOR_FILE", tmp_path / "none.csv")
    found = effects_before(made.plan, 2)
    assert found.empty
    assert set(PRIOR_COLUMNS) <= set(found.columns)


def test_what_the_table_lacks_is_run_on_draws_of_the_prior(table: pd.DataFrame, tmp_path: Path) -> None:
    words = [TOWN, "end=2020-12", f"draws_file={make_draws(tmp_path)}", "scenarios=workshops", "processes=1"]
    plan: Plan = plan_comparison(COMPARE.call([*words, "draws=2", "second_seeds=0"]))
    seen: list[tuple[int, int]] = []
    found = effects_before(plan, 2, lambda done, of: seen.append((done, of)))
    assert seen == [(1, 2), (2, 2)]
    assert set(found["n_draws"]) == {2}
    assert set(found["indicator"]) == set(BASED)
    assert found.set_index("indicator")["effect"]["net_jobs"] != 0.0
    assert found["p_first"].isna().all()
    assert len(table)
