"""Which steps of a month are done together, in one pass over the blocks of households (passes.py)."""

from __future__ import annotations

import numpy as np

from simulation.foundations.months import DECEMBER, MONTHS_PER_YEAR
from simulation.levers.levers import Levers
from simulation.passes import SCHOOLING, Blocks, block_bounds, go_through, placed
from simulation.rules.year_rows import YearRows, rows_of_year
from simulation.scratch import Work, work_arrays
from simulation.series import Series
from simulation.state.entities import State
from simulation.state.fixed import Fixed
from simulation.state.parameters import Parameters
from simulation.state.policy import PolicyNow

HOUSEHOLDS_PER_BLOCK = 1000
"""A block ends with the first site at which it has so many: with their persons some 600 KB, a part of the processor's
second-level cache.
"""


class InBlocks:
    """The state of a city, and the steps that go through its households: each at once, or with those that follow it.

    Within a month a step of households waits until something of the whole city needs its result: a queue, a lever that
    looks at households, whoever reads `state`. All that wait are then done block by block. No number depends on it.
    """

    fuses = True
    """Whether steps wait for each other; else each goes through all households by itself."""
    households_per_block = HOUSEHOLDS_PER_BLOCK

    month: int
    months: int
    seed: int
    fixed: Fixed
    series: Series
    levers: Levers
    parameters: Parameters
    policy_now: PolicyNow
    work: Work
    _state: State
    _policy_before: PolicyNow
    _pays_otherwise = False
    _waiting = 0
    """Steps that wait, as bits."""
    _waits = False
    """Whether steps wait now."""

    def set_out(self, state: State, work: Work | None) -> None:
        """Begin with a state; work: arrays of another city, taken if they are large enough."""
        self._state = state
        enough = work is not None and work.lots.size >= state.persons.key.size
        self.work = work if work is not None and enough else work_arrays(state)
        self._years: dict[int, YearRows] = {}
        self._placed: dict[tuple[int, bool], Blocks] = {}
        self._keeps_years = False
        self._bounds, self._in_order = block_bounds(state.households, state.sites.unit.size, self.households_per_block)
        self.months_of_moves = frozenset(state.households.move_in_month.tolist())  # NEVER: when a lever says so

    def share_years(self, other: InBlocks) -> None:
        """Let a branch find out with this city, once, who comes of an age in which year: no lever changes that.

        A branch with rows of its own finds it out by itself.
        """
        same = other._state.persons.key.size == self._state.persons.key.size
        if same and other.households_per_block == self.households_per_block:
            other._years, other._placed = self._years, self._placed
            other._keeps_years = self._keeps_years = True

    def forget_year(self) -> None:
        """Forget the year's rows at its end, unless branches share them: a nation has no room for them."""
        if self.month % MONTHS_PER_YEAR == DECEMBER and not self._keeps_years:
            self._years.clear()
            self._placed.clear()

    @property
    def state(self) -> State:
        """The state after all steps so far."""
        if self._waiting:
            self.catch_up()
        return self._state

    @property
    def rows(self) -> YearRows:
        """The rows that this year's rules have to look at."""
        year = self.month // MONTHS_PER_YEAR
        if year not in self._years:
            self._years[year] = rows_of_year(self._state.persons, self._state.households, self.month)
        return self._years[year]

    def do(self, step: int) -> None:
        """Do a step (one of passes.STEPS): within a month together with those that follow it, at once otherwise."""
        if step <= self._waiting:  # a pass does its steps in their order
            self.catch_up()
        self._waiting |= step
        if not self._waits:
            self.catch_up()

    def catch_up(self) -> None:
        """Do the steps that wait."""
        steps, self._waiting = self._waiting, 0
        if steps & SCHOOLING and not self._in_order:  # a site's children are in several blocks
            for some in (steps & (SCHOOLING - 1), SCHOOLING, steps & ~(2 * SCHOOLING - 1)):
                self._pass(some, whole=some == SCHOOLING)
        else:
            self._pass(steps)

    def levers_may_look(self, *methods: str) -> None:
        """Catch up where a lever does something of its own in one of these methods: it may look at households."""
        if self._waiting and self.levers.act(self.month, methods):
            self.catch_up()

    def _pass(self, steps: int, whole: bool = False) -> None:
        """Go through the households once; whole: in one block."""
        if not steps:
            return
        month, rows, series, blocks = self.month, self.rows, self.series, self._blocks(whole)
        known = min(month, self.months - 1)  # a step may be called for by itself after the last month
        p, before = self.numbers_of(known), self.numbers_of(max(0, known - 1))
        go_through(
            steps, self.seed, month, blocks, rows.labour, rows.school, rows.pupils,
            rows.ageing[month % MONTHS_PER_YEAR], self._state, p, before.income, series.offered(p.jobs, known),
            series.changes(known, p), self._policy_before, self.policy_now, self._pays_otherwise, self.work,
        )  # fmt: skip

    def numbers_of(self, month: int) -> Parameters:
        """Return the parameters with the wages of a month, and with what levers change of them."""
        return self.levers.numbers(month, self.series.numbers(self.parameters, month))

    def _blocks(self, whole: bool) -> Blocks:
        """Return the blocks with where their persons stand in the rows of the year."""
        of = self.month // MONTHS_PER_YEAR, whole
        if of not in self._placed:
            n, sites = self._state.households.key.size, self._state.sites.unit.size
            bounds = (np.array([0, n]), np.array([0, sites])) if whole else self._bounds
            self._placed[of] = placed(bounds, self.rows, self._state.households)
        return self._placed[of]
