"""The tables of a comparison made by hand, without the model: effects, costs and switches of the right size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.base.paths import CONF
from scenarios.compare.order import order_table
from scenarios.compare.readings_table import Readings
from scenarios.compare.structures import HIGH, LOW, STRUCTURES
from scenarios.compare.tables import COLUMNS, Tables
from scenarios.report.patterns import RINGS
from simulation.foundations.months import month_label
from simulation.records.indicators import GROUPS, UNITS
from simulation.state.entities import STATES
from tests.scenarios.runs.made_run import N_SITES, sizes

SCENARIOS = (
    "baseline",
    "bus_lines",
    "housing_title",
    "origin_land_returns",
    "public_posts",
    "school_gap",
    "targeted_training",
    "tuition_and_living_aid",
    "workshops",
    "workshops_and_school_gap",
)
EVERY = ("baseline", *sorted(path.stem for path in (CONF / "scenario").glob("*.yaml") if path.stem != "baseline"))
"""All of the project, whether or not a lever of theirs has an assumed link: made tables rank them all."""
FIRST_MONTH, LAST_MONTH = 48, 107
LAST = month_label(LAST_MONTH)
N_DRAWS, N_SEEDS = 100, 2


class Made(NamedTuple):
    """What a made scenario does: households settled, persons resident, million yuan, basis of the effect on each."""

    settled: tuple[float, float, float]
    resident: tuple[float, float, float]
    million_yuan: float
    basis: tuple[str, str] = ("assumption", "assumption")


MADE = {
    "workshops": Made((12, -9, 30), (440, 180, 690), 36, ("chance", "data")),
    "school_gap": Made((200, 40, 390), (1850, 900, 2900), 429),
    "housing_title": Made((1870, 880, 2960), (4900, 2300, 7700), 35),
    "bus_lines": Made((60, 10, 120), (150, 20, 300), 24),
    "public_posts": Made((25, -15, 70), (380, 120, 650), 122, ("chance", "data")),
    "targeted_training": Made((3, -20, 25), (20, -60, 110), 9, ("chance", "chance")),
    "tuition_and_living_aid": Made((40, -5, 95), (310, -20, 700), 61),
    "origin_land_returns": Made((-70, -160, -5), (-210, -480, 20), 2.4),
    "workshops_and_school_gap": Made((215, 45, 410), (2280, 1150, 3400), 465),
}
OTHERS = {
    "households_both_ends": (7300.0, -0.8, "none"),
    "households_away": (2400.0, -0.15, "none"),
    "households_returned": (600.0, -0.05, "none"),
    "children_without_seat": (5200.0, -2.5, "lower"),
    "employed": (41800.0, 0.6, "higher"),
    "nobody_employed_households": (240.0, -0.02, "lower"),
    "income_per_head": (830.0, 0.004, "higher"),
    "occupancy": (0.78, 0.00002, "higher"),
}
"""Further indicators: the baseline, the effect as a multiple of that on households settled, which is better."""
HEADLINES = {"households_settled": 18800.0, "persons_resident": 80500.0}


def made(name: str, place: int) -> Made:
    """Return what the scenario does; a name of a user's own gets an effect of its place."""
    if name in MADE:
        return MADE[name]
    middle = 150 * float(np.sin(place * 12.9898))
    return Made((middle, middle - 80, middle + 90), (3 * middle, 3 * middle - 200, 3 * middle + 240), 5.0 + 7 * place)


def frame(table: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS[table]))


def growth(month: int) -> float:
    """Return the share of the last effect that is there in a month: none at first, all at the end."""
    return float(max(0.0, (month - FIRST_MONTH) / (LAST_MONTH - FIRST_MONTH)) ** 0.7)


def chance_better(better: str, low: float, high: float) -> float:
    if better == "none":
        return float("nan")
    above = min(1.0, max(0.0, high / max(high - low, 1e-9)))
    return above if better == "higher" else 1 - above


def _effects(names: Sequence[str], readings: Sequence[str]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    months = range(FIRST_MONTH, LAST_MONTH + 1)
    for reading in readings:
        for place, name in enumerate(names):
            of = made(name, place)
            three = {"households_settled": of.settled, "persons_resident": of.resident}
            bases = dict(HEADLINES)
            betters = dict.fromkeys(HEADLINES, "higher")
            for indicator, (base, factor, better) in OTHERS.items():
                bases[indicator], betters[indicator] = base, better
                low, high = sorted(factor * value for value in of.settled[1:])
                three[indicator] = (factor * of.settled[0], low, high)
            for indicator, values in three.items():
                for g, group in enumerate(GROUPS):
                    part = 1.0 if g == 0 else 0.3 + 0.2 * float(np.sin(g * 78.233))
                    for month in months if g == 0 else months[-1:]:
                        grown = part * growth(month) * (1.0 if reading == readings[0] else -3.0)
                        effect, low, high = (grown * value for value in values)
                        low, high = min(low, high), max(low, high)
                        spread = (high - low) / 3.3
                        known = name, reading, indicator, group, month_label(month), UNITS[indicator]
                        better = betters[indicator]
                        p_better = chance_better(better, low, high)
                        found = better, part * bases[indicator], effect, low, high, p_better
                        rows.append((*known, *found, 0.3 * spread, 0.9 * spread, N_DRAWS, N_SEEDS))
    return frame("effects", rows)


def _paths(names: Sequence[str], readings: Sequence[str]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for reading in readings:
        for place, name in enumerate(["baseline", *names]):
            of = made(name, place - 1) if name != "baseline" else Made((0, 0, 0), (0, 0, 0), 0)
            effects = {"households_settled": of.settled[0], "persons_resident": of.resident[0]}
            for indicator, last in HEADLINES.items():
                for month in range(0 if name == "baseline" else FIRST_MONTH, LAST_MONTH + 1):
                    here = 1 / (1 + np.exp(-(month - 22) / 5)) * (1 - 0.02 * np.cos(month / 15))
                    mean = last * here + effects[indicator] * growth(month)
                    half = 0.02 * last * here * (1 + max(0, month - 47) / 40)
                    rows.append((name, reading, indicator, "all", month_label(month), UNITS[indicator]))
                    rows[-1] += (mean, mean - half, mean + half)
    return frame("paths", rows)


def _switches(names: Sequence[str]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    moves = {("both_ends", "settled"): 1.0, ("away", "settled"): 0.22, ("returned", "settled"): 0.03}
    moves |= {("settled", "both_ends"): -0.2, ("away", "both_ends"): 0.09, ("both_ends", "away"): 0.06}
    moves |= {("settled", "away"): -0.05, ("settled", "returned"): -0.01, ("returned", "both_ends"): 0.015}
    for place, name in enumerate(names):
        settled = made(name, place).settled[0]
        for (start, end), factor in moves.items():
            households = 4 + abs(settled * factor)
            ways = (start, end) if settled >= 0 else (end, start)
            assert set(ways) <= set(STATES)
            rows.append((name, *ways, households, 0.5 * households, 1.6 * households))
    return frame("switches", rows)


def _sites(names: Sequence[str]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    need = sizes() * (1 + 0.5 * np.sin(np.arange(N_SITES) * 3.7))
    need = need / need.sum()
    for place, name in enumerate(names):
        share = need * (1 + 0.7 * np.sin(np.arange(N_SITES) * 12.9898 + place))
        effect = made(name, place).settled[0] * share / share.sum()
        half = 2.0 + 0.5 * np.abs(effect) + 60 * need
        for site in range(N_SITES):
            e, h = float(effect[site]), float(half[site])
            rows.append((name, site, float(need[site]), e, e - h, e + h))
    return frame("sites", rows)


def _costs(names: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    costs: list[tuple[Any, ...]] = []
    totals: list[tuple[Any, ...]] = []
    n_months = LAST_MONTH - FIRST_MONTH + 1
    years = sum(growth(month) for month in range(FIRST_MONTH, LAST_MONTH + 1)) / 12
    for place, name in enumerate(names):
        of = made(name, place)
        yuan = 1e6 * of.million_yuan
        for lever in name.split("_and_") if name == "workshops_and_school_gap" else [name]:
            part = yuan * (0.5 if "_and_school" in name else 1.0)
            costs.append((name, lever, "capital", month_label(FIRST_MONTH), 0.4 * part))
            for month in range(FIRST_MONTH, LAST_MONTH + 1):
                costs.append((name, lever, "recurrent", month_label(month), 0.6 * part / n_months))
        gained, low, high = (years * value for value in of.settled)
        p_gain = min(1.0, max(0.0, 0.5 + 0.5 * of.settled[0] / (of.settled[2] - of.settled[1]) * 2))
        sure = p_gain >= 0.9
        each = (yuan / high, yuan / max(low, 1.0)) if sure else (float("nan"), float("nan"))
        ratio = yuan / gained if gained else float("nan")
        totals.append((name, yuan, gained, low, high, p_gain, ratio, *each))
    return frame("costs", costs), frame("cost_effect", totals)


def _ranks(names: Sequence[str]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for k, indicator in enumerate(HEADLINES):
        size = {name: made(name, place)[k][0] for place, name in enumerate(names)} | {"baseline": 0.0}
        order = sorted(size, key=lambda name: -size[name])
        for name in size:
            near = np.exp(-np.abs(np.arange(len(order)) - order.index(name)) * 1.5)
            rows += [(indicator, name, i + 1, float(p)) for i, p in enumerate(near / near.sum())]
    return frame("ranks", rows)


def _interactions(names: Sequence[str]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    if "workshops_and_school_gap" in names:
        for k, indicator in enumerate(HEADLINES):
            whole = MADE["workshops_and_school_gap"][k][0]
            more = whole - MADE["workshops"][k][0] - MADE["school_gap"][k][0]
            rows.append(("workshops_and_school_gap", "workshops+school_gap", indicator, UNITS[indicator], LAST))
            rows[-1] += (more, more - 40.0, more + 45.0, 0.55)
    return frame("interactions", rows)


def _basis(names: Sequence[str]) -> pd.DataFrame:
    parameters = {"data": "workshop_fill_per_month", "assumption": "title_weight", "chance": ""}
    rows: list[tuple[Any, ...]] = []
    for place, name in enumerate(names):
        for indicator, basis in zip(HEADLINES, made(name, place).basis, strict=True):
            correlation = float("nan") if basis == "chance" else 0.71
            contraction = {"data": 0.62, "assumption": 0.08, "chance": float("nan")}[basis]
            share = 0.85 if basis == "chance" else 0.2
            settled = sorted(made(name, place).settled)
            before = settled[0] - 5.0, settled[-1] + 5.0
            shrank = {"data": 0.4, "assumption": 0.05, "chance": 0.1}[basis]
            rows.append(
                (name, indicator, basis, *before, shrank, 0.1, parameters[basis], correlation, contraction, share)
            )
    return frame("basis", rows)


def _structures(names: Sequence[str]) -> pd.DataFrame:
    """Title is worth a twentieth near the one rule; all other effects are the same under both."""
    rows: list[tuple[Any, ...]] = []
    for parameter in STRUCTURES:
        for end, value in ((LOW, 0.2), (HIGH, 0.8)):
            for k, indicator in enumerate(HEADLINES):
                weak = parameter == STRUCTURES[0] and end == LOW
                size = {
                    name: made(name, place)[k][0] * (0.05 if weak and name == "housing_title" else 1.0)
                    for place, name in enumerate(names)
                }
                for name, effect in size.items():
                    rank = 1 + sum(other > effect for other in size.values())
                    rows.append((parameter, end, value, name, indicator, effect, rank, 0.5, "", N_DRAWS // 3))
    return with_ahead(frame("structures", rows), ["parameter", "end"])


def _by_ring(names: Sequence[str]) -> pd.DataFrame:
    """Under every ring the effects are the same."""
    rows: list[tuple[Any, ...]] = []
    for ring in RINGS:
        for k, indicator in enumerate(HEADLINES):
            size = {name: made(name, place)[k] for place, name in enumerate(names)}
            for name, (effect, low, high) in size.items():
                rank = 1 + sum(other[0] > effect for other in size.values())
                rows.append((ring, name, indicator, UNITS[indicator], effect, low, high, 0.9, rank, 0.5, "", 90.0))
    return with_ahead(frame("effects_by_ring", rows), ["ring"])


def with_ahead(table: pd.DataFrame, parts: list[str]) -> pd.DataFrame:
    """Return a table in which each scenario is ahead of all with a smaller effect, within `parts` and indicator."""
    found = table.copy()
    for _, rows in found.groupby([*parts, "indicator"], sort=False):
        size = dict(zip(rows["scenario"], rows["effect"], strict=True))
        cells = [";".join(other for other in size if size[other] < size[name]) for name in rows["scenario"]]
        found.loc[rows.index, "ahead_of"] = cells
    return found


def with_order(tables: Tables, readings: Readings | None = None) -> Tables:
    """Return tables in which the order follows from the effects that they hold, and from a table of readings."""
    structures = with_ahead(tables.structures, ["parameter", "end"])
    by_ring = with_ahead(tables.effects_by_ring, ["ring"])
    ranked = list(dict.fromkeys(tables.ranks["scenario"]))
    order = order_table(by_ring, structures, readings, ranked)
    return tables._replace(structures=structures, effects_by_ring=by_ring, order=order)


def _report() -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = [
        ("employed", "target", "persons", 40558.0, 40152.0, 40964.0, 40610.0, 40110.0, 41090.0, 0.93),
        ("public_welfare_jobs", "check", "persons", 1690.0, 1656.0, 1724.0, 1671.0, 1630.0, 1699.0, 0.71),
        ("zero_employment_rare", "pattern", "share", float("nan"), 0.0, 0.02, 0.012, 0.009, 0.016, 1.0),
    ]
    return frame("report", rows)


def made_tables(scenarios: Sequence[str] = SCENARIOS, readings: Sequence[str] = ("default",)) -> Tables:
    """Return the tables for `scenarios` (the baseline is added if it is not among them).

    readings: the first has the effects of `MADE`, any other -3 times them.
    """
    names = [name for name in scenarios if name != "baseline"]
    costs, cost_effect = _costs(names)
    tables = Tables(
        effects=_effects(names, readings),
        paths=_paths(names, readings),
        switches=_switches(names),
        sites=_sites(names),
        costs=costs,
        cost_effect=cost_effect,
        ranks=_ranks(names),
        interactions=_interactions(names),
        basis=_basis(names),
        structures=_structures(names),
        effects_by_ring=_by_ring(names),
        order=frame("order", []),
        report=_report(),
    )
    return with_order(tables)
