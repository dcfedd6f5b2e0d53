"""`make restamp`: hashes are renewed where the first draws are as stored, to the bit; otherwise nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest

from calibration.entries import RESTAMP
from calibration.upkeep import reruns, restamp
from calibration.upkeep.reruns import Missing, Rerun, first_difference, posterior
from scenarios.base.door import loaded
from scenarios.base.output.whole_files import write_text
from scenarios.compare.prior_effects import stored_prior_effects
from scenarios.report.readings import alternative_readings, open_readings, switch_words
from scenarios.runs.parameter_sets import TARGET, Draws, posterior_file, read_draws, write_draws
from scenarios.runs.sources import RESULTS, source_hash
from scenarios.settings.config import RunConfig, compose_run
from tests.calibration.made_draws import run_draws


class Here:
    """Work in this process."""

    def __init__(self, processes: int) -> None:
        assert processes == 0

    def map(self, work: object, names: Iterable[str]) -> Iterator[object]:
        assert callable(work)
        return map(work, names)

    def close(self) -> None:
        """Nothing to end."""


Results = dict[str, list[Rerun | Missing]]


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Results:
    """Two committed results: what their reruns find."""
    found: Results = {
        name: [Rerun(tmp_path / name, 3, "", partial(write_text, tmp_path / name, "new"))]
        for name in ("posterior", "readings")
    }
    monkeypatch.setattr(restamp, "ProcessPool", Here)
    monkeypatch.setattr(restamp, "rerun_of", lambda name: found.get(name, []))
    return found


def test_what_is_as_stored_gets_the_new_hash(
    results: Results, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert RESTAMP.enter([]) == 0
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"posterior": "new", "readings": "new"}
    assert capsys.readouterr().out.count("hash renewed, 3 draws run again") == 2
    results.clear()
    assert RESTAMP.enter([]) == 0
    assert "all committed results are of these sources" in capsys.readouterr().out


def test_one_difference_writes_nothing_at_all(
    results: Results, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (rerun,) = results["readings"]
    assert isinstance(rerun, Rerun)
    results["readings"] = [rerun._replace(differs="draw 3: target:employed 40560, stored 40558")]
    assert RESTAMP.enter([]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = (line for line in said.err.splitlines() if "draw 3: target:employed 40560, stored 40558" in line)
    assert "make readings" in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["check=true"], ["seed=2"]])
def test_other_words_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert RESTAMP.enter(words) == 2
    assert words[0].partition("=")[0] in capsys.readouterr().err


@pytest.fixture
def committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: RunConfig) -> tuple[Path, Draws]:
    """Draws of the default reading that other sources made, in a place of their own; those of no other reading."""
    path = tmp_path / "posterior" / "default.csv"
    draws = run_draws(config, 2)
    write_draws(path, Draws(draws.table, {**draws.made, "source": "other"}))
    monkeypatch.setattr(reruns, "posterior_file", lambda given: path.with_name(posterior_file(given).name))
    for name, value in {"DRAWS_FILE": path, "FOLDER": tmp_path, "DRAWS": 1}.items():
        monkeypatch.setattr(reruns, name, value)
    return path, read_draws(path)


def test_posterior_draws_of_other_sources(committed: tuple[Path, Draws], tmp_path: Path) -> None:
    """Draws, calibration and proof with another hash: renewed as they are; with another number, they differ."""
    path, old = committed
    calibration, proof = tmp_path / "calibration.json", tmp_path / "proof.json"
    calibration.write_text(json.dumps(old.made))
    proof.write_text(json.dumps({"source": "other"}))
    before = path.read_bytes()
    found = [each for each in posterior() if isinstance(each, Rerun)]
    assert [(each.path, each.draws, each.differs) for each in found] == [
        (path, 1, ""), (calibration, 1, ""), (proof, 1, ""),
    ]  # fmt: skip
    for each in found:
        each.renew()
    assert path.read_bytes() == before
    source = source_hash("posterior")
    assert read_draws(path).made == json.loads(calibration.read_text()) == {**old.made, "source": source}
    assert json.loads(proof.read_text()) == {"source": source}
    assert not [each for each in posterior() if isinstance(each, Rerun)]
    table = old.table.copy()
    table.loc[0, f"{TARGET}employed"] += 1
    write_draws(path, Draws(table, old.made))
    (other,) = (each for each in posterior() if isinstance(each, Rerun))
    assert "target:employed" in other.differs


def test_a_proof_of_another_calibration_is_not_renewed(committed: tuple[Path, Draws], tmp_path: Path) -> None:
    (tmp_path / "calibration.json").write_text(json.dumps(committed[1].made))
    (tmp_path / "proof.json").write_text(json.dumps({"source": "a third"}))
    *_, proof = posterior()
    assert isinstance(proof, Rerun)
    assert proof.differs == "not of calibration.json"


def test_every_result_that_is_not_there_is_named_with_its_command(
    committed: tuple[Path, Draws], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = committed[0]
    write_draws(path, Draws(committed[1].table, {**committed[1].made, "source": source_hash("posterior")}))
    readings = alternative_readings(open_readings())
    found = list(posterior())
    assert all(isinstance(each, Missing) for each in found)
    others = {posterior_file(compose_run(switch_words(each))).name for each in readings}
    assert {each.path.name for each in found} == {*others, "calibration.json", "proof.json"}
    assert [each.makes for each in found if isinstance(each, Missing)] == [
        *["make calibrate-readings"] * len(readings),
        "make calibrate, then python -m calibration.page", "make calibrate-proof, then python -m calibration.page",
    ]  # fmt: skip
    monkeypatch.setattr(reruns, "stored_prior_effects", lambda: stored_prior_effects(tmp_path / "none.csv"))
    for name in ("READINGS_FILE", "PAGE"):
        monkeypatch.setattr(reruns, name, tmp_path / "none")
    monkeypatch.setattr(reruns, "EXAMPLE", tmp_path / "none")
    commands = []
    for rerun in (reruns.prior_effects, reruns.readings, reruns.plausibility, reruns.example):
        (missing,) = rerun()
        assert isinstance(missing, Missing)
        commands.append(missing.makes)
    assert commands == ["make prior-effects", "make readings", "make plausibility", "make brief, then make example"]


@pytest.mark.parametrize(("word", "says"), [("language=en", "missing; made by make readings"),
                                            ("language=zh", "缺失；生成命令：make readings")])  # fmt: skip
def test_what_is_missing_is_said(
    results: Results, word: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results.clear()
    results["readings"] = [Missing(tmp_path / "readings.csv", "make readings")]
    assert RESTAMP.enter([word]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert says in line


def test_the_first_difference_is_named() -> None:
    stored = {"all": {"workshops": [1.0, 2.0], "school": [3.0]}}
    assert first_difference(stored, {"all": {"workshops": [1.0, 2.0], "school": [3.0]}}) == ""
    assert first_difference(stored, {"all": {"workshops": [1.0, 2.5], "school": [3.0]}}) == (
        "all: workshops [1.0, 2.5], stored [1.0, 2.0]"
    )
    assert first_difference(stored, {}) == f"all None, stored {stored['all']}"


def test_every_committed_result_can_be_run_again() -> None:
    committed = {name for name, result in RESULTS.items() if result.rerun}
    assert committed == {"comparison", "posterior", "prior_effects", "readings", "rings", "plausibility"}
    for name in committed:
        assert callable(loaded(RESULTS[name].rerun))
        assert RESULTS[name].anew
