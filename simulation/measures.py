"""The measures that were really taken after 2019, for the future `as_it_happened`.

They are pulled through the rules of the levers, or written into the columns that those write, so that a measure of the
past and one of a scenario are the same thing: clarity of title, public posts, workshops with an opening month, missing
schools with one. They differ in three ways. Their size follows a dated series instead of a phase-in; they are spread
over the sites by size, so that a branch plans them as its trunk did; and they cost nothing in the ledger, which holds
what a scenario adds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.foundations.months import NEVER
from simulation.levers.base import Context
from simulation.levers.levers import Levers
from simulation.levers.school_gap import NO_PROJECT, NOT_STARTED
from simulation.levers.workshops import sites_in_turn
from simulation.state.entities import Int16, State
from simulation.state.fixed import Fixed
from simulation.state.future import SERIES, Factors
from simulation.state.parameters import JobsParameters
from simulation.state.policy import Lever, Policy
from simulation.state.pools import with_workshops
from simulation.state.population import Population

MEASURE_WORKSHOPS = 500_000
"""Keys of workshops that were really added lie this far above those of a lever's (pools.py)."""
BY_SIZE = "size"


@dataclass(frozen=True)
class Measure(Lever):
    """A lever whose reached share of its size is a series by month, `path`, instead of a phase-in."""

    path: tuple[float, ...] = ()

    def phase(self, month: int) -> float:
        """Return the share of the size reached in `month`."""
        return self.path[min(month, len(self.path) - 1)] if month >= 0 else 0.0


def begin_measures(factors: Factors, fixed: Fixed, context: Context) -> Levers:
    """Return the rules of the measures that have rules of their own, title and public posts, planned by size."""
    title = _measure("housing_title", 1.0, factors.title)
    now = float(fixed.public_site[:, 1].sum())
    most = max(factors.public_posts, default=1.0)
    more = round(now * (most - 1.0))
    shares = tuple((factor - 1.0) / (most - 1.0) for factor in factors.public_posts) if more else ()
    posts = _measure("public_posts", float(more), shares)
    rules = Levers(Policy({each.name: each for each in (title, posts) if each is not None}), context)
    for rule in rules.acting.values():
        rule.plan()
    return rules


def _measure(name: str, size: float, path: tuple[float, ...]) -> Measure | None:
    """Return a measure from its first month on; None for one that is never taken."""
    first = next((month for month, share in enumerate(path) if share > 0.0), None)
    if first is None or size <= 0.0:
        return None
    return Measure(name, size, first, 1, BY_SIZE, {}, (), path=path)


def with_workshops_built(
    state: State, population: Population, factors: Factors, jobs: JobsParameters, copy: int
) -> State:
    """Return the state with the workshops that were really added, each with its site and opening month.

    As many as the series says of those of the population, of their mean size; one by one to the site with the most
    households per workshop.
    """
    own = len(population.workshops)
    base = SERIES["workshops"].base
    built = [int(own * (factor - base) + 1e-9) for factor in factors.workshops]
    added = max(built, default=0)
    if added == 0:
        return state
    posts_each = round(float(population.workshops["posts"].mean()))
    posts, workshops = with_workshops(state.posts, state.workshops, np.full(added, posts_each), jobs, copy)
    workshops.key[-added:] += MEASURE_WORKSHOPS
    weights = np.asarray(state.sites.households, dtype=np.float64)
    posts.site[-added:] = sites_in_turn(added, weights)
    workshops.open_month[-added:] = [next(m for m, n in enumerate(built) if n > w) for w in range(added)]
    return state._replace(posts=posts, workshops=workshops)


def open_missing_schools(openings: Int16, factors: Factors, fixed: Fixed, state: State) -> None:
    """Write the opening months of missing schools that were really built: projects first, then by size of the site."""
    status = np.array(fixed.school_status, dtype=object)
    missing = np.flatnonzero((status == NOT_STARTED) | (status == NO_PROJECT))
    weights = state.sites.households[fixed.school_site[missing]]
    order = np.lexsort((-weights.astype(np.int64), status[missing] != NOT_STARTED))
    for rank, school in enumerate(missing[order]):
        opens = next((m for m, share in enumerate(factors.seats) if round(share * missing.size) > rank), NEVER)
        openings[school] = min(int(openings[school]), opens)
