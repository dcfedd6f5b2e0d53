"""A document for Word: real headings, lists and captions, so that an office can go on working with it.

A table's head stands on each of its pages and no row is divided; a table of few rows, and a figure with its caption,
stay on one page.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell

from scenarios.base.output.whole_files import write_bytes
from scenarios.pages.blocks import (
    Block,
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Runs,
    Table,
    spans,
)
from scenarios.pages.packages import repacked
from scenarios.pages.widths import (
    KEPT_ROWS,
    least_widths,
    most_lines,
    shares,
)
from scenarios.pages.word_frame import TEXT_CM, add_run, new_word

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.table import CT_Row
    from docx.text.paragraph import Paragraph as WordParagraph

STYLES = {"normal": "Body Text", "lead": "Lead", "warning": "Warning", "note": "Note"}
FIGURE_CM = 19.0
"""A figure is at most this high."""
POINTS_PER_CM = 72 / 2.54
TEXT_POINTS = (9.0, 8.5, 8.0, 7.5)
"""Sizes of a table's text, the first in which its words stay whole."""
SMALL_POINTS, MOST_LINES = 8.0, 5
"""No smaller size is taken for the sake of cells with more lines."""
LETTER, PADDING = 0.58, 9.0
"""Width of a letter in sizes of its font; points beside a cell's text, both sides together."""
LAST_ROWS = 4
"""Rows at the end of a table that stay together: no page begins with the last one alone."""
FACT_NAMES = (0.18, 0.36)
"""Least and largest share of the width for the names of facts."""
FAINT, WRONG, STRONG_FILL = RGBColor(0x66, 0x66, 0x66), RGBColor(0xA3, 0x3F, 0x00), "F3F5F7"


def write_word(path: Path, document: Document) -> Path:
    """Write the document as a .docx file; return its path. Raises ValueError if a chart is missing."""
    writer = _Writer(document)
    for block, caption in zip(document.blocks, document.captions(), strict=True):
        writer.add(block, caption)
    data = io.BytesIO()
    writer.word.save(data)
    return write_bytes(path, repacked(data.getvalue()))


class _Writer:
    """Adds blocks to a Word document."""

    def __init__(self, document: Document) -> None:
        self.language = document.language
        self.word: WordDocument = new_word(document.title, document.language)
        self.new_page = False
        self.paragraph("Title", document.title)

    def add(self, block: Block, caption: str) -> None:
        match block:
            case Heading():
                self.paragraph(f"Heading {block.level}", block.text)
            case Paragraph():
                self.paragraph(STYLES[block.style], block.text)
            case Bullets():
                for item in block.items:
                    self.paragraph("List Bullet", item)
            case Table():
                self.table(block, caption)
            case Figure():
                self.figure(block, caption)
            case Facts():
                self.facts(block)
            case PageBreak():
                self.new_page = True

    def paragraph(self, style: str, text: Runs = "") -> WordParagraph:
        paragraph = self.word.add_paragraph(style=style)
        if self.new_page:
            paragraph.paragraph_format.page_break_before = True
            self.new_page = False
        self.fill(paragraph, text)
        return paragraph

    def fill(self, paragraph: WordParagraph, text: Runs) -> None:
        for span in spans(text):
            add_run(paragraph, span.text, self.language, span.bold)

    def figure(self, block: Figure, caption: str) -> None:
        paragraph = self.paragraph("Figure")
        paragraph.paragraph_format.keep_with_next = bool(caption)
        shape = add_run(paragraph, "", self.language).add_picture(str(block.file(".png")), width=Cm(TEXT_CM))
        if shape.height > Cm(FIGURE_CM):
            shape.width, shape.height = Cm(TEXT_CM * Cm(FIGURE_CM) / shape.height), Cm(FIGURE_CM)
        shape._inline.docPr.set("descr", block.alt)
        if caption:
            self.paragraph("Caption", caption)

    def facts(self, block: Facts) -> None:
        if not block.pairs:
            return
        if self.new_page:
            self.paragraph("After Table")
        rows = [list(pair) for pair in block.pairs]
        least, largest = FACT_NAMES
        name = min(max(shares(Table(("", ""), rows), self._room(2, TEXT_POINTS[0]))[0], least), largest)
        table = self.new_table("Facts Table", rows, [name, 1 - name], has_head=False)
        for number, (row, texts) in enumerate(zip(table._tbl.tr_lst, rows, strict=True), start=1):
            kept = len(rows) - LAST_ROWS < number < len(rows)
            self.fill_row(table, row, texts, bold=(True, False), kept=kept)
        self.paragraph("After Table")

    def table(self, block: Table, caption: str) -> None:
        if caption:
            self.paragraph("Table Caption", caption)
        elif self.new_page:
            self.paragraph("After Table")
        columns = len(block.head)
        least = sum(least_widths(block))
        sizes = [size for size in TEXT_POINTS if least <= self._room(columns, size)] or [TEXT_POINTS[-1]]
        for points in sizes:
            room = self._room(columns, points)
            parts = shares(block, room)
            if most_lines(block, parts, room) <= MOST_LINES or points <= SMALL_POINTS:
                break
        if not block.widths:
            beside = PADDING / (TEXT_CM * POINTS_PER_CM)
            parts = [beside + part * (1 - columns * beside) for part in parts]
        lines = [block.head, *block.rows]
        table = self.new_table("Ruled Table", lines, parts, has_head=True)
        classes = ["", *(block.row_classes or [""] * len(block.rows))]
        together = len(block.rows) <= KEPT_ROWS
        for number, (row, texts, mark) in enumerate(zip(table._tbl.tr_lst, lines, classes, strict=True)):
            bold = (True,) * columns if number == 0 or mark == "strong" else (False,) * columns
            last = len(block.rows) - LAST_ROWS < number < len(block.rows)
            kept = number == 0 or last or (together and number < len(block.rows))
            self.fill_row(table, row, texts, bold, frozenset(block.right), points, mark, kept)
        self.paragraph("After Table")

    def new_table(
        self, style: str, rows: Sequence[Sequence[Runs]], parts: Sequence[float], has_head: bool
    ) -> WordTable:
        """Add an empty table of the text's width; no row is divided, and the head is repeated."""
        table: WordTable = self.word.add_table(len(rows), len(parts), self.word.styles[style])
        table.autofit = False
        look = table._tbl.tblPr.find(qn("w:tblLook"))
        if look is not None:
            for name in list(look.attrib):
                del look.attrib[name]
            for name, value in (("firstRow", has_head), ("firstColumn", False), ("noHBand", True), ("noVBand", True)):
                look.set(qn(f"w:{name}"), str(int(value)))
        widths = [Cm(TEXT_CM * part) for part in parts]
        for grid, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
            grid.w = width
        for number, row in enumerate(table._tbl.tr_lst):
            for cell, width in zip(row.tc_lst, widths, strict=True):
                cell.width = width
            properties = row.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if has_head and number == 0:
                properties.append(OxmlElement("w:tblHeader"))
        return table

    def fill_row(
        self,
        table: WordTable,
        row: CT_Row,
        texts: Sequence[Runs],
        bold: Sequence[bool],
        right: frozenset[int] = frozenset(),
        points: float = TEXT_POINTS[0],
        mark: str = "",
        kept: bool = False,
    ) -> None:
        for column, (element, text, all_bold) in enumerate(zip(row.tc_lst, texts, bold, strict=True)):
            cell = _Cell(element, table)
            paragraph = cell.paragraphs[0]
            paragraph.style = self.word.styles["Table Text"]
            if column in right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if kept:
                paragraph.paragraph_format.keep_with_next = True
            for span in spans(text):
                run = add_run(paragraph, span.text, self.language, span.bold or all_bold)
                if points != TEXT_POINTS[0]:
                    run.font.size = Pt(points)
                if mark == "faint" or (mark == "no" and span.bold):
                    run.font.color.rgb = FAINT if mark == "faint" else WRONG
            if mark == "strong":
                shade = OxmlElement("w:shd")
                for name, value in (("val", "clear"), ("color", "auto"), ("fill", STRONG_FILL)):
                    shade.set(qn(f"w:{name}"), value)
                element.get_or_add_tcPr().append(shade)

    def _room(self, columns: int, points: float) -> float:
        """Return the letters of a table's line, all columns together, in a font of `points`."""
        return (TEXT_CM * POINTS_PER_CM - PADDING * columns) / (LETTER * points)
