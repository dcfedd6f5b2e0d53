"""The tables in calibration/tables/: made by these sources, within prior, targets and bands, and reproducible.

If a test of a hash fails, run `make draws` (or `python -m calibration.draws check=true` if results did not change) and
`make readings`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from calibration.accept import FATES, draw_seed, held_again
from calibration.prior import SOLVED, WHOLES, free_parameters, prior_deviations, prior_draw, ranges
from calibration.solve import Report
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
)
from scenarios.compare.indicators import HEADLINES
from scenarios.compare.plan import DEFAULT_DRAWS, SECOND_SEED, default_scenarios
from scenarios.compare.readings_table import READINGS_COLUMNS, READINGS_FILE, read_readings_table, readings_source
from scenarios.config import RunConfig, compose_run
from scenarios.figures import Figure
from scenarios.labels import CONF
from scenarios.outcome import TARGETS, target_tolerance
from scenarios.patterns import AT_REPORT_DATE, Band
from scenarios.readings import alternative_readings, read_readings
from scenarios.run import load_population


@pytest.fixture(scope="module")
def draws() -> Draws:
    return read_draws(DRAWS_FILE)


@pytest.fixture(scope="module")
def readings() -> pd.DataFrame:
    return pd.read_csv(READINGS_FILE)


@pytest.fixture(scope="module")
def patterns(config: RunConfig) -> pd.DataFrame:
    table = pd.read_csv(config.region / "patterns.csv")
    return table[table["kind"] == AT_REPORT_DATE].set_index("id")


def parameters_of(draws: Draws) -> pd.DataFrame:
    own = draws.table.filter(like=PARAMETER)
    return own.rename(columns=lambda name: name.removeprefix(PARAMETER))


# Draws


def test_draws_are_those_of_these_sources(draws: Draws, config: RunConfig) -> None:
    assert draws.made["source"] == source_hash()
    check_draws(draws, config, DRAWS_FILE)


def test_there_are_enough_draws_with_seeds_of_their_own(draws: Draws) -> None:
    table, made = draws.table, draws.made
    assert len(table) == made["accepted"] >= DEFAULT_DRAWS
    assert table["draw"].is_monotonic_increasing
    assert table["draw"].is_unique
    assert table["seed"].tolist() == [draw_seed(number) for number in table["draw"]]
    assert table["seed"].max() < SECOND_SEED
    assert made["acceptance_rate"] == round(made["accepted"] / made["candidates"], 4)
    assert sum(made["fates"].values()) == made["candidates"] > table["draw"].max()
    assert set(made["fates"]) == set(FATES)
    assert made["fates"]["accepted"] == made["accepted"]


def test_draws_are_those_of_the_prior(draws: Draws, entries: dict[str, dict[str, Any]]) -> None:
    free, found = free_parameters(entries), parameters_of(draws)
    assert set(found.columns) == set(ranges(entries))
    for place in (0, len(found) // 2, len(found) - 1):
        own = prior_draw(free, draws.made["prior_seed"], int(draws.table["draw"].iloc[place]))
        assert found.iloc[place][list(own)].to_dict() == own  # what is printed is what was drawn


def test_every_parameter_is_in_its_range(draws: Draws, entries: dict[str, dict[str, Any]]) -> None:
    found, shares = parameters_of(draws), {key for group in WHOLES for key in group}
    for key, one in ranges(entries).items():
        if key not in shares:
            assert found[key].between(one.low, one.high).all(), key
    for group in WHOLES:
        assert found[list(group)].sum(axis=1).tolist() == pytest.approx([1.0] * len(found), abs=5e-6)
    assert found[list(SOLVED.values())].nunique().min() > 1
    assert {key: tuple(pair) for key, pair in draws.made["prior"].items()} == {
        key: (one.low, one.high) for key, one in free_parameters(entries).items()
    }


def test_spreads_of_the_prior_are_its_own(draws: Draws, entries: dict[str, dict[str, Any]]) -> None:
    chosen = {
        key: one for key, one in free_parameters(entries).items() if key.startswith(("residence.b_", "services."))
    }
    found = prior_deviations(chosen, draws.made["prior_seed"])
    assert {key: draws.made["prior_sd"][key] for key in found} == found


def test_every_draw_hits_the_targets(draws: Draws, figures: dict[str, Figure]) -> None:
    assert [name for name in draws.table if name.startswith(TARGET)] == [f"{TARGET}{name}" for name in TARGETS]
    for target in TARGETS:
        value = figures[target].value
        assert (draws.table[f"{TARGET}{target}"] - value).abs().max() <= target_tolerance(target, value), target
        assert draws.made["tolerances"][target] == round(target_tolerance(target, value), 3)


def test_every_draw_lies_in_the_bands_of_the_patterns(draws: Draws, patterns: pd.DataFrame) -> None:
    assert {name.removeprefix(PATTERN) for name in draws.table if name.startswith(PATTERN)} == set(patterns.index)
    for name, row in patterns.iterrows():
        band = Band(float(row["low"]), float(row["high"]))
        # a value on the edge of its band may be printed a hair beyond it
        outside = [value for value in draws.table[f"{PATTERN}{name}"] if not band.holds(value)]
        edges = {rounded(edge) for edge in band if not np.isnan(edge)}
        assert set(outside) <= edges, name


def test_draws_run_again_give_what_the_table_holds(draws: Draws, config: RunConfig, figures: dict[str, Figure]) -> None:
    patterns = pd.read_csv(config.region / "patterns.csv")
    report = Report(load_population(config, figures), figures, patterns, config.reading)
    for place in (0, len(draws.table) - 1):
        row = draws.table.iloc[place]
        values = {str(k).removeprefix(PARAMETER): float(v) for k, v in row.items() if str(k).startswith(PARAMETER)}
        found = held_again(int(row["seed"]), values, report, config.parameters)
        assert found.fits
        assert found.values == {name: float(row[name]) for name in row.index if str(name).startswith((TARGET, PATTERN))}


# Readings


def test_readings_are_those_of_these_sources() -> None:
    found = read_readings_table()
    assert found is not None, f"the table was made by other sources than {readings_source()[:8]}: make readings"


def test_every_reading_and_scenario_has_its_row(readings: pd.DataFrame) -> None:
    assert tuple(readings.columns) == READINGS_COLUMNS
    names = list(dict.fromkeys(readings["reading"]))
    switches = read_readings(CONF / "reading" / "readings.yaml")
    assert names[0] == "default"
    assert len(names) == 1 + len(alternative_readings(switches))
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


def test_the_own_reading_fits_the_report_by_construction(readings: pd.DataFrame) -> None:
    own = readings[readings["reading"] == "default"]
    assert set(own["targets_met"]) == set(own["patterns_met"]) == {1.0}
    assert readings[["targets_met", "patterns_met", "p_better"]].stack().between(0.0, 1.0).all()


def test_the_baseline_of_conf_is_what_draws_belong_to(draws: Draws) -> None:
    base = compose_run([])
    assert draws.made["setting"]["population"]["size"] == "city"
    assert draws.made["setting"]["reading"] == base.reading
