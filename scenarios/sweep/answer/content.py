"""The page of an answer: one paragraph, one chart, then tables; what was not run, and how it was made."""

from __future__ import annotations

import math
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.pages.blocks import Block, Document, Facts, Figure, Heading, Paragraph, Table
from scenarios.pages.number_words import UNKNOWN, chance_text, likelihood, percent
from scenarios.sweep.answer.cells import SCENARIO
from scenarios.sweep.answer.charts.heat import heat_axes
from scenarios.sweep.answer.effects import EFFECT
from scenarios.sweep.answer.failures import failures_section
from scenarios.sweep.answer.finding import finding, joined, money_text, sample_text, short_text, unit_of_number, where
from scenarios.sweep.answer.indices import DESIGNED, FIRST, GIVEN, LEAST_BASE, LEAST_GIVEN, TOTAL
from scenarios.sweep.answer.names import Names
from scenarios.sweep.answer.ranking import (
    ENOUGH,
    best_of,
    fills_ranges,
    main_indices,
    main_ranges,
    money_of,
    ranked_choices,
)
from scenarios.sweep.answer.summary import LEAST_RUNS
from scenarios.sweep.answer.tables import Answer
from scenarios.sweep.plan.outputs import MONEY

TOWN = "town"
MOST_CHOICES, MOST_KEYS = 10, 4
"""Choices in the table of the best; keys that have a column of their own in it."""


def answer_document(answer: Answer, names: Names, figures: Path, facts: list[tuple[str, str]]) -> Document:
    """Return the page in the language of `names`; figures: folder of its charts; facts: how it was made."""
    lead = joined(finding(answer, names), names.language)
    title = names.say("title", title=answer.plan.sweep.titles[names.language])
    varies = bool(len(main_ranges(answer, str(best_of(answer).row[SCENARIO]))))
    blocks: list[Block] = [Heading(1, names.say("answer_heading")), Paragraph(lead, "lead")]
    if any(base.config.population.size == TOWN for base in answer.plan.bases):
        blocks.append(Paragraph(names.say("town"), "warning"))
    if varies:
        caption = names.say("caption_responses", **_of(answer, names))
        blocks.append(Figure(figures / "responses", caption, names.say("alt_responses")))
    blocks += _choices(answer, names)
    if varies:
        blocks += [*_values(answer, names), *_pairs(answer, names, figures), *_indices(answer, names, figures)]
    blocks += failures_section(answer, names)
    blocks += [Heading(1, names.say("made_heading")), Facts(facts)]
    return Document(title, names.language, blocks, numbered=True)


def _of(answer: Answer, names: Names) -> dict[str, str]:
    """Return what captions say of the main output."""
    return {"indicator": names.indicator(answer.main.name), "month": names.month(answer.main.month)}


def _chance(p: float, n: int) -> str:
    return UNKNOWN if math.isnan(p) or n < LEAST_RUNS else chance_text(p) if n >= ENOUGH else f"{p * n:g}/{n}"


def _choices(answer: Answer, names: Names) -> list[Block]:
    """Return the best choices with effect or level, probability and money."""
    each, effects, table = answer.main, answer.quantity == EFFECT, ranked_choices(answer)
    keys = [str(key) for key in answer.choices.labels if key != SCENARIO]
    several = table[SCENARIO].nunique() > 1 or not keys
    apart, assumed = len(keys) <= MOST_KEYS, int(table["n_points"].max()) > 1
    money = {} if each.name == MONEY else money_of(answer)
    with_chance = effects and bool(table["p_better"].notna().any())
    in_words = with_chance and int(table["n_runs"].max()) >= ENOUGH
    rows, classes = [], []
    for row in table.head(MOST_CHOICES).to_dict("records"):
        choice, n = int(row["choice"]), int(row["n_runs"])
        label = answer.choices.labels.iloc[choice]
        cells = [names.scenario(str(row[SCENARIO]))] if several and apart else []
        cells += [names.value(key, short_text(label[key])) for key in keys] if apart else [where(answer, names, label)]
        cells.append(names.numbers(answer.quantity, each.unit, *(float(row[key]) for key in ("mean", "low", "high"))))
        if assumed:
            low, high = (float(row[f"{end}_point"]) for end in ("lowest", "highest"))
            ends = {"low": names.number(answer.quantity, each.unit, low)}
            cells.append(names.say("from_to", **ends, high=names.number(answer.quantity, each.unit, high)))
        if with_chance:
            p = float(row["p_better"])
            cells.append(_chance(p, n))
            if in_words:
                cells.append(likelihood(p, names.language) if n >= ENOUGH and not math.isnan(p) else UNKNOWN)
        if money:
            cells.append(money_text(money[choice]) if choice in money else UNKNOWN)
        rows.append([*cells, str(n)])
        classes.append("" if row["ranked"] else "faint")
    head = [names.say("scenario")] if several and apart else []
    head += [names.axis(key) for key in keys] if apart else [names.say("column_choice")]
    n_left = len(head)
    head.append(_column(answer, names))
    head += [names.say("column_assumed")] if assumed else []
    head += [names.say("column_p")] if with_chance else []
    head += [names.say("column_word")] if in_words else []
    head += [names.say("column_money")] if money else []
    head.append(names.say("column_runs"))
    fields = {"shown": len(rows), "choices": f"{len(answer.choices.labels):,}", "month": names.month(each.month)}
    right = [i for i in range(n_left, len(head)) if head[i] != names.say("column_word")]
    return [
        Heading(1, names.say("choices_heading")),
        Paragraph(names.say("choices_note" if effects else "choices_note_level", **fields), "note"),
        Table(head, rows, right, names.say("caption_choices", **_of(answer, names)), classes),
        *([Paragraph(names.say("faint_note"), "note")] if "faint" in classes else []),
    ]


def _column(answer: Answer, names: Names) -> str:
    """Return the heading of a column of effects or levels."""
    unit = unit_of_number(names, answer.quantity, answer.main.unit) or "%"
    return names.say(f"column_{answer.quantity}", indicator=names.indicator(answer.main.name), unit=unit)


def _values(answer: Answer, names: Names) -> list[Block]:
    """Return how far apart the values of each axis are, and each value, within the scenario of the best point."""
    each, scenario = answer.main, str(best_of(answer).row[SCENARIO])
    ranges = main_ranges(answer, scenario).to_dict("records")
    apart = []
    for row in ranges:
        axis = str(row["axis"])
        cells = [names.axis(axis)]
        for end in ("best", "worst"):
            cells += [
                names.value(axis, str(row[f"{end}_value"])),
                names.number(answer.quantity, each.unit, float(row[end])),
            ]
        difference = (float(row[key]) for key in ("range", "low", "high"))
        apart.append([*cells, names.numbers(EFFECT, each.unit, *difference)])
    table = answer.tables.axis_values
    table = table[(table["indicator"] == each.name) & (table["month"] == each.month)]
    table = table[table["scenario"].isin(["", scenario])]
    by_value = table.groupby("axis", sort=False)
    rows = []
    for row in (row for ranged in ranges for row in by_value.get_group(ranged["axis"]).to_dict("records")):
        numbers = (float(row[key]) for key in ("mean", "low", "high"))
        axis, n = str(row["axis"]), int(row["n_runs"])
        shown = names.numbers(answer.quantity, each.unit, *numbers)
        chance = [_chance(float(row["p_better"]), n)] if answer.quantity == EFFECT else []
        counts = [str(row["n_points"]), str(n), str(row["n_missing"])]
        rows.append([names.axis(axis), names.value(axis, str(row["axis_value"])), shown, *chance, *counts])
    effect, axis_word, value_word = _column(answer, names), names.say("column_axis"), names.say("column_value")
    head = [axis_word, names.say("column_best"), effect, names.say("column_worst"), effect, names.say("column_range")]
    value_head = [axis_word, value_word, effect]
    value_head += [names.say("column_p")] if answer.quantity == EFFECT else []
    value_head += [names.say(f"column_{key}") for key in ("points", "runs", "missing")]
    within = answer.tables.axis_values["scenario"].replace("", pd.NA).nunique() > 1
    note = names.say("values_note")
    if within:
        note += (" " if names.language == "en" else "") + names.say("axis_within", scenario=names.scenario(scenario))
    return [
        Heading(1, names.say("values_heading")),
        Paragraph(note, "note"),
        Table(head, apart, (2, 4, 5), names.say("caption_ranges", **_of(answer, names))),
        Table(value_head, rows, range(2, len(value_head)), names.say("caption_values", **_of(answer, names))),
    ]


def _pairs(answer: Answer, names: Names, figures: Path) -> list[Block]:
    axes = heat_axes(answer)
    if axes is None:
        return []
    caption = names.say("caption_heat", one=names.axis(axes[0]), other=names.axis(axes[1]), **_of(answer, names))
    return [
        Heading(1, names.say("pairs_heading")),
        Paragraph(names.say("pairs_note"), "note"),
        Figure(figures / "heat", caption, names.say("alt_heat")),
    ]


def _indices(answer: Answer, names: Names, figures: Path) -> list[Block]:
    """Return Sobol' indices, or why there are none where an axis fills ranges."""
    if not fills_ranges(answer):
        return []
    heading = Heading(1, names.say("indices_heading"))
    rows = main_indices(answer, str(best_of(answer).row[SCENARIO]))
    if rows.empty:
        return [heading, Paragraph(names.say("indices_few", designed=LEAST_BASE, given=LEAST_GIVEN), "warning")]
    orders = [order for order in (FIRST, TOTAL) if (rows["order"] == order).any()]
    cells = []
    for axis in dict.fromkeys(rows["axis"]):
        own = {row["order"]: row for row in rows[rows["axis"] == axis].to_dict("records")}
        texts = [_index(own[order]) if order in own else UNKNOWN for order in orders]
        cells.append([names.axis(str(axis)), *texts, str(own[orders[0]]["n_points"])])
    head = [names.say("column_axis"), *(names.say(f"column_{order}") for order in orders), names.say("column_points")]
    caption = names.say("caption_indices", **_of(answer, names))
    methods = set(rows["method"])
    by_order = rows.pivot(index="axis", columns="order", values="index")
    unsure = TOTAL in by_order and bool((by_order[TOTAL] < by_order[FIRST]).any())
    return [
        heading,
        *(Paragraph(names.say(f"indices_note_{method}"), "note") for method in (DESIGNED, GIVEN) if method in methods),
        *([Paragraph(names.say("indices_unsure"), "warning")] if unsure else []),
        Figure(figures / "indices", caption, names.say("alt_indices")),
        Table(head, cells, range(1, len(head)), caption),
    ]


def _index(row: dict[Hashable, Any]) -> str:
    """Return an index with its interval, in percent of the variance."""
    return f"{percent(row['index'])} [{percent(row['low'])}, {percent(row['high'])}]"


def facts_of(answer: Answer, names: Names, command: str, content: str) -> list[tuple[str, str]]:
    """Return how the answer was made; command: that makes it again; content: hash of the collected runs."""
    sweep, each = answer.plan.sweep, answer.main
    runs = names.say(
        "fact_runs_text", planned=f"{answer.planned:,}", failed=f"{answer.failed:,}", left=f"{answer.left:,}"
    )
    facts = [
        (names.say("fact_sweep"), f"{sweep.titles[names.language]} ({sweep.name})"),
        (names.say("fact_runs"), runs),
        (names.say("fact_sample"), sample_text(answer, names)),
    ]
    points = answer.tables.points
    points = points[(points["indicator"] == each.name) & (points["month"] == each.month)]
    baselines = points["baseline"].iloc[answer.cells.told()].dropna()
    if answer.quantity == EFFECT and len(baselines):
        ends = [names.number("level", each.unit, float(end)) for end in (baselines.min(), baselines.max())]
        text = names.say("fact_baseline_text", low=ends[0], high=ends[1], **_of(answer, names))
        facts.append((names.say("fact_baseline"), text))
    facts += [(names.say("fact_tables"), names.say("fact_tables_text")), (names.say("fact_command"), command)]
    return [*facts, (names.say("fact_digest"), content)]
