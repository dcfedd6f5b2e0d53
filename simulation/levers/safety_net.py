"""Allowance for households in need (size: yuan a head and year by which the line of the allowance is raised)."""

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
    """Raises the line of the subsistence allowance, and lets more of those entitled come forward: `take_up` at least.

    It reaches a household at its next review. Paid is what the allowances of the month come to beyond those that the
    line and the take-up without the lever would give the same households (more_yuan).
    """

    name = "safety_net"
    trial_size = 1200.0
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

    def need(self) -> Float:
        """Return persons below the line as it would be raised, shape (n_sites,)."""
        homes, income = self.state.households, self.context.parameters.income
        line = (income.dibao_line_yuan_year + self.lever.size) / MONTHS_PER_YEAR
        return self.by_site(np.where(homes.income_yuan < line, homes.members, 0))

    def plan(self) -> None:
        """Keep who is on the rolls, and what they get."""
        self.on_rolls = self.state.households.dibao > 0
        self.paid_before = self.state.households.allowance_yuan.copy()

    def open(self, month: int) -> None:
        """Note whose allowance was decided on this month: by the line of last month (City.decide_allowances)."""
        homes, interval = self.state.households, max(1, int(self.context.parameters.income.dibao_review_months + 0.5))
        decided = ((month + homes.key) % interval == 0) | (homes.allowance_yuan != self.paid_before)
        self.raised = np.where(decided, self.lever.reached(month - 1) / MONTHS_PER_YEAR, self.raised)
        self.paid_before = homes.allowance_yuan.copy()

    def numbers(self, month: int, p: Parameters) -> Parameters:
        """Raise both lines, and the take-up as far as the lever has been phased in."""
        income, more = p.income, self.lever.reached(month)
        if more <= 0.0:
            return p
        take_up = max(0.0, self.lever.settings["take_up"] - income.dibao_take_up) * self.lever.phase(month)
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
