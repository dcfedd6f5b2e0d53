"""The command that compares: help without the model, errors in one line of either language, Ctrl-C, what it prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.base.labels import LANGUAGES
from scenarios.commands import compare as command
from scenarios.commands.compare import summary
from scenarios.entries.comparing import COMPARE
from tests.scenarios.brief.made_brief import brief_tables, plan_of, with_effect
from tests.scenarios.brief.town import compare, make_draws
from tests.scenarios.made_tables import LAST


@pytest.fixture(scope="module")
def draws(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_draws(tmp_path_factory.mktemp("draws"))


WRONG = {
    "scenarios=[]": "scenarios",
    "scenarios=baseline": "scenarios",
    "scenarios=[workshop]": "workshops",
    "scenarios=[workshops,workshops]": "workshops",
    "scenarios=[no/such.yaml]": "such.yaml",
    "scenario=workshops": "scenario",
    "seed=3": "seed",
    "title_worth=1": "title_worth",
    "draws=1": "draws",
    "draws=3": "draws",
    "second_seeds=-1": "second_seeds",
    "replace=perhaps": "replace",
    "draws_file=": "draws_file",
    "draws_file=/no/where.csv": "where.csv",
    "output=": "output",
    "population.size=city": "population",
    "end=2020-01": "end",
    "+workshops=1": "+workshops",
    "nosuch=1": "nosuch",
    "--multirun": "--multirun",
    "workshops": "workshops",
}


@pytest.mark.parametrize("word", WRONG)
def test_what_cannot_be_run_is_one_line(
    draws: Path, tmp_path: Path, word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run_all(*_: object) -> None:
        raise AssertionError("nothing wrong was found before the runs")

    monkeypatch.setattr(command, "run_all", run_all)
    lines = []
    for language in LANGUAGES:
        assert compare(draws, tmp_path / "out", word, f"language={language}") == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        lines.append(captured.err.rstrip("\n"))
        assert "\n" not in lines[-1]
        assert WRONG[word] in lines[-1]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in lines[-1]) == (language == "zh")
    assert not (tmp_path / "out").exists()


def test_draws_of_other_sources_are_refused(draws: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = draws.with_suffix(".json").read_text(encoding="utf-8")
    (tmp_path / "old.csv").write_bytes(draws.read_bytes())
    text = made.replace('"source": "', '"source": "0')
    (tmp_path / "old.json").write_text(text, encoding="utf-8")
    assert compare(tmp_path / "old.csv", tmp_path / "out") == 2
    assert "make calibrate" in capsys.readouterr().err


def test_ctrl_c_during_the_runs(
    draws: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "run_all", stop)
    for language, said in (("en", "nothing was written"), ("zh", "未写出")):
        assert compare(draws, tmp_path / "out", f"language={language}") == 130
        assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary(language: str) -> None:
    plan = plan_of(("workshops", "school_gap"))
    tables = with_effect(brief_tables(("workshops", "school_gap")), "workshops", "households_settled", p_better=1.0)
    text = summary(tables, plan, language)
    heading, head, rule, *rows = text.splitlines()
    assert LAST in heading
    assert "90" in heading
    assert [len(head.split("  ")) > 4, set(rule) <= {"-", " ", "─"}, len(rows)] == [True, True, 2]
    assert rows[0].startswith(plan.configs["workshops"].titles[language])
    assert ">99%" in rows[0].replace(" ", "")
    for piece in ("+12 [−9, +30]", "+440 [+180, +690]", "+48 [−36, +120]"):
        assert piece in rows[0]


def test_a_name_twice_is_refused_before_the_draws_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert COMPARE.enter(["scenarios=[workshops,workshops]", "draws_file=/no/where.csv"]) == 2
    assert "twice" in capsys.readouterr().err
