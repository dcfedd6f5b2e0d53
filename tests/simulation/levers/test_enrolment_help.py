"""Help with papers: how many are ready, that no seat is made by it, for which children it is paid."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.base import Context
from simulation.model import Model
from simulation.state.entities import AWAY, BOTH_ENDS, NOT_MOVED, RETURNED, SEATED, SETTLED
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.levers.pulled import START, alone, bill
from tests.simulation.runs import lever, policy


def with_ready(parameters: Parameters, share: float) -> Parameters:
    return parameters._replace(schooling=parameters.schooling._replace(enrolment_probability=share))


def test_more_papers_are_ready_as_it_phases_in_and_never_fewer(settled: Context) -> None:
    p = with_ready(settled.parameters, 0.2)
    rule = alone(settled, "enrolment_help", 0.8, phase_in_months=3)
    ready = [rule.numbers(START + month, p).schooling.enrolment_probability for month in range(4)]
    assert ready == pytest.approx([0.4, 0.6, 0.8, 0.8])  # a third of the way from .2 to .8 each month
    assert rule.numbers(START, p)._replace(schooling=p.schooling) == p
    assert alone(settled, "enrolment_help", 0.1).numbers(START, p) == p


def test_it_costs_by_children_of_households_at_the_sites(settled: Context) -> None:
    settled = settled._replace(parameters=with_ready(settled.parameters, 0.2))
    homes = settled.state.households
    homes.school_age[:] = 2
    homes.state[:5] = [SETTLED, BOTH_ENDS, AWAY, RETURNED, NOT_MOVED]
    rule = alone(settled, "enrolment_help", 1.0, phase_in_months=2)
    # Nine households of two children, at 2 yuan a month; a half of it in the first.
    assert [bill(rule, START + month) for month in range(2)] == [(0.0, 18.0), (0.0, 36.0)]
    assert bill(alone(settled, "enrolment_help", 0.2), START) == (0.0, 0.0)  # as soon without it


def test_free_seats_are_taken_sooner_and_no_seat_is_made(large_town: Population, parameters: Parameters) -> None:
    slow = with_ready(parameters, 0.02)
    base = Model(large_town, slow, months=START + 6)
    model = Model(large_town, slow, policy(lever("enrolment_help", 1.0)), months=START + 6)
    seated = []
    while model.month < model.months:
        base.step()
        model.step()
        assert np.array_equal(base.state.sites.seats, model.state.sites.seats)
        assert (model.state.sites.seated <= model.state.sites.seats).all()
        seated.append([int((each.state.persons.place == SEATED).sum()) for each in (base, model)])
    assert all(before == after for before, after in seated[:START])
    assert seated[START][1] > seated[START][0]
    # All papers are ready in the first month: the second adds hardly anybody.
    first, second = seated[START][1] - seated[START - 1][1], seated[START + 1][1] - seated[START][1]
    assert second < 0.2 * first
