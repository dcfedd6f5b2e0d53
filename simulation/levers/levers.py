"""The levers of one policy in one city: each is asked in its turn of the month; what it did goes into the ledger.

In its first month a lever is spread over the sites from the state that all scenarios share until then; after that it
only opens what was planned. The month calls the methods here and knows no lever by name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from simulation.levers.base import Context, LeverRule
from simulation.levers.catalogue import lever_names, rule_of
from simulation.levers.ledger import Entry, entries, money_frame
from simulation.state.entities import Float, Int64, State, UInt32, UInt64
from simulation.state.parameters import Parameters
from simulation.state.policy import Lever, Policy, PolicyNow

LIFETIME = "lifetime_years"
"""Setting of a lever whose capital lasts for years."""


def with_rows_of_levers(
    policy: Policy,
    state: State,
    parameters: Parameters,
    copy: int,
    begun: Collection[str] = (),
    with_households: Callable[[State, Int64], State] | None = None,
    waiting: Collection[str] = (),
) -> State:
    """Return the state with the rows that the policy's levers will fill later.

    copy: which copy of its population the city is; begun: levers whose rows are there already; with_households: returns
    a state with further households that are like those in some rows (simulation/initial.py); waiting: levers that have
    not begun and whose households are there already.
    """
    for lever in policy.levers.values():
        if lever.name in begun:
            continue
        rule = rule_of(lever.name)
        state = rule.extended(lever, state, parameters, copy)
        like = rule.further(lever, state)
        if like.size and with_households is not None and lever.name not in waiting:
            state = with_households(state, like)
    return state


class Levers:
    """The levers that a policy pulls (`acting`, by name) and what they have cost so far (`ledger`)."""

    def __init__(self, policy: Policy, context: Context, past: Levers | None = None, month: int = 0) -> None:
        """Prepare the levers of `policy`; their plans over sites are made in their first months.

        past: levers of a city that this one shares the months before `month` with: those that have begun go on.
        """
        begun = {} if past is None else {rule.name: rule for rule in past.begun(month)}
        self.acting = {
            name: begun[name].gone_on(context) if name in begun else rule_of(name)(lever, context)
            for name, lever in sorted(policy.levers.items(), key=lambda item: lever_names().index(item[0]))
        }
        self.ledger: list[Entry] = [] if past is None else [entry for entry in past.ledger if entry.lever in begun]
        self.trained_now = 0
        self.state = context.state
        self._numbers: tuple[Parameters, tuple[tuple[str, float], ...], Parameters] | None = None

    def need(self, name: str) -> Float:
        """Return the need of each site for a lever, which targeting by need goes by, shape (n_sites,)."""
        return self.acting[name].need()

    def announce(self, month: int) -> PolicyNow:
        """Return what compiled rules need to know of the month's policy."""
        now = PolicyNow(0.0, 0.0)
        for rule in self._begun(month):
            now = rule.announce(month, now)
        return now

    def numbers(self, month: int, p: Parameters) -> Parameters:
        """Return the month's numbers `p` with what the levers change; the same object while that is the same."""
        changing = [rule for rule in self._begun(month) if rule.changes_numbers]
        if not changing:
            return p
        reached = tuple((rule.name, rule.lever.phase(month)) for rule in changing)
        kept = self._numbers
        if kept is None or kept[0] is not p or kept[1] != reached:
            changed = p
            for rule in changing:
                changed = rule.numbers(month, changed)
            kept = self._numbers = p, reached, changed
        return kept[2]

    def pay_otherwise(self, month: int) -> bool:
        """Return whether households live on something else than last month by a lever alone (changes_incomes)."""
        return any(
            rule.lever.reached(month) != rule.lever.reached(month - 1)
            for rule in self._begun(month)
            if rule.changes_incomes
        )

    def pull(self, month: int) -> None:
        """Plan the levers that start in `month`, and open what is due."""
        sites = self.state.sites
        sites.upkeep_yuan[:] = sites.dividend_yuan[:] = 0.0  # what several levers pay for is added up anew
        begun = self._begun(month)
        for rule in begun:
            if month == rule.lever.start_month:
                rule.plan()
        for rule in begun:
            rule.open(month)

    def add_posts(self, month: int) -> None:
        """Add the levers' posts to those that the month has counted."""
        for rule in self._begun(month):
            rule.add_posts(month)

    def train(self, month: int, labour_rows: UInt32, trainees: UInt32, lots: UInt64) -> int:
        """Give the levers' courses; return how many persons were trained (see LeverRule.train)."""
        self.trained_now = sum(rule.train(month, labour_rows, trainees, lots) for rule in self._begun(month))
        return self.trained_now

    def offer(self, month: int, now: PolicyNow) -> None:
        """Let households take up what the levers offer them."""
        for rule in self._begun(month):
            rule.offer(month, now)

    def pay(self, month: int) -> None:
        """Enter the month's public money into the ledger."""
        for rule in self._begun(month):
            self.ledger += entries(rule.lever, month, rule.quantities(month))

    def money_frame(self) -> pd.DataFrame:
        """Return the ledger: month (YYYY-MM), lever, kind, yuan, used_up_yuan."""
        settings = {name: rule.lever.settings for name, rule in self.acting.items()}
        return money_frame(self.ledger, {name: own.get(LIFETIME, 0.0) for name, own in settings.items()})

    def act(self, month: int, methods: Collection[str]) -> bool:
        """Return whether a lever that has begun does something of its own in one of these methods of LeverRule."""
        return any(getattr(type(rule), name) is not getattr(LeverRule, name)
                   for rule in self._begun(month) for name in methods)  # fmt: skip

    def brings_the_same(self, lever: Lever) -> bool:
        """Return whether a lever of this name would bring the households that this policy's lever brings."""
        own, rule = self.acting[lever.name].lever, rule_of(lever.name)
        return np.array_equal(rule.further(own, self.state), rule.further(lever, self.state))

    def begun(self, month: int) -> list[LeverRule]:
        """Return the levers whose first month lies before `month`."""
        return [rule for rule in self.acting.values() if rule.lever.start_month < month]

    def _begun(self, month: int) -> list[LeverRule]:
        return self.begun(month + 1)
