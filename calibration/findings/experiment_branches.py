"""Branches of one history that differ in one thing from January 2020 on: what is changed, and why in this way.

without_local_posts   every post at and near the sites closes but the public-welfare posts, which no industry offers.
better_local_pay      the same posts pay half as much again, those that are held too.
clear_title           title is clear everywhere. Not by the lever: it would come in steps, and be announced.
clear_rights          what becomes of land, wood and homestead at the origin is clear everywhere.
clear_rules           both are, and every household knows it: nothing is left to be distrusted.
without_schools       every school at the sites closes with the school year of 2020. If only those under construction
                      stayed shut, the sign would hang on few children.
without_old_houses    no old house stands, joint ones included.
without_land          nobody has land at the origin to farm or let.
targeted, untargeted  the courses of the scenario, by fit to open posts and for whoever is at home.
more_seen_away        people see ten points more of their site's labour away than the baseline has, month by month: what
                      they themselves do does not come back to them, as in the estimate that it is held against (M01).

No branch makes a household review by itself, but who loses a post does, as whoever loses one.
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
from simulation.state.entities import (
    AWAY,
    NEARBY_OWN,
    NEARBY_PUBLIC,
    OWN_BUSINESS,
    RETURNED,
    WORKSHOP,
    Bool,
    Float,
)
from simulation.state.policy import BASELINE, Lever, Policy

INDUSTRY = (WORKSHOP, NEARBY_PUBLIC, NEARBY_OWN, OWN_BUSINESS)
"""Channels of the posts that local industry and trade offer."""
LOCAL_WAGES = ("wage_workshop_yuan", "wage_nearby_yuan", "wage_business_yuan")
"""Parameters that say what these posts pay."""
PAY_RISE = 1.5
MORE_AWAY = 0.10
"""Ten points of a site's labour: what M01 is stated for."""


class Branch(NamedTuple):
    """What a branch left, besides its records by month, shape (n_months,), 0 before the branching.

    courses: those that a lever gave in the month; local_yuan: wages of all posts that are not away, yuan a month;
    members_returned: persons of households that have moved back; nobody_home: households that are away because every
    member works or studies elsewhere, which nobody has chosen; away_share: of a site's labour, (n_months, n_sites).
    """

    records: Records
    courses: Float
    local_yuan: Float
    members_returned: Float
    nobody_home: Float
    away_share: Float


class Branches(NamedTuple):
    """What the branches of one history left.

    first: the month of the branching; with_old_house, with_land: households that had one, or some, just before.
    """

    first: int
    with_old_house: int
    with_land: int
    baseline: Branch
    without_local_posts: Branch
    better_local_pay: Branch
    clear_title: Branch
    clear_rights: Branch
    clear_rules: Branch
    without_schools: Branch
    without_old_houses: Branch
    without_land: Branch
    targeted: Branch
    untargeted: Branch
    more_seen_away: Branch

    def by_name(self) -> dict[str, Branch]:
        """Return the branches alone, by name."""
        return {name: part for name, part in self._asdict().items() if isinstance(part, Branch)}


def pulled_lever() -> Lever:
    """Return the lever that experiments pull: that of the scenario targeted_training in conf/."""
    return compose_run(["scenario=targeted_training"]).policy.levers["targeted_training"]


def branched(city: City, courses: Lever) -> Branches:
    """Return what the branches of `city` leave, each from its present month to its end; the city is left as it is."""
    homes = city.state.households
    lives = (homes.members > 0) & homes.flat_kept & (homes.move_in_month < city.month)
    baseline = run_on(city.branch(BASELINE))
    return Branches(
        first=city.month,
        with_old_house=int((lives & homes.house).sum()),
        with_land=int((lives & (homes.land_mu + homes.rented_mu > 0.0)).sum()),
        baseline=baseline,
        without_local_posts=otherwise(city, close_local_posts),
        better_local_pay=otherwise(city, raise_local_pay),
        clear_title=otherwise(city, clear_titles),
        clear_rights=otherwise(city, clear_rights),
        clear_rules=otherwise(city, clear_rules),
        without_schools=otherwise(city, close_schools),
        without_old_houses=otherwise(city, demolish_old_houses),
        without_land=otherwise(city, take_land),
        targeted=_trained(city, courses, 1.0),
        untargeted=_trained(city, courses, 0.0),
        more_seen_away=run_on(city.branch(BASELINE), np.minimum(1.0, baseline.away_share + MORE_AWAY)),
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
    posts.capacity[industry(city)] = 0
    persons, households = city.state.persons, city.state.households
    holders = np.flatnonzero(in_industry(city))
    leave: Any = getattr(leave_work, "py_func", leave_work)  # some thousands: not worth compiling for
    for i in holders:
        leave(persons, i, posts)
    of = persons.household[holders]
    np.subtract.at(households.employed, of, 1)
    households.review_due[of], households.changed[of] = 1, True


def raise_local_pay(city: City) -> None:
    """Let every post of `INDUSTRY` in a branch pay PAY_RISE times as much, for who holds one and who is offered one.

    The parameters say so too: fairs, and whoever works out a month's wages, take them from there.
    """
    jobs = city.parameters.jobs
    raised = {name: PAY_RISE * getattr(jobs, name) for name in LOCAL_WAGES}
    city.parameters = city.parameters._replace(jobs=jobs._replace(**raised))
    persons, held = city.state.persons, in_industry(city)
    city.state.posts.wage_yuan[industry(city)] *= PAY_RISE
    persons.wage_yuan[held] *= PAY_RISE
    city.state.households.changed[persons.household[held]] = True


def industry(city: City) -> Bool:
    """Return which pools of posts are of `INDUSTRY`, shape (n_pools,)."""
    return np.asarray(np.isin(city.state.posts.channel, INDUSTRY))


def in_industry(city: City) -> Bool:
    """Return who holds a post of `INDUSTRY`, shape (n_persons,)."""
    post = city.state.persons.post
    return np.asarray((post >= 0) & industry(city)[post])


def clear_titles(city: City) -> None:
    """Announce full clarity of title at every site of a branch; nobody reviews for that alone."""
    city.state.sites.title_clarity[:] = 1.0


def clear_rights(city: City) -> None:
    """Announce full clarity of rights at the origin at every site of a branch."""
    city.state.sites.rights_clarity[:] = 1.0


def clear_rules(city: City) -> None:
    """Make title and rights clear, and let every household know it."""
    clear_titles(city)
    clear_rights(city)
    city.state.households.knowledge[:] = 1.0


def close_schools(city: City) -> None:
    """Close every school at the sites of a branch for good, from September on, when seats are counted anew."""
    city.school_openings[:] = NEVER


def demolish_old_houses(city: City) -> None:
    """Take down every old house of a branch."""
    city.state.households.house[:] = False


def take_land(city: City) -> None:
    """Leave nobody in a branch any land at the origin, farmed or let."""
    households = city.state.households
    households.land_mu[:] = households.rented_mu[:] = 0.0
    households.recounted[:] = True  # their income is worked out anew


def otherwise(city: City, change: Callable[[City], None]) -> Branch:
    """Return what a branch of `city` leaves that is changed and run to its end."""
    branch = city.branch(BASELINE)
    change(branch)
    return run_on(branch)


def run_on(city: City, seen: Float | None = None) -> Branch:
    """Run a branch to its end. seen: share of labour away that its sites see, (n_months, n_sites); None: their own."""
    courses, local_yuan, members_returned, nobody_home = np.zeros((4, city.months))
    away_share = np.zeros((city.months, city.state.sites.unit.size))
    left = Branch(city.records, courses, local_yuan, members_returned, nobody_home, away_share)
    homes, sites = city.state.households, city.state.sites
    left.away_share[city.month - 1] = sites.away_share
    while city.month < city.months:
        if seen is not None:
            sites.away_share[:] = seen[city.month - 1]
        city.advance()
        month = city.month - 1
        left.courses[month] = city.levers.trained_now
        left.local_yuan[month] = homes.local_wages_yuan.sum() + homes.unit_wages_yuan.sum()
        left.members_returned[month] = homes.members[homes.state == RETURNED].sum(dtype=np.int64)
        left.nobody_home[month] = ((homes.state == AWAY) & (homes.members > 0) & (homes.at_home == 0)).sum()
        left.away_share[month] = sites.away_share
    return left


def _trained(city: City, lever: Lever, targeted: float) -> Branch:
    branch = city.branch(Policy({lever.name: replace(lever, settings={**lever.settings, "targeted": targeted})}))
    return run_on(branch)
