"""Benefits of both ends: how clear rights become, whom that concerns, and that each household is paid for once."""

from __future__ import annotations

import pytest

from simulation.levers.base import Context
from simulation.rules.budget import home_of, place_of
from simulation.rules.choice import Terms, residence_terms
from simulation.state.entities import BOTH_ENDS, SETTLED
from tests.simulation.levers.pulled import START, alone, bill, months_of
from tests.simulation.made import NO_POLICY


def terms(context: Context, household: int, state: int = SETTLED) -> Terms:
    homes, sites = context.state.households, context.state.sites
    home, place = home_of(household, homes, sites), place_of(int(homes.site[household]), sites)
    found: Terms = residence_terms(home, place, state - 1, 0.0, 0.0, context.parameters, NO_POLICY)
    return found


def test_clear_rights_take_fear_from_who_has_something_to_lose(settled: Context) -> None:
    homes = settled.state.households
    homes.trust[:], homes.knowledge[:] = 0.5, 0.4
    homes.land_mu[7] = homes.rented_mu[7] = 0.0
    homes.house[7] = False
    # Believed is .5 + .5 * .4 = .7 of what is announced. Of b_income rights_worth, 1.5 * .1, the part not believed:
    # at .4 it is .15 (1 - .28) = .108, at 1 it is .15 (1 - .7) = .045. Household 7 has nothing to lose.
    assert [terms(settled, h).rights for h in (0, 7)] == pytest.approx([-0.108, 0.0])
    title = terms(settled, 0).title
    alone(settled, "dual_benefits", 1.0).open(START)
    assert [terms(settled, h).rights for h in (0, 7)] == pytest.approx([-0.045, 0.0])
    assert terms(settled, 0, BOTH_ENDS).rights == 0.0  # who goes on living at the origin fears nothing
    assert terms(settled, 0).title == title


def test_clarity_rises_by_steps_and_never_falls(settled: Context) -> None:
    sites = settled.state.sites
    rule = alone(settled, "dual_benefits", 1.0, phase_in_months=5)
    clarity = []
    for month in range(START, START + 6):
        rule.open(month)
        clarity.append(round(float(sites.rights_clarity[2]), 9))
    # A fifth a month; the baseline's .4 (round numbers) stays until .6 is reached in the third month.
    assert clarity == [0.4, 0.4, 0.6, 0.8, 1.0, 1.0]
    assert (sites.title_clarity == 0.2).all()


def test_a_size_below_what_is_clear_already_does_nothing_and_costs_nothing(settled: Context) -> None:
    assert months_of(alone(settled, "dual_benefits", 0.3), 3) == [(0.0, 0.0)] * 3
    assert (settled.state.sites.rights_clarity == 0.4).all()


def test_each_household_is_paid_for_as_its_case_becomes_clear(settled: Context) -> None:
    # Of the .6 that is unclear, 0, 0, a third, a third, a third: 4 of 12 households a month, 300 yuan each.
    bills = months_of(alone(settled, "dual_benefits", 1.0, phase_in_months=5), 7)
    assert [capital for capital, _ in bills] == pytest.approx([0.0, 0.0, 1200.0, 1200.0, 1200.0, 0.0, 0.0])


def test_who_has_died_out_or_not_moved_is_not_paid_for(settled: Context) -> None:
    homes = settled.state.households
    homes.members[0], homes.state[1] = 0, 0
    rule = alone(settled, "dual_benefits", 1.0)
    rule.plan()
    rule.open(START)
    assert bill(rule) == pytest.approx((3000.0, 0.0))  # ten of twelve at 300 yuan


def test_who_has_nothing_to_lose_is_not_paid_for(settled: Context) -> None:
    homes = settled.state.households
    homes.house[:], homes.land_mu[:], homes.rented_mu[:] = False, 0.0, 0.0
    homes.house[0], homes.land_mu[[1, 2]], homes.rented_mu[[2, 11]] = True, 2.0, 1.0
    rule = alone(settled, "dual_benefits", 1.0)
    # A house, land, both, and land that is let: four households at 300 yuan, all of them in the first month.
    assert rule.concerned().nonzero()[0].tolist() == [0, 1, 2, 11]
    assert months_of(rule, 2) == [pytest.approx((1200.0, 0.0)), pytest.approx((0.0, 0.0))]


def test_what_others_made_clear_is_not_paid_for(settled: Context) -> None:
    rule = alone(settled, "dual_benefits", 1.0)
    rule.plan()
    settled.state.sites.rights_clarity[:] = 0.7  # from .4, by somebody else
    rule.open(START)
    # The lever raises it by .3 of the .6 that was unclear: half of twelve households at 300 yuan.
    assert bill(rule) == pytest.approx((1800.0, 0.0))
