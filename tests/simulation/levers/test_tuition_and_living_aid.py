"""Tuition and living aid: for whom it is paid."""

from __future__ import annotations

from simulation.levers.base import Context
from simulation.state.entities import AWAY
from simulation.state.parameters import Parameters
from simulation.state.policy import PolicyNow
from simulation.state.population import Population
from tests.simulation.levers.pulled import START, alone, run, spent


def test_the_aid_phases_in_and_is_told_by_the_month(made: Context) -> None:
    rule = alone(made, "tuition_and_living_aid", 150.0, phase_in_months=3)
    assert rule.announce(START, PolicyNow(7.0, 0.0)) == PolicyNow(7.0, 50.0)
    assert rule.announce(START + 5, PolicyNow(7.0, 0.0)) == PolicyNow(7.0, 150.0)


def test_need_is_pupils_of_poor_households(made: Context) -> None:
    homes = made.state.households
    homes.site[:], homes.state[:] = [0] * 4 + [1] * 4 + [2] * 4, 1
    homes.school_age[:], homes.poor[:] = 2, [True, False] * 6
    assert alone(made, "tuition_and_living_aid").need().tolist() == [4.0, 4.0, 4.0]


def test_it_is_paid_for_poor_pupils_who_are_not_away(town: Population, parameters: Parameters) -> None:
    model = run(town, parameters, "tuition_and_living_aid", 150.0)
    h = model.state.households
    pupils = h.school_age[h.poor & (h.state != AWAY)].sum()
    assert 0 < pupils < h.school_age.sum()
    assert spent(model, "recurrent").iloc[-1] == 150.0 * pupils
