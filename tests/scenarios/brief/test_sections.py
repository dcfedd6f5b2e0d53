"""The sections of the brief in both languages, for ordinary and odd comparisons: texts, tables, what must be said."""

from __future__ import annotations

import re
from typing import Any

import pytest

from scenarios.base.labels import LANGUAGES, label
from scenarios.brief.content import brief_document
from scenarios.brief.grounds import LIMITS
from scenarios.brief.sections import JOB_ROWS, LEVELS, OTHERS, SITES_SHOWN
from scenarios.brief.source import effect_text
from scenarios.compare.indicators import BASED
from scenarios.pages.blocks import (
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Table,
    plain,
)
from scenarios.pages.number_words import STEPS, UNKNOWN
from tests.scenarios.brief.cases import CASES, case, source
from tests.scenarios.brief.made_brief import reading_keys, texts_of
from tests.scenarios.made_tables import LAST, SCENARIOS

COMMANDS = r"python -m [a-z.]+(?: \S+=\S+)*|make [a-z-]+|[\w./-]+\.(?:md|json|csv|html)\b|\b[\w-]+/(?:[\w-]+/)*"
KEYS = r"\b[a-z]+\.[a-z]\w*|\b\w+=\w+|\b\w+_\w+|\b[0-9a-f]{8}\b"
NAMES = r"\bPython\b|\bWord\b|\bHTML\b"
CHINESE = "[\u4e00-\u9fff]"


def table_named(document: Document, key: str) -> Table:
    caption = label(f"brief.caption_{key}_table", document.language)
    return next(block for block in document.blocks if isinstance(block, Table) and block.caption == caption)


def cells(table: Table, row: int) -> list[str]:
    return [plain(cell) for cell in table.rows[row]]


def all_text(document: Document) -> str:
    return "\n".join(texts_of(document.blocks))


@pytest.mark.parametrize("name", CASES)
def test_both_languages_have_the_same_blocks(name: str) -> None:
    shapes = []
    for language in LANGUAGES:
        shapes.append([])
        for block in case(name, language).blocks:
            shape: tuple[Any, ...] = (type(block).__name__,)
            if isinstance(block, Table):
                shape += (len(block.head), len(block.rows), tuple(block.right), tuple(block.row_classes))
            elif isinstance(block, Heading):
                shape += (block.level,)
            elif isinstance(block, Paragraph):
                shape += (block.style,)
            elif isinstance(block, Bullets):
                shape += (len(block.items),)
            elif isinstance(block, Facts):
                shape += (len(block.pairs),)
            elif isinstance(block, Figure):
                shape += (block.stem.name,)
            shapes[-1].append(shape)
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_no_text_is_unfinished(name: str, language: str) -> None:
    for text in texts_of(case(name, language).blocks):
        assert not re.search(r"\bnan\b|\binf\b|\bNone\b|[{}]|  |\bbrief\.|(?<![\w\d./-])-\d", text), text
        assert text == text.strip(), text
        ends = text.rstrip(":：") if text.startswith(source(language).say("lead", month="\n").split("\n")[0]) else text
        assert not re.search(r"[；;，,：:]\s*[。.]|[:：]\s*$|\(\)|（）|[。.]{2,}", ends), text


@pytest.mark.parametrize("name", CASES)
def test_chinese_is_chinese(name: str) -> None:
    for text in texts_of(case(name, "zh").blocks):
        rest = re.sub("|".join((COMMANDS, KEYS, NAMES)), "", text, flags=re.ASCII)
        assert not re.findall(r"[A-Za-z]{2,}", rest), text
        assert not re.search(f"{CHINESE} ?[,;:!?] ?{CHINESE}", text), text
        for inside in re.findall(r"\(([^()]*)\)", text):
            assert not re.search(CHINESE, inside), text


@pytest.mark.parametrize("name", CASES)
def test_english_is_english(name: str) -> None:
    for text in texts_of(case(name, "en").blocks):
        assert not re.search(f"{CHINESE}|[，。；：（）［］“”]", text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_must_be_said(language: str) -> None:
    text = all_text(case("other order", language))
    of = source(language)
    wanted = ["5th and 95th percentile", "100 draws", "120 runs"] if language == "en" else [
        "第5和第95百分位", "100组参数", "120次运行"]  # fmt: skip
    wanted += [*of.conflicts, *(of.say(f"limit_{name}") for name in LIMITS), *of.measures.values()]
    wanted += [
        *of.facts.values(),
        of.say("basis_rule"),
        of.say("baseline_note", future=of.facts["future"]),
        of.say("wages_note"),
    ]
    wanted += [f"{of.made['runs']:,}", str(of.made["draws"])]
    for each in wanted:
        assert each in text, each


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["ten", "the same in every run"])
def test_each_effect_has_its_basis(name: str, language: str) -> None:
    document = case(name, language)
    of = source(language)
    basis = {("origin_land_returns" if name != "ten" else "", indicator): None for indicator in BASED}
    known = of.tables.basis.to_dict("records")
    basis = {(row["scenario"], row["indicator"]): row["basis"] for row in known} | basis
    tables = {0: table_named(document, "effects"), 1: table_named(document, "other")}
    columns = {0: {1: "", 3: "persons_resident", 5: "net_jobs"}, 1: dict(enumerate(OTHERS, start=1))}
    for which, table in tables.items():
        assert [cells(table, row)[0] for row in range(len(table.rows))] == [of.titles[each] for each in of.scenarios]
        for row, scenario in enumerate(of.scenarios):
            for column, indicator in columns[which].items():
                text = cells(table, row)[column].replace("\u00a0", " ")
                found = basis.get((scenario, indicator)) if indicator else None
                said = effect_text(
                    indicator or "households_settled", of.at_end(indicator or "households_settled")[scenario]
                )
                assert text == (f"{said} {label(f'brief.mark_{found}', language)}" if found else said)
            found = basis[scenario, "households_settled"]
            if which == 0:
                assert cells(table, row)[-1] == (label(f"basis.{found}", language) if found else UNKNOWN)
    first = cells(tables[0], 0)
    assert first[1] == "+1,870 [+880, +2,960]"
    assert {first[2].replace(" ", ""), first[4].replace(" ", "")} == {">99%"}
    assert of.say("marks_note") in all_text(document)


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_of_the_sections(language: str) -> None:
    document, of = case("ten", language), source(language)
    assert len(table_named(document, "baseline").rows) == len(LEVELS)
    assert len(table_named(document, "jobs").rows) == len(JOB_ROWS)
    assert len(table_named(document, "other").rows) == len(SCENARIOS) - 1
    cost = {cells(table_named(document, "cost"), row)[0]: cells(table_named(document, "cost"), row)[1:]
            for row in range(len(SCENARIOS) - 1)}  # fmt: skip
    assert cost[of.titles["workshops"]][-1] == UNKNOWN  # fewer than nine runs in ten gain
    assert re.fullmatch(r"[\d,]+ \[[\d,]+, [\d,]+\]", cost[of.titles["school_gap"]][-1])
    sites = table_named(document, "sites")
    assert len(sites.rows) == SITES_SHOWN * len(of.shown)
    for place, name in enumerate(of.shown):
        own = of.tables.sites[of.tables.sites["scenario"] == name].nlargest(SITES_SHOWN, "effect")
        shown = [cells(sites, row) for row in range(SITES_SHOWN * place, SITES_SHOWN * (place + 1))]
        assert [row[0] for row in shown] == [of.titles[name]] * SITES_SHOWN
        assert [int(re.sub(r"\D", "", row[1])) for row in shown] == list(own["site"])
    group = table_named(document, "groups")
    assert cells(group, 0)[2] == "+6.9 [+1.4, +13.4]"  # 200, 40 and 390 of 29,150
    assert group.row_classes[0] == "strong"


@pytest.mark.parametrize("language", LANGUAGES)
def test_need_of_a_site_is_in_percent(language: str) -> None:
    of = source(language)
    sites = of.tables.sites.assign(need=0.042)
    document = brief_document(of._replace(tables=of.tables._replace(sites=sites)))
    table = table_named(document, "sites")
    assert {cells(table, row)[2] for row in range(len(table.rows))} == {"4.2 %"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_levels_of_the_baseline(language: str) -> None:
    of = source(language)
    table = table_named(case("ten", language), "baseline")
    paths = of.tables.paths
    for row, name in enumerate(LEVELS[:1]):
        for column, month in ((1, "2019-12"), (2, LAST)):
            own = paths[(paths["scenario"] == "baseline") & (paths["indicator"] == name) & (paths["month"] == month)]
            text = "{mean:,.0f} [{low:,.0f}, {high:,.0f}]".format(**own.iloc[0])
            assert cells(table, row)[column] == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_ranks(language: str) -> None:
    of = source(language)
    ranks = of.tables.ranks.copy()
    here = (ranks["indicator"] == "households_settled") & (ranks["scenario"] == "baseline")
    ranks.loc[here, "probability"] = [0.0] * 8 + [0.004, 0.996]
    table = table_named(brief_document(of._replace(tables=of.tables._replace(ranks=ranks))), "ranks")
    found = {cells(table, row)[0]: cells(table, row)[1:] for row in range(len(SCENARIOS))}
    assert found[of.titles["baseline"]][:8] == [""] * 8
    assert found[of.titles["baseline"]][8] == "10.0"  # the mean rank: .004 of 9 and .996 of 10
    assert next(iter(found)) == of.titles["housing_title"]
    assert 97 <= sum(int(re.sub(r"\D", "", text) or 0) for text in found[of.titles["housing_title"]][:8]) <= 109


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_for_probabilities_are_all_listed(language: str) -> None:
    head = label("brief.words_head_words", language)
    table = next(b for b in case("one", language).blocks if isinstance(b, Table) and head in b.head)
    rows = [cells(table, row) for row in range(len(table.rows))]
    assert [row[1] for row in rows] == [label(f"likelihood.{name}", language) for _, name in STEPS]
    bounds = [[int(number) for number in re.findall(r"\d+", row[0])] for row in rows]
    assert bounds[0] == [99]
    assert bounds[-1] == [1]
    assert [low for low, *_ in bounds[:-1]] == [high[-1] for high in bounds[1:]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_spreads_without_second_seeds_are_unknown(language: str) -> None:
    table = table_named(case("little known", language), "sure")
    assert {cells(table, row)[4] for row in range(len(table.rows))} == {UNKNOWN}
    for known in (1, 2, 3):  # before, after, narrower by
        assert UNKNOWN not in {cells(table, row)[known] for row in range(len(table.rows))}
    own = table_named(case("chance", language), "sure")
    assert {cells(own, row)[-1] for row in range(len(own.rows))} == {label("brief.no_parameter", language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_readings(language: str) -> None:
    of = source(language)
    letters = reading_keys()
    text = all_text(case("other order", language))
    changes = [of.reading_names[name] for name in letters[2:4]]
    for name in letters[1:]:  # each letter with what it stands for
        assert of.say("order_reading", letter=of.reading_names[name], meaning=of.reading_meanings[name]) in text
    short = {"reading": of.reading_names[letters[1]], "targets": "90 %", "patterns": "93 %"}
    said = of.say("readings_reach_item", **short).replace(" %", "%")
    assert said in text.replace(" %", "%")
    assert of.say("missing_readings") in all_text(case("ten", language))
    table = table_named(case("other order", language), "readings")
    assert list(table.head)[1:] == list(of.reading_names.values())
    first = {cells(table, row)[0]: cells(table, row)[1:] for row in range(len(table.rows))}[of.titles["housing_title"]]
    others = [effect for letter, effect in zip(table.head[1:], first, strict=True) if letter not in changes]
    assert set(others) == {"+1,870"}
    assert {effect for letter, effect in zip(table.head[1:], first, strict=True) if letter in changes} == {"+215"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_narrowed_and_open_parameters(language: str) -> None:
    of = source(language)
    text = all_text(case("ten", language))
    sentence = next(line for line in text.split("\n") if of.parameter("residence.c_away") in line)
    named = [of.parameter(f"residence.{name}") for name in ("c_away", "c_both_ends", "title_worth", "seat_worth")]
    places = [sentence.index(name) for name in named]
    assert places == sorted(places)  # the narrowest first, then the open ones
    assert of.parameter("jobs.search_probability") in sentence  # narrowed by a fifth exactly
    none = all_text(brief_document(of._replace(narrowed=dict.fromkeys(of.narrowed, 0.05))))
    assert of.say("none_narrowed") in none


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_and_captions(language: str) -> None:
    document = case("ten", language)
    figures = [block for block in document.blocks if isinstance(block, Figure)]
    assert sorted(figure.stem.name for figure in figures) == ["cost", "effects", "flows", "order", "paths", "sites"]
    assert {figure.stem.parent.name for figure in figures} == {language}
    captions = [caption for caption in document.captions() if caption]
    assert (
        len(captions)
        == len(set(captions))
        == len(figures) + sum(isinstance(block, Table) and bool(block.caption) for block in document.blocks)
    )
