"""Columns on a terminal that stand under each other, also where a Chinese character takes two places."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

WIDE = ("W", "F")


def width(text: str) -> int:
    """Return the places that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in WIDE else 1
        for letter in text
    )


def padded(text: str, places: int, right: bool = False) -> str:
    """Return the text filled up with spaces to `places`, to the right edge if `right`."""
    space = " " * max(0, places - width(text))
    return space + text if right else text + space


def aligned(rows: Sequence[Sequence[str]], indent: int = 2, right: Sequence[int] = ()) -> str:
    """Return rows of equal length as lines of aligned columns; columns listed in `right` end at one edge."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [padded(cell, widths[column], column in right) for column, cell in enumerate(row)]
        lines.append((" " * indent + "  ".join(cells)).rstrip())
    return "\n".join(lines)


def ruled(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Return rows as lines of aligned columns with a rule under the first row, the heading."""
    rule = ["-" * max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return aligned([rows[0], rule, *rows[1:]], indent=0, right=right)
