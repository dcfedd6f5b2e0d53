"""The safety net: who then comes forward, lines that rise if that is set, and what is owed to the lever."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.base import Context
from simulation.levers.safety_net import more_yuan
from simulation.model import Model
from simulation.processes.allowance import RURAL, URBAN, allowance_of, line_of
from simulation.state.entities import NOT_MOVED
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.levers.pulled import START, alone, bill
from tests.simulation.runs import lever, policy

HIGHER = {"line_yuan": 1200.0}
"""Lines raised by a hundred yuan a month."""


def with_take_up(context: Context, share: float) -> Context:
    income = context.parameters.income._replace(dibao_take_up=share)
    return context._replace(parameters=context.parameters._replace(income=income))


def test_both_lines_rise_and_with_them_what_a_member_gets(settled: Context) -> None:
    p = settled.parameters
    income = alone(settled, "safety_net", settings=HIGHER).numbers(START, p).income
    # 4,320 and 7,200 yuan a year are 360 and 600 a month; a hundred a month more.
    assert (line_of(RURAL, p.income), line_of(URBAN, p.income)) == (360.0, 600.0)
    assert (line_of(RURAL, income), line_of(URBAN, income)) == pytest.approx((460.0, 700.0))
    # Who has 300 gets the difference, 60 and then 160; who has 400 gets nothing but the lowest grade before.
    for counted, before, now in ((300.0, 60.0, 160.0), (400.0, 36.0, 60.0)):
        assert allowance_of(counted, 360.0, 0.1) == pytest.approx(before)
        assert allowance_of(counted, line_of(RURAL, income), income.dibao_least_share) == pytest.approx(now)


def test_take_up_is_raised_to_the_size_as_it_phases_in_and_never_lowered(settled: Context) -> None:
    context = with_take_up(settled, 0.5)
    rule = alone(context, "safety_net", 0.9, phase_in_months=4, settings=HIGHER)
    numbers = [rule.numbers(month, context.parameters).income for month in (START, START + 1, START + 9)]
    # A quarter of the way from .5 to .9 each month, and of 1,200 yuan above 4,320: 300, 600, and in the end all.
    assert [n.dibao_take_up for n in numbers] == pytest.approx([0.6, 0.7, 0.9])
    assert [n.dibao_line_yuan_year for n in numbers] == pytest.approx([4620.0, 4920.0, 5520.0])
    context = with_take_up(settled, 0.95)
    assert rule.numbers(START + 9, context.parameters).income.dibao_take_up == 0.95


def test_nothing_but_lines_and_take_up_changes(settled: Context) -> None:
    lines = {"dibao_line_yuan_year", "dibao_urban_line_yuan_year"}
    # No line rises unless that is set. Of a take-up of 1 there is nothing left to raise.
    for take_up, settings, expected in (
        (0.5, {"line_yuan": 0.0}, {"dibao_take_up"}),
        (0.5, HIGHER, lines | {"dibao_take_up"}),
        (1.0, HIGHER, lines),
    ):
        p = with_take_up(settled, take_up).parameters
        changed = alone(settled, "safety_net", 0.95, settings=settings).numbers(START, p)
        assert changed._replace(income=p.income) == p
        names = {name for name, a, b in zip(p.income._fields, p.income, changed.income, strict=True) if a != b}
        assert names == expected


def test_at_size_0_it_does_nothing(settled: Context) -> None:
    p = with_take_up(settled, 0.5).parameters
    assert alone(settled, "safety_net", 0.0, settings=HIGHER).numbers(START, p) == p


def test_more_is_what_the_raised_line_adds(settled: Context) -> None:
    # The line is 360 a month and 460 when raised; the lowest grade is a tenth of it.
    paid = np.array([160.0, 120.0, 80.0, 46.0])
    # 160: 300 are counted, 60 were paid before. 120: 340, for whom the lowest grade, 36, was more than 20. 80: 380,
    # who was above the line. 46, the lowest grade: 36 were.
    assert more_yuan(paid, 100.0, settled.parameters.income) == pytest.approx([100.0, 84.0, 80.0, 10.0])
    # A line that is not raised adds nothing.
    unraised = np.array([60.0, 36.0])
    assert more_yuan(unraised, 0.0, settled.parameters.income) == pytest.approx([0.0, 0.0])


def test_more_lies_between_nothing_and_what_is_paid(settled: Context) -> None:
    for raised in (1.0, 100.0, 1e5):
        line = 360.0 + raised
        paid = np.linspace(0.1 * line, line, 50)
        more = more_yuan(paid, raised, settled.parameters.income)
        assert (more >= 0.0).all()
        assert (more <= paid).all()


def test_it_costs_what_is_owed_to_it(settled: Context) -> None:
    homes = settled.state.households
    rule = alone(settled, "safety_net", settings=HIGHER)
    rule.comes_forward = np.array([True, False, False, *[True] * 9])
    homes.dibao[[1, 4]], homes.allowance_yuan[[1, 4]] = 2, 100.0
    rule.plan()
    rule.open(START)
    assert bill(rule) == (0.0, 0.0)  # this month's allowances were decided on before
    homes.dibao[:4] = [4, 2, 3, 1]
    homes.allowance_yuan[:4] = [640.0, 240.0, 480.0, 160.0]  # a head: 160, 120, 160, 160
    homes.state[3] = NOT_MOVED
    rule.open(START + 1)
    # Household 0: 4 * 100. 1, which was on the rolls before: 2 * 84. 2 came forward for the lever: all of its 480.
    # 4 has what it had: its review is to come.
    assert bill(rule, START + 1) == (0.0, pytest.approx(400.0 + 168.0 + 480.0))


def test_where_no_line_rises_it_costs_what_those_get_who_come_forward_for_it(settled: Context) -> None:
    homes = settled.state.households
    rule = alone(settled, "safety_net", settings={"line_yuan": 0.0})
    rule.comes_forward = np.array([True, False, False, *[True] * 9])
    homes.dibao[1], homes.allowance_yuan[1] = 2, 100.0
    rule.plan()
    homes.dibao[:3], homes.allowance_yuan[:3] = [4, 2, 3], [640.0, 240.0, 90.0]
    rule.open(START + 1)
    # Household 0 comes forward anyway and 1 was on the rolls before: the line of 360 would give them the same. 2 does
    # neither, and all it gets is owed to the lever.
    assert bill(rule, START + 1) == (0.0, pytest.approx(90.0))


def test_a_review_counts_by_the_line_of_its_month(settled: Context) -> None:
    homes = settled.state.households
    homes.dibao[:6], homes.allowance_yuan[:6] = 1, 60.0
    rule = alone(settled, "safety_net", settings=HIGHER, phase_in_months=2)
    rule.plan()
    raised = []
    for month in range(START, START + 8):
        rule.open(month)
        raised.append(rule.raised[:6].round(9).tolist())
    # Household k is looked at when (month + k) is a multiple of six: 0 in January 2020 under the old line, 5 in
    # February under January's, which was raised by 50 yuan, the others under one raised by 100, and 0 again in July.
    assert raised[0] == [0.0] * 6
    assert raised[1] == [0.0, 0.0, 0.0, 0.0, 0.0, 50.0]
    assert raised[5] == [0.0, 100.0, 100.0, 100.0, 100.0, 50.0]
    assert raised[6] == [100.0, 100.0, 100.0, 100.0, 100.0, 50.0]
    assert raised[7] == [100.0] * 6


@pytest.mark.parametrize("settings", [{"line_yuan": 0.0}, HIGHER], ids=["take-up alone", "higher lines"])
def test_nothing_is_booked_before_an_allowance_has_risen(
    settings: dict[str, float], town: Population, parameters: Parameters
) -> None:
    base, model = Model(town, parameters), Model(town, parameters, policy(lever("safety_net", settings=settings)))
    while model.month < START + 12:
        base.step()
        model.step()
        if model.month > START:
            more = model.state.households.allowance_yuan - base.state.households.allowance_yuan
            booked = sum(entry.yuan for entry in model.levers.ledger if entry.month == model.month - 1)
            assert (booked > 1e-6) == (more > 1e-6).any()
            if model.month <= START + 2:  # no household lives otherwise yet
                assert booked <= more.sum() + 1e-6
    assert booked > 1000.0


def test_the_plan_remembers_who_is_on_the_rolls(settled: Context) -> None:
    homes = settled.state.households
    homes.dibao[:3] = [2, 0, 1]
    rule = alone(settled, "safety_net")
    rule.plan()
    homes.dibao[:] = 1
    assert np.flatnonzero(rule.on_rolls).tolist() == [0, 2]
