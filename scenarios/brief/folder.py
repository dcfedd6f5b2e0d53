"""The folder of a comparison: tables, charts, the brief in two languages, and a manifest; whole or not there.

Nothing in it tells the time, the computer or the commit but the manifest, so the same input gives the same documents.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import pandas as pd

from scenarios.base.labels import LANGUAGES, label
from scenarios.base.output.folders import write_manifest, written_aside
from scenarios.base.text import Text
from scenarios.brief.charts.drawing import draw_brief
from scenarios.brief.content import brief_document
from scenarios.brief.missing import missing
from scenarios.brief.source import Source
from scenarios.compare.assemble import Results, tables_of
from scenarios.compare.basis import contractions
from scenarios.compare.plan import Plan
from scenarios.compare.proof_table import proof_stands
from scenarios.compare.readings_table import READINGS_FILE, Readings, read_readings_table
from scenarios.compare.rings_table import RINGS_FILE, read_rings
from scenarios.compare.runs_file import write_runs
from scenarios.compare.tables import RUNS_FILE, Tables, write_lists, write_tables
from scenarios.pages.excel import write_excel
from scenarios.pages.excel_chart import effect_bars
from scenarios.pages.html_pages import write_html
from scenarios.pages.word import write_word
from scenarios.population.load import load_population
from scenarios.report.figures import read_figures
from scenarios.report.identities import read_identities
from scenarios.report.patterns import read_patterns
from scenarios.report.readings import DEFAULT_READING, open_readings
from scenarios.runs.facts import measure_text
from scenarios.runs.provenance import provenance
from scenarios.runs.targets import TARGETS
from scenarios.settings.config import DIGEST_SHOWN
from scenarios.settings.schema import BASE

QUESTION = ("workshops", "school_gap", "workshops_and_school_gap")
"""The scenarios of the project's question: looked at in detail wherever they are compared."""
SHOWN = 3
KIND = "comparison"


def write_comparison(
    folder: Path, results: Results, before: pd.DataFrame, stage: Callable[[Text], None], replace: bool = False
) -> Tables:
    """Write everything of a comparison into `folder`; return its tables.

    before: its effects before calibration (prior_effects.effects_before); replace: whether another comparison's folder
    may be replaced. Raises UserError where `folders.written_aside` does.
    """
    plan = results.plan
    digest = plan.digest()
    with written_aside(folder, digest, KIND if replace else "") as aside:
        stage(Text("writing the tables", "正在写出数据表"))
        tables = tables_of(results, before, readings_for(plan), read_rings(RINGS_FILE))
        write_tables(aside / "tables", tables)
        sites = load_population(plan.base).sites
        kinds = [str(kind) for kind in sites["kind"]]
        write_lists(aside / "tables", {name: config.titles for name, config in plan.configs.items()}, kinds)
        write_runs(aside / "tables" / RUNS_FILE, results)
        stage(Text("drawing the charts and writing the brief", "正在绘图并写出简报"))
        for language in LANGUAGES:
            source = source_of(plan, tables, language, aside / "figures" / language, digest)
            draw_brief(tables, source.figures, language, source.titles, source.shown, kinds)
            document = brief_document(source)
            write_html(aside / f"brief.{language}.html", document)
            write_word(aside / f"brief.{language}.docx", document)
            bars = effect_bars(tables.effects, source.titles, language)
            sheets = tables._asdict()
            notes = [(source.say(f"fact_{name}"), text) for name, text in source.facts.items()]
            write_excel(aside / "tables" / f"tables.{language}.xlsx", sheets, notes, language, bars, source.titles)
        write_manifest(aside, comparison_manifest(plan, digest))
    return tables


def shown_scenarios(scenarios: list[str]) -> tuple[str, ...]:
    """Return up to three scenarios to look at in detail: those of the question, else the first ones."""
    others = [name for name in scenarios if name != BASE]
    asked = [name for name in QUESTION if name in others]
    return tuple((asked or others)[:SHOWN])


def source_of(plan: Plan, tables: Tables, language: str, figures: Path, digest: str) -> Source:
    """Return what the brief in `language` is written from."""
    configs = plan.configs
    patterns = read_patterns(plan.base.region / "patterns.csv")
    registry = read_figures(plan.base.region / "figures.csv")
    names = {name: pattern.pattern.say(language) for name, pattern in patterns.items()}
    names |= {target: registry[target].name.say(language) for target in TARGETS}
    second = len(plan.runs) - len({run.draw for run in plan.runs})
    source = Source(
        tables=tables,
        language=language,
        titles={name: config.titles[language] for name, config in configs.items()},
        measures={name: measure_text(config, language) for name, config in configs.items() if name != BASE},
        shown=shown_scenarios(plan.scenarios),
        figures=figures,
        made=plan.draws.made,
        narrowed=contractions(plan),
        readings=readings_for(plan),
        proof=proof_stands(),
        reading_names=_readings(language)[0],
        reading_meanings=_readings(language)[1],
        conflicts=_conflicts(plan, language),
        names=names,
        facts={},
    )
    runs = source.say("fact_runs_text", draws=len(plan.runs) - second, second=second, scenarios=len(plan.scenarios))
    facts = {
        "command": f"python -m scenarios {' '.join(_command(plan))}".strip(),
        "runs": runs,
        "future": label(f"future.{plan.base.future.name}", language),
        "labour": _labour(plan, language),
        "digest": digest[:DIGEST_SHOWN],
        "tables": source.say("fact_tables_text"),
    }
    if lacking := missing(source):
        facts["missing"] = (" " if language == "en" else "").join(lacking)
    return source._replace(facts=facts)


def readings_for(plan: Plan) -> Readings | None:
    """Return the table of readings, which is of the measures as conf/ has them; None for others or if there is none."""
    return None if plan.words else read_readings_table(READINGS_FILE)


def _command(plan: Plan) -> list[str]:
    draws = len({run.draw for run in plan.runs})
    counts = [f"draws={draws}", f"second_seeds={len(plan.runs) - draws}"]
    return [f"'scenarios=[{','.join(plan.typed.values())}]'", *counts, *plan.words]


def _conflicts(plan: Plan, language: str) -> list[str]:
    """Return the report's contradictions and what was done about each, in words."""
    values = {name: figure.value for name, figure in read_figures(plan.base.region / "figures.csv").items()}
    outcomes = read_identities(plan.base.region / "identities.csv", values)
    return [each.identity.note.say(language) for each in outcomes if each.identity.kind == "conflict"]


def _labour(plan: Plan, language: str) -> str:
    """Return whose labour the report's figures are taken to count."""
    chosen = plan.base.reading["labour_scope"]
    meaning = next(option.meaning for option in open_readings()["labour_scope"].options if option.value == chosen)
    form = "{} (labour_scope={})" if language == "en" else "{}（labour_scope={}）"
    return form.format(meaning.say(language), chosen)


def _readings(language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return a letter for each reading by its name in tables, and what it stands for; the default by a word."""
    names, meanings = {DEFAULT_READING: Text("default", "默认").say(language)}, {}
    for switch, options in open_readings().items():
        for option in options.options[1:]:
            reading = f"{switch}={option.value}"
            names[reading] = ascii_uppercase[len(names) - 1]
            meanings[reading] = f"{options.question.say(language)} {option.meaning.say(language)} ({reading})"
    return names, meanings


def comparison_manifest(plan: Plan, digest: str) -> dict[str, Any]:
    """Return the manifest of a comparison, without the list of its files."""
    return {
        "kind": KIND,
        "schema": 1,
        "digest": digest,
        "configuration": plan.base.resolved,
        "scenarios": {
            name: {
                "digest": config.digest,
                "levers": {lever: config.resolved["levers"][lever] for lever in config.policy.levers},
            }
            for name, config in plan.configs.items()
        },
        "draws": {name: plan.draws.made[name] for name in ("draws", "runs", "effective_draws", "source")},
        "runs": [{"draw": run.draw, "seed": run.seed} for run in plan.runs],
        **provenance("comparison"),
    }
