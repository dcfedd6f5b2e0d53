"""A report as one HTML file: everything is inside it, so that it can be mailed, printed and read offline.

What agrees with the report is said in words, not only in colour; what the model cannot say has a heading of its own.
"""

from __future__ import annotations

import base64
import io
import os
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from scenarios.chart_style import FONT_FILE
from scenarios.charts import CHARTS
from scenarios.labels import label, language_index
from scenarios.tables import right_columns, table_cells

COLUMNS = ("kind", "name", "report", "model", "unit", "deviation_percent", "met", "note")
LIMITS = ("return", "future", "chance", "effects", "readings", "people")
HTML_LANGUAGES = ("en", "zh-CN")
CHINESE = re.compile(r"[\u3400-\u9fff]")
STYLE = """
:root { color-scheme: light; }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff; line-height: 1.55;
  font-family: "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Anju Embedded", sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.warning { border-left: 4px solid #d55e00; padding: .4rem .8rem; background: #fdf3ec; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .84rem; width: 100%; }
th, td { padding: .25rem .5rem; text-align: left; vertical-align: top; border-bottom: 1px solid #ddd; }
th { border-bottom: 1px solid #555; } td.right, th.right { text-align: right; white-space: nowrap; }
.met, td:first-child { white-space: nowrap; } tr.no td.met, tr.near td.met { font-weight: bold; }
tr.no td.met { color: #a33f00; }
td:last-child { min-width: 8rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; font-size: .9rem; } dd { margin: 0; }
figure { margin: 1rem 0 1.6rem; break-inside: avoid; } figure svg { width: 100%; height: auto; max-width: 46rem; }
figcaption, .note { font-size: .88rem; color: #444; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } }
"""


class Page(NamedTuple):
    """What a page is made of.

    title; table: `outcome.report_table`; configuration: (name, text) of what was run; charts: folder of the four SVG
    files; runs: a table of single runs side by side, or None.
    """

    title: str
    table: pd.DataFrame
    configuration: Sequence[tuple[str, str]]
    charts: Path
    runs: pd.DataFrame | None = None


def write_report(
    folder: Path, title: str, table: pd.DataFrame, language: str, configuration: Sequence[tuple[str, str]] = ()
) -> Path:
    """Write report.html of one run into `folder`, where `charts.draw_run` has drawn it; return its path.

    title: of the scenario; table: `outcome.report_table`; configuration: (name, text) of what was run. Raises
    ValueError if a chart is missing.
    """
    heading = label("report.run_title", language).format(title=title)
    return write_page(folder / "report.html", Page(heading, table, configuration, folder), language)


def write_page(path: Path, page: Page, language: str) -> Path:
    """Write a page aside and rename it, so that no half of it is ever seen; return its path.

    Raises ValueError if a chart is missing.
    """
    text = page_html(page, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path


def page_html(page: Page, language: str) -> str:
    """Return the page in `language`: question, what was run, the table, the charts, what the model cannot say."""

    def say(key: str) -> str:
        return escape(label(f"report.{key}", language))

    pairs = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in page.configuration)
    parts = [f"<h1>{escape(page.title)}</h1>", f'<p class="warning">{say("single")}</p>']
    parts += [f"<h2>{say('question_heading')}</h2>", f"<p>{say('question')}</p>"]
    parts += [f"<h2>{say('configuration_heading')}</h2>", f"<dl>{pairs}</dl>"]
    if page.runs is not None:
        parts += [f"<h2>{say('runs_heading')}</h2>", f'<p class="warning">{say("runs_note")}</p>']
        parts += [html_table(page.runs, list(page.runs.columns), language), f"<p>{say('baseline_note')}</p>"]
    met = page.table.loc[page.table["kind"] != "input", "met"].value_counts()
    summary = label("report.met_summary", language).format(
        met=met.get("yes", 0), near=met.get("near", 0), compared=int(met.drop("unknown", errors="ignore").sum())
    )
    parts += [f"<h2>{say('table_heading')}</h2>", f"<p>{escape(summary)}</p>"]
    parts += [html_table(page.table, COLUMNS, language), f'<p class="note">{say("table_caption")}</p>']
    parts += [f"<h2>{say('charts_heading')}</h2>"]
    parts += [
        f"<figure>{inline_svg(page.charts / f'{name}.svg', label(f'chart.{name}', language))}"
        f"<figcaption>{say(f'caption_{name}')}</figcaption></figure>"
        for name in CHARTS
    ]
    limits = "".join(f"<li>{say(f'limit_{name}')}</li>" for name in LIMITS)
    parts += [f"<h2>{say('limits_heading')}</h2>", f"<ul>{limits}</ul>"]
    body = "\n".join(parts)
    return (
        f'<!DOCTYPE html>\n<html lang="{HTML_LANGUAGES[language_index(language)]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(page.title)}</title>\n'
        f"<style>{STYLE}{embedded_font(body + page.title)}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def embedded_font(text: str) -> str:
    """Return a CSS rule with the characters of `text` of the repository's font; empty for a text without Chinese.

    Last in the list of fonts, so that it serves where a computer has no Chinese font. The licence allows it (OFL).
    """
    if not CHINESE.search(text):
        return ""
    from fontTools import subset  # type: ignore[import-untyped]  # noqa: PLC0415 (comes with matplotlib)

    options = subset.Options(layout_features=[], name_IDs=[], notdef_outline=True)
    font = subset.load_font(str(FONT_FILE), options)
    font.recalcTimestamp = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    data = io.BytesIO()
    font.save(data)
    code = base64.b64encode(data.getvalue()).decode("ascii")
    return f'@font-face {{ font-family: "Anju Embedded"; src: url(data:font/otf;base64,{code}) format("opentype"); }}'


def html_table(table: pd.DataFrame, columns: Sequence[str], language: str) -> str:
    """Return columns of a table as HTML; a row of a table with a column 'met' has its value as class."""
    head, *rows = table_cells(table, columns, language)
    right = [' class="right"' if to_right else "" for to_right in right_columns(table, columns)]
    right = [' class="met"' if name == "met" else mark for name, mark in zip(columns, right, strict=True)]
    classes = [f' class="{met}"' for met in table["met"]] if "met" in table else [""] * len(rows)

    def cells(tag: str, row: Sequence[str]) -> str:
        return "".join(f"<{tag}{mark}>{escape(text)}</{tag}>" for mark, text in zip(right, row, strict=True))

    body = "\n".join(f"<tr{name}>{cells('td', row)}</tr>" for name, row in zip(classes, rows, strict=True))
    heading = f"<thead><tr>{cells('th', head)}</tr></thead>"
    return f'<div class="wide"><table>\n{heading}\n<tbody>\n{body}\n</tbody></table></div>'


def inline_svg(path: Path, title: str) -> str:
    """Return a chart to stand inside a page: no prologue, no metadata, ids of its own, a title for screen readers."""
    if not path.is_file():
        raise ValueError(
            f"the chart {path.name} is missing in {path.parent}; draw the run first (scenarios.charts.draw_run)"
        )
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    name = path.stem
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{name}-", text)
    root = re.sub(r'\s(width|height|version|xmlns(:xlink)?)="[^"]*"', "", text[: text.index(">")])
    namespace = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    label_text = escape(title)
    return f'{root} {namespace} role="img" aria-label="{label_text}">{text[text.index(">") + 1 :].rstrip()}'
