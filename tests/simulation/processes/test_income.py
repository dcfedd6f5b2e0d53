"""Income of the month and the pooling of land, on the twelve households; rules of the budget are in test_budget.py."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.accounts import count_members
from simulation.budget import home_of, income_of, place_of
from simulation.initial import initial_state
from simulation.parameters import Parameters
from simulation.policy import PolicyNow
from simulation.population import Population
from simulation.processes.income import update_income, update_land
from simulation.state import AWAY, BOTH_ENDS, FARM, NONE, NOT_MOVED, RETURNED, SETTLED, WORKSHOP, State
from tests.simulation.made import NO_POLICY

MONTH = 40


@pytest.fixture
def state(dozen: Population, round_numbers: Parameters) -> State:
    made = initial_state(dozen, round_numbers, 1, 48, 0, 0)[0]
    made.households.state[:] = (SETTLED, BOTH_ENDS, AWAY, RETURNED, SETTLED, SETTLED, SETTLED, SETTLED, NOT_MOVED,
                                BOTH_ENDS, RETURNED, AWAY)  # fmt: skip
    made.persons.channel[0], made.persons.wage_yuan[0], made.persons.post[0] = WORKSHOP, 2080.0, made.layout.workshops
    h, p, s = made.households, made.persons, made.sites
    count_members(MONTH, h, p, s, made.layout, round_numbers.schooling, False)
    return made


def earn(state: State, p: Parameters, policy: PolicyNow = NO_POLICY) -> None:
    update_income(MONTH, state.households, state.persons, state.sites, p.jobs, p.income, policy)


def test_income_is_a_head_and_before_the_cost_of_the_place(state: State, round_numbers: Parameters) -> None:
    earn(state, round_numbers)
    # Household 0, four members, 10 km from home: 2080 from the workshop, and .6 of the 4 mu (at 100 a month) that one
    # helper farms: 240.
    assert state.households.income_yuan[0] == pytest.approx((2080 + 240) / 4)
    # Household 7: nobody works or farms. Household 5 in May 2019: the old woman has just died; her husband has a pension
    # of 100, kin send him 200, 'three changes' pays 360 / 12 = 30 and the urban allowance of two persons 500.
    assert state.households.income_yuan[7] == 0.0
    assert state.households.income_yuan[5] == pytest.approx(100 + 200 + 30 + 500)


def test_every_household_with_a_flat_gets_the_income_of_its_state(state: State, round_numbers: Parameters) -> None:
    p, policy = round_numbers, PolicyNow(30.0, 150.0)
    state.households.income_yuan[:] = -1.0
    earn(state, p, policy)
    for h in range(12):
        home, place = home_of(h, state.households), place_of(int(state.households.site[h]), state.sites)
        if home.state == NOT_MOVED:
            assert state.households.income_yuan[h] == -1.0
        else:
            yuan = income_of(home, home.state, False, place, p.jobs, p.income, policy)
            assert state.households.income_yuan[h] == pytest.approx(yuan / home.members)


def test_who_farms(state: State, round_numbers: Parameters) -> None:
    earn(state, round_numbers)
    farms = {int(i) for i in np.flatnonzero(state.persons.channel == FARM)}
    # Settled 10 km away: household 0, of which 0 is at work; at both ends: 1 and 9; moved back: 3 and 10. Household 6 is
    # settled 12 km away. Households 2 and 11 are away, 4 too far, 8 not yet there.
    assert farms == {1, 4, 5, 29, 30, 10, 11, 12, 31, 32, 21}
    assert state.persons.channel[0] == WORKSHOP
    # Without land or hands it stops: household 3 goes away.
    state.households.state[3] = AWAY
    earn(state, round_numbers)
    assert state.persons.channel[[10, 11, 12]].tolist() == [NONE] * 3


def pool(state: State, p: Parameters, yuan: float, take_up: float = 1.0) -> list[int]:
    policy = PolicyNow(yuan, 0.0)
    update_land(1, MONTH, take_up, state.households, p.jobs, p.income, p.knowledge, policy)
    return np.flatnonzero(state.households.land_pooled).tolist()


def test_land_is_pooled_by_who_believes_to_gain(state: State, round_numbers: Parameters) -> None:
    """Belief is .4 + .5 * trust * knowledge = .6 with .5 and .8: 50 yuan a mu and month counts as 30."""
    state.households.trust[:], state.households.knowledge[:] = 0.5, 0.8
    # Farming brings: household 0 240 for 4 mu against 120: no. 1 at both ends .6 * (1 mu * 100 + 150) = 150 against 30: no.
    # 2 is away, nothing against 5 * 30: yes. 3 moved back, 3 mu: 450 against 90: no. 4 is too far to farm: yes. So is 5.
    # 6 farms 3 mu from 12 km, .6 * 300 = 180 against 90: no. 7 has no land, 8 is not there. 9 has let all of its land.
    # 10 moved back, 4 mu: 550 against 120: no. 11 is away: yes.
    assert pool(state, round_numbers, 50.0) == [2, 4, 5, 11]
    assert np.flatnonzero(state.households.review_due).tolist() == [2, 4, 5, 11]
    # At 120 a month a believed 72 beats .6 * 100 of the settled, not whole harvests.
    assert pool(state, round_numbers, 120.0) == [0, 2, 4, 5, 6, 11]


def test_nobody_pools_for_nothing(state: State, round_numbers: Parameters) -> None:
    assert pool(state, round_numbers, 0.0) == []
    assert not state.households.review_due.any()


def test_only_those_whom_the_platform_reaches_pool(state: State, round_numbers: Parameters) -> None:
    assert pool(state, round_numbers, 500.0, take_up=0.0) == []
    some = pool(state, round_numbers, 5000.0, take_up=0.5)
    assert 0 < len(some) < 10


def test_pooled_land_stops_farming_and_pays(state: State, round_numbers: Parameters) -> None:
    earn(state, round_numbers)
    before = state.households.income_yuan[0]
    state.households.land_pooled[0] = True
    earn(state, round_numbers, PolicyNow(50.0, 0.0))
    assert state.persons.channel[1] == NONE
    # 4 mu * 50 in place of 240 from farming, for four members.
    assert state.households.income_yuan[0] == pytest.approx(before + (200 - 240) / 4)
