"""Residence: households review where they live, choose, and move with all that hangs on it.

A review comes with a small monthly probability, more at Spring Festival, and for certain on arrival; it draws new
noise, which stands for all that the model does not see. After a shock (job or seat lost or found, a child at school
age) a household weighs again what has changed, with the noise of its last review: a shock that changes no value moves
nobody. The choice is in simulation/rules/choice.py. Where the last member at home has gone to work or study elsewhere,
the household is away from that month on, without being asked. Moving away as a family ends local jobs and takes the
labourers along; moving back ends jobs out of daily reach; who comes home from away leaves the carer at home. A flat
left for good is given up after some months.
"""

from __future__ import annotations

import math

from simulation.foundations.kernel import kernel, literal_unroll
from simulation.foundations.months import FESTIVAL
from simulation.foundations.random_numbers import (
    Q_CHOICE,
    Q_MOVE_JOB,
    Q_REVIEW,
    chance,
    gumbel,
    happens,
    stream,
    uniform,
)
from simulation.rules.budget import (
    Home,
    Place,
    home_of,
    place_of,
)
from simulation.rules.choice import (
    lives_in_reach,
    option_open,
    peer_share,
    residence_terms,
    value_of,
)
from simulation.rules.labour import (
    labourer,
    leave_work,
    wage,
    works_away,
)
from simulation.rules.prefetch import AHEAD, ask_for_household
from simulation.state.entities import (
    AT_HOME,
    AWAY,
    AWAY_JOB,
    FARM,
    N_OPTIONS,
    NOT_MOVED,
    RETURNED,
    SEATED,
    Float,
    Households,
    Int32,
    State,
    UInt32,
    UInt64,
)
from simulation.state.parameters import Parameters, ResidenceParameters
from simulation.state.policy import PolicyNow

OPTIONS = tuple(range(N_OPTIONS))


@kernel
def review_probability(month: int, due: bool, residence: ResidenceParameters) -> float:
    """Return the probability that a household reviews where it lives in `month`; due: or weighs it again."""
    probability = residence.review_after_shock if due else residence.review_probability
    if month % 12 == FESTIVAL:
        probability += residence.review_festival
    return min(1.0, probability)


@kernel
def find_reviewers(
    seed: int, month: int, first: int, end: int, households: Households, p: Parameters, reviewers: UInt32
) -> int:
    """Begin the month for households first to end - 1; fill `reviewers` with those that review where they live; return
    how many.

    Among them is every household of which nobody is left at home and that is not away yet, where such are away.

    reviewers: shape (n,), of at least as many elements as there are households.
    """
    review_stream = stream(seed, Q_REVIEW, month)
    residence, away_alone = p.residence, p.structure.nobody_home_away == 1
    usual = chance(review_probability(month, False, residence))
    after_shock = chance(review_probability(month, True, residence))
    n = 0
    for h in range(first, end):
        state = households.state[h]
        if state == NOT_MOVED:
            continue
        arriving = households.move_in_month[h] == month
        households.previous_state[h] = NOT_MOVED if arriving else state
        households.months_in_state[h] += 1
        if state == RETURNED and households.months_in_state[h] >= households.flat_patience[h]:
            households.flat_kept[h] = False
        of = after_shock if households.review_due[h] > 0 else usual
        households.review_due[h] = 0
        if arriving | happens(review_stream, households.key[h], 0, usual):
            households.reviewed_month[h] = month
        reviewers[n] = h  # written for each; the place is kept only if the household reviews
        left = away_alone & (households.at_home[h] == 0) & (state != AWAY)
        n += households.flat_kept[h] & (arriving | left | happens(review_stream, households.key[h], 0, of))
    reviewing = 0
    for h in reviewers[:n]:
        reviewers[reviewing] = h
        reviewing += households.members[h] > 0
    return reviewing


@kernel
def draw_noise(
    seed: int,
    month: int,
    n: int,
    households: Households,
    reviewers: UInt32,
    keys: Int32,
    streams: UInt64,
    noise: Float,
) -> None:
    """Fill noise, shape (N_OPTIONS, n) or more, with a standard Gumbel number for each of the first n households in
    `reviewers` and each option: that of the month of its last review. keys, streams: work arrays of shape (n,) or more.
    """
    this_month = stream(seed, Q_CHOICE, month)
    for r in range(n):
        reviewed = households.reviewed_month[reviewers[r]]
        streams[r] = this_month if reviewed == month else stream(seed, Q_CHOICE, reviewed)  # else a shock
        keys[r] = households.key[reviewers[r]]
    for option in range(N_OPTIONS):
        row = noise[option]
        for r in range(n):  # over neighbouring memory: the processor computes several at once
            row[r] = gumbel(streams[r], keys[r], option)


@kernel
def option_value(
    option: int, h: int, home: Home, place: Place, state: State, p: Parameters, policy: PolicyNow, noise: float
) -> float:
    """Return what option k is worth to household h with its noise; minus infinity where it is not open."""
    if not option_open(option, home, p.structure):
        return -math.inf
    taste, peers = state.households.taste[h, option], peer_share(h, option, state)
    return value_of(residence_terms(home, place, option, taste, peers, p, policy)) + noise


@kernel
def choose_residence(
    seed: int, month: int, n: int, state: State, p: Parameters, policy: PolicyNow, reviewers: UInt32, noise: Float
) -> int:
    """Let the first n households in `reviewers` choose and move; return how many moved. Others' states of last month
    are what they see.

    noise: see draw_noise.
    """
    households, sites = state.households, state.sites
    moved = 0
    for r in range(n):
        ask_for_household(households, reviewers[min(r + AHEAD, n - 1)])
        h = reviewers[r]
        before = households.state[h]
        arriving = households.move_in_month[h] == month
        if arriving:
            households.state[h] = NOT_MOVED
        home, place = home_of(h, households, sites), place_of(households.site[h], sites)
        chosen, best = 0, -math.inf
        for option in literal_unroll(OPTIONS):  # compiled once for each option, without the terms that it has not
            value = option_value(option, h, home, place, state, p, policy, noise[option, r])
            if value > best:
                chosen, best = option, value
        households.state[h] = chosen + 1
        if chosen + 1 != before or arriving:
            households.months_in_state[h] = 0
        if chosen + 1 != before:
            households.changed[h] = True
            move_members(seed, month, h, before, chosen + 1, state, p)
            moved += 0 if arriving else 1
    return moved


@kernel
def move_members(seed: int, month: int, h: int, old: int, new: int, state: State, p: Parameters) -> None:
    """End and begin the jobs and seats that a move ends and begins; who loses or finds one is not a new shock.

    To away: local posts are given up; labourers who are no carers find work there with probability
    away_employment_share. To returned: posts out of daily reach of the origin are given up. From away: a carer who
    worked there comes home. Out of reach of the site, children give up their seats (next month says where they learn).
    """
    households, persons, sites, posts, layout = state.households, state.persons, state.sites, state.posts, state.layout
    jobs, move_stream = p.jobs, stream(seed, Q_MOVE_JOB, month)
    for i in range(households.first[h], households.first[h + 1]):
        if persons.place[i] == SEATED and not lives_in_reach(new):
            sites.seated[households.site[h], persons.level[i]] -= 1
            persons.place[i] = AT_HOME
        if not labourer(persons, i, month):
            continue
        channel, post = persons.channel[i], persons.post[i]
        local = channel > FARM and not works_away(channel)
        tied = local and not layout.public_unit <= post < layout.nearby_public
        if new == AWAY:
            if local:
                leave_work(persons, i, posts)
            finds = uniform(move_stream, persons.key[i], 0) < p.income.away_employment_share
            if finds and persons.channel[i] <= FARM and not persons.carer[i]:
                persons.channel[i] = AWAY_JOB
                base = jobs.wage_away_yuan
                persons.wage_yuan[i] = wage(AWAY_JOB, base, persons.efficiency[i], persons.skill[i], jobs)
                persons.ever_employed[i] = True
            continue
        too_far = new == RETURNED and tied and households.origin_km[h] > jobs.nearby_reach_km
        comes_home = old == AWAY and persons.carer[i] and works_away(channel)
        if too_far or comes_home:
            leave_work(persons, i, posts)
