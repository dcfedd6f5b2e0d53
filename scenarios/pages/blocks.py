"""What a document is made of, whatever it is written as: headings, paragraphs, bullets, tables, figures, facts.

A block says what something is, never how it looks; HTML and Word each have one look for every block. Whatever would
give a wrong document in one of them (a level left out, a row too short) is an error here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import pandas as pd

from scenarios.base.labels import label, language_index
from scenarios.base.text_tables import right_columns, table_cells

ROW_CLASSES = ("", "strong", "faint", "yes", "near", "no", "unknown")
"""Rows that stand out: totals and the baseline (strong), of less weight (faint), agreement with the report (the rest).

In a row 'no' what is bold is also coloured.
"""
STYLES = ("normal", "lead", "warning", "note")
LEVELS = (1, 2, 3)


@dataclass(frozen=True)
class Span:
    """A piece of text, bold or not."""

    text: str
    bold: bool = False


Runs: TypeAlias = str | Sequence[Span]
"""A text, plain or in pieces."""


def spans(text: Runs) -> tuple[Span, ...]:
    """Return a text as its pieces."""
    return (Span(text),) if isinstance(text, str) else tuple(text)


def plain(text: Runs) -> str:
    """Return a text without emphasis."""
    return "".join(span.text for span in spans(text))


@dataclass(frozen=True)
class Heading:
    """The heading of a section (level 1) or a part of one (2, 3); the document's title stands above them all."""

    level: int
    text: str

    def __post_init__(self) -> None:
        _check(self.level in LEVELS, f"a heading's level is {self.level}; allowed: 1, 2, 3")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: normal, lead (what to read if nothing else), warning (set off), note (small print)."""

    text: Runs
    style: Literal["normal", "lead", "warning", "note"] = "normal"

    def __post_init__(self) -> None:
        _check(self.style in STYLES, f"a paragraph's style is {self.style!r}; allowed: {', '.join(STYLES)}")


@dataclass(frozen=True)
class Bullets:
    """A list without order."""

    items: Sequence[Runs]


@dataclass(frozen=True)
class Table:
    """A table of texts.

    right: columns, counted from 0, whose cells end at one edge; row_classes: one of `ROW_CLASSES` a row; widths:
    relative widths of the columns, by their texts if empty.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[Runs]]
    right: Collection[int] = ()
    caption: str = ""
    row_classes: Sequence[str] = ()
    widths: Sequence[float] = ()

    def __post_init__(self) -> None:
        columns = len(self.head)
        name = f"the table {self.caption!r}"
        _check(columns > 0, f"{name} has no columns")
        for number, row in enumerate(self.rows, start=1):
            _check(len(row) == columns, f"row {number} of {name} has {len(row)} cells; the heading has {columns}")
        _check(all(0 <= column < columns for column in self.right), f"{name}: right is {self.right}; columns from 0")
        _check(len(self.widths) in (0, columns), f"{name} has {len(self.widths)} widths for {columns} columns")
        _check(len(self.row_classes) in (0, len(self.rows)), f"{name}: as many row classes as rows, or none")
        unknown = set(self.row_classes) - set(ROW_CLASSES)
        _check(not unknown, f"{name}: row classes {sorted(unknown)}; allowed: {', '.join(ROW_CLASSES[1:])}")


@dataclass(frozen=True)
class Figure:
    """A chart: <stem>.svg for HTML and <stem>.png for Word. alt: what it shows, for those who can't see it."""

    stem: Path
    caption: str
    alt: str

    def __post_init__(self) -> None:
        _check(bool(self.alt), f"the figure {self.stem.name} has no alt text")

    def file(self, suffix: str) -> Path:
        """Return the file with `suffix`, '.svg' or '.png'; raises ValueError if it is missing."""
        path = self.stem.with_name(self.stem.name + suffix)
        _check(path.is_file(), f"the chart {path.name} is missing in {path.parent}; draw it before the document")
        return path


@dataclass(frozen=True)
class Facts:
    """Names with a text each."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class PageBreak:
    """What follows begins a page, when printed."""


Block: TypeAlias = Heading | Paragraph | Bullets | Table | Figure | Facts | PageBreak


@dataclass(frozen=True)
class Document:
    """A document: title, language ('en' or 'zh'), blocks. numbered: captions begin with Table 1, Figure 1."""

    title: str
    language: str
    blocks: Sequence[Block]
    numbered: bool = False

    def __post_init__(self) -> None:
        language_index(self.language)
        level = 0
        for block in self.blocks:
            if isinstance(block, Heading):
                _check(block.level <= level + 1, f"the heading {block.text!r} leaves out level {level + 1}")
                level = block.level

    def captions(self) -> list[str]:
        """Return the caption of every block, with its number if the captions are numbered; empty for other blocks."""
        numbers = {Table: 0, Figure: 0}
        texts = []
        for block in self.blocks:
            text = block.caption if isinstance(block, Table | Figure) else ""
            if text and self.numbered:
                numbers[type(block)] += 1
                form = label(f"document.{type(block).__name__.lower()}_caption", self.language)
                text = form.format(number=numbers[type(block)], text=text)
            texts.append(text)
        return texts


def frame_table(
    frame: pd.DataFrame,
    columns: Sequence[str],
    language: str,
    *,
    caption: str = "",
    row_classes: Sequence[str] = (),
    bold: Iterable[str] = (),
    widths: Sequence[float] = (),
) -> Table:
    """Return columns of a data frame as a table with headings and cells in `language` (`scenarios.base.text_tables`).

    bold: columns whose cells are bold in rows with a class other than yes, unknown or faint.
    """
    head, *rows = table_cells(frame, columns, language)
    places = {columns.index(name) for name in bold}
    cells: list[list[Runs]] = [list(row) for row in rows]
    for cell, mark in zip(cells, row_classes, strict=False):
        for place in places if mark in ("strong", "near", "no") else ():
            cell[place] = (Span(plain(cell[place]), bold=True),)
    right = frozenset(place for place, to_right in enumerate(right_columns(frame, columns)) if to_right)
    return Table(head, cells, right, caption, row_classes, widths)


def _check(holds: bool, problem: str) -> None:
    if not holds:
        raise ValueError(problem)
