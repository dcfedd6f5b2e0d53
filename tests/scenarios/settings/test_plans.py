"""One site, one plan: the line that a key takes, the table beside a scenario file, and each mistake in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenarios.base.errors import UserError
from scenarios.settings.config import RunConfig, compose_run
from scenarios.settings.help_text import read_tree
from scenarios.settings.plans import check_plans, planned
from scenarios.settings.schema import SIZE_MOST
from simulation.levers.catalogue import LEVERS

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FORM = "SITE:UNITS in whole numbers, apart by spaces: 3:2 17:1"


def fault(*words: str) -> tuple[str, str]:
    """Return the error of a configuration, (English, Chinese): one line each."""
    with pytest.raises(UserError) as caught:
        compose_run(words)
    english, chinese = str(caught.value), caught.value.say("zh")
    assert "\n" not in english + chinese
    assert CHINESE.search(chinese)
    assert not CHINESE.search(english)
    return english, chinese


def written(folder: Path, table: str | bytes, levers: str = "", name: str = "mine") -> str:
    """Write a scenario file and the table beside it; return the word that names it."""
    text = f"scenario: {{name: {name}}}\nplan: {name}.csv\n" + (f"levers:\n{levers}" if levers else "")
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / f"{name}.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
    return f"scenario={folder / f'{name}.yaml'}"


# The line


def test_a_line_says_what_each_site_gets() -> None:
    lever = compose_run(["levers.workshops.plan=17:1 3:2"]).policy.levers["workshops"]
    assert (lever.size, lever.targeting, lever.by_site) == (3.0, "plan", ((3, 2.0), (17, 1.0)))
    assert lever.phase_in_months == 12  # all else is that of the lever
    for word in ("levers.workshops.size=3", "levers.workshops.targeting=plan"):
        assert compose_run(["levers.workshops.plan=17:1 3:2", word]).policy.levers["workshops"] == lever


def test_a_share_is_whole_whatever_its_plan_adds_up_to() -> None:
    lever = compose_run(["levers.school_gap.plan=3:2 17:1"]).policy.levers["school_gap"]
    assert (lever.size, lever.targeting, lever.by_site) == (1.0, "plan", ((3, 2.0), (17, 1.0)))


def test_every_lever_that_is_spread_takes_a_plan_and_no_other() -> None:
    for rule in LEVERS:
        word = f"levers.{rule.name}.plan=0:1"
        if rule.spread_over_sites:
            assert compose_run([word]).policy.levers[rule.name].by_site == ((0, 1.0),)
            continue
        for key in ("plan=0:1", "targeting=need"):
            english, _ = fault(f"levers.{rule.name}.{key}")
            assert f"'{rule.name}' is not spread over sites: it has no '{key.partition('=')[0]}'" in english


@pytest.mark.parametrize(
    "word", ["3", "3:", ":2", "3:0", "3:-1", "3:1.5", "-3:1", "a:1", "3=1", "3:2:1", "3：2", "²:1"]
)
def test_what_is_no_plan(word: str) -> None:
    english, chinese = fault(f"levers.workshops.plan=0:1 {word}")
    assert f"the plan of 'workshops' cannot be read (found: {word}); allowed here: {FORM}, each site once" in english
    assert f"现为：{word}" in chinese


@pytest.mark.parametrize("line", ["3:2 3:1", "3:2 5:1 03:2"])
def test_a_site_stands_once(line: str) -> None:
    english, _ = fault(f"levers.workshops.plan={line}")
    assert f"(found: {line.rsplit(maxsplit=1)[-1]})" in english
    assert "each site once" in english


@pytest.mark.parametrize("lever", ["bus_lines", "services_and_shops", "culture_and_custom", "learning_support"])
def test_a_site_has_one_line_or_is_one_site(lever: str) -> None:
    assert read_tree()["levers"][lever]["unit"] in ("lines", "sites")
    english, chinese = fault(f"levers.{lever}.plan=3:1 17:2")
    assert "(found: 17:2)" in english
    assert "each site once; units: 1;" in english
    assert "数量：1" in chinese
    assert compose_run([f"levers.{lever}.plan=3:1 17:1"]).policy.levers[lever].size == 2.0


@pytest.mark.parametrize("size", ["0", "2", "30", "3.5"])
def test_a_size_beside_a_plan_is_its_sum(size: str) -> None:
    english, chinese = fault("levers.workshops.plan=3:2 17:1", f"levers.workshops.size={size}")
    assert f"'levers.workshops.size' is not what its plan adds up to (found: {size}); allowed here: 3" in english
    assert "合计不符" in chinese


def test_a_plan_cannot_be_larger_than_a_size() -> None:
    assert compose_run([f"levers.industry_park.plan=3:{SIZE_MOST}"]).policy.levers["industry_park"].size == SIZE_MOST
    english, _ = fault(f"levers.industry_park.plan=3:{SIZE_MOST} 4:1")
    assert f"adds up to too much (found: {SIZE_MOST + 1}); allowed here: <= {SIZE_MOST}" in english


def test_targeting_by_plan_needs_one() -> None:
    english, chinese = fault("levers.workshops.size=3", "levers.workshops.targeting=plan")
    assert "'levers.workshops' has no plan (found: plan)" in english
    assert "set levers.workshops.plan, or name a table: plan: FILE.csv" in english
    assert "没有逐点方案" in chinese


@pytest.mark.parametrize("rule", ["need", "size", "showcase", "equal"])
def test_a_plan_leaves_no_other_targeting(rule: str) -> None:
    english, chinese = fault("levers.workshops.plan=3:2", f"levers.workshops.targeting={rule}")
    assert f"'levers.workshops' has a plan and another targeting (found: {rule}); allowed here: plan" in english
    assert "既有逐点方案" in chinese


def test_the_digest_goes_by_what_the_plan_says_and_not_by_how_it_is_written() -> None:
    def digest(line: str) -> str:
        return compose_run([f"levers.workshops.plan={line}"]).digest

    assert digest("3:2 17:1") == digest("17:1 3:2") == digest("  3:2   17:1 ") == digest("03:2 17:01")
    others = [digest(line) for line in ("3:2 18:1", "3:1 17:2", "3:3", "3:2 17:1 18:1")]
    assert len({digest("3:2 17:1"), *others}) == 5
    assert compose_run(["levers.workshops.size=3"]).digest not in (digest("3:2 17:1"), *others)


@pytest.mark.parametrize(("n_sites", "found"), [(18, None), (17, 17), (3, 3)])
def test_a_site_that_is_not_there_is_named(n_sites: int, found: int | None) -> None:
    policy = compose_run(["levers.workshops.plan=3:2 17:1", "levers.bus_lines.plan=0:1"]).policy
    if found is None:
        check_plans(policy, n_sites)
        return
    with pytest.raises(UserError) as caught:
        check_plans(policy, n_sites)
    assert caught.value.key == "levers.workshops.plan"
    assert f"a site that is not there (found: {found}); allowed here: 0 .. {n_sites - 1}" in str(caught.value)
    assert "不存在的安置点" in caught.value.say("zh")


def test_a_line_is_read_in_the_order_of_sites() -> None:
    assert planned("workshops", "17:1 3:2", "workshops") == ((3, 2.0), (17, 1.0))
    assert planned("workshops", "", "workshops") == ()


# The table


TABLE = "site,lever,size\n3,workshops,2\n17,bus_lines,1\n17,workshops,1\n5,industry_park,0\n"


def test_a_table_beside_a_file_is_the_same_as_the_lines(tmp_path: Path) -> None:
    table = compose_run([written(tmp_path, TABLE)])
    lines = compose_run(["levers.workshops.plan=3:2 17:1", "levers.bus_lines.plan=17:1"])
    assert table.policy == lines.policy
    assert table.digest == lines.digest
    assert set(table.policy.levers) == {"workshops", "bus_lines"}


def test_a_table_may_have_other_rows_first_blank_rows_and_chinese_encoding(tmp_path: Path) -> None:
    turned = "site,lever,size\r\n17, workshops ,1\r\n\r\n17,bus_lines,1\r\n3,workshops,2\r\n"
    assert compose_run([written(tmp_path, turned)]).digest == compose_run([written(tmp_path, TABLE)]).digest
    marked = b"\xef\xbb\xbf" + TABLE.encode()
    assert compose_run([written(tmp_path, marked)]).digest == compose_run([written(tmp_path, TABLE)]).digest


def test_a_lever_of_which_no_site_gets_anything_is_not_pulled(tmp_path: Path) -> None:
    nothing = compose_run([written(tmp_path, "site,lever,size\n3,workshops,0\n5,workshops,0\n")])
    assert nothing.policy.levers == {}
    assert nothing.digest == compose_run([]).digest


def test_other_keys_of_a_planned_lever_stand_in_the_file(tmp_path: Path) -> None:
    levers = "  workshops: {phase_in_months: 3, start: 2021-05}\n  public_posts: {size: 9}\n"
    config = compose_run([written(tmp_path, TABLE, levers)])
    assert config.policy.levers["workshops"].phase_in_months == 3
    assert config.policy.levers["workshops"].by_site == ((3, 2.0), (17, 1.0))
    assert config.policy.levers["public_posts"].targeting == "need"


@pytest.mark.parametrize(
    ("table", "row", "expected", "chinese"),
    [
        ("3,workshops,2\n4,workshop,1\n", 3, "'workshop' is no lever that is spread over sites", "不是按安置点"),
        ("3,workshop,2\n", 2, "nearest: 'workshops'", "是否想写 'workshops'"),
        ("3,housing_title,1\n", 2, "'housing_title' is no lever that is spread over sites", "不是按安置点"),
        ("three,workshops,2\n", 2, "'site' is not a whole number (found: three)", "'site' 应为整数"),
        ("-3,workshops,2\n", 2, "'site' is not a whole number (found: -3)", "应为整数"),
        ("3,workshops,2.5\n", 2, "'size' is not a whole number (found: 2.5)", "'size' 应为整数"),
        ("3,workshops,\n", 2, "'size' is not a whole number (found: '')", "应为整数"),
        ("3,workshops,2\n4,bus_lines,1\n3,workshops,1\n", 4, "site 3 stands twice for 'workshops'", "出现两次"),
        ("3,workshops,2,9\n", 2, "4 cells", "无法读取"),
        ("3,workshops\n", 2, "2 cells", "无法读取"),
        ('3,"workshops,2\n', 2, "cannot be read", "无法读取"),
    ],
)
def test_mistakes_in_a_table_name_its_row(table: str, row: int, expected: str, chinese: str, tmp_path: Path) -> None:
    english, said = fault(written(tmp_path, "site,lever,size\n" + table))
    assert f"mine.csv:{row}: " in english
    assert f"mine.csv:{row}: " in said
    assert expected in english
    assert chinese in said


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("site,lever,number\n3,workshops,2\n", "site,lever,number"),
        ("lever,site,size\nworkshops,3,2\n", "lever,site,size"),
        ("site;lever;size\n3;workshops;2\n", "site;lever;size"),
        ("", "''"),
    ],
)
def test_a_table_with_another_heading(table: str, found: str, tmp_path: Path) -> None:
    english, chinese = fault(written(tmp_path, table))
    assert f"mine.csv:1: the table of the plan has another heading (found: {found})" in english
    assert "allowed here: site,lever,size" in english
    assert "表头不符" in chinese


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("3,bus_lines,2\n", "the plan of 'bus_lines' cannot be read (found: 3:2)"),
        ("3,workshops,2\n03,workshops,1\n", "the plan of 'workshops' cannot be read (found: 03:1)"),
    ],
)
def test_a_table_that_is_no_plan_names_the_file_that_names_it(table: str, expected: str, tmp_path: Path) -> None:
    english, _ = fault(written(tmp_path, "site,lever,size\n" + table))
    assert "mine.yaml:2: " in english
    assert expected in english


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    word = written(tmp_path, TABLE)
    (tmp_path / "mine.csv").unlink()
    english, chinese = fault(word)
    assert f"the table of the plan is not there (found: {tmp_path / 'mine.csv'})" in english
    assert "没有逐点方案的表" in chinese


@pytest.mark.parametrize("plan", ["", "3", "[a.csv]", "{workshops: a.csv}"])
def test_a_plan_names_a_table(plan: str, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(f"scenario: {{name: mine}}\nplan: {plan}\n")
    english, chinese = fault(f"scenario={tmp_path / 'mine.yaml'}")
    assert "mine.yaml:2: 'plan' is not the name of a table" in english
    assert "应为表格文件名" in chinese


@pytest.mark.parametrize(
    ("levers", "expected"),
    [
        ("  workshops: {size: 30}\n", "is not what its plan adds up to (found: 30); allowed here: 3"),
        ("  workshops: {targeting: need}\n", "'levers.workshops.targeting' is set twice"),
        ("  workshops: {plan: '3:1'}\n", "'levers.workshops.plan' is set twice"),
        ("  industry_park: {size: 9}\n", "'levers.industry_park.size' is set twice"),
    ],
)
def test_a_file_does_not_gainsay_its_table(levers: str, expected: str, tmp_path: Path) -> None:
    english, _ = fault(written(tmp_path, TABLE, levers))
    assert "mine.yaml:2: " in english
    assert expected in english


def test_the_command_line_may_plan_otherwise(tmp_path: Path) -> None:
    word = written(tmp_path, TABLE)
    other: RunConfig = compose_run([word, "levers.workshops.plan=9:4"])
    assert other.policy.levers["workshops"].by_site == ((9, 4.0),)
    assert other.policy.levers["bus_lines"].by_site == ((17, 1.0),)
    english, _ = fault(word, "levers.workshops.targeting=need")
    assert "has a plan and another targeting (found: need)" in english
    english, _ = fault(word, "levers.workshops.size=0")
    assert "is not what its plan adds up to (found: 0); allowed here: 3" in english


def test_the_example_of_conf_is_a_plan_that_every_word_may_name() -> None:
    config = compose_run(["scenario=one_site_one_plan"])
    assert {lever.targeting for lever in config.policy.levers.values()} == {"plan"}
    assert all(lever.size == sum(units for _, units in lever.by_site) for lever in config.policy.levers.values())
    assert {lever.start_month for lever in config.policy.levers.values()} == {48}
