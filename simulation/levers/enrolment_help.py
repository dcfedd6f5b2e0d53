"""Help with the transfer of school places and records (size: share of papers that are ready within a month)."""

from __future__ import annotations

import numpy as np

from simulation.levers.base import LeverRule, Quantity
from simulation.state.entities import AT_THE_SITE
from simulation.state.parameters import Parameters
from simulation.state.policy import RECURRENT


class EnrolmentHelp(LeverRule):
    """Gets the papers of children ready sooner, so that a free seat is taken by a child entitled to it.

    Seats that are full stay full. Paid is each child of school age at the sites and month.
    """

    name = "enrolment_help"
    trial_size = 1.0
    changes_numbers = True

    def numbers(self, month: int, p: Parameters) -> Parameters:
        """Raise the share of papers that are ready within a month, as far as the help has been phased in."""
        now = p.schooling.enrolment_probability
        more = max(0.0, self.lever.size - now) * self.lever.phase(month)
        return p._replace(schooling=p.schooling._replace(enrolment_probability=now + more))

    def quantities(self, month: int) -> list[Quantity]:
        """Return children of school age of households that live at the sites."""
        if self.lever.size <= self.context.parameters.schooling.enrolment_probability:
            return [Quantity(RECURRENT, "child", 0.0)]  # papers are ready as soon without it
        homes = self.state.households
        there = np.isin(homes.state, AT_THE_SITE)
        return [Quantity(RECURRENT, "child", self.lever.phase(month) * float(homes.school_age[there].sum()))]
