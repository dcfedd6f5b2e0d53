"""One account of the rules, told at the sites and in the origin townships (size: share of households told a month)."""

from __future__ import annotations

from simulation.levers.base import Context, LeverRule, Quantity
from simulation.processes.knowledge import tell
from simulation.state.policy import RECURRENT, Lever


class Publicity(LeverRule):
    """Tells households the rules: who lives at a site, all or part of the time, and who has moved back to the origin.

    A family that is away hears nothing. Each telling closes a share of what a household does not know yet, so that the
    next teaches it less. Paid is each household told.
    """

    name = "publicity"
    trial_size = 0.2

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        self.told = 0
        """Households told this month."""

    def open(self, month: int) -> None:
        """Tell the households of the month."""
        gain = self.context.parameters.knowledge.outreach_gain
        self.told = tell(self.context.seed, month, self.lever.reached(month), gain, self.state.households)

    def quantities(self, month: int) -> list[Quantity]:
        """Return households told."""
        return [Quantity(RECURRENT, "household told", float(self.told))]
