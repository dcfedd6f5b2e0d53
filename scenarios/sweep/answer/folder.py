"""The folder of an answer, `answer/` in the sweep's own: tables, workbook, charts and page in both languages.

It is written whole or not at all, and takes the place of an earlier answer of the same sweep. Nothing in it tells the
time, the computer or the commit but the manifest, so the same runs give the same documents.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.labels import LANGUAGES
from scenarios.base.output.folders import check_output, write_manifest, written_aside
from scenarios.base.text import Text
from scenarios.pages.chart_style import chart_style, save
from scenarios.pages.excel import MOST_ROWS, write_excel
from scenarios.pages.html_pages import write_html
from scenarios.pages.word import write_word
from scenarios.runs.provenance import provenance
from scenarios.settings.command import Call
from scenarios.sweep.answer.cells import SCENARIO
from scenarios.sweep.answer.charts.heat import heat_axes, heat_chart
from scenarios.sweep.answer.charts.indices import indices_chart
from scenarios.sweep.answer.charts.responses import responses_chart
from scenarios.sweep.answer.content import answer_document, facts_of
from scenarios.sweep.answer.finding import finding, joined
from scenarios.sweep.answer.names import Names, names_of
from scenarios.sweep.answer.ranking import best_of, main_indices, main_ranges
from scenarios.sweep.answer.tables import Answer, answer_of, write_tables
from scenarios.sweep.plan.plan import Plan
from scenarios.sweep.store.collect import TABLE, Collected
from scenarios.sweep.store.folder import SweepFolder

ANSWER = "answer"
KIND = "sweep_answer"
SHOWN = 12
"""Digits of the hash of the runs that the page shows."""


def write_answer(plan: Plan, folder: SweepFolder, collected: Collected, call: Call) -> Answer:
    """Write the answer of a collected sweep; say it in one paragraph, and where it stands. Raises UserError.

    UserError is also raised for a folder `answer` that this program did not write, before anything is computed.
    """
    place = folder.path / ANSWER
    check_output(place, collected.content, KIND)
    call.progress.stage(Text("computing the answer", "正在计算结果"))
    answer = answer_of(plan, collected.path)
    command = f"python -m scenarios.sweep table output={shown_path(folder.path)}"
    with written_aside(place, collected.content, KIND) as aside:
        write_tables(aside / "tables", answer.tables)
        for language in LANGUAGES:
            call.progress.stage(Text("drawing the charts and writing the page", "正在绘图并写出页面"))
            names = names_of(plan, language)
            figures = aside / "figures" / language
            draw_answer(answer, names, figures)
            facts = facts_of(answer, names, command, collected.content[:SHOWN])
            document = answer_document(answer, names, figures, facts)
            write_html(aside / f"answer.{language}.html", document)
            write_word(aside / f"answer.{language}.docx", document)
            sheets = {name: _sheet(table, answer, names) for name, table in answer.tables._asdict().items()}
            notes = [(document.title, joined(finding(answer, names), language)), *facts]
            if any(len(table) > MOST_ROWS for table in answer.tables):
                cut = names.say("workbook_cut", rows=f"{MOST_ROWS:,}", indicator=names.indicator(answer.main.name))
                notes.append((names.say("fact_workbook"), cut))
            write_excel(aside / "tables" / f"tables.{language}.xlsx", sheets, notes, language, titles=names.titles)
        content = {
            "kind": KIND,
            "schema": 1,
            "digest": collected.content,
            "name": plan.sweep.name,
            **provenance("sweep"),
        }
        write_manifest(aside, content)
    call.progress.clear()
    said = names_of(plan, call.language)
    call.say(joined(finding(answer, said), call.language))
    page = shown_path(place / f"answer.{call.language}.html")
    call.say(
        Text(
            f"Page: {page} (also as .docx; tables and charts beside it)", f"页面：{page}（另有 .docx，数据表与图在旁）"
        )
    )
    return answer


def read_answer(folder: Path) -> Answer:
    """Return the answer of a sweep that was collected into `folder`; raises UserError where there is none."""
    place = SweepFolder(folder)
    plan = place.read_results()
    path = place.path / TABLE
    if not path.is_file():
        command = f"python -m scenarios.sweep resume output={shown_path(folder)}"
        problem = Text("the sweep is not collected yet", "该扫描尚未汇总")
        hint = Text(f"collect it with: {command}", f"请先汇总：{command}")
        raise UserError(problem, key="output", found=shown_path(folder), hint=hint)
    return answer_of(plan, path)


def draw_answer(answer: Answer, names: Names, folder: Path) -> list[Path]:
    """Write the charts that an answer has into a folder, as SVG and PNG; return their paths."""
    charts = {}
    scenario = str(best_of(answer).row[SCENARIO])
    with chart_style():
        if len(main_ranges(answer, scenario)):
            charts["responses"] = responses_chart(answer, names)
        if heat_axes(answer) is not None:
            charts["heat"] = heat_chart(answer, names)
        if len(main_indices(answer, scenario)):
            charts["indices"] = indices_chart(answer, names)
        return [path for name, figure in charts.items() for path in save(figure, folder, name)]


def _sheet(table: pd.DataFrame, answer: Answer, names: Names) -> pd.DataFrame:
    """Return a table as the workbook has it: names that people read, and no more rows than an office can use."""
    if len(table) > MOST_ROWS:
        table = table[table["indicator"] == answer.main.name].head(MOST_ROWS)
    shown = table.copy()
    for column in ("axis", "other_axis"):
        if column in shown:
            shown[column] = [names.axis(str(axis)) for axis in table[column]]
    shown["indicator"] = [names.indicator(str(name)) for name in table["indicator"]]
    return shown.rename(columns={key: names.axis(str(key)) for key in shown if "." in str(key)})
