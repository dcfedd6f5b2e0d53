"""Briefs of tables made by hand: what they say beyond the charts' tables, with draws, readings and documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from calibration.fitting.prior import prior_of
from scenarios.brief.content import brief_document
from scenarios.brief.folder import source_of
from scenarios.brief.sections import LEVELS
from scenarios.brief.source import Source
from scenarios.compare.indicators import BASED, COMPARED
from scenarios.compare.plan import Plan, make_plan
from scenarios.compare.readings_table import READINGS_COLUMNS, Readings
from scenarios.compare.report_rows import report_rows
from scenarios.compare.tables import Tables
from scenarios.pages.blocks import (
    Block,
    Bullets,
    Document,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Table,
    plain,
)
from scenarios.report.figures import read_figures
from scenarios.report.patterns import at_report_date, read_patterns
from scenarios.runs.parameter_sets import (
    PARAMETER,
    PATTERN,
    TARGET,
    Draws,
    setting,
)
from scenarios.runs.sources import source_hash
from scenarios.runs.targets import TARGETS
from scenarios.settings.config import RunConfig, compose_run
from simulation.records.indicators import GROUPS
from tests.scenarios.brief.drawn_brief import OWN, changed, titles
from tests.scenarios.made_tables import LAST, SCENARIOS, frame, made, made_tables, with_ahead, with_order
from tests.scenarios.runs.made_run import N_SITES

PARAMETERS = {"title_weight": "residence.title_worth", "workshop_fill_per_month": "residence.review_probability"}
"""In place of the made names of parameters: one with a name of its own in the labels, and its weight."""
HOUSEHOLDS = 29150.0
PARTS = {"all": 1.0, "registered_poor": 0.7, "not_registered_poor": 0.3, "with_labour": 0.66, "without_labour": 0.34}
EXTRA: dict[str, tuple[float, float, float]] = {
    "households": (HOUSEHOLDS, 0, 0),
    "income_poorest_fifth": (310, 0.4, 0.01),
    "seats_missing": (4100, -3, -2),
    "poverty_share": (0.083, -0.0004, 0),
    "employed_away_share": (0.61, -0.001, 0),
    "employed_workshop": (900, 14, 0.1),
    "employed_public_post": (1700, 0, 0),
    "employed_nearby_public": (2300, -1, 0),
    "employed_nearby_own": (7600, -3, 0),
    "employed_own_business": (2900, -0.5, 0),
    "employed_organised_export": (2500, -0.3, 0),
    "employed_away": (23000, -8, 0),
    "posts_filled": (0, 15, 0.2),
    "jobs_given_up": (0, 11, 0.1),
    "posts_displaced": (0, 4, 0.05),
    "net_jobs": (0, 4, 0.1),
    "workers_home": (0, 8, 0.1),
    "persons_into_work": (0, 600, 5),
    "persons_out_of_work": (0, 580, 4),
    "households_gained": (0, 300, 2),
    "households_lost": (0, 290, 1),
}
"""Indicators that no chart draws: baseline; effect of workshops and of other measures, as a multiple of settled."""


@cache
def config_of(name: str) -> RunConfig:
    """Return the configuration of a scenario; one of a user's own has the title of `OWN` and the workshops' lever."""
    if name not in OWN:
        return compose_run([f"scenario={name}"])
    return replace(config_of("workshops"), scenario=name, titles=OWN[name])


def default_value(key: str, config: RunConfig) -> float:
    process, _, name = key.partition(".")
    return float(getattr(getattr(config.parameters, process), name))


def made_draws(numbers: int, words: Sequence[str] = (), reached: bool = True) -> Draws:
    """Return draws with the defaults of all parameters but title_worth, as these sources would make them.

    reached: with what they gave for targets and patterns (made values, which no run gives).
    """
    config = compose_run(list(words))
    keys = prior_of(config.resolved["parameters"]).keys
    made_json = {
        "program": "anju", "kind": "posterior", "setting": setting(config), "source": source_hash("posterior"),
        "runs": 4321, "draws": 100, "effective_draws": 210.4, "without": [], "contraction": dict.fromkeys(keys, 0.1),
        "informed_by": {"residence.c_both_ends": ["both_ends_apparent"]},
        "own_knobs": {**dict.fromkeys(TARGETS, ""), "job_fair_matches_2019": "jobs.fair_attendance"},
    }  # fmt: skip
    drawn = [i + 1 for i in range(numbers)]
    columns: dict[str, Any] = {"draw": drawn, "seed": [draw + 10 for draw in drawn]}
    columns |= {f"{PARAMETER}{key}": [default_value(key, config)] * numbers for key in keys}
    titled = f"{PARAMETER}residence.title_worth"
    columns[titled] = [columns[titled][0] + 0.05 * draw for draw in drawn]
    if reached:
        values = read_figures(config.region / "figures.csv")
        patterns = read_patterns(config.region / "patterns.csv")
        columns |= {f"{TARGET}{target}": [values[target].value] * numbers for target in TARGETS}
        for pattern in at_report_date(patterns):
            low = pattern.low or 0.0
            high = low + 0.2 if pattern.high is None else pattern.high
            columns[f"{PATTERN}{pattern.id}"] = [(low + high) / 2] * numbers
    table = pd.DataFrame(columns)
    return Draws(table, made_json)


def brief_tables(scenarios: Sequence[str] = SCENARIOS) -> Tables:
    """Return the ten tables with every indicator that a brief speaks of."""
    tables = made_tables(scenarios)
    names = [name for name in scenarios if name != "baseline"]
    rows: list[tuple[Any, ...]] = []
    for place, name in enumerate(names):
        of = made(name, place)
        for indicator, (base, jobs, others) in EXTRA.items():
            factor = jobs if "workshops" in name else others
            for group in GROUPS if indicator == "households" else ("all",):
                part = PARTS.get(group, 0.25)
                low, effect, high = sorted(factor * value for value in of.settled)
                chance = {"higher": 0.9, "lower": 0.2, "none": float("nan")}[COMPARED[indicator].better]
                known = name, "default", indicator, group, LAST, COMPARED[indicator].unit, COMPARED[indicator].better
                spread = (high - low) / 3.3
                rows.append((*known, part * base, effect, low, high, chance, 0.3 * spread, 0.9 * spread, 100, 120))
    effects = pd.concat([tables.effects.assign(n_seeds=120), frame("effects", rows)], ignore_index=True)
    bases = dict(zip(effects["indicator"], effects["baseline"], strict=True))
    here = set(tables.paths["indicator"])
    levels = [
        ("baseline", "default", name, "all", month, COMPARED[name].unit, *(factor * bases.get(name, 100.0) for factor in
         (1.0, 0.95, 1.06)))
        for name in LEVELS if name not in here for month in ("2019-12", LAST)
    ]  # fmt: skip
    paths = pd.concat([tables.paths, frame("paths", levels)], ignore_index=True)
    basis = tables.basis.assign(parameter=tables.basis["parameter"].replace(PARAMETERS))
    more = [basis[basis["indicator"] == "persons_resident"].assign(indicator=each) for each in BASED[2:]]
    basis = pd.concat([basis, *more], ignore_index=True)
    report = report_rows(made_draws(3), config_of("baseline"))
    beyond = tables.interactions.astype({"effect": float, "low": float, "high": float})
    return tables._replace(effects=effects, paths=paths, basis=basis, report=report, interactions=beyond)


@cache
def plan_of(scenarios: tuple[str, ...]) -> Plan:
    names = ["baseline", *(name for name in scenarios if name != "baseline")]
    draws = made_draws(3)
    return make_plan({name: config_of(name) for name in names}, draws, 3, 1, n_sites=N_SITES)


def made_source(
    language: str, tables: Tables, scenarios: Sequence[str] = SCENARIOS, readings: Readings | None = None
) -> Source:
    """Return what a brief of made tables is written from."""
    effects = tables.effects[tables.effects["month"] == tables.effects["month"].max()]  # the words are of this month
    tables = with_order(tables._replace(effects=effects), readings)
    return _source(language, tuple(scenarios))._replace(tables=tables, readings=readings)


@cache
def _source(language: str, scenarios: tuple[str, ...]) -> Source:
    plan = plan_of(scenarios)
    source = source_of(plan, made_tables(["workshops"]), language, Path("figures") / language, "0" * 64)
    narrowed = dict.fromkeys(source.narrowed, 0.05)
    narrowed |= {"residence.c_away": 0.41, "residence.c_both_ends": 0.33, "jobs.search_probability": 0.2}
    return source._replace(narrowed=narrowed, titles=titles(plan.scenarios, language))


def made_readings(scenarios: Sequence[str] = SCENARIOS, swapped: Sequence[str] = (), short: str = "") -> Readings:
    """Return a table of readings; under those of `swapped` the first two change places, `short` reaches less."""
    names = [name for name in scenarios if name != "baseline"]
    size = {name: made(name, place).settled[0] for place, name in enumerate(names)} | {"baseline": 0.0}
    order = sorted(size, key=lambda name: -size[name])
    rows: list[tuple[Any, ...]] = []
    readings = ["default", *(name for name in reading_keys() if name != "default")]
    for reading in readings:
        own = [order[1], order[0], *order[2:]] if reading in swapped else order
        met = (0.9, 0.933) if reading == short else (1.0, 1.0)
        swap = {order[0]: order[1], order[1]: order[0]} if reading in swapped else {}
        for name in size:
            settled = size[swap.get(name, name)]
            known = reading, name, "households_settled", "households", settled, settled - 9, settled + 9, 0.9
            rows.append((*known, own.index(name) + 1, 0.5, "", 30, *met, "employed" if reading == short else ""))
    table = with_ahead(pd.DataFrame(rows, columns=list(READINGS_COLUMNS)), ["reading"])
    return Readings(table, {"draws": 30})


def reading_keys() -> tuple[str, ...]:
    return tuple(_source("en", ("workshops",)).reading_names)


def made_brief(language: str, tables: Tables, scenarios: Sequence[str] = SCENARIOS, **given: Any) -> Document:
    return brief_document(made_source(language, tables, scenarios, **given))


def texts_of(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield every text that blocks show."""
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            yield plain(block.text)
        elif isinstance(block, Bullets):
            yield from (plain(item) for item in block.items)
        elif isinstance(block, Facts):
            yield from (text for pair in block.pairs for text in pair)
        elif isinstance(block, Figure):
            yield block.caption
        elif isinstance(block, Table):
            yield from (block.caption, *block.head)
            yield from (plain(cell) for row in block.rows for cell in row)


def with_effect(tables: Tables, scenario: str, indicator: str, **values: object) -> Tables:
    """Return tables with other values in the last month for all households."""
    return changed(
        tables,
        "effects",
        lambda t: (t["scenario"] == scenario) & (t["indicator"] == indicator) & (t["group"] == "all")
        & (t["month"] == LAST),
        **values,
    )  # fmt: skip


def with_basis(tables: Tables, scenario: str, **values: object) -> Tables:
    """Return tables in which an effect on households settled rests on something else."""
    return changed(
        tables,
        "basis",
        lambda t: (t["scenario"] == scenario) & (t["indicator"] == "households_settled"),
        **values,
    )
