"""Diaries: they say what the model's state says, by a stated rule, in the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

import scenarios.households.diaries.chart
from scenarios.base.errors import UserError
from scenarios.base.labels import LANGUAGES, LabelError
from scenarios.base.output.folders import read_manifest
from scenarios.entries.comparing import DIARIES, MOST_HOUSEHOLDS
from scenarios.entries.comparing import DIARIES_SCENARIO as SCENARIO
from scenarios.households.diaries.chart import draw_diaries
from scenarios.households.diaries.choice import (
    ASKED,
    WHO_COLUMNS,
    choose_households,
    spread_over,
)
from scenarios.households.diaries.command import (
    open_configs,
)
from scenarios.households.diaries.runs import make_diaries
from scenarios.households.diaries.tables import (
    KEPT,
    Diaries,
    change_table,
    read_diaries,
    who_table,
)
from scenarios.pages.chart_style import chart_style
from scenarios.population.load import load_population
from scenarios.settings.config import RunConfig, compose_run
from scenarios.settings.schema import BASE
from simulation.foundations.months import POLICY_MONTH, month_label
from simulation.model import Model
from simulation.state.entities import STATES
from simulation.state.population import Population

TOWN = "population.size=town"
START = month_label(POLICY_MONTH)
FILES = ["diaries.parquet", "diaries.png", "diaries.svg", "households.csv", "manifest.json", "scenarios.csv"]


@pytest.fixture(scope="module")
def configs() -> tuple[RunConfig, RunConfig]:
    return compose_run([TOWN]), compose_run([TOWN, f"scenario={SCENARIO}"])


@pytest.fixture(scope="module")
def town(configs: tuple[RunConfig, RunConfig]) -> Population:
    return load_population(configs[0])


@pytest.fixture(scope="module")
def every(town: Population, configs: tuple[RunConfig, RunConfig]) -> Diaries:
    """The diaries of all households of the town."""
    return make_diaries(town, *configs, range(len(town.households)))


@pytest.fixture(scope="module")
def ten(town: Population, configs: tuple[RunConfig, RunConfig]) -> Diaries:
    return make_diaries(town, *configs)


# Rows


@pytest.mark.parametrize("scenario", [0, 1])
def test_rows_are_the_state_of_a_full_run(
    every: Diaries, town: Population, configs: tuple[RunConfig, RunConfig], scenario: int
) -> None:
    config = configs[scenario]
    model = Model(town, config.parameters, config.policy, config.seed, config.months, False, config.future)
    rows = every.months[every.months["scenario"] == config.scenario]
    months = dict(list(rows.groupby("month")))
    assert len(months) == config.months
    while model.month < model.months:
        model.step()
        month = months[model.label]
        assert month["household"].tolist() == list(range(len(town.households)))
        households = model.state.households
        assert month["state"].tolist() == [STATES[state] for state in households.state]
        for name in KEPT:
            np.testing.assert_array_equal(month[name].to_numpy(), getattr(households, name), err_msg=name)


def test_both_runs_are_equal_until_the_levers_start(every: Diaries) -> None:
    ours, theirs = (
        every.months[every.months["scenario"] == name].drop(columns="scenario").reset_index(drop=True)
        for name in every.scenarios["scenario"]
    )
    before = ours["month"] < START
    pd.testing.assert_frame_equal(ours[before], theirs[before])
    assert (ours.loc[~before, "state"] != theirs.loc[~before, "state"]).any()
    assert every.scenarios["levers_start"].tolist() == ["", START]
    firsts = [every.first_difference(household) for household in every.households["household"]]
    assert min(first for first in firsts if first is not None) >= POLICY_MONTH


def test_levers_from_the_first_month(town: Population) -> None:
    scenario = compose_run([TOWN, "scenario=workshops", "levers.workshops.start=2016-01"])
    diaries = make_diaries(town, compose_run([TOWN]), scenario, (3, 1))
    assert diaries.households["household"].tolist() == [3, 1]
    assert set(diaries.households["chosen"]) == {ASKED}
    assert len(diaries.months) == 2 * 2 * scenario.months


# The rule


def report_of(states: list[tuple[bool, int, int]]) -> pd.DataFrame:
    poor, children, labourers = zip(*states, strict=True)
    columns = {"poor": poor, "school_age": children, "labourers": labourers}
    return pd.DataFrame({"household": range(len(states)), "state": "settled", **columns})


def test_the_rule_on_households_by_hand() -> None:
    # 0-7: registered poor, children, labour (group 0): place 1 * 8 // 16 = 0 of the list, household 0
    # 8-15: not registered poor, nothing (group 7): place 15 * 8 // 16 = 7, household 15
    report = report_of([(True, 1, 2)] * 8 + [(False, 0, 0)] * 8)
    assert choose_households(report, np.array([], dtype=np.int64), 2) == {0: "group", 15: "group"}
    # two more of the five that differ and are not chosen yet (3, 5, 6, 9): places 1 * 4 // 4 = 1 and 3 * 4 // 4 = 3
    chosen = choose_households(report, np.array([0, 3, 5, 6, 9]), 4)
    assert chosen == {0: "group", 15: "group", 5: "switched", 9: "switched"}
    # one differs, the fourth fills up: of 1 to 14 without 3 (13 households) the one at place 1 * 13 // 2 = 6
    assert choose_households(report, np.array([3]), 4) == {0: "group", 15: "group", 3: "switched", 8: "filled"}
    report.loc[0, "state"] = "not_moved"
    assert 0 not in choose_households(report, np.array([], dtype=np.int64), 16)
    assert len(choose_households(report, np.array([], dtype=np.int64), 16)) == 15


def test_spread_over() -> None:
    assert spread_over(np.arange(10), 2) == [2, 7]
    assert spread_over(np.arange(3), 7) == [0, 1, 2]


def test_ten_of_the_town(ten: Diaries) -> None:
    who = ten.households
    assert list(who.columns) == list(WHO_COLUMNS)
    assert who["household"].is_unique
    assert who["chosen"].tolist() == ["group"] * 8 + ["switched"] * 2
    groups = who.iloc[:8]
    kinds = zip(groups["registered_poor"], groups["school_age"] > 0, groups["labourers"] > 0, strict=True)
    assert len(set(kinds)) == 8
    for household in who.loc[who["chosen"] == "switched", "household"]:
        ends = [ten.of(name, household)["state"].iloc[-1] for name in (BASE, SCENARIO)]
        assert ends[0] != ends[1]
    report = ten.of(BASE, int(who["household"].iloc[0])).set_index("month").loc["2019-12"]
    assert report[["members", "labourers", "school_age"]].tolist() == (
        who[["members", "labourers", "school_age"]].iloc[0].tolist()
    )


# The command


def test_the_same_bytes_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("first", "second"):
        assert DIARIES.enter([TOWN, f"output={tmp_path / name}"]) == 0
    assert "How they were chosen: eight by registered poor" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "first").iterdir()) == FILES
    for name in FILES:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes(), name
    manifest = read_manifest(tmp_path / "first")
    assert manifest is not None
    assert (manifest["kind"], manifest["scenario"], manifest["seed"]) == ("diaries", SCENARIO, 1)


def test_read_back_as_written(tmp_path: Path, town: Population, configs: tuple[RunConfig, RunConfig]) -> None:
    assert DIARIES.enter([TOWN, "households=5,2,5", f"output={tmp_path / 'two'}", "language=zh"]) == 0
    back, made = read_diaries(tmp_path / "two"), make_diaries(town, *configs, (5, 2))
    pd.testing.assert_frame_equal(back.months, made.months, check_dtype=False)
    pd.testing.assert_frame_equal(back.households, made.households, check_dtype=False)
    pd.testing.assert_frame_equal(back.scenarios, made.scenarios, check_dtype=False)


def test_levers_alter_the_scenario_alone() -> None:
    words = [TOWN, "seed=4", "scenario=workshops", "levers.workshops.size=3", "parameters.residence.seat_worth=1.2"]
    baseline, scenario = open_configs(DIARIES.call(words))
    assert scenario is not None
    assert (baseline.policy.levers, scenario.policy.levers["workshops"].size) == ({}, 3.0)
    assert baseline.parameters == scenario.parameters
    assert (baseline.seed, scenario.seed) == (4, 4)
    assert open_configs(DIARIES.call(["scenario=baseline"]))[1] is None


def test_a_scenario_that_is_called_like_the_baseline_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("scenario: {title_en: No new measure}\nlevers: {workshops: {size: 9}}\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"two scenarios have the title 'No new measure' \(baseline, mine\)"):
        open_configs(DIARIES.call([f"scenario={path}"]))


def test_the_baseline_alone(tmp_path: Path) -> None:
    assert DIARIES.enter([TOWN, "scenario=baseline", f"output={tmp_path / 'alone'}"]) == 0
    diaries = read_diaries(tmp_path / "alone")
    assert diaries.other_scenario() is None
    assert len(diaries.households) == 10
    assert diaries.first_difference(int(diaries.households["household"].iloc[0])) is None


def test_a_scenario_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "scenario: {title_en: A plan, title_zh: 一个方案}\nlevers: {bus_lines: {size: 2, start: 2021-03}}\n"
    )
    assert DIARIES.enter([TOWN, f"scenario={file}", "households=7", f"output={tmp_path / 'out'}"]) == 0
    assert read_diaries(tmp_path / "out").scenarios.iloc[1].tolist() == ["mine", "A plan", "一个方案", "2021-03"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["households=0,302"], "there is no household 302; allowed here: 0 .. 299"),
        (["households=all"], "'households' is not a list of numbers (found: all)"),
        (["households="], "'households' is not a list of numbers"),
        (["households=1,,2"], "'households' has an empty name (found: 1,,2)"),
        (["households=-1"], "'households' is not a list of numbers"),
        ([f"households={','.join(map(str, range(MOST_HOUSEHOLDS + 1)))}"], "too many numbers for a page (found: 13)"),
        (["household=3"], "unknown key 'household' (found: 3); allowed here: households, output, scenario"),
        (["output="], "'output' has an empty value"),
        (["scenario=workshop"], "nearest: 'workshops'"),
        (["scenario=baseline", "levers.workshops.size=3"], "the scenario 'baseline' cannot pull levers here"),
        (["scenario=one_site_one_plan"], "the plan of 'workshops' names a site that is not there"),
        (["language=zh", "households=甲"], "'households' 应为编号列表"),
    ],
)
def test_mistakes_are_one_line(words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = [] if "output=" in words else [f"output={tmp_path / 'out'}"]
    assert DIARIES.enter([TOWN, *output, *words]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err
    assert [line for line in printed.err.splitlines() if not line.endswith(" ...")] == [printed.err.splitlines()[-1]]
    assert list(tmp_path.iterdir()) == []


def test_results_of_others_are_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [TOWN, "scenario=baseline", f"output={tmp_path / 'out'}"]
    assert DIARIES.enter([*words, "households=1"]) == 0
    assert DIARIES.enter([*words, "households=1"]) == 0  # the same again
    before = (tmp_path / "out" / "manifest.json").read_bytes()
    assert DIARIES.enter([*words, "households=2"]) == 2
    assert "holds the results of another run" in capsys.readouterr().err
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before
    with pytest.raises(UserError, match=r"no diaries in this folder .*; make them with python -m scenarios\.diaries"):
        read_diaries(tmp_path)


# Tables and chart for people


def test_tables_for_people(ten: Diaries) -> None:
    assert who_table(ten, "zh")["入选原因"].tolist()[-1] == "期末状态不同"
    household = int(ten.households["household"].iloc[-1])
    table, diary = change_table(ten, household, SCENARIO, "en"), ten.of(SCENARIO, household)
    moved = diary[diary["state"] != "not_moved"]
    assert table["Month"].iloc[0] == moved["month"].iloc[0]
    assert len(table) < len(moved)
    assert (table["Where it lives"].shift() != table["Where it lives"]).sum() == (
        moved["state"].shift() != moved["state"]
    ).sum()
    with pytest.raises(ValueError, match=r"no diary of household 999 in 'baseline'; there are: \d+, "):
        change_table(ten, 999, BASE, "en")


def drawn(diaries: Diaries, language: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    figures: list[Any] = []
    monkeypatch.setattr(scenarios.households.diaries.chart, "save", lambda figure, *_: figures.append(figure) or [])
    draw_diaries(diaries, Path(), language)
    return figures[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("start", "end"), [("2016-01", "2024-12"), ("2020-01", "2024-12"), ("2024-10", "2024-12"), ("2020-01", "2020-03")]
)
def test_no_text_is_cut_or_covers_another(
    town: Population, language: str, start: str, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [TOWN, f"end={end}"]
    levers = [f"scenario={SCENARIO}", f"levers.workshops.start={start}", f"levers.school_gap.start={start}"]
    asked = tuple(range(0, 300, 25)) if start == "2020-01" else ()
    diaries = make_diaries(town, compose_run(words), compose_run([*words, *levers]), asked)
    figure = drawn(diaries, language, monkeypatch)
    with chart_style():
        figure.canvas.draw()
    width, height = figure.get_size_inches() * figure.dpi
    axes = figure.axes[0]
    texts = [*figure.texts, *axes.texts, *axes.get_xticklabels()]
    texts += [text for legend in figure.legends for text in legend.get_texts()]
    boxes = [(text.get_text(), Text.get_window_extent(text)) for text in texts if text.get_text()]
    assert len(boxes) > 40
    for text, box in boxes:
        assert min(box.x0, box.y0, width - box.x1, height - box.y1) >= 0, text
    for i, (text, box) in enumerate(boxes):
        for other, covered in boxes[i + 1 :]:
            overlap_x = min(box.x1, covered.x1) - max(box.x0, covered.x0)
            overlap_y = min(box.y1, covered.y1) - max(box.y0, covered.y0)
            assert overlap_x <= 0.5 or overlap_y <= 1.5, (text, other)


def test_charts_in_both_languages(ten: Diaries, tmp_path: Path) -> None:
    pictures = [draw_diaries(ten, tmp_path / language, language)[0].read_bytes() for language in LANGUAGES]
    assert pictures[0] != pictures[1]
    with pytest.raises(LabelError, match="allowed: en, zh"):
        draw_diaries(ten, tmp_path / "fr", "fr")
