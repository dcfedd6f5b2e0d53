"""Matching: who looks for work is served in turn and takes the best post that is really there and worth it.

What no other seeker's turn can change is written down first, in the order of rows; the queue then jumps about in a
small table. What an offer is worth is in simulation/rules/offers.py.
"""

from __future__ import annotations

from typing import NamedTuple

from simulation.foundations.by_address import by_address
from simulation.foundations.kernel import kernel, prefetch
from simulation.foundations.random_numbers import (
    Q_AWAY_OFFER,
    Q_FAIR,
    Q_OFFER,
    stream,
    uniform,
)
from simulation.rules.labour import (
    EMPLOYED_PUBLIC_POST,
    away_age_factor,
    away_cost,
    commute_cost,
    in_ordinary_work,
    in_reach,
    looks_as_jobless,
    wage,
    works_away,
)
from simulation.rules.offers import (
    Seeker,
    away_gain,
    fair_offer,
    heard_in_network,
    post_gain,
)
from simulation.rules.prefetch import AHEAD, ask_for_household, ask_for_person
from simulation.state.entities import (
    AWAY,
    AWAY_JOB,
    FARM,
    NEARBY_PUBLIC,
    NO_POST,
    NONE,
    ORGANISED_EXPORT,
    PUBLIC_POST,
    Bool,
    Float,
    Households,
    Int8,
    Int16,
    Int32,
    Int64,
    Persons,
    Posts,
    Sites,
    State,
    UInt32,
)
from simulation.state.parameters import JobsParameters


@by_address
class Seekers(NamedTuple):
    """The month's seekers in the order of rows, shape (n,), side by side in memory: a queue takes them out of order."""

    key: Int64
    person: Int32
    household: Int32
    site: Int16
    post: Int32  # at present, or -1
    channel: Int8
    state: Int8
    carer: Bool
    hard_to_place: Bool  # without work, and by age or as a carer one who cannot leave and whom few employers take
    near: Bool
    poor: Bool
    at_fair: Bool  # goes to a job fair, if there is one with posts left
    hears_of_away: Bool
    skill: Float
    efficiency: Float
    reservation_yuan: Float
    asks_yuan: Float  # before need lowers it
    away_cost_yuan: Float


@kernel
def describe_seekers(
    seed: int,
    month: int,
    seeker_rows: UInt32,
    households: Households,
    persons: Persons,
    sites: Sites,
    jobs: JobsParameters,
    seekers: Seekers,
    before: int,
) -> None:
    """Write down of each person in `seeker_rows`, in the order of rows, all that no other seeker's turn can change.

    before: how many are there already.
    """
    aways, fairs = stream(seed, Q_AWAY_OFFER, month), stream(seed, Q_FAIR, month)
    heard, heard_at = 0.0, -1  # the same for all at a site, whose seekers follow each other
    for row in range(seeker_rows.size):
        later = seeker_rows[min(row + AHEAD, seeker_rows.size - 1)]
        ask_for_person(persons, later)
        ask_for_household(households, persons.household[later])
        i, k = seeker_rows[row], before + row
        h = persons.household[i]
        s = households.site[h]
        key, channel, age = persons.key[i], persons.channel[i], (month - persons.birth_month[i]) // 12
        idle, state, km, bus = channel <= FARM, int(households.state[h]), sites.distance_town_km[s], sites.bus[s]
        absence = away_cost(state, households.dependants[h] / max(1, households.members[h]), jobs)
        if looks_as_jobless(channel):
            asks = persons.reservation_yuan[i]
        else:
            asks = persons.wage_yuan[i] + jobs.move_cost_yuan
            asks -= absence if works_away(channel) else commute_cost(channel, km, bus, jobs)
        seekers.person[k] = i
        seekers.household[k] = h
        seekers.key[k] = key
        seekers.site[k] = s
        seekers.channel[k] = channel
        seekers.post[k] = persons.post[i]
        seekers.state[k] = state
        seekers.carer[k] = persons.carer[i]
        seekers.hard_to_place[k] = idle and (persons.carer[i] or age >= jobs.hard_to_place_age)
        seekers.near[k] = in_reach(state, households.origin_km[h], jobs)
        seekers.poor[k] = households.poor[h]
        seekers.skill[k] = persons.skill[i]
        seekers.efficiency[k] = persons.efficiency[i]
        seekers.reservation_yuan[k] = persons.reservation_yuan[i]
        seekers.asks_yuan[k] = asks
        seekers.away_cost_yuan[k] = absence
        goes = looks_as_jobless(channel) and not persons.carer[i]
        seekers.at_fair[k] = goes and uniform(fairs, key, 0) < jobs.fair_attendance
        if s != heard_at:
            heard, heard_at = heard_in_network(sites.away_share[s], jobs), s
        hears = 1.0 if state == AWAY else heard * away_age_factor(age, jobs)  # away_offer_probability
        seekers.hears_of_away[k] = channel != AWAY_JOB and uniform(aways, key, 0) < hears


@kernel
def note_courses(trained: UInt32, n: int, persons: Persons, seekers: Seekers) -> None:
    """Note the skill of who has been trained since the first n seekers, in the order of rows, were described."""
    for i in trained:
        low, high = 0, n
        while low < high:
            middle = (low + high) // 2
            if seekers.person[middle] < i:
                low = middle + 1
            else:
                high = middle
        if low < n and seekers.person[low] == i:
            seekers.skill[low] = persons.skill[i]


@kernel
def match_seekers(
    seed: int,
    month: int,
    order: Int64,
    fair_posts: int,
    organised_places: int,
    state: State,
    jobs: JobsParameters,
    seekers: Seekers,
    counts: Int32,
) -> None:
    """Serve the seekers in `order`; each takes the best offer that is worth it. counts gets [hires, fair matches]."""
    households, persons, sites, posts = state.households, state.persons, state.sites, state.posts
    workshops, layout = state.workshops, state.layout
    offers, fairs = stream(seed, Q_OFFER, month), stream(seed, Q_FAIR, month)
    fair_left, organised_left = fair_posts, organised_places
    for turn in range(order.size):
        later, next_home = order[min(turn + 2 * AHEAD, order.size - 1)], order[min(turn + AHEAD, order.size - 1)]
        prefetch(seekers.key, later)
        prefetch(seekers.away_cost_yuan, later)
        prefetch(households.members, seekers.household[next_home])
        prefetch(households.employed, seekers.household[next_home])
        k = order[turn]
        h, s = seekers.household[k], seekers.site[k]
        unit = sites.unit[s]
        channel_now, lives = seekers.channel[k], int(seekers.state[k])
        idle, nobody = channel_now <= FARM, in_ordinary_work(h, households) <= 0
        asks = seekers.asks_yuan[k]
        if looks_as_jobless(channel_now) and nobody:
            asks *= 1.0 - jobs.reservation_need_discount
        if channel_now == PUBLIC_POST:  # given up for whatever a jobless person would take, if it pays more
            asks = max(asks, persons.wage_yuan[seekers.person[k]])
        seeker = Seeker(
            seekers.key[k],
            idle,
            seekers.carer[k],
            seekers.hard_to_place[k] and (nobody or seekers.poor[k]),
            seekers.near[k],
            lives,
            seekers.poor[k],
            seekers.skill[k],
            seekers.efficiency[k],
            asks,
            seekers.away_cost_yuan[k],
            sites.distance_town_km[s],
            sites.bus[s],
        )
        best, channel, chosen = 0.0, NONE, NO_POST
        if fair_left > 0 and seekers.at_fair[k]:
            fair_left -= 1
            post = layout.nearby_public + unit
            vacancy = posts.filled[post] < posts.capacity[post]
            channel = fair_offer(seeker, seekers.reservation_yuan[k], vacancy, organised_left > 0, fairs, jobs)
            if channel == NEARBY_PUBLIC:
                chosen = post
            counts[1] += channel != NONE
        agreed_at_fair = channel != NONE
        if not agreed_at_fair and lives != AWAY:
            n_workshops = workshops.first[s + 1] - workshops.first[s] if seeker.near else 0
            for c in range(5 + n_workshops):
                if c == 0:
                    post = layout.public_unit + unit
                elif not seeker.near:
                    break
                elif c == 1:
                    post = layout.nearby_own + s
                elif c == 2:
                    post = layout.own_business + s
                elif c == 3:
                    post = layout.public_site + s
                elif c == 4:
                    post = layout.nearby_public + unit
                else:
                    post = layout.workshops + workshops.by_site[workshops.first[s] + c - 5]
                if posts.filled[post] >= posts.capacity[post] or post == seekers.post[k]:
                    continue
                gain = post_gain(
                    seeker,
                    int(posts.channel[post]),
                    posts.wage_yuan[post],
                    posts.hours_share[post],
                    posts.skill_required[post],
                    posts.flexible[post],
                    posts.reserved[post],
                    offers,
                    jobs,
                    best,
                )
                if gain > best:
                    best, channel, chosen = gain, int(posts.channel[post]), post
        if not agreed_at_fair:
            if (
                channel_now != ORGANISED_EXPORT
                and organised_left > 0
                and seeker.poor
                and seeker.skill >= jobs.skill_organised
            ):
                gain = away_gain(seeker, ORGANISED_EXPORT, jobs.wage_organised_yuan, offers, jobs, best)
                if gain > best:
                    best, channel, chosen = gain, ORGANISED_EXPORT, NO_POST
            if seekers.hears_of_away[k]:
                gain = away_gain(seeker, AWAY_JOB, jobs.wage_away_yuan, offers, jobs, best)
                if gain > best:
                    best, channel, chosen = gain, AWAY_JOB, NO_POST
        if channel == NONE:
            continue
        if channel == ORGANISED_EXPORT:
            organised_left -= 1
        take_up(seekers.person[k], channel, chosen, seeker, households, persons, posts, jobs)
        counts[0] += 1
        i = seekers.person[k]
        households.employed[h] += idle or persons.suspended[i]
        if looks_as_jobless(channel_now) and channel != PUBLIC_POST and not seeker.carer:
            waited = min(float(persons.months_without_work[i]), jobs.expectation_months)
            if works_away(channel):
                sites.away_waited[s] += waited if lives != AWAY else 0.0
            elif seeker.near:
                sites.local_hires[s] += 1
                sites.local_hires_yuan[s] += persons.wage_yuan[i]
                sites.local_waited[s] += waited


@kernel
def take_up(
    i: int,
    channel: int,
    chosen: int,
    seeker: Seeker,
    households: Households,
    persons: Persons,
    posts: Posts,
    jobs: JobsParameters,
) -> None:
    """Take person i out of the old post, if any, into the chosen one; the household takes notice."""
    public = households.tally[persons.household[i]]
    public[EMPLOYED_PUBLIC_POST] += channel == PUBLIC_POST
    public[EMPLOYED_PUBLIC_POST] -= persons.channel[i] == PUBLIC_POST
    if persons.post[i] != NO_POST:
        posts.filled[persons.post[i]] -= 1
    if chosen != NO_POST:
        posts.filled[chosen] += 1
        base = posts.wage_yuan[chosen]
    else:
        base = jobs.wage_organised_yuan if channel == ORGANISED_EXPORT else jobs.wage_away_yuan
    persons.wage_yuan[i] = wage(channel, base, seeker.efficiency, seeker.skill, jobs)
    persons.channel[i] = channel
    persons.post[i] = chosen
    persons.months_in_job[i] = 0
    persons.ever_employed[i] = True
    h = persons.household[i]
    households.review_due[h] = 1
    households.changed[h] = True
