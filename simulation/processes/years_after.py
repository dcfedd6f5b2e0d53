"""The years after 2019 in the city: workers whom the shock of 2020 keeps at home, wages, posts that go, old houses.

The series are those of simulation/state/future.py; where a series is at its value of 2019 nothing here is called, so
that a future of ones is `frozen` to the bit.
"""

from __future__ import annotations

from simulation.foundations.kernel import kernel
from simulation.foundations.months import NEVER
from simulation.foundations.random_numbers import Q_DEMOLITION, Q_POST_CUT, Q_SUSPENSION, lottery, stream, uniform
from simulation.rules.labour import EMPLOYED_PUBLIC_POST, leave_work, works_away
from simulation.state.entities import (
    FARM,
    NO_POST,
    NOT_MOVED,
    PUBLIC_POST,
    RETURNED,
    WORKSHOP,
    Float,
    Households,
    Int64,
    Layout,
    Persons,
    Posts,
    UInt32,
    UInt64,
    Workshops,
)

OF_PERSON, OF_WORKSHOP = 0, 1


@kernel
def suspend_workers(
    seed: int,
    labour_rows: UInt32,
    households: Households,
    persons: Persons,
    workshops: Workshops,
    layout: Layout,
    work_away: float,
    workshops_open: float,
) -> int:
    """Settle who of those in work away or in a workshop cannot work this month; return how many.

    They keep the job, earn nothing, are at home and are not counted as employed. A person's lot and a workshop's are
    the same in all months, so that who comes back first stays back: shares that rise send nobody home again.
    """
    of = stream(seed, Q_SUSPENSION, 0)
    held = 0
    for i in labour_rows:
        channel = persons.channel[i]
        stays = False
        if works_away(channel):
            stays = uniform(of, persons.key[i], OF_PERSON) >= work_away
        elif channel == WORKSHOP:
            w = persons.post[i] - layout.workshops
            stays = uniform(of, workshops.key[w], OF_WORKSHOP) >= workshops_open
        held += stays
        if stays != persons.suspended[i]:
            persons.suspended[i] = stays
            households.changed[persons.household[i]] = True
    return held


@kernel
def find_surplus(
    seed: int, month: int, labour_rows: UInt32, persons: Persons, posts: Posts, found: UInt32, lots: UInt64
) -> int:
    """Fill `found` with who holds a post of a pool that has fewer posts than holders, and `lots`; return how many.

    Both arrays have shape (n_persons,) at least.
    """
    of = stream(seed, Q_POST_CUT, month)
    n = 0
    for i in labour_rows:
        post = persons.post[i]
        if post != NO_POST and posts.filled[post] > posts.capacity[post]:
            found[n] = i
            lots[n] = lottery(of, persons.key[i], 0)
            n += 1
    return n


@kernel
def end_surplus(order: Int64, found: UInt32, households: Households, persons: Persons, posts: Posts) -> int:
    """End jobs in posts that no longer exist, by lot: `order` are places in `found`; return how many ended."""
    ended = 0
    for k in order:
        i = found[k]
        post, h = persons.post[i], persons.household[i]
        if posts.filled[post] > posts.capacity[post]:
            households.employed[h] -= not persons.suspended[i]
            households.tally[h, EMPLOYED_PUBLIC_POST] -= persons.channel[i] == PUBLIC_POST
            households.review_due[h] = 1
            households.changed[h] = True
            leave_work(persons, i, posts)
            ended += 1
    return ended


@kernel
def raise_wages(labour_rows: UInt32, households: Households, persons: Persons, away: float, nearby: float) -> None:
    """Raise what jobs that are held pay, in the ratios of this month to the last; public posts pay what they paid."""
    for i in labour_rows:
        channel = persons.channel[i]
        if channel > FARM and channel != PUBLIC_POST:
            persons.wage_yuan[i] *= away if works_away(channel) else nearby
            households.changed[persons.household[i]] = True


@kernel
def demolish_houses(
    seed: int, month: int, first: int, end: int, down: float, joint_share: float, households: Households
) -> int:
    """Take down old houses of households first to end - 1 that are due, up to the share `down` of them; return how many
    fall this month.

    A house is due or joint with another (连体房) for good, by the household's lot; a joint one never comes down, nor
    does any while its household lives in it again. Who loses it looks at its residence anew, as after any such event.
    """
    of = stream(seed, Q_DEMOLITION, 0)
    fallen = 0
    for h in range(first, end):
        if not households.house[h] or households.demolished_month[h] != NEVER:
            continue
        if households.state[h] in (NOT_MOVED, RETURNED) or uniform(of, households.key[h], 1) < joint_share:
            continue
        if uniform(of, households.key[h], 0) < down:
            households.house[h] = False
            households.demolished_month[h] = month
            households.review_due[h] = 1
            fallen += 1
    return fallen


@kernel
def set_wages(posts: Posts, by_channel: Float) -> None:
    """Set what each pool pays now, from the wages by channel, shape (N_CHANNELS,)."""
    for post in range(posts.channel.size):
        posts.wage_yuan[post] = by_channel[posts.channel[post]]
