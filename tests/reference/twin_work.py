"""Work in the twin: what a month offers to those who look for it, and how they choose among it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.state.entities import (
    AWAY,
    AWAY_JOB,
    FARM,
    NEARBY_OWN,
    NEARBY_PUBLIC,
    NONE,
    ORGANISED_EXPORT,
    OWN_BUSINESS,
    PUBLIC_POST,
    WORKSHOP,
)
from simulation.state.parameters import JobsParameters
from tests.reference.draws import Draws
from tests.reference.twin_objects import Person, Pool

if TYPE_CHECKING:
    from tests.reference.twin_household import Household

REMOTE = (AWAY_JOB, ORGANISED_EXPORT)
"""Channels of work outside daily reach."""
TOWN = (NEARBY_OWN, NEARBY_PUBLIC)
"""Channels of work in the town, to which people travel daily."""


def separation_probabilities(jobs: JobsParameters, after_festival: bool) -> dict[int, float]:
    """Return the probability that a job ends in the month, by channel; more work away ends after Spring Festival."""
    festival = jobs.festival_separation if after_festival else 0.0
    return {
        WORKSHOP: jobs.separation_workshop,
        PUBLIC_POST: jobs.separation_public_post,
        NEARBY_PUBLIC: jobs.separation_nearby_public,
        NEARBY_OWN: jobs.separation_nearby_own,
        OWN_BUSINESS: jobs.separation_own_business,
        ORGANISED_EXPORT: jobs.separation_organised_export + festival,
        AWAY_JOB: jobs.separation_away + festival,
    }


def productivity(person: Person, jobs: JobsParameters) -> float:
    """Return what a person earns relative to what a post pays: 1 for efficiency 1 and skill one half."""
    slope = jobs.wage_skill_slope
    return person.efficiency * (1.0 - 0.5 * slope + slope * person.skill)


class Market:
    """The labour market of one month: places at job fairs and in organised export, and random numbers.

    Whoever looks for work is served once, in the order of the queue, and takes the best offer that is worth more
    than what he or she asks.
    """

    def __init__(self, month: int, jobs: JobsParameters, draws: Draws, fair_posts: int, organised_places: int) -> None:
        self.month, self.jobs, self.draws = month, jobs, draws
        self.fair_left, self.organised_left = fair_posts, organised_places

    def serve(self, person: Person) -> None:
        """Let a person who looks for work see what there is, and take what is best."""
        jobs, household = self.jobs, person.household
        site, state, channel_now = household.site, household.state, person.channel
        age = (self.month - person.birth_month) // 12
        idle, nobody_employed, jobless = channel_now <= FARM, household.nobody_in_work(), person.is_jobless()
        near = household.is_near()
        productive = productivity(person, jobs)

        away_cost = jobs.living_away_yuan
        if state != AWAY:  # the family stays behind
            away_cost += jobs.absence_cost_yuan * (household.dependants / household.members)
        if jobless:
            asks = person.reservation_yuan
            if nobody_employed:
                asks *= 1.0 - jobs.reservation_need_discount
            asks = max(asks, person.wage_yuan)  # of a public post
        else:
            asks = person.wage_yuan + jobs.move_cost_yuan
            if channel_now in REMOTE:
                asks -= away_cost
            elif channel_now in TOWN:
                asks -= site.commute_yuan

        may_visit = self.fair_left > 0 and jobless and not person.carer
        if may_visit and self.draws.fair_visit[person.row] < jobs.fair_attendance:
            self.fair_left -= 1
            channel = self.agree_at_fair(person, productive, near, away_cost)
            if channel != NONE:
                post = site.nearby_public if channel == NEARBY_PUBLIC else None
                self.take(person, channel, post, productive, near)
                return

        best, channel, chosen = 0.0, NONE, None
        noise, row = self.draws.offer, person.row
        if state != AWAY:
            carer, skill, post_now = person.carer, person.skill, person.post
            hard_to_place = idle and (carer or age >= jobs.hard_to_place_age)
            may_have_reserved = hard_to_place and (household.poor or nobody_employed)
            pools = [site.public_elsewhere, *site.pools_in_reach] if near else [site.public_elsewhere]
            for pool in pools:
                if pool.filled >= pool.capacity or pool is post_now or skill < pool.skill_required:
                    continue
                if (carer and not pool.flexible) or (pool.reserved and not may_have_reserved):
                    continue
                kind = pool.channel
                pay = pool.wage_yuan if kind == PUBLIC_POST else pool.wage_yuan * productive
                if kind in TOWN:
                    pay -= site.commute_yuan
                gain = pay - (asks * pool.hours_share if idle else asks) + jobs.offer_noise_yuan * noise[kind][row]
                if gain > best:
                    best, channel, chosen = gain, kind, pool

        if not person.carer or state == AWAY:  # a carer goes nowhere unless the family lives there
            sent = household.poor and self.organised_left > 0 and person.skill >= jobs.skill_organised
            if sent and channel_now != ORGANISED_EXPORT:
                gain = jobs.wage_organised_yuan * productive - away_cost - asks
                gain += jobs.offer_noise_yuan * noise[ORGANISED_EXPORT][row]
                if gain > best:
                    best, channel, chosen = gain, ORGANISED_EXPORT, None
            if channel_now != AWAY_JOB and (state == AWAY or self.hears(person, age)):
                gain = jobs.wage_away_yuan * productive - away_cost - asks
                gain += jobs.offer_noise_yuan * noise[AWAY_JOB][row]
                if gain > best:
                    best, channel, chosen = gain, AWAY_JOB, None

        if channel != NONE:
            self.take(person, channel, chosen, productive, near)

    def note_hire(self, person: Person, channel: int, near: bool, wage_yuan: float) -> None:
        """Let people of the site see that one without work, who cares for nobody, has found some."""
        if person.carer:
            return
        site = person.household.site
        waited = min(float(person.months_without_work), self.jobs.expectation_months)
        if channel in REMOTE:
            site.away_waited += waited if person.household.state != AWAY else 0.0
        elif near:
            site.local_hires += 1
            site.local_hires_yuan += wage_yuan
            site.local_waited += waited

    def hears(self, person: Person, age: int) -> bool:
        """Return whether a person hears of work away: through the site's network, less with age."""
        jobs = self.jobs
        probability = person.household.site.hear_probability * openness_at(age, jobs)
        return bool(self.draws.hears[person.row] < probability)

    def agree_at_fair(self, person: Person, productive: float, near: bool, away_cost: float) -> int:
        """Return the channel of the post that a person agrees on at a job fair, or NONE: one post is looked at.

        What the person asks is not lowered by need there.
        """
        jobs, draws, household = self.jobs, self.draws, person.household
        if person.skill < jobs.fair_skill + jobs.fair_skill_spread * draws.fair_skill[person.row]:
            return NONE
        if draws.fair_nearby[person.row] < jobs.fair_nearby_share:
            pool = household.site.nearby_public
            pay = jobs.wage_nearby_yuan * productive - household.site.commute_yuan
            taken = near and pool.filled < pool.capacity and pay > person.reservation_yuan
            return NEARBY_PUBLIC if taken else NONE
        pay = jobs.wage_organised_yuan * productive - away_cost
        taken = self.organised_left > 0 and household.poor and pay > person.reservation_yuan
        return ORGANISED_EXPORT if taken else NONE

    def take(self, person: Person, channel: int, post: Pool | None, productive: float, near: bool) -> None:
        """Let a person change into a job; the household takes notice."""
        household, jobs = person.household, self.jobs
        if person.post is not None:
            person.post.filled -= 1
        if post is not None:
            post.filled += 1
            base = post.wage_yuan
        elif channel == ORGANISED_EXPORT:
            self.organised_left -= 1
            base = jobs.wage_organised_yuan
        else:
            base = jobs.wage_away_yuan
        if person.channel <= FARM or person.suspended:
            household.employed += 1
        if channel == PUBLIC_POST:
            household.in_public_posts += 1
        elif person.channel == PUBLIC_POST:
            household.in_public_posts -= 1
        if person.is_jobless() and channel != PUBLIC_POST:
            self.note_hire(person, channel, near, base if channel == PUBLIC_POST else base * productive)
        person.channel, person.post = channel, post
        person.wage_yuan = base if channel == PUBLIC_POST else base * productive
        person.months_in_job = 0
        person.ever_employed = True
        household.review_due = household.changed = True


def openness_at(age: int, jobs: JobsParameters) -> float:
    """Return how open work away is at an age."""
    if age <= jobs.away_age_full:
        return 1.0
    return max(0.0, (jobs.away_age_none - age) / (jobs.away_age_none - jobs.away_age_full))


def trainees(households: list[Household], targeted: bool, jobs: JobsParameters) -> list[Person]:
    """Return who may take part in a course: labourers without work who live at the site.

    Targeted courses take only those who care for nobody and whose skill is below what posts ask for plus one gain.
    """
    ceiling = max(jobs.skill_nearby, jobs.skill_organised, jobs.skill_business) + jobs.training_skill_gain
    return [
        person
        for household in households
        if household.lives_at_site()
        for person in household.labourers
        if person.channel <= FARM and not (targeted and (person.carer or person.skill >= ceiling))
    ]
