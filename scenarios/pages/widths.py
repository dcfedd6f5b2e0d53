"""How wide a table's columns are, and what stays on one line or page: words stay whole, long texts get what is left.

Widths are counted in halves of a Chinese character, which a Latin letter takes about one of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scenarios.base.console import width
from scenarios.pages.blocks import Table, plain

TIGHT = 14
"""A column whose cells are no wider than this is never broken."""
KEPT_ROWS = 14
"""A table of no more rows stays on one page."""
CHINESE_PIECE = 8
"""Chinese may break anywhere; four characters at least stay together, most terms of a table."""
SLACK = 1
"""Beyond the letters of a word, for its wide ones."""
CROWDED = 0.6
"""Part of the room beyond which short columns may be broken too."""
HALVINGS = 50
_PIECE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]+|[^\s\u2e80-\u9fff\uff00-\uffef]+")


def full_widths(table: Table) -> list[int]:
    """Return the width of the widest cell of each column, the heading included."""
    return [max(width(text) for text in _column(table, column)) + SLACK for column in range(len(table.head))]


def least_widths(table: Table, whole: int = 0) -> list[int]:
    """Return the width that each column needs so that no number or word is broken, nor a column up to `whole` wide."""
    least = []
    for column in range(len(table.head)):
        head, *cells = _column(table, column)
        widest = max((width(text) for text in cells), default=0)
        kept = widest if widest <= whole or column in table.right else max(map(_piece, cells), default=0)
        least.append(max(kept, _piece(head)) + SLACK)
    return least


def tight(text: str) -> bool:
    """Return whether a text is short enough to stand on one line."""
    return width(text) <= TIGHT


def tight_columns(table: Table) -> list[bool]:
    """Return for each column whether its cells are short enough to stand on one line."""
    return [
        all(tight(text) for text in _column(table, column)[1:]) or column in table.right
        for column in range(len(table.head))
    ]


def shares(table: Table, room: float) -> list[float]:
    """Return the share of each column in a table `room` wide, 1 in all: as given, or by the texts.

    By the texts, a column has its full width if there is room; else a width between its least and its full one that
    keeps rows low: minimal sum over cells of (width of text / width of column)^3, so that the longest texts count most.
    """
    if table.widths:
        return _normed(table.widths)
    full = full_widths(table)
    least = least_widths(table, TIGHT)
    if sum(least) > CROWDED * room:
        least = least_widths(table)
    if sum(full) <= room or sum(least) >= room:
        return _normed(full if sum(full) <= room else least)
    # Where neither bound holds, the minimum has widths in proportion to the fourth root of the sum of cubes.
    wanted = [sum(width(text) ** 3 for text in _column(table, column)) ** 0.25 for column in range(len(full))]
    low, high = 0.0, max(wide / max(want, 1.0) for wide, want in zip(full, wanted, strict=True)) + 1.0
    for _ in range(HALVINGS):
        scale = (low + high) / 2
        found = [min(max(scale * w, lo), hi) for w, lo, hi in zip(wanted, least, full, strict=True)]
        low, high = (scale, high) if sum(found) < room else (low, scale)
    return _normed(found)


def most_lines(table: Table, parts: Sequence[float], room: float) -> float:
    """Return about how many lines the longest cell of a column takes; parts: as from `shares`."""
    return max(wide / (part * room) for wide, part in zip(full_widths(table), parts, strict=True))


def _column(table: Table, column: int) -> list[str]:
    return [table.head[column], *(plain(row[column]) for row in table.rows)]


def _piece(text: str) -> int:
    """Return the width of the widest piece that isn't broken."""
    pieces = _PIECE.findall(text)
    return max((min(width(piece), CHINESE_PIECE) if _chinese(piece) else width(piece) for piece in pieces), default=0)


def _chinese(piece: str) -> bool:
    return width(piece) > len(piece)


def _normed(parts: Sequence[float]) -> list[float]:
    return [part / sum(parts) for part in parts]
