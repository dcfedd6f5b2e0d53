"""Which runs of a plan are there, which somebody is at, and which are left to make."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scenarios.sweep.plan.plan import Plan, Whole
from scenarios.sweep.store.claims import Claim, read_claims
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.store.parts import Flags, Present

Living = Callable[[Claim], list[int]]
"""Returns the numbers of the chunks of a claim that somebody is at or will be."""


class Standing(NamedTuple):
    """How far a sweep is. Runs are those that are made: points that share an identity count once.

    order: numbers of all runs in the order in which they share histories; done, failed, live: of each, failed ones are
    done, too.
    """

    order: Whole
    done: Flags
    failed: Flags
    live: Flags

    @property
    def remaining(self) -> Whole:
        """The numbers of runs that nobody has made and nobody is at."""
        return self.order[~self.done & ~self.live]


class Runs:
    """The runs of a plan in its folder; asks parts and claims anew each time."""

    def __init__(
        self, plan: Plan, folder: SweepFolder, retry_failed: bool = False, forgiven: Collection[str] = ()
    ) -> None:
        """retry_failed: runs that failed before now count as not done; forgiven: those of these parts alone do."""
        self.plan, self.folder = plan, folder
        self.order = plan.numbers()
        self.present = Present(folder.parts)
        self._place = np.full(len(plan.points.run_as) * plan.n_seeds, -1, dtype=np.int64)
        self._place[self.order] = np.arange(self.order.size)
        self.forgiven = set(forgiven)
        if retry_failed:
            self.forgiven |= {path.name for path, _, _, failed in self.present.rows() if failed.any()}
        self._seen: dict[str, tuple[Whole, Flags]] = {}

    def standing(self, living: Living) -> Standing:
        """Return how far the sweep is.

        Claims are asked before parts are read: whoever ends in between has written everything by then.
        """
        live, already = np.zeros(self.order.size, dtype=bool), self.done()[0]
        for claim in read_claims(self.folder.claims):
            if claim.ended:
                continue
            held = [self.places(*chunk) for chunk in claim.chunks()]
            if all(already[places].all() for places in held):
                continue  # nobody need be asked about it
            for chunk in living(claim):
                live[held[chunk]] = True
        done, failed = self.done()
        return Standing(self.order, done, failed, live & ~done)

    def done(self) -> tuple[Flags, Flags]:
        """Return which runs are made, and which of them failed."""
        done, failed = np.zeros(self.order.size, dtype=bool), np.zeros(self.order.size, dtype=bool)
        for path, ids, seeds, bad in self.present.rows():
            if path.name not in self._seen:
                number = self.plan.find(ids, seeds)
                self._seen[path.name] = self._place[number[number >= 0]], bad[number >= 0]
            places, raised = self._seen[path.name]
            done[places[~raised]] = True
            if path.name not in self.forgiven:
                failed[places[raised]] = True
        failed &= ~done  # made after all by a later attempt
        return done | failed, failed

    def places(self, ids: npt.NDArray[np.uint64], seeds: Whole) -> Whole:
        """Return where runs stand in `order`; those that are not planned are left out."""
        number = self.plan.find(ids, seeds)
        return self._place[number[number >= 0]]

    def keys(self, numbers: Whole) -> tuple[npt.NDArray[np.uint64], Whole]:
        """Return identities and seeds of run numbers."""
        point, position = numbers // self.plan.n_seeds, numbers % self.plan.n_seeds
        return self.plan.points.ids[point], self.plan.seeds[point, position]
