"""Jobs: separations, search, offers and matching against posts that are really there.

Nine channels. Posts are limited: no post is filled twice, none beyond its number. Households with nobody employed
search harder and are served first; without that their rarity (under 2 %) is out of reach when a fifth of labourers
has no work (design). Carers can take only work near home at flexible hours; acceptance needs the offer above what the
person would work for and a skill that fits, which is why so few accept at job fairs (107 of 6,000).
"""

from __future__ import annotations

import numpy as np

from simulation.foundations.kernel import kernel
from simulation.foundations.months import AFTER_FESTIVAL
from simulation.foundations.random_numbers import (
    Q_QUEUE,
    Q_SEARCH,
    Q_SEPARATION,
    chance,
    happens,
    lottery,
    stream,
)
from simulation.rules.labour import (
    EMPLOYED_PUBLIC_POST,
    in_ordinary_work,
    labourer,
    leave_work,
    looks_as_jobless,
    works_away,
)
from simulation.rules.prefetch import AHEAD, ask_for_person
from simulation.state.entities import (
    AWAY,
    FARM,
    N_CHANNELS,
    NEARBY_OWN,
    NEARBY_PUBLIC,
    NONE,
    ORGANISED_EXPORT,
    OWN_BUSINESS,
    PUBLIC_POST,
    WORKSHOP,
    Households,
    Layout,
    Persons,
    Posts,
    UInt32,
    UInt64,
)
from simulation.state.parameters import JobsParameters

TIER_SHIFT = np.uint64(62)
ONE_BIT = np.uint64(2)


@kernel
def separation_probability(channel: int, after_festival: bool, jobs: JobsParameters) -> float:
    """Return the monthly probability that a job of a channel ends; higher for work away after Spring Festival."""
    if channel == WORKSHOP:
        return jobs.separation_workshop
    if channel == PUBLIC_POST:
        return jobs.separation_public_post
    if channel == NEARBY_PUBLIC:
        return jobs.separation_nearby_public
    if channel == NEARBY_OWN:
        return jobs.separation_nearby_own
    if channel == OWN_BUSINESS:
        return jobs.separation_own_business
    festival = jobs.festival_separation if after_festival else 0.0
    if channel == ORGANISED_EXPORT:
        return jobs.separation_organised_export + festival
    return jobs.separation_away + festival


@kernel
def update_separations(
    seed: int,
    month: int,
    labour_rows: UInt32,
    households: Households,
    persons: Persons,
    posts: Posts,
    layout: Layout,
    jobs: JobsParameters,
    closed: bool,
    by_channel: UInt64,
    rows: UInt32,
) -> int:
    """End jobs by chance, with closed workshops, and of carers who are needed at home; return how many.

    Who works away and is the only one who can care for a child under twelve or a member in need of care comes home,
    unless the family lives there: nobody leaves small children alone. closed: whether some workshop that has closed
    still has workers; by_channel: work array of shape (N_CHANNELS,); rows: of one element more than labour_rows.

    Few jobs end: the first loop counts months and finds whose could end, with little to read; the second asks.
    """
    separation_stream = stream(seed, Q_SEPARATION, month)
    most = np.uint64(0)
    for channel in range(N_CHANNELS):
        ends = separation_probability(channel, month % 12 == AFTER_FESTIVAL, jobs) if channel > FARM else 0.0
        by_channel[channel] = chance(ends)
        most = max(most, by_channel[channel])
    n = 0
    for i in labour_rows:
        channel, carer = persons.channel[i], persons.carer[i]
        seeks = looks_as_jobless(channel) & (not carer)
        persons.months_without_work[i] = (persons.months_without_work[i] + 1) * seeks
        persons.months_in_job[i] += channel > FARM
        rows[n] = i  # written for each; the place is kept only if the job could end
        could = happens(separation_stream, persons.key[i], 0, most) & (channel > FARM)
        n += could | (carer & works_away(channel)) | (closed & (persons.post[i] >= layout.workshops))
    ended = 0
    for i in rows[:n]:
        channel, post, h = persons.channel[i], persons.post[i], persons.household[i]
        gone = post >= layout.workshops and posts.capacity[post] == 0
        needed = persons.carer[i] and works_away(channel) and not persons.suspended[i] and households.state[h] != AWAY
        if gone or needed or happens(separation_stream, persons.key[i], 0, by_channel[channel]):
            leave_work(persons, i, posts)
            households.employed[h] -= not persons.suspended[i]  # who is suspended does not count
            households.tally[h, EMPLOYED_PUBLIC_POST] -= channel == PUBLIC_POST
            households.review_due[h] = 1
            households.changed[h] = True
            ended += 1
    return ended


@kernel
def closed_workshops(posts: Posts, layout: Layout) -> bool:
    """Return whether some workshop that has closed still has workers."""
    for post in range(layout.workshops, posts.filled.size):
        if posts.capacity[post] == 0 and posts.filled[post] > 0:
            return True
    return False


@kernel
def search_probability(channel: int, jobs: JobsParameters) -> float:
    """Return the monthly probability that a labourer looks for work: by channel of the job, FARM for who has none, NONE
    for who has none in a household with nobody employed.

    Without work: search_probability, and surely where nobody of the household is employed: else such households could
    not be as rare as they are while a fifth of labourers has no work. With work: search_on_the_job. Who holds a public
    post looks as who has none (find_seekers).
    """
    if channel == NONE:
        return 1.0
    if channel == FARM:
        return jobs.search_probability
    return jobs.search_on_the_job


@kernel
def find_seekers(
    seed: int,
    month: int,
    labour_rows: UInt32,
    households: Households,
    persons: Persons,
    jobs: JobsParameters,
    by_channel: UInt64,
    seeker_rows: UInt32,
    lots: UInt64,
) -> int:
    """Fill `seeker_rows` with the labourers who look for work this month and `lots` with their places in the queue;
    return how many.

    Both arrays have shape (n_persons,); the queue is served in the order of lots. by_channel: work array of shape
    (N_CHANNELS,). First come households with nobody employed, then the others without work, then those with work;
    within a tier by lot. A public post counts for nothing in this: who holds one looks for work, and is served, as if
    jobless, so that the post locks nobody in.
    """
    searching, queueing = stream(seed, Q_SEARCH, month), stream(seed, Q_QUEUE, month)
    for channel in range(N_CHANNELS):
        by_channel[channel] = chance(search_probability(channel, jobs))
    could = 0
    for i in labour_rows:
        # Everybody is written; the place is kept only for who could search. Faster than a branch that is hard to
        # predict. Households are looked at only for who has no work.
        seeker_rows[could] = i
        could += looks_as_jobless(persons.channel[i]) | happens(searching, persons.key[i], 0, by_channel[WORKSHOP])
    looking = 0
    for i in seeker_rows[:could]:
        kind = persons.channel[i]
        if looks_as_jobless(kind):
            kind = NONE if in_ordinary_work(persons.household[i], households) <= 0 else FARM
        seeker_rows[looking] = i
        looking += happens(searching, persons.key[i], 0, by_channel[kind])
    n = 0
    for k in range(looking):
        ask_for_person(persons, seeker_rows[min(k + AHEAD, looking - 1)])
        i = seeker_rows[k]
        h = persons.household[i]
        if households.move_in_month[h] >= month or not labourer(persons, i, month):
            continue  # nobody looks for work in the month of the move
        nobody = NONE if in_ordinary_work(h, households) <= 0 else FARM
        tier = nobody if looks_as_jobless(persons.channel[i]) else 2
        lots[n] = (lottery(queueing, persons.key[i], 0) >> ONE_BIT) | (np.uint64(tier) << TIER_SHIFT)
        seeker_rows[n] = i
        n += 1
    return n
