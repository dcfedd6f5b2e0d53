"""The office copy of tables: a workbook that says what each sheet and column is, with filters and a chart.

Numbers are numbers, in full, whatever their cells show; months are texts; names stand in the reader's language. CSV
stays the form for programs.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import xlsxwriter

from scenarios.base.console import width
from scenarios.base.labels import label, read_labels
from scenarios.base.output.whole_files import write_bytes
from scenarios.base.text import for_xml
from scenarios.pages.excel_chart import EffectBars, draw_bars
from scenarios.pages.packages import FIXED_DATE, repacked
from scenarios.settings.units import unit_text

MOST_ROWS = 20_000
"""A table with more rows and a column 'month' is cut down to its last month."""
FONTS = {"en": "Calibri", "zh": "Microsoft YaHei"}
FONT_POINTS = 10
WHOLE, COUNT, FRACTION = "#,##0", "0", "0.000"
LEAST_WIDTH, MOST_WIDTH, HEAD_LINES = 9, 42, 2
"""Widths of columns in letters; lines of the heading."""
README_WIDTHS = (24, 34, 28, 100)
A4 = 9
NAME_SECTIONS = {
    "indicator": ("indicator",),
    "group": ("group",),
    "unit": ("unit",),
    "from_state": ("state",),
    "to_state": ("state",),
    "lever": ("lever",),
    "kind": ("kind", "excel_word"),
    "met": ("met",),
    "basis": ("excel_word",),
    "better": ("excel_word",),
}
"""Columns whose cells are names, with the sections of conf/labels/ that may have them."""


class _Sheet(NamedTuple):
    """A table as it is written: its name in the CSV files, its tab, its rows, what to say of rows left out."""

    name: str
    tab: str
    table: pd.DataFrame
    remark: str


def write_excel(
    path: Path,
    sheets: Mapping[str, pd.DataFrame],
    notes: Sequence[tuple[str, str]],
    language: str,
    chart: EffectBars | None = None,
    titles: Mapping[str, str] | None = None,
) -> Path:
    """Write tables by name as a workbook; return its path.

    notes: (heading, text) for the first sheet; chart: `excel_chart.effect_bars`; titles: of the scenarios by name.
    Names of sheets and columns are those of conf/labels/ (excel_*, column), or as they are where it has none.
    """
    data = io.BytesIO()
    font = {"font_name": FONTS[language], "font_size": FONT_POINTS}
    workbook = xlsxwriter.Workbook(data, {"in_memory": True, "default_format_properties": font})
    notes = [(for_xml(name), for_xml(text)) for name, text in notes]
    workbook.set_properties({"title": notes[0][1] if notes else "", "created": FIXED_DATE.replace(tzinfo=None)})
    books = [_sheet(name, table, language) for name, table in sheets.items()]
    _write_readme(workbook, books, notes, language, chart is not None)
    if chart is not None:
        draw_bars(workbook, label("excel.chart", language), chart, language)
    for book in books:
        _write_sheet(workbook, book, language, titles or {})
    workbook.close()
    return write_bytes(path, repacked(data.getvalue()))


def _sheet(name: str, table: pd.DataFrame, language: str) -> _Sheet:
    remark = ""
    if len(table) > MOST_ROWS and "month" in table:
        last = str(table["month"].max())
        remark = label("excel.trimmed", language).format(month=last, rows=f"{len(table):,}")
        table = table[table["month"] == last]
    return _Sheet(name, _named("excel_name", name, language) or name, table, remark)


def _write_readme(
    workbook: Any, books: Sequence[_Sheet], notes: Sequence[tuple[str, str]], language: str, has_chart: bool
) -> None:
    """Write the first sheet: notes, the sheets, and every column of every sheet."""

    def say(key: str) -> str:
        return label(f"excel.{key}", language)

    sheet = workbook.add_worksheet(say("readme"))
    heading = workbook.add_format({"bold": True, "font_size": 13, "font_color": "#1B3A57"})
    head = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#F3F5F7"})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    top = workbook.add_format({"valign": "top"})
    number = workbook.add_format({"valign": "top", "num_format": WHOLE, "align": "left"})
    link = workbook.add_format({"valign": "top", "font_color": "#0072B2", "underline": 1})
    for column, letters in enumerate(README_WIDTHS):
        sheet.set_column(column, column, letters)
    line = 0

    def write_head(title: str, *names: str) -> None:
        nonlocal line
        line += 1 if line else 0
        sheet.write_string(line, 0, title, heading)
        for column, name in enumerate(names):
            sheet.write_string(line + 1, column, name, head)
        line += 2 if names else 1

    if notes:
        write_head(say("notes"))
        for name, text in notes:
            sheet.write_string(line, 0, name, wrapped)
            sheet.merge_range(line, 1, line, len(README_WIDTHS) - 1, "", wrapped)
            sheet.write_string(line, 1, text, wrapped)
            lines = max(math.ceil(width(text) / sum(README_WIDTHS[1:])), math.ceil(width(name) / README_WIDTHS[0]))
            sheet.set_row(line, 16 * max(1, lines))
            line += 1
    write_head(say("sheets"), say("sheet"), say("file"), say("rows"), say("what"))
    if has_chart:
        _write_link(sheet, line, say("chart"), link)
        sheet.write_string(line, 3, say("chart_about"), wrapped)
        line += 1
    for book in books:
        about = _named("excel_about", book.name, language)
        _write_link(sheet, line, book.tab, link)
        sheet.write_string(line, 1, f"{book.name}.csv", top)
        sheet.write_number(line, 2, len(book.table), number)
        sheet.write_string(line, 3, " ".join(text for text in (about, book.remark) if text), wrapped)
        line += 1
    write_head(say("columns"), say("sheet"), say("column"), say("csv_column"), say("what"))
    for book in books:
        for name in book.table.columns:
            own = _named("excel_meaning", f"{book.name}_{name}", language)
            meaning = own or _named("excel_meaning", name, language)
            for place, text in enumerate((book.tab, _head(book.name, name, language), name, meaning)):
                sheet.write_string(line, place, text, wrapped if place == 3 else top)
            line += 1
    _set_page(sheet)


def _write_link(sheet: Any, line: int, tab: str, form: Any) -> None:
    sheet.write_url(line, 0, f"internal:'{tab}'!A1", form, tab)


def _write_sheet(workbook: Any, book: _Sheet, language: str, titles: Mapping[str, str]) -> None:
    """Write one table: a heading that stays in sight, a filter, a width and a format for each column."""
    sheet = workbook.add_worksheet(book.tab)
    look = {"bold": True, "bottom": 1, "bg_color": "#F3F5F7", "text_wrap": True, "valign": "vcenter"}
    heads = [workbook.add_format(look), workbook.add_format(look | {"align": "right"})]
    forms = {form: workbook.add_format({"num_format": form}) for form in (WHOLE, COUNT, FRACTION)}
    sheet.set_row(0, 16 * HEAD_LINES)
    for place, column in enumerate(book.table.columns):
        values = book.table[column]
        name = _head(book.name, column, language)
        sheet.write_string(0, place, name, heads[pd.api.types.is_numeric_dtype(values)])
        widest = math.ceil(width(name) / HEAD_LINES) + 4
        counts = pd.api.types.is_integer_dtype(values)
        for line, value in enumerate(values.tolist(), start=1):
            if isinstance(value, str):
                text = _cell(column, value, language, titles)
                sheet.write_string(line, place, text)
                widest = max(widest, width(text) + 2)
            elif not pd.isna(value) and math.isfinite(value):
                form = COUNT if counts and column != "yuan" else _number_form(value)
                sheet.write_number(line, place, value, forms[form])
                widest = max(widest, len(f"{value:,.0f}" if form == WHOLE else f"{value:.3f}") + 2)
        sheet.set_column(place, place, min(max(widest, LEAST_WIDTH), MOST_WIDTH))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(book.table)), len(book.table.columns) - 1)
    sheet.repeat_rows(0)
    _set_page(sheet)


def _set_page(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")


def _number_form(value: float) -> str:
    """Return the format of a number: whole numbers and large ones without decimals, as in printed tables."""
    return WHOLE if value == round(value) or abs(value) >= 100 else FRACTION


def _head(sheet: str, column: str, language: str) -> str:
    """Return the heading of a column: of this sheet, of all sheets, of printed tables, or else its name."""
    names = (("excel_head", f"{sheet}_{column}"), ("excel_head", column), ("column", column))
    return next((text for section, name in names if (text := _named(section, name, language))), column)


def _cell(column: str, value: str, language: str, titles: Mapping[str, str]) -> str:
    """Return a text cell in `language`: names that are known are translated."""
    if column == "scenario":
        return titles.get(value, value)
    found = (_named(section, value, language) for section in NAME_SECTIONS.get(column, ()))
    return next((text for text in found if text), unit_text(value, language) if column == "unit" else value)


def _named(section: str, name: str, language: str) -> str:
    """Return the label of `section`.`name`, or an empty text if there is none."""
    key = f"{section}.{name}"
    return label(key, language) if key in read_labels() else ""
