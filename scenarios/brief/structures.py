"""The part of the brief on rules that the report leaves open between two: what the choice changes."""

from __future__ import annotations

from collections.abc import Sequence

from scenarios.base.labels import label
from scenarios.brief.source import Source, records
from scenarios.compare.structures import HIGH, LOW
from scenarios.pages.blocks import Block, Paragraph, Table
from scenarios.pages.number_words import UNKNOWN, signed

SETTLED = "households_settled"
WIDTHS = 0.22
"""Share of the text's width for the names of measures; the columns of numbers share the rest."""


def structure_effects(source: Source) -> dict[tuple[str, str], dict[str, float]]:
    """Return the mean effect on households settled by scenario, by (parameter, end: low or high)."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for row in records(source.tables.structures):
        if row["indicator"] == SETTLED:
            found.setdefault((row["parameter"], row["end"]), {})[row["scenario"]] = float(row["effect"])
    return found


def structures_part(source: Source) -> list[Block]:
    """Return a note and a table: the effect of each measure near one rule and near the other."""
    found = structure_effects(source)
    if not found:
        return [Paragraph(source.say("structures_missing"), "warning")]
    parameters = list(dict.fromkeys(parameter for parameter, _ in found))
    columns = [(name, end) for name in parameters for end in (LOW, HIGH)]
    head = [
        source.say("column_scenario"),
        *(label(f"structure_{end}.{name}", source.language) for name, end in columns),
    ]
    rows = [[source.titles[name], *(_cell(found[column], name) for column in columns)] for name in source.scenarios]
    widths: Sequence[float] = (WIDTHS, *((1 - WIDTHS) / len(columns) for _ in columns))
    draws = int(source.tables.structures["n_draws"].iloc[0])
    return [
        Paragraph(source.say("structures_note", draws=draws)),
        Table(head, rows, range(1, len(head)), source.say("caption_structures_table"), widths=tuple(widths)),
    ]


def _cell(effects: dict[str, float], scenario: str) -> str:
    return signed(effects[scenario]) if scenario in effects else UNKNOWN
