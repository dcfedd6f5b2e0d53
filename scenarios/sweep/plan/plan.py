"""From a sweep to its points and runs: every point has an identity, and every run is (identity, seed).

Points that differ in labels alone (a size of 0 and the baseline) share an identity and are run once. Points of the same
history, alike in everything but levers, are run together. `paired` adds to every history the run without any lever, so
that each run has its own baseline.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scenarios.base.errors import UserError
from scenarios.base.output.plain_files import csv_text
from scenarios.base.text import Text
from scenarios.compare.plan import SECOND_SEED
from scenarios.entries.sweep import HINT
from scenarios.runs.parameter_sets import Draws
from scenarios.runs.sources import source_hash
from scenarios.settings.config import RunConfig, compose_run
from scenarios.settings.schema import BASE, Key
from scenarios.sweep.plan.axes import MOST_POINTS, Axis, too_many
from scenarios.sweep.plan.draws import NO_DRAW, check_drawn, drawn_values, read_sweep_draws
from scenarios.sweep.plan.spec import Sweep, known_keys
from scenarios.sweep.plan.variants import ID_BYTES, LIGHT, Base
from simulation.foundations.months import month_index, month_label

LEVERS = "levers."
Ids = npt.NDArray[np.uint64]
"""Identities, shape (n, 2): the first and last eight bytes, the first of them the larger."""
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Points:
    """The points of a plan, in the order of the collected table.

    ids: (n, 2); scenario, base, draw: of each, draw NO_DRAW without draws; history: number of the history that it
    belongs to; keys: names of the axes' keys; columns: values by key, None where a point does not set it; run_as: the
    first point with the same identity.
    """

    ids: Ids
    scenario: list[str]
    base: Whole
    draw: Whole
    history: Whole
    columns: dict[str, list[Any]]
    run_as: Whole

    def values(self, point: int) -> dict[str, Any]:
        """Return what a point sets, by key."""
        return {key: column[point] for key, column in self.columns.items() if column[point] is not None}


@dataclass(frozen=True)
class Plan:
    """A sweep's points and runs. Runs are numbered: point * n_seeds + position of the seed.

    bases: what points vary from, by the words that compose them; draws: the table of draws of each base, if any; seeds:
    (n_points, n_seeds), n_seeds the same for all; source: hash of the sources that can alter results.
    """

    sweep: Sweep
    bases: list[Base]
    words: list[tuple[str, ...]]
    draws: list[Draws | None]
    points: Points
    seeds: Whole
    source: str

    @property
    def contents(self) -> dict[str, str]:
        """Hashes of all that points vary from, files and draws included, by the words that compose it."""
        return {" ".join(words): content_hash(base, draws)
                for words, base, draws in zip(self.words, self.bases, self.draws, strict=True)}  # fmt: skip

    @property
    def n_seeds(self) -> int:
        """How many seeds each point has."""
        return int(self.seeds.shape[1])

    def numbers(self) -> Whole:
        """Return the numbers of all runs, in the order in which they share histories; doubles of a point left out."""
        n = len(self.points.run_as)
        first = np.flatnonzero(self.points.run_as == np.arange(n))
        point, position = np.repeat(first, self.n_seeds), np.tile(np.arange(self.n_seeds), first.size)
        order = np.lexsort((point, self.seeds[point, position], self.points.history[point]))
        return point[order] * self.n_seeds + position[order]

    def find(self, ids: Ids, seeds: Whole) -> Whole:
        """Return the numbers of runs by (identity, seed); -1 for a run that is not planned."""
        order = np.argsort(self.points.ids[:, 0], kind="stable")
        firsts = self.points.ids[order, 0]
        place = np.minimum(np.searchsorted(firsts, ids[:, 0]), len(firsts) - 1)
        point = self.points.run_as[order[place]]
        known = (self.points.ids[point] == ids).all(axis=1)
        position = self._positions(point, seeds)
        return np.where(known & (position >= 0), point * self.n_seeds + position, -1)

    def _positions(self, point: Whole, seeds: Whole) -> Whole:
        """Return which of its point's seeds each seed is; -1 for none."""
        if self.sweep.draws is None:  # all points have the same seeds
            shared = self.seeds[0]
            order = np.argsort(shared, kind="stable")
            place = order[np.minimum(np.searchsorted(shared[order], seeds), shared.size - 1)]
            return np.where(shared[place] == seeds, place, -1)
        position = np.full(len(seeds), -1, dtype=np.int64)
        for column in range(self.n_seeds):
            position[self.seeds[point, column] == seeds] = column
        return position

    def parameters_of(self, base: int, draw: int) -> dict[str, float]:
        """Return what a draw sets, by key; nothing without a draw."""
        return drawn_values(self.draws[base], draw)


def plan_sweep(sweep: Sweep, source: str = "") -> Plan:
    """Return the plan of a sweep; raises UserError. source: hash of other sources whose runs are looked for."""
    keys, source = known_keys(sweep.config_dir).keys, source or source_hash("sweep")
    heavy, light = _parts(sweep)
    n = len(sweep.scenarios) * math.prod(len(axis.rows) for axis in sweep.axes) * (sweep.draws.n if sweep.draws else 1)
    if n * len(sweep.seeds) > MOST_POINTS:
        raise too_many(n * len(sweep.seeds))
    builder = _PlanBuilder(sweep, keys, source)
    for scenario in sweep.scenarios:
        for values in heavy:
            builder.add_points(scenario, values, light)
    return builder.plan()


def content_hash(base: Base, draws: Draws | None) -> str:
    """Return a hash of a configuration as it was composed, sources left out, and of the draws that vary it."""
    digest = hashlib.sha256(base.content)
    if draws is not None:
        digest.update(csv_text(draws.table).encode())
    return digest.hexdigest()[:16]


def _parts(sweep: Sweep) -> tuple[list[dict[str, Any]], list[Axis]]:
    """Return the combinations of keys that need a base of their own, and the axes that do not.

    An axis that mixes both kinds is split: each of its rows goes with the base that it needs.
    """
    heavy: list[Axis] = []
    light: list[Axis] = []
    for axis in sweep.axes:
        (light if all(name.startswith(LIGHT) for name in axis.keys) else heavy).append(axis)
    combined = [
        {key: value for key, value in pairs if value is not None}
        for rows in itertools.product(*(axis.rows for axis in heavy))
        for pairs in [
            [pair for axis, row in zip(heavy, rows, strict=True) for pair in zip(axis.keys, row, strict=True)]
        ]
    ]
    return combined, light


class _PlanBuilder:
    """The plan as points are added to it."""

    def __init__(self, sweep: Sweep, keys: Mapping[str, Key], source: str) -> None:
        self.sweep = sweep
        self._keys, self._source = keys, source
        self.bases: list[Base] = []
        self.words: list[tuple[str, ...]] = []
        self.draws: list[Draws | None] = []
        self.columns: dict[str, list[Any]] = {name: [] for axis in sweep.axes for name in axis.keys}
        self.scenario: list[str] = []
        self.base_of: list[int] = []
        self.draw: list[int] = []
        self.ids: list[bytes] = []
        self.histories: dict[bytes, int] = {}
        self.history: list[int] = []
        self.labels: set[tuple[Any, ...]] = set()
        self._known: dict[tuple[str, ...], int] = {}

    def base(self, scenario: str, values: Mapping[str, Any]) -> int:
        """Return the number of the base of a scenario and of values of heavy keys."""
        words = (f"scenario={scenario}", *(f"{key}={value}" for key, value in values.items()))
        if words not in self._known:
            config = compose_run(words, self.sweep.config_dir)
            _check_months(self.sweep.months, config)
            self._known[words] = len(self.bases)
            self.bases.append(Base(config, self._keys, self._source))
            self.words.append(words)
            self.draws.append(read_sweep_draws(self.sweep.draws, config) if self.sweep.draws else None)
        return self._known[words]

    def add_points(self, scenario: str, values: Mapping[str, Any], light: Sequence[Axis]) -> None:
        """Add the points of a scenario and of values of keys that need a base: light axes and draws multiply."""
        shared = {**self.sweep.fixed, **{key: value for key, value in values.items() if not key.startswith(LIGHT)}}
        base = self.base(scenario, shared)
        name, of = self.bases[base].config.scenario, self.bases[base]
        light_values = {key: value for key, value in values.items() if key.startswith(LIGHT)}
        for draw in range(self.sweep.draws.n) if self.sweep.draws else [NO_DRAW]:
            drawn = drawn_values(self.draws[base], draw)
            check_drawn(drawn, shared)
            for rows in itertools.product(*(axis.rows for axis in light)):
                set_here = {key: value for axis, row in zip(light, rows, strict=True)
                            for key, value in zip(axis.keys, row, strict=True) if value is not None}  # fmt: skip
                check_drawn(drawn, set_here | light_values)
                identity = of.variant(drawn | light_values | set_here)
                labels = {**values} | set_here
                if self.sweep.paired and identity.history not in self.histories:
                    self._add_baseline(shared, draw, identity.history, labels)
                self._add(base, name, draw, identity.point, identity.history, labels)

    def _add_baseline(self, shared: Mapping[str, Any], draw: int, history: bytes, labels: Mapping[str, Any]) -> None:
        """Add the run without levers, whatever a scenario or `set` pulls: sizes are 0, their other keys are not set."""
        base = self.base(BASE, {key: value for key, value in shared.items() if not key.startswith(LEVERS)})
        without = {key: 0.0 if key.endswith(".size") else None if key.startswith(LEVERS) else value
                   for key, value in labels.items()}  # fmt: skip
        self._add(base, BASE, draw, history, history, without)

    def _add(self, base: int, name: str, draw: int, point: bytes, history: bytes, values: Mapping[str, Any]) -> None:
        label = (name, draw, point, *(values.get(key) for key in self.columns))
        if label in self.labels:
            return
        self.labels.add(label)
        self.history.append(self.histories.setdefault(history, len(self.histories)))
        self.ids.append(point)
        self.scenario.append(name)
        self.base_of.append(base)
        self.draw.append(draw)
        for key, column in self.columns.items():
            column.append(values.get(key))

    def plan(self) -> Plan:
        """Return the plan of all points added."""
        ids = np.frombuffer(b"".join(self.ids), dtype=">u8").astype(np.uint64).reshape(-1, ID_BYTES // 8)
        _, first, back = np.unique(ids, axis=0, return_index=True, return_inverse=True)
        if len(np.unique(ids[:, 0])) != len(first):
            raise ValueError("two points share the first half of their identities")
        base, draw = np.array(self.base_of, dtype=np.int64), np.array(self.draw, dtype=np.int64)
        points = Points(ids, self.scenario, base, draw, np.array(self.history, dtype=np.int64), self.columns,
                        first[back.ravel()])  # fmt: skip
        return Plan(self.sweep, self.bases, self.words, self.draws, points, self._seeds(base, draw), self._source)

    def _seeds(self, base: Whole, draw: Whole) -> Whole:
        given = np.array(self.sweep.seeds, dtype=np.int64)
        if self.sweep.draws is None:
            return np.broadcast_to(given, (len(base), given.size))
        tables = [table.table["seed"].to_numpy(dtype=np.int64) if table else given for table in self.draws]
        first_seed = np.array([tables[b][d] for b, d in zip(base, draw, strict=True)], dtype=np.int64)
        return first_seed[:, None] + given[None, :] * SECOND_SEED


def _check_months(labels: Sequence[str], config: RunConfig) -> None:
    """Raise UserError for a month that is measured and lies beyond a run's end."""
    late = [label for label in labels if month_index(label) >= config.months]
    if late:
        end = month_label(config.months - 1)
        raise UserError(Text("a month that is measured lies beyond a run's end", "测量月份晚于运行的结束月份"),
                        key="months", found=late[0], allowed=f"<= {end} (end={end})", hint=HINT)  # fmt: skip
