"""From two runs of one draw and seed, the baseline and a scenario, to the values that a comparison keeps.

A run's values are one vector; `Columns` says what each of its numbers is (indicator, group, month). Levels come from
the records, paired counts from household and person rows, which are the same in both runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scenarios.compare.indicators import (
    CITY,
    PAIRED,
    RECORDED,
    SUMMED,
    SUMMED_FROM,
    SWITCHES,
    money_name,
    switch_name,
)
from simulation.city import City
from simulation.foundations.months import DECEMBER, MONTHS_PER_YEAR, month_label
from simulation.records.indicators import CITY_ONLY, COLUMN, DERIVED, GROUPS
from simulation.rules.labour import works_away
from simulation.state.entities import (
    CHANNELS,
    FARM,
    NOT_MOVED,
    SETTLED,
    STATES,
    Float,
    Int8,
)
from simulation.state.policy import CAPITAL, RECURRENT

ALL = "all"
_DERIVED = {indicator.name for indicator in DERIVED}
_CITY = [indicator.name for indicator in CITY_ONLY]
_AWAY = np.array([works_away(channel) for channel in range(len(CHANNELS))])
KINDS = (CAPITAL, RECURRENT)


class Columns(NamedTuple):
    """What the numbers of a vector are.

    months: indices kept for the whole city, from the first month of policy to the last; decembers: of them, those in
    which groups and paired counts are kept; levers: those that may cost; n_sites.
    """

    months: tuple[int, ...]
    decembers: tuple[int, ...]
    levers: tuple[str, ...]
    n_sites: int

    def names(self) -> list[tuple[str, str, int]]:
        """Return (indicator, group, month) of every number, in the order of `measured`."""
        last = self.months[-1]
        found = [(c.name, ALL, m) for c in (*RECORDED, *CITY, *SUMMED) for m in self.months]
        found += [(c.name, group, m) for c in RECORDED for group in GROUPS[1:] for m in self.decembers]
        found += [(c.name, ALL, m) for c in PAIRED for m in self.decembers]
        found += [(switch_name(a, b), ALL, last) for a, b in SWITCHES]
        found += [(money_name(lever, kind), ALL, m) for lever in self.levers for kind in KINDS for m in self.months]
        return found + [("households_settled", site_name(s), last) for s in range(self.n_sites)]


class Snapshot(NamedTuple):
    """What paired counts need of a December: residence state by household, job channel by person."""

    state: Int8
    channel: Int8


def site_name(site: int) -> str:
    """Return the name that a site has in tables and records."""
    return f"site_{site:02d}"


def columns_of(first: int, last: int, levers: Sequence[str], n_sites: int) -> Columns:
    """Return the columns of a comparison from month `first` to `last`; the last counts as a December."""
    months = tuple(range(first, last + 1))
    decembers = tuple(m for m in months if m % MONTHS_PER_YEAR == DECEMBER or m == last)
    return Columns(months, decembers, tuple(levers), n_sites)


def snapshot(model: City) -> Snapshot:
    """Return a copy of what paired counts need of the present month."""
    state = model.state
    alive = (state.persons.birth_month < model.month) & (model.month <= state.persons.death_month)
    # A household without members counts in no state.
    counted = np.where(state.households.members > 0, state.households.state, NOT_MOVED)
    return Snapshot(counted.astype(np.int8), np.where(alive, state.persons.channel, 0).astype(np.int8))


def levels(model: City, name: str, months: slice, rows: slice | int) -> Float:
    """Return a recorded indicator, shape (n_months, n_rows) or (n_months,)."""
    records = model.records
    if name in COLUMN:
        return records.sums[months, rows, COLUMN[name]]
    if name in _DERIVED:
        return np.asarray(records.derived(name, months)[:, rows])
    return records.city[months, _CITY.index(name)]


def measured(
    columns: Columns, model: City, own: Sequence[Snapshot], baseline: Sequence[Snapshot]
) -> npt.NDArray[np.float64]:
    """Return the vector of a finished run.

    own, baseline: snapshots of `columns.decembers` of it and of the baseline.
    """
    months = slice(columns.months[0], columns.months[-1] + 1)
    decembers = np.array(columns.decembers)
    parts = [levels(model, c.name, months, 0) for c in (*RECORDED, *CITY)]
    money = ledger(columns, model)
    sums = {name: np.cumsum(levels(model, level, months, 0)) / MONTHS_PER_YEAR for name, level in SUMMED_FROM.items()}
    sums["public_money"] = np.cumsum(money.sum(axis=0))
    parts += [sums[c.name] for c in SUMMED]
    whole = slice(0, model.records.months)
    parts += [levels(model, c.name, whole, slice(1, len(GROUPS)))[decembers].T.ravel() for c in RECORDED]
    paired = [paired_counts(a, b) for a, b in zip(own, baseline, strict=True)]
    parts += [np.array([counts[c.name] for counts in paired]) for c in PAIRED]
    parts.append(switches(own[-1].state, baseline[-1].state))
    parts.append(money.ravel())
    last = model.records.sums[columns.months[-1], len(GROUPS) :, COLUMN["households_settled"]]
    return np.concatenate([*parts, last])


def ledger(columns: Columns, model: City) -> Float:
    """Return public money, shape (n_levers * 2, n_months), yuan."""
    rows = {(lever, kind): i for i, (lever, kind) in enumerate((a, k) for a in columns.levers for k in KINDS)}
    money = np.zeros((len(rows), len(columns.months)))
    for month, lever, kind, yuan in model.levers.ledger:
        money[rows[lever, kind], month - columns.months[0]] += yuan
    return money


def paired_counts(own: Snapshot, baseline: Snapshot) -> dict[str, float]:
    """Return the counts of `indicators.PAIRED` between a scenario and its baseline in the same month.

    Counted is who is in both: not the households that a lever has brought, which are the last rows.
    """
    own = Snapshot(own.state[: baseline.state.size], own.channel[: baseline.channel.size])
    works, worked = own.channel > FARM, baseline.channel > FARM
    n = len(CHANNELS)
    more = np.bincount(own.channel, minlength=n) - np.bincount(baseline.channel, minlength=n)
    more[: FARM + 1] = 0
    filled, given_up = np.maximum(0, more), np.maximum(0, -more)
    counts = {
        "posts_filled": filled.sum(),
        "jobs_given_up": given_up.sum(),
        "net_jobs": more.sum(),
        "posts_displaced": given_up[~_AWAY].sum(),
        "workers_home": -more[_AWAY].sum(),
        "persons_into_work": (works & ~worked).sum(),
        "persons_out_of_work": (worked & ~works).sum(),
        "households_gained": ((own.state == SETTLED) & (baseline.state != SETTLED)).sum(),
        "households_lost": ((own.state != SETTLED) & (baseline.state == SETTLED)).sum(),
    }
    return {name: float(count) for name, count in counts.items()}


def switches(own: Int8, baseline: Int8) -> Float:
    """Return households by (state in the baseline, state in the scenario), in the order of `indicators.SWITCHES`.

    Counted is who is in both.
    """
    own = own[: baseline.size]
    moved = (own != NOT_MOVED) & (baseline != NOT_MOVED)
    n = len(STATES)
    table = np.bincount(baseline[moved].astype(np.int64) * n + own[moved], minlength=n * n).reshape(n, n)
    return np.array([float(table[STATES.index(a), STATES.index(b)]) for a, b in SWITCHES])


def need_shares(model: City) -> Float:
    """Return each site's share of the city's need before the levers start, mean over the policy's levers, (n_sites,).

    `model` is a branch under the policy that has not gone on yet.
    """
    shares = []
    for name in model.policy.levers:
        need = model.levers.need(name)
        shares.append(need / need.sum() if need.sum() > 0 else np.full(need.size, 1.0 / need.size))
    return np.mean(shares, axis=0, dtype=np.float64) if shares else np.zeros(model.state.sites.unit.size)


def history_names(first: int) -> list[tuple[str, str]]:
    """Return (indicator, month) of the baseline's months before `first`, in the order of `history`."""
    return [(c.name, month_label(m)) for c in (*RECORDED, *CITY) for m in range(first)]


def history(model: City, first: int) -> Float:
    """Return the baseline's levels in the months before `first`, of the whole city."""
    return np.concatenate([levels(model, c.name, slice(0, first), 0) for c in (*RECORDED, *CITY)])
