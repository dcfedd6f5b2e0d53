"""The finding in words: what a reader takes away who reads one page. Every number is one of the tables."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from scenarios.base.labels import label
from scenarios.brief.missing import place_known
from scenarios.brief.order import choice_group, choice_name
from scenarios.brief.source import MILLION, Effect, Source, records, rounded_yuan
from scenarios.compare.basis import ASSUMPTION, NARROWED
from scenarios.compare.order import CHANGES, FEW, MISSING, SAME, is_firm, with_status
from scenarios.pages.blocks import (
    Block,
    Bullets,
    Heading,
    Paragraph,
)
from scenarios.pages.number_words import UNKNOWN, chance_text, likelihood, percent, signed, unsigned
from scenarios.settings.schema import BASE
from simulation.records.indicators import GROUPS

JOBS_MENTIONED = 100.0
"""From so many posts filled on, the finding mentions jobs."""
SEATS_MENTIONED = -100.0
"""From so many fewer children without a seat on, the finding mentions schools."""


def finding(source: Source) -> list[Block]:
    """Return the question, the finding and how to take it."""
    items = [_effect(source, name) for name in source.shown]
    combined = set(source.tables.interactions["scenario"])  # said of the parts is enough: not again of both
    for name in source.shown:
        if name not in combined:
            items += [*_jobs(source, name), *_seats(source, name), *_group(source, name)]
    items += [*_interactions(source), *_first(source), _bases(source)]
    effects = source.tables.effects
    return [
        Paragraph(source.say("question")),
        Heading(1, source.say("finding_heading")),
        Paragraph(source.say("lead", month=source.last), "lead"),
        Bullets(items),
        Paragraph(source.say("warning", draws=int(effects["n_draws"].iloc[0])), "warning"),
    ]


def _row(source: Source, indicator: str, scenario: str) -> Effect:
    return source.at_end(indicator)[scenario]


def _effect(source: Source, scenario: str) -> str:
    settled, resident = (_row(source, name, scenario) for name in ("households_settled", "persons_resident"))
    money = next(row for row in records(source.tables.cost_effect) if row["scenario"] == scenario)
    cost = source.say("cost_open")
    if pd.notna(money["yuan_low"]) and pd.notna(money["yuan_high"]):
        texts = {name: rounded_yuan(float(money[key])) for name, key in _COSTS.items()}
        cost = source.say("cost_known", **texts)
    return source.say(
        "finding_scenario",
        title=source.titles[scenario],
        settled=signed(settled.effect),
        settled_low=signed(settled.low),
        settled_high=signed(settled.high),
        settled_word=likelihood(settled.p_better, source.language),
        resident=signed(resident.effect),
        resident_low=signed(resident.low),
        resident_high=signed(resident.high),
        resident_word=likelihood(resident.p_better, source.language),
        money=unsigned(money["yuan"] / MILLION),
        cost=cost,
    )


_COSTS = {"yuan": "yuan_per_household_year", "low": "yuan_low", "high": "yuan_high"}


def _jobs(source: Source, scenario: str) -> list[str]:
    filled, given_up, net, home = (
        _row(source, name, scenario).effect for name in ("posts_filled", "jobs_given_up", "net_jobs", "workers_home")
    )
    channels = ("employed_workshop", "employed_public_post")
    if sum(_row(source, name, scenario).effect for name in channels) < JOBS_MENTIONED:
        return []
    texts = {"filled": unsigned(filled), "given_up": unsigned(given_up), "net": signed(net), "away": signed(-home)}
    return [source.say("finding_jobs", title=source.titles[scenario], **texts)]


def _seats(source: Source, scenario: str) -> list[str]:
    children = _row(source, "children_without_seat", scenario)
    if children.effect > SEATS_MENTIONED:
        return []
    texts = {"children": signed(children.effect), "low": signed(children.low), "high": signed(children.high)}
    return [source.say("finding_seats", title=source.titles[scenario], **texts)]


def _group(source: Source, scenario: str) -> list[str]:
    """Return who gains most for each 1,000 households, if the gain over all is beyond doubt."""
    rates = group_rates(source, scenario)
    if _row(source, "households_settled", scenario).low <= 0:
        return []
    best = max((group for group in rates if group != "all"), key=lambda group: rates[group][0])
    return [
        source.say(
            "finding_group",
            title=source.titles[scenario],
            group=label(f"group.{best}", source.language),
            rate=f"{rates[best][0]:+.1f}".replace("-", "−"),
            all=f"{rates['all'][0]:+.1f}".replace("-", "−"),
        )
    ]


def group_rates(source: Source, scenario: str) -> dict[str, tuple[float, float, float]]:
    """Return extra households settled for each 1,000 households by group: mean, low, high."""
    rates = {}
    for group in GROUPS:
        settled, size = source.at_end("households_settled", group), source.at_end("households", group)
        if scenario in settled and size[scenario].baseline > 0:
            row, per = settled[scenario], 1000.0 / size[scenario].baseline
            rates[group] = (row.effect * per, row.low * per, row.high * per)
    return rates


def _interactions(source: Source) -> list[str]:
    rows, texts = records(source.tables.interactions), []
    for scenario in dict.fromkeys(row["scenario"] for row in rows):
        own = {row["indicator"]: row for row in rows if row["scenario"] == scenario}
        settled, resident = own["households_settled"], own["persons_resident"]
        verdict = "sum" if settled["low"] <= 0 <= settled["high"] else "more" if settled["low"] > 0 else "less"
        numbers = {name: signed(settled[name]) for name in ("effect", "low", "high")}
        numbers |= {"resident": signed(resident["effect"])}
        numbers |= {f"resident_{name}": signed(resident[name]) for name in ("low", "high")}
        said = source.say(f"verdict_{verdict}")
        texts.append(source.say("finding_interaction", title=source.titles[scenario], verdict=said, **numbers))
    return texts


def _first(source: Source) -> list[str]:
    """Return which alternative comes first most often, and what that rests on."""
    rows = [row for row in records(source.tables.ranks) if row["indicator"] == "households_settled"]
    first = {row["scenario"]: float(row["probability"]) for row in rows if row["rank"] == 1}
    best = max(first, key=lambda name: first[name])
    if best == BASE or len(first) < 3:
        return []
    share = chance_text(first[best])
    texts = [source.say("finding_first", n=len(first), title=source.titles[best], p=share)]
    row = settled_bases(source).get(best)
    chances = [first[best]]
    if row and place_known(row):
        chances.append(float(row["p_first_prior"]))
        texts.append(source.say("first_before", p=chance_text(chances[-1])))
    else:
        texts.append(source.say("missing_order"))
        chances.append(math.nan)
    texts += _order(source)
    firm = is_firm(source.tables.order, chances)
    if firm is not None:
        texts.append(source.say("first_firm" if firm else "first_not_firm"))
    if row and row["basis"] == ASSUMPTION and isinstance(row["parameter"], str) and row["contraction"] < NARROWED:
        texts.append(
            source.say(
                "finding_first_assumption",
                parameter=source.parameter(row["parameter"]),
                rho=f"{row['rank_correlation']:.2f}".replace("-", "−"),
                contraction=percent(max(0.0, float(row["contraction"]))),
            )
        )
    return [" ".join(texts) if source.language == "en" else "".join(texts)]


def _order(source: Source) -> list[str]:
    """Return what changes the order of the measures, and what was not tried."""
    order = source.tables.order
    lacking = {choice_group(choice) for choice in with_status(order, MISSING)}
    texts = [source.say(text) for group, text in _NOT_TRIED.items() if group in lacking]
    changed, same, few = (with_status(order, status) for status in (CHANGES, SAME, FEW))
    if few:
        texts.append(source.say("first_few", list=source.listed([choice_name(source, each) for each in few])))
    if changed:
        texts.append(source.say("first_changes", list=source.listed([choice_name(source, each) for each in changed])))
    elif same:
        texts.append(source.say("first_same"))
    return texts


_NOT_TRIED = {"rule": "first_rules_unknown", "reading": "missing_readings", "ring": "missing_rings"}
"""What is said where choices of a group are missing."""


def settled_bases(source: Source) -> dict[str, dict[str, Any]]:
    """Return what the effect on households settled rests on, by scenario."""
    rows = records(source.tables.basis)
    return {row["scenario"]: row for row in rows if row["indicator"] == "households_settled"}


def basis_text(source: Source, scenario: str) -> str:
    """Return what the effect on households settled rests on; a dash where it is the same in every run."""
    row = settled_bases(source).get(scenario)
    if scenario not in source.ranked:
        return label("basis.assumed_link", source.language)
    return label(f"basis.{row['basis']}", source.language) if row else UNKNOWN


def _bases(source: Source) -> str:
    items = []
    for name in source.shown:
        basis = basis_text(source, name)
        items.append(source.say("finding_basis_item", title=source.titles[name], basis=basis))
    return source.say("finding_bases", list=source.listed(items))
