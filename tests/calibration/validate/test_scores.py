"""Scores by hand, of chance, and of a truth that the model made itself: what is inside, and what has skill."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.validate.measure_list import MEASURES
from calibration.validate.places import Place
from calibration.validate.rows import OutsideFigure
from calibration.validate.scores import (
    LARGER,
    OWN,
    Values,
    as_in_2019,
    base_month,
    counted,
    crps,
    pit,
    rows_needed,
    score_rows,
    score_table,
    totals,
    words,
)
from scenarios.base.labels import LANGUAGES
from simulation.foundations.months import month_index

CITY, GUIZHOU = Place("city", 0, 3, 302), Place("Guizhou", 0, 3, 302, larger="Guizhou")


def figure_of(value: float, name: str = "made", used: str = "", place: Place = CITY,
              measure: str = "employed", source: str = "nobody") -> OutsideFigure:  # fmt: skip
    return OutsideFigure(name, MEASURES[measure], place, 95, value, math.nan, math.nan, source, "", used)


def values_of(posterior: list[float], in_2019: list[float], prior: list[float]) -> Values:
    return Values(np.array(posterior), np.array(in_2019), np.array(prior), True)


# By hand


@pytest.mark.parametrize(
    ("values", "figure", "score"),
    [
        ([3.0], 5.0, 2.0),  # a single value: the error
        ([1.0, 3.0], 2.0, 0.0),  # mean distance 1, half the mean distance of the pair 1
        ([1.0, 3.0], 5.0, 2.0),  # (4 + 2) / 2 - 2 / 2
        ([2.0, 1.0, 6.0], 3.0, 1.0 / 3.0),  # errors 1, 2, 3; the three pairs are 1, 4, 5 apart: 2 - 10 / 3 / 2
        ([4.0, 4.0, 4.0], 4.0, 0.0),
        ([1.0, math.nan, 3.0], 5.0, 2.0),
    ],
)
def test_crps_by_hand(values: list[float], figure: float, score: float) -> None:
    assert crps(np.array(values), figure) == pytest.approx(score, abs=1e-12)


def test_crps_is_that_of_all_pairs() -> None:
    rng = np.random.default_rng(1)
    draws = rng.normal(size=40)
    pairs = np.abs(draws[:, None] - draws).sum() / (2 * 40 * 39)
    assert crps(draws, 0.3) == pytest.approx(np.abs(draws - 0.3).mean() - pairs, rel=1e-12)


def test_the_expectation_of_crps_does_not_depend_on_the_number_of_draws() -> None:
    rng = np.random.default_rng(2)
    means = [np.mean([crps(rng.normal(size=n), rng.normal()) for _ in range(8000)]) for n in (3, 30)]
    # of a normal against itself: 1 / sqrt(pi); standard error 0.006 and less
    assert means == pytest.approx([1 / math.sqrt(math.pi)] * 2, abs=0.025)
    assert math.isnan(crps(np.array([math.nan]), 1.0))


@pytest.mark.parametrize(
    ("figure", "share"), [(0.0, 0.1), (1.5, 0.3), (2.0, 0.4), (9.0, 0.9)]
)  # of four draws: (rank + 1/2) / 5, half a draw for a tie
def test_pit_by_hand(figure: float, share: float) -> None:
    assert pit(np.array([1.0, 2.0, 3.0, 4.0, math.nan]), figure) == pytest.approx(share)


def test_pits_of_one_more_draw_are_even() -> None:
    rng = np.random.default_rng(3)
    pits = [pit(rng.normal(size=19), rng.normal()) for _ in range(4000)]
    shares = np.histogram(pits, bins=20, range=(0, 1))[0] / 4000
    assert shares == pytest.approx([0.05] * 20, abs=0.015)  # four standard errors


def test_totals_by_hand() -> None:
    scored = score_rows(
        [
            # crps 2, 4, 1 of a prior whose standard deviation is sqrt(2)
            (figure_of(5.0, "a"), values_of([1.0, 3.0], [1.0], [6.0, 8.0])),
            # crps 0, 0, 0; sqrt(2)
            (figure_of(2.0, "b", place=GUIZHOU), values_of([1.0, 3.0], [2.0], [1.0, 3.0])),
            (figure_of(9.0, "c", used="prior"), values_of([1.0, 3.0], [2.0], [1.0, 3.0])),
            (figure_of(9.0, "d"), values_of([1.0, 3.0], [2.0], [4.0, 4.0])),  # no spread: no total
        ]
    )
    table = totals(scored).set_index("rows")
    first = table.loc["all"]
    assert (first["n_rows"], first["n_figures"]) == (2, 2)
    root = math.sqrt(2.0)
    assert first[["crps", "crps_as_in_2019", "crps_prior"]].tolist() == pytest.approx(
        [1.0 / root, 2.0 / root, 0.5 / root]
    )
    assert first["skill_as_in_2019"] == pytest.approx(0.5)
    assert first["skill_prior"] == pytest.approx(-1.0)
    assert (first["inside_50"], first["inside_90"]) == (1, 1)
    assert table.loc[OWN, "n_rows"] == table.loc[LARGER, "n_rows"] == 1
    assert [each.figure.id for each in counted(scored)] == ["a", "b"]


def test_a_number_by_two_definitions_counts_once() -> None:
    row = values_of([1.0, 3.0], [1.0], [6.0, 8.0])
    both = [
        (figure_of(5.0, "a"), row), (figure_of(5.0, "b", measure="ever_employed"), row), (figure_of(5.0, "c",
         source="another"), row), (figure_of(5.0, "d", used="prior"), row),
    ]  # fmt: skip
    scored = score_rows(both)
    assert [each.weight for each in scored] == [0.5, 0.5, 1.0, 0.0]
    assert totals(scored).loc[0, "n_figures"] == 2


def test_used_rows_never_enter_sums() -> None:
    row = values_of([1.0, 3.0], [1.0], [6.0, 8.0])
    alone = totals(score_rows([(figure_of(5.0, "a"), row)]))
    beside = totals(score_rows([(figure_of(5.0, "a"), row), (figure_of(1e9, "b", used="ring"), row)]))
    assert alone.equals(beside)
    nothing = totals(score_rows([(figure_of(1e9, "b", used="ring"), row)]))
    assert nothing.loc[0, "n_rows"] == 0
    assert all("No figure was scored" in words(nothing, "en") or language == "zh" for language in LANGUAGES)


def test_as_in_2019() -> None:
    december = np.array([4.0, 5.0])
    assert as_in_2019(figure_of(1.0), december).tolist() == [4.0, 5.0]
    assert as_in_2019(figure_of(0.1, measure="near_growth_year"), december).tolist() == [0.0]
    assert base_month(MEASURES["resident_share"], month_index("2023-02"), 3) == month_index("2019-02")
    assert base_month(MEASURES["resident_share"], month_index("2023-03"), 3) == month_index("2019-12")
    assert base_month(MEASURES["births_year"], month_index("2023-12"), 3) == month_index("2019-12")


def test_how_many_figures_would_tell() -> None:
    assert rows_needed(0.9, 0.1) == 36  # 4 * 0.09 / 0.01
    assert rows_needed(0.9, 0.2) == 9


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_say_who_is_better(language: str) -> None:
    better = score_rows([(figure_of(2.5, "a"), values_of([2.0, 3.0], [9.0, 9.5], [8.0, 9.0]))])
    worse = score_rows([(figure_of(9.0, "a"), values_of([2.0, 3.0], [9.0, 9.5], [8.0, 9.0]))])
    said = {"en": ("% better than", "% worse than"), "zh": ("好", "差")}[language]
    assert said[0] in words(totals(better), language)
    assert said[1] in words(totals(worse), language)
    assert "36" in words(totals(worse), language)
    assert score_table(better)["written_down"].tolist() == ["yes"]


# A truth that is hidden


def test_a_right_forecast_is_inside_as_often_as_it_says_and_beats_a_wide_prior() -> None:
    rng = np.random.default_rng(4)
    rows = []
    for k in range(600):
        centre, scale = rng.normal(), 10.0 ** rng.integers(-3, 5)  # units of all sizes
        posterior = scale * (centre + 0.3 * rng.normal(size=50))
        prior = scale * rng.normal(size=50)
        truth = scale * (centre + 0.3 * rng.normal())
        rows.append((figure_of(truth, f"f{k}"), values_of(posterior.tolist(), prior.tolist(), prior.tolist())))
    first = totals(score_rows(rows)).iloc[0]
    assert first["inside_90"] / 600 == pytest.approx(0.9, abs=0.05)  # four standard errors
    assert first["inside_50"] / 600 == pytest.approx(0.5, abs=0.08)
    assert first["skill_prior"] > 0.5
