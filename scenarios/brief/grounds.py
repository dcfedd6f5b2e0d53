"""The sections of the brief on how sure it is: chance, parameters, what it stands on, what it can't say."""

from __future__ import annotations

import math

import pandas as pd

from scenarios.base.labels import label
from scenarios.brief.finding import basis_text, settled_bases
from scenarios.brief.missing import missing_before, missing_order, missing_proof
from scenarios.brief.order import order_part
from scenarios.brief.readings import readings_part
from scenarios.brief.source import Source, records
from scenarios.brief.structures import structures_part
from scenarios.compare.basis import NARROWED
from scenarios.pages.blocks import (
    Block,
    Bullets,
    Facts,
    Heading,
    Paragraph,
    Table,
)
from scenarios.pages.number_words import UNKNOWN, percent, signed, step_ranges

SURE_WIDTHS = (0.19, 0.13, 0.13, 0.09, 0.1, 0.12, 0.24)
"""Shares of the text's width; the name of a parameter may not be broken."""
OPEN_SHOWN = (
    "residence.c_returned",
    "residence.title_worth",
    "residence.title_settled_share",
    "residence.seat_worth",
    "residence.b_income",
    "residence.hamlet_worth",
)
"""Parameters that decide much and are named if the report leaves them open."""
RANKS_SHOWN = 8
"""Columns of ranks that a page has room for."""
MOSTLY = 2 / 3
"""Share of draws from which a figure or finding of the report counts as met."""
LIMITS = ("return", "shock", "posterior", "sites", "prices")
ASSUMPTIONS = ("utility", "levers", "both_ends")


def sure_section(source: Source) -> list[Block]:
    """Return chance and parameters apart, ranks, and what changes their order."""
    settled = source.at_end("households_settled")
    bases = settled_bases(source)
    rows = []
    for name in source.scenarios:
        row, rests = settled[name], bases.get(name, {})
        parameter = source.say("no_parameter")
        if isinstance(rests.get("parameter"), str) and rests["parameter"]:
            rho = f"{rests['rank_correlation']:.2f}".replace("-", "−")
            parameter = f"{source.parameter(rests['parameter'])}, {rho}"
        shrank = rests.get("shrank", math.nan)
        rows.append(
            [
                source.titles[name],
                _range_of(rests.get("prior_low", math.nan), rests.get("prior_high", math.nan)),
                _range_of(row.low, row.high),
                UNKNOWN if pd.isna(shrank) else percent(float(shrank)).replace("-", "−"),
                _spread(row.sd_chance),
                basis_text(source, name),
                parameter,
            ]
        )
    columns = ("scenario", "before", "after", "narrower", "chance", "basis", "parameter")
    head = [source.say(f"column_{name}") for name in columns]
    return [
        Heading(1, source.say("sure_heading")),
        Paragraph(source.say("sure_note")),
        Table(head, rows, (1, 2, 3, 4), source.say("caption_sure_table"), widths=SURE_WIDTHS),
        Paragraph(source.say("basis_rule"), "note"),
        *(Paragraph(text, "warning") for text in missing_before(source)),
        _ranks(source),
        *_unranked(source),
        *(Paragraph(text, "warning") for text in missing_order(source)),
        *order_part(source),
        *structures_part(source),
        *readings_part(source),
    ]


def _spread(value: float) -> str:
    return UNKNOWN if pd.isna(value) else f"{value:,.0f}"


def _range_of(low: float, high: float) -> str:
    """Return an interval of households; a dash where it is not known."""
    return UNKNOWN if pd.isna(low) or pd.isna(high) else f"[{signed(float(low))}, {signed(float(high))}]"


def _ranks(source: Source) -> Table:
    rows = [row for row in records(source.tables.ranks) if row["indicator"] == "households_settled"]
    found: dict[str, dict[int, float]] = {}
    for row in rows:
        found.setdefault(row["scenario"], {})[int(row["rank"])] = float(row["probability"])
    order = sorted(found, key=lambda name: sum(rank * p for rank, p in found[name].items()))
    ranks = range(1, min(len(found), RANKS_SHOWN) + 1)
    means = [f"{sum(rank * p for rank, p in found[name].items()):.1f}" for name in order]
    cells = [
        [source.titles[name], *(_share(found[name][rank]) for rank in ranks), mean]
        for name, mean in zip(order, means, strict=True)
    ]
    head = [source.say("column_scenario"), *(str(rank) for rank in ranks), source.say("column_mean_rank")]
    return Table(head, cells, range(1, len(head)), source.say("caption_ranks_table"))


def _unranked(source: Source) -> list[Block]:
    """Return a sentence that names the scenarios without a rank, if there are such."""
    names = [source.titles[name] for name in source.scenarios if name not in source.ranked]
    return [Paragraph(source.say("unranked", list=source.listed(names)), "note")] if names else []


def _share(probability: float) -> str:
    """Return a probability as whole percent, nothing for none."""
    text = f"{100 * probability:.0f}"
    return "" if probability == 0 else "<1" if text == "0" else text


def stands_section(source: Source) -> list[Block]:
    """Return how the draws stand against the report, and which parameters it has narrowed."""
    rows = []
    for row in records(source.tables.report):
        median, low, high = (_number(float(row[key])) for key in ("median", "low", "high"))
        met = percent(float(row["share_met"]))
        rows.append([source.names[str(row["id"])], str(row["report"]), f"{median} [{low}, {high}]", met])
    columns = ("id", "report", "median", "met")
    narrowed = sorted((key for key, c in source.narrowed.items() if c >= NARROWED), key=lambda k: -source.narrowed[k])
    still_open = [source.parameter(key) for key in OPEN_SHOWN if source.narrowed.get(key, 1.0) < NARROWED]
    made, none = source.made, source.say("none_narrowed")
    own = [source.names[name] for name, key in made["own_knobs"].items() if key]
    taught = [_taught(source, key) for key in narrowed]
    return [
        Heading(1, source.say("stands_heading")),
        Paragraph(
            source.say(
                "stands_draws", runs=made["runs"], draws=made["draws"], effective=f"{made['effective_draws']:.0f}"
            )
        ),
        *(Paragraph(text, "warning") for text in missing_proof(source)),
        Table([source.say(f"column_{name}") for name in columns], rows, (1, 2, 3), source.say("caption_report_table")),
        *_little_met(source),
        Paragraph(source.say("stands_own", list=source.listed(own) or none)),
        Paragraph(source.say("narrowed", list=source.listed(taught) or none, open=source.listed(still_open) or none)),
        Heading(2, source.say("assumptions_heading")),
        Bullets([source.say(f"assumption_{name}") for name in ASSUMPTIONS]),
        Heading(2, source.say("measures_heading")),
        Facts([(source.titles[name], text) for name, text in source.measures.items()]),
    ]


def _little_met(source: Source) -> list[Block]:
    """Return a sentence on the figures and findings of the report that fewer than MOSTLY of the draws meet."""
    rows = records(source.tables.report)
    little = [source.names[str(row["id"])] for row in rows if float(row["share_met"]) < MOSTLY]
    return [Paragraph(source.say("little_met", list=source.listed(little)))] if little else []


def _taught(source: Source, key: str) -> str:
    """Return a parameter that the report narrows, and by which of its figures."""
    by = [source.names[name] for name in source.made["informed_by"].get(key, ()) if name in source.names]
    if not by:
        return source.parameter(key)
    return source.say("taught_by", parameter=source.parameter(key), list=source.listed(by))


def _number(value: float) -> str:
    """Return a number of the report's table: counts whole, shares with three digits."""
    return f"{value:,.0f}" if abs(value) >= 20 else f"{value:.3f}".replace("-", "−")


def closing_sections(source: Source) -> list[Block]:
    """Return the report's contradictions, what the model can't say, the words for probabilities, how to repeat it."""
    rows = [
        [_range(source, low, high), label(f"likelihood.{name}", source.language)] for low, high, name in step_ranges()
    ]
    return [
        Heading(1, source.say("conflicts_heading")),
        Bullets(list(source.conflicts)),
        Heading(1, source.say("limits_heading")),
        Bullets([source.say(f"limit_{name}") for name in LIMITS]),
        Heading(1, source.say("words_heading")),
        Table([source.say("words_head_probability"), source.say("words_head_words")], rows),
        Heading(1, source.say("facts_heading")),
        Facts([(source.say(f"fact_{name}"), text) for name, text in source.facts.items()]),
    ]


def _range(source: Source, low: float | None, high: float | None) -> str:
    if high is None:
        return source.say("at_least", low=percent(low or 0.0))
    if low is None:
        return source.say("below", high=percent(high))
    return source.say("from_to", low=percent(low), high=percent(high))
