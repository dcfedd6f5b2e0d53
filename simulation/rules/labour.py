"""Labour rules that several processes share: who is a labourer, what a post pays, what it costs to reach it."""

from __future__ import annotations

from simulation.foundations.kernel import kernel
from simulation.state.entities import (
    AWAY,
    AWAY_JOB,
    FARM,
    NEARBY_OWN,
    NEARBY_PUBLIC,
    NO_POST,
    NONE,
    ORGANISED_EXPORT,
    PUBLIC_POST,
    RETURNED,
    Households,
    Persons,
    Posts,
)
from simulation.state.parameters import JobsParameters
from simulation.state.tally import TALLY_COLUMN

EMPLOYED_PUBLIC_POST = TALLY_COLUMN["employed_public_post"]


@kernel
def alive(persons: Persons, i: int, month: int) -> bool:
    """Return whether person i lives in `month`."""
    return bool(persons.birth_month[i] <= month < persons.death_month[i])


@kernel
def labourer(persons: Persons, i: int, month: int) -> bool:
    """Return whether person i is alive, of working age, able and out of school in `month`."""
    return bool(persons.labour_from[i] <= month < persons.labour_to[i] and month < persons.death_month[i])


@kernel
def leave_work(persons: Persons, i: int, posts: Posts) -> None:
    """Take person i out of work and of the post, if any; who leaves a public post has been without other work all the
    time.
    """
    if persons.post[i] != NO_POST:
        posts.filled[persons.post[i]] -= 1
    if persons.channel[i] != PUBLIC_POST:
        persons.months_without_work[i] = 0
    persons.channel[i] = NONE
    persons.post[i] = NO_POST
    persons.wage_yuan[i] = 0.0
    persons.months_in_job[i] = 0


@kernel
def looks_as_jobless(channel: int) -> bool:
    """Return whether a labourer in `channel` looks for work as one without: it has none, or a public post."""
    return channel <= FARM or channel == PUBLIC_POST


@kernel
def in_ordinary_work(h: int, households: Households) -> int:
    """Return how many members of household h are in work other than a public post, which is a stopgap: a household that
    has no more than that still looks for work as one with nobody employed.
    """
    return int(households.employed[h]) - int(households.tally[h, EMPLOYED_PUBLIC_POST])


@kernel
def works_away(channel: int) -> bool:
    """Return whether a job of this channel lies outside commuting range."""
    return channel in (AWAY_JOB, ORGANISED_EXPORT)


@kernel
def away_age_factor(age: int, jobs: JobsParameters) -> float:
    """Return how open work away is at an age in years: 1 up to away_age_full, falling to 0 at away_age_none."""
    if age <= jobs.away_age_full:
        return 1.0
    return max(0.0, (jobs.away_age_none - age) / (jobs.away_age_none - jobs.away_age_full))


@kernel
def wage(channel: int, base_yuan: float, efficiency: float, skill: float, jobs: JobsParameters) -> float:
    """Return what a person earns in a post, yuan a month: its wage by efficiency and skill; public posts pay one
    rate.
    """
    if channel == PUBLIC_POST:
        return base_yuan
    slope = jobs.wage_skill_slope
    return base_yuan * efficiency * (1.0 - 0.5 * slope + slope * skill)


@kernel
def away_cost(state: int, dependant_share: float, jobs: JobsParameters) -> float:
    """Return what a month away costs a worker: own living, and absence from dependants unless the family came along."""
    if state == AWAY:
        return jobs.living_away_yuan
    return jobs.living_away_yuan + jobs.absence_cost_yuan * dependant_share


@kernel
def commute_cost(channel: int, distance_town_km: float, bus: bool, jobs: JobsParameters) -> float:
    """Return the monthly cost of daily journeys to posts in the town, fares and time; workshops and posts at the site
    cost none.
    """
    if channel not in (NEARBY_OWN, NEARBY_PUBLIC):
        return 0.0
    if bus:
        fares, hours = (
            jobs.bus_commute_factor * jobs.commute_yuan_per_km,
            jobs.bus_time_factor * jobs.commute_time_yuan_per_km,
        )
        return distance_town_km * (fares + hours)
    return distance_town_km * (jobs.commute_yuan_per_km + jobs.commute_time_yuan_per_km)


@kernel
def in_reach(state: int, origin_km: float, jobs: JobsParameters) -> bool:
    """Return whether posts at and near the site are in daily reach of a household in `state`."""
    return state != AWAY and (state != RETURNED or origin_km <= jobs.nearby_reach_km)
