"""Experiments on a town: what each branch changes and what it leaves, and the measures by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from calibration.findings.experiment_branches import (
    INDUSTRY,
    MORE_AWAY,
    PAY_RISE,
    Branch,
    Branches,
    branched,
    clear_rules,
    clear_titles,
    close_local_posts,
    close_schools,
    demolish_old_houses,
    in_industry,
    pulled_lever,
    raise_local_pay,
    take_land,
)
from calibration.findings.experiments import (
    city_before_policy,
    employed_per_course,
    experiment_values,
    experiments,
    log_odds_by_local_income,
    quantities,
    return_hazard,
    run_experiments,
    unseated,
    work_away,
)
from calibration.fitting.history import Setting, history_of, setting_of
from scenarios.report.patterns import Pattern
from scenarios.settings.config import compose_run
from scenarios.settings.parameter_values import with_values
from simulation.city import City, Given
from simulation.foundations.months import POLICY_MONTH, REPORT_MONTH
from simulation.records.indicators import COLUMN, GROUPS
from simulation.records.records import Records
from simulation.state.entities import NO_POST, NONE, RETURNED, SEATED
from simulation.state.policy import BASELINE, Lever, Policy
from tests.simulation.runs import columns

MONTHS, LAST, SEPTEMBER_2020 = 108, 107, 56
VALUES = {"residence.seat_worth": 1.1, "jobs.search_probability": 0.3}
SEED = 4
PLACES = 3.0
LOCAL = ("workshop", "nearby_public", "nearby_own", "own_business")


@pytest.fixture(scope="module")
def setting() -> Setting:
    """A town of three sites; the first has a workshop, which none of the town's own has."""
    made = setting_of(compose_run(["population.size=town"]))
    town = made.population
    assert town.workshops.empty
    rows = {"workshop": [0], "site": [0], "posts": [12], "open_month": [40]}
    workshops = pd.DataFrame(rows).astype(dict(town.workshops.dtypes))
    return made._replace(population=replace(town, workshops=workshops))


@pytest.fixture(scope="module")
def courses() -> Lever:
    """The lever of conf/ at a size for a town."""
    return replace(pulled_lever(), size=PLACES)


@pytest.fixture(scope="module")
def city(setting: Setting) -> City:
    return city_before_policy(setting, VALUES, SEED, MONTHS)


@pytest.fixture(scope="module")
def branches(city: City, courses: Lever) -> Branches:
    return branched(city, courses)


@pytest.fixture(scope="module")
def values(city: City, courses: Lever, setting: Setting) -> dict[str, float]:
    return experiment_values(city, courses, setting.patterns)


def whole_run(setting: Setting, *levers: Any) -> City:
    """Return a city under these levers from its first month to its last, without any branch."""
    made = City()
    given = Given(setting.population, with_values(setting.base, VALUES), SEED, MONTHS)
    made.begin(given, Policy({lever.name: lever for lever in levers}) if levers else BASELINE)
    while made.month < MONTHS:
        made.advance()
    return made


def equal(a: np.ndarray, b: np.ndarray) -> bool:
    return np.array_equal(a, b, equal_nan=a.dtype.kind == "f")


def same(a: Records, b: Records, months: slice = slice(None)) -> bool:
    return equal(a.sums[months], b.sums[months]) and equal(a.city[months], b.city[months])


def by_month(records: Records, name: str) -> list[float]:
    return [records.value(name, month=month) for month in range(records.months)]


def made_records(**rows: Any) -> Records:
    """Return records of one site with sums typed by month; a name with __ is of the group after it."""
    n = len(next(iter(rows.values())))
    records = Records(n, 1, np.zeros((1, 5), dtype=bool), 0.5)
    records.sums[:], records.months = 0.0, n
    for name, row in rows.items():
        column, _, group = name.partition("__")
        records.sums[:, GROUPS.index(group or "all"), COLUMN[column]] = row
    return records


def test_return_hazard_by_hand() -> None:
    # At risk at the end of months 0 to 2: 100 - 20, 100 - 30 and 120 - 50. Moves back of months 1 to 3: 8, 7 and 14.
    records = made_records(
        households=[100, 100, 120, 120],
        households_returned=[20, 30, 50, 60],
        moves_settled_to_returned=[9, 4, 1, 7],
        moves_both_ends_to_returned=[9, 3, 2, 7],
        moves_away_to_returned=[9, 1, 4, 0],
        moves_returned_to_settled=[5, 5, 5, 5],
    )
    assert return_hazard(records, 1, 3) == pytest.approx((8 / 80 + 7 / 70 + 14 / 70) / 3)
    assert return_hazard(records, 1, 1) == pytest.approx(8 / 80)
    assert return_hazard(records, 3, 3) == pytest.approx(14 / 70)
    assert math.isnan(return_hazard(made_records(households=[0, 5], moves_away_to_returned=[0, 1]), 1, 1))


def test_shares_of_children_and_labourers_by_hand() -> None:
    records = made_records(
        school_age_children=[80, 100],
        children_seated=[60, 30],
        labourers=[50, 40],
        employed_away=[10, 12],
        employed_organised_export=[5, 4],
        employed_workshop=[9, 9],
    )
    assert [unseated(records, month) for month in (0, 1)] == pytest.approx([20 / 80, 70 / 100])
    assert [work_away(records, month) for month in (0, 1)] == pytest.approx([15 / 50, 16 / 40])
    nobody = made_records(households=[10])
    assert math.isnan(unseated(nobody, 0))
    assert math.isnan(work_away(nobody, 0))


def made_branch(records: Records, courses: Any = 0.0, local_yuan: Any = 0.0) -> Branch:
    none = np.zeros(records.months)
    return Branch(records, none + courses, none + local_yuan, none, none, none[:, None])


def test_employed_per_course_by_hand() -> None:
    # Two courses a month from month 1 on. Months 2 to 13: 6 more in work each month, after 4, 6, ..., 26 courses.
    taken = np.array([0.0, *[2.0] * 13])
    branch = made_branch(made_records(employed=[100, 150, *[106] * 12]), taken)
    baseline = made_records(employed=[100] * 14)
    assert employed_per_course(branch, baseline, 13) == pytest.approx(12 * 6 / sum(range(4, 27, 2)))
    assert employed_per_course(branch, baseline, 2) == pytest.approx((0 + 50 + 6) / (0 + 2 + 4))
    assert math.isnan(employed_per_course(branch, baseline, 0))


def test_log_odds_by_local_income_by_hand() -> None:
    # 40 % work away with the posts, half without them: log-odds ln(2/3) and 0. 10 households lose 20,000 yuan a month
    # in all: 24,000 a year each.
    base = made_branch(made_records(households=[10], labourers=[20], employed_away=[8]), local_yuan=30_000.0)
    without = made_branch(made_records(households=[10], labourers=[20], employed_away=[10]), local_yuan=10_000.0)
    assert log_odds_by_local_income(without, base, 0) == pytest.approx(math.log(2 / 3) / 2.4)
    assert math.isnan(log_odds_by_local_income(base, base, 0))
    nobody = made_branch(made_records(households=[10], labourers=[20]))
    assert math.isnan(log_odds_by_local_income(nobody, base, 0))


def test_the_past_is_that_of_a_history(city: City, setting: Setting) -> None:
    past = history_of(setting, VALUES, SEED)
    assert past.month == city.month == POLICY_MONTH == REPORT_MONTH + 1
    assert same(past.records, city.records, slice(POLICY_MONTH))
    assert past.records.value("households_settled") > 0


def test_the_baseline_is_a_plain_run_and_the_city_is_left_as_it_is(
    city: City, courses: Lever, setting: Setting
) -> None:
    before = {name: column.copy() for name, column in columns(city).items()}
    left = branched(city, courses)
    plain = whole_run(setting)
    assert same(left.baseline.records, plain.records)
    for name, column in columns(city).items():
        assert equal(before[name], column), name
    after = city.branch(BASELINE)
    while after.month < MONTHS:
        after.advance()
    assert same(after.records, plain.records)
    ends = columns(plain)
    for name, column in columns(after).items():
        assert equal(ends[name], column), name


def test_branches_share_the_past_and_part_after_it(branches: Branches) -> None:
    every = {name: branch.records for name, branch in branches.by_name().items()}
    base = every.pop("baseline")
    assert len(every) == 11
    for name, records in every.items():
        assert same(records, base, slice(POLICY_MONTH)), name
        assert not same(records, base, slice(POLICY_MONTH, MONTHS)), name
        assert records.months == MONTHS
    assert not same(every["targeted"], every["untargeted"])
    assert by_month(every["clear_title"], "persons") == by_month(base, "persons")  # nobody's life changes


def test_what_is_kept_besides_the_records(branches: Branches, city: City) -> None:
    base = branches.baseline
    after = city.branch(BASELINE)
    while after.month < MONTHS:
        after.advance()
    homes = after.state.households
    lives = (homes.state != 0) & (homes.members > 0)
    assert base.local_yuan[LAST] == pytest.approx(homes.local_wages_yuan.sum() + homes.unit_wages_yuan.sum())
    assert base.members_returned[LAST] == homes.members[homes.state == RETURNED].sum()
    assert base.nobody_home[LAST] == (lives & (homes.at_home == 0)).sum() > 0
    assert equal(base.away_share[LAST], after.state.sites.away_share)
    assert equal(base.away_share[POLICY_MONTH - 1], city.state.sites.away_share)
    assert not base.local_yuan[:POLICY_MONTH].any()
    was = city.state.households
    assert branches.with_old_house == (was.house & (was.members > 0) & was.flat_kept).sum() > 0
    assert 0 < branches.with_land < was.site.size


def test_without_local_posts_none_is_open_and_nobody_holds_one(branches: Branches) -> None:
    records, base = branches.without_local_posts.records, branches.baseline.records
    for name in LOCAL:
        posts, held = by_month(records, f"posts_{name}"), by_month(records, f"employed_{name}")
        assert posts[POLICY_MONTH:] == held[POLICY_MONTH:] == [0.0] * 60
        assert held[REPORT_MONTH] == by_month(base, f"employed_{name}")[REPORT_MONTH]
    assert sum(base.value(f"employed_{name}", month=POLICY_MONTH) for name in LOCAL) > 0.0
    assert by_month(records, "workshops_running")[POLICY_MONTH:] == [0.0] * 60
    assert max(by_month(base, "workshops_running")[POLICY_MONTH:]) == 1.0
    assert by_month(records, "posts_public_post") == by_month(base, "posts_public_post")  # no industry
    assert records.value("employed_public_post") > 0.0
    assert records.value("persons_resident") < 0.97 * base.value("persons_resident")


def test_who_holds_a_local_post_loses_it_at_once_and_nobody_else_does(city: City) -> None:
    branch, was = city.branch(BASELINE), city.state
    close_local_posts(branch)
    persons, homes = branch.state.persons, branch.state.households
    held = np.isin(was.persons.channel, INDUSTRY)
    assert held.any()
    assert (persons.channel[held] == NONE).all()
    assert (persons.post[held] == NO_POST).all()
    assert (persons.wage_yuan[held] == 0.0).all()
    for name in ("channel", "post", "wage_yuan", "months_in_job"):
        assert np.array_equal(getattr(persons, name)[~held], getattr(was.persons, name)[~held])
    lost = np.bincount(was.persons.household[held], minlength=homes.site.size)
    assert (was.households.employed - homes.employed).tolist() == lost.tolist()
    assert homes.review_due[lost > 0].all()
    assert np.array_equal(homes.review_due[lost == 0], was.households.review_due[lost == 0])
    # The city that it branched from keeps its posts and tables.
    assert was.posts.capacity[np.isin(was.posts.channel, INDUSTRY)].sum() > 0
    assert city.fixed.nearby_posts.sum() > 0.0 == branch.fixed.nearby_posts.sum()


def test_schools_close_with_the_school_year(branches: Branches) -> None:
    records, base = branches.without_schools.records, branches.baseline.records
    assert same(records, base, slice(SEPTEMBER_2020))
    for level in ("kindergarten", "primary", "middle"):
        seats = by_month(records, f"seats_{level}")
        assert seats[SEPTEMBER_2020:] == [0.0] * (MONTHS - SEPTEMBER_2020)
    assert base.value("children_seated") > 0.0
    assert by_month(records, "children_seated")[SEPTEMBER_2020:] == [0.0] * (MONTHS - SEPTEMBER_2020)
    assert quantities(branches, LAST)["seats_lost"] == 1.0 - unseated(base, LAST) > 0.0


def test_closed_schools_take_the_seats_of_children(city: City) -> None:
    branch = city.branch(BASELINE)
    close_schools(branch)
    while branch.month < SEPTEMBER_2020:
        branch.advance()
    assert (branch.state.persons.place == SEATED).any()
    branch.advance()
    assert not (branch.state.persons.place == SEATED).any()


def test_clear_title_is_announced_and_makes_nobody_review(city: City, branches: Branches) -> None:
    branch = city.branch(BASELINE)
    clear_titles(branch)
    was = columns(city)
    changed = [name for name, column in columns(branch).items() if not equal(column, was[name])]
    assert changed == ["sites.title_clarity"]  # households.review_due is not among them
    assert (branch.state.sites.title_clarity == 1.0).all()
    assert (city.state.sites.title_clarity < 1.0).all()
    while branch.month < MONTHS:
        branch.advance()
    assert same(branch.records, branches.clear_title.records)
    assert (branch.state.sites.title_clarity == 1.0).all()
    # What is believed does not depend on it: trust is a trait, and knowledge comes by being told.
    belief = [
        branch.records.value("mean_belief", month=POLICY_MONTH) for branch in (branches.clear_title, branches.baseline)
    ]
    assert belief[0] == belief[1]


def test_clear_rules_are_known_to_all(city: City) -> None:
    branch = city.branch(BASELINE)
    clear_rules(branch)
    sites, homes = branch.state.sites, branch.state.households
    assert (sites.title_clarity == 1.0).all()
    assert (sites.rights_clarity == 1.0).all()
    assert (homes.knowledge == 1.0).all()
    assert np.array_equal(homes.trust, city.state.households.trust)
    assert np.array_equal(homes.review_due, city.state.households.review_due)


def test_better_pay_is_for_holders_and_for_offers_of_local_industry_alone(city: City, branches: Branches) -> None:
    branch, was = city.branch(BASELINE), city.state
    raise_local_pay(branch)
    held = in_industry(city)
    assert held.any()
    assert branch.state.persons.wage_yuan[held] == pytest.approx(PAY_RISE * was.persons.wage_yuan[held])
    assert np.array_equal(branch.state.persons.wage_yuan[~held], was.persons.wage_yuan[~held])
    local = np.isin(was.posts.channel, INDUSTRY)
    assert branch.state.posts.wage_yuan[local] == pytest.approx(PAY_RISE * was.posts.wage_yuan[local])
    assert np.array_equal(branch.state.posts.wage_yuan[~local], was.posts.wage_yuan[~local])
    assert branches.better_local_pay.local_yuan[POLICY_MONTH] > 1.2 * branches.baseline.local_yuan[POLICY_MONTH]


def test_without_old_houses_and_without_land(city: City) -> None:
    branch = city.branch(BASELINE)
    demolish_old_houses(branch)
    take_land(branch)
    homes, was = branch.state.households, city.state.households
    assert was.house.any()
    assert not homes.house.any()
    assert was.land_mu.any()
    assert not homes.land_mu.any()
    assert not homes.rented_mu.any()
    assert np.array_equal(homes.review_due, was.review_due)


def test_more_are_seen_away_than_the_baseline_has(branches: Branches) -> None:
    """The town's own network in the branch is what its people do; they saw the baseline's and ten points."""
    seen = branches.baseline.away_share[POLICY_MONTH - 1 : LAST] + MORE_AWAY
    assert (seen > branches.more_seen_away.away_share[POLICY_MONTH:]).mean() > 0.9
    assert work_away(branches.more_seen_away.records, LAST) > work_away(branches.baseline.records, LAST)


@pytest.mark.parametrize("targeted", [1.0, 0.0])
def test_courses_are_those_of_a_run_with_the_lever(
    targeted: float, branches: Branches, courses: Lever, setting: Setting
) -> None:
    lever = replace(courses, settings={"targeted": targeted})
    plain = whole_run(setting, lever)
    branch = branches.targeted if targeted else branches.untargeted
    assert same(branch.records, plain.records)
    (course,) = lever.costs
    assert branch.courses.sum() == sum(yuan for *_, yuan in plain.levers.ledger) / course.yuan > 0.0
    assert branch.courses[:POLICY_MONTH].sum() == 0.0
    assert branch.courses.max() == PLACES


def changed(patterns: Mapping[str, Pattern], **fields: Any) -> dict[str, Pattern]:
    """Return the patterns with other values in some of their fields."""
    return {name: replace(pattern, **fields) for name, pattern in patterns.items()}


def test_every_experiment_has_a_value(values: dict[str, float], branches: Branches, setting: Setting) -> None:
    stated = experiments(setting.patterns)
    assert list(values) == [pattern.id for pattern in stated]
    assert len(values) == 14
    assert not any(math.isnan(value) for value in values.values())
    found = quantities(branches, LAST)
    group = GROUPS.index("with_school_age")
    base, closed = branches.baseline.records, branches.without_schools.records
    idle, children = branches.without_local_posts.records, base.value("households", group, LAST)
    away = [records.value("households_away", group, LAST) for records in (idle, base)]
    assert values["slow_industry_families_away"] == (away[0] - away[1]) / children
    able = [found[f"households_at_home_{name}"] for name in ("baseline", "without_local_posts")]
    assert able[0] == base.value("households", month=LAST) - branches.baseline.nobody_home[LAST]
    settled = base.value("households_settled", month=LAST) / able[0]
    settled -= idle.value("households_settled", month=LAST) / able[1]
    assert values["slow_industry_unsettles"] == settled
    left = [records.value("households_settled", group, LAST) for records in (base, closed)]
    lost = unseated(closed, LAST) - unseated(base, LAST)
    assert values["missing_seats_unsettle"] == pytest.approx((left[0] - left[1]) / children / lost)


def test_bounds_are_uncertain_and_those_from_elsewhere_say_so(setting: Setting) -> None:
    for pattern in experiments(setting.patterns):
        assert (pattern.low_sd > 0.0) == (pattern.low is not None), pattern.id
        assert (pattern.high_sd > 0.0) == (pattern.high is not None), pattern.id
        assert (pattern.weight == 1.0) == (pattern.ring == "report") == pattern.section.startswith("三"), pattern.id


def test_a_run_end_to_end_is_the_same(values: dict[str, float], courses: Lever, setting: Setting) -> None:
    assert run_experiments(setting, courses, VALUES, SEED) == values
    assert run_experiments(setting, courses, VALUES, SEED + 1) != values


def test_an_earlier_month_is_measured_where_the_table_asks_for_it(
    city: City, courses: Lever, branches: Branches, setting: Setting
) -> None:
    earlier = changed(setting.patterns, month=90)  # early on none of these few households may have moved back
    found, then = experiment_values(city, courses, earlier), quantities(branches, 90)
    assert found["few_leave_for_good"] == 12.0 * then["return_hazard_baseline"]
    assert found["unclear_title_returns"] == then["return_fall_clear_title"]


def test_mistakes_are_named(city: City, courses: Lever, setting: Setting) -> None:
    wrong = changed(setting.patterns, indicator="no_such_thing")
    with pytest.raises(ValueError, match=r"pattern 'slow_industry_unsettles' .* unknown id no_such_thing"):
        experiment_values(city, courses, wrong)
    with pytest.raises(ValueError, match=r"before month 48 of 108; .* months 108 to 108"):
        experiment_values(city, courses, changed(setting.patterns, month=MONTHS))
    with pytest.raises(ValueError, match=r"months 47 to 47 to come"):
        experiment_values(city, courses, changed(setting.patterns, month=REPORT_MONTH))
    later = city.branch(BASELINE)
    later.advance()
    with pytest.raises(ValueError, match=r"before month 49 of 108"):
        experiment_values(later, courses, setting.patterns)
    with pytest.raises(ValueError, match=r"no row of kind 'experiment'"):
        experiment_values(city, courses, changed(setting.patterns, kind="report_date"))
