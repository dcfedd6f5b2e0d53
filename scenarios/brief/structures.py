"""The part of the brief on rules that the report leaves open between two: what the choice changes."""

from __future__ import annotations

from collections.abc import Sequence

from scenarios.base.labels import label
from scenarios.brief.charts.parts import signed
from scenarios.brief.source import UNKNOWN, Source, records
from scenarios.compare.structures import HIGH, LOW
from scenarios.pages.blocks import Block, Heading, Paragraph, Table

SETTLED = "households_settled"
FIRST = 3
"""Places whose order is compared."""
WIDTHS = 0.22
"""Share of the text's width for the names of measures; the columns of numbers share the rest."""


def structure_effects(source: Source) -> dict[tuple[str, str], dict[str, float]]:
    """Return the mean effect on households settled by scenario, by (parameter, end: low or high)."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for row in records(source.tables.structures):
        if row["indicator"] == SETTLED:
            found.setdefault((row["parameter"], row["end"]), {})[row["scenario"]] = float(row["effect"])
    return found


def of_ranked(source: Source, effects: dict[str, float]) -> dict[str, float]:
    """Return the effects of the scenarios that are ranked."""
    return {name: effect for name, effect in effects.items() if name in source.ranked}


def first_under(effects: dict[str, float], n: int = 1) -> list[str]:
    """Return the scenarios with the `n` largest effects, the largest first."""
    return sorted(effects, key=lambda name: -effects[name])[:n]


def structures_part(source: Source) -> list[Block]:
    """Return heading, verdict and table: the effect of each measure near one rule and near the other."""
    heading = Heading(2, source.say("structures_sub"))
    found = structure_effects(source)
    if not found:
        return [heading, Paragraph(source.say("structures_missing"), "warning")]
    parameters = list(dict.fromkeys(parameter for parameter, _ in found))
    changed = [
        name
        for name in parameters
        if len({tuple(first_under(of_ranked(source, found[name, end]), FIRST)) for end in (LOW, HIGH)}) > 1
    ]
    verdict = source.say("structures_same")
    if changed:
        names = [label(f"parameter_name.{name}", source.language) for name in changed]
        verdict = source.say("structures_change", list=source.listed(names))
    columns = [(name, end) for name in parameters for end in (LOW, HIGH)]
    head = [
        source.say("column_scenario"),
        *(label(f"structure_{end}.{name}", source.language) for name, end in columns),
    ]
    rows = [[source.titles[name], *(_cell(found[column], name) for column in columns)] for name in source.scenarios]
    widths: Sequence[float] = (WIDTHS, *((1 - WIDTHS) / len(columns) for _ in columns))
    draws = int(source.tables.structures["n_draws"].iloc[0])
    return [
        heading,
        Paragraph(source.say("structures_note", draws=draws, verdict=verdict)),
        Table(head, rows, range(1, len(head)), source.say("caption_structures_table"), widths=tuple(widths)),
    ]


def _cell(effects: dict[str, float], scenario: str) -> str:
    return signed(effects[scenario]) if scenario in effects else UNKNOWN
