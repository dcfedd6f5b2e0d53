"""`make draws`: what is kept and told, one line for every mistake, nothing written before the table is whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from calibration import draws as command
from calibration import prior
from calibration.accept import ACCEPTED, FATES, OUT_OF_REACH, PATTERNS_MISSED, SCREENED, Candidate
from calibration.draws import main
from calibration.prior import SOLVED, free_parameters
from scenarios.compare.draws import (
    DRAWS_FILE,
    PARAMETER,
    PATTERN,
    TARGET,
    Draws,
    check_draws,
    read_draws,
    rounded,
    source_hash,
    write_draws,
)
from scenarios.config import RunConfig
from scenarios.figures import Figure
from scenarios.run import load_population
from simulation.population import Population

TOWN = "population.size=town"
Try = Callable[[int], Candidate]
pytestmark = pytest.mark.usefixtures("in_this_process")


def every_third(number: int) -> Candidate:
    """Keep draws 2, 5, 8, ...; screen the first of three, miss a pattern with the second."""
    if number % 3 == 2:
        row = {"draw": number, "seed": number + 1, f"{PARAMETER}residence.b_school": 0.5, f"{TARGET}employed": 40_558.0}
        return Candidate(number, ACCEPTED, (), row, 4)
    if number % 3 == 1:
        return Candidate(number, PATTERNS_MISSED, ("land_ties", "old_house_ties"), {}, 5)
    return Candidate(number, SCREENED, (), None, 1)


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The draws that were tried, by `every_third` instead of the model."""
    tried: list[int] = []

    def one(number: int) -> Candidate:
        tried.append(number)
        return every_third(number)

    monkeypatch.setattr(command, "_start", lambda *arguments: None)
    monkeypatch.setattr(command, "_try", one)
    return tried


@pytest.fixture(autouse=True)
def small_prior_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the prior's spread, which nothing here looks at, from few draws."""
    monkeypatch.setattr(prior, "PRIOR_SAMPLE", 3)


# Drawing


def test_draws_are_kept_until_there_are_enough(
    tries: list[int], tmp_path: Path, config: RunConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "draws.csv"
    assert main(["accepted=2", "candidates=50", "prior_seed=9", f"output={path}"]) == 0
    assert tries == [0, 1, 2, 3, 4, 5]
    found = read_draws(path)
    assert found.table["draw"].tolist() == [2, 5]
    made = found.made
    # six tried: two each of screened, pattern missed, accepted; 2 / 6; runs 2 (1 + 5 + 4)
    assert (made["candidates"], made["accepted"], made["acceptance_rate"]) == (6, 2, 0.3333)
    assert made["fates"] == {**dict.fromkeys(FATES, 0), SCREENED: 2, PATTERNS_MISSED: 2, ACCEPTED: 2}
    assert made["patterns_missed"] == {"land_ties": 2, "old_house_ties": 2}
    assert (made["history_runs"], made["prior_seed"], made["source"]) == (20, 9, source_hash())
    free = free_parameters(config.resolved["parameters"])
    assert made["prior"] == {key: [one.low, one.high] for key, one in free.items()}
    assert set(made["prior_sd"]) == set(free)
    assert {entry["rate"] for entry in made["solved"].values()} == set(SOLVED.values())
    check_draws(found, config, path)
    said = capsys.readouterr()
    assert "2 draws of 6 kept (33.3 %)" in said.out


def test_too_few_that_fit_are_one_line_and_no_table(
    tries: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accepted=3", "candidates=7", f"output={tmp_path / 'draws.csv'}"]) == 2
    assert tries == list(range(7))
    said = capsys.readouterr()
    assert (said.out, said.err.strip().count("\n")) == ("", 0)
    assert "only 2 of 7 draws fit the report" in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("accepted=0", "1"),
        ("accepted=many", "accepted"),
        ("candidates=0", "1"),
        ("candidates=1.5", "candidates"),
        ("prior_seed=-1", "prior_seed"),
        ("processes=-1", "processes"),
        ("check=perhaps", "neither true nor false"),
        ("output=", "empty"),
        ("acepted=3", "acepted"),
        ("reading.labour_scope=rich", "poor"),
    ],
)
def test_a_mistake_is_one_line_with_code_2(
    tries: list[int], tmp_path: Path, word: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [word] if word == "output=" else [word, f"output={tmp_path / 'draws.csv'}"]
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert says in said.err
    assert tries == []
    assert list(tmp_path.iterdir()) == []


def test_stopped_means_nothing_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(number: int) -> Candidate:
        if number == 3:
            raise KeyboardInterrupt
        return every_third(number)

    path = tmp_path / "draws.csv"
    write_draws(path, Draws(pd.DataFrame([every_third(2).row]), {"source": "older"}))
    before = path.read_bytes(), path.with_suffix(".json").read_bytes()
    monkeypatch.setattr(command, "_start", lambda *arguments: None)
    monkeypatch.setattr(command, "_try", stopped)
    assert main(["accepted=9", f"output={path}"]) == 130
    assert "nothing was written" in capsys.readouterr().err
    assert (path.read_bytes(), path.with_suffix(".json").read_bytes()) == before
    assert len(list(tmp_path.iterdir())) == 2


def test_the_worker_tries_draws_of_its_prior(
    monkeypatch: pytest.MonkeyPatch, config: RunConfig, tmp_path: Path
) -> None:
    seen: list[tuple[Any, ...]] = []

    def noted(*arguments: Any) -> Candidate:
        seen.append(arguments)
        return Candidate(arguments[0], OUT_OF_REACH, (), None, 2)

    monkeypatch.setattr(command, "try_draw", noted)
    assert main(["accepted=1", "candidates=2", "prior_seed=5", TOWN, f"output={tmp_path / 'draws.csv'}"]) == 2
    assert [(number, seed) for number, seed, *_ in seen] == [(0, 5), (1, 5)]
    entries, report, base = seen[0][2:]
    assert entries == config.resolved["parameters"]
    assert base == config.parameters
    assert 200 < len(report.population.households) < 400  # the town
    assert report.reading == config.reading


def test_help_in_two_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert main(["--help", "language=zh"]) == 0
    text = capsys.readouterr().out
    assert all(f"[{key}=" in text for key in command.OWN)
    assert "用法" in text


# Checking a table


@pytest.fixture(scope="module")
def two_draws() -> Draws:
    """The first two draws of calibration/tables/, as if made by sources of long ago."""
    stored = read_draws(DRAWS_FILE)
    return Draws(stored.table.head(2), {**stored.made, "source": "long ago"})


@pytest.fixture(scope="module")
def city(config: RunConfig, figures: dict[str, Figure]) -> Population:
    """The population of the whole city."""
    return load_population(config, figures)


@pytest.fixture
def checked_on(monkeypatch: pytest.MonkeyPatch, city: Population) -> None:
    """Make the population once for all checks."""
    monkeypatch.setattr(command, "load_population", lambda config, figures: city)


@pytest.mark.usefixtures("checked_on")
def test_a_table_that_comes_out_again_gets_the_present_hash(
    two_draws: Draws, config: RunConfig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "draws.csv"
    write_draws(path, two_draws)
    before = path.read_bytes()
    assert main(["check=true", f"output={path}"]) == 0
    assert path.read_bytes() == before
    found = read_draws(path)
    assert found.made["source"] == source_hash()
    for name in ("accepted", "candidates", "acceptance_rate", "fates", "history_runs", "prior_seed"):
        assert found.made[name] == two_draws.made[name]
    check_draws(found, config, path)
    assert "kept" in capsys.readouterr().out


@pytest.mark.parametrize(
    "column", ["target:employed", f"{PATTERN}both_ends_apparent", f"{PARAMETER}residence.b_school"]
)
@pytest.mark.usefixtures("checked_on")
def test_a_table_with_an_altered_value_is_refused(
    two_draws: Draws, tmp_path: Path, column: str, capsys: pytest.CaptureFixture[str]
) -> None:
    table = two_draws.table.copy()
    place = list(table.columns).index(column)
    table.iloc[1, place] = (
        rounded(table.iloc[1, place] * 0.99) if column.startswith(PARAMETER) else table.iloc[0, place]
    )
    assert table.iloc[1, place] != two_draws.table.iloc[1, place]
    path = tmp_path / "draws.csv"
    write_draws(path, Draws(table, two_draws.made))
    before = path.read_bytes(), path.with_suffix(".json").read_bytes()
    assert main(["check=true", f"output={path}"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip().count("\n") == 0
    assert f"draw {table['draw'].iloc[1]} gives other results" in said.err
    assert "make draws" in said.err
    assert (path.read_bytes(), path.with_suffix(".json").read_bytes()) == before
    assert json.loads(before[1])["source"] == "long ago"
