"""What households expect of work is what comes to them: counted person by person in a run of the city."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.city import City, Given
from simulation.rules.budget import expected_found, home_of, place_of
from simulation.state.entities import AWAY_JOB, BOTH_ENDS, FARM, ORGANISED_EXPORT, PUBLIC_POST, SETTLED
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE
from simulation.state.population import Population

START = 96


def test_expected_work_is_what_comes(city: Population, parameters: Parameters) -> None:
    """Of all without work at the sites, within expectation_months: a tenth more or less in all, a quarter by place."""
    months = round(parameters.jobs.expectation_months)
    run = City()
    run.begin(Given(city, parameters, 1, START + months), BASELINE)
    while run.month < START:
        run.advance()
    households, persons, sites = run.state.households, run.state.persons, run.state.sites
    here = np.isin(households.state, (SETTLED, BOTH_ENDS)) & (households.seekers > 0)
    expected = np.zeros(2)
    for h in np.flatnonzero(here):
        home, place = home_of(h, households, sites), place_of(households.site[h], sites)
        expected += expected_found(home, True, place)
    able = (persons.labour_from <= START) & (persons.labour_to > START) & (persons.death_month > START)
    jobless = np.isin(persons.channel, (*range(FARM + 1), PUBLIC_POST))  # a public post counts as none
    who = np.flatnonzero(here[persons.household] & able & jobless & ~persons.carer)
    first = np.zeros(who.size, dtype=int)  # 1 found near by, 2 away
    for _ in range(months):
        run.advance()
        channel = persons.channel[who]
        away = np.isin(channel, (AWAY_JOB, ORGANISED_EXPORT))
        found = (first == 0) & (channel > FARM) & (channel != PUBLIC_POST)
        first[found] = np.where(away, 2, 1)[found]
    came = np.array([(first == 1).sum(), (first == 2).sum()])
    assert came.min() > 300
    assert expected.sum() == pytest.approx(came.sum(), rel=0.1)
    assert expected == pytest.approx(came, rel=0.25)
