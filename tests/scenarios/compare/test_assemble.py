"""The tables of a comparison: they summarise runs.parquet, add up, and hold the columns that others read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.compare.assemble import Results, tables_of
from scenarios.compare.indicators import COMPARED, RANKED, RECORDED
from scenarios.compare.measure import history_names
from scenarios.compare.plan import make_plan
from scenarios.compare.report_rows import report_rows
from scenarios.compare.runs_file import write_runs
from scenarios.compare.summary import sample_of
from scenarios.compare.tables import COLUMNS, Tables, read_tables, write_tables
from scenarios.runs.parameter_sets import (
    PARAMETER,
    PATTERN,
    TARGET,
    Draws,
)
from scenarios.settings.config import RunConfig
from simulation.records.indicators import GROUPS
from simulation.state.entities import STATES
from tests.scenarios.compare.conftest import DRAWN

KEYS = ["scenario", "indicator", "group", "month"]


@pytest.fixture(scope="module")
def tables(results: Results) -> Tables:
    """The tables of the town's runs."""
    return tables_of(results)


@pytest.fixture(scope="module")
def by_draw(results: Results, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """runs.parquet, the seeds of a draw averaged: one row for each scenario, indicator, group, month and draw."""
    path = tmp_path_factory.mktemp("runs") / "runs.parquet"
    write_runs(path, results)
    runs = pd.read_parquet(path)
    plain = runs.astype({name: "object" for name in runs.columns if isinstance(runs[name].dtype, pd.CategoricalDtype)})
    return plain.groupby([*KEYS, "draw"], as_index=False)["value"].mean()


def hand_made(configs: dict[str, RunConfig], seeds: int, **typed: list[list[float]]) -> Results:
    """Return results of `seeds` draws in which all is 0 but what is typed: for each indicator, runs by scenarios."""
    rows = [{"draw": i, "seed": i + 1, f"{PARAMETER}{DRAWN}": 0.1 * i} for i in range(seeds)]
    draws = Draws(pd.DataFrame(rows), {"contraction": {DRAWN: 0.1}})
    plan = make_plan(configs, draws, seeds, 0, n_sites=3)
    names = plan.columns.names()
    blank = np.zeros((len(plan.runs), len(configs), len(names)))
    needs = np.zeros((len(plan.runs), len(configs), 3))
    past = np.zeros((len(plan.runs), len(history_names(plan.columns.months[0]))))
    made = Results(plan, sample_of(plan.runs), names, blank, past, needs)
    for indicator, values in typed.items():
        blank[:, :, made.column(indicator)] = values
    return made


def last(table: pd.DataFrame, **where: str) -> pd.DataFrame:
    for name, value in where.items():
        table = table[table[name] == value]
    return table[table["month"] == table["month"].max()] if "month" in table else table


# What they summarise


def test_tables_have_their_columns(tables: Tables) -> None:
    for name, table in tables._asdict().items():
        assert tuple(table.columns) == COLUMNS[name], name
        if name not in ("report", "structures"):  # these three draws say nothing of the report, and are too few
            assert len(table), name


def test_effects_are_differences_of_the_runs(tables: Tables, by_draw: pd.DataFrame) -> None:
    means = by_draw[by_draw["indicator"].isin(COMPARED)].groupby(KEYS)["value"].mean()
    effects = tables.effects.set_index(KEYS)
    assert set(effects.index.get_level_values("scenario")) == set(means.index.get_level_values("scenario")) - {
        "baseline"
    }
    own = means[effects.index].to_numpy()
    base = means[[("baseline", *key[1:]) for key in effects.index]].to_numpy()
    assert effects["baseline"].to_numpy() == pytest.approx(base, rel=1e-9, abs=1e-9)
    assert effects["effect"].to_numpy() == pytest.approx(own - base, rel=1e-9, abs=1e-6)
    assert (effects["low"] <= effects["high"]).all()
    assert set(effects["n_draws"]) == {3}
    assert set(effects["n_seeds"]) == {4}
    groups = means.drop("baseline").loc[lambda m: m.index.get_level_values("group").isin(GROUPS)]  # sites apart
    assert set(groups.index) == set(effects.index)


def test_effects_of_two_groups_add_up_to_all(tables: Tables) -> None:
    counts = [c.name for c in RECORDED if c.unit in ("households", "persons")]
    effects = last(tables.effects).set_index(["scenario", "indicator", "group"])["effect"]
    seen = 0.0
    for scenario in ("workshops", "school_gap", "workshops_and_school_gap"):
        for name in counts:
            parts = effects[scenario, name, "registered_poor"] + effects[scenario, name, "not_registered_poor"]
            assert parts == pytest.approx(effects[scenario, name, "all"], abs=1e-6), (scenario, name)
            seen += abs(parts)
    assert seen > 10


def test_better_follows_the_indicator(tables: Tables) -> None:
    effects = last(tables.effects, scenario="workshops", group="all").set_index("indicator")
    assert effects.loc["without_work", "better"] == "lower"
    assert effects.loc["without_work", "effect"] < 0
    assert effects.loc["without_work", "p_better"] > 0.5
    assert effects.loc["employed", "effect"] > 0
    assert effects.loc["employed", "p_better"] == 1.0
    assert effects["p_better"].isna().tolist() == (effects["better"] == "none").tolist()


def test_paths_begin_in_2016_for_the_baseline(tables: Tables, by_draw: pd.DataFrame) -> None:
    paths = tables.paths.set_index(["scenario", "indicator", "month"])
    means = by_draw[by_draw["group"] == "all"].groupby(["scenario", "indicator", "month"])["value"].mean()
    for key in (
        ("baseline", "households_settled", "2017-03"),
        ("baseline", "employed", "2024-12"),
        ("workshops", "employed", "2022-05"),
        ("school_gap", "children_without_seat", "2023-09"),
    ):
        assert paths.loc[key, "mean"] == pytest.approx(means[key])
        assert paths.loc[key, "low"] <= paths.loc[key, "mean"] <= paths.loc[key, "high"]
    first = tables.paths.groupby("scenario")["month"].min()
    assert first.to_dict() == {name: "2016-01" if name == "baseline" else "2020-01" for name in first.index}
    assert not tables.paths.duplicated(["scenario", "indicator", "month"]).any()


def test_money_adds_up(tables: Tables, by_draw: pd.DataFrame) -> None:
    spent = tables.costs.groupby("scenario")["yuan"].sum()
    totals = tables.cost_effect.set_index("scenario")["yuan"]
    effects = last(tables.effects, indicator="public_money", group="all").set_index("scenario")["effect"]
    for name in ("workshops", "school_gap", "workshops_and_school_gap"):
        assert spent[name] == pytest.approx(totals[name])
        assert effects[name] == pytest.approx(totals[name])
        assert totals[name] > 0
    assert set(tables.costs.loc[tables.costs["scenario"] == "workshops_and_school_gap", "lever"]) == {
        "workshops",
        "school_gap",
    }


def test_switches_sites_and_settled_households_agree(tables: Tables) -> None:
    effects = last(tables.effects, indicator="households_settled", group="all").set_index("scenario")["effect"]
    for name, effect in effects.items():
        switched = tables.switches[tables.switches["scenario"] == name]
        assert len(switched) == (len(STATES) - 1) * (len(STATES) - 2)
        into = switched.loc[switched["to_state"] == "settled", "households"].sum()
        out = switched.loc[switched["from_state"] == "settled", "households"].sum()
        assert into - out == pytest.approx(effect, abs=1e-9)
        sites = tables.sites[tables.sites["scenario"] == name]
        assert sites["effect"].sum() == pytest.approx(effect, abs=1e-9)
        assert sites["need"].sum() == pytest.approx(1.0)


def test_everybody_has_one_rank(tables: Tables, results: Results) -> None:
    assert set(tables.ranks["indicator"]) == set(RANKED)
    assert tables.ranks.groupby(["indicator", "scenario"])["probability"].sum().tolist() == pytest.approx([1.0] * 12)
    assert sorted(set(tables.ranks["rank"])) == [1, 2, 3, 4]


def test_written_tables_come_back(tables: Tables, tmp_path: Path) -> None:
    write_tables(tmp_path / "tables", tables)
    found = read_tables(tmp_path / "tables")
    for name, table in tables._asdict().items():
        plain = table.reset_index(drop=True).replace({"": np.nan})  # a parameter that is not named is an empty cell
        pd.testing.assert_frame_equal(found._asdict()[name], plain, check_dtype=False, rtol=1e-9, obj=name)


def test_a_wrong_column_names_its_file(tables: Tables, tmp_path: Path) -> None:
    write_tables(tmp_path, tables)
    sites = pd.read_csv(tmp_path / "sites.csv")
    sites.rename(columns={"need": "needs"}).to_csv(tmp_path / "sites.csv", index=False)
    with pytest.raises(ValueError, match=r"sites\.csv .*needs.* expected .*need"):
        read_tables(tmp_path)


# By hand


def test_interactions_by_hand(configs: dict[str, RunConfig]) -> None:
    # Settled, baseline 100: alone +10 and +5, together +30: 30 - (10 + 5) = 15 beyond the sum; in the second draw
    # +8, +2, +9: 9 - 10 = -1. Mean 7; positive in one draw of two.
    made = hand_made(configs, 2, households_settled=[[100, 110, 105, 130], [100, 108, 102, 109]])
    found = tables_of(made).interactions.set_index("indicator").loc["households_settled"]
    assert (found["scenario"], found["parts"]) == ("workshops_and_school_gap", "workshops+school_gap")
    assert (found["effect"], found["low"], found["high"], found["p_positive"]) == (7.0, -1.0, 15.0, 0.5)
    assert (found["unit"], found["month"]) == ("households", "2024-12")


def test_without_the_parts_there_is_no_interaction(configs: dict[str, RunConfig]) -> None:
    three = {name: config for name, config in configs.items() if name != "school_gap"}
    assert tables_of(hand_made(three, 2)).interactions.empty


def test_cost_over_effect_by_hand(configs: dict[str, RunConfig]) -> None:
    # Yuan 900 and 1,100: mean 1,000. Household-years 8 - 6 = 2 and 14 - 6 = 8: mean 5. 1,000 / 5 = 200 a year, between
    # 1,100 / 8 = 137.5 and 900 / 2 = 450 by draw. The third scenario loses a year for its money: no ratio at all.
    two = {name: configs[name] for name in ("baseline", "workshops", "school_gap")}
    made = hand_made(
        two, 2, public_money=[[0, 900, 70], [0, 1100, 70]], household_years_settled=[[6, 8, 5], [6, 14, 5]]
    )
    found = tables_of(made).cost_effect.set_index("scenario")
    gains = found.loc["workshops"]
    assert (gains["yuan"], gains["household_years"], gains["p_gain"]) == (1000.0, 5.0, 1.0)
    assert (gains["household_years_low"], gains["household_years_high"]) == (2.0, 8.0)
    assert (gains["yuan_per_household_year"], gains["yuan_low"], gains["yuan_high"]) == (200.0, 137.5, 450.0)
    loses = found.loc["school_gap"]
    assert (loses["household_years"], loses["p_gain"]) == (-1.0, 0.0)
    assert loses[["yuan_per_household_year", "yuan_low", "yuan_high"]].isna().all()


@pytest.mark.parametrize(("losing", "low", "high"), [(0, 10.0, 10.0), (1, 10.0, None), (2, None, None)])
def test_a_cost_per_year_has_an_interval_if_nine_in_ten_gain(
    configs: dict[str, RunConfig], losing: int, low: float | None, high: float | None
) -> None:
    # Of 11 draws one does not gain: .909; its price is beyond every number, and so is the 95th percentile. Two: .818.
    two = {name: configs[name] for name in ("baseline", "workshops")}
    years = [[0.0, -1.0 if i < losing else 2.0] for i in range(11)]
    found = tables_of(hand_made(two, 11, public_money=[[0.0, 20.0]] * 11, household_years_settled=years)).cost_effect
    assert found["p_gain"].iloc[0] == pytest.approx((11 - losing) / 11)
    assert [None if np.isnan(value) else value for value in found[["yuan_low", "yuan_high"]].iloc[0]] == [low, high]
    assert found["yuan_per_household_year"].iloc[0] == pytest.approx(20 * 11 / (2 * (11 - losing) - losing))


def test_ranks_by_hand(configs: dict[str, RunConfig]) -> None:
    # first draw: 4, 3, 1, 1 (a tie at the top leaves no second); second: 4, 3, 2, 1
    made = hand_made(configs, 2, persons_resident=[[5, 6, 9, 9], [1, 2, 3, 4]])
    found = tables_of(made).ranks
    own = found[found["indicator"] == "persons_resident"].pivot(index="scenario", columns="rank", values="probability")
    assert own.loc["baseline"].tolist() == [0.0, 0.0, 0.0, 1.0]
    assert own.loc["workshops"].tolist() == [0.0, 0.0, 1.0, 0.0]
    assert own.loc["workshops_and_school_gap"].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert own.loc["school_gap"].tolist() == [0.5, 0.5, 0.0, 0.0]


def test_draws_against_the_report(configs: dict[str, RunConfig]) -> None:
    # 40,558 employed, within 906: 39,652 to 41,464; two of four draws. Both ends .15 to .45: three of four.
    table = pd.DataFrame(
        {
            f"{TARGET}employed": [40_558.0, 41_464.0, 41_465.0, 39_000.0],
            f"{PATTERN}both_ends_apparent": [0.15, 0.2, 0.45, 0.46],
        }
    )
    found = report_rows(Draws(table, {}), configs["baseline"]).set_index("id")
    assert found.loc["employed", "share_met"] == 0.5
    assert (found.loc["employed", "band_low"], found.loc["employed", "band_high"]) == (39_652, 41_464)
    assert found.loc["employed", "median"] == (40_558 + 41_464) / 2
    assert found.loc["both_ends_apparent", "share_met"] == 0.75
    assert found["kind"].tolist() == ["target", "pattern"]


def test_the_interval_beside_the_report_leaves_a_twentieth_of_the_draws_at_each_end(
    configs: dict[str, RunConfig],
) -> None:
    table = pd.DataFrame({f"{TARGET}employed": np.arange(40_000.0, 40_021.0)})  # 21 draws, 20 steps
    found = report_rows(Draws(table, {}), configs["baseline"]).set_index("id").loc["employed"]
    assert found[["low", "median", "high"]].tolist() == pytest.approx([40_001, 40_010, 40_019])
