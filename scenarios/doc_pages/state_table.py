"""`python -m scenarios.state_table` writes the tables of state variables into docs/odd.md, between two marks.

Names, types and meanings are those of simulation/state/entities.py: a column's meaning is the comment on its line,
else that of the population's column of the same name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scenarios.base.errors import UserError
from scenarios.base.paths import DOCS, ROOT
from scenarios.doc_pages.page import markdown_table, write_page
from scenarios.settings.command import Call
from simulation.state.population import TABLES

PAGE = "odd.md"
SOURCE = ROOT / "simulation" / "state" / "entities.py"
START, END = "<!-- state tables: python -m scenarios.state_table -->", "<!-- end of the state tables -->"


PLAIN = {
    "key": "identity for random numbers",
    "market": "has a farm-produce market",
    "channel": "job channel",
    "filled": "posts that somebody holds",
    "running": "open now",
    "nearby_own": "local market, by site",
    "own_business": "stalls, shops and small trades, by site",
    "public_site": "public posts at sites",
    "public_unit": "public posts elsewhere in units",
    "nearby_public": "posts placed by public channels, by unit",
    "workshops": "one pool for each workshop",
    "poor": "registered poor",
    "origin_school": "the old school near the origin still teaches",
    "demolished_month": "month of demolition of the old house",
    "labour_from": "first month as a labourer",
    "labour_to": "first month no longer a labourer",
    "school_leave": "first month out of all schooling",
    "in_scope": "counted by the report's labour rows",
    "state": "residence state",
    "months_in_state": "months since the last move",
    "flat_kept": "the flat has not been given up",
    "labourers": "members who are labourers",
    "employed": "of them in work, not farming",
    "away_workers": "of them working away",
    "carers": "1 if a labourer is bound to care, else 0",
    "months_in_job": "months in the present job",
    "carer": "bound to care at home",
}
"""Meaning of columns that stand without a comment, because their names say it in the code."""


class Variable(NamedTuple):
    """One column of the state: name, type and meaning (with shape and unit where they are not obvious)."""

    name: str
    kind: str
    meaning: str


class Table(NamedTuple):
    """One table of the state, with the first sentence of its docstring."""

    name: str
    summary: str
    variables: tuple[Variable, ...]


def state_tables() -> list[Table]:
    """Return the tables of simulation/state/entities.py in their order."""
    text = SOURCE.read_text(encoding="utf-8")
    lines = text.splitlines()
    result = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            summary = (ast.get_docstring(node) or "").partition("\n\n")[0].replace("\n", " ")
            result.append(Table(node.name, summary, tuple(_variables(node, lines))))
    return result


def _variables(table: ast.ClassDef, lines: Sequence[str]) -> Iterator[Variable]:
    given = {column.name: column.meaning for column in TABLES.get(table.name.lower(), ())}
    for node in table.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name, comment = node.target.id, lines[node.lineno - 1].partition("  # ")[2]
            yield Variable(name, ast.unparse(node.annotation), comment or given.get(name) or PLAIN.get(name, ""))


def tables_text() -> str:
    """Return all tables as Markdown."""
    parts = []
    for table in state_tables():
        rows = [(f"`{variable.name}`", variable.kind, variable.meaning) for variable in table.variables]
        parts.append(f"**{table.name}.** {table.summary}\n\n{markdown_table(('column', 'type', 'meaning'), rows)}\n\n")
    return "\n" + "".join(parts)


def odd_page() -> str:
    """Return docs/odd.md with its tables of state variables as the code has them; raises UserError without marks."""
    text = (DOCS / PAGE).read_text(encoding="utf-8")
    before, start, rest = text.partition(START + "\n")
    _, end, after = rest.partition(END)
    if not start or not end:
        raise UserError("the marks of the state tables are missing", key=START, found=PAGE, allowed=END, hint="")
    return before + start + tables_text() + end + after


def write(call: Call) -> None:
    """Write the page."""
    write_page(call, DOCS / PAGE, odd_page())
