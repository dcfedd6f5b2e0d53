"""Pages of docs/ that are made from conf/: a command writes each, and a test holds it to what it is made from.

Numbers stand in conf/ alone. A page that repeats them by hand would be wrong after the next tuning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from scenarios.base.input.yaml_files import shown_path
from scenarios.base.output.whole_files import write_text
from scenarios.base.text import Text
from scenarios.settings.command import Call


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; a bar within a cell is escaped."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def plain_number(value: float) -> str:
    """Return a number without exponent and without needless zeros."""
    text = f"{Decimal(repr(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_page(call: Call, page: Path, text: str) -> None:
    """Write `text` to a page of docs/ and say so."""
    write_text(page, text)
    call.say(Text(f"{shown_path(page)} written", f"已写出 {shown_path(page)}"))
