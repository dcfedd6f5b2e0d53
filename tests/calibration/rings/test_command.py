"""`python -m calibration.rings` on a town: the table, what it came to, the check by runs, one line for mistakes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from calibration.entries import RINGS
from calibration.rings import command, store
from calibration.rings.moves import CHECK_COLUMNS
from scenarios.compare.rings_table import RINGS_FILE, draw_keys, read_rings
from scenarios.report.borrowed import items_of, read_borrowed
from scenarios.report.patterns import RINGS as NAMES
from scenarios.report.patterns import read_patterns
from scenarios.runs.parameter_sets import PATTERN, Draws, write_draws
from scenarios.runs.sources import source_hash
from scenarios.settings.config import compose_run
from tests.calibration.made_draws import run_draws

TOWN = "population.size=town"
N = 4


@pytest.fixture(scope="module")
def draws() -> Draws:
    made = run_draws(compose_run([TOWN]), N)
    # A town meets hardly any finding of the city: its draws are of a fit without them.
    return Draws(made.table, {**made.made, "without": [
        str(name).removeprefix(PATTERN) for name in made.table if str(name).startswith(PATTERN)
    ]})  # fmt: skip


@pytest.fixture
def words(draws: Draws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is typed for the town's draws; runs are made in this process."""

    def here(work: Callable[[Any], Any], items: Iterable[Any], _: int, start: Any, arguments: Any) -> Iterator[Any]:
        start(*arguments)
        yield from map(work, items)

    monkeypatch.setattr(store, "in_processes", here)
    monkeypatch.setattr(command, "CHECK", tmp_path / "check.csv")
    write_draws(tmp_path / "draws.csv", draws)
    given = {"draws_file": "draws.csv", "cache": "cache", "output": "rings.csv"}
    return [TOWN, *(f"{key}={tmp_path / name}" for key, name in given.items())]


def test_the_table_and_what_it_came_to(
    words: list[str], draws: Draws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = RINGS_FILE.read_bytes() if RINGS_FILE.is_file() else None
    assert RINGS.enter([*words, "moves=1"]) == 0
    rings = read_rings(tmp_path / "rings.csv")
    assert rings is not None
    assert list(rings.table["draw"]) == list(draws.table["draw"])
    assert list(rings.table["key"]) == draw_keys(draws)
    items = items_of(read_patterns(compose_run([]).region / "patterns.csv"), read_borrowed())
    assert {name for name in rings.table if name.startswith("value:")} == {f"value:{item.id}" for item in items}
    assert rings.table["weight:report"].tolist() == [1.0] * N
    for ring in NAMES:
        assert rings.table[f"weight:{ring}"].mean() == pytest.approx(1.0, rel=1e-5)
    shares = [name for name in rings.table if name.startswith("share:")]
    assert rings.table[shares].sum(axis=1).tolist() == pytest.approx([1.0] * N, abs=1e-5)
    made = json.loads((tmp_path / "rings.json").read_text(encoding="utf-8"))
    assert made["source"] == source_hash("rings")
    assert set(made["items"]) == {item.id for item in items}
    assert made["rings"]["report"]["effective_draws"] == N
    assert not made["rings"]["world"]["enough"]
    settled = made["rings"]["report"]["residence"]["households_settled"]["mean"]
    assert settled == pytest.approx(rings.table["share:households_settled"].mean(), rel=1e-4)
    out = capsys.readouterr().out
    assert "nothing under it is called firm" in out
    check = pd.read_csv(tmp_path / "check.csv")
    assert tuple(check.columns) == CHECK_COLUMNS
    assert check["shift"].abs().is_monotonic_decreasing
    told = made["check"]
    assert (told["moves"], told["parameter"], told["of"]) == (1, check["parameter"][0], len(check))
    assert told["shift"] == pytest.approx(check["shift"][0], abs=1e-4)
    limit = 3.0 / made["rings"]["world"]["effective_draws"] ** 0.5
    assert told["limit"] == pytest.approx(limit, abs=1e-4)
    assert told["beyond"] == (check["shift"].abs() > limit).sum()
    assert (RINGS_FILE.read_bytes() if RINGS_FILE.is_file() else None) == before  # a town's go elsewhere

    first = (tmp_path / "rings.csv").read_bytes()
    assert RINGS.enter(words) == 0  # from the cache
    assert (tmp_path / "rings.csv").read_bytes() == first


def test_fewer_draws_are_the_first(words: list[str], draws: Draws, tmp_path: Path) -> None:
    assert RINGS.enter([*words, "draws=2"]) == 0
    rings = read_rings(tmp_path / "rings.csv")
    assert rings is not None
    assert list(rings.table["draw"]) == list(draws.table["draw"].head(2))


def test_draws_that_do_not_give_their_history_are_refused(
    words: list[str], draws: Draws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = draws.table.assign(**{"target:employed": draws.table["target:employed"] + 1})
    write_draws(tmp_path / "draws.csv", Draws(other, draws.made))
    assert RINGS.enter([*words, "draws=2"]) == 2
    assert "draw 0 does not give the target:employed of its table" in capsys.readouterr().err
    assert not (tmp_path / "rings.csv").exists()


def test_draws_of_another_city_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert RINGS.enter([word for word in words if word != TOWN]) == 2
    assert "population" in capsys.readouterr().err
