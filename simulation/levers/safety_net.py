"""Allowance for all who are entitled to it (size: share of those entitled who come forward)."""

from __future__ import annotations

from typing import Self

import numpy as np

from simulation.foundations.months import MONTHS_PER_YEAR
from simulation.foundations.random_numbers import Q_ALLOWANCE
from simulation.levers.base import Context, LeverRule, Quantity
from simulation.rules.traits import draw_uniforms
from simulation.state.entities import NOT_MOVED, Bool, Float
from simulation.state.parameters import IncomeParameters, Parameters
from simulation.state.policy import RECURRENT, Lever


class SafetyNet(LeverRule):
    """Lets more of those entitled to the subsistence allowance come forward (report 4(4)1); may raise its line as well.

    It reaches a household at its next review. `line_yuan` a head and year is added to both lines; the cost for all
    other residents of the county, whom a line is for as well, is not counted. Paid is what the allowances of the month
    come to beyond those that the line and the take-up without the lever would give the same households (more_yuan).
    """

    name = "safety_net"
    trial_size = 0.95
    changes_numbers = True

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        homes = self.state.households
        lots = np.empty(homes.key.size)
        draw_uniforms(context.seed, Q_ALLOWANCE, homes.key.astype(np.int64), lots)
        self.comes_forward: Bool = lots < context.parameters.income.dibao_take_up
        """Who claims without the lever, shape (n_households,)."""
        self.on_rolls: Bool = np.zeros(homes.key.size, dtype=np.bool_)
        """Who was on the rolls before the lever, shape (n_households,)."""
        self.paid_before: Float = np.zeros(homes.key.size)
        """Allowance of each household in the month before, yuan, shape (n_households,)."""
        self.raised: Float = np.zeros(homes.key.size)
        """By how much the line was raised where each allowance was last decided on, yuan a month, (n_households,)."""

    def gone_on(self, context: Context) -> Self:
        """Return this lever in a city of its own, which may have further households behind those that there were."""
        other = super().gone_on(context)
        fresh = type(self)(self.lever, context)
        for name in ("comes_forward", "on_rolls", "paid_before", "raised"):
            kept, whole = getattr(self, name), getattr(fresh, name)
            whole[: kept.size] = kept
            setattr(other, name, whole)
        return other

    def plan(self) -> None:
        """Keep who is on the rolls, and what they get."""
        self.on_rolls = self.state.households.dibao > 0
        self.paid_before = self.state.households.allowance_yuan.copy()

    def open(self, month: int) -> None:
        """Note whose allowance was decided on this month: by the line of last month (City.decide_allowances)."""
        homes, interval = self.state.households, max(1, int(self.context.parameters.income.dibao_review_months + 0.5))
        decided = ((month + homes.key) % interval == 0) | (homes.allowance_yuan != self.paid_before)
        self.raised = np.where(decided, self.line_yuan(month - 1) / MONTHS_PER_YEAR, self.raised)
        self.paid_before = homes.allowance_yuan.copy()

    def line_yuan(self, month: int) -> float:
        """Return by how much the lines are raised in the month, yuan a head and year."""
        return self.lever.settings["line_yuan"] * self.lever.phase(month)

    def numbers(self, month: int, p: Parameters) -> Parameters:
        """Raise the take-up, and both lines, as far as the lever has been phased in."""
        if self.lever.size <= 0.0:
            return p
        income, more = p.income, self.line_yuan(month)
        take_up = max(0.0, self.lever.size - income.dibao_take_up) * self.lever.phase(month)
        return p._replace(
            income=income._replace(
                dibao_line_yuan_year=income.dibao_line_yuan_year + more,
                dibao_urban_line_yuan_year=income.dibao_urban_line_yuan_year + more,
                dibao_take_up=income.dibao_take_up + take_up,
            )
        )

    def quantities(self, month: int) -> list[Quantity]:
        """Return the yuan that allowances come to beyond those without the lever."""
        homes, income = self.state.households, self.context.parameters.income
        there = (homes.state != NOT_MOVED) & (homes.dibao > 0)
        paid, heads = homes.allowance_yuan[there], homes.dibao[there].astype(np.float64)
        more = heads * more_yuan(paid / heads, self.raised[there], income)
        more = np.where((self.comes_forward | self.on_rolls)[there], more, paid)
        return [Quantity(RECURRENT, "yuan paid", float(more.sum()))]


def more_yuan(paid: Float, raised: Float | float, income: IncomeParameters) -> Float:
    """Return what of an allowance is owed to the raised line, yuan a month and head, shape (n,).

    paid: allowance a head under the raised line; raised: by so many yuan a month, one number or one of each. From the
    allowance follows the income that was counted, the line less the allowance, and from that what the old line would
    have paid: the difference, its lowest grade, or nothing to who lies above it. The lines are the rural ones, where
    nearly all are on the rolls. Who gets the lowest grade counts as entitled before as well.
    """
    line, least = income.dibao_line_yuan_year / MONTHS_PER_YEAR, income.dibao_least_share
    counted = line + raised - paid
    lowest = paid <= least * (line + raised) * (1.0 + 1e-9)
    before = np.where(counted < line, np.maximum(line - counted, least * line), 0.0)
    before = np.where(lowest, least * line, before)
    return np.asarray(np.maximum(0.0, paid - before), dtype=np.float64)
