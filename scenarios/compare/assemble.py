"""From the outcomes of all runs to the tables of a comparison. Nothing is simulated here.

Differences are taken within a draw and seed before anything is averaged: what chance does to both scenarios cancels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from scenarios.compare.basis import basis_table
from scenarios.compare.indicators import (
    BASED,
    COMPARED,
    HEADLINES,
    HIGHER,
    NEED,
    RANKED,
    SUMMED,
    SWITCHES,
    money_name,
    switch_name,
)
from scenarios.compare.measure import ALL, KINDS, history_names, site_name
from scenarios.compare.order import order_table
from scenarios.compare.plan import Plan
from scenarios.compare.readings_table import Readings
from scenarios.compare.report_rows import report_rows
from scenarios.compare.ring_effects import effects_by_ring
from scenarios.compare.rings_table import Rings, weights_of_draws
from scenarios.compare.runner import Outcome
from scenarios.compare.structures import structures_table
from scenarios.compare.summary import (
    Sample,
    interval,
    mean,
    probability_better,
    rank_probabilities,
    sample_of,
    spreads,
)
from scenarios.compare.tables import COLUMNS, Tables
from scenarios.report.readings import reading_name
from scenarios.settings.links import is_ranked
from scenarios.settings.schema import BASE
from simulation.foundations.months import month_label
from simulation.records.indicators import GROUPS
from simulation.state.entities import Float

GAIN_SURE = 0.9
"""Share of runs with a gain from which a cost per household-year has an interval."""
INTERACTING = (*HEADLINES, *(c.name for c in SUMMED), "employed", "children_without_seat")


class Results(NamedTuple):
    """A comparison's runs as arrays: values (n_runs, n_scenarios, n_columns) and what each column is."""

    plan: Plan
    sample: Sample
    names: list[tuple[str, str, int]]
    values: Float
    history: Float
    needs: Float

    @property
    def last(self) -> int:
        """The last month."""
        return self.plan.columns.months[-1]

    def column(self, indicator: str, group: str = ALL, month: int | None = None) -> int:
        """Return the number of a column; the last month if none is given."""
        return self.names.index((indicator, group, self.last if month is None else month))

    def differences(self, scenario: int) -> Float:
        """Return a scenario's values minus the baseline's, shape (n_runs, n_columns)."""
        return self.values[:, scenario] - self.values[:, 0]


def results_of(plan: Plan, outcomes: Sequence[Outcome]) -> Results:
    """Return the outcomes of a plan's runs as arrays."""
    values = np.stack([outcome.values for outcome in outcomes])
    history = np.stack([outcome.history for outcome in outcomes])
    needs = np.stack([outcome.needs for outcome in outcomes])
    return Results(plan, sample_of(plan.runs), plan.columns.names(), values, history, needs)


def tables_of(
    results: Results,
    before: pd.DataFrame | None = None,
    readings: Readings | None = None,
    rings: Rings | None = None,
) -> Tables:
    """Return every table of a comparison.

    before: its effects before calibration (prior_effects.effects_before); readings, rings: the tables of make readings
    and make rings. None of what is not known.
    """
    plan, sample = results.plan, results.sample
    based = {
        (name, indicator): results.differences(s)[:, results.column(indicator)]
        for s, name in enumerate(results.plan.scenarios)
        if name != BASE
        for indicator in BASED
    }
    columns = {c: results.column(c) for c in COMPARED}
    last = {
        (name, indicator): results.differences(s)[:, column]
        for s, name in enumerate(plan.scenarios)
        if name != BASE
        for indicator, column in columns.items()
    }
    ranked = [plan.scenarios[s] for s in ranked_scenarios(plan)]
    weights = weights_of_draws(rings, plan.draws, [plan.runs[first].row for first in sample.firsts])
    structures = structures_table(plan, sample, based, ranked)
    by_ring = effects_by_ring(plan, sample, last, ranked, weights)
    return Tables(
        effects=_effects(results),
        paths=_paths(results),
        switches=_switches(results),
        sites=_sites(results),
        costs=_costs(results),
        cost_effect=_cost_effect(results),
        ranks=_ranks(results),
        interactions=_interactions(results),
        basis=basis_table(
            results.plan,
            results.sample,
            based,
            pd.DataFrame() if before is None else before,
        ),
        structures=structures,
        effects_by_ring=by_ring,
        order=order_table(by_ring, structures, readings, ranked),
        report=report_rows(results.plan.draws, results.plan.base),
    )


def _table(name: str, rows: Sequence[pd.DataFrame]) -> pd.DataFrame:
    columns = list(COLUMNS[name])
    return pd.concat(rows, ignore_index=True)[columns] if rows else pd.DataFrame(columns=columns)


def _kept(results: Results, chosen: Sequence[str], groups: Sequence[str] = GROUPS) -> npt.NDArray[np.int64]:
    """Return the columns of some indicators and groups."""
    wanted, places = set(chosen), set(groups)
    return np.array([i for i, (name, group, _) in enumerate(results.names) if name in wanted and group in places])


def _effects(results: Results) -> pd.DataFrame:
    sample, kept = results.sample, _kept(results, list(COMPARED))
    names = [results.names[i] for i in kept]
    better = np.array([COMPARED[name].better for name, _, _ in names])
    first = pd.DataFrame(
        {
            "indicator": [name for name, _, _ in names],
            "group": [group for _, group, _ in names],
            "month": [month_label(month) for _, _, month in names],
            "unit": [COMPARED[name].unit for name, _, _ in names],
            "better": better,
            "baseline": mean(sample, results.values[:, 0][:, kept]),
        }
    )
    rows = []
    for s, scenario in enumerate(results.plan.scenarios):
        if scenario == BASE:
            continue
        differences = results.differences(s)[:, kept]
        low, high = interval(sample, differences)
        chance, parameters = spreads(sample, differences)
        p_better = np.full(len(kept), np.nan)
        for direction in np.unique(better):
            own = better == direction
            p_better[own] = probability_better(sample, differences[:, own], direction)
        table = first.assign(
            scenario=scenario,
            reading=reading_name(results.plan.base.reading),
            effect=mean(sample, differences),
            low=low,
            high=high,
            p_better=p_better,
            sd_chance=chance,
            sd_parameters=parameters,
            n_draws=sample.n_draws,
            n_seeds=len(results.plan.runs),
        )
        rows.append(table.dropna(subset=["effect"]))  # households with nobody employed are not counted in February
    return _table("effects", rows)


def _paths(results: Results) -> pd.DataFrame:
    reading, sample = reading_name(results.plan.base.reading), results.sample
    levels = [name for name, c in COMPARED.items() if (name, ALL, results.plan.columns.months[0]) in results.names]
    kept = _kept(results, levels, [ALL])
    blocks = [(BASE, [(name, month) for name, month in history_names(results.plan.columns.months[0])], results.history)]
    for s, scenario in enumerate(results.plan.scenarios):
        named = [(results.names[i][0], month_label(results.names[i][2])) for i in kept]
        blocks.append((scenario, named, results.values[:, s][:, kept]))
    rows = []
    for scenario, named, values in blocks:
        low, high = interval(sample, values)
        table = pd.DataFrame(named, columns=["indicator", "month"]).assign(
            scenario=scenario, reading=reading, group=ALL, mean=mean(sample, values), low=low, high=high
        )
        table["unit"] = table["indicator"].map({name: c.unit for name, c in COMPARED.items()})
        rows.append(table.dropna(subset=["mean"]))
    return _table("paths", rows)


def _switches(results: Results) -> pd.DataFrame:
    columns = [results.column(switch_name(a, b)) for a, b in SWITCHES]
    rows = []
    for s, scenario in enumerate(results.plan.scenarios[1:], 1):
        values = results.values[:, s][:, columns]
        low, high = interval(results.sample, values)
        states = pd.DataFrame(SWITCHES, columns=["from_state", "to_state"])
        rows.append(states.assign(scenario=scenario, households=mean(results.sample, values), low=low, high=high))
    return _table("switches", rows)


def _sites(results: Results) -> pd.DataFrame:
    n_sites = results.plan.columns.n_sites
    columns = [results.column("households_settled", site_name(site)) for site in range(n_sites)]
    rows = []
    for s, scenario in enumerate(results.plan.scenarios[1:], 1):
        values = results.differences(s)[:, columns]
        low, high = interval(results.sample, values)
        table = pd.DataFrame({"site": np.arange(n_sites), "need": mean(results.sample, results.needs[:, s])})
        rows.append(table.assign(scenario=scenario, effect=mean(results.sample, values), low=low, high=high))
    return _table("sites", rows)


def _costs(results: Results) -> pd.DataFrame:
    months, rows = results.plan.columns.months, []
    for s, (scenario, config) in enumerate(results.plan.configs.items()):
        for lever in config.policy.levers:
            for kind in KINDS:
                columns = [results.column(money_name(lever, kind), month=month) for month in months]
                yuan = mean(results.sample, results.values[:, s][:, columns])
                labels = [month_label(month) for month in months]
                table = pd.DataFrame({"month": labels, "yuan": yuan}).assign(scenario=scenario, lever=lever, kind=kind)
                rows.append(table[table["yuan"] != 0.0])
    return _table("costs", rows)


def _cost_effect(results: Results) -> pd.DataFrame:
    sample, rows = results.sample, []
    money, years = results.column("public_money"), results.column("household_years_settled")
    for s, scenario in enumerate(results.plan.scenarios[1:], 1):
        yuan, gained = results.values[:, s, money], results.differences(s)[:, years]
        low, high = interval(sample, gained)
        p_gain = float(probability_better(sample, gained, HIGHER))
        cost, gain = float(mean(sample, yuan)), float(mean(sample, gained))
        ratio_low = ratio_high = np.nan
        if p_gain >= GAIN_SURE and cost > 0:
            gaining = gained > 0
            ratios = np.where(gaining, yuan / np.where(gaining, gained, 1.0), np.inf)  # no gain at any price
            ratio_low, ratio_high = (float(bound) for bound in interval(sample, ratios))
        rows.append(
            {
                "scenario": scenario,
                "yuan": cost,
                "household_years": gain,
                "household_years_low": float(low),
                "household_years_high": float(high),
                "p_gain": p_gain,
                "yuan_per_household_year": cost / gain if gain > 0 and cost > 0 else np.nan,
                "yuan_low": ratio_low,
                "yuan_high": ratio_high if np.isfinite(ratio_high) else np.nan,
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS["cost_effect"]))


def _ranks(results: Results) -> pd.DataFrame:
    """Return the probability of each rank; scenarios with an assumed link to where people live have none."""
    ranked, rows = ranked_scenarios(results.plan), []
    names = [results.plan.scenarios[s] for s in ranked]
    for indicator in RANKED:
        values = results.values[:, ranked, results.column(indicator)]
        shares = rank_probabilities(results.sample, values, HIGHER)
        for s, scenario in enumerate(names):
            table = pd.DataFrame({"rank": np.arange(1, len(names) + 1), "probability": shares[s]})
            rows.append(table.assign(indicator=indicator, scenario=scenario))
    return _table("ranks", rows)


def _interactions(results: Results) -> pd.DataFrame:
    """Return what combined levers do beyond the sum of what each does alone: both minus the sum of each."""
    configs, rows = results.plan.configs, []
    for s, (scenario, config) in enumerate(configs.items()):
        levers = list(config.policy.levers.values())
        if len(levers) < 2:
            continue
        alone = {
            next(iter(other.policy.levers)): o
            for o, other in enumerate(configs.values())
            if len(other.policy.levers) == 1 and next(iter(other.policy.levers.values())) in levers
        }
        if len(alone) < len(levers):
            continue  # a part that was not run by itself has no sum to compare with
        beyond = results.differences(s) - sum(results.differences(o) for o in alone.values())
        for indicator in INTERACTING:
            values = beyond[:, results.column(indicator)]
            low, high = interval(results.sample, values)
            positive = float(probability_better(results.sample, values, HIGHER))
            rows.append(
                (
                    scenario,
                    "+".join(results.plan.scenarios[o] for o in alone.values()),
                    indicator,
                    COMPARED[indicator].unit,
                    month_label(results.last),
                    float(mean(results.sample, values)),
                    float(low),
                    float(high),
                    positive,
                )
            )
    return pd.DataFrame(rows, columns=list(COLUMNS["interactions"]))


def ranked_scenarios(plan: Plan) -> list[int]:
    """Return the numbers of a plan's scenarios that are ranked, the baseline's among them."""
    return [s for s, config in enumerate(plan.configs.values()) if is_ranked(config.policy)]


def need_rows(results: Results, scenario: int) -> list[tuple[str, str, Float]]:
    """Return (indicator, group, values by run) of the needs of a scenario's sites, as runs.parquet keeps them."""
    return [(NEED, site_name(site), results.needs[:, scenario, site]) for site in range(results.needs.shape[2])]
