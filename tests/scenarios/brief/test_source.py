"""Numbers and words of the brief: thresholds of likelihood, effects in the way of their unit, what a source names."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from scenarios.base.labels import LANGUAGES, label
from scenarios.brief import folder
from scenarios.brief.folder import shown_scenarios, source_of
from scenarios.brief.sections import LEVELS, OTHERS
from scenarios.brief.source import Effect, Source, effect_text, effects_of, level_text, rounded_yuan
from scenarios.compare.indicators import COMPARED
from scenarios.pages.number_words import STEPS, chance_text, decimals, likelihood, points, shares, step_ranges
from scenarios.report.figures import read_figures
from scenarios.report.identities import read_identities
from tests.scenarios.brief.made_brief import brief_tables, config_of, made_readings, plan_of
from tests.scenarios.made_tables import LAST

NAN = float("nan")


@cache
def source_in(language: str) -> Source:
    return source_of(plan_of(("workshops",)), brief_tables(["workshops"]), language, Path("f"), "0" * 64)


def effect(value: float, low: float, high: float) -> Effect:
    return Effect(value, low, high, 0.5, 100.0, NAN, NAN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_at_and_beside_each_threshold(language: str) -> None:
    likelihoods = {name: label(f"likelihood.{name}", language) for _, name in STEPS}
    assert len(set(likelihoods.values())) == len(STEPS)
    assert likelihood(1.0, language) == likelihoods["almost_certain"]
    for (reached, name), (_, below) in pairwise(STEPS):
        assert likelihood(reached, language) == likelihoods[name]
        assert likelihood(math.nextafter(reached, 1), language) == likelihoods[name]
        assert likelihood(math.nextafter(reached, 0), language) == likelihoods[below]
    assert likelihood(0.0, language) == likelihoods["almost_excluded"]


def test_the_words_cover_0_to_1_without_a_gap() -> None:
    assert [reached for reached, _ in STEPS] == sorted((reached for reached, _ in STEPS), reverse=True)
    ranges = step_ranges()
    assert [name for *_, name in ranges] == [name for _, name in STEPS]
    assert ranges[0][1] is None
    assert ranges[-1][0] is None
    for (low, _, _), (_, high, _) in pairwise(ranges):
        assert low == high


def test_words_and_percentages_agree() -> None:
    """A draw with two seeds counts half for each, so that 100 draws give multiples of 0.5 %."""
    for half in range(201):
        probability = half / 200
        text, word = chance_text(probability), likelihood(probability, "en")
        low, high = next((low, high) for low, high, name in step_ranges() if label(f"likelihood.{name}", "en") == word)
        assert text not in ("0 %", "100 %")
        number = float(text.strip("<> %")) / 100
        sign = text[0]
        assert low is None or number >= low or sign == ">", (probability, text, word)
        assert high is None or number < high or (sign == "<" and number == high), (probability, text, word)


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0, "< 1 %"), (0.0099, "< 1 %"), (0.01, "1 %"), (0.5, "50 %"), (0.99, "99 %"), (0.991, "> 99 %"), (1, "> 99 %")],
)
def test_no_sample_makes_a_probability_certain(probability: float, text: str) -> None:
    assert chance_text(probability) == text


@pytest.mark.parametrize(
    ("indicator", "values", "text"),
    [
        ("households_settled", (1234.4, -9.6, 3000.0), "+1,234 [−10, +3,000]"),
        ("households_settled", (0.4, -0.4, 0.0), "0 [0, 0]"),
        ("persons_resident", (-12.5001, -20, -1), "−13 [−20, −1]"),
        ("occupancy", (0.0123, -0.0004, 0.02), "+1.2 [0, +2.0]"),
        ("poverty_share", (-0.0314, -0.05, -0.01), "−3.1 [−5.0, −1.0]"),
        ("income_per_head", (1234.56, -0.04, 2000), "+1,234.6 [0, +2,000.0]"),
        ("income_poorest_fifth", (-0.26, -3, 0.2), "−0.3 [−3.0, +0.2]"),
        ("net_jobs", (7.0, 1.0, 9.0), "+7 [+1, +9]"),
        ("public_money", (2.5e6, 2e6, 3e6), "+2,500,000 [+2,000,000, +3,000,000]"),
    ],
)
def test_effects_in_the_way_of_their_unit(indicator: str, values: tuple[float, float, float], text: str) -> None:
    assert effect_text(indicator, effect(*values)) == text


def test_every_indicator_has_a_way_and_a_name() -> None:
    for indicator, compared in COMPARED.items():
        text = effect_text(indicator, effect(0.5, -0.5, 1.5))
        percent = compared.unit.startswith("share")
        assert text == ("+50.0 [−50.0, +150.0]" if percent else text)
        assert level_text(indicator, 0.25) == ("25 %" if percent else "0")
        for language in LANGUAGES:
            assert source_in(language).name(indicator)
    for indicator in (*OTHERS, *LEVELS):
        unit = COMPARED[indicator].unit
        assert unit.startswith("share") or all(label(f"unit.{unit}", language) for language in LANGUAGES)


def test_amounts_have_three_digits_that_count() -> None:
    assert [rounded_yuan(value) for value in (0.0, 12.3456, 731_234.0, 61_049_000.0)] == [
        "0", "12", "731,000", "61,000,000",
    ]  # fmt: skip


@pytest.mark.parametrize("value", [-0.26, -12.0, -1234.5, -731_234.0])
def test_negative_numbers_have_a_minus_not_a_hyphen(value: float) -> None:
    texts = (points(value), decimals(value, value, value), shares(value, value, value), rounded_yuan(value))
    for text in (*texts, effect_text("households_settled", effect(value, value, value))):
        assert "-" not in text
        assert "−" in text or text.startswith("0")


def test_effects_are_those_of_the_last_month_and_of_all() -> None:
    effects = brief_tables().effects
    found = effects_of(effects, "households_settled")
    assert found["workshops"][:3] == pytest.approx((12, -9, 30))
    assert found == effects_of(effects, "households_settled", month=LAST)
    assert effects_of(effects, "households_settled", month="2020-01")["workshops"].effect == pytest.approx(0.0)
    rows = effects[(effects["indicator"] == "households_settled") & (effects["group"] == "registered_poor")]
    own = rows[rows["scenario"] == "workshops"].iloc[0]
    assert effects_of(effects, "households_settled", "registered_poor")["workshops"].effect == own["effect"]
    assert effects_of(effects, "no such indicator") == {}


def test_scenarios_by_effect_and_those_looked_at() -> None:
    source = source_in("en")._replace(tables=brief_tables())
    effects = source.at_end("households_settled")
    assert source.scenarios[0] == "housing_title"
    assert source.scenarios[-1] == "origin_land_returns"
    assert [effects[name].effect for name in source.scenarios] == sorted(e.effect for e in effects.values())[::-1]
    assert "baseline" not in source.scenarios
    assert shown_scenarios(["baseline", "workshops_and_school_gap", "bus_lines", "workshops"]) == (
        "workshops", "workshops_and_school_gap",
    )  # fmt: skip
    assert shown_scenarios(["baseline", "a", "b", "c", "d"]) == ("a", "b", "c")
    assert source.last == LAST


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_source_has_every_conflict_of_the_report(language: str) -> None:
    region = config_of("baseline").region
    values = {name: figure.value for name, figure in read_figures(region / "figures.csv").items()}
    wanted = [
        each.identity.note.say(language)
        for each in read_identities(region / "identities.csv", values)
        if each.identity.kind == "conflict"
    ]
    assert len(wanted) >= 10
    assert list(source_in(language).conflicts) == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_readings_have_letters_and_meanings(language: str) -> None:
    source = source_in(language)
    letters = [letter for reading, letter in source.reading_names.items() if reading != "default"]
    assert letters == [chr(ord("A") + place) for place in range(len(letters))]
    assert set(source.reading_meanings) == set(source.reading_names) - {"default"}
    for reading, meaning in source.reading_meanings.items():
        assert reading in meaning


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_parameters_and_lists(language: str) -> None:
    source = source_in(language)
    assert source.parameter("residence.title_worth").startswith(label("parameter_name.residence.title_worth", language))
    assert "residence.title_worth" in source.parameter("residence.title_worth")
    assert source.listed(["a", "b"]) == ("a; b" if language == "en" else "a；b")
    assert source.listed([]) == ""
    assert "(" not in source.parameter("residence.title_worth") or language == "en"


def test_the_command_gives_the_same_numbers() -> None:
    """Also with fewer draws or second seeds than a comparison has by itself, and as a shell takes it."""
    plan = plan_of(("workshops",))
    command = source_in("en").facts["command"]
    assert re.match(r"python -m scenarios '?scenarios=\[baseline,workshops\]'?", command)
    assert f"draws={len(plan.runs) - 1}" in command
    assert "second_seeds=1" in command
    assert "'scenarios=[" in command


def test_readings_are_cited_only_for_the_measures_as_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    made = made_readings()  # before the patch: it asks for the names of the readings, which a source has
    monkeypatch.setattr(folder, "read_readings_table", lambda _: made)
    plan, tables = plan_of(("workshops",)), brief_tables(["workshops"])
    assert source_of(plan, tables, "en", Path("f"), "").readings is not None
    for word in ("levers.workshops.size=60", "end=2030-12", "reading.allowance_count=high"):
        assert source_of(replace(plan, words=(word,)), tables, "en", Path("f"), "").readings is None
