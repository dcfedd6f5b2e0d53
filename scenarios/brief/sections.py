"""The sections of the brief on effects, the baseline, cost, who gains and where: tables and charts with a note each."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from scenarios.base.labels import label
from scenarios.brief.finding import basis_text, group_rates
from scenarios.brief.source import MILLION, Effect, Source, effect_text, level_text, records, rounded_yuan
from scenarios.compare.indicators import COMPARED
from scenarios.pages.blocks import (
    Block,
    Figure,
    Heading,
    Paragraph,
    Table,
)
from scenarios.pages.number_words import UNKNOWN, chance_text, decimals, unsigned, with_interval
from scenarios.settings.schema import BASE
from simulation.foundations.months import REPORT_MONTH, month_label
from simulation.records.indicators import GROUPS

REPORT_DATE = month_label(REPORT_MONTH)
OTHERS = ("occupancy", "children_without_seat", "nobody_employed_households", "income_per_head", "income_poorest_fifth")
LEVELS = (
    "households_settled", "households_both_ends", "households_away", "households_returned", "occupancy",
    "persons_resident", "employed", "employed_away_share", "employed_workshop", "employed_public_post",
    "nobody_employed_households", "children_without_seat", "seats_missing", "income_per_head", "income_poorest_fifth",
    "poverty_share",
)  # fmt: skip
JOB_ROWS = (
    "employed_workshop", "employed_public_post", "employed_nearby_public", "employed_nearby_own",
    "employed_own_business", "employed_organised_export", "employed_away", "posts_filled", "jobs_given_up",
    "posts_displaced", "net_jobs", "persons_into_work", "persons_out_of_work", "households_gained", "households_lost",
)  # fmt: skip
TOTALS = ("net_jobs",)
SITES_SHOWN = 5
EFFECT_WIDTHS = (15, 18, 8, 22, 8, 18, 12)
OTHER_WIDTHS = (15, 16, 19, 16, 17, 17)
COST_WIDTHS = (25, 12, 23, 11, 29)
"""Relative widths of columns."""


def figure(source: Source, name: str) -> Figure:
    """Return a chart of the comparison as a block."""
    caption = source.say(f"caption_{name}")
    return Figure(source.figures / name, caption, caption)


def effects_section(source: Source) -> list[Block]:
    """Return the effects on the headlines and on other outcomes, for all scenarios."""
    effects, rows = source.tables.effects, []
    for name in source.scenarios:
        settled, resident, jobs = (
            source.at_end(key)[name] for key in ("households_settled", "persons_resident", "net_jobs")
        )
        rows.append(
            [
                source.titles[name],
                effect_text("households_settled", settled),
                chance_text(settled.p_better),
                marked(source, name, "persons_resident", resident),
                chance_text(resident.p_better),
                marked(source, name, "net_jobs", jobs),
                basis_text(source, name),
            ]
        )
    better = source.say("column_better")
    head = [source.say("column_scenario"), source.name("households_settled"), better, source.name("persons_resident"),
            better, source.name("net_jobs"), source.say("column_basis")]  # fmt: skip
    others = [
        [source.titles[name], *(marked(source, name, key, source.at_end(key).get(name)) for key in OTHERS)]
        for name in source.scenarios
    ]
    note = source.say("effects_note", month=source.last, draws=_n(effects, "n_draws"), seeds=_n(effects, "n_seeds"))
    return [
        Heading(1, source.say("effects_heading")),
        Paragraph(note),
        figure(source, "effects"),
        Table(head, rows, (1, 2, 3, 4, 5), source.say("caption_effects_table"), widths=EFFECT_WIDTHS),
        Table(
            [source.say("column_scenario"), *(_with_unit(source, key) for key in OTHERS)],
            others,
            range(1, len(OTHERS) + 1),
            source.say("caption_other_table"),
            widths=OTHER_WIDTHS,
        ),
        Paragraph(source.say("marks_note"), "note"),
    ]


def marked(source: Source, scenario: str, indicator: str, row: Effect | None) -> str:
    """Return an effect with its interval and a letter for what it rests on (brief.marks_note).

    A month may have no such effect: in February nobody counts who is out of work.
    """
    if row is None:
        return UNKNOWN
    bases = {(each["scenario"], each["indicator"]): each["basis"] for each in records(source.tables.basis)}
    found = bases.get((scenario, indicator))
    text = effect_text(indicator, row)
    return f"{text}\u00a0{source.say(f'mark_{found}')}" if found else text


def baseline_section(source: Source) -> list[Block]:
    """Return the baseline's own levels at the report date and in the last month, and its path."""
    paths = source.tables.paths
    own = paths[(paths["scenario"] == BASE) & (paths["group"] == "all")]
    levels = {(row["indicator"], row["month"]): row for row in records(own)}
    rows = []
    for key in LEVELS:
        cells = [_with_unit(source, key)]
        for month in (REPORT_DATE, source.last):
            if (key, month) not in levels:
                cells.append(UNKNOWN)
                continue
            row = levels[key, month]
            low, high = level_text(key, row["low"]), level_text(key, row["high"])
            cells.append(f"{level_text(key, row['mean'])} [{low}, {high}]")
        rows.append(cells)
    return [
        Heading(1, source.say("baseline_heading")),
        Paragraph(source.say("baseline_note", future=source.facts["future"])),
        Table(
            [source.say("column_indicator"), REPORT_DATE, source.last],
            rows,
            (1, 2),
            source.say("caption_baseline_table"),
        ),
        Paragraph(source.say("scope_note", meaning=source.facts["labour"]), "note"),
        figure(source, "paths"),
    ]


def cost_section(source: Source) -> list[Block]:
    """Return money against household-years settled."""
    table = {row["scenario"]: row for row in records(source.tables.cost_effect)}
    rows = []
    for name in source.scenarios:
        row = table[name]
        unit = UNKNOWN
        if pd.notna(row["yuan_low"]) and pd.notna(row["yuan_high"]):
            low, high = (rounded_yuan(float(row[f"yuan_{end}"])) for end in ("low", "high"))
            unit = f"{rounded_yuan(float(row['yuan_per_household_year']))} [{low}, {high}]"
        years = with_interval(row["household_years"], row["household_years_low"], row["household_years_high"])
        money = unsigned(row["yuan"] / MILLION, 1)
        rows.append([source.titles[name], money, years, chance_text(float(row["p_gain"])), unit])
    columns = ("scenario", "money", "years", "gain", "unit_cost")
    return [
        Heading(1, source.say("cost_heading")),
        Paragraph(source.say("cost_note", month=source.last, wages=source.say("wages_note"))),
        Table(
            [source.say(f"column_{c}") for c in columns],
            rows,
            (1, 2, 3, 4),
            source.say("caption_cost_table"),
            widths=COST_WIDTHS,
        ),
        figure(source, "cost"),
    ]


def gains_section(source: Source) -> list[Block]:
    """Return who gains: by group, by switch of residence, by job."""
    rates = {name: group_rates(source, name) for name in source.shown}
    titles = [source.titles[name] for name in source.shown]
    rows = [
        [
            label(f"group.{group}", source.language),
            *(decimals(*rates[name][group]) for name in source.shown),
        ]
        for group in GROUPS
        if all(group in table for table in rates.values())
    ]
    jobs = [
        [source.name(key), *(effect_text(key, source.at_end(key)[name]) for name in source.shown)] for key in JOB_ROWS
    ]
    right = range(1, len(source.shown) + 1)
    classes = ["strong", *[""] * (len(rows) - 1)]
    return [
        Heading(1, source.say("gains_heading")),
        Paragraph(source.say("gains_note")),
        Table([source.say("column_group"), *titles], rows, right, source.say("caption_groups_table"), classes),
        figure(source, "flows"),
        Paragraph(source.say("jobs_note")),
        Table(
            [source.say("column_indicator"), *titles],
            jobs,
            right,
            source.say("caption_jobs_table"),
            ["strong" if key in TOTALS else "" for key in JOB_ROWS],
        ),
    ]


def sites_section(source: Source) -> list[Block]:
    """Return where the effect goes: the chart, and the sites with the largest gains."""
    rows: list[Sequence[str]] = []
    for name in source.shown:
        table = source.tables.sites
        best = table[table["scenario"] == name].sort_values("effect", ascending=False, kind="stable").head(SITES_SHOWN)
        rows += [
            [
                source.titles[name],
                str(int(row["site"])),
                f"{100 * row['need']:.1f} %",
                decimals(float(row["effect"]), float(row["low"]), float(row["high"])),
            ]
            for row in records(best)
        ]
    columns = ("scenario", "site", "need", "effect")
    return [
        Heading(1, source.say("sites_heading")),
        Paragraph(source.say("sites_note")),
        figure(source, "sites"),
        Table([source.say(f"column_{c}") for c in columns], rows, (1, 2, 3), source.say("caption_sites_table")),
    ]


def _n(table: pd.DataFrame, column: str) -> int:
    return int(table[column].iloc[0])


def _with_unit(source: Source, indicator: str) -> str:
    """Return an indicator's name with its unit where a number alone would not say it."""
    unit = COMPARED[indicator].unit
    if str(unit).startswith("share"):
        return f"{source.name(indicator)} (%)" if source.language == "en" else f"{source.name(indicator)}（%）"
    name = label(f"unit.{unit}", source.language)
    return f"{source.name(indicator)} ({name})" if source.language == "en" else f"{source.name(indicator)}（{name}）"
