"""runs.parquet: every value of every run, once, under its own name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenarios.compare.assemble import Results
from scenarios.compare.indicators import CITY, NEED, RECORDED
from scenarios.compare.measure import history_names
from scenarios.compare.runs_file import write_runs
from scenarios.compare.tables import RUNS_COLUMNS
from simulation.foundations.months import month_label

KEY = ["scenario", "draw", "seed", "indicator", "group", "month"]


@pytest.fixture(scope="module")
def runs(results: Results, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The file, with plain texts for names."""
    path = tmp_path_factory.mktemp("runs") / "runs.parquet"
    write_runs(path, results)
    table = pd.read_parquet(path)
    assert tuple(table.columns) == RUNS_COLUMNS
    return table.astype(
        {name: "object" for name in table.columns if isinstance(table[name].dtype, pd.CategoricalDtype)}
    )


def test_every_value_has_one_row(runs: pd.DataFrame, results: Results) -> None:
    n_runs, n_scenarios, n_sites = results.needs.shape
    kept = (
        int((~np.isnan(results.values)).sum() + (~np.isnan(results.history)).sum())
        + n_runs * (n_scenarios - 1) * n_sites
    )
    assert len(runs) == kept
    assert np.isnan(results.values).any()  # nobody employed, in February
    assert not runs["value"].isna().any()
    assert not runs.duplicated(KEY).any()
    assert list(dict.fromkeys(runs["scenario"])) == results.plan.scenarios
    assert set(runs["reading"]) == {"default"}
    assert {(run.draw, run.seed) for run in results.plan.runs} == set(zip(runs["draw"], runs["seed"], strict=True))


def test_values_stand_under_their_names(runs: pd.DataFrame, results: Results) -> None:
    by_name = runs.set_index(KEY)["value"]
    rng = np.random.default_rng(1)
    for _ in range(60):
        r, s, c = (int(rng.integers(n)) for n in results.values.shape)
        run, (name, group, month) = results.plan.runs[r], results.names[c]
        key = (results.plan.scenarios[s], run.draw, run.seed, name, group, month_label(month))
        if np.isnan(results.values[r, s, c]):
            assert key not in by_name.index
        else:
            assert by_name[key] == results.values[r, s, c]


def test_the_past_is_the_baselines_and_need_the_scenarios(runs: pd.DataFrame, results: Results) -> None:
    past = runs[(runs["month"] < "2020-01") & (runs["indicator"] != NEED)]
    assert set(past["scenario"]) == {"baseline"}
    assert set(past["indicator"]) == {indicator.name for indicator in (*RECORDED, *CITY)}
    run = results.plan.runs[2]
    named = dict(zip(history_names(48), results.history[2], strict=True))
    own = past[(past["seed"] == run.seed) & (past["month"] == "2018-07")].set_index("indicator")["value"]
    assert own.to_dict() == {name: value for (name, month), value in named.items() if month == "2018-07"}
    need = runs[runs["indicator"] == NEED]
    assert set(need["scenario"]) == set(results.plan.scenarios[1:])
    assert set(need["month"]) == {"2019-12"}
    one = need[(need["scenario"] == "school_gap") & (need["seed"] == run.seed)].sort_values("group")
    assert one["value"].tolist() == results.needs[2, 2].tolist()
