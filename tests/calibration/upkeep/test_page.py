"""docs/calibration/: the page says what its tables say, the tables are those of these sources, and the proof holds."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from calibration.proof.truths import AGREEMENT, COVERAGE, EVERYTHING
from calibration.upkeep.page import (
    CHARTS,
    FOLDER,
    PAGES,
    TABLES,
    page_text,
)
from scenarios.base.labels import LANGUAGES
from scenarios.runs.parameter_sets import DRAWS_FILE, read_draws
from scenarios.runs.sources import source_hash


@pytest.fixture(scope="module")
def coverage() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "coverage.csv")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_that_of_its_tables(language: str) -> None:
    page = (FOLDER / PAGES[language]).read_text(encoding="utf-8")
    assert page == page_text(FOLDER, language), "write it anew: python -m calibration.page"


def test_tables_and_charts_lie_beside_it() -> None:
    wanted = {f"{name}.csv" for name in TABLES} | {"calibration.json", "readings.csv", *PAGES.values()}
    wanted |= {f"{chart}.{language}.svg" for chart in CHARTS for language in LANGUAGES}
    assert {path.name for path in FOLDER.iterdir()} == wanted


def test_it_tells_of_the_draws_that_briefs_stand_on() -> None:
    made = json.loads((FOLDER / "calibration.json").read_text(encoding="utf-8"))
    assert made["source"] == source_hash("posterior"), "make restamp"
    draws = read_draws(DRAWS_FILE).made
    assert made == {name: value for name, value in draws.items() if name != "table"}
    table = pd.read_csv(FOLDER / "parameters.csv").set_index("parameter")["contraction"]
    assert table.to_dict() == pytest.approx(made["contraction"], abs=1e-4)


def test_every_target_lies_within_its_interval() -> None:
    table = pd.read_csv(FOLDER / "fit.csv")
    assert len(table) == 4
    assert ((table["low"] <= table["observed"]) & (table["observed"] <= table["high"])).all()
    assert (table["inside"] == "yes").all()


def test_intervals_hold_known_truths_as_often_as_they_say(coverage: pd.DataFrame) -> None:
    assert tuple(coverage.columns) == COVERAGE
    own = coverage[coverage["level"] == 0.9]
    pooled = own[own["parameter"] == EVERYTHING].set_index("truths")
    assert pooled.loc["prior", "n_truths"] >= 200
    assert pooled.loc["near", "n_truths"] >= 50
    assert 0.85 <= pooled.loc["prior", "coverage"] <= 0.95
    assert 0.85 <= pooled.loc["near", "coverage"] <= 0.95
    assert pooled.loc["checked", "n_truths"] == pooled.loc["unchecked", "n_truths"] >= 10
    # between the 5 % and 95 % points of n draws lies .9 (n - 1) / (n + 1) in expectation; 12 cities tell it to .05
    worth = pooled.loc["checked", "worth"]
    assert pooled.loc["checked", "coverage"] >= pooled.loc["unchecked", "coverage"] * (worth - 1) / (worth + 1) - 0.05
    single = own[own["parameter"] != EVERYTHING].groupby("truths")["coverage"].min()
    assert single["prior"] >= 0.8
    assert single["near"] >= 0.8


def test_two_inferences_agree_as_far_as_their_draws_allow() -> None:
    table = pd.read_csv(FOLDER / "agreement.csv")
    assert tuple(table.columns) == AGREEMENT
    # the largest of 75 differences: 4 standard deviations of chance are exceeded once in 200 times
    assert (table["difference"] < 4 * table["chance"]).all()


def test_with_new_random_numbers_the_figures_are_still_the_reports() -> None:
    table = pd.read_csv(FOLDER / "fit.csv")
    assert ((table["fresh_low"] <= table["observed"]) & (table["observed"] <= table["fresh_high"])).all()
    assert ((table["fresh_median"] - table["observed"]).abs() < table["tolerance"]).all()
