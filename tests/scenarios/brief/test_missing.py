"""What a brief is not compared with, because nobody has made it: said where it would stand, with the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.base.labels import LANGUAGES
from scenarios.base.output.plain_files import write_json
from scenarios.brief import folder
from scenarios.brief.content import brief_document
from scenarios.brief.finding import finding
from scenarios.brief.folder import source_of
from scenarios.brief.missing import missing
from scenarios.brief.source import Source
from scenarios.compare.order import FIRM
from scenarios.compare.proof_table import proof_stands
from scenarios.report.patterns import REPORT
from scenarios.runs.sources import source_hash
from tests.scenarios.brief.drawn_brief import changed
from tests.scenarios.brief.made_brief import (
    brief_tables,
    made_readings,
    made_source,
    plan_of,
    reading_keys,
    texts_of,
    with_basis,
)
from tests.scenarios.made_tables import with_order

BEST = "housing_title"
NAN = float("nan")
COMMANDS = {
    "missing_before": "make prior-effects",
    "missing_order": "make prior-effects",
    "missing_readings": "make readings",
    "missing_rings": "make rings",
    "missing_proof": "make calibrate-proof",
}


def whole(language: str, before: float = 0.95, **given: object) -> Source:
    """Return a source that lacks nothing, in which one measure comes first in 95 % of runs."""
    tables = with_basis(brief_tables(), BEST, p_first_prior=before)
    tables = changed(tables, "ranks", lambda t: (t["scenario"] == BEST) & (t["rank"] == 1), probability=0.95)
    tables = changed(tables, "structures", lambda t: t["scenario"] == BEST, effect=1870.0)
    source = made_source(language, tables, readings=made_readings())._replace(proof=True)
    source = source._replace(**given)
    return source._replace(tables=with_order(source.tables, source.readings))


def lacking(language: str, what: str) -> Source:
    """Return a source that lacks one thing."""
    source = whole(language)
    if what == "missing_readings":
        return whole(language, readings=None)
    if what == "missing_rings":
        report = source.tables.effects_by_ring[source.tables.effects_by_ring["ring"] == REPORT]
        return whole(language, tables=source.tables._replace(effects_by_ring=report))
    if what == "missing_proof":
        return source._replace(proof=False)
    basis = source.tables.basis.assign(p_first_prior=NAN)
    if what == "missing_before":
        basis = basis.assign(prior_low=NAN, prior_high=NAN, shrank=NAN, basis="unknown", p_first_prior=0.95)
    return source._replace(tables=source.tables._replace(basis=basis))


def said(source: Source) -> list[str]:
    """Return every text but the list of what is missing, which is made with the facts."""
    facts = {name: text for name, text in source.facts.items() if name != "missing"}
    return list(texts_of(brief_document(source._replace(facts=facts)).blocks))


def sentence(source: Source, what: str) -> str:
    """Return a sentence up to what it lists."""
    return source.say(what, list="\n").split("\n")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_is_missing_nothing_is_said(language: str) -> None:
    source = whole(language)
    assert missing(source) == []
    text = "\n".join(said(source))
    assert not [what for what in COMMANDS if sentence(source, what) in text]
    assert source.say("first_firm") in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", COMMANDS)
def test_each_comparison_that_is_missing_is_said_with_its_command(what: str, language: str) -> None:
    source = lacking(language, what)
    (told,) = missing(source)
    assert told.startswith(sentence(source, what))
    assert COMMANDS[what] in told
    texts = said(source)
    assert told in texts
    others = [other for other in COMMANDS if other != what and any(sentence(source, other) in each for each in texts)]
    assert others == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["missing_order", "missing_readings", "missing_rings"])
def test_no_ranking_is_called_firm_that_was_not_compared(what: str, language: str) -> None:
    source = lacking(language, what)
    text = "\n".join(texts_of(finding(source)))
    assert source.say("first_firm") not in text
    assert source.say("first_not_firm") not in text  # nobody knows
    assert sentence(source, what) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ranking_is_firm_only_if_all_comparisons_say_so(language: str) -> None:
    readings = made_readings(swapped=reading_keys()[2:4])
    source = whole(language)
    rules = changed(source.tables, "structures", lambda t: t["scenario"] == BEST, effect=0.0)
    weak = [whole(language, before=FIRM - 0.01), whole(language, tables=rules), whole(language, readings=readings)]
    for source in weak:
        text = "\n".join(texts_of(finding(source)))
        assert source.say("first_firm") not in text
        assert source.say("first_not_firm") in text
    letters = [source.reading_names[name] for name in reading_keys()[2:4]]
    assert source.say("first_changes", list=source.listed(letters)) in text
    few = whole(language, tables=source.tables._replace(structures=source.tables.structures.iloc[:0]))
    text = "\n".join(texts_of(finding(few)))
    assert source.say("first_rules_unknown") in text
    assert source.say("first_firm") not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_measure_that_the_readings_do_not_have_was_not_compared(language: str) -> None:
    readings = made_readings()
    own = readings._replace(table=readings.table[readings.table["scenario"] != BEST])
    text = "\n".join(texts_of(finding(whole(language, readings=own))))
    assert whole(language).say("missing_readings") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_missing_stands_among_the_facts(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts close the document and open the workbook."""
    monkeypatch.setattr(folder, "read_readings_table", lambda _: None)
    monkeypatch.setattr(folder, "proof_stands", lambda: False)
    plan, tables = plan_of(("workshops",)), brief_tables(["workshops"])
    source = source_of(plan, tables, language, Path("f"), "0" * 64)
    assert all(source.say(what) in source.facts["missing"] for what in ("missing_readings", "missing_proof"))
    monkeypatch.setattr(folder, "read_readings_table", lambda _: made_readings())
    monkeypatch.setattr(folder, "proof_stands", lambda: True)
    assert "missing" not in source_of(plan, tables, language, Path("f"), "0" * 64).facts


def test_a_proof_is_one_of_these_sources(tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    assert not proof_stands(path)
    write_json(path, {"source": "0" * 64})
    assert not proof_stands(path)
    write_json(path, {"source": source_hash("posterior")})
    assert proof_stands(path)
