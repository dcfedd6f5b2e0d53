"""The members of a household of the twin: who they are, and what they add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa

from simulation.state.entities import (
    AWAY_SCHOOL,
    BOARDS,
    FARM,
    NONE,
    PUBLIC_POST,
    SEATED,
    TRAVELS,
)
from simulation.state.parameters import Parameters
from tests.reference.twin_objects import Hamlet, Person, Site
from tests.reference.twin_work import REMOTE, openness_at

if TYPE_CHECKING:
    from tests.reference.twin import Twin


class Members(mesa.Agent):
    """A household as a Mesa agent: its flat, its ties, its members (attributes: simulation/state/entities.py)."""

    row: int
    site: Site
    hamlet: Hamlet
    persons: list[Person]  # by member number, the unborn and the dead among them
    # lasting
    poor: bool
    move_in_month: int
    origin_km: float
    origin_hours: float
    near_origin: bool  # the origin is within a daily journey of the site's posts
    origin_school: bool
    land_mu: float
    rented_mu: float
    subsidy_yuan: float
    dividend_yuan: float
    flat_patience: int
    taste: list[float]
    house: bool
    # given by other processes
    farms: bool
    land_pooled: bool
    attachment_site: float
    attachment_origin: float
    knowledge: float
    trust: float
    # of residence
    state: int
    months_in_state: int
    flat_kept: bool
    review_due: bool
    reviewed_month: int  # of the last review that no shock caused
    # of the last count of members
    changed: bool  # since then
    labourers: list[Person]
    pupils: list[Person]
    members: int
    n_labourers: int
    employed: int
    in_public_posts: int  # of them
    local_workers: int
    away_workers: int
    seekers: int
    carers: int
    helpers: int
    elders: int
    dependants: int
    dibao: int
    allowance_yuan: float
    local_wages_yuan: float
    unit_wages_yuan: float
    away_wages_yuan: float
    carer_away_yuan: float
    stopgap_yuan: float  # what seekers have from public posts
    openness: float  # of work away to the seekers' ages
    at_home: int
    school_age: int
    levels: list[int]
    seated: int
    far_seats: int
    away_seats: int
    school_cost_yuan: float

    __slots__ = tuple(__annotations__)

    def __init__(self, model: Twin, attributes: dict[str, Any]) -> None:
        super().__init__(model)
        self.labourers, self.pupils = [], []
        for name, value in attributes.items():
            setattr(self, name, value)
        self.near_origin = self.origin_km <= model.numbers.jobs.nearby_reach_km

    def count_members(self, month: int, numbers: Parameters) -> None:
        """Count who works, who learns, who must be cared for, and say who is the carer.

        A carer is needed for a child under twelve or a member in need of care, unless there is an able elder of 55
        to under 75 who is no labourer. It is one labourer: first who is without work, then who works near home, then
        who works away; among these women first, then the lowest member number.
        """
        self.changed = False
        labourers: list[Person] = []
        pupils: list[Person] = []
        members = local = away = part_time = able_elders = elders = dibao = 0
        local_wages = unit_wages = away_wages = 0.0
        care, elsewhere = False, 0
        seekers: list[Person] = []
        carer, carer_rank = None, 6
        for person in self.persons:
            if not person.birth_month <= month < person.death_month:
                continue
            members += 1
            age = (month - person.birth_month) // 12
            if person.dibao:
                dibao += 1
            if age < 12 or person.care_need:
                care = True
            if age >= 60:
                elders += 1
            if person.level >= 0:
                pupils.append(person)
            elif age >= 18 and month < person.school_leave:
                elsewhere += 1
            if person.labour_from <= month < person.labour_to:
                labourers.append(person)
                person.carer = False  # who is no labourer any more keeps the mark, as in the model; nobody asks for it
                channel = person.channel
                if person.is_jobless():
                    seekers.append(person)
                if channel <= FARM:
                    rank = 0
                    person.channel = FARM if self.farms else NONE
                elif person.suspended:  # at home, and for now without work
                    rank = 0
                elif channel in REMOTE:
                    rank = 4
                    away += 1
                    away_wages += person.wage_yuan
                else:
                    rank = 2
                    local += 1
                    if channel == PUBLIC_POST:
                        part_time += 1
                    if person.post is not None and person.post.elsewhere:
                        unit_wages += person.wage_yuan
                    else:
                        local_wages += person.wage_yuan
                if person.male:
                    rank += 1
                if rank < carer_rank:
                    carer, carer_rank = person, rank
            elif 55 <= age < 75 and not person.care_need:
                able_elders += 1
        idle = len(labourers) - local - away
        if care and able_elders == 0 and carer is not None:
            carer.carer = True
            self.carers = 1 if carer_rank < 4 else 0
            seekers = [person for person in seekers if person is not carer]
        else:
            self.carers = 0
        self.seekers, self.in_public_posts = len(seekers), part_time
        self.stopgap_yuan = sum(person.wage_yuan for person in seekers)
        self.openness = sum(openness_at((month - person.birth_month) // 12, numbers.jobs) for person in seekers)
        carer_is_away = care and able_elders == 0 and carer is not None and carer_rank >= 4
        self.carer_away_yuan = carer.wage_yuan if carer is not None and carer_is_away else 0.0
        self.at_home = members - away - elsewhere
        self.labourers, self.pupils = labourers, pupils
        self.members, self.n_labourers, self.dependants = members, len(labourers), members - len(labourers)
        self.employed, self.local_workers, self.away_workers = local + away, local, away
        self.helpers, self.elders, self.dibao = idle + part_time + able_elders, elders, dibao
        self.local_wages_yuan, self.unit_wages_yuan, self.away_wages_yuan = local_wages, unit_wages, away_wages
        self.count_pupils(numbers)

    def count_pupils(self, numbers: Parameters) -> None:
        """Count where children of school age learn, and what that costs."""
        levels = [0, 0, 0]
        seated = travel = board = away = 0
        for child in self.pupils:
            levels[child.level] += 1
            place = child.place
            if place == SEATED:
                seated += 1
            elif place == TRAVELS:
                travel += 1
            elif place == BOARDS:
                board += 1
            elif place == AWAY_SCHOOL:
                away += 1
        self.levels, self.school_age = levels, len(self.pupils)
        self.seated, self.far_seats, self.away_seats = seated, travel + board, away
        schooling = numbers.schooling
        self.school_cost_yuan = travel * schooling.bus_school_yuan + board * schooling.boarding_yuan
