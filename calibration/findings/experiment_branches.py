"""Branches of one history that differ in one thing: what each experiment changes, and why in this way.

weak_local_industry          every post at and near the sites closes but the public-welfare posts, which no industry
offers. Holders lose them in January, as those of a closed workshop do: the model has
no slower way, and after five years it is all one.
unclear_title_returns        title is clear everywhere. Not by the lever housing_title: its announcement makes every
household review in the same month, and some then move back who would not have asked.
Over five years that outweighs, where title weighs little, what clarity itself does.
seat_gap_returns             every school at the sites closes with the school year of 2020. If only the schools
under construction stayed shut, less than a third as many children would be without
their seat, and the sign would hang more on chance.
showcase_concentration       the workshops of the scenario, by the rule for showcase sites and by need. Of what the
rules place, workshops alone are capital that goes to any site at one price, so that
both rules spend the same; schools differ in price, and are most missing at showcase
sites in any case. Bus lines and public-welfare posts are running costs.
training_reaches_dependants  the courses of the scenario, by fit to open posts and for whoever is at home.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from scenarios.settings.config import compose_run
from simulation.city import City
from simulation.foundations.months import NEVER
from simulation.records.records import Records
from simulation.rules.labour import leave_work
from simulation.state.entities import NEARBY_OWN, NEARBY_PUBLIC, OWN_BUSINESS, WORKSHOP, Float
from simulation.state.policy import BASELINE, CAPITAL, Lever, Policy

INDUSTRY = (WORKSHOP, NEARBY_PUBLIC, NEARBY_OWN, OWN_BUSINESS)
"""Channels of the posts that local industry and trade offer."""


class Pulled(NamedTuple):
    """The levers that experiments pull, as the scenarios of their names set them."""

    workshops: Lever
    training: Lever


class Courses(NamedTuple):
    """A branch with a training lever: its records, and the courses that the lever gave by month, shape (n_months,)."""

    records: Records
    taken: Float


class Branches(NamedTuple):
    """What the branches of one history left.

    first: the month of the branching; investment_showcase, investment_need: yuan by site, shape (n_sites,).
    """

    first: int
    baseline: Records
    without_local_posts: Records
    clear_title: Records
    more_unseated: Records
    targeted: Courses
    untargeted: Courses
    investment_showcase: Float
    investment_need: Float


def pulled_levers() -> Pulled:
    """Return the levers of the scenarios workshops and targeted_training in conf/."""
    of = {name: compose_run([f"scenario={name}"]).policy.levers[name] for name in ("workshops", "targeted_training")}
    return Pulled(of["workshops"], of["targeted_training"])


def branched(city: City, pulled: Pulled) -> Branches:
    """Return what the branches of `city` leave, each from its present month to its end; the city is left as it is.

    The two that differ in where workshops go end when the last is open, because nothing is spent after that.
    """
    return Branches(
        first=city.month,
        baseline=_run_on(city.branch(BASELINE)).records,
        without_local_posts=_otherwise(city, close_local_posts),
        clear_title=_otherwise(city, clear_titles),
        more_unseated=_otherwise(city, close_schools),
        targeted=_trained(city, pulled.training, 1.0),
        untargeted=_trained(city, pulled.training, 0.0),
        investment_showcase=_invested(city, replace(pulled.workshops, targeting="showcase")),
        investment_need=_invested(city, replace(pulled.workshops, targeting="need")),
    )


def close_local_posts(city: City) -> None:
    """Close every post of `INDUSTRY` in a branch for good; who holds one loses it.

    What opens posts each month is changed: the tables of full sites and units, which are the branch's own, and the
    opening months of workshops.
    """
    fixed, posts, workshops = city.fixed, city.state.posts, city.state.workshops
    city.fixed = fixed._replace(
        nearby_posts=np.zeros_like(fixed.nearby_posts),
        business_places=np.zeros_like(fixed.business_places),
        unit_posts=np.zeros_like(fixed.unit_posts),
    )
    workshops.open_month[:], workshops.running[:] = NEVER, False
    closed = np.isin(posts.channel, INDUSTRY)
    posts.capacity[closed] = posts.filled[closed] = 0
    persons, households = city.state.persons, city.state.households
    holders = np.flatnonzero((persons.post >= 0) & closed[persons.post])
    leave: Any = getattr(leave_work, "py_func", leave_work)  # uncompiled, the rule takes all of them at once
    leave(persons, holders)
    of = persons.household[holders]
    np.subtract.at(households.employed, of, 1)
    households.review_due[of], households.changed[of] = 1, True


def clear_titles(city: City) -> None:
    """Announce full clarity of title at every site of a branch; nobody reviews for that alone."""
    city.state.sites.title_clarity[:] = 1.0


def close_schools(city: City) -> None:
    """Close every school at the sites of a branch for good, from September on, when seats are counted anew."""
    city.school_openings[:] = NEVER


def _otherwise(city: City, change: Callable[[City], None]) -> Records:
    """Return the records of a branch of `city` that is changed and run to its end."""
    branch = city.branch(BASELINE)
    change(branch)
    return _run_on(branch).records


def _with_lever(city: City, lever: Lever) -> City:
    return city.branch(Policy({lever.name: lever}))


def _trained(city: City, lever: Lever, targeted: float) -> Courses:
    return _run_on(_with_lever(city, replace(lever, settings={**lever.settings, "targeted": targeted})))


def _run_on(city: City) -> Courses:
    """Run a branch to its end."""
    taken = np.zeros(city.months)
    while city.month < city.months:
        city.advance()
        taken[city.month - 1] = city.levers.trained_now
    return Courses(city.records, taken)


def _invested(city: City, lever: Lever) -> Float:
    """Return the capital that a workshop lever has spent by site when it is whole, yuan, shape (n_sites,)."""
    branch = _with_lever(city, lever)
    while branch.month < min(branch.months, lever.start_month + lever.phase_in_months):
        branch.advance()
    state, added = branch.state, len(branch.population.workshops)
    yuan = np.zeros(state.workshops.key.size - added)
    for cost in lever.costs:
        if cost.kind == CAPITAL:
            yuan += cost.yuan * (state.workshops.posts[added:] if cost.per == "post" else 1.0)
    yuan[state.workshops.open_month[added:] >= branch.month] = 0.0  # not open: nothing was spent
    site = state.posts.site[state.layout.workshops + added :]
    return np.bincount(site, weights=yuan, minlength=state.sites.unit.size).astype(np.float64)
