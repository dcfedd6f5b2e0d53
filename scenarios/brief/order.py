"""The part of the brief on what changes the order of the measures: structures, readings, rings of evidence."""

from __future__ import annotations

import pandas as pd

from scenarios.base.labels import label
from scenarios.brief.missing import missing_readings, missing_rings
from scenarios.brief.source import Source, records
from scenarios.compare.order import DEFAULT, FEW, MISSING, RING, Choice, with_status
from scenarios.compare.pairs import SEPARATOR
from scenarios.pages.blocks import Block, Figure, Heading, Paragraph, Table
from scenarios.pages.number_words import UNKNOWN, chance_text

WIDTHS = (0.38, 0.1, 0.2, 0.12, 0.2)
"""Shares of the text's width: the choice, its verdict, what is first, how surely, what changes places."""
RULE, READING = "rule", "reading"


def choice_group(choice: Choice) -> str:
    """Return what computes a choice: rule (the comparison itself), reading (make readings), ring (make rings)."""
    if choice.kind == RING:
        return RING
    return RULE if ":" in choice.name else READING


def choice_name(source: Source, choice: Choice) -> str:
    """Return a choice in words: a rule, the letter of a reading, a ring."""
    group = choice_group(choice)
    if choice.kind == DEFAULT:
        return source.say("order_default")
    if group == RING:
        return label(f"ring.{choice.name}", source.language)
    if group == READING:
        return source.reading_names[choice.name]
    parameter, _, end = choice.name.partition(":")
    return label(f"structure_{end}.{parameter}", source.language)


def _in_full(source: Source, choice: Choice) -> str:
    """Return a choice in words; a reading with what its letter stands for."""
    name = choice_name(source, choice)
    if choice_group(choice) != READING or choice.kind == DEFAULT:
        return name
    return source.say("order_reading", letter=name, meaning=source.reading_meanings[choice.name])


def order_part(source: Source) -> list[Block]:
    """Return heading, what was compared, and a table: each choice, what is first under it, what changes places."""
    order = source.tables.order
    computed = order[order["status"] != MISSING]
    kinds = dict.fromkeys(zip(computed["kind"], computed["choice"], strict=True))
    rows = [_row(source, Choice(str(kind), str(name))) for kind, name in kinds]
    columns = ("choice", "verdict", "first", "p_first", "swapped")
    head = [source.say(f"column_order_{name}") for name in columns]
    blocks: list[Block] = [Heading(2, source.say("order_sub")), Paragraph(source.say("order_note"))]
    blocks += [Paragraph(text, "warning") for text in (*missing_readings(source), *missing_rings(source))]
    for key, status in (("order_missing", MISSING), ("first_few", FEW)):
        if own := with_status(order, status):
            names = source.listed([choice_name(source, choice) for choice in own])
            blocks.append(Paragraph(source.say(key, list=names), "warning"))
    caption = source.say("caption_order")
    blocks.append(Figure(source.figures / "order", caption, caption))
    return [*blocks, Table(head, rows, (3,), source.say("caption_order_table"), widths=WIDTHS)]


def _row(source: Source, choice: Choice) -> list[str]:
    order = source.tables.order
    rows = records(order[(order["kind"] == choice.kind) & (order["choice"] == choice.name)])
    named = [row for row in rows if isinstance(row["scenario"], str) and row["scenario"]]
    status = UNKNOWN if choice.kind == DEFAULT or not named else source.say(f"order_{rows[0]['status']}")
    if not named:
        return [_in_full(source, choice), status, UNKNOWN, UNKNOWN, UNKNOWN]
    best = min(named, key=lambda row: float(row["rank"]))
    pairs = {
        tuple(sorted((str(row["scenario"]), other)))
        for row in named
        if isinstance(row["swapped"], str) and row["swapped"]
        for other in row["swapped"].split(SEPARATOR)
    }
    swapped = [source.say("order_pair", a=source.titles[a], b=source.titles[b]) for a, b in sorted(pairs)]
    return [
        _in_full(source, choice),
        status,
        source.titles[str(best["scenario"])],
        UNKNOWN if pd.isna(best["p_first"]) else chance_text(float(best["p_first"])),
        source.listed(swapped) or UNKNOWN,
    ]
