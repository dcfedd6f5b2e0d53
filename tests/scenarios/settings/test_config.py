"""What a run is: files in conf/ are whole, scenarios compose, every kind of mistake becomes one line."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from scenarios.base.errors import UserError
from scenarios.base.paths import CONF, ROOT
from scenarios.report.figures import read_figures
from scenarios.report.readings import open_structures, read_readings, reading_name
from scenarios.runs import parameter_sets
from scenarios.settings.config import compose_run, composed
from scenarios.settings.help_text import read_tree
from scenarios.settings.schema import START_FIRST, keys_of
from scenarios.settings.units import unit_text
from simulation.foundations.months import month_index, month_label
from simulation.levers.catalogue import lever_names
from simulation.state.parameters import PROCESSES

SOURCE = re.compile(r"(assumed because |design: |report |set by |[01]: |the |R\d\d|[A-Z]\d\d\b)")
SCENARIOS = sorted(path.stem for path in (CONF / "scenario").glob("*.yaml"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def problem(*words: str) -> str:
    with pytest.raises(UserError) as caught:
        compose_run(words)
    line, chinese = str(caught.value), caught.value.say("zh")
    assert "\n" not in line
    assert CHINESE.search(chinese)
    assert not CHINESE.search(line.replace("结果", ""))
    return line


# The files of conf/


def test_every_parameter_stands_once_in_its_file() -> None:
    tree = read_tree()
    for process, kind in PROCESSES.items():
        assert tuple(tree["parameters"][process]) == kind._fields  # type: ignore[attr-defined]


def test_every_parameter_lies_in_its_range_with_unit_and_source() -> None:
    for process, entries in read_tree()["parameters"].items():
        for name, entry in entries.items():
            where = f"{process}.{name}"
            assert set(entry) == {"value", "low", "high", "shape", "unit", "source"}, where
            assert entry["low"] <= entry["value"] <= entry["high"], where
            assert all(math.isfinite(entry[field]) for field in ("value", "low", "high")), where
            assert SOURCE.match(entry["source"]), f"{where}: {entry['source']}"


def test_prior_ranges_lie_in_the_allowed_ranges() -> None:
    for key in keys_of(read_tree()).values():
        if key.prior:
            assert key.low <= key.prior[0] <= key.prior[1] <= key.high, key.path


def test_every_lever_has_unit_targeting_and_costs_with_source() -> None:
    levers = read_tree()["levers"]
    assert tuple(levers) == lever_names()
    for name, lever in levers.items():
        assert lever["size"] == 0, f"{name}: only a scenario gives a size"
        assert lever["costs"], name
        for cost in lever["costs"].values():
            assert cost["kind"] in ("capital", "recurrent"), name
            assert cost["per"], name
            assert cost["source"].strip(), name
        for setting in lever["settings"].values():
            assert SOURCE.match(setting["source"]), f"{name}: {setting['source']}"


def test_hydra_composes_what_the_help_reads() -> None:
    tree = composed("baseline")
    assert tree.pop("scenario")["name"] == "baseline"
    quick = read_tree()
    quick.pop("defaults")
    assert tree == quick


def test_default_readings_are_the_first_values() -> None:
    tree = read_tree()
    assert tree["reading"] == {n: s.default for n, s in read_readings(CONF / "reading" / "readings.yaml").items()}
    assert tree["structure"] == {n: s.default for n, s in open_structures().items()}


def test_a_structure_is_chosen_as_a_reading_is() -> None:
    default, other = compose_run([]), compose_run(["structure.nobody_home=kept"])
    assert (default.parameters.structure.nobody_home_away, other.parameters.structure.nobody_home_away) == (1, 0)
    assert default.digest != other.digest
    assert reading_name(other.reading) == "nobody_home=kept"
    assert parameter_sets.posterior_file(other).name == "nobody_home-kept.csv"
    assert parameter_sets.setting(other)["structure"] == {"nobody_home": "kept"}
    assert "structure" not in parameter_sets.setting(default)
    with pytest.raises(UserError, match=r"structure\.nobody_home"):
        compose_run(["structure.nobody_home=somewhere"])


def test_every_unit_has_a_chinese_word() -> None:
    units = {key.unit for key in keys_of(read_tree()).values() if key.unit}
    units |= {figure.unit for figure in read_figures(CONF / "region" / "liupanshui" / "figures.csv").values()}
    assert {unit for unit in units if re.search("[a-z]", unit_text(unit, "zh"))} == set()


@pytest.mark.parametrize(
    ("unit", "chinese"),
    [
        ("posts", "个"),
        ("yuan/mu/year", "元/亩·年"),  # a whole unit
        ("yuan/household", "元/户"),  # put together
        ("persons/officer", "人/名"),
        ("yuan per post, capital", "元/岗位（一次性）"),
        ("yuan per mu and year, recurrent", "元/亩·年（经常性）"),
        ("spoons/month", "spoons/月"),
        ("", ""),
    ],
)
def test_a_unit_reads_the_same_wherever_it_is_printed(unit: str, chinese: str) -> None:
    assert (unit_text(unit, "zh"), unit_text(unit, "en")) == (chinese, unit)


# Scenarios


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_composes(name: str) -> None:
    config = compose_run([f"scenario={name}"])
    assert config.scenario == name
    assert config.months == 108
    assert set(config.titles) == {"en", "zh"}
    assert CHINESE.search(config.titles["zh"])
    assert config.outside_prior == ()
    assert config.output == ROOT / "outputs" / "runs" / f"{name}-seed1-{config.digest[:8]}"
    assert all(lever.size > 0 for lever in config.policy.levers.values())
    assert bool(config.policy.levers) == (name != "baseline")


def test_every_lever_has_a_scenario_of_its_own() -> None:
    for lever in lever_names():
        assert set(compose_run([f"scenario={lever}"]).policy.levers) == {lever}


def test_command_line_wins_over_the_scenario() -> None:
    config = compose_run(["scenario=workshops", "levers.workshops.size=60", "levers.workshops.costs.building=30000"])
    lever = config.policy.levers["workshops"]
    assert lever.size == 60
    assert lever.start_month == month_index("2020-01")
    assert {cost.yuan for cost in lever.costs if cost.per == "post"} == {30000}
    assert {cost.source for cost in lever.costs if cost.per == "post"} == {"set on the command line"}
    assert lever.settings == {"posts_per_workshop": 37.5, "lifetime_years": 10.0}


def test_short_and_long_forms_are_the_same_run() -> None:
    short = compose_run(["parameters.residence.seat_worth=1.2"])
    assert short.parameters.residence.seat_worth == 1.2
    assert short.digest == compose_run(["parameters.residence.seat_worth.value=1.20"]).digest


def test_values_outside_the_prior_are_listed_and_allowed() -> None:
    config = compose_run(["parameters.residence.seat_worth=3", "parameters.residence.title_worth=0.1"])
    assert config.outside_prior == ("parameters.residence.seat_worth",)


def test_the_last_of_two_values_counts() -> None:
    assert compose_run(["seed=1", "seed=7"]).seed == 7


def test_seed_may_be_any_63_bit_number() -> None:
    assert compose_run([f"seed={2**63 - 1}"]).seed == 2**63 - 1
    assert "out of range" in problem(f"seed={2**63}")


def test_folders_may_have_chinese_names(tmp_path: Path) -> None:
    assert compose_run([f"output={tmp_path}/结果/第 1 次"]).output == tmp_path / "结果" / "第 1 次"


def test_end_counts_the_last_month() -> None:
    assert compose_run(["end=2019-12"]).months == 48
    assert compose_run(["end=2040-12"]).months == 25 * 12


# The digest


def test_digest_does_not_depend_on_language_output_or_order(tmp_path: Path) -> None:
    words = ["scenario=workshops", "levers.workshops.size=45", "seed=3", "reading.labour_scope=all"]
    digest = compose_run(words).digest
    assert compose_run([*reversed(words), "language=zh", f"output={tmp_path}"]).digest == digest


@pytest.mark.parametrize(
    "word",
    [
        "seed=2", "generator=philox", "end=2025-01", "population.seed=2", "population.size=town",
        "reading.allowance_count=high",
        "parameters.residence.hamlet_worth=0.4", "levers.workshops.size=31", "levers.workshops.start=2020-02",
        "levers.workshops.phase_in_months=13", "levers.workshops.targeting=size",
        "levers.workshops.settings.posts_per_workshop=39", "levers.workshops.costs.award=1",
    ],
)  # fmt: skip
def test_digest_depends_on_whatever_alters_results(word: str) -> None:
    assert compose_run(["scenario=workshops", word]).digest != compose_run(["scenario=workshops"]).digest


def test_levers_that_are_not_pulled_do_not_alter_the_digest() -> None:
    assert compose_run(["levers.bus_lines.start=2021-01"]).digest == compose_run().digest


def test_tables_of_the_user_alter_the_digest(tmp_path: Path) -> None:
    (tmp_path / "fairs.csv").write_text("a")
    first = compose_run([f"population.tables={tmp_path}"])
    (tmp_path / "fairs.csv").write_text("b")
    second = compose_run([f"population.tables={tmp_path}"])
    assert first.digest != second.digest
    assert str(tmp_path) not in str(first.resolved)


# Mistakes on the command line


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("levers.workshop.size=60", "nearest: 'levers.workshops.size'"),
        ("seat_worth=1.2", "nearest: 'parameters.residence.seat_worth'"),
        ("parameters.residence.seat_wort=1", "nearest: 'parameters.residence.seat_worth'"),
        ("scenari=workshops", "nearest: 'scenario'"),
        ("readings.labour_scope=all", "nearest: 'reading.labour_scope'"),
        ("scenario=workshop", "nearest: 'workshops'"),
        ("workshops", "nearest: 'scenario=workshops'"),
        ("reading.labour_scope=por", "nearest: 'poor'"),
        ("levers.workshops.targeting=ned", "nearest: 'need'"),
        ("levers.workshops=60", "stands for several keys"),
        ("parameters.residence.seat_worth.low=0", "cannot be set"),
        ("levers.workshops.costs.building.kind=capital", "cannot be set"),
        ("levers.workshops.unit=post", "unknown key"),
        ("scenario.name=mine", "unknown key"),
        ("parameters@parameters.jobs=mine", "unknown key"),
        ("+levers.more.size=1", "neither added"),
        ("++seed=1", "neither added"),
        ("~levers", "neither added"),
        ("seed", "has no value"),
        ("seed=", "empty value"),
        ("output=''", "empty value"),
        ("seed=1,2", "takes one value"),
        ("seed=range(1,3)", "takes one value"),
        ("seed=-1", "a whole number from 0"),
        ("seed=1.5", "not a whole number"),
        ("seed=many", "not a number"),
        ("seed=true", "not a number"),
        ("seed=null", "not a number"),
        ("seed=[1]", "not a number"),
        ("parameters.residence.seat_worth=nan", "out of range"),
        ("parameters.residence.seat_worth=1e999", "out of range"),
        ("parameters.residence.seat_worth=${seed}", "not a number"),
        ("parameters.residence.taste_spread=-0.1", ">= 0"),
        ("parameters.jobs.part_time_share=1.2", "from 0 to 1"),
        ("parameters.income.income_floor_yuan=0", "> 0"),
        ("parameters.residence.flat_given_up_to_months=3", "below the number it follows"),
        ("levers.school_gap.size=1.5", "from 0 to 1"),
        ("levers.housing_title.size=1.01", "from 0 to 1"),
        ("levers.workshops.size=-1", "from 0 to 1000000"),
        ("levers.workshops.phase_in_months=0", "from 1 to 240"),
        ("levers.workshops.costs.building=-1", ">= 0"),
        ("levers.workshops.start=soon", "not a month"),
        ("end=2019-11", "2019-12 .. 2040-12"),
        ("end=2041-01", "2019-12 .. 2040-12"),
        ("language=fr", "en, zh"),
        ("region=guiyang", "liupanshui"),
        ("population.tables=/nowhere/at/all", "not a folder"),
        ("scenario=./nowhere.yaml", "not there"),
    ],
)
def test_mistakes_become_one_line_that_names_what_is_allowed(word: str, expected: str) -> None:
    assert expected in problem(word)


def test_a_lever_starts_before_the_end() -> None:
    assert "not before the end" in problem("scenario=workshops", "end=2019-12")
    assert compose_run(["end=2019-12"]).policy.levers == {}


def test_a_lever_may_start_in_the_first_month_of_a_run() -> None:
    assert month_label(0) == START_FIRST
