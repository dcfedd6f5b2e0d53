"""The tables of an answer against arithmetic by hand on a dozen made runs: pairs, means, intervals, what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scenarios.base.errors import UserError
from scenarios.compare.plan import SECOND_SEED
from scenarios.runs.parameter_sets import PARAMETER, Draws, write_draws
from scenarios.sweep.answer.effects import EFFECT, LEVEL
from scenarios.sweep.answer.finding import sample_text
from scenarios.sweep.answer.names import names_of
from scenarios.sweep.answer.tables import COLUMNS
from scenarios.sweep.answer.values import END
from scenarios.sweep.plan.baselines import NO_RUN, baseline_runs
from tests.scenarios.sweep.answer.made_sweep import SEATS, SIZE, Made, answered, planned

AXES = [{"grid": {SIZE: [10, 20]}}, {"grid": {SEATS: [0.2, 0.8]}}]
BASELINE = {(0.2, 1): 100.0, (0.2, 2): 120.0, (0.8, 1): 300.0, (0.8, 2): 340.0}
GAIN = {(10, 0.2, 1): 4.0, (10, 0.2, 2): 6.0, (20, 0.2, 1): 9.0, (20, 0.2, 2): 15.0,
        (10, 0.8, 1): -2.0, (10, 0.8, 2): 2.0, (20, 0.8, 1): 1.0, (20, 0.8, 2): 3.0}  # fmt: skip
"""By size, worth of a seat and seed: 4 baselines and 8 runs with workshops."""


def value(made: Made) -> list[float]:
    seats = float(made.values[SEATS])
    level = BASELINE[seats, made.seed]
    if made.scenario == "baseline":
        return [level, 0.5, 0.0]
    gain = GAIN[int(made.values[SIZE]), seats, made.seed]
    return [level + gain, 0.5 + gain / 100, 1e6 * made.values[SIZE]]


def rows(table: pd.DataFrame, indicator: str = "households_settled", **where: Any) -> pd.DataFrame:
    found = table[table["indicator"] == indicator]
    for name, wanted in where.items():
        found = found[found[name] == wanted]
    return found


def test_each_run_is_paired_with_the_baseline_of_its_seed_and_parameters(tmp_path: Path) -> None:
    _, runs = answered(tmp_path, planned(AXES), value)
    assert len(runs) == 12
    for run in runs.to_dict("records"):
        gain = 0.0 if run["scenario"] == "baseline" else GAIN[int(run[SIZE]), run[SEATS], run["seed"]]
        assert run["effect.households_settled"] == gain
    assert [name for name in runs if name.startswith("effect.")] == ["effect.households_settled"]


def test_points_have_their_effect_with_interval_probability_and_counts(tmp_path: Path) -> None:
    answer, _ = answered(tmp_path, planned(AXES), value)
    assert answer.quantity == EFFECT
    points = rows(answer.tables.points, scenario="workshops").set_index([SIZE, SEATS])
    # size 20 at 0.2: gains 9 and 15 on baselines 100 and 120
    one = points.loc[(20.0, 0.2)]
    assert (one["effect"], one["low"], one["high"], one["p_better"]) == (12.0, 9.0, 15.0, 1.0)
    assert (one["baseline"], one["level"], one["level_low"], one["level_high"]) == (110.0, 122.0, 109.0, 135.0)
    assert (one["n_planned"], one["n_runs"], one["n_pairs"]) == (2, 2, 2)
    # size 10 at 0.8: gains -2 and 2, so that one run in two is better
    assert points.loc[(10.0, 0.8)][["effect", "low", "high", "p_better"]].tolist() == [0.0, -2.0, 2.0, 0.5]
    beside = rows(answer.tables.points, scenario="baseline")
    assert beside["effect"].tolist() == [0.0, 0.0]
    assert rows(answer.tables.points, "occupancy", scenario="workshops")["effect"].iloc[0] == pytest.approx(0.05)


def test_an_axis_is_averaged_over_the_others_run_by_run(tmp_path: Path) -> None:
    answer, _ = answered(tmp_path, planned(AXES), value)
    sizes = rows(answer.tables.axis_values, axis=SIZE).set_index("axis_value")
    # size 10: seed 1 (4 - 2) / 2 = 1, seed 2 (6 + 2) / 2 = 4; size 20: (9 + 1) / 2 = 5, (15 + 3) / 2 = 9
    assert sizes.loc["10", ["mean", "low", "high"]].tolist() == [2.5, 1.0, 4.0]
    assert sizes.loc["20", ["mean", "low", "high"]].tolist() == [7.0, 5.0, 9.0]
    assert sizes["x"].tolist() == [10.0, 20.0]
    assert sizes[["n_points", "n_runs", "n_missing"]].to_numpy().tolist() == [[2, 2, 0], [2, 2, 0]]
    ranges = rows(answer.tables.axis_ranges).set_index("axis")
    assert ranges.loc[SIZE, ["worst_value", "best_value", "range", "low", "high"]].tolist() == [
        "10",
        "20",
        4.5,
        4.0,
        5.0,
    ]
    # worth of a seat: at 0.2 seed 1 (4 + 9) / 2 = 6.5, seed 2 (6 + 15) / 2 = 10.5; at 0.8 -0.5 and 2.5
    assert ranges.loc[SEATS, ["best_value", "best", "worst", "range"]].tolist() == ["0.2", 8.5, 1.0, 7.5]
    pair = rows(answer.tables.axis_pairs, axis_value="20", other_value="0.2")
    assert pair[["axis", "other_axis", "mean"]].to_numpy().tolist() == [[SIZE, SEATS, 12.0]]
    assert len(rows(answer.tables.axis_pairs)) == 4


def test_a_choice_is_averaged_over_what_cannot_be_chosen(tmp_path: Path) -> None:
    answer, _ = answered(tmp_path, planned(AXES), value)
    assert answer.choices.assumptions == (SEATS,)
    choices = rows(answer.tables.choices).set_index(SIZE)
    columns = ["mean", "low", "high", "lowest_point", "highest_point", "n_points"]
    assert choices.loc[20.0, columns].tolist() == [7.0, 5.0, 9.0, 2.0, 12.0, 2]


def test_a_failed_run_is_named_and_never_zero(tmp_path: Path) -> None:
    def failing(made: Made) -> list[float] | str:
        fails = made.scenario != "baseline" and (made.values[SIZE], made.values[SEATS], made.seed) == (20, 0.2, 2)
        return "ValueError: no" if fails else value(made)

    answer, runs = answered(tmp_path, planned(AXES), failing)
    assert (answer.failed, answer.left, answer.planned) == (1, 0, 12)
    assert list(answer.messages.values()) == ["ValueError: no"]
    point = rows(answer.tables.points, scenario="workshops").set_index([SIZE, SEATS]).loc[(20.0, 0.2)]
    assert (point["effect"], point["n_planned"], point["n_runs"], point["n_pairs"]) == (9.0, 2, 1, 1)
    assert np.isnan(point["low"])
    assert np.isnan(point["p_better"])
    # seed 1: (9 + 1) / 2 = 5; seed 2 has one point alone: 3
    size = rows(answer.tables.axis_values, axis=SIZE, axis_value="20").iloc[0]
    assert (size["mean"], size["low"], size["high"], size["n_missing"]) == (4.0, 3.0, 5.0, 1)
    assert runs["effect.households_settled"].isna().sum() == 1


def test_without_its_baseline_a_run_has_a_level_and_no_effect(tmp_path: Path) -> None:
    def failing(made: Made) -> list[float] | str | None:
        gone = made.scenario == "baseline" and (made.values[SEATS], made.seed) == (0.8, 1)
        return None if gone else value(made)

    answer, runs = answered(tmp_path, planned(AXES), failing)
    assert (answer.failed, answer.left) == (0, 1)
    point = rows(answer.tables.points, scenario="workshops").set_index([SIZE, SEATS]).loc[(20.0, 0.8)]
    assert (point["level"], point["effect"], point["n_runs"], point["n_pairs"]) == (322.0, 3.0, 2, 1)
    assert runs["effect.households_settled"].isna().sum() == 2


def test_a_sweep_without_baselines_says_levels(tmp_path: Path) -> None:
    answer, runs = answered(tmp_path, planned(AXES, paired=False), value)
    assert answer.quantity == LEVEL
    assert (baseline_runs(answer.plan) == NO_RUN).all()
    assert runs["effect.households_settled"].isna().all()
    assert rows(answer.tables.points)["effect"].isna().all()
    # size 20: seed 1 (109 + 301) / 2 = 205, seed 2 (135 + 343) / 2 = 239
    size = rows(answer.tables.axis_values, axis=SIZE, axis_value="20").iloc[0]
    assert (size["quantity"], size["mean"], size["low"], size["high"]) == (LEVEL, 222.0, 205.0, 239.0)


def test_a_baseline_among_the_scenarios_is_one_as_well(tmp_path: Path) -> None:
    plan = planned([{"grid": {SEATS: [0.2, 0.8]}}], paired=False, scenarios=["baseline", "workshops"])

    def plain(made: Made) -> list[float]:
        return [BASELINE[made.values[SEATS], made.seed] + (5.0 if made.scenario == "workshops" else 0.0), 0.5, 0.0]

    answer, _ = answered(tmp_path, plan, plain)
    assert answer.quantity == EFFECT
    assert rows(answer.tables.points, scenario="workshops")["effect"].tolist() == [5.0, 5.0]


def test_parameters_alone_have_levels(tmp_path: Path) -> None:
    plan = planned([{"grid": {SEATS: [0.2, 0.8]}}], scenarios=["baseline"])
    answer, _ = answered(tmp_path, plan, lambda made: [BASELINE[made.values[SEATS], made.seed], 0.5, 0.0])
    assert answer.quantity == LEVEL
    assert rows(answer.tables.axis_values, axis=SEATS)["mean"].tolist() == [110.0, 320.0]


def test_one_seed_claims_no_interval(tmp_path: Path) -> None:
    answer, _ = answered(tmp_path, planned(AXES, seeds=1), value)
    for name, table in answer.tables._asdict().items():
        if len(table):
            assert table[["low", "high"]].isna().all(axis=None), name
            assert table.get("p_better", pd.Series(dtype=float)).isna().all(), name
    assert rows(answer.tables.points, scenario="workshops")["effect"].tolist() == [4.0, -2.0, 9.0, 1.0]


def test_a_size_of_zero_is_the_baseline_and_has_no_effect(tmp_path: Path) -> None:
    plan = planned([{"grid": {SIZE: [0, 10]}}])

    def plain(made: Made) -> list[float]:
        return [100.0 * made.seed + float(made.values[SIZE]), 0.5, 0.0]

    answer, _ = answered(tmp_path, plan, plain)
    points = rows(answer.tables.points, scenario="workshops").set_index(SIZE)
    assert points["effect"].tolist() == [0.0, 10.0]
    assert points["p_better"].tolist() == [0.5, 1.0]


def test_many_values_are_cut_into_groups_of_as_many(tmp_path: Path) -> None:
    plan = planned([{"grid": {SIZE: list(range(1, 21))}}], seeds=1)
    answer, _ = answered(tmp_path, plan, lambda made: [100.0 + float(made.values[SIZE]), 0.5, 0.0])
    groups = rows(answer.tables.axis_values, axis=SIZE)
    assert groups["axis_value"].tolist() == ["1 .. 4", "5 .. 8", "9 .. 12", "13 .. 16", "17 .. 20"]
    assert groups["mean"].tolist() == groups["x"].tolist() == [2.5, 6.5, 10.5, 14.5, 18.5]


def test_keys_of_a_list_are_one_axis(tmp_path: Path) -> None:
    listed = [{SIZE: 10, "levers.workshops.start": "2020-01"}, {SIZE: 20, "levers.workshops.start": "2021-01"}]
    plan = planned([{"list": listed}], seeds=1)
    answer, _ = answered(tmp_path, plan, lambda made: [float(made.values[SIZE]), 0.5, 0.0])
    assert [factor.name for factor in answer.factors] == [f"{SIZE} + levers.workshops.start"]
    assert rows(answer.tables.axis_values)["mean"].tolist() == [10.0, 20.0]


def test_a_choice_on_an_assumed_link_has_no_rank(tmp_path: Path) -> None:
    title = "levers.housing_title.size"
    plan = planned([{"grid": {title: [0, 1]}}, {"grid": {SIZE: [10]}}])
    answer, _ = answered(tmp_path, plan, lambda made: [100.0 + 9 * float(made.values[title]), 0.5, 0.0])
    assert rows(answer.tables.choices).set_index(title)["ranked"].to_dict() == {0.0: 1, 1.0: 0}


def test_no_run_at_all_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no run of this sweep has a number"):
        answered(tmp_path, planned(AXES), lambda made: "ValueError: no")


def test_tables_are_tidy(tmp_path: Path) -> None:
    answer, _ = answered(tmp_path, planned(AXES), value)
    for name, columns in COLUMNS.items():
        assert [column for column in getattr(answer.tables, name) if "." not in column] == list(columns)
    assert list(answer.tables.points)[:4] == ["scenario", SIZE, SEATS, "month"]
    keys = ["scenario", SIZE, SEATS, "month", "indicator"]
    assert not answer.tables.points.duplicated(keys).any()
    assert not answer.tables.axis_values.duplicated(["scenario", "axis", "axis_value", "month", "indicator"]).any()


def test_draws_are_the_sample_and_each_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = pd.DataFrame({"draw": [0, 1, 2], "seed": [1, 2, 3], f"{PARAMETER}residence.seat_worth": [0.2, 0.4, 0.6]})
    write_draws(tmp_path / "prior.csv", Draws(table, {}))
    monkeypatch.setattr("scenarios.sweep.plan.draws.PRIOR_FILE", tmp_path / "prior.csv")
    plan = planned([AXES[0], {"draws": {"n": 3, "table": "prior"}}])

    def by_draw(made: Made) -> list[float] | str:
        if made.scenario == "baseline":
            return [100.0, 0.5, 0.0]
        draw, second = made.seed % SECOND_SEED - 1, made.seed >= SECOND_SEED
        if draw == 2 and second:
            return "ValueError: no"
        return [100.0 + 10.0 * draw + 4.0 * second + made.values[SIZE] / 10, 0.5, 0.0]

    answer, runs = answered(tmp_path / "sweep", plan, by_draw)
    text = sample_text(answer, names_of(plan, "en"))
    assert text == "The runs of a point are 3 draws of the parameters (prior: not calibrated) with 2 seeds each."
    assert set(runs["draw"]) == {0, 1, 2}
    assert [factor.name for factor in answer.factors] == [SIZE]
    # size 10: draw 0 gains 1 and 5, draw 1 gains 11 and 15, draw 2 gains 21 alone: (3 + 13 + 21) / 3
    point = rows(answer.tables.points, scenario="workshops").set_index(SIZE).loc[10.0]
    assert point["effect"] == pytest.approx(37 / 3)
    assert (point["low"], point["high"], point["p_better"]) == (1.0, 21.0, 1.0)
    assert (point["n_planned"], point["n_pairs"]) == (6, 5)


def test_runs_that_end_in_different_months_are_told_at_their_own_end(tmp_path: Path) -> None:
    plan = planned([{"grid": {"end": ["2021-12", "2022-12"]}}], set={"population.size": "town"})

    def by_end(made: Made) -> list[float]:
        late = made.values["end"] == "2022-12"
        return [100.0 + 50.0 * late + (1.0 + 2.0 * late) * (made.scenario == "workshops"), 0.5, 0.0]

    answer, runs = answered(tmp_path, plan, by_end)
    assert set(runs["month"]) == {"2021-12", "2022-12"}
    assert answer.main.month == END
    assert rows(answer.tables.axis_values, axis="end")["mean"].tolist() == [1.0, 3.0]
    assert answer.choices.assumptions == ("end",)


def test_an_output_without_any_number_gives_way_to_the_next(tmp_path: Path) -> None:
    plan = planned(AXES[:1], outputs=["income_per_head", "occupancy"])
    answer, _ = answered(tmp_path, plan, lambda made: [np.nan, 0.5 + (made.values[SIZE] or 0.0) / 100])
    assert answer.main.name == "occupancy"
    assert rows(answer.tables.choices, "occupancy")["mean"].tolist() == pytest.approx([0.1, 0.2])
    assert rows(answer.tables.choices, "income_per_head")["mean"].isna().all()
