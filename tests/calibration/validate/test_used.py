"""Figures that were used before: what gives them away, and what the committed rows are."""

from __future__ import annotations

import pytest

from calibration.validate.places import places_of
from calibration.validate.rows import load_validation
from calibration.validate.used import entered, title_of, use_of
from scenarios.population.load import load_population
from scenarios.settings.config import compose_run


@pytest.mark.parametrize(
    ("source", "use"),
    [
        ("Statistical yearbook 2023, table 3-1", ""),
        ("J04: workshops in Tongren", "history (J04)"),  # and a prior, too
        ("O10", "history (O10)"),
        ("Y07: near home", "history (Y07)"),
        ("G09", "prior (G09)"),
        ("G15", "population (G15)"),
        ("O03", "ring (O03)"),
        ("J07: the audit", ""),  # cited by no number
        ("J09", "same_source (O10)"),  # printed beside a figure that entered
        ("贵州铜仁: 在就业保障上持续发力 (chinajob.mohrss, 2023-09-11), the last paragraph", "same_source (J04)"),
        ("Q99, which is nowhere", ""),
        ("a table of the year 2019", ""),
    ],
)
def test_a_source_gives_away_what_was_used(source: str, use: str) -> None:
    assert use_of(source) == use


def test_what_a_row_says_counts_first() -> None:
    assert use_of("J04", "weight") == "weight"
    assert use_of("a yearbook", "reading") == "reading"


def test_costs_of_levers_are_no_use() -> None:
    assert "C17" not in entered()  # the rent of a shop, a cost alone


def test_a_repost_is_the_same_source() -> None:
    assert title_of("审计署 2020 (repost)") == "审计署 2020"
    assert title_of("Xinhua (2020), a paper") == "Xinhua (2020), a paper"


def test_the_committed_rows_can_all_be_compared_and_say_what_they_entered() -> None:
    config = compose_run(["future=as_it_happened"])
    figures, problems = load_validation(config.region / "validation.csv", places_of(load_population(config)))
    assert problems == []
    assert figures["g09_income"].used == "prior (G09)"
    assert any(not figure.used for figure in figures.values())
    assert all(figure.definition for figure in figures.values())
