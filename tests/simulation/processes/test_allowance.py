"""The subsistence allowance on the twelve households, by hand, and in a town: who is on the rolls, and what they get.

Round numbers: a rural line of 360 a month, an urban one of 600, the lowest grade a tenth, reviews every six months
(month and household add up to a multiple of six), two months from claim to decision, everybody claims, pensions of 100,
200 a head from kin of which half counts.
"""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.settings.help_text import read_tree
from simulation.foundations.months import REPORT_MONTH, month_index
from simulation.model import Model
from simulation.processes.allowance import allowance_of, counted_income, update_allowances
from simulation.state.entities import AWAY, NOT_MOVED
from simulation.state.parameters import Parameters
from simulation.state.policy import PolicyNow
from simulation.state.population import Population
from tests.simulation.made import NO_POLICY, call, moment, numbers, recount

NEW = (
    ("dibao_line_yuan_year", "allowance_income", 107),
    ("dibao_least_share", "allowance_income", 40),
    ("dibao_review_months", "dibao", 56),
    ("dibao_take_up", "dibao", 107),
    ("dibao_delay_months", "dibao", 54),
    ("kin_counted_share", "allowance_income", 107),
    ("poverty_line_yuan_year", "persons_poor", 107),
)
"""Parameters, and what must differ in some month between the ends of their ranges."""


@pytest.fixture
def model(dozen: Population, round_numbers: Parameters) -> Model:
    made = moment(dozen, round_numbers, "2019-06")
    made.state.households.income_yuan[:] = 1000.0
    return made


def counted(model: Model, h: int, policy: PolicyNow = NO_POLICY) -> float:
    return counted_income(h, model.state.households, model.parameters.income, policy)


def decide(model: Model, month: str) -> list[int]:
    """Let the office decide in a month, count members anew, and return the households on the rolls."""
    model.month = month_index(month)
    call(update_allowances, model, income=model.parameters.income)
    recount(model)
    return np.flatnonzero(model.state.households.dibao).tolist()


def test_what_counts_as_income(model: Model) -> None:
    h = model.state.households
    # Household 1, three members, one pension: (3 * 200 - 100) / 3. Half of what kin send counts for household 5, one
    # old man: 330 - 100 of pension - 100. What the allowance itself brought does not count.
    h.income_yuan[[1, 5]] = 200.0, 330.0
    assert counted(model, 1) == pytest.approx(500 / 3)
    assert counted(model, 5) == pytest.approx(130)
    h.allowance_yuan[1], h.income_yuan[1] = 90.0, 230.0
    assert counted(model, 1) == pytest.approx(500 / 3)
    # Aid for two pupils of poor household 0, four members: not away, where none is paid.
    h.income_yuan[0], aid = 300.0, PolicyNow(0.0, 150.0)
    assert h.poor[0]
    assert counted(model, 0, aid) == pytest.approx((1200 - 150 * int(h.school_age[0])) / 4)
    h.state[0] = AWAY
    assert counted(model, 0, aid) == pytest.approx(300)


def test_the_difference_to_the_line_is_paid_and_no_less_than_the_lowest_grade() -> None:
    assert [allowance_of(yuan, 360.0, 0.1) for yuan in (-20.0, 0.0, 130.0, 330.0, 900.0)] == [380, 360, 230, 36, 36]


def test_up_to_the_report_month_the_rolls_are_those_of_the_tables(model: Model) -> None:
    h = model.state.households
    h.income_yuan[[0, 1, 5, 9]] = 10.0, 200.0, 330.0, 1000.0
    assert decide(model, "2019-06") == [1, 5, 9]
    # One member of household 1 is on the rolls; household 5 gets the urban line less 130; household 9 earns too much
    # and gets the lowest grade for one; household 0 is below the line, but not in the tables.
    assert h.allowance_yuan[[0, 1, 5, 9]].tolist() == pytest.approx([0, 360 - 500 / 3, 470, 36])
    assert np.flatnonzero(h.recounted).size == 12  # recount() has counted all
    assert h.dibao.sum() == 3


def test_after_it_a_household_is_on_the_rolls_as_a_whole_or_off_them(model: Model) -> None:
    h = model.state.households
    h.income_yuan[[1, 9]] = 200.0, 1000.0
    decide(model, "2019-06")
    assert decide(model, "2020-01") == [1, 5, 9]  # month 48: none of them is due
    h.income_yuan[1] = 200.0 + h.allowance_yuan[1] / 3  # what the month brought with it
    assert decide(model, "2020-06") == [1, 5, 9]  # month 53 and household 1: due
    assert h.dibao[1] == 3
    assert h.allowance_yuan[1] == pytest.approx(3 * (360 - 500 / 3))
    assert decide(model, "2020-10") == [1, 5]  # month 57: household 9 earns 1,000 a head
    assert h.allowance_yuan[9] == 0.0


def test_who_falls_below_the_line_claims_at_a_review_and_is_decided_on_later(model: Model) -> None:
    h = model.state.households
    h.income_yuan[[1, 4, 5, 9, 10]] = 100.0
    decide(model, "2020-02")
    assert decide(model, "2020-03") == [1, 5, 9]  # month 50: households 4 and 10 are due, and claim
    assert h.dibao_claim_month[[4, 10]].tolist() == [52, 52]
    h.income_yuan[10] = 400.0  # meanwhile it has found work
    assert decide(model, "2020-04") == [1, 5, 9]
    assert decide(model, "2020-05") == [1, 4, 5, 9]
    # Household 4: five members, the oldest of 63 with a pension: 360 less (500 - 100) / 5 for each.
    assert h.allowance_yuan[4] == pytest.approx(5 * (360 - 80))
    assert not h.dibao_claim_month.any()


def test_who_does_not_come_forward_gets_nothing(model: Model) -> None:
    numbers(model, "income", dibao_take_up=0.0)
    model.state.households.income_yuan[:] = 0.0
    for month in ("2020-03", "2020-04", "2020-05", "2020-06", "2020-07", "2020-08", "2020-09", "2020-10"):
        assert decide(model, month) == [1, 5, 9]


def test_an_allowance_ends_with_who_had_it_and_starts_with_the_flat(model: Model) -> None:
    h, persons = model.state.households, model.state.persons
    decide(model, "2019-06")
    persons.death_month[6] = month_index("2019-07")  # the old woman of household 1
    model.month = month_index("2019-07")
    recount(model)
    assert decide(model, "2019-08") == [5, 9]
    assert h.allowance_yuan[1] == 0.0
    h.state[:], h.allowance_yuan[:] = NOT_MOVED, 0.0
    call(update_allowances, model, income=model.parameters.income)
    assert not h.allowance_yuan.any()


def test_a_town_keeps_its_books(town: Population, parameters: Parameters) -> None:
    """The tables' persons are on the rolls in December 2019; paid is what the households on the rolls got."""
    model = Model(town, parameters, months=84, collect=False).run()
    persons, h, records = town.persons, model.state.households, model.records
    alive = (persons["birth_month"] <= REPORT_MONTH) & (persons["death_month"] > REPORT_MONTH)
    assert records.value("dibao", month=REPORT_MONTH) == (alive & (persons["dibao"] != "none")).sum()
    living = h.members > 0
    assert records.value("allowance_income") == pytest.approx(h.allowance_yuan[living].sum())
    assert (h.allowance_yuan[living & (h.dibao > 0)] > 0.0).all()
    assert ((h.dibao == 0) | (h.dibao == h.members))[living].mean() > 0.97  # but for births since the review
    assert records.value("dibao") != records.value("dibao", month=REPORT_MONTH)


def test_kin_alone_do_not_decide_who_is_poor(large_town: Population, parameters: Parameters) -> None:
    """From 200 to 500 yuan the share of the poor differs by less than 2 points once the rolls answer."""
    poor = {}
    for kin in (200.0, 500.0):
        income = parameters.income._replace(kin_support_yuan=kin)
        model = Model(large_town, parameters._replace(income=income), months=108, collect=False).run()
        poor[kin] = [model.records.value("poverty_share", month=month) for month in (REPORT_MONTH, 107)]
    assert poor[200.0][1] - poor[500.0][1] < 0.02
    assert poor[200.0][1] < poor[200.0][0]


def test_the_urban_line_holds_for_who_moved_to_the_urban_rolls(model: Model) -> None:
    h, entry = model.state.households, read_tree()["parameters"]["income"]["dibao_urban_line_yuan_year"]
    h.income_yuan[[1, 5]] = 200.0, 330.0
    paid = []
    for end in (entry["low"], entry["high"]):
        numbers(model, "income", dibao_urban_line_yuan_year=end)
        h.allowance_yuan[:] = 0.0
        decide(model, "2019-06")
        paid.append(h.allowance_yuan[[1, 5]].tolist())
    assert paid[1][1] - paid[0][1] == pytest.approx((entry["high"] - entry["low"]) / 12)
    assert paid[1][0] == paid[0][0]


@pytest.mark.parametrize(("name", "found", "month"), NEW)
def test_both_ends_of_each_range_differ(
    name: str, found: str, month: int, large_town: Population, parameters: Parameters
) -> None:
    values = []
    entry = read_tree()["parameters"]["income"][name]
    for end in (entry["low"], entry["high"]):
        income = parameters.income._replace(**{name: end})
        model = Model(large_town, parameters._replace(income=income), months=month + 1, collect=False).run()
        values.append(model.records.value(found))
    assert values[0] != values[1]
