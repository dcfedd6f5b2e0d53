"""Pages of docs/ that are made from conf/: a command writes each, and a test holds it to what it is made from.

Numbers stand in conf/ alone. A page that repeats them by hand would be wrong after the next tuning.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from scenarios.base.paths import DOCS
from scenarios.base.whole_files import write_text
from scenarios.base.yaml_files import shown_path
from scenarios.settings.command import guarded


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; a bar within a cell is escaped."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def plain_number(value: float) -> str:
    """Return a number without exponent and without needless zeros."""
    text = f"{Decimal(repr(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_page(name: str, text: Callable[[], str], argv: Sequence[str] | None = None) -> int:
    """Write `text()` to docs/<name> and say so; return the exit code. `--help` says what the page is."""
    words = sys.argv[1:] if argv is None else argv

    def command() -> None:
        if words:
            print(f"Writes docs/{name} from conf/; it takes no arguments.")
            return
        page = DOCS / name
        write_text(page, text())
        print(f"{shown_path(page)} written")

    return guarded(command, "en")
