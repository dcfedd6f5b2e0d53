"""Findings of the report that no single run shows: what would be otherwise if one thing were otherwise.

Each is a formula over two branches of one history that differ in one thing from January 2020 on
(experiment_branches.py). They share every month before and all random numbers after, so that nothing but that thing
sets them apart. No effect is put in: posts, seats, clarity of title or money change, and what households and workers
make of it is counted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from calibration.findings.experiment_branches import Branches, Courses, Pulled, branched
from calibration.fitting.history import Setting
from scenarios.report.formulas import formula_value
from scenarios.report.patterns import EXPERIMENT, Pattern
from scenarios.settings.parameter_values import with_values
from simulation.city import City, Given
from simulation.foundations.months import MONTHS_PER_YEAR, POLICY_MONTH
from simulation.records.indicators import COLUMN, GROUPS
from simulation.records.records import Records
from simulation.state.entities import STATES, Float
from simulation.state.policy import BASELINE

RETURNS = tuple(f"moves_{state}_to_returned" for state in STATES[1:] if state != "returned")
WITH_CHILDREN = GROUPS.index("with_school_age")


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
        stands = f"it stands before month {city.month} of {city.months}"
        allowed = f"before month {POLICY_MONTH}, and the patterns' months {min(months)} to {max(months)} to come"
        raise ValueError(f"experiments cannot be run on this city: {stands}; asked for is {allowed}")
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


def return_hazard(records: Records, first: int, last: int) -> float:
    """Return the monthly probability that a household moves back, mean over months `first` to `last`.

    At risk in a month are the households that had a flat at the end of the month before and had not moved back.
    """
    moves = np.sum([_column(records, name)[first : last + 1] for name in RETURNS], axis=0)
    at_risk = (_column(records, "households") - _column(records, "households_returned"))[first - 1 : last]
    return float(np.mean([_ratio(float(n), float(of)) for n, of in zip(moves, at_risk, strict=True)]))


def unsettled(records: Records, month: int) -> float:
    """Return the share of households with school-age children that live at both ends or have moved back."""
    households = [records.value(f"households_{state}", WITH_CHILDREN, month) for state in ("both_ends", "returned")]
    return _ratio(sum(households), records.value("households", WITH_CHILDREN, month))


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


def _column(records: Records, name: str) -> Float:
    """Return a sum of the whole city by month, shape (n_months,)."""
    return np.asarray(records.sums[:, 0, COLUMN[name]])


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan
