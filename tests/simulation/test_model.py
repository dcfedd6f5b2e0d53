"""What the month's list does between the rules: posts that exist, places that recur, months that are counted."""

from __future__ import annotations

import gc
import weakref

import pytest

from simulation.foundations.months import month_index
from simulation.model import Model
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE
from simulation.state.population import Population
from tests.simulation.made import moment, numbers
from tests.simulation.runs import lever, policy


@pytest.mark.parametrize(
    ("month", "posts"),
    [
        # At sites 0, 1, 2, elsewhere in Shuicheng and in Panzhou (towns.py).
        ("2016-05", [0, 0, 0, 0, 0]),
        ("2016-06", [1, 0, 0, 0, 0]),
        ("2017-01", [1, 0, 0, 1, 0]),
        ("2018-10", [1, 0, 1, 1, 1]),
    ],
)
def test_public_posts_exist_from_their_month_on(
    month: str, posts: list[int], dozen: Population, parameters: Parameters
) -> None:
    model = Model(dozen, parameters, months=month_index(month) + 1).run()
    layout = model.state.layout
    assert model.state.posts.capacity[layout.public_site : layout.nearby_public].tolist() == posts
    assert model.records.value("posts_public_post") == sum(posts)


def test_a_lever_adds_public_posts_to_those_that_exist(dozen: Population, parameters: Parameters) -> None:
    added = policy(lever("public_posts", 6.0, start_month=40, targeting="equal"))
    model = Model(dozen, parameters, added, months=48).run()
    layout = model.state.layout
    # Half of [1, 0, 1] and [1, 1] are at sites: three more there, one each, and three in units of two sites and one.
    assert model.state.posts.capacity[layout.public_site : layout.nearby_public].tolist() == [2, 1, 2, 3, 2]


def test_fairs_and_courses_of_2019_come_again_every_year(dozen: Population, parameters: Parameters) -> None:
    fixed = Model(dozen, parameters).fixed
    fairs, courses = fixed.fair_posts, fixed.course_places
    planned = {label: fairs[month_index(label)] for label in ("2018-03", "2019-03", "2020-03", "2024-10", "2020-04")}
    assert planned == {"2018-03": 6, "2019-03": 8, "2020-03": 8, "2024-10": 4, "2020-04": 0}
    planned = {label: courses[month_index(label)] for label in ("2018-05", "2019-05", "2023-05", "2024-11", "2020-12")}
    assert planned == {"2018-05": 2, "2019-05": 3, "2023-05": 3, "2024-11": 2, "2020-12": 0}


def test_organised_export_has_its_yearly_places_month_by_month(dozen: Population, round_numbers: Parameters) -> None:
    # 12 households, 25 places per 1,000 and month: .3 a month, so 3 or 4 in any twelve months, 36 in ten years.
    model = moment(dozen, round_numbers, "2016-01")
    numbers(model, "jobs", organised_places_per_1000=25.0)
    places = []
    for month in range(120):
        model.month = month
        places.append(model._organised_places())
    assert set(places) == {0, 1}
    assert sum(places) == 36
    assert all(sum(places[m : m + 12]) in (3, 4) for m in range(108))


def test_a_run_reports_its_months(dozen: Population, parameters: Parameters) -> None:
    calls: list[tuple[int, int]] = []
    model = Model(dozen, parameters, BASELINE, 3, 14)
    assert model.run(lambda done, total: calls.append((done, total))) is model
    assert calls == [(m, 14) for m in range(1, 15)]
    assert (model.month, model.label, model.seed) == (14, "2017-02", 3)
    assert model.run() is model  # nothing is left to do
    assert model.month == 14


def test_a_run_goes_on_where_it_was_left(dozen: Population, parameters: Parameters) -> None:
    whole, in_parts = Model(dozen, parameters, months=30).run(), Model(dozen, parameters, months=30)
    for _ in range(17):
        in_parts.step()
    in_parts.run()
    assert in_parts.records.city.tolist() == whole.records.city.tolist()
    assert in_parts.household_table().equals(whole.household_table())


def test_a_model_that_is_not_used_any_more_is_freed(dozen: Population, parameters: Parameters) -> None:
    """A process that makes thousands of runs must not keep their states."""
    model = Model(dozen, parameters, months=49)
    branch = model.branch(policy())
    gone = [weakref.ref(model), weakref.ref(branch), weakref.ref(branch.state.persons.wage_yuan)]
    del model, branch
    gc.collect()
    assert [reference() for reference in gone] == [None, None, None]
