"""The plain twin: the core of the month once more, with one Mesa agent for each household.

The model (simulation/) keeps households as rows of columns and its rules as compiled loops. This is the same month
written the way Mesa teaches it: objects that hold their own state, and rules that read like sentences. It is slow, and
it is plain; so it serves as the oracle of the rules (test_twin.py holds the model against it, month by month) and as
the yardstick of speed (yardstick.py).

It has the processes in which households act on each other and decide: jobs, courses, schools, residence, and the
count of members that these need. All else is given to it: lives and ages, openings and closures, arrivals, knowledge
and ties, income and farming, what people see of each other (beside.py says when). It shares no rule with simulation/.
"""

from __future__ import annotations

import math

import mesa

from simulation.foundations.months import AFTER_FESTIVAL, FESTIVAL
from simulation.state.entities import (
    BOARDS,
    FARM,
    NOT_MOVED,
    OLD_SCHOOL,
    PUBLIC_POST,
    SEATED,
    TRAVELS,
    WORKSHOP,
)
from simulation.state.parameters import Parameters
from tests.reference.draws import Draws
from tests.reference.twin_household import Household, Queue
from tests.reference.twin_objects import Hamlet, Person, Pool, Site
from tests.reference.twin_work import REMOTE, Market, separation_probabilities, trainees


class Twin(mesa.Model):
    """A city of household agents. `beside.build_twin` makes one from a model's state."""

    household_class = Household
    market_class = Market

    def __init__(self, numbers: Parameters, draws: Draws) -> None:
        super().__init__(seed=0)  # Mesa's generators are not used: random numbers are in `draws`
        self.numbers, self.draws = numbers, draws
        self.households: list[Household] = []
        self.persons: list[Person] = []
        self.pools: list[Pool] = []
        self.sites: list[Site] = []
        self.hamlets: list[Hamlet] = []
        # given each month
        self.month = 0
        self.arrived = 0  # households with a flat
        self.fair_posts = 0
        self.course_places = 0
        self.lever_places = 0
        self.lever_targeted = True
        self.land_return_yuan = 0.0
        self.aid_yuan = 0.0
        self.future: dict[str, float] = {}  # the series of this month, and of the last
        self.future_last: dict[str, float] = {}

    def step(self) -> None:
        """Go through the core of one month."""
        self.count_members()
        self.update_jobs()
        self.update_schooling()
        self.count_members()
        self.update_residence()
        self.count_members()

    def count_members(self) -> None:
        """Count the members of households in which something has changed."""
        month, numbers = self.month, self.numbers
        for household in self.households:  # most are passed over: a list is quicker than the AgentSet
            if household.changed and household.state != NOT_MOVED:
                household.count_members(month, numbers)

    def update_jobs(self) -> None:
        """Jobs end, courses are held, people look for work and are served in turn."""
        jobs, month, draws = self.numbers.jobs, self.month, self.draws
        self.raise_wages()
        for pool in self.pools:
            pool.filled = 0
        after_festival = month % 12 == AFTER_FESTIVAL
        self.agents.do("end_jobs", separation_probabilities(jobs, after_festival), draws.separation)
        self.cut_posts()
        if self.course_places > 0:
            self.train(self.course_places, False)
        if self.lever_places > 0:
            self.train(self.lever_places, self.lever_targeted)
        for site in self.sites:
            site.local_hires = 0
            site.local_hires_yuan = site.local_waited = site.away_waited = 0.0
            fare, time = jobs.commute_yuan_per_km, jobs.commute_time_yuan_per_km
            if site.bus:
                fare, time = jobs.bus_commute_factor * fare, jobs.bus_time_factor * time
            site.commute_yuan = site.distance_town_km * (fare + time)
            network = math.exp(jobs.away_network_weight * (site.away_share - 0.47))
            site.hear_probability = min(1.0, jobs.away_offer_probability * self.future["work_away"] * network)
        queue: Queue = []
        self.agents.do("look_for_work", self.search_probabilities(), draws, queue)
        queue.sort()  # no two lots are equal
        market = self.market_class(month, jobs, draws, self.fair_posts, self.organised_places())
        for _, _, person in queue:
            market.serve(person)
        self.suspend()

    def raise_wages(self) -> None:
        """Raise what jobs pay that are held, with the wages of the month; not public posts."""
        away, nearby = (self.future[name] / self.future_last[name] for name in ("wage_away", "wage_nearby"))
        if away == nearby == 1.0:
            return
        for person in self.persons:
            if person.channel > FARM and person.channel != PUBLIC_POST:
                person.wage_yuan *= away if person.channel in REMOTE else nearby
                person.household.changed = True

    def cut_posts(self) -> None:
        """End by lot the jobs of those who are too many in a pool, in a month that takes posts away."""
        if all(self.future[name] >= self.future_last[name] for name in ("posts_nearby", "public_posts")):
            return
        lots = self.draws.post_lot
        holders = [one for one in self.persons if one.post is not None and one.post.filled > one.post.capacity]
        for person in sorted(holders, key=lambda one: lots[one.row]):
            pool = person.post
            if pool is not None and pool.filled > pool.capacity:
                pool.filled -= 1
                person.household.lose(person)

    def suspend(self) -> None:
        """Say who cannot work this month: away, by a lot of one's own; in a workshop, by the workshop's."""
        both = ("work_away", "workshops_open")
        if all(self.future[name] == self.future_last[name] == 1.0 for name in both):
            return
        for person in self.persons:
            stays = False
            if person.channel in REMOTE:
                stays = self.draws.suspension[person.row] >= self.future["work_away"]
            elif person.channel == WORKSHOP and person.post is not None:
                stays = person.post.lot >= self.future["workshops_open"]
            if stays != person.suspended:
                person.suspended = stays
                person.household.changed = True

    def search_probabilities(self) -> tuple[float, ...]:
        """Return how likely who looks for work: nobody in the household employed, without work, at work."""
        jobs = self.numbers.jobs
        return 1.0, jobs.search_probability, jobs.search_on_the_job

    def organised_places(self) -> int:
        """Return the month's places in organised export: whole ones of a programme that grows with the arrivals."""
        a_month = self.numbers.jobs.organised_places_per_1000 * self.arrived / 1000.0
        places = int(a_month * (self.month + 1)) - int(a_month * self.month)
        return int(places * self.future["organised_export"] + 1e-9)

    def train(self, places: int, targeted: bool) -> None:
        """Hold courses for as many as there are places, by lot."""
        jobs = self.numbers.jobs
        lots = self.draws.targeted_lot if targeted else self.draws.course_lot
        candidates = trainees(self.households, targeted, jobs)
        candidates.sort(key=lambda person: lots[person.row])
        gain = jobs.training_skill_gain * (1.0 if targeted else jobs.training_untargeted_fit)
        for person in candidates[:places]:
            person.skill = min(1.0, person.skill + gain)
            person.trained += 1

    def update_schooling(self) -> None:
        """Children learn somewhere; free seats go by lot to those at the site whose papers are ready."""
        schooling, draws = self.numbers.schooling, self.draws
        for site in self.sites:
            site.seated, site.unseated, site.children = [0, 0, 0], [0, 0, 0], [0, 0, 0]
            site.riders = [0, 0, 0]
        applicants: list[Person] = []
        self.agents.do("send_to_school", draws.away_school, schooling.away_seat_share, applicants)
        queue: list[Person] = []
        for child in applicants:
            site, level = child.household.site, child.level
            if site.seated[level] < site.seats[level]:
                queue.append(child)
            else:
                site.unseated[level] += 1
        lots, papers = draws.seat_lot, draws.papers
        queue.sort(key=lambda child: lots[child.row])
        for child in queue:
            household, level = child.household, child.level
            site = household.site
            free = site.seated[level] < site.seats[level]
            if free and papers[child.row] < schooling.enrolment_probability:
                site.seated[level] += 1
                if child.place == TRAVELS:
                    site.riders[level] -= 1
                child.place = SEATED
                household.review_due = household.changed = True
            else:
                site.unseated[level] += 1
        for site in self.sites:
            for level in range(3):
                reach = site.seated[level] + site.unseated[level]
                site.seat_share[level] = site.seated[level] / reach if reach > 0 else 1.0

        self.seat_on_buses(applicants)

    def seat_on_buses(self, children: list[Person]) -> None:
        """Give what is free on buses to children without a seat, by lot."""
        lots = self.draws.ride_lot
        waiting = [
            child
            for child in children
            if child.place in (BOARDS, OLD_SCHOOL)
            and child.household.place_without_seat(child.level, True) == TRAVELS
            and child.household.has_ride(child.level)
        ]
        for child in sorted(waiting, key=lambda one: lots[one.row]):
            if child.household.has_ride(child.level):
                child.household.site.riders[child.level] += 1
                child.place = TRAVELS
                child.household.changed = True

    def update_residence(self) -> None:
        """Households review where they live."""
        residence = self.numbers.residence
        festival = residence.review_festival if self.month % 12 == FESTIVAL else 0.0
        probability = min(1.0, residence.review_probability + festival)
        after_shock = min(1.0, residence.review_after_shock + festival)
        self.agents.do("review", probability, after_shock, self.draws)
