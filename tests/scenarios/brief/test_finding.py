"""The finding: each number is one of the tables, words follow the numbers, and nothing is said that isn't there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

import pandas as pd
import pytest

from scenarios.base.labels import LANGUAGES, label
from scenarios.brief.finding import finding, group_rates
from scenarios.brief.source import Source, records
from scenarios.compare.readings_table import Readings
from scenarios.compare.tables import Tables
from scenarios.pages.blocks import Bullets, Paragraph, plain
from scenarios.pages.number_words import chance_text, likelihood, signed
from tests.scenarios.brief.drawn_brief import changed
from tests.scenarios.brief.made_brief import (
    brief_tables,
    made_readings,
    made_source,
    reading_keys,
    texts_of,
    with_basis,
    with_effect,
)
from tests.scenarios.made_tables import LAST, SCENARIOS

NUMBER = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?")
SHOWN = ("workshops", "school_gap", "workshops_and_school_gap")
SCALES = (1.0, 1e4, 1e6, 1e8)
"""Yuan, ten thousand, million, hundred million yuan."""


@cache
def tables() -> Tables:
    return brief_tables()


def source(language: str, own: Tables | None = None) -> Source:
    return made_source(language, own or tables())


def items(of: Source) -> list[str]:
    return [plain(item) for block in finding(of) if isinstance(block, Bullets) for item in block.items]


def numbers(text: str) -> list[str]:
    return NUMBER.findall(text)


def items_with(of: Source, key: str, scenario: str) -> list[str]:
    """Return the items made with a text of the labels for a scenario."""
    form = re.escape(label(f"brief.{key}", of.language)).replace(r"\{title\}", re.escape(of.titles[scenario]))
    return [item for item in items(of) if re.fullmatch(re.sub(r"\\\{\w+\\\}", ".*", form), item)]


def row(of: Source, indicator: str, scenario: str) -> tuple[float, float, float]:
    """Return effect, low and high straight from the table."""
    t = of.tables.effects
    here = (t["scenario"] == scenario) & (t["indicator"] == indicator) & (t["month"] == LAST) & (t["group"] == "all")
    found = t[here].iloc[0]
    return float(found["effect"]), float(found["low"]), float(found["high"])


def whole(values: Iterable[float]) -> list[str]:
    return [signed(value) for value in values]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_number_of_an_effect_is_in_the_tables(language: str) -> None:
    of = source(language)
    for scenario in SHOWN:
        (text,) = items_with(of, "finding_scenario", scenario)
        wanted = Counter(["90", *whole(row(of, "households_settled", scenario))])
        wanted += Counter(whole(row(of, "persons_resident", scenario)))
        found = Counter(numbers(text))
        assert wanted <= found, text
        money = next(r for r in records(of.tables.cost_effect) if r["scenario"] == scenario)
        amounts = [money[key] for key in ("yuan", "yuan_per_household_year", "yuan_low", "yuan_high")]
        if pd.isna(money["yuan_low"]):
            amounts = amounts[:1]
            assert of.say("cost_open") in text
        said = [float(number.replace(",", "")) for number in (found - wanted).elements()]
        assert len(said) == len(amounts), text
        for amount in amounts:
            assert any(scale * n == pytest.approx(amount, rel=0.01) for n in said for scale in SCALES), (amount, text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("probability", [0.0, 0.2, 0.5, 0.95])
def test_words_follow_the_probability(language: str, probability: float) -> None:
    own = with_effect(tables(), "workshops", "households_settled", p_better=probability)
    own = with_effect(own, "workshops", "persons_resident", p_better=1 - probability)
    of = source(language, own)
    (text,) = items_with(of, "finding_scenario", "workshops")
    forms = [likelihood(p, language) for p in (probability, 1 - probability)]
    assert all(form in text for form in forms)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_gain_too_uncertain_has_no_unit_cost(language: str) -> None:
    own = changed(tables(), "cost_effect", lambda t: t["scenario"] == "school_gap", yuan_high=float("nan"))
    (text,) = items_with(source(language, own), "finding_scenario", "school_gap")
    assert source(language).say("cost_open") in text
    assert "nan" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_jobs_are_told_of_measures_that_make_posts(language: str) -> None:
    of = source(language)
    (text,) = items_with(of, "finding_jobs", "workshops")
    # 12 settled: posts filled 15 x 12, jobs given up 11 x 12, net 4 x 12, at home 8 x 12
    assert Counter(number.lstrip("+−") for number in numbers(text)) == Counter(["180", "132", "48", "96"])
    assert not items_with(of, "finding_jobs", "school_gap")  # no posts of its own
    few = with_effect(tables(), "workshops", "employed_workshop", effect=99.0)
    assert not items_with(source(language, few), "finding_jobs", "workshops")
    posts = with_effect(few, "workshops", "employed_public_post", effect=2.0)
    assert items_with(source(language, posts), "finding_jobs", "workshops")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("indicator", ["net_jobs", "workers_home"])
def test_a_loss_is_not_called_a_gain(language: str, indicator: str) -> None:
    of = source(language, with_effect(tables(), "workshops", indicator, effect=-37.0, low=-60.0, high=-20.0))
    said = [text for text in items(of) if re.search(r"[-−]?\b37\b|[-−]37", text)]
    assert not [text for text in said if re.search("gain of [-−]|净增就业[-−]|减少[-−]|[-−]37 fewer", text)], said


@pytest.mark.parametrize("language", LANGUAGES)
def test_children_without_a_seat(language: str) -> None:
    of = source(language)
    (text,) = items_with(of, "finding_seats", "school_gap")
    assert Counter(numbers(text)) == Counter(["−500", "−975", "−100"])  # -2.5 x (200, 390, 40)
    assert not items_with(of, "finding_seats", "workshops")  # 30 fewer


@pytest.mark.parametrize("language", LANGUAGES)
def test_rates_of_groups_by_hand(language: str) -> None:
    of = source(language)
    rates = group_rates(of, "school_gap")
    assert rates["all"] == pytest.approx((200 / 29.150, 40 / 29.150, 390 / 29.150))
    t = of.tables.effects
    last = t[(t["scenario"] == "school_gap") & (t["month"] == LAST)].set_index(["indicator", "group"])
    poor = last.loc[("households_settled", "registered_poor")]
    assert last.loc[("households", "registered_poor")]["baseline"] == pytest.approx(0.7 * 29150)
    assert rates["registered_poor"] == pytest.approx([poor[key] / (0.7 * 29.150) for key in ("effect", "low", "high")])
    nobody = changed(of.tables, "effects", lambda t: (t["indicator"] == "households") & (t["group"] == "rural"),
                     baseline=0.0)  # fmt: skip
    assert "rural" not in group_rates(source(language, nobody), "school_gap")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_group_that_gains_most(language: str) -> None:
    of = source(language)
    (text,) = items_with(of, "finding_group", "school_gap")
    rates = group_rates(of, "school_gap")
    best = max((group for group in rates if group != "all"), key=lambda group: rates[group][0])
    name = label(f"group.{best}", language)
    assert name in text
    assert {f"{rates[best][0]:+.1f}", f"{rates['all'][0]:+.1f}"} <= set(numbers(text.replace(name, "")))
    assert not items_with(of, "finding_group", "workshops")  # the gain may be a loss


@pytest.mark.parametrize("language", LANGUAGES)
def test_parts_are_not_told_again_of_the_whole(language: str) -> None:
    of = source(language)
    both = "workshops_and_school_gap"
    keys = ("finding_jobs", "finding_seats", "finding_group")
    assert not [text for key in keys for text in items_with(of, key, both)]
    alone = tables()._replace(interactions=tables().interactions.iloc[:0])
    assert all(items_with(source(language, alone), key, both) for key in keys)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(-1.0, 1.0, "sum"), (0.0, 9.0, "sum"), (0.5, 9.0, "more"), (-9.0, -0.5, "less")]
)
def test_both_together_against_the_sum(language: str, low: float, high: float, verdict: str) -> None:
    own = changed(tables(), "interactions", lambda t: t["indicator"] == "households_settled",
                  effect=(low + high) / 2, low=low, high=high)  # fmt: skip
    of = source(language, own)
    (text,) = items_with(of, "finding_interaction", "workshops_and_school_gap")
    verdicts = {name: of.say(f"verdict_{name}") for name in ("sum", "more", "less")}
    assert [
        name for name, word in verdicts.items() if word in text.rpartition(":" if language == "en" else "：")[2]
    ] == [verdict]
    # residents: 2280 - 440 - 1850 = -10, the interval as made
    assert Counter(whole([(low + high) / 2, low, high, -10, -50, 35])) <= Counter(numbers(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_interaction_where_nothing_was_combined(language: str) -> None:
    of = source(language, tables()._replace(interactions=tables().interactions.iloc[:0]))
    assert not items_with(of, "finding_interaction", "workshops_and_school_gap")


@pytest.mark.parametrize("language", LANGUAGES)
def test_which_comes_first_and_on_what_that_rests(language: str) -> None:
    of = source(language)
    ranks = of.tables.ranks
    first = ranks[(ranks["indicator"] == "households_settled") & (ranks["rank"] == 1)].set_index("scenario")
    share = first["probability"]["housing_title"]
    (text,) = [item for item in items(of) if of.titles["housing_title"] in item]
    said = [str(len(SCENARIOS)), chance_text(share).rstrip(" %"), "10", "0.71", "8"]  # 10 % before calibration
    assert Counter(numbers(text)) == Counter(said)
    assert of.say("first_before", p="10 %") in text
    assert of.say("missing_readings") in text
    assert of.say("first_not_firm") in text
    rule = label("structure_low.residence.title_settled_share", language)  # where title is worth a twentieth
    assert of.say("first_changes", list=rule) in text
    assert of.parameter("residence.title_worth") in text
    for known in ({"basis": "data"}, {"contraction": 0.5}, {"parameter": float("nan")}):
        (text,) = [item for item in items(source(language, with_basis(tables(), "housing_title", **known)))
                   if of.titles["housing_title"] in item]  # fmt: skip
        assert of.parameter("residence.title_worth") not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_place_is_compared_under_other_rules_and_readings(language: str) -> None:
    def first(own: Tables, readings: Readings | None) -> str:
        of = made_source(language, own, SCENARIOS, readings=readings)
        (text,) = [item for item in items(of) if of.say("finding_first", n=10, title="\n", p="").split("\n")[0] in item]
        return text

    of, letters = source(language), reading_keys()
    same = changed(tables(), "structures", lambda t: t["scenario"] == "housing_title", effect=1870.0)
    everywhere = first(same, made_readings())
    assert of.say("missing_readings") not in everywhere
    assert of.say("first_rules_unknown") not in everywhere
    assert of.say("first_changes", list="\n").split("\n")[0] not in everywhere
    swapped = first(same, made_readings(swapped=letters[2:3]))
    assert of.say("first_changes", list=of.reading_names[letters[2]]) in swapped
    few = tables()._replace(structures=tables().structures.iloc[:0])
    assert of.say("first_rules_unknown") in first(few, made_readings())


@pytest.mark.parametrize("language", LANGUAGES)
def test_doing_nothing_is_no_measure_that_comes_first(language: str) -> None:
    own = changed(tables(), "ranks", lambda t: (t["scenario"] == "baseline") & (t["rank"] == 1), probability=1.0)
    assert not [item for item in items(source(language, own)) if source(language).titles["housing_title"] in item]
    one = made_source(language, brief_tables(["workshops"]), ["workshops"])
    assert len(items(one)) == 3  # the effect, its jobs, its basis


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_each_effect_rests_on(language: str) -> None:
    own = with_basis(with_basis(tables(), "school_gap", basis="data"), SHOWN[2], basis="assumption")
    of = source(language, own)
    text = items(of)[-1]
    for scenario, basis in zip(SHOWN, ("chance", "data", "assumption"), strict=True):
        assert of.say("finding_basis_item", title=of.titles[scenario], basis=label(f"basis.{basis}", language)) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_to_take_it(language: str) -> None:
    blocks = finding(source(language))
    assert isinstance(blocks[-1], Paragraph)
    assert blocks[-1].style == "warning"
    assert "100" in numbers(plain(blocks[-1].text))
    texts = " ".join(texts_of(blocks))
    assert not re.search(r"nan|None|\{|\}|(?<!\d)-\d", texts)
