"""Income of the month and the pooling of land, on the twelve households; rules of the budget are in test_budget.py."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from simulation.model import Model
from simulation.processes.income import update_income, update_land
from simulation.rules.budget import home_of, income_of, place_of
from simulation.state.entities import (
    AWAY,
    BOTH_ENDS,
    FARM,
    NONE,
    NOT_MOVED,
    RETURNED,
    SETTLED,
    WORKSHOP,
)
from simulation.state.parameters import Parameters
from simulation.state.policy import PolicyNow
from simulation.state.population import Population
from tests.simulation.made import NO_POLICY, call, employ, moment, recount


@pytest.fixture
def model(dozen: Population, round_numbers: Parameters) -> Model:
    made = moment(dozen, round_numbers, "2019-05")
    state = made.state
    state.households.state[:] = (SETTLED, BOTH_ENDS, AWAY, RETURNED, SETTLED, SETTLED, SETTLED, SETTLED, NOT_MOVED,
                                 BOTH_ENDS, RETURNED, AWAY)  # fmt: skip
    employ(made, 0, WORKSHOP, state.layout.workshops, 2080.0)
    state.households.allowance_yuan[5] = 250.0
    recount(made)
    return made


def earn(model: Model, policy: PolicyNow = NO_POLICY) -> None:
    """Set the income of the households that were recounted; of all if the policy pays otherwise than before."""
    before, model.policy_now = model.policy_now, policy
    call(update_income, model, all_of_them=policy != before)


def test_income_is_a_head_and_before_the_cost_of_the_place(model: Model) -> None:
    earn(model)
    # Household 0, four members, 10 km from home: 2080 from the workshop, and .6 of the 4 mu (at 100 a month) that one
    # helper farms: 240.
    assert model.state.households.income_yuan[0] == pytest.approx((2080 + 240) / 4)
    # Household 7: nobody works or farms. Household 5 in May 2019: the old woman has just died; her husband has a
    # pension of 100, kin send him 200, 'three changes' pays 360 / 12 = 30, the allowance 250.
    assert model.state.households.income_yuan[7] == 0.0
    assert model.state.households.income_yuan[5] == pytest.approx(100 + 200 + 30 + 250)


def test_every_household_with_a_flat_gets_the_income_of_its_state(model: Model) -> None:
    p, policy = model.parameters, PolicyNow(30.0, 150.0)
    model.state.households.income_yuan[:] = -1.0
    earn(model, policy)
    for h in range(12):
        home, place = (
            home_of(h, model.state.households, model.state.sites),
            place_of(int(model.state.households.site[h]), model.state.sites),
        )
        if home.state == NOT_MOVED:
            assert model.state.households.income_yuan[h] == -1.0
        else:
            yuan = income_of(home, home.state, False, place, p, policy)
            assert model.state.households.income_yuan[h] == pytest.approx(yuan / home.members)


def test_who_farms(model: Model) -> None:
    earn(model)
    farms = {int(i) for i in np.flatnonzero(model.state.persons.channel == FARM)}
    # Settled 10 km away: household 0, of which 0 is at work; at both ends: 1 and 9; moved back: 3 and 10. Household 6
    # is settled 12 km away. Households 2 and 11 are away, 4 too far, 8 not yet there.
    assert farms == {1, 4, 5, 29, 30, 10, 11, 12, 31, 32, 21}
    assert model.state.persons.channel[0] == WORKSHOP
    # Without land or hands it stops: household 3 goes away.
    model.state.households.state[3] = AWAY
    recount(model)
    earn(model)
    assert model.state.persons.channel[[10, 11, 12]].tolist() == [NONE] * 3


def test_only_households_that_were_recounted_are_looked_at(model: Model) -> None:
    h = model.state.households
    h.recounted[:] = False
    h.recounted[[1, 4, 8]] = True
    h.income_yuan[:] = -1.0
    earn(model)
    # Household 8 has not moved in; its turn comes when it has.
    assert np.flatnonzero(h.income_yuan != -1.0).tolist() == [1, 4]
    assert np.flatnonzero(h.recounted).tolist() == [8]
    earn(model)
    assert np.flatnonzero(h.income_yuan != -1.0).tolist() == [1, 4]


def test_all_are_looked_at_in_a_month_when_the_policy_pays_otherwise(model: Model) -> None:
    h = model.state.households
    earn(model)
    for policy in (PolicyNow(0.0, 150.0), PolicyNow(30.0, 150.0), NO_POLICY):
        h.recounted[:] = False
        h.income_yuan[:] = -1.0
        earn(model, policy)
        assert np.flatnonzero(h.income_yuan == -1.0).tolist() == [8]


def pool(model: Model, yuan: float, take_up: float = 1.0) -> list[int]:
    call(update_land, model, take_up=take_up, policy=PolicyNow(yuan, 0.0))
    return np.flatnonzero(model.state.households.land_pooled).tolist()


def test_land_is_pooled_by_who_believes_to_gain(model: Model) -> None:
    """Belief is trust + (1 - trust) knowledge = .6 with .5 and .2: 49 yuan a mu and month counts as 29.4."""
    model.state.households.trust[:], model.state.households.knowledge[:] = 0.5, 0.2
    model.state.households.recounted[:] = False
    # Farmed on visits a mu brings .6 * 100 = 60, let it brings 20: half of the better is kept back, 30 a mu where there
    # are hands, 10 elsewhere. So at 29.4 a mu only 5 signs, where nobody can farm. 0 and 6 farm from 10 and 12 km and 1
    # at both ends: 60 a mu; 3 and 10 have moved back: 100. 7 has no land, 8 is not there, 9 has let all of its land.
    assert pool(model, 49.0) == [5]
    assert np.flatnonzero(model.state.households.recounted).tolist() == [5]  # and its income is new
    assert not model.state.households.review_due.any()
    # At 60 a month a believed 36 beats the 30 of visits that nobody makes; at 120 a believed 72 beats the 60 of a
    # settled household that farms, not whole harvests.
    assert pool(model, 60.0) == [2, 4, 5, 11]
    assert pool(model, 120.0) == [0, 1, 2, 4, 5, 6, 11]


def test_a_first_yuan_moves_no_land(model: Model) -> None:
    """At 1 to 10 yuan a year a mu is worth more idle: half of a rent of 240."""
    model.state.households.trust[:] = model.state.households.knowledge[:] = 1.0
    for yuan in (0.0, 1.0, 10.0, 100.0, 120.0):
        assert pool(model, yuan / 12.0) == [], yuan


def test_more_is_signed_for_more(model: Model) -> None:
    signed: list[set[int]] = []
    for yuan in (0.0, 1.0, 100.0, 200.0, 400.0, 800.0, 1600.0, 3200.0):
        model.state.households.land_pooled[:] = False
        signed.append(set(pool(model, yuan / 12.0)))
    assert all(less <= more for less, more in pairwise(signed))
    assert not signed[1]
    assert signed[-1] == {0, 1, 2, 3, 4, 5, 6, 10, 11}  # all who have land and a flat


def test_a_contract_ends_with_the_farming_year_if_the_land_brings_more(model: Model) -> None:
    h = model.state.households
    h.land_pooled[[3, 4]] = True  # 3 has moved back and would farm 3 mu at 100; 4 is too far away
    yuan = PolicyNow(50.0, 0.0)
    call(update_land, model, month=40, take_up=0.0, policy=yuan)  # May
    assert np.flatnonzero(h.land_pooled).tolist() == [3, 4]
    h.recounted[:] = False
    call(update_land, model, month=47, take_up=0.0, policy=yuan)  # December
    assert np.flatnonzero(h.land_pooled).tolist() == [4]
    assert np.flatnonzero(h.recounted).tolist() == [3]


def test_who_has_died_out_signs_nothing_and_holds_no_contract(model: Model) -> None:
    h = model.state.households
    h.members[[2, 4]] = 0
    h.land_pooled[2] = True
    assert not {2, 4} & set(pool(model, 5000.0))


def test_only_those_whom_the_platform_reaches_pool(model: Model) -> None:
    assert pool(model, 500.0, take_up=0.0) == []
    some = pool(model, 5000.0, take_up=0.5)
    assert 0 < len(some) < 10


def test_pooled_land_stops_farming_and_pays(model: Model) -> None:
    earn(model)
    before = model.state.households.income_yuan[0]
    model.state.households.land_pooled[0] = True
    earn(model, PolicyNow(50.0, 0.0))
    assert model.state.persons.channel[1] == NONE
    # 4 mu * 50 in place of 240 from farming, for four members.
    assert model.state.households.income_yuan[0] == pytest.approx(before + (200 - 240) / 4)
