"""Findings that no single run shows: what would be otherwise if one thing were otherwise.

Each is a formula over two branches of one history that differ in one thing from January 2020 on
(experiment_branches.py). They share every month before and all random numbers after, so that nothing but that thing
sets them apart. No effect is put in: posts, seats, clarity of title or land change, and what households and workers
make of it is counted: households by where they live, or who works away. Each can fail: for each there is a point of the
prior at which it does (tests/calibration/findings/test_experiments_fail.py).

Bounds. The report gives causes in words. One rule turns them into numbers, as uncertain as `low_sd` says. What it calls
a cause among others, or says of some households (部分, 有的), moves one household in a hundred or more. What it calls
the main cause of poor occupancy (主要是) moves two and a half in a hundred: half of the gap of `occupancy_not_high`.
Bounds from next door have `ring` and `weight` in patterns.csv: where the estimate was made, and how far it carries.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from calibration.findings.experiment_branches import Branch, Branches, branched
from calibration.fitting.history import Setting
from scenarios.report.formulas import formula_value
from scenarios.report.patterns import EXPERIMENT, Pattern
from scenarios.settings.parameter_values import with_values
from simulation.city import City, Given
from simulation.foundations.months import MONTHS_PER_YEAR, POLICY_MONTH
from simulation.records.indicators import COLUMN, GROUPS
from simulation.records.records import Records
from simulation.state.entities import STATES, Float
from simulation.state.policy import BASELINE, Lever

RETURNS = tuple(f"moves_{state}_to_returned" for state in STATES[1:] if state != "returned")
WITH_CHILDREN = GROUPS.index("with_school_age")


def run_experiments(setting: Setting, courses: Lever, values: Mapping[str, float], seed: int) -> dict[str, float]:
    """Return every experiment's value by its pattern's id, from one history with `values` and `seed`.

    values: parameters by 'process.name'. Raises ValueError as experiment_values does.
    """
    months = max(pattern.month for pattern in experiments(setting.patterns)) + 1
    return experiment_values(city_before_policy(setting, values, seed, months), courses, setting.patterns)


def city_before_policy(setting: Setting, values: Mapping[str, float], seed: int, months: int) -> City:
    """Return a city that stands before January 2020 and may go on to `months`, counted from January 2016.

    Its past is that of `history.history_of`, whose cities end at the report date and cannot go on.
    """
    city = City()
    city.begin(Given(setting.population, with_values(setting.base, dict(values)), seed, months), BASELINE)
    while city.month < POLICY_MONTH:
        city.advance()
    return city


def experiment_values(city: City, courses: Lever, patterns: Mapping[str, Pattern]) -> dict[str, float]:
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
    branches = branched(city, courses)
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

    For each state and branch, `<state>_<branch>`: households, and `<state>_with_children_<branch>`: those with
    school-age children; `households_at_home_<branch>`: those with a member who neither works away nor studies
    elsewhere, so that somebody could live at the site; `return_hazard_<branch>`: moves back a month and household that
    has not moved back, mean over months; `work_away_<branch>`: share of labourers. Of the baseline: households,
    households_with_children, persons_per_household, and of those moved back persons_per_household_returned; before it,
    households_with_old_house, households_with_land. `return_fall_*`: by what share the hazard falls; `seats_lost`:
    share of school-age children who have lost the seat in reach; `employed_per_course_*`: employed beyond the baseline
    over courses so far, in the year that ends with `month`. A denominator that is 0 is NaN.
    """
    base, first = branches.baseline, branches.first
    records = base.records
    hazards, found = {}, {}
    for name, branch in branches.by_name().items():
        hazards[name] = return_hazard(branch.records, first, month)
        found[f"return_hazard_{name}"] = hazards[name]
        found[f"work_away_{name}"] = work_away(branch.records, month)
        nobody_home = float(branch.nobody_home[month])
        found[f"households_at_home_{name}"] = _divisor(branch.records.value("households", month=month) - nobody_home)
        for state in STATES[1:]:
            found[f"{state}_{name}"] = branch.records.value(f"households_{state}", month=month)
            found[f"{state}_with_children_{name}"] = branch.records.value(f"households_{state}", WITH_CHILDREN, month)
    return found | {
        "households": _divisor(records.value("households", month=month)),
        "households_with_children": _divisor(records.value("households", WITH_CHILDREN, month)),
        "households_with_old_house": _divisor(branches.with_old_house),
        "households_with_land": _divisor(branches.with_land),
        "return_fall_clear_title": 1.0 - _ratio(hazards["clear_title"], hazards["baseline"]),
        "seats_lost": _divisor(unseated(branches.without_schools.records, month) - unseated(records, month)),
        "persons_per_household": _ratio(
            records.value("persons", month=month), records.value("households", month=month)
        ),
        "persons_per_household_returned": _ratio(float(base.members_returned[month]), found["returned_baseline"]),
        "work_away_log_odds_by_local_income": log_odds_by_local_income(branches.without_local_posts, base, month),
        "employed_per_course_targeted": employed_per_course(branches.targeted, records, month),
        "employed_per_course_untargeted": employed_per_course(branches.untargeted, records, month),
    }


def return_hazard(records: Records, first: int, last: int) -> float:
    """Return the monthly probability that a household moves back, mean over months `first` to `last`.

    At risk in a month are the households that had a flat at the end of the month before and had not moved back.
    """
    moves = np.sum([_column(records, name)[first : last + 1] for name in RETURNS], axis=0)
    at_risk = (_column(records, "households") - _column(records, "households_returned"))[first - 1 : last]
    return float(np.mean([_ratio(float(n), float(of)) for n, of in zip(moves, at_risk, strict=True)]))


def unseated(records: Records, month: int) -> float:
    """Return the share of school-age children, wherever they live, that have no seat in reach of their site."""
    children = records.value("school_age_children", month=month)
    return _ratio(children - records.value("children_seated", month=month), children)


def work_away(records: Records, month: int) -> float:
    """Return the share of labourers who work away."""
    away = sum(records.value(f"employed_{channel}", month=month) for channel in ("away", "organised_export"))
    return _ratio(away, records.value("labourers", month=month))


def log_odds_by_local_income(without: Branch, baseline: Branch, month: int) -> float:
    """Return by how much the log-odds that a labourer works away rise for each 10,000 yuan a year that a household has
    from posts near home, mean over households; NaN where `without` takes nothing from them.
    """
    lost = float(baseline.local_yuan[month] - without.local_yuan[month]) * MONTHS_PER_YEAR
    each = _ratio(lost, baseline.records.value("households", month=month)) / 10_000.0
    shares = [work_away(part.records, month) for part in (baseline, without)]
    if not all(0.0 < share < 1.0 for share in shares):
        return math.nan
    with_posts, without_posts = (math.log(share / (1.0 - share)) for share in shares)
    return (with_posts - without_posts) / each if each > 0.0 else math.nan


def employed_per_course(branch: Branch, baseline: Records, month: int) -> float:
    """Return employed persons beyond the baseline over the courses that the lever has given so far.

    Both are means over the twelve months that end with `month`: the gain is about one in a hundred of those employed,
    and chance moves it from month to month.
    """
    year = slice(max(0, month + 1 - MONTHS_PER_YEAR), month + 1)
    gain = _column(branch.records, "employed")[year] - _column(baseline, "employed")[year]
    return _ratio(float(gain.sum()), float(np.cumsum(branch.courses)[year].sum()))


def _column(records: Records, name: str) -> Float:
    """Return a sum of the whole city by month, shape (n_months,)."""
    return np.asarray(records.sums[:, 0, COLUMN[name]])


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan


def _divisor(number: float) -> float:
    return number if number > 0 else math.nan
