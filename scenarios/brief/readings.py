"""The part of the brief on readings of the report: the effect of each measure under each of them."""

from __future__ import annotations

from scenarios.brief.source import Source, records
from scenarios.compare.readings_table import Readings, effects_by_reading
from scenarios.pages.blocks import Block, Paragraph, Table
from scenarios.pages.number_words import percent, signed
from scenarios.settings.schema import BASE


def readings_part(source: Source) -> list[Block]:
    """Return notes and a table of effects; nothing where there is none (scenarios/brief/order.py says what is missing).

    What each reading's letter stands for is in the table of what changes the order.
    """
    if source.readings is None:
        return []
    effects = effects_by_reading(source.readings, "households_settled")
    known = [name for name in next(iter(effects.values())) if name in source.titles]
    rows = [[source.titles[name], *(signed(own[name]) for own in effects.values())] for name in known if name != BASE]
    head = [source.say("column_scenario"), *(source.reading_names[reading] for reading in effects)]
    blocks: list[Block] = [Paragraph(source.say("readings_note", draws=int(source.readings.made["draws"])))]
    reach = _reach(source, source.readings)
    if reach:
        blocks.append(Paragraph(source.say("readings_reach", list=source.listed(reach)), "note"))
    blocks += [Paragraph(text, "note") for text in _left_out(source, source.readings)]
    return [*blocks, Table(head, rows, range(1, len(head)), source.say("caption_readings_table"))]


def _reach(source: Source, readings: Readings) -> list[str]:
    """Return the readings under which not all draws reach the targets and meet the patterns."""
    rows = readings.table.drop_duplicates("reading")
    short = rows[(rows["targets_met"] < 1) | (rows["patterns_met"] < 1)]
    return [
        source.say(
            "readings_reach_item",
            reading=source.reading_names[str(row["reading"])],
            targets=percent(float(row["targets_met"])),
            patterns=percent(float(row["patterns_met"])),
        )
        for row in records(short)
    ]


def _left_out(source: Source, readings: Readings) -> list[str]:
    """Return a sentence for each reading under which a target could not be fitted."""
    rows = records(readings.table.drop_duplicates("reading"))
    return [
        source.say(
            "readings_without",
            reading=source.reading_names[str(row["reading"])],
            list=source.listed([source.names[name] for name in row["without"].split(";")]),
        )
        for row in rows
        if isinstance(row["without"], str) and row["without"]
    ]
