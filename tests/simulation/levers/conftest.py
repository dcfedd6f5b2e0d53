"""What the tests of single levers share."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.initial import initial_state
from simulation.levers.base import Context
from simulation.state.entities import SETTLED
from simulation.state.parameters import Parameters
from simulation.state.population import Population


@pytest.fixture
def made(dozen: Population, round_numbers: Parameters) -> Context:
    """Twelve households at three sites before their first month, as levers see them."""
    state, fixed = initial_state(dozen, round_numbers, 1, 108)
    openings = dozen.schools["open_month"].to_numpy(np.int16, copy=True)
    return Context(1, state, fixed, round_numbers, openings)


MEMBERS = (4, 3, 3, 3, 5, 2, 3, 2, 4, 2, 4, 1)
"""Persons of each of the twelve households, four at each of three sites: 13, 12 and 11."""


@pytest.fixture
def settled(made: Context) -> Context:
    """The same twelve households, when all of them have their flats and live there."""
    homes = made.state.households
    homes.state[:], homes.flat_kept[:], homes.members[:] = SETTLED, True, MEMBERS
    made.state.sites.arrived[:] = 4
    return made
