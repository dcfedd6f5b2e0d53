"""The tables in calibration/tables/: made by these sources, of the prior, and what their draws really give.

If a test of a hash fails though results did not change, run `make restamp`; it says what to make anew otherwise.
"""

from __future__ import annotations

import pandas as pd
import pytest

from calibration.fitting.prior import WHOLES, prior_of
from calibration.upkeep.prior_effects import prior_draws
from calibration.upkeep.reruns import differences
from scenarios.base.paths import CONF
from scenarios.compare.indicators import BASED, HEADLINES
from scenarios.compare.plan import SECOND_SEED, default_scenarios
from scenarios.compare.prior_effects import scenario_digest, stored_prior_effects
from scenarios.compare.readings_table import READINGS_COLUMNS, READINGS_FILE, read_readings_table
from scenarios.entries.comparing import COMPARE
from scenarios.report.patterns import at_report_date, read_patterns
from scenarios.report.readings import alternative_readings, default_reading, read_readings
from scenarios.runs.parameter_sets import (
    DRAWS_FILE,
    PARAMETER,
    PATTERN,
    POSTERIOR,
    PRIOR_FILE,
    TARGET,
    Draws,
    check_draws,
    posterior_file,
    read_draws,
)
from scenarios.runs.sources import source_hash
from scenarios.runs.targets import TARGETS
from scenarios.settings.config import RunConfig, compose_run

SWITCHES = read_readings(CONF / "reading" / "readings.yaml")
WORDS = [
    [f"reading.{name}={value}" for name, value in reading.items()]
    for reading in (default_reading(SWITCHES), *alternative_readings(SWITCHES))
]
LEAST = 100
"""Draws of each reading."""


@pytest.fixture(scope="module", params=WORDS, ids=lambda words: posterior_file(compose_run(words)).stem)
def posterior(request: pytest.FixtureRequest) -> tuple[RunConfig, Draws]:
    config = compose_run(request.param)
    return config, read_draws(posterior_file(config))


@pytest.fixture(scope="module")
def readings() -> pd.DataFrame:
    return pd.read_csv(READINGS_FILE)


# Posterior draws


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
    assert 0 <= made["weight_cut"] < 0.2


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


def test_twenty_draws_run_again_give_what_the_table_holds() -> None:
    assert list(differences(read_draws(DRAWS_FILE), 20)) == []


def test_a_changed_number_is_noticed() -> None:
    draws = read_draws(DRAWS_FILE)
    table = draws.table.copy()
    table.loc[1, f"{TARGET}employed"] += 1
    (found,) = differences(Draws(table, draws.made), 2)
    assert "target:employed" in found


def test_a_draw_of_another_reading_gives_what_its_table_holds() -> None:
    for path in sorted(POSTERIOR.glob("*.csv")):
        if path != DRAWS_FILE:
            assert list(differences(read_draws(path), 2)) == [], path.stem


# Readings


def test_readings_are_those_of_these_sources() -> None:
    found = read_readings_table()
    assert found is not None, "the table was made by other sources: make restamp"


def test_every_reading_and_scenario_has_its_row(readings: pd.DataFrame) -> None:
    assert tuple(readings.columns) == READINGS_COLUMNS
    names = list(dict.fromkeys(readings["reading"]))
    assert names[0] == "default"
    assert len(names) == 1 + len(alternative_readings(SWITCHES))
    assert not readings.duplicated(["reading", "scenario", "indicator"]).any()
    assert len(readings) == len(names) * len(default_scenarios()) * len(HEADLINES)
    assert set(readings["scenario"]) == set(default_scenarios())
    assert set(readings["indicator"]) == set(HEADLINES)
    assert readings["n_draws"].nunique() == 1


def test_ranks_are_those_of_the_effects(readings: pd.DataFrame) -> None:
    for _, table in readings.groupby(["reading", "indicator"]):
        expected = table["effect"].rank(method="min", ascending=False).astype(int)
        assert table["rank"].tolist() == expected.tolist()
    baseline = readings[readings["scenario"] == "baseline"]
    assert set(baseline["effect"]) == set(baseline["low"]) == set(baseline["high"]) == {0.0}
    assert set(baseline["p_better"]) == {0.5}
    assert (readings["low"] <= readings["high"]).all()


def test_shares_are_shares(readings: pd.DataFrame) -> None:
    assert readings[["targets_met", "patterns_met", "p_better"]].stack().between(0.0, 1.0).all()


def test_readings_tell_what_was_left_out(readings: pd.DataFrame) -> None:
    left_out = readings.fillna({"without": ""}).groupby("reading")["without"].first()
    for reading, ids in left_out.items():
        switch, _, value = str(reading).partition("=")
        path = POSTERIOR / (f"{switch}-{value}.csv" if value else "default.csv")
        assert ";".join(read_draws(path).made["without"]) == ids, reading
    assert left_out["default"] == ""


# Effects before calibration


def test_prior_draws_are_those_of_the_prior(config: RunConfig) -> None:
    stored = read_draws(PRIOR_FILE)
    made = prior_draws(config, len(stored.table))
    pd.testing.assert_frame_equal(stored.table, made.table, check_exact=True)


def test_effects_before_calibration_are_those_of_these_sources() -> None:
    table, made = stored_prior_effects()
    assert made["source"] == source_hash("prior_effects"), "make restamp"
    assert set(table["scenario"]) == set(default_scenarios()) - {"baseline"}
    assert set(table["indicator"]) == set(BASED)
    assert set(table["n_draws"]) == {made["draws"]}
    digests = {name: scenario_digest(compose_run([f"scenario={name}"])) for name in set(table["scenario"])}
    assert dict(zip(table["scenario"], table["digest"], strict=True)) == digests
    assert (table["low"] <= table["high"]).all()
