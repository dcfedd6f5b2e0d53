"""What the tests of single levers share."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.initial import initial_state
from simulation.levers.base import Context
from simulation.state.parameters import Parameters
from simulation.state.population import Population


@pytest.fixture
def made(dozen: Population, round_numbers: Parameters) -> Context:
    """Twelve households at three sites before their first month, as levers see them."""
    state, fixed = initial_state(dozen, round_numbers, 1, 108)
    openings = dozen.schools["open_month"].to_numpy(np.int16, copy=True)
    return Context(1, state, fixed, round_numbers, openings)
