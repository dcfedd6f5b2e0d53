"""Scenario files of the user: short forms, encodings, folders of them, and every mistake with file and line."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from scenarios.base.errors import UserError
from scenarios.base.paths import CONF
from scenarios.settings.config import compose_run
from scenarios.settings.scenario_files import scenario_paths
from simulation.foundations.months import month_index


def problem(*words: str, config_dir: str | None = None) -> str:
    with pytest.raises(UserError) as caught:
        compose_run(words, config_dir)
    assert "\n" not in caught.value.say("zh")
    return str(caught.value)


def test_a_file_of_the_user_may_combine_levers(tmp_path: Path) -> None:
    path = tmp_path / "我的方案.yaml"
    path.write_text(
        "levers:\n"
        "  workshops: {size: 12, start: 2021-03, targeting: equal}\n"
        "  bus_lines:\n"
        "    size: 5\n"
        "    costs: {subsidy: 1e4}\n"
        "  targeted_training: {size: 10, settings: {targeted: {value: 0, source: our plan}}}\n",
        encoding="gb18030",
    )
    config = compose_run([f"scenario={path}", "levers.workshops.size=14"])
    assert config.scenario == "我的方案"
    assert set(config.policy.levers) == {"workshops", "bus_lines", "targeted_training"}
    workshops = config.policy.levers["workshops"]
    assert (workshops.size, workshops.start_month, workshops.targeting) == (14, month_index("2021-03"), "equal")
    assert workshops.phase_in_months == 12
    assert config.policy.levers["bus_lines"].costs[0].yuan == 10000
    assert config.policy.levers["bus_lines"].costs[0].source == "set in the scenario 我的方案"
    assert config.resolved["levers"]["targeted_training"]["settings"]["targeted"]["source"] == "our plan"


def test_scenarios_of_a_config_dir_have_names(tmp_path: Path) -> None:
    (tmp_path / "scenario").mkdir()
    copied = (CONF / "scenario" / "workshops.yaml").read_text(encoding="utf-8").replace("name: workshops", "name: mine")
    (tmp_path / "scenario" / "mine.yaml").write_text(copied, encoding="utf-8")
    assert "mine" in scenario_paths(tmp_path)
    config = compose_run(["scenario=mine"], str(tmp_path))
    assert config.scenario == "mine"
    assert config.digest == compose_run(["scenario=workshops"]).digest
    assert "mine" in problem("scenario=min", config_dir=str(tmp_path))
    assert "scenario/" in problem(config_dir=str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("levers:\n  workshop: {size: 1}\n", 2, "nearest: 'levers.workshops.size'"),
        ("levers:\n  workshops: {size: 1}\n  buses: {}\n", 3, "unknown key 'levers.buses'"),
        ("levers:\n  workshops:\n    size: many\n", 3, "not a number"),
        ("levers:\n  workshops:\n    size: -3\n", 3, "out of range"),
        ("levers:\n  workshops:\n    size:\n", 3, "empty value"),
        ("levers:\n  workshops: 30\n", 2, "stands for several keys"),
        ("levers:\n  workshops: {size: 1, start: 2050-01}\n", 2, "out of range"),
        ("levers:\n  workshops: {size: 1, start: 2024-12}\n", 2, "not before the end"),
        ("levers:\n  workshops:\n    costs: {building: {per: seat}}\n", 3, "cannot be set"),
        ("levers:\n  workshops:\n    costs: {bulding: 3}\n", 3, "nearest: 'levers.workshops.costs.building'"),
        ("levers: [1, 2]\n", 1, "stands for several keys"),
        ("seed: 3\n", 1, "set on the command line"),
        ("parameters: {residence: {seat_worth: 1}}\n", 1, "set on the command line"),
        ("scenario: {title: mine}\n", 1, "title_en"),
        ("scenario:\n  name: ../../mine\n", 2, "cannot name a folder"),
        ("scenario: {name: 3}\n", 1, "not a text"),
        ("levers:\n  workshops: {size: 1}\n  workshops: {size: 2}\n", 3, "twice"),
        ("levers: {workshops\n", 2, "not a valid YAML file"),
        ("- levers\n", 1, "not a valid YAML file"),
        ("levers: !!python/object:os.system {}\n", 1, "the tag"),
        ("levers: {workshops: {size: !!python/name:os.system }}\n", 1, "not a valid YAML file"),
        ("levers: &all {more: *all}\n", 1, "not a valid YAML file"),
    ],
)
def test_mistakes_in_a_file_name_file_and_line(tmp_path: Path, text: str, line: int, expected: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    said = problem(f"scenario={path}")
    assert f"mine.yaml:{line}: " in said
    assert expected in said


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"\xff\xfe\x00\x01\xff")
    assert "mine.yaml" in problem(f"scenario={path}")


def test_a_file_has_the_name_of_a_scenario_of_conf_only_if_it_holds_the_same(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    for name in ("baseline", "Baseline", "workshops", "ｗｏｒｋｓｈｏｐｓ"):
        own.write_text(f"scenario:\n  name: {name}\nlevers: {{workshops: {{size: 9}}}}\n", encoding="utf-8")
        said = problem(f"scenario={own}")
        assert "own.yaml:2: the name" in said
        assert "is that of another scenario" in said
        assert "another name" in said
    named = tmp_path / "workshops.yaml"
    named.write_text("levers: {workshops: {size: 9}}\n", encoding="utf-8")
    assert "is that of another scenario" in problem(f"scenario={named}")
    named.write_text("levers: {workshops: {size: 30}}  # a copy of conf/scenario/workshops.yaml\n", encoding="utf-8")
    assert compose_run([f"scenario={named}"]).digest == compose_run(["scenario=workshops"]).digest


def test_names_in_a_config_dir_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "scenario").mkdir()
    path = tmp_path / "scenario" / "workshops.yaml"
    path.write_bytes((CONF / "scenario" / "workshops.yaml").read_bytes())
    assert scenario_paths(tmp_path) == scenario_paths()
    path.write_text("scenario: {name: mine}\nlevers: {workshops: {size: 9}}\n", encoding="utf-8")
    for word in ("scenario=workshops", "seed=1"):
        assert "two scenarios have the name 'workshops'" in problem(word, config_dir=str(tmp_path))
    path.rename(path.with_name("Workshops.yaml"))
    assert "two scenarios have the name 'Workshops'" in problem(config_dir=str(tmp_path))


def test_a_region_has_a_name_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "region" / "Liupanshui").mkdir(parents=True)
    assert "two regions have one name" in problem(config_dir=str(tmp_path))


def test_a_name_is_one_however_its_characters_are_written(tmp_path: Path) -> None:
    (tmp_path / "scenario").mkdir()
    apart = unicodedata.normalize("NFD", "Nguyễn")  # as macOS hands out the names of files
    (tmp_path / "scenario" / f"{apart}.yaml").write_text("levers: {workshops: {size: 9}}\n", encoding="utf-8")
    for typed in (apart, "Nguyễn"):
        assert compose_run([f"scenario={typed}"], str(tmp_path)).scenario == "Nguyễn"
