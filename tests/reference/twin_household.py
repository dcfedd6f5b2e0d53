"""A household of the twin: what it does in a month, in the order in which the twin calls it.

A Mesa agent with its members in a list (twin_members.py). Where it would live best is reckoned in twin_choice.py.
"""

from __future__ import annotations

from simulation.foundations.months import KINDERGARTEN, MIDDLE
from simulation.state.entities import (
    AT_HOME,
    AWAY,
    AWAY_JOB,
    AWAY_SCHOOL,
    BOARDS,
    BOTH_ENDS,
    FARM,
    NOT_MOVED,
    OLD_SCHOOL,
    PUBLIC_POST,
    RETURNED,
    SEATED,
    TRAVELS,
    WORKSHOP,
)
from tests.reference.draws import Draws
from tests.reference.twin_choice import LIVES_AT_SITE, OPTIONS, values
from tests.reference.twin_members import Members
from tests.reference.twin_objects import Person
from tests.reference.twin_work import REMOTE, productivity

Queue = list[tuple[int, int, Person]]
"""Who looks for work: tier, lot, person."""


class Household(Members):
    """A household whose members work and learn, and which thinks about where to live."""

    __slots__ = ()

    def lives_at_site(self) -> bool:
        """Return whether the household lives at the site, all or part of the time."""
        return self.state in LIVES_AT_SITE

    def is_near(self) -> bool:
        """Return whether posts at and near the site are in daily reach of where the household lives."""
        return self.state != AWAY and (self.state != RETURNED or self.near_origin)

    # Jobs

    def end_jobs(self, probabilities: dict[int, float], uniform: list[float]) -> None:
        """End jobs by chance, with closed workshops, and of who is needed at home; count who keeps a post."""
        for person in self.labourers:
            channel = person.channel
            seeks = person.is_jobless() and not person.carer
            person.months_without_work = person.months_without_work + 1 if seeks else 0
            if channel <= FARM:
                continue
            post = person.post
            closed = channel == WORKSHOP and post is not None and post.capacity == 0
            needed = person.carer and channel in REMOTE and not person.suspended and self.state != AWAY
            if closed or needed or uniform[person.row] < probabilities[channel]:
                self.lose(person)
            else:
                person.months_in_job += 1
                if post is not None:
                    post.filled += 1

    def lose(self, person: Person) -> None:
        """Let a member lose a job."""
        if not person.suspended:
            self.employed -= 1
        if person.channel == PUBLIC_POST:
            self.in_public_posts -= 1
        person.leave_work()
        self.review_due = self.changed = True

    def nobody_in_work(self) -> bool:
        """Return whether no member has more than a public post."""
        return self.employed <= self.in_public_posts

    def look_for_work(self, probabilities: tuple[float, ...], draws: Draws, queue: Queue) -> None:
        """Put those who look for work this month into the queue.

        probabilities: where nobody of the household is employed, without work, at work; a public post counts as none.
        Tier 0 is served first: nobody of the household employed; then who is without work; then who has work.
        """
        if not self.labourers or self.move_in_month >= self.model.month:
            return  # in the month of the move, where to live comes first
        search, lots = draws.search, draws.queue_lot
        jobless_tier = 0 if self.nobody_in_work() else 1
        for person in self.labourers:
            tier, row = jobless_tier if person.is_jobless() else 2, person.row
            if search[row] < probabilities[tier]:
                queue.append((tier, lots[row], person))

    # Schools

    def send_to_school(self, away_school: list[list[float]], away_seat_share: float, applicants: list[Person]) -> None:
        """Say where children learn without a seat at the site; children at the site without one apply for it.

        A child in reach keeps its seat while there are so many.
        """
        if not self.pupils:
            return
        site, at_site = self.site, self.lives_at_site()
        for child in self.pupils:
            level = child.level
            site.children[level] += 1
            if not at_site:
                place = self.place_elsewhere(level, away_school[level][child.row] < away_seat_share)
            elif child.place == SEATED and site.seated[level] < site.seats[level]:
                site.seated[level] += 1
                continue
            else:
                if child.place == SEATED:
                    self.review_due = True
                place = self.place_without_seat(level, child.place == TRAVELS and self.has_ride(level))
                if place == TRAVELS:
                    site.riders[level] += 1
                applicants.append(child)
            if place != child.place:
                child.place = place
                self.changed = True

    def has_ride(self, level: int) -> bool:
        """Return whether there is a seat on a bus for one more child, and a place at the school that it goes to."""
        schooling, site = self.model.numbers.schooling, self.site
        if sum(site.riders) + 1 > site.bus_lines * schooling.bus_pupils_per_line:
            return False
        return site.riders[level] + 1 <= site.bus_lines * schooling.receiving_places

    def place_without_seat(self, level: int, rides: bool) -> int:
        """Return where a child of a household at the site learns that has no seat there; rides: but one on a bus."""
        if level == KINDERGARTEN:
            return AT_HOME
        if self.state == BOTH_ENDS and self.origin_school:
            return OLD_SCHOOL
        if rides:
            return TRAVELS
        return BOARDS if level == MIDDLE or not self.origin_school else OLD_SCHOOL

    def place_elsewhere(self, level: int, taken_away: bool) -> int:
        """Return where a child learns whose household lives elsewhere; taken_away: a school there would take it."""
        if self.state == AWAY:
            if taken_away:
                return AWAY_SCHOOL
            return AT_HOME if level == KINDERGARTEN else BOARDS
        if self.origin_school:
            return OLD_SCHOOL
        return AT_HOME if level == KINDERGARTEN else BOARDS

    # Residence

    def review(self, probability: float, after_shock: float, draws: Draws) -> None:
        """Grow a month older where the household lives, and perhaps think again about where to live.

        probability, after_shock: of a review this month; a household that has just got its flat chooses in any case.
        """
        state, month = self.state, self.model.month
        if state == NOT_MOVED:
            return
        arriving = self.move_in_month == month
        self.months_in_state += 1
        if state == RETURNED and self.months_in_state >= self.flat_patience:
            self.flat_kept = False
        due, self.review_due = self.review_due, False
        drawn = draws.review[self.row]
        if arriving or drawn < probability:
            self.reviewed_month = month
        if not self.flat_kept or self.members == 0:
            return
        away_alone = self.model.numbers.structure.nobody_home_away == 1
        nobody_home = away_alone and self.at_home == 0 and state != AWAY
        if not arriving and not nobody_home and drawn >= (after_shock if due else probability):
            return
        if arriving:
            self.state = NOT_MOVED
        new = self.choose(draws)
        if new != state or arriving:
            self.months_in_state = 0
        self.state = new
        if new != state:
            self.changed = True
            self.move(state, new, draws)

    def choose(self, draws: Draws) -> int:
        """Return the state that is worth most to the household, with the noise of its last review of its own accord."""
        model, row = self.model, self.row
        best, chosen = 0.0, NOT_MOVED
        worth = values(self, model.numbers, model.land_return_yuan, model.aid_yuan)
        for state, value, noise in zip(OPTIONS, worth, draws.choice(self.reviewed_month), strict=True):
            if value is not None and (chosen == NOT_MOVED or value + noise[row] > best):
                best, chosen = value + noise[row], state
        return chosen

    def move(self, old: int, new: int, draws: Draws) -> None:
        """End and begin the jobs and seats that a move ends and begins.

        To away: local posts end, and who is without work and no carer may find work there. To returned: posts out of
        reach of the origin end. From away: a carer who worked there stays at home. Who lives elsewhere has no seat.
        """
        if new not in LIVES_AT_SITE:
            for child in self.pupils:
                if child.place == SEATED:
                    self.site.seated[child.level] -= 1
                    child.place = AT_HOME
        jobs, income = self.model.numbers.jobs, self.model.numbers.income
        for person in self.labourers:
            channel, post = person.channel, person.post
            if new == AWAY:
                if post is not None:
                    post.filled -= 1
                    person.leave_work()
                idle = person.channel <= FARM and not person.carer
                if idle and draws.move_job[person.row] < income.away_employment_share:
                    person.channel = AWAY_JOB
                    person.wage_yuan = jobs.wage_away_yuan * productivity(person, jobs)
                    person.ever_employed = True
            elif new == RETURNED and post is not None and not post.elsewhere and not self.near_origin:
                post.filled -= 1
                person.leave_work()
            elif old == AWAY and person.carer and channel in REMOTE:
                person.leave_work()
