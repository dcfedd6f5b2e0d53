"""The answer in one paragraph. Every number of it is in a table of the answer, or is counted from the runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.compare.indicators import HIGHER, LOWER, NONE
from scenarios.compare.pairs import ahead
from scenarios.pages.number_words import chance_text, likelihood, percent, unsigned
from scenarios.settings.links import assumed_levers
from scenarios.sweep.answer.cells import SCENARIO
from scenarios.sweep.answer.effects import EFFECT, Measured, run_means
from scenarios.sweep.answer.factors import NOT_SET, value_text
from scenarios.sweep.answer.indices import FIRST, TOTAL
from scenarios.sweep.answer.names import PARAMETERS, Names
from scenarios.sweep.answer.summary import LEAST_RUNS, summarised
from scenarios.sweep.answer.tables import Answer
from scenarios.sweep.plan.axes import FILLED
from scenarios.sweep.plan.outputs import MONEY
from scenarios.sweep.plan.plan import LEVERS
from simulation.state.entities import Float

ENOUGH = 20
"""Runs from which on an interval leaves anything out, and a share of runs is put into words."""
MILLION = 1e6
NEXT = 2
"""Axes that are named after the one that matters most."""


class Best(NamedTuple):
    """The best choice: its number, its row of the table of choices, and its values by run."""

    choice: int
    row: dict[str, Any]
    values: Float


def ranked_choices(answer: Answer) -> pd.DataFrame:
    """Return the rows of the table of choices for the main output, best first, with the number of each choice.

    Only choices that have a number; those without a rank come last.
    """
    table, each = answer.tables.choices, answer.main
    rows = table[(table["indicator"] == each.name) & (table["month"] == each.month)]
    rows = rows.assign(choice=np.arange(len(rows)))
    rows = rows[rows["mean"].notna()]
    order = _goodness(each, rows["mean"].to_numpy(dtype=float))
    return rows.iloc[np.lexsort((-order, 1 - rows["ranked"].to_numpy()))]


def _goodness(each: Measured, values: Float) -> Float:
    """Return values so that more is better; without a direction, what is farthest from 0 comes first."""
    return {HIGHER: values, LOWER: -values, NONE: np.abs(values)}[each.better]


def best_of(answer: Answer) -> Best:
    """Return the best choice for the main output."""
    row = {str(name): value for name, value in ranked_choices(answer).iloc[0].items()}
    values = run_means(answer.main.told(answer.quantity)[answer.choices.cells(int(row["choice"]))])
    return Best(int(row["choice"]), row, values)


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


def points_first(answer: Answer, best: Best) -> tuple[int, int]:
    """Return at how many points of the assumptions the best choice is the best that has a rank, and of how many."""
    each, choices = answer.main, answer.choices
    means = summarised(each.told(answer.quantity).T, answer.cells.runs, each.better).mean
    labels = list(answer.cells.labels[list(choices.assumptions)].itertuples(index=False, name=None))
    by_point: dict[tuple[Any, ...], dict[int, float]] = {}
    for cell in answer.cells.told().tolist():
        if answer.cells.ranked[cell] and not math.isnan(means[cell]):
            by_point.setdefault(labels[cell], {})[int(choices.place[cell])] = float(_goodness(each, means[[cell]])[0])
    shared = [found for found in by_point.values() if best.choice in found]
    return sum(found[best.choice] >= max(found.values()) for found in shared), len(shared)


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
            texts.append(names.say("better_few", better=int((_goodness(each, there) > 0).sum()), runs=there.size))
    others = int(answer.choices.ranked.sum()) - 1
    if others and there.size >= LEAST_RUNS:
        if there.size < ENOUGH:
            texts.append(names.say("ahead_unknown", enough=ENOUGH))
        else:
            behind = choices_behind(answer, best)
            kind = "all" if behind == others else "some"
            texts.append(names.say(f"ahead_{kind}", others=f"{others:,}", behind=f"{behind:,}"))
    return texts


def choices_behind(answer: Answer, best: Best) -> int:
    """Return how many other choices are behind the best beyond chance, over the runs that both have (compare.pairs)."""
    each, n, ranked = answer.main, 0, answer.choices.ranked
    for choice, values in enumerate(answer.choices.by_run(each.told(answer.quantity))):
        both = np.stack([best.values, values], axis=1)
        both = _goodness(each, both[~np.isnan(both).any(axis=1)])
        n += int(
            choice != best.choice and ranked[choice] and len(both) >= ENOUGH and ahead(both, np.ones(len(both)))[0, 1]
        )
    return n


def money_of(answer: Answer) -> dict[int, float]:
    """Return the mean public money of each choice in the month of the main output, yuan; empty if not measured."""
    table = answer.tables.choices
    rows = table[(table["indicator"] == MONEY) & (table["month"] == answer.main.month)]
    return {choice: float(yuan) for choice, yuan in enumerate(rows["mean"]) if not math.isnan(yuan)}


def _money(answer: Answer, names: Names, best: Best) -> list[str]:
    yuan = money_of(answer).get(best.choice, math.nan)
    return [] if math.isnan(yuan) or answer.main.name == MONEY else [names.say("money", money=money_text(yuan))]


def money_text(yuan: float) -> str:
    """Return million yuan with three digits that count."""
    million = float(f"{yuan / MILLION:.3g}")
    return unsigned(million, 0 if abs(million) >= 100 else 1 if abs(million) >= 10 else 2)


def main_ranges(answer: Answer, scenario: str) -> pd.DataFrame:
    """Return the rows of the axes of the main output, the largest difference first: of a scenario, and of scenarios."""
    table = answer.tables.axis_ranges
    rows = table[(table["indicator"] == answer.main.name) & (table["month"] == answer.main.month)]
    rows = rows[rows["scenario"].isin(["", scenario])]
    return rows.iloc[np.argsort(-rows["range"].abs().to_numpy(dtype=float), kind="stable")]


def _axes(answer: Answer, names: Names, scenario: str) -> list[str]:
    """Return which axis matters most, and the next ones."""
    rows = main_ranges(answer, scenario).to_dict("records")
    if not rows:
        return [names.say("axis_none")]
    rows = [row for row in rows if not _is_assumed(str(row["axis"]))]
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


def _is_assumed(axis: str) -> bool:
    """Return whether an axis is of a lever with an assumed link, whose effects have no rank."""
    return any(key.startswith(LEVERS) and key.split(".")[1] in assumed_levers() for key in axis.split(" + "))


def main_indices(answer: Answer, scenario: str) -> pd.DataFrame:
    """Return the Sobol' indices of the main output for a scenario, the largest first by total, or else first order."""
    table = answer.tables.sobol_indices
    rows = table[(table["indicator"] == answer.main.name) & (table["month"] == answer.main.month)]
    rows = rows[rows["scenario"] == scenario]
    order = rows["order"].map({TOTAL: 0, FIRST: 1}).to_numpy(dtype=float)
    return rows.iloc[np.lexsort((-rows["index"].to_numpy(dtype=float), order))]


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


def fills_ranges(answer: Answer) -> bool:
    """Return whether an axis of the sweep fills ranges."""
    return any(axis.kind in FILLED for axis in answer.plan.sweep.axes)


def sample_text(answer: Answer, names: Names) -> str:
    """Return what the runs of a point are."""
    sweep, seeds = answer.plan.sweep, answer.plan.n_seeds
    if sweep.draws is not None:
        return names.say("sample_draws" if seeds > 1 else "sample_draws_once", draws=sweep.draws.n, seeds=seeds)
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
