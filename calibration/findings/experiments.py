"""Findings of the report that no single run shows: what would be otherwise if one thing were otherwise.

Each is a formula over two branches of one history that differ in one thing from January 2020 on. They share every month
before and all random numbers after, so that nothing but that thing sets them apart. No effect is put in:
posts, seats, clarity of title or money change, and what households and workers make of it is counted.

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

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from calibration.fitting.history import Setting
from scenarios.report.formulas import formula_value
from scenarios.report.patterns import EXPERIMENT, Pattern
from scenarios.settings.config import compose_run
from scenarios.settings.parameter_values import with_values
from simulation.city import City, Given
from simulation.foundations.months import MONTHS_PER_YEAR, NEVER, POLICY_MONTH
from simulation.records.indicators import COLUMN, GROUPS
from simulation.records.records import Records
from simulation.rules.labour import leave_work
from simulation.state.entities import (
    NEARBY_OWN,
    NEARBY_PUBLIC,
    OWN_BUSINESS,
    STATES,
    WORKSHOP,
    Float,
)
from simulation.state.policy import (
    BASELINE,
    CAPITAL,
    Lever,
    Policy,
)

INDUSTRY = (WORKSHOP, NEARBY_PUBLIC, NEARBY_OWN, OWN_BUSINESS)
"""Channels of the posts that local industry and trade offer."""
RETURNS = tuple(f"moves_{state}_to_returned" for state in STATES[1:] if state != "returned")
WITH_CHILDREN = GROUPS.index("with_school_age")


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


def run_experiments(setting: Setting, pulled: Pulled, values: Mapping[str, float], seed: int) -> dict[str, float]:
    """Return every experiment's value by its pattern's id, from one history with `values` and `seed`.

    values: parameters by 'process.name'. Raises ValueError as experiment_values does.
    """
    months = max(pattern.month for pattern in experiments(setting.patterns)) + 1
    return experiment_values(city_before_policy(setting, values, seed, months), pulled, setting.patterns)


def city_before_policy(setting: Setting, values: Mapping[str, float], seed: int, months: int) -> City:
    """Return a city that stands before January 2020 and may go on to `months`, counted from January 2016.

    Its past is that of `history.history_of`, whose cities end at the report date and cannot go on.
    """
    city = City()
    city.begin(Given(setting.population, with_values(setting.base, dict(values)), seed, months), BASELINE)
    while city.month < POLICY_MONTH:
        city.advance()
    return city


def experiment_values(city: City, pulled: Pulled, patterns: Mapping[str, Pattern]) -> dict[str, float]:
    """Return the value of every experiment in `patterns` by id; NaN where there is nothing to divide by.

    city: stands before January 2020; it is left as it is. Raises ValueError for a city that stands elsewhere, for a
    pattern's month that it does not reach or has behind it, and, naming the pattern, for a formula that cannot be
    worked out.
    """
    stated = experiments(patterns)
    months = [pattern.month for pattern in stated]
    if city.month != POLICY_MONTH or min(months) < POLICY_MONTH or max(months) >= city.months:
        found = f"it stands before month {city.month} of {city.months}"
        asked = f"before month {POLICY_MONTH}, and the patterns' months {min(months)} to {max(months)} to come"
        raise ValueError(f"experiments cannot be run on this city: {found}; asked for is {asked}")
    branches = branched(city, pulled)
    values = {}
    for pattern in stated:
        try:
            values[pattern.id] = formula_value(pattern.indicator, quantities(branches, pattern.month))
        except ValueError as error:
            raise ValueError(f"pattern {pattern.id!r} of patterns.csv cannot be measured: {error}") from None
    return values


def experiments(patterns: Mapping[str, Pattern]) -> list[Pattern]:
    """Return the patterns that are experiments; raises ValueError if there is none."""
    stated = [pattern for pattern in patterns.values() if pattern.kind == EXPERIMENT]
    if not stated:
        raise ValueError(f"patterns.csv has no row of kind {EXPERIMENT!r}")
    return stated


def quantities(branches: Branches, month: int) -> dict[str, float]:
    """Return all that experiments' formulas name, in `month` or from the first month of the branches to it.

    persons_resident_*: persons; return_hazard_*: moves back a month and household that has not moved back, mean over
    months; unsettled_*: share at both ends or returned of households with school-age children; investment_gini_*: over
    sites, of yuan a registered person; employment_per_trainee_*: employed beyond the baseline over courses so far, in
    the year that ends with `month`. Besides, for reading them, unseated_*: share of school-age children without a seat
    in reach of their site.
    """
    base, first = branches.baseline, branches.first
    persons = base.sums[month, len(GROUPS) :, COLUMN["persons"]]
    return {
        "persons_resident_baseline": base.value("persons_resident", month=month),
        "persons_resident_without_local_posts": branches.without_local_posts.value("persons_resident", month=month),
        "return_hazard_baseline": return_hazard(base, first, month),
        "return_hazard_with_clear_title": return_hazard(branches.clear_title, first, month),
        "unsettled_baseline": unsettled(base, month),
        "unsettled_with_more_unseated": unsettled(branches.more_unseated, month),
        "unseated_baseline": unseated(base, month),
        "unseated_with_more_unseated": unseated(branches.more_unseated, month),
        "investment_gini_showcase": gini_per_person(branches.investment_showcase, persons),
        "investment_gini_need": gini_per_person(branches.investment_need, persons),
        "employment_per_trainee_targeted": employment_per_trainee(branches.targeted, base, month),
        "employment_per_trainee_untargeted": employment_per_trainee(branches.untargeted, base, month),
    }


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


def return_hazard(records: Records, first: int, last: int) -> float:
    """Return the monthly probability that a household moves back, mean over months `first` to `last`.

    At risk in a month are the households that had a flat at the end of the month before and had not moved back.
    """
    moves = np.sum([_column(records, name)[first : last + 1] for name in RETURNS], axis=0)
    at_risk = (_column(records, "households") - _column(records, "households_returned"))[first - 1 : last]
    return float(np.mean([_ratio(float(n), float(of)) for n, of in zip(moves, at_risk, strict=True)]))


def unsettled(records: Records, month: int) -> float:
    """Return the share of households with school-age children that live at both ends or have moved back."""
    found = [records.value(f"households_{state}", WITH_CHILDREN, month) for state in ("both_ends", "returned")]
    return _ratio(sum(found), records.value("households", WITH_CHILDREN, month))


def unseated(records: Records, month: int) -> float:
    """Return the share of school-age children, wherever they live, that have no seat in reach of their site."""
    children = records.value("school_age_children", month=month)
    return _ratio(children - records.value("children_seated", month=month), children)


def employment_per_trainee(courses: Courses, baseline: Records, month: int) -> float:
    """Return employed persons beyond the baseline over the courses that the lever has given so far.

    Both are means over the twelve months that end with `month`: the gain is about one in a hundred of those employed,
    and chance moves it from month to month.
    """
    year = slice(max(0, month + 1 - MONTHS_PER_YEAR), month + 1)
    gain = _column(courses.records, "employed")[year] - _column(baseline, "employed")[year]
    return _ratio(float(gain.sum()), float(np.cumsum(courses.taken)[year].sum()))


def gini_per_person(investment: Float, persons: Float) -> float:
    """Return the Gini coefficient over sites of investment per person; NaN if there is none.

    G = sum over i, j of |x_i - x_j| / (2 n^2 mean x), from 0, the same everywhere, to 1 - 1/n, all at one site. Each
    site counts once, those without persons not. By persons, how few workshops there are would tell more than the rule:
    four sites in five get none by either. investment, persons: shape (n_sites,).
    """
    x = investment[persons > 0] / persons[persons > 0]
    return _ratio(float(np.abs(x[:, None] - x).sum()), 2.0 * x.size * float(x.sum()))


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


def _column(records: Records, name: str) -> Float:
    """Return a sum of the whole city by month, shape (n_months,)."""
    return np.asarray(records.sums[:, 0, COLUMN[name]])


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan
