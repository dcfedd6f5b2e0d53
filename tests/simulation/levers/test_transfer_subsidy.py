"""The transfer subsidy: what work away then costs, which posts it makes, whom it is paid for."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.base import Context
from simulation.levers.transfer_subsidy import WITH_EMPLOYER
from simulation.model import Model
from simulation.state.entities import (
    AWAY_JOB,
    NEARBY_OWN,
    NEARBY_PUBLIC,
    NOT_MOVED,
    ORGANISED_EXPORT,
    OWN_BUSINESS,
    PUBLIC_POST,
    WORKSHOP,
)
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.levers.pulled import START, alone, bill, persons_of
from tests.simulation.runs import lever, policy

SETTINGS = {"hiring_yuan": 3000.0, "demand_elasticity": 0.5}


def test_living_away_costs_a_worker_less_and_never_less_than_nothing(settled: Context) -> None:
    p = settled.parameters
    # 1,500 yuan a month; 2,400 a year are 200 a month.
    for size, living in ((0.0, 1500.0), (2400.0, 1300.0), (18000.0, 0.0), (1e6, 0.0)):
        changed = alone(settled, "transfer_subsidy", size).numbers(START, p)
        assert changed.jobs.living_away_yuan == pytest.approx(living)
        assert changed._replace(jobs=p.jobs) == p
        assert changed.jobs._replace(living_away_yuan=1500.0) == p.jobs


def test_it_phases_in(settled: Context) -> None:
    rule = alone(settled, "transfer_subsidy", 2400.0, phase_in_months=2)
    living = [rule.numbers(START + month, settled.parameters).jobs.living_away_yuan for month in range(3)]
    assert living == pytest.approx([1400.0, 1300.0, 1300.0])


def test_cheaper_work_makes_posts_near_the_sites(settled: Context) -> None:
    posts, first = settled.state.posts, settled.state.layout.nearby_public
    rule = alone(settled, "transfer_subsidy", 2400.0, settings=SETTINGS)
    posts.capacity[:] = 0
    posts.capacity[first : first + 2] = [100, 50]  # of two units
    # 3,000 yuan of a year's 12 * 2,500 are a tenth, half of that a twentieth: 5 and 2.5 posts; whole ones, rounded at 0
    # and .618 above.
    rule.add_posts(START)
    assert posts.capacity[first : first + 2].tolist() == [105, 53]
    assert posts.capacity.sum() == 158
    for changes in ({"hiring_yuan": 0.0}, {"demand_elasticity": 0.0}):
        assert alone(settled, "transfer_subsidy", 2400.0, settings=SETTINGS | changes).added(START).tolist() == [
            0,
            0,
        ]


def test_it_is_paid_for_who_works_away_and_for_who_was_hired_three_months_ago(settled: Context) -> None:
    homes, persons = settled.state.households, settled.state.persons
    persons.months_in_job[:] = 5
    away = persons_of(settled, (0, 0), (0, 1), (1, 0), (1, 1))
    near = persons_of(settled, (2, 0), (2, 1), (3, 0), (3, 1), (3, 2), (4, 0), (4, 1), (6, 1))
    persons.channel[away] = [AWAY_JOB, ORGANISED_EXPORT, AWAY_JOB, AWAY_JOB]
    persons.suspended[away[2]] = True  # sent home, not paid
    persons.channel[near[:5]] = [WORKSHOP, NEARBY_PUBLIC, NEARBY_PUBLIC, WORKSHOP, WORKSHOP]
    persons.channel[near[5:]] = [NEARBY_OWN, OWN_BUSINESS, PUBLIC_POST]
    persons.months_in_job[near] = [3, 3, 2, 4, 0, 3, 3, 3]
    homes.state[7] = NOT_MOVED
    (waiting,) = persons_of(settled, (7, 0))
    persons.channel[waiting], persons.months_in_job[waiting] = WORKSHOP, 3
    rule = alone(settled, "transfer_subsidy", 2400.0, settings=SETTINGS, phase_in_months=2)
    # Three away at 100 in the first month and 200 in the second. The first two of the others have been insured for
    # three months, at 3,000 each, but nobody is paid for before he was hired under the lever; the next three for less
    # or more. The local market insures nobody, own business and public posts are nobody's hires.
    assert bill(rule, START) == (0.0, pytest.approx(300.0))
    assert bill(rule, START + 2) == (0.0, pytest.approx(600.0))
    assert bill(rule, START + 3) == (0.0, pytest.approx(6600.0))
    # No more than living away costs: three times that, and the two hires.
    most, living = alone(settled, "transfer_subsidy", 1e9, settings=SETTINGS), settled.parameters.jobs.living_away_yuan
    assert bill(most, START + 3) == (0.0, pytest.approx(6000.0 + 3 * living))


def test_a_hire_is_paid_once(town: Population, parameters: Parameters) -> None:
    """In a run of the town: who took a post with an employer near a site three months ago and has held it since.

    Hired is who holds another post than a month ago, or the same one anew.
    """
    pulled = lever("transfer_subsidy", 1e-9, settings=SETTINGS)
    model, hired, held = Model(town, parameters, policy(pulled)), [], []
    persons = model.state.persons
    while model.month < START + 60:
        before = persons.channel.copy(), persons.post.copy(), persons.months_in_job.copy()
        model.step()
        same = (persons.channel == before[0]) & (persons.post == before[1])
        held.append(same & (persons.months_in_job == before[2] + 1))
        hired.append(np.isin(persons.channel, WITH_EMPLOYER) & ~held[-1])
    due = [hired[t - 3] & held[t - 2] & held[t - 1] & held[t] for t in range(START, START + 60)]
    due[:3] = [who & False for who in due[:3]]  # hired before the lever
    paid = [entry.yuan / 3000.0 for entry in model.levers.ledger if entry.kind == "recurrent"]
    # What workers away get is next to nothing.
    assert paid == pytest.approx([int(who.sum()) for who in due], abs=1e-6)
    assert sum(paid) > 12
    assert sum(paid) < sum(int(who.sum()) for who in hired[START - 3 : -3])  # some leave before
