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
    Branches,
    Courses,
    Pulled,
    branched,
    clear_titles,
    close_local_posts,
    close_schools,
    pulled_levers,
)
from calibration.findings.experiments import (
    city_before_policy,
    employment_per_trainee,
    experiment_values,
    experiments,
    gini_per_person,
    quantities,
    return_hazard,
    run_experiments,
    unseated,
    unsettled,
)
from calibration.fitting.history import Setting, history_of, setting_of
from scenarios.report.patterns import Pattern
from scenarios.settings.config import compose_run
from scenarios.settings.parameter_values import with_values
from simulation.city import City, Given
from simulation.foundations.months import POLICY_MONTH, REPORT_MONTH
from simulation.records.indicators import COLUMN, GROUPS
from simulation.records.records import Records
from simulation.state.entities import NO_POST, NONE, SEATED
from simulation.state.policy import BASELINE, CAPITAL, Policy
from tests.simulation.runs import columns

MONTHS, LAST, SEPTEMBER_2020 = 108, 107, 56
VALUES = {"residence.seat_worth": 1.1, "jobs.search_probability": 0.3}
SEED = 4
WORKSHOPS, PLACES = 4.0, 3.0
LOCAL = ("workshop", "nearby_public", "nearby_own", "own_business")


@pytest.fixture(scope="module")
def setting() -> Setting:
    """A town of three sites; the last is a showcase and the first has a workshop, which none of the town's own has."""
    made = setting_of(compose_run(["population.size=town"]))
    town = made.population
    assert town.workshops.empty
    rows = {"workshop": [0], "site": [0], "posts": [12], "open_month": [40]}
    workshops = pd.DataFrame(rows).astype(dict(town.workshops.dtypes))
    sites = town.sites.assign(showcase=[False, False, True])
    return made._replace(population=replace(town, sites=sites, workshops=workshops))


@pytest.fixture(scope="module")
def pulled() -> Pulled:
    """The levers of conf/ at sizes for a town."""
    own = pulled_levers()
    return Pulled(replace(own.workshops, size=WORKSHOPS), replace(own.training, size=PLACES))


@pytest.fixture(scope="module")
def city(setting: Setting) -> City:
    return city_before_policy(setting, VALUES, SEED, MONTHS)


@pytest.fixture(scope="module")
def branches(city: City, pulled: Pulled) -> Branches:
    return branched(city, pulled)


@pytest.fixture(scope="module")
def values(city: City, pulled: Pulled, setting: Setting) -> dict[str, float]:
    return experiment_values(city, pulled, setting.patterns)


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


def test_gini_by_hand() -> None:
    persons = np.array([1.0, 2.0, 4.0])
    assert gini_per_person(3.0 * persons, persons) == 0.0
    # All at one of three sites: 1 - 1/3. A fourth, empty site does not count.
    assert gini_per_person(np.array([0.0, 0.0, 9.0]), persons) == pytest.approx(2 / 3)
    assert gini_per_person(np.array([0.0, 0.0, 9.0, 5.0]), np.append(persons, 0.0)) == pytest.approx(2 / 3)
    # 1 and 3 yuan a person: |1 - 3| + |3 - 1| = 4 over 2 * 2^2 * 2 = 16.
    assert gini_per_person(np.array([10.0, 3.0]), np.array([10.0, 1.0])) == pytest.approx(0.25)
    assert math.isnan(gini_per_person(np.zeros(3), persons))


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


def test_shares_of_households_and_children_by_hand() -> None:
    records = made_records(
        households=[500, 500],
        households_both_ends=[400, 400],
        households__with_school_age=[40, 50],
        households_both_ends__with_school_age=[4, 6],
        households_returned__with_school_age=[2, 9],
        households_away__with_school_age=[30, 30],
        school_age_children=[80, 100],
        children_seated=[60, 30],
    )
    assert [unsettled(records, month) for month in (0, 1)] == pytest.approx([6 / 40, 15 / 50])
    assert [unseated(records, month) for month in (0, 1)] == pytest.approx([20 / 80, 70 / 100])
    nobody = made_records(households=[10])
    assert math.isnan(unsettled(nobody, 0))
    assert math.isnan(unseated(nobody, 0))


def test_employment_per_trainee_by_hand() -> None:
    # Two courses a month from month 1 on. Months 2 to 13: 6 more in work each month, after 4, 6, ..., 26 courses.
    taken = np.array([0.0, *[2.0] * 13])
    courses = Courses(made_records(employed=[100, 150, *[106] * 12]), taken)
    baseline = made_records(employed=[100] * 14)
    assert employment_per_trainee(courses, baseline, 13) == pytest.approx(12 * 6 / sum(range(4, 27, 2)))
    assert employment_per_trainee(courses, baseline, 2) == pytest.approx((0 + 50 + 6) / (0 + 2 + 4))
    assert math.isnan(employment_per_trainee(courses, baseline, 0))


def test_the_past_is_that_of_a_history(city: City, setting: Setting) -> None:
    past = history_of(setting, VALUES, SEED)
    assert past.month == city.month == POLICY_MONTH == REPORT_MONTH + 1
    assert same(past.records, city.records, slice(POLICY_MONTH))
    assert past.records.value("households_settled") > 0


def test_the_baseline_is_a_plain_run_and_the_city_is_left_as_it_is(
    city: City, pulled: Pulled, setting: Setting
) -> None:
    before = {name: column.copy() for name, column in columns(city).items()}
    left = branched(city, pulled)
    plain = whole_run(setting)
    assert same(left.baseline, plain.records)
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
    others = (branches.without_local_posts, branches.clear_title, branches.more_unseated)
    for records in (*others, branches.targeted.records, branches.untargeted.records):
        assert same(records, branches.baseline, slice(POLICY_MONTH))
        assert not same(records, branches.baseline, slice(POLICY_MONTH, MONTHS))
        assert records.months == MONTHS
    assert not same(branches.targeted.records, branches.untargeted.records)
    assert by_month(branches.clear_title, "persons") == by_month(branches.baseline, "persons")  # nobody's life changes


def test_without_local_posts_none_is_open_and_nobody_holds_one(branches: Branches) -> None:
    records, base = branches.without_local_posts, branches.baseline
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
    records, base = branches.more_unseated, branches.baseline
    assert same(records, base, slice(SEPTEMBER_2020))
    for level in ("kindergarten", "primary", "middle"):
        seats = by_month(records, f"seats_{level}")
        assert seats[SEPTEMBER_2020:] == [0.0] * (MONTHS - SEPTEMBER_2020)
    assert base.value("children_seated") > 0.0
    assert by_month(records, "children_seated")[SEPTEMBER_2020:] == [0.0] * (MONTHS - SEPTEMBER_2020)
    found = quantities(branches, LAST)
    assert found["unseated_with_more_unseated"] == 1.0 > found["unseated_baseline"]


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
    assert same(branch.records, branches.clear_title)
    assert (branch.state.sites.title_clarity == 1.0).all()
    # What is believed does not depend on it: trust is a trait, and knowledge comes by being told.
    belief = [records.value("mean_belief", month=POLICY_MONTH) for records in (branches.clear_title, branches.baseline)]
    assert belief[0] == belief[1]


@pytest.mark.parametrize("targeted", [1.0, 0.0])
def test_courses_are_those_of_a_run_with_the_lever(
    targeted: float, branches: Branches, pulled: Pulled, setting: Setting
) -> None:
    lever = replace(pulled.training, settings={"targeted": targeted})
    plain = whole_run(setting, lever)
    courses = branches.targeted if targeted else branches.untargeted
    assert same(courses.records, plain.records)
    (course,) = lever.costs
    assert courses.taken.sum() == sum(yuan for *_, yuan in plain.levers.ledger) / course.yuan > 0.0
    assert courses.taken[:POLICY_MONTH].sum() == 0.0
    assert courses.taken.max() == PLACES


@pytest.mark.parametrize("targeting", ["showcase", "need"])
def test_investment_is_the_capital_that_a_run_with_the_lever_spends(
    targeting: str, branches: Branches, pulled: Pulled, setting: Setting
) -> None:
    lever = replace(pulled.workshops, targeting=targeting)
    plain = whole_run(setting, lever)
    found = branches.investment_showcase if targeting == "showcase" else branches.investment_need
    spent = sum(yuan for *_, kind, yuan in plain.levers.ledger if kind == CAPITAL)
    per = {cost.per: cost.yuan for cost in lever.costs if cost.kind == CAPITAL}
    each = per["post"] * lever.settings["posts_per_workshop"] + per["workshop"]
    assert found.sum() == pytest.approx(spent) == pytest.approx(WORKSHOPS * each)
    layout, added = plain.state.layout, len(plain.population.workshops)
    placed = np.bincount(plain.state.posts.site[layout.workshops + added :], minlength=found.size)
    assert found == pytest.approx(each * placed)
    assert branches.investment_showcase[2] > branches.investment_need[2]  # the showcase


def changed(patterns: Mapping[str, Pattern], **fields: Any) -> dict[str, Pattern]:
    """Return the patterns with other values in some of their fields."""
    return {name: replace(pattern, **fields) for name, pattern in patterns.items()}


def test_every_experiment_has_a_value(values: dict[str, float], branches: Branches, setting: Setting) -> None:
    stated = experiments(setting.patterns)
    assert list(values) == [pattern.id for pattern in stated]
    assert len(values) == 5
    found = quantities(branches, LAST)
    fewer = found["persons_resident_without_local_posts"] - found["persons_resident_baseline"]
    assert values["weak_local_industry"] == fewer < 0.0
    gap = found["investment_gini_showcase"] - found["investment_gini_need"]
    assert values["showcase_concentration"] == gap
    band = setting.patterns["weak_local_industry"].band
    assert band.holds(values["weak_local_industry"])
    assert not band.holds(-values["weak_local_industry"])


def test_a_run_end_to_end_is_the_same(values: dict[str, float], pulled: Pulled, setting: Setting) -> None:
    assert run_experiments(setting, pulled, VALUES, SEED) == values
    assert run_experiments(setting, pulled, VALUES, SEED + 1) != values


def test_an_earlier_month_is_measured_where_the_table_asks_for_it(
    city: City, pulled: Pulled, branches: Branches, setting: Setting
) -> None:
    earlier = changed(setting.patterns, month=60)
    found, then = experiment_values(city, pulled, earlier), quantities(branches, 60)
    hazards = then["return_hazard_with_clear_title"] - then["return_hazard_baseline"]
    assert found["unclear_title_returns"] == hazards


def test_mistakes_are_named(city: City, pulled: Pulled, setting: Setting) -> None:
    wrong = changed(setting.patterns, indicator="no_such_thing")
    with pytest.raises(ValueError, match=r"pattern 'weak_local_industry' .* unknown id no_such_thing"):
        experiment_values(city, pulled, wrong)
    with pytest.raises(ValueError, match=r"before month 48 of 108; .* months 108 to 108"):
        experiment_values(city, pulled, changed(setting.patterns, month=MONTHS))
    with pytest.raises(ValueError, match=r"months 47 to 47 to come"):
        experiment_values(city, pulled, changed(setting.patterns, month=REPORT_MONTH))
    later = city.branch(BASELINE)
    later.advance()
    with pytest.raises(ValueError, match=r"before month 49 of 108"):
        experiment_values(later, pulled, setting.patterns)
    with pytest.raises(ValueError, match=r"no row of kind 'experiment'"):
        experiment_values(city, pulled, changed(setting.patterns, kind="report_date"))
