"""YAML files of users: a number is the one that a person reads, or it is a text, which no number can be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hydra.core.config_store import ConfigStore

from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.paths import CONF
from scenarios.population.settings_file import read_settings
from scenarios.settings.config import FILE, WHOLE_GROUPS, _composed, compose_run, composed
from scenarios.sweep.launchers.base import settings_of
from scenarios.sweep.plan.axes import Axis
from scenarios.sweep.plan.sweep_files import read_sweep

NUMBERS = {
    "40": 40, "040": 40, "007": 7, "08": 8, "+5": 5, "-3": -3, "0": 0, "00": 0, ".5": 0.5, "5.": 5.0, "040.5": 40.5,
    "1e3": 1000.0, "1E3": 1000.0, "-1.5e-2": -0.015,
}  # fmt: skip
TEXTS = [
    "1:30", "1:30:00", "1_000", "0x1F", "0o40", "0b1", "1e999", "1.2.3", "1,5", ".inf", "-.inf", ".nan", "٣", "４０",
    "yes", "no", "on", "off", "y", "n", "Yes", "NO", "2020-01", "2020-01-01", "2020-01-01 10:00:00", "e3", ".", "+",
    "9" * 500,
]  # fmt: skip


def value(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "one.yaml"
    path.write_text(f"key: {text}\n", encoding="utf-8")
    return read_yaml(path).tree["key"]


@pytest.mark.parametrize(("text", "number"), NUMBERS.items())
def test_what_looks_like_a_number_is_that_number(tmp_path: Path, text: str, number: float) -> None:
    read = value(tmp_path, text)
    assert (read, type(read)) == (number, type(number))
    assert value(tmp_path, f"'{text}'") == text
    assert value(tmp_path, f"[{text}, '{text}']") == [number, text]


@pytest.mark.parametrize("text", TEXTS)
def test_whatever_else_is_a_text(tmp_path: Path, text: str) -> None:
    assert value(tmp_path, f'["{text}", {text}]' if "," not in text else f"['{text}', '{text}']") == [text, text]


def test_words_of_yaml(tmp_path: Path) -> None:
    assert value(tmp_path, "[true, False, TRUE, ~, null, NULL, none, nullable, truely]") == [
        True, False, True, None, None, None, "none", "nullable", "truely",
    ]  # fmt: skip
    assert value(tmp_path, "") is None
    assert value(tmp_path, "''") == ""
    assert list(value(tmp_path, "{on: 1, 040: 2, ~: 3, 1:30: 4}")) == ["on", "040", "~", "1:30"]


@pytest.mark.parametrize("text", ["!!int 040", "!!timestamp 2020-01-01", "!!binary MDQw", "!!bool yes", "!!float .inf"])
def test_tags_are_refused_with_their_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError, match=r"one\.yaml:1: not a valid YAML file \(found: the tag"):
        value(tmp_path, text)


def test_aliases_repeat_what_they_stand_for(tmp_path: Path) -> None:
    path = tmp_path / "alias.yaml"
    path.write_text("few: &few [1, 2]\nmany: [*few, *few]\nnote: 2 * 3\n", encoding="utf-8")
    assert read_yaml(path).tree == {"few": [1, 2], "many": [[1, 2], [1, 2]], "note": "2 * 3"}


@pytest.mark.parametrize("names", ["levers:\n", "a0: &a0 [1, 2]\n"])
def test_aliases_that_repeat_too_much_are_refused_before_they_are_written_out(tmp_path: Path, names: str) -> None:
    # Forty lines that double each time: 2^40 values, more than any memory.
    path = tmp_path / "bomb.yaml"
    text = "a0: &a0 [1, 2]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 41))
    path.write_text(text if names.startswith("a0") else f"{text}levers: *a40\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read_yaml(path) if names.startswith("a0") else compose_run([f"scenario={path}"])
    said = caught.value.say("en")
    # a_n repeats 2^(n + 1) - 1 lists and 2^(n + 1) numbers: over 10,000 from a_12, on line 13.
    assert "bomb.yaml:13: not a valid YAML file (found: aliases (*) that repeat more than 10,000 values" in said
    assert "\n" not in said


@pytest.mark.parametrize("text", ["a: &a [1, *a]\n", "a: &a {b: {c: *a}}\n"])
def test_an_alias_of_what_it_stands_in_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "round.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"round\.yaml:1: not a valid YAML file \(found: an alias \(\*\) of what it"):
        read_yaml(path)


@pytest.mark.parametrize(
    "text",
    [
        "a:\n  b: 1\na.b: 2",
        "a.b: 2\na:\n  b: 1",
        "a: {b: 1, b: 2}",
        "a.b.c: 1\na:\n  b: {c: 2}",
        "a.b: {c: 1}\na: {b: {d: 2}}",
    ],
)
def test_a_key_stands_once_in_whatever_spelling(tmp_path: Path, text: str) -> None:
    path = tmp_path / "twice.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(
        UserError, match=r"twice\.yaml:\d: not a valid YAML file \(found: key 'a\.b(\.c)?' stands there twice"
    ):
        read_yaml(path)


@pytest.mark.parametrize("hidden", ["\x85", "\u2028", "\u2029"])
def test_an_end_of_a_line_that_nobody_sees_is_refused(tmp_path: Path, hidden: str) -> None:
    path = tmp_path / "hidden.yaml"
    path.write_text(f"a: 1\nb: 2 # a comment{hidden}c: 3\n", encoding="utf-8")
    with pytest.raises(UserError, match=rf"hidden\.yaml:2: .*U\+{ord(hidden):04X}"):
        read_yaml(path)


@pytest.mark.parametrize("text", ["a: " + "[" * 300_000, "{a: " * 60_000, "- " * 50_000, "a: " + "[" * 101 + "]" * 101])
def test_nesting_has_an_end(tmp_path: Path, text: str) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text("# first\n" + text, encoding="utf-8")
    with pytest.raises(UserError, match=r"deep\.yaml:2: .*more than 100 levels"):
        read_yaml(path)
    assert value(tmp_path, "[" * 99 + "1" + "]" * 99)


@pytest.mark.parametrize(
    "data",
    [
        "title_zh: 安居工程扶贫车间".encode()[:-1] + b" # x",  # a byte of the last character is lost
        "title_en: caf\u00e9s pr\u00e8s d'\u00e9coles".encode("latin-1"),
        "a: 1".encode("utf-16"),
    ],
)
def test_what_is_in_neither_encoding_is_not_read_as_other_characters(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "coded.yaml"
    path.write_bytes(data)
    with pytest.raises(UserError, match="neither UTF-8 nor GB 18030"):
        read_yaml(path)


@pytest.mark.parametrize("title", ["扶贫车间", "镕", "朱镕基", "〇", "a中"])
def test_chinese_editors_write_gb_18030(tmp_path: Path, title: str) -> None:
    path = tmp_path / "coded.yaml"
    path.write_bytes(f"title: {title}\n".encode("gb18030"))
    assert read_yaml(path).tree == {"title": title}


def test_items_of_lists_have_lines(tmp_path: Path) -> None:
    path = tmp_path / "list.yaml"
    path.write_text("axes:\n  - grid:\n      a: 1\n  - list:\n      - {b: 1}\n      - {b: 2}\n", encoding="utf-8")
    file = read_yaml(path)
    places = {"axes[0].grid.a": 3, "axes[1].list": 4, "axes[1].list[1].b": 6, "axes[1].list[7]": 4, "axes[9].x": 1}
    assert {key: int(file.place(key).rpartition(":")[2]) for key in places} == places


# The same in every file that a user writes.


@pytest.mark.parametrize(("text", "number"), [("040", 40), ("007", 7), ("+5", 5), ("1e3", 1000), ("'040'", 40)])
def test_numbers_of_scenario_files(tmp_path: Path, text: str, number: float) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"levers:\n  workshops: {{size: {text}, start: 2020-07}}\n", encoding="utf-8")
    assert compose_run([f"scenario={path}"]).policy.levers["workshops"].size == number


@pytest.mark.parametrize("text", ["1:30", "1_000", "0x1F", "0o40", "0b1", "yes", "2020-01-01", ".inf", ".nan", "４０"])
def test_what_is_no_number_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"levers:\n  workshops:\n    size: {text}\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"mine\.yaml:3: 'levers\.workshops\.size' is not a number") as error:
        compose_run([f"scenario={path}"])
    near = {"1_000": "1000", "４０": "40"}.get(text)
    assert (f"nearest: '{near}'" in str(error.value)) == bool(near)


@pytest.mark.parametrize("text", ["2020-01-01", "2020", "yes", "2020-1", "1:30", "２０２０-０７"])
def test_what_is_no_month_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"levers:\n  workshops: {{size: 4}}\n  bus_lines: {{size: 1, start: {text}}}\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"mine\.yaml:3: 'levers\.bus_lines\.start' is not a month"):
        compose_run([f"scenario={path}"])


def test_numbers_of_sweep_files(tmp_path: Path) -> None:
    path = tmp_path / "octal.yaml"
    text = "scenarios: [workshops]\nset: {population.size: town}\naxes:\n"
    text += "  - grid: {levers.workshops.size: [005, 010, 020]}\n"
    path.write_text(text + "seeds: 010\n", encoding="utf-8")
    sweep = read_sweep(str(path))
    assert sweep.axes == (Axis("grid", ("levers.workshops.size",), [(5.0,), (10.0,), (20.0,)]),)
    assert sweep.seeds == tuple(range(1, 11))
    for wrong in ("1:30", "0x10", "1_000"):
        path.write_text(text.replace("010", wrong), encoding="utf-8")
        with pytest.raises(UserError, match=r"octal\.yaml:4: 'levers\.workshops\.size' is not a number"):
            read_sweep(str(path))


@pytest.mark.parametrize(("word", "number"), [("040", 40), ("+5", 5), ("1e3", 1000), ("40.0", 40)])
def test_numbers_of_the_command_line(word: str, number: float) -> None:
    assert (
        compose_run(["scenario=workshops", f"levers.workshops.size={word}"]).policy.levers["workshops"].size == number
    )
    assert read_sweep(None, [f"levers.workshops.size={word},7"]).axes[0].rows == [(number,), (7.0,)]


@pytest.mark.parametrize(
    "word",
    [
        "1:30",
        "0x10",
        "0o40",
        "0b1",
        "٣",
        "４０",
        "yes",
        "1:30:00",
        "4 0",
        "1_",
        "2020-01-01",
        "1_000",
        "1_0.5",
        "1.0_5",
        "1e1_0",
    ],
)
def test_what_is_no_number_on_the_command_line(word: str) -> None:
    with pytest.raises(UserError, match=r"'levers\.workshops\.size' is not a number"):
        compose_run(["scenario=workshops", f"levers.workshops.size={word}"])
    with pytest.raises(UserError, match=r"'levers\.workshops\.size' is not a number"):
        read_sweep(None, [f"levers.workshops.size={word},7"])


def test_months_of_a_sweep_are_written_one_way() -> None:
    assert read_sweep(None, ["seeds=2", "months=[2020-07,'2020-07']"]).months == ("2020-07",)
    with pytest.raises(UserError, match="'months' are not months"):
        read_sweep(None, ["seeds=2", "months=[2020-07,２０２０-０８]"])


def test_numbers_of_a_population(tmp_path: Path) -> None:
    text = (CONF / "region" / "liupanshui" / "population.yaml").read_text(encoding="utf-8")
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "{value: 26, unit: sites" in row)
    path = tmp_path / "population.yaml"
    path.write_text(text.replace("{value: 26, unit: sites", "{value: 026, unit: sites"), encoding="utf-8")
    assert read_settings(path).sites.shuicheng_sites == 26
    path.write_text(text.replace("{value: 26, unit: sites", "{value: 1:30, unit: sites"), encoding="utf-8")
    with pytest.raises(ValueError, match=rf"population\.yaml:{line}: sites\.shuicheng_sites: found '1:30'"):
        read_settings(path)


def test_hydra_composes_what_this_reader_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil  # noqa: PLC0415

    shutil.copytree(CONF, tmp_path / "conf")
    jobs, workshops = tmp_path / "conf" / "parameters" / "jobs.yaml", tmp_path / "conf" / "scenario" / "workshops.yaml"
    jobs.write_text(jobs.read_text(encoding="utf-8") + "more: {octal: 040, time: 1:30, word: on}\n", encoding="utf-8")
    workshops.write_text(workshops.read_text(encoding="utf-8") + "more: [010, 1_000]\n", encoding="utf-8")
    monkeypatch.setattr("scenarios.settings.config.CONF", tmp_path / "conf")
    _composed.cache_clear()
    try:
        tree = composed("workshops")
    finally:
        _composed.cache_clear()
    assert tree["parameters"]["jobs"]["more"] == {"octal": 40, "time": "1:30", "word": "on"}
    assert tree["more"] == [10, "1_000"]


def test_hydra_composes_files_and_copies_no_value_of_them() -> None:
    composed("baseline")
    stored = ConfigStore.instance().repo
    for group in WHOLE_GROUPS:
        for path in (CONF / group).glob("*.yaml"):
            assert stored[group][path.name].node == {FILE: f"{group}/{path.name}"}


def test_conf_is_composed_as_it_is_read() -> None:
    tree = composed("workshops")
    for name, entries in tree["parameters"].items():
        assert entries == read_yaml(CONF / "parameters" / f"{name}.yaml").tree
    assert settings_of("slurm", {"jobs_at_once": "040"})["jobs_at_once"] == 40
