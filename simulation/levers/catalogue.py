"""The list of levers. A new lever is one line here; conf/lever/levers.yaml has its unit and its defaults."""

from __future__ import annotations

from simulation.levers.base import LeverRule
from simulation.levers.bus_lines import BusLines
from simulation.levers.housing_title import HousingTitle
from simulation.levers.origin_land_returns import OriginLandReturns
from simulation.levers.public_posts import PublicPosts
from simulation.levers.school_gap import SchoolGap
from simulation.levers.targeted_training import TargetedTraining
from simulation.levers.tuition_and_living_aid import TuitionAndLivingAid
from simulation.levers.workshops import Workshops

LEVERS: tuple[type[LeverRule], ...] = (
    Workshops,
    SchoolGap,
    PublicPosts,
    TargetedTraining,
    OriginLandReturns,
    HousingTitle,
    BusLines,
    TuitionAndLivingAid,
)


def lever_names() -> tuple[str, ...]:
    """Return the names of all levers."""
    return tuple(rule.name for rule in LEVERS)


def rule_of(name: str) -> type[LeverRule]:
    """Return the class of a lever; raises ValueError for a name that is none."""
    for rule in LEVERS:
        if rule.name == name:
            return rule
    raise ValueError(f"no lever {name!r} in simulation/levers/catalogue.py, which has {', '.join(lever_names())}")
