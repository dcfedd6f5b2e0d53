"""Flats passed on: which, when, to whom, how often, and what is paid."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.foundations.months import NEVER
from simulation.initial import with_further_households
from simulation.levers.base import Context
from simulation.levers.replacement_rule import ReplacementRule
from simulation.state.entities import NOT_MOVED, RETURNED, SETTLED
from simulation.state.population import Population
from tests.simulation.levers.pulled import START, alone, bill
from tests.simulation.runs import lever

ALL = {"known_share": 1.0, "delay_months": 6.0, "list_share": 0.5}
UNKNOWN = ALL | {"known_share": 0.0}


def with_list(context: Context, dozen: Population, size: float = 1.0, **changes: Any) -> ReplacementRule:
    """Return the rule in the town with two households on the list of each site: rows 12 and 13, 14 and 15, 16 and 17.

    Each household there gives its flat up six months after it has moved back.
    """
    changes = {"settings": ALL} | changes
    own = lever("replacement_rule", size, **changes)
    like = ReplacementRule.further(own, context.state)
    state = with_further_households(context.state, dozen, context.parameters, 1, 108, 0, START, like)
    state.households.flat_patience[:] = 6
    return ReplacementRule(own, context._replace(state=state))


def give_up(rule: ReplacementRule, *households: int, months: int = 12) -> None:
    """Let households have moved back so many months ago; they have given their flats up since."""
    homes, rows = rule.state.households, list(households)
    homes.state[rows], homes.flat_kept[rows], homes.months_in_state[rows] = RETURNED, False, months


def called(rule: ReplacementRule, month: int = START) -> list[int]:
    return np.flatnonzero(rule.state.households.move_in_month == month).tolist()


def test_the_list_of_a_site_has_a_share_of_it_from_first_to_last(settled: Context) -> None:
    for share, rows in ((0.5, [0, 3, 4, 7, 8, 11]), (0.06, [0, 4, 8]), (1.0, list(range(12)))):
        own = lever("replacement_rule", settings=ALL | {"list_share": share})
        assert ReplacementRule.further(own, settled.state).tolist() == rows
    assert ReplacementRule.further(lever("replacement_rule", 0.0), settled.state).size == 0


def test_a_flat_given_up_goes_to_the_first_on_the_list_of_its_site(settled: Context, dozen: Population) -> None:
    rule = with_list(settled, dozen)
    give_up(rule, 2, 5)
    rule.open(START)
    assert called(rule) == [12, 14]
    assert np.flatnonzero(rule.state.households.flat_passed).tolist() == [2, 5]
    assert bill(rule) == (10000.0, 0.0)  # two households at 5,000 yuan


def test_a_flat_is_passed_on_once_and_a_list_comes_to_its_end(settled: Context, dozen: Population) -> None:
    rule = with_list(settled, dozen)
    give_up(rule, 0, 1, 2)
    rule.open(START)
    # Two are on the list of site 0: the third flat stays empty.
    assert called(rule) == [12, 13]
    assert rule.state.households.flat_passed[:3].tolist() == [True, True, False]
    assert rule.need().tolist() == [1.0, 0.0, 0.0]
    for month in range(START + 1, START + 5):
        rule.open(month)
        assert called(rule, month) == []
        assert bill(rule, month) == (0.0, 0.0)


def test_who_got_a_flat_may_give_it_up_in_turn(settled: Context, dozen: Population) -> None:
    rule = with_list(settled, dozen)
    give_up(rule, 0)
    rule.open(START)
    rule.state.households.state[12] = SETTLED
    give_up(rule, 12)
    rule.open(START + 20)
    assert called(rule, START + 20) == [13]
    assert np.flatnonzero(rule.state.households.flat_passed).tolist() == [0, 12]
    rule.open(START + 21)
    assert rule.state.sites.flats_passed.tolist() == [2, 0, 0]


def test_it_takes_months_until_a_flat_goes_over(settled: Context, dozen: Population) -> None:
    rule = with_list(settled, dozen)
    give_up(rule, 0, months=11)  # given up after 6, and 6 more are needed
    rule.open(START)
    assert called(rule) == []
    rule.state.households.months_in_state[0] += 1
    rule.open(START + 1)
    assert called(rule, START + 1) == [12]


def test_who_keeps_the_flat_or_is_settled_loses_none(settled: Context, dozen: Population) -> None:
    rule = with_list(settled, dozen)
    give_up(rule, 0, 1)
    homes = rule.state.households
    homes.flat_kept[0], homes.state[1] = True, SETTLED
    rule.open(START)
    assert called(rule) == []


def test_nobody_gets_a_flat_of_which_the_authority_does_not_know(settled: Context, dozen: Population) -> None:
    rule = with_list(settled, dozen, settings=UNKNOWN)
    give_up(rule, 0, 4)
    rule.open(START)
    assert called(rule) == []
    rule.state.sites.observed[1] = 1.0
    rule.open(START + 1)
    assert called(rule, START + 1) == [14]  # the register of site 1 says so


def test_a_register_adds_flats_to_those_that_are_known(settled: Context, dozen: Population) -> None:
    def passed(known: float, observed: float, size: float = 1.0) -> set[int]:
        settings = {"known_share": known, "delay_months": 0.0, "list_share": 1.0}
        rule = with_list(settled, dozen, size, settings=settings)
        give_up(rule, *range(12))
        rule.state.sites.observed[:] = observed
        rule.open(START)
        return set(np.flatnonzero(rule.state.households.flat_passed).tolist())

    half = passed(0.5, 0.0)
    assert 0 < len(half) < 12
    assert passed(0.0, 0.5) == half == passed(0.5, 0.2)
    assert passed(0.5, 0.9) > half
    assert len(passed(0.5, 1.0)) == 12
    # A share of them: by another lot, and a larger share passes on what a smaller one does.
    assert passed(1.0, 0.0, 0.3) < passed(1.0, 0.0, 0.8) < passed(1.0, 0.0)
    assert passed(0.0, 0.0) == set()


def test_a_flat_goes_to_nobody_who_has_died_out_on_the_list(settled: Context, dozen: Population) -> None:
    rule = with_list(settled, dozen)
    homes, persons = rule.state.households, rule.state.persons
    persons.death_month[homes.first[12] : homes.first[13]] = START
    give_up(rule, 0)
    rule.open(START)
    assert called(rule) == [13]


def test_flats_passed_are_counted_from_the_month_after(settled: Context, dozen: Population) -> None:
    rule = with_list(settled, dozen)
    give_up(rule, 0, 8)
    rule.open(START)
    assert rule.state.sites.flats_passed.tolist() == [0, 0, 0]  # who gets them has not arrived yet
    rule.open(START + 1)
    assert rule.state.sites.flats_passed.tolist() == [1, 0, 1]


def test_who_moved_in_before_is_not_paid_again(settled: Context, dozen: Population) -> None:
    rule = with_list(settled, dozen)
    rule.state.households.move_in_month[3] = START  # of the tables, not of the list
    assert bill(rule) == (0.0, 0.0)


def test_need_is_flats_given_up_that_nobody_has_got(settled: Context) -> None:
    homes = settled.state.households
    homes.state[[0, 1, 4, 5]] = [RETURNED, RETURNED, RETURNED, NOT_MOVED]
    homes.flat_kept[[0, 4]], homes.flat_passed[4] = False, True
    assert alone(settled, "replacement_rule").need().tolist() == [1.0, 0.0, 0.0]


def test_who_is_on_the_list_has_no_month_of_moving_in(settled: Context, dozen: Population) -> None:
    rule = with_list(settled, dozen)
    assert (rule.state.households.move_in_month[12:] == NEVER).all()
    assert rule.listed.tolist() == [False] * 12 + [True] * 6
