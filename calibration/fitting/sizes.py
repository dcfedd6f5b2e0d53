"""How many runs each stage of a calibration makes."""

from __future__ import annotations

from typing import NamedTuple

from calibration.fitting.last_stage import kept_of, runs_of


class Sizes(NamedTuple):
    """How many runs each stage makes (checking, the last: the first run of each draw), and how many draws chains give.

    trajectories: of the screening; left_out: draws of a chain without one figure or finding; experiments: draws of the
    prior, and as many of the posterior, on which findings are tried that no single run shows (a draw costs as much as
    twenty histories); enough: effective draws below which as many draws are checked once more.
    """

    trajectories: int
    prior: int
    matching: int
    refocusing: int
    checking: int
    chain: int
    left_out: int
    experiments: int
    enough: int = 0

    @property
    def runs(self) -> int:
        """How many runs all stages make, screening aside."""
        return self.beginning + self.refocusing + runs_of(self.checking) + self.draws

    @property
    def beginning(self) -> int:
        """How many of them come before any chain, screening aside."""
        return self.prior + self.matching

    @property
    def draws(self) -> int:
        """How many equally weighted draws briefs stand on, at most: those that are moved in the last stage."""
        return kept_of(self.checking)


FULL = Sizes(4, 800, matching=600, refocusing=800, checking=600, chain=8000, left_out=4000, experiments=20, enough=60)
"""More runs of the prior help little: of 1,600, 284 come near the report, and of 600 of matching nearly all."""
READING = Sizes(4, 200, matching=100, refocusing=300, checking=420, chain=6000, left_out=1000, experiments=0, enough=60)
"""Of another reading, that begins beside the default (opening.py): its first runs show only how the two differ. Its
draws carry a table of effects and no brief of their own; what single runs do not show is tried under the default."""
AGAIN = Sizes(4, 600, matching=300, refocusing=400, checking=300, chain=6000, left_out=0, experiments=0)
"""Of a second inference, with which the proof compares the first."""
QUICK = Sizes(3, 200, matching=80, refocusing=100, checking=75, chain=6000, left_out=1000, experiments=3)
