"""The tables in calibration/tables/: made by these sources, of the prior, and what their draws really give.

If a test of a hash fails though results did not change, run `make restamp`; it says what to make anew otherwise.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from calibration.entries import READINGS as READINGS_COMMAND
from calibration.entries import VALIDATE
from calibration.findings.calibration import LEAST
from calibration.fitting.fit import MOST_CUT
from calibration.fitting.prior import WHOLES, prior_of
from calibration.fitting.prior_draws import prior_draws
from calibration.upkeep import readings as upkeep
from calibration.upkeep.prior_effects import probes
from calibration.upkeep.reruns import differences
from calibration.validate import command as validation
from scenarios.compare import plan
from scenarios.compare.indicators import BASED, HEADLINES
from scenarios.compare.plan import SECOND_SEED, default_scenarios
from scenarios.compare.prior_effects import (
    EFFECTS_FILE,
    prior_rows,
    scenario_digest,
    stored_prior_effects,
    write_prior_effects,
)
from scenarios.compare.readings_table import READINGS_COLUMNS, READINGS_FILE, Readings, read_readings_table
from scenarios.entries.comparing import COMPARE
from scenarios.report.patterns import at_report_date, read_patterns
from scenarios.report.readings import alternative_readings, default_reading, open_readings, reading_name, switch_words
from scenarios.runs.parameter_sets import (
    DRAWS_FILE,
    PARAMETER,
    PATTERN,
    POSTERIOR,
    PRIOR_FILE,
    TARGET,
    Draws,
    calibrated_by,
    check_draws,
    posterior_file,
    read_draws,
)
from scenarios.runs.sources import source_hash
from scenarios.runs.targets import TARGETS
from scenarios.settings.config import RunConfig, compose_run
from scenarios.settings.links import is_ranked
from tests.calibration.made_draws import run_draws
from tests.calibration.made_results import made_up, made_up_reading

SWITCHES = open_readings()
READINGS = (default_reading(SWITCHES), *alternative_readings(SWITCHES))
WORDS = [list(switch_words(reading)) for reading in READINGS]
CALIBRATED = [words for words in WORDS if words == WORDS[0] or posterior_file(compose_run(words)).is_file()]
"""Readings that have draws: the default always has."""


def name_of(words: list[str]) -> str:
    return posterior_file(compose_run(words)).stem


@pytest.fixture(scope="module", params=CALIBRATED, ids=name_of)
def posterior(request: pytest.FixtureRequest) -> tuple[RunConfig, Draws]:
    config = compose_run(request.param)
    return config, read_draws(posterior_file(config))


@pytest.fixture(scope="module")
def ran(config: RunConfig) -> Draws:
    """Two draws of the prior, run."""
    return run_draws(config, 2)


# Posterior draws


def test_there_are_draws_of_known_readings_alone() -> None:
    known = {f"{name_of(words)}.{ending}" for words in CALIBRATED for ending in ("csv", "json")}
    assert {path.name for path in POSTERIOR.iterdir()} == known


@pytest.mark.parametrize("words", WORDS, ids=name_of)
def test_a_reading_without_draws_says_what_makes_them(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A comparison and a validation end with one line."""
    path = tmp_path / f"{name_of(words)}.csv"
    for module in (plan, validation):
        monkeypatch.setattr(module, "posterior_file", lambda _: path)
    rows = tmp_path / "rows.csv"
    rows.write_text("id,measure,place,month,value,low,high,source\na,households_settled,city,2020-12,9,,,made\n")
    makes = "make calibrate" if words == WORDS[0] else "make calibrate-readings"
    for command in (COMPARE, VALIDATE):
        own = [f"rows={rows}", f"output={tmp_path / 'out'}"] if command is VALIDATE else ["scenarios=workshops"]
        assert command.enter([*words, *own]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert "have not been made" in line
        assert line.endswith(f"make them: {makes}")


def test_two_switches_at_once_are_calibrated_by_themselves() -> None:
    words = [f"reading.{name}={switch.values[1]}" for name, switch in list(SWITCHES.items())[:2]]
    assert calibrated_by(compose_run(words)) == f"python -m calibration {' '.join(words)}"


def test_draws_are_those_of_these_sources(posterior: tuple[RunConfig, Draws]) -> None:
    config, draws = posterior
    check_draws(draws, config, posterior_file(config))


def test_there_are_enough_draws_with_seeds_of_their_own(posterior: tuple[RunConfig, Draws]) -> None:
    config, draws = posterior
    table, made = draws.table, draws.made
    assert len(table) == made["draws"] >= (COMPARE.default("draws") if posterior_file(config) == DRAWS_FILE else LEAST)
    assert table["draw"].is_unique
    assert table["seed"].is_unique
    assert table["seed"].max() < SECOND_SEED
    assert made["effective_draws"] >= made["draws"] / 3
    assert 0 <= made["weight_cut"] <= MOST_CUT


def test_draws_lie_in_the_prior(posterior: tuple[RunConfig, Draws]) -> None:
    config, draws = posterior
    prior = prior_of(config.resolved["parameters"])
    found = draws.table.filter(like=PARAMETER).rename(columns=lambda name: name.removeprefix(PARAMETER))
    assert list(found.columns) == prior.keys
    shares = {key for group in WHOLES for key in group}
    for each in prior.ranged:
        if each.key not in shares:
            assert found[each.key].between(each.low, each.high).all(), each.key
    for group in WHOLES:
        assert found[list(group)].sum(axis=1).tolist() == pytest.approx([1.0] * len(found), abs=5e-6)
    assert draws.made["prior"] == {each.key: [each.low, each.high, each.shape] for each in prior.ranged}
    kinds = [draws.made[kind] for kind in ("free", "minor", "inert")]
    assert sorted(key for keys in kinds for key in keys) == sorted(prior.keys)
    assert 12 <= len(draws.made["free"]) <= 25


def test_draws_hold_every_target_and_pattern(posterior: tuple[RunConfig, Draws]) -> None:
    config, draws = posterior
    patterns = read_patterns(config.region / "patterns.csv")
    stated = [pattern.id for pattern in at_report_date(patterns)]
    assert [name for name in draws.table if name.startswith(TARGET)] == [f"{TARGET}{name}" for name in TARGETS]
    assert [name for name in draws.table if name.startswith(PATTERN)] == [f"{PATTERN}{name}" for name in stated]


def test_draws_run_again_give_what_the_table_holds(posterior: tuple[RunConfig, Draws]) -> None:
    config, draws = posterior
    assert list(differences(draws, 20 if posterior_file(config) == DRAWS_FILE else 2)) == []


def test_a_changed_number_is_noticed(ran: Draws) -> None:
    assert list(differences(ran, 2)) == []
    table = ran.table.copy()
    table.loc[1, f"{TARGET}employed"] += 1
    (found,) = differences(Draws(table, ran.made), 2)
    assert "target:employed" in found


# Readings: the committed table, if there is one, and one that the command makes of made runs


@pytest.fixture(scope="module", params=["made", *(["committed"] if READINGS_FILE.is_file() else [])])
def which(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def readings(which: str, tmp_path_factory: pytest.TempPathFactory) -> Readings:
    path = READINGS_FILE
    if which == "made":
        path = tmp_path_factory.mktemp("made") / "readings.csv"
        with pytest.MonkeyPatch.context() as patch:
            names = default_scenarios()
            patch.setattr(upkeep, "under_reading", lambda reading, n, *_: made_up_reading(names, reading, n))
            assert READINGS_COMMAND.enter([f"output={path}", "draws=4"]) == 0
    found = read_readings_table(path)
    assert found is not None, "the table was made by other sources: make restamp"
    return found


def test_a_table_of_readings_that_is_not_there_is_none(tmp_path: Path) -> None:
    """A brief then says so: tests/scenarios/brief/test_missing.py."""
    assert read_readings_table(tmp_path / "readings.csv") is None


def test_every_reading_and_scenario_has_its_row(readings: Readings) -> None:
    table = readings.table
    assert tuple(table.columns) == READINGS_COLUMNS
    names = list(dict.fromkeys(table["reading"]))
    assert names[0] == "default"
    assert len(names) == 1 + len(alternative_readings(SWITCHES))
    assert not table.duplicated(["reading", "scenario", "indicator"]).any()
    assert len(table) == len(names) * len(default_scenarios()) * len(HEADLINES)
    assert set(table["scenario"]) == set(default_scenarios())
    assert set(table["indicator"]) == set(HEADLINES)
    assert table["n_draws"].nunique() == 1


def test_ranks_are_those_of_the_effects(readings: Readings) -> None:
    for _, table in readings.table.groupby(["reading", "indicator"]):
        ranked = np.array([is_ranked(compose_run([f"scenario={name}"]).policy) for name in table["scenario"]])
        expected = table["effect"][ranked].rank(method="min", ascending=False).astype(int)
        assert table["rank"][ranked].tolist() == expected.tolist()
        assert set(table["rank"][~ranked]) == {1 + len(table)}  # behind all that is ranked
    everything = readings.table
    baseline = everything[everything["scenario"] == "baseline"]
    assert set(baseline["effect"]) == set(baseline["low"]) == set(baseline["high"]) == {0.0}
    assert set(baseline["p_better"]) == {0.5}
    assert (everything["low"] <= everything["high"]).all()


def test_shares_are_shares(readings: Readings) -> None:
    assert readings.table[["targets_met", "patterns_met", "p_better"]].stack().between(0.0, 1.0).all()


def test_readings_tell_what_was_left_out(which: str, readings: Readings) -> None:
    left_out = readings.table.fillna({"without": ""}).groupby("reading")["without"].first().to_dict()
    configs = {reading_name(config.reading): config for config in map(compose_run, WORDS)}
    if which == "made":
        assert left_out == {name: "" if name == "default" else "employed;fair" for name in configs}
    else:
        draws = {name: read_draws(posterior_file(config)) for name, config in configs.items()}
        assert left_out == {name: ";".join(each.made["without"]) for name, each in draws.items()}
        assert left_out["default"] == ""


# Effects before calibration


def test_prior_draws_are_those_of_the_prior(config: RunConfig) -> None:
    stored = read_draws(PRIOR_FILE)
    made = prior_draws(config, len(stored.table))
    pd.testing.assert_frame_equal(stored.table, made.table, check_exact=True)


@pytest.fixture(scope="module", params=["made", *(["committed"] if EFFECTS_FILE.is_file() else [])])
def before(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[pd.DataFrame, dict[str, Any]]:
    if request.param == "committed":
        return stored_prior_effects()
    path = tmp_path_factory.mktemp("made") / "prior_effects.csv"
    results = made_up(default_scenarios(), 4)
    write_prior_effects(path, prior_rows(results), {"draws": 4, "probes": probes(results)})
    return stored_prior_effects(path)


def test_effects_before_calibration_are_those_of_these_sources(before: tuple[pd.DataFrame, dict[str, Any]]) -> None:
    table, made = before
    assert made["source"] == source_hash("prior_effects"), "make restamp"
    assert set(table["scenario"]) == set(default_scenarios()) - {"baseline"}
    assert set(table["indicator"]) == set(BASED)
    assert set(table["n_draws"]) == {made["draws"]}
    digests = {name: scenario_digest(compose_run([f"scenario={name}"])) for name in set(table["scenario"])}
    assert dict(zip(table["scenario"], table["digest"], strict=True)) == digests
    assert (table["low"] <= table["high"]).all()
