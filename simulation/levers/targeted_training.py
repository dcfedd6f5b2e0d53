"""Places in courses (size: persons a month)."""

from __future__ import annotations

from simulation.levers.base import Context, LeverRule, Quantity
from simulation.processes.training import update_training
from simulation.state.entities import UInt32, UInt64
from simulation.state.policy import RECURRENT, Lever


class TargetedTraining(LeverRule):
    """Trains labourers by wish and fit to open posts (`targeted` 1), or whoever is at home (0). Paid is each course."""

    name = "targeted_training"
    trial_size = 10.0

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        self.trained = 0
        """Persons trained this month."""

    def places(self, month: int) -> tuple[int, bool]:
        """Return the places of the month and whether they are targeted."""
        return self.lever.units(month), self.lever.settings["targeted"] > 0

    def train(self, month: int, labour_rows: UInt32, trainees: UInt32, lots: UInt64) -> int:
        """Fill the places of the month; return how many were trained."""
        places, targeted = self.places(month)
        seed, state, jobs = self.context.seed, self.state, self.context.parameters.jobs
        self.trained = update_training(
            seed, month, places, targeted, labour_rows, state.households, state.persons, jobs, trainees, lots
        )
        return self.trained

    def quantities(self, month: int) -> list[Quantity]:
        """Return courses taken."""
        return [Quantity(RECURRENT, "course", float(self.trained))]
