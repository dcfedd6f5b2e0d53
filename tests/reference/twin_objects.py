"""The plain things of the twin: persons, pools of posts, sites, hamlets. Households are agents (twin_household.py).

Attributes are slots, as annotated: tens of thousands of objects are read faster and take less room than with a
dictionary each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.state.entities import FARM, NONE, PUBLIC_POST

if TYPE_CHECKING:
    from tests.reference.twin_household import Household


class Pool:
    """Posts of one channel at one place: `filled` of them are held, `capacity` exist now."""

    number: int
    channel: int
    capacity: int  # given each month
    filled: int
    wage_yuan: float
    hours_share: float  # of full time
    skill_required: float
    flexible: bool  # hours that a carer can work
    reserved: bool  # public posts
    lot: float  # of a workshop: whether the shock closes it
    elsewhere: bool  # public posts of the unit that are at no site: kept by who moves back

    __slots__ = tuple(__annotations__)


class Site:
    """A settlement site: what there is (given each month), who sits on its seats and looks for its posts."""

    number: int
    # given each month
    bus: bool
    bus_lines: int
    service: float
    title_clarity: float
    upkeep_yuan: float  # paid for by others, a month and household that lives here
    dividend_yuan: float  # a month, to each household that lives here
    learning: float  # what help with learning adds to a seat here
    effect: float
    distance_town_km: float
    seats: list[int]  # by level
    share: list[float]  # of its households in each state, last month
    away_share: float
    local_chance: float
    local_pay_yuan: float
    away_chance: float
    rights_clarity: float
    pools_in_reach: list[Pool]  # local market, business, public posts, posts placed by public channels, workshops
    nearby_public: Pool
    public_elsewhere: Pool
    # the twin's own
    commute_yuan: float  # a month, to the town
    hear_probability: float  # that somebody young hears of work away
    local_hires: int
    local_hires_yuan: float
    local_waited: float
    away_waited: float
    seated: list[int]
    unseated: list[int]
    children: list[int]
    riders: list[int]  # by level, on buses to distant schools
    seat_share: list[float]

    __slots__ = tuple(__annotations__)


class Hamlet:
    """What the households of one origin see of each other (given each month)."""

    arrived: int
    share: list[float]

    __slots__ = tuple(__annotations__)


class Person:
    """A member of a household. Who is not born yet and who has died stay in the list and are passed over."""

    row: int
    household: Household
    birth_month: int
    death_month: int
    male: bool
    labour_from: int
    labour_to: int
    school_leave: int
    care_need: bool
    dibao: int
    efficiency: float
    reservation_yuan: float
    skill: float
    trained: int
    channel: int
    post: Pool | None
    wage_yuan: float
    months_in_job: int
    months_without_work: int  # than in a public post
    suspended: bool
    ever_employed: bool
    carer: bool
    level: int  # of school, -1 for none
    place: int  # where a child learns

    __slots__ = tuple(__annotations__)

    def leave_work(self) -> None:
        """Be out of work; a public post was none to speak of."""
        if self.channel != PUBLIC_POST:
            self.months_without_work = 0
        self.channel = NONE
        self.post = None
        self.wage_yuan = 0.0
        self.months_in_job = 0

    def is_jobless(self) -> bool:
        """Return whether the person looks for work as one who has none, or no more than a public post."""
        return self.channel <= FARM or self.channel == PUBLIC_POST
