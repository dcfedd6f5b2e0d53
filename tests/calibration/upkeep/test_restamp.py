"""`make restamp`: hashes are renewed where the first draws are as stored, to the bit; otherwise nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest

from calibration.entries import RESTAMP
from calibration.upkeep import reruns, restamp
from calibration.upkeep.reruns import Rerun, first_difference, posterior
from scenarios.base.output.whole_files import write_text
from scenarios.runs.parameter_sets import DRAWS_FILE, TARGET, Draws, read_draws, write_draws
from scenarios.runs.sources import RESULTS, source_hash


class Here:
    """Work in this process."""

    def __init__(self, processes: int) -> None:
        assert processes == 0

    def map(self, work: object, names: Iterable[str]) -> Iterator[object]:
        assert callable(work)
        return map(work, names)

    def close(self) -> None:
        """Nothing to end."""


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, list[Rerun]]:
    """Two committed results: what their reruns find."""
    found = {
        name: [Rerun(tmp_path / name, 3, "", partial(write_text, tmp_path / name, "new"))]
        for name in ("posterior", "readings")
    }
    monkeypatch.setattr(restamp, "ProcessPool", Here)
    monkeypatch.setattr(restamp, "rerun_of", lambda name: found.get(name, []))
    return found


def test_what_is_as_stored_gets_the_new_hash(
    results: dict[str, list[Rerun]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert RESTAMP.enter([]) == 0
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"posterior": "new", "readings": "new"}
    assert capsys.readouterr().out.count("hash renewed, 3 draws run again") == 2
    results.clear()
    assert RESTAMP.enter([]) == 0
    assert "all committed results are of these sources" in capsys.readouterr().out


def test_one_difference_writes_nothing_at_all(
    results: dict[str, list[Rerun]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results["readings"] = [results["readings"][0]._replace(differs="draw 3: target:employed 40560, stored 40558")]
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


def test_posterior_draws_of_other_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The committed draws with another hash: renewed as they are; with another number, they differ."""
    draws = read_draws(DRAWS_FILE)
    path, calibration = tmp_path / "posterior" / "default.csv", tmp_path / "calibration.json"
    old = Draws(draws.table, {**draws.made, "source": "other"})
    write_draws(path, old)
    calibration.write_text(json.dumps(old.made))
    for name, value in {"POSTERIOR": path.parent, "DRAWS_FILE": path, "FOLDER": tmp_path, "DRAWS": 1}.items():
        monkeypatch.setattr(reruns, name, value)
    before = path.read_bytes()
    found = list(posterior())
    assert [(each.path, each.draws, each.differs) for each in found] == [(path, 1, ""), (calibration, 1, "")]
    for each in found:
        each.renew()
    assert path.read_bytes() == before
    assert (
        read_draws(path).made
        == json.loads(calibration.read_text())
        == {**draws.made, "source": source_hash("posterior")}
    )
    assert list(posterior()) == []
    table = draws.table.copy()
    table.loc[0, f"{TARGET}employed"] += 1
    write_draws(path, Draws(table, old.made))
    (other,) = posterior()
    assert "target:employed" in other.differs


def test_the_first_difference_is_named() -> None:
    stored = {"all": {"workshops": [1.0, 2.0], "school": [3.0]}}
    assert first_difference(stored, {"all": {"workshops": [1.0, 2.0], "school": [3.0]}}) == ""
    assert first_difference(stored, {"all": {"workshops": [1.0, 2.5], "school": [3.0]}}) == (
        "all: workshops [1.0, 2.5], stored [1.0, 2.0]"
    )
    assert first_difference(stored, {}) == f"all None, stored {stored['all']}"


def test_every_committed_result_can_be_run_again() -> None:
    committed = {name for name, result in RESULTS.items() if result.rerun}
    assert committed == {"comparison", "posterior", "prior_effects", "readings", "plausibility"}
    for name in committed:
        module, _, function = RESULTS[name].rerun.partition(":")
        assert module == reruns.__name__
        assert callable(getattr(reruns, function))
        assert RESULTS[name].anew
