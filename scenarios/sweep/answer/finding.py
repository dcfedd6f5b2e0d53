"""The answer in one paragraph. Every number of it is in a table of the answer, or is counted from the runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from scenarios.compare.indicators import NONE
from scenarios.pages.number_words import chance_text, likelihood, percent, unsigned
from scenarios.sweep.answer.cells import SCENARIO
from scenarios.sweep.answer.effects import EFFECT
from scenarios.sweep.answer.factors import NOT_SET, value_text
from scenarios.sweep.answer.indices import FIRST, TOTAL
from scenarios.sweep.answer.names import PARAMETERS, Names
from scenarios.sweep.answer.ranking import (
    ENOUGH,
    Best,
    best_of,
    choices_behind,
    goodness,
    is_assumed,
    main_indices,
    main_ranges,
    money_of,
    points_first,
)
from scenarios.sweep.answer.summary import LEAST_RUNS
from scenarios.sweep.answer.tables import Answer
from scenarios.sweep.plan.outputs import MONEY

MILLION = 1e6
KNOWN_DRAWS = ("posterior", "prior")
"""Tables of draws that are named in words; others by their file."""
NEXT = 2
"""Axes that are named after the one that matters most."""


def finding(answer: Answer, names: Names) -> list[str]:
    """Return the sentences of the paragraph."""
    best = best_of(answer)
    scenario, ends = str(best.row[SCENARIO]), [sample_text(answer, names), made_text(answer, names)]
    if not best.row["ranked"]:
        return [*without_effects(answer, names), names.say("none_ranked"), *ends]
    texts = [*without_effects(answer, names), _best(answer, names, best), *_assumed(answer, names, best)]
    texts += _sure(answer, names, best)
    texts += [] if answer.choices.ranked.all() else [names.say("some_unranked")]
    return [
        *texts,
        *_money(answer, names, best),
        *_axes(answer, names, scenario),
        *_indices(answer, names, scenario),
        *ends,
    ]


def joined(sentences: Sequence[str], language: str) -> str:
    """Return sentences as one paragraph."""
    return (" " if language == "en" else "").join(sentences)


def without_effects(answer: Answer, names: Names) -> list[str]:
    """Return why there are levels alone, and what to type for effects; nothing where there are effects."""
    if answer.quantity == EFFECT:
        return []
    return [names.say("no_lever" if answer.plan.sweep.paired else "no_baseline")]


def where(answer: Answer, names: Names, label: pd.Series) -> str:
    """Return a cell or choice in words: the scenario if there are several, and each key of the axes that is set."""
    several = answer.cells.labels[SCENARIO].iloc[answer.cells.told()].nunique() > 1
    keys = [key for key in label.index if key != SCENARIO]
    settings = [names.setting(str(key), short_text(label[key])) for key in keys if value_text(label[key]) != NOT_SET]
    return names.settings([*([names.scenario(str(label[SCENARIO]))] if several or not settings else []), *settings])


def short_text(value: Any) -> str:
    """Return a value of an axis with four digits that count."""
    return value_text(float(f"{value:.4g}")) if isinstance(value, float) else value_text(value)


def _best(answer: Answer, names: Names, best: Best) -> str:
    each, quantity = answer.main, answer.quantity
    there = best.values[~np.isnan(best.values)]
    fields = {end: names.number(quantity, each.unit, float(best.row[end])) for end in ("low", "high")}
    kind = "runs" if there.size >= ENOUGH else "few" if there.size >= LEAST_RUNS else "one"
    n = int(answer.choices.ranked.sum())
    return names.say(
        f"best_{quantity}" if n > 1 else f"only_{quantity}",
        choices=f"{n:,}",
        indicator=names.indicator(each.name),
        where=where(answer, names, answer.choices.labels.iloc[best.choice]),
        month=names.month(each.month),
        amount=amount_of(names, quantity, each.unit, float(best.row["mean"])),
        interval=names.say(f"interval_{kind}", runs=there.size, **fields),
    )


def _assumed(answer: Answer, names: Names, best: Best) -> list[str]:
    """Return over which assumptions the best choice is averaged, and how far they carry it."""
    if int(best.row["n_points"]) < 2:
        return []
    ends = {end: names.number(answer.quantity, answer.main.unit, float(best.row[end]))
            for end in ("lowest_point", "highest_point")}  # fmt: skip
    axes = names.listed([names.axis(key) for key in answer.choices.assumptions])
    texts = [names.say("assumed", axes=axes, points=f"{int(best.row['n_points']):,}", **ends)]
    if answer.choices.ranked.sum() > 1:
        first, of = points_first(answer, best)
        texts.append(names.say("assumed_first", first=f"{first:,}", points=f"{of:,}"))
    return texts


def amount_of(names: Names, quantity: str, unit: str, value: float) -> str:
    """Return a number with its unit; a level that is a share is a percentage already."""
    number, word = names.number(quantity, unit, value), unit_of_number(names, quantity, unit)
    return f"{number} {word}".strip() if names.language == "en" else f"{number}{word}"


def unit_of_number(names: Names, quantity: str, unit: str) -> str:
    """Return the unit that a number is printed in: differences of shares are percentage points."""
    if unit.startswith("share"):
        return names.say("percentage_points") if quantity == EFFECT else ""
    return names.unit(unit)


def _sure(answer: Answer, names: Names, best: Best) -> list[str]:
    """Return how sure the best point is: better than its baseline, and ahead of the other points."""
    each, texts = answer.main, []
    there = best.values[~np.isnan(best.values)]
    if answer.quantity == EFFECT and each.better != NONE and there.size >= LEAST_RUNS:
        p = float(best.row["p_better"])
        if there.size >= ENOUGH:
            texts.append(names.say("better_word", word=likelihood(p, names.language), p=chance_text(p)))
        else:
            texts.append(names.say("better_few", better=int((goodness(each, there) > 0).sum()), runs=there.size))
    others = int(answer.choices.ranked.sum()) - 1
    if others and there.size >= LEAST_RUNS:
        if there.size < ENOUGH:
            texts.append(names.say("ahead_unknown", enough=ENOUGH))
        else:
            behind = choices_behind(answer, best)
            kind = "all" if behind == others else "some"
            texts.append(names.say(f"ahead_{kind}", others=f"{others:,}", behind=f"{behind:,}"))
    return texts


def _money(answer: Answer, names: Names, best: Best) -> list[str]:
    yuan = money_of(answer).get(best.choice, math.nan)
    return [] if math.isnan(yuan) or answer.main.name == MONEY else [names.say("money", money=money_text(yuan))]


def money_text(yuan: float) -> str:
    """Return million yuan with three digits that count."""
    million = float(f"{yuan / MILLION:.3g}")
    return unsigned(million, 0 if abs(million) >= 100 else 1 if abs(million) >= 10 else 2)


def _axes(answer: Answer, names: Names, scenario: str) -> list[str]:
    """Return which axis matters most, and the next ones."""
    rows = main_ranges(answer, scenario).to_dict("records")
    if not rows:
        return [names.say("axis_none")]
    rows = [row for row in rows if not is_assumed(str(row["axis"]))]
    if not rows:
        return [names.say("axis_unranked")]
    unit, quantity = answer.main.unit, answer.quantity
    first, axis = rows[0], str(rows[0]["axis"])
    ranges = [names.numbers(EFFECT, unit, *(float(row[key]) for key in ("range", "low", "high"))) for row in rows]
    texts = [
        names.say(
            "axis_first" if len(answer.factors) > 1 else "axis_only",
            axis=names.axis(axis),
            best=names.number(quantity, unit, float(first["best"])),
            worst=names.number(quantity, unit, float(first["worst"])),
            best_value=names.value(axis, str(first["best_value"])),
            worst_value=names.value(axis, str(first["worst_value"])),
            apart=names.say("axis_apart", range=ranges[0]),
        )
    ]
    items = [names.say("axis_item", axis=names.axis(str(row["axis"])), range=text)
             for row, text in list(zip(rows, ranges, strict=True))[1 : NEXT + 1]]  # fmt: skip
    texts += [names.say("axis_next", list=names.listed(items))] if items else []
    if answer.tables.axis_ranges["scenario"].replace("", np.nan).nunique() > 1:
        texts.append(names.say("axis_within", scenario=names.scenario(scenario)))
    return texts


def _indices(answer: Answer, names: Names, scenario: str) -> list[str]:
    rows = main_indices(answer, scenario)
    if rows.empty:
        return []
    top = rows.iloc[0]
    first = rows[(rows["axis"] == top["axis"]) & (rows["order"] == FIRST)].iloc[0]
    fields = {name: percent(float(top[name])) for name in ("low", "high")}
    fields |= {"axis": names.axis(str(top["axis"])), "first": percent(float(first["index"]))}
    if top["order"] == TOTAL:
        return [names.say("sobol_total", total=percent(float(top["index"])), **fields)]
    return [names.say("sobol_first", **fields)]


def sample_text(answer: Answer, names: Names) -> str:
    """Return what the runs of a point are."""
    sweep, seeds = answer.plan.sweep, answer.plan.n_seeds
    if sweep.draws is not None:
        known = sweep.draws.table in KNOWN_DRAWS
        table = names.say(f"table_{sweep.draws.table}") if known else names.say("table_file", file=sweep.draws.table)
        fields = {"draws": sweep.draws.n, "table": table}
        return (
            names.say("sample_draws", seeds=seeds, **fields) if seeds > 1 else names.say("sample_draws_once", **fields)
        )
    varied = any(key.startswith(PARAMETERS) for key in answer.choices.assumptions)
    kind = f"sample_{'seeds' if seeds > 1 else 'one_seed'}{'_varied' if varied else ''}"
    return names.say(kind, seeds=seeds) if seeds > 1 else names.say(kind)


def made_text(answer: Answer, names: Names) -> str:
    """Return how many runs were made, failed, and are left."""
    if answer.failed or answer.left:
        return names.say(
            "not_made", planned=f"{answer.planned:,}", failed=f"{answer.failed:,}", left=f"{answer.left:,}"
        )
    return names.say("all_made", planned=f"{answer.planned:,}")
