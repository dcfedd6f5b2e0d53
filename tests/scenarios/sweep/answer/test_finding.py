"""The paragraph: every number of it follows from made runs, and it never says more than they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.base.labels import LANGUAGES
from scenarios.sweep.answer.failures import failed_texts
from scenarios.sweep.answer.finding import finding
from scenarios.sweep.answer.names import names_of
from scenarios.sweep.answer.ranking import best_of, choices_behind
from tests.scenarios.sweep.answer.made_sweep import SEATS, SIZE, Made, Value, answered, planned
from tests.scenarios.sweep.answer.test_tables import AXES, value


def said(folder: Path, value: Value, language: str = "en", **more: object) -> str:
    answer, _ = answered(folder, planned(more.pop("axes", AXES), **more), value)  # type: ignore[arg-type]
    return " ".join(finding(answer, names_of(answer.plan, language)))


def test_few_runs_are_told_as_they_are(tmp_path: Path) -> None:
    text = said(tmp_path, value)
    assert "Of 2 choices, this one does most for 'Households settled': Workshops: 20 workshops." in text
    # test_tables: 5 and 9, on average 7, over the two worths of a seat from 2 to 12
    assert "In 2022-12 it has +7 households against its own baseline (smallest +5, largest +9 of 2 runs)." in text
    assert "by point it goes from +2 to +12." in text
    assert "It is the best of the ranked choices at 2 of 2 points." in text  # 12 against 5 and 2 against 0
    assert "It is better than its baseline in 2 of 2 runs." in text
    assert "With fewer than 20 runs, it is not said which other choices are behind it" in text
    assert "Its public money until then is 20.0 million yuan." in text
    # of the two axes the worth of a seat has the larger range, 7.5, rounded to 8
    assert "What matters most is worth of a school seat: averaged over the other axes, +8 at 0.2 and +1 at 0.8" in text
    assert "All 12 runs were made." in text
    for word in ("certain", "likely", "%"):
        assert word not in text


def test_many_runs_have_an_interval_and_words(tmp_path: Path) -> None:
    def many(made: Made) -> list[float]:
        # size 10 gains 0 to 19, size 20 ten more, both by seed
        gain = made.seed - 1.0 + (10.0 if made.values[SIZE] == 20 else 0.0)
        return [500.0 + (gain if made.scenario == "workshops" else 0.0), 0.5, 0.0]

    text = said(tmp_path / "a", many, axes=AXES[:1], seeds=20)
    # 5th and 95th percentile of 10 .. 29 are its 1st and its 19th value
    assert "+20 households against its own baseline (90 % interval +10 to +28, 20 runs)." in text
    assert "better than its baseline is almost certain (> 99 % of the runs)." in text
    assert "It is ahead of all other choices beyond chance." in text
    answer, _ = answered(tmp_path / "b", planned(AXES[:1], seeds=20), lambda made: [500.0 + made.seed, 0.5, 0.0])
    assert choices_behind(answer, best_of(answer)) == 0  # equal choices are not behind each other


def test_one_seed_claims_nothing_of_chance(tmp_path: Path) -> None:
    text = said(tmp_path, value, seeds=1)
    assert "(one run, so that nothing is known of chance, and no interval is given)" in text
    assert "Each point has one run, of one seed, so that chance cannot be told." in text
    for word in ("certain", "likely", "%", "[", "ahead", "behind", "better than its baseline"):
        assert word not in text


def test_a_lower_value_can_be_the_better_one(tmp_path: Path) -> None:
    def missing(made: Made) -> list[float]:
        return [1000.0 - (made.values[SIZE] or 0.0)]

    text = said(tmp_path, missing, axes=AXES[:1], outputs=["children_without_seat"])
    assert "Workshops: 20 workshops. In 2022-12 it has −20 persons against its own baseline" in text
    assert "−20 at 20 and −10 at 10" in text


@pytest.mark.parametrize(
    ("more", "words"),
    [({"paired": False}, "Run the same command again with paired=true: only the baselines are added."),
     ({"scenarios": ["baseline"], "axes": [{"grid": {SEATS: [0.2, 0.8]}}]}, "scenarios=workshops")],
)  # fmt: skip
def test_levels_come_with_what_to_type_for_effects(more: dict[str, object], words: str, tmp_path: Path) -> None:
    text = said(tmp_path, lambda made: [100.0, 0.5, 0.0] if made.scenario == "baseline" else value(made), **more)
    assert words in text
    assert "against its own baseline" not in text


def test_what_failed_and_what_is_left_is_told(tmp_path: Path) -> None:
    def failing(made: Made) -> list[float] | str | None:
        if made.scenario == "baseline":
            return value(made)
        where = (made.values[SIZE], made.values[SEATS], made.seed)
        return {(20, 0.2, 2): "ValueError: no", (10, 0.8, 1): None}.get(where, value(made))  # type: ignore[call-overload]

    answer, _ = answered(tmp_path, planned(AXES), failing)
    names = names_of(answer.plan, "en")
    assert "Of 12 runs, 1 failed and 1 were not made; they are counted nowhere." in finding(answer, names)
    assert failed_texts(answer, names) == [
        "Workshops: 20 workshops; worth of a school seat 0.2, seed 2: ValueError: no"
    ]


def test_an_assumed_link_is_never_first(tmp_path: Path) -> None:
    title = "levers.housing_title.size"

    def most_for_title(made: Made) -> list[float]:
        return [100.0 + 90 * made.values[title] + made.values[SIZE] / 10, 0.5, 0.0]

    axes = [{"grid": {title: [0, 1]}}, {"grid": {SIZE: [10, 20]}}]
    text = said(tmp_path / "a", most_for_title, axes=axes)
    assert "Of 2 choices, this one does most for 'Households settled': Clear" not in text
    assert "it has +2 households" in text
    assert "shown in grey and not ranked" in text
    assert "What matters most is Workshops, size (workshops)" in text
    assert "Next:" not in text
    only = said(tmp_path / "b", lambda made: [100.0, 0.5, 0.0], scenarios=["housing_title"], axes=[])
    assert only.startswith("No choice of this sweep has a rank")


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_say_the_same_numbers(language: str, tmp_path: Path) -> None:
    text = said(tmp_path, value, language)
    for number in ("+7", "+5", "+9", "+2", "+12", "20.0", "0.2", "0.8"):
        assert number in text
    assert "{" not in text
