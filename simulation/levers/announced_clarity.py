"""A promise made clear to everybody (size: clarity reached, 0 to 1): the class of the levers that announce one."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import Context, LeverRule, Quantity
from simulation.state.entities import NOT_MOVED, Bool, Float
from simulation.state.policy import CAPITAL, Lever


class AnnouncedClarity(LeverRule):
    """Raises an announced clarity at every site. Paid is each household, as its case becomes clear.

    What a household makes of it depends on how much of it is believed (simulation/rules/choice.py).
    """

    trial_size = 1.0

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        self.before = 0.0
        """Clarity before the lever's first month, mean over the sites, 0 to 1."""
        self.risen = 0.0
        """By how much the lever itself has raised it so far."""
        self.paid = 0.0
        """Share of the unclear cases that has been paid for."""

    def clarity(self) -> Float:
        """Return the column of the sites that is raised, shape (n_sites,)."""
        raise NotImplementedError

    def concerned(self) -> Bool:
        """Return which households have a case, shape (n_households,)."""
        return np.ones(self.state.households.key.size, dtype=np.bool_)

    def need(self) -> Float:
        """Return households, shape (n_sites,)."""
        return self.by_site(self.state.households.members > 0)

    def plan(self) -> None:
        """Keep how clear things are before the first month."""
        self.before = float(self.clarity().mean())

    def open(self, month: int) -> None:
        """Raise the clarity as the lever phases in."""
        clarity, reached = self.clarity(), self.lever.reached(month)
        before = float(clarity.mean())
        clarity[clarity < reached] = reached
        self.risen += float(clarity.mean()) - before

    def quantities(self, month: int) -> list[Quantity]:
        """Return the households whose case became clear: the step of the month in the share of unclear ones."""
        unclear = 1.0 - self.before
        settled = self.risen / unclear if unclear > 0.0 else 0.0
        step, self.paid = settled - self.paid, settled
        homes = self.state.households
        cases = (homes.state != NOT_MOVED) & (homes.members > 0) & self.concerned()
        return [Quantity(CAPITAL, "household", step * float(cases.sum()))]
