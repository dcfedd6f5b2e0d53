"""What a comparison is: which words make one, which are refused in one line, what its digest stands for."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from scenarios.base.errors import UserError
from scenarios.compare import plan as plans
from scenarios.compare.plan import SECOND_SEED, Plan, default_scenarios, make_plan, plan_comparison
from scenarios.entries.comparing import COMPARE
from scenarios.report.readings import reading_name
from scenarios.runs.parameter_sets import (
    PARAMETER,
    Draws,
    check_draws,
    read_draws,
    setting,
    write_draws,
)
from scenarios.runs.sources import source_hash
from scenarios.settings.config import RunConfig, compose_run
from scenarios.settings.schema import BASE
from simulation.foundations.months import month_index
from tests.scenarios.compare.conftest import DRAWN, NAMES, TOWN


@pytest.fixture(scope="module")
def draws_file(configs: dict[str, RunConfig], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six draws for the town, made by the present sources."""
    path = tmp_path_factory.mktemp("draws") / "draws.csv"
    table = pd.DataFrame({"draw": range(6), "seed": range(1, 7), f"{PARAMETER}{DRAWN}": [0.9] * 6})
    write_draws(path, Draws(table, {"source": source_hash("posterior"), "setting": setting(configs[BASE])}))
    return path


@pytest.fixture(autouse=True)
def three_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make no population where none is looked at."""
    monkeypatch.setattr(plans, "_sites_of", lambda config: 3)


def planned(draws_file: Path, *words: str) -> Plan:
    return plan_comparison(COMPARE.call([TOWN, f"draws_file={draws_file}", *words]))


def refused(draws_file: Path, *words: str) -> UserError:
    with pytest.raises(UserError) as caught:
        planned(draws_file, *words)
    for language in ("en", "zh"):
        assert "\n" not in caught.value.say(language)
    return caught.value


# Scenarios


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("scenarios=[baseline,workshops]", ["baseline", "workshops"]),
        ("scenarios=[workshops,baseline]", ["baseline", "workshops"]),
        ("scenarios=workshops", ["baseline", "workshops"]),
        ("scenarios=['school_gap', \"workshops\",]", ["baseline", "school_gap", "workshops"]),
    ],
)
def test_scenarios_are_named_in_several_ways(draws_file: Path, word: str, expected: list[str]) -> None:
    found = planned(draws_file, word)
    assert found.scenarios == expected
    assert [config.scenario for config in found.configs.values()] == expected
    assert all(config.population.size == "town" for config in found.configs.values())


def test_all_of_conf_without_a_name() -> None:
    names = default_scenarios()
    assert names[0] == BASE
    assert len(names) == len(set(names)) == 32
    assert "one_site_one_plan" not in names  # a plan is for the sites of one city
    assert set(NAMES) <= set(names)


@pytest.mark.parametrize(
    ("word", "key", "says"),
    [
        ("scenarios=[workshops,shool_gap]", "scenarios", "school_gap"),
        ("scenarios=[workshops,school_gap,workshops]", "scenarios", "twice"),
        ("scenarios=[]", "scenarios", "none"),
        ("scenarios=", "scenarios", "none"),
        ("scenarios=[baseline]", "scenarios", "nothing to compare"),
        ("parameters.residence.seat_worth=1", "parameters.residence.seat_worth", "make calibrate"),
        ("seed=3", "seed", "itself"),
        ("scenario=workshops", "scenario", "itself"),
        ("seat_worth=1", "seat_worth", "nearest: 'parameters.residence.seat_worth'"),
        ("draws=7", "draws", "6"),
        ("draws=1", "draws", "2"),
        ("second_seeds=7", "second_seeds", "6"),
        ("second_seeds=-1", "second_seeds", "0"),
        ("levers.workshop.size=6", "levers.workshop.size", "levers.workshops.size"),
    ],
)
def test_what_is_refused_in_one_line(draws_file: Path, word: str, key: str, says: str) -> None:
    error = refused(draws_file, *(["scenarios=workshops"] if not word.startswith("scenarios") else []), word)
    assert error.key == key
    assert says in str(error)


def test_the_name_that_was_meant(draws_file: Path) -> None:
    assert refused(draws_file, "scenarios=[workshop]").nearest == "workshops"


def test_a_baseline_that_pulls_a_lever_is_none(draws_file: Path) -> None:
    error = refused(draws_file, "scenarios=school_gap", "levers.workshops.size=5")
    assert "baseline pulls a lever" in str(error)


def test_a_file_goes_by_its_own_name(draws_file: Path, tmp_path: Path) -> None:
    mine = tmp_path / "a file.yaml"
    mine.write_text("scenario: {name: forty, title_en: Forty}\nlevers: {workshops: {size: 40}}\n", encoding="utf-8")
    found = planned(draws_file, f"scenarios=[{mine},school_gap]")
    assert found.scenarios == ["baseline", "forty", "school_gap"]
    assert found.typed == {"baseline": "baseline", "forty": str(mine), "school_gap": "school_gap"}
    assert found.configs["forty"].policy.levers["workshops"].size == 40
    twin = tmp_path / "twin.yaml"
    twin.write_text(mine.read_text(encoding="utf-8"), encoding="utf-8")
    assert "two scenarios have the name 'forty'" in str(refused(draws_file, f"scenarios=[{mine},{twin}]"))
    twin.write_text(mine.read_text(encoding="utf-8").replace("name: forty", "name: Forty"), encoding="utf-8")
    assert "two scenarios have the name 'Forty'" in str(refused(draws_file, f"scenarios=[{mine},{twin}]"))
    twin.write_text(mine.read_text(encoding="utf-8").replace("name: forty", "name: baseline"), encoding="utf-8")
    assert "is that of another scenario" in str(refused(draws_file, f"scenarios=[{mine},{twin}]"))


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("title_en: Forty", "two scenarios have the title 'Forty' (forty, twin)"),
        ("title_en: FORTY", "two scenarios have the title 'FORTY' (forty, twin)"),
        ("title_zh: 四十个", "two scenarios have the title '四十个' (forty, twin)"),
        ("title_en: No new measure", "two scenarios have the title 'No new measure' (baseline, twin)"),
        ("title_zh: 基准:不加新措施", "two scenarios have the title '基准:不加新措施' (baseline, twin)"),  # half width
    ],
)
def test_titles_are_told_apart(draws_file: Path, tmp_path: Path, title: str, says: str) -> None:
    """Charts, the brief and the workbook name scenarios by their titles alone."""
    forty, twin = tmp_path / "forty.yaml", tmp_path / "twin.yaml"
    own = "scenario: {title_en: Forty, title_zh: 四十个}\nlevers: {workshops: {size: 40}}\n"
    forty.write_text(own, encoding="utf-8")
    twin.write_text(f"scenario:\n  {title}\nlevers: {{workshops: {{size: 9}}}}\n", encoding="utf-8")
    error = refused(draws_file, f"scenarios=[{forty},{twin}]")
    assert says in str(error)
    assert title.partition(":")[0] in str(error)
    assert "\n" not in error.say("zh")


@pytest.mark.parametrize("part", ["parameters", "population", "reading", "region", "end"])
def test_a_scenario_changes_levers_alone(configs: dict[str, RunConfig], part: str) -> None:
    plans._check_levers_alone(configs)
    other = replace(configs["workshops"], resolved={**configs["workshops"].resolved, part: "another"})
    with pytest.raises(UserError, match="changes more than levers") as caught:
        plans._check_levers_alone({**configs, "workshops": other})
    assert caught.value.key == part


# Draws, seeds, months


def test_second_seeds_are_nobodys_first(draws_file: Path) -> None:
    found = planned(draws_file, "scenarios=workshops", "draws=5", "second_seeds=3")
    assert [(run.row, run.draw) for run in found.runs] == [(row, row) for row in (0, 1, 2, 3, 4, 0, 1, 2)]
    first, second = [run.seed for run in found.runs[:5]], [run.seed for run in found.runs[5:]]
    assert first == [1, 2, 3, 4, 5]
    assert second == [SECOND_SEED + 1, SECOND_SEED + 2, SECOND_SEED + 3]
    assert not set(second) & set(read_draws(draws_file).table["seed"])


def test_a_fifth_of_the_draws_has_a_second_seed_unless_told(configs: dict[str, RunConfig]) -> None:
    table = pd.DataFrame({"draw": range(150), "seed": range(1, 151)})
    two = {name: configs[name] for name in ("baseline", "workshops")}
    for n, second in ((4, 1), (10, 2), (100, 20), (150, 20)):  # a fifth, one at least, twenty at most
        assert len(make_plan(two, Draws(table, {}), n, n_sites=3).runs) == n + second


def test_months_begin_with_the_first_lever(configs: dict[str, RunConfig], draws: Draws) -> None:
    later = compose_run([TOWN, "scenario=school_gap", "levers.school_gap.start=2021-06"])
    for others, first in (
        ({"workshops": configs["workshops"], "school_gap": later}, "2020-01"),
        ({"school_gap": later}, "2021-06"),
        ({}, "2020-01"),
    ):
        found = make_plan({BASE: configs[BASE], **others}, draws, 2, 0, n_sites=3)
        assert found.columns.months[0] == month_index(first)
        assert found.columns.months[-1] == month_index("2024-12")
    assert make_plan(configs, draws, 2, 0, n_sites=3).columns.levers == ("workshops", "school_gap")


def test_the_digest_tells_what_can_alter_results(plan: Plan, configs: dict[str, RunConfig], draws: Draws) -> None:
    assert replace(plan, processes=7, words=("x=1",), draws_file=Path("elsewhere")).digest() == plan.digest()
    larger = {**configs, "workshops": compose_run([TOWN, "scenario=workshops", "levers.workshops.size=31"])}
    moved = Draws(draws.table.assign(**{f"{PARAMETER}{DRAWN}": [0.9, 0.4, 1.61]}), draws.made)
    others = [
        make_plan(larger, draws, 3, 1, n_sites=3),
        make_plan(configs, draws, 2, 1, n_sites=3),
        make_plan(configs, draws, 3, 2, n_sites=3),
        make_plan(configs, moved, 3, 1, n_sites=3),
    ]
    assert len({plan.digest(), *(other.digest() for other in others)}) == 5


def test_readings_have_names(configs: dict[str, RunConfig]) -> None:
    assert reading_name(configs[BASE].reading) == "default"
    poor = compose_run([TOWN, "reading.labour_scope=all"])
    assert reading_name(poor.reading) == "labour_scope=all"


# The table of draws must belong to these sources, this population and this reading


def test_a_table_of_other_sources_is_refused(draws_file: Path, configs: dict[str, RunConfig]) -> None:
    draws = read_draws(draws_file)
    check_draws(draws, configs[BASE], draws_file)
    with pytest.raises(UserError, match="other sources") as caught:
        check_draws(Draws(draws.table, {**draws.made, "source": "0" * 64}), configs[BASE], draws_file)
    assert "make calibrate" in caught.value.say("en")
    assert "\n" not in caught.value.say("zh")
    with pytest.raises(UserError, match="other sources"):
        check_draws(Draws(draws.table, {}), configs[BASE], draws_file)


@pytest.mark.parametrize(
    ("word", "what"), [("population.seed=2", "population"), ("reading.labour_scope=all", "reading")]
)
def test_a_table_of_another_setting_is_refused(draws_file: Path, word: str, what: str) -> None:
    error = refused(draws_file, "scenarios=workshops", word)
    assert f"another {what}" in str(error)
    assert "python -m calibration" in str(error)
    assert json.loads(str(error.found)) != json.loads(str(error.allowed))


# The command


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["scenarios=[wrokshops]"], "unknown scenario"),
        (["scenarios=[wrokshops]", "language=zh"], "没有这个方案"),
        (["scenarios=workshops", "seed=3"], "sets 'seed' itself"),
        (["scenarios=workshops", "draws_file=nowhere.csv"], "make calibrate"),
    ],
)
def test_a_mistake_is_one_line_with_code_2(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert COMPARE.enter(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert says in said.err
