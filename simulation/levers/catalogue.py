"""The list of levers. A new lever is one line here; conf/lever/levers.yaml has its unit and its defaults."""

from __future__ import annotations

from simulation.levers.base import LeverRule
from simulation.levers.bus_lines import BusLines
from simulation.levers.collective_assets import CollectiveAssets
from simulation.levers.community_governance import CommunityGovernance
from simulation.levers.culture_and_custom import CultureAndCustom
from simulation.levers.dual_benefits import DualBenefits
from simulation.levers.enrolment_help import EnrolmentHelp
from simulation.levers.expectations import Expectations
from simulation.levers.house_watch import HouseWatch
from simulation.levers.housing_title import HousingTitle
from simulation.levers.industry_park import IndustryPark
from simulation.levers.learning_support import LearningSupport
from simulation.levers.occupancy_register import OccupancyRegister
from simulation.levers.old_house_demolition import OldHouseDemolition
from simulation.levers.origin_land_returns import OriginLandReturns
from simulation.levers.outreach_visits import OutreachVisits
from simulation.levers.property_management import PropertyManagement
from simulation.levers.public_posts import PublicPosts
from simulation.levers.publicity import Publicity
from simulation.levers.replacement_rule import ReplacementRule
from simulation.levers.safety_net import SafetyNet
from simulation.levers.school_gap import SchoolGap
from simulation.levers.services_and_shops import ServicesAndShops
from simulation.levers.targeted_training import TargetedTraining
from simulation.levers.transfer_subsidy import TransferSubsidy
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
    DualBenefits,
    Publicity,
    OldHouseDemolition,
    OccupancyRegister,
    OutreachVisits,
    ReplacementRule,
    HouseWatch,
    ServicesAndShops,
    CultureAndCustom,
    CommunityGovernance,
    CollectiveAssets,
    PropertyManagement,
    SafetyNet,
    Expectations,
    TransferSubsidy,
    IndustryPark,
    EnrolmentHelp,
    LearningSupport,
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
