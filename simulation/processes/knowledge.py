"""Policy knowledge and attachment: what makes an announcement believed and a place home; and what people see.

Knowledge comes by being told (outreach) and from neighbours who know more, and stays: it is a history of the household.
Trust is a lasting trait, drawn once. Attachment grows where a household lives and fades where it does not, over years
(networks at new sites took eight years to recover: O05): at the site faster with hamlet neighbours and good governance,
half as fast for who lives at both ends; ties to the origin fade slower for the old, and not for who is there at times.
"""

from __future__ import annotations

from simulation.foundations.kernel import kernel
from simulation.foundations.numerics import LN2_HIGH, exp
from simulation.foundations.random_numbers import (
    Q_CANVASS,
    Q_PUBLICITY,
    Q_REGISTER,
    Q_VISIT,
    chance,
    happens,
    lottery,
    stream,
    uniform,
)
from simulation.rules.choice import lives_in_reach
from simulation.rules.labour import in_reach
from simulation.state.entities import (
    AWAY,
    BOTH_ENDS,
    N_OPTIONS,
    NOT_MOVED,
    RETURNED,
    SETTLED,
    Float,
    Households,
    Int32,
    Sites,
    State,
    UInt32,
    UInt64,
)
from simulation.state.parameters import JobsParameters, KnowledgeParameters

LABOURERS, AT_WORK_AWAY, JOBLESS_IN_REACH, OPENNESS, KNOWLEDGE, IN_STATE = range(6)
SEEN = IN_STATE + N_OPTIONS
"""What is added up by site before people see it: columns of a work array, the last four households by state."""


@kernel
def monthly_rate(half_life_years: float) -> float:
    """Return the share of a tie that goes in a month if half of it goes in so many years."""
    return 1.0 - exp(-LN2_HIGH / (12.0 * half_life_years))


@kernel
def update_knowledge(
    seed: int,
    month: int,
    first: int,
    end: int,
    households: Households,
    sites: Sites,
    hamlet_share: Float,
    knowledge: KnowledgeParameters,
) -> None:
    """Update the knowledge and both attachments of each of households first to end - 1 with a flat."""
    visits, outreach = stream(seed, Q_VISIT, month), chance(knowledge.outreach_probability)
    site_rate = monthly_rate(knowledge.attachment_site_half_life_years)
    origin_rate = monthly_rate(knowledge.attachment_origin_half_life_years)
    for h in range(first, end):
        state = households.state[h]
        if state == NOT_MOVED:
            continue
        s = households.site[h]
        here = lives_in_reach(state)
        # Both values are computed and one is taken: faster than branches that are hard to predict.
        k = households.knowledge[h]
        told = here & happens(visits, households.key[h], 0, outreach)
        k += knowledge.outreach_gain * (1.0 - k) if told else 0.0
        k += knowledge.peer_rate * max(0.0, sites.knowledge[s] - k) if here else 0.0
        households.knowledge[h] = k

        site = households.attachment_site[h]
        neighbours = 0.5 + 0.25 * hamlet_share[households.hamlet[h], 0] + 0.25 * sites.governance[s]
        pace = neighbours * (1.0 if state == SETTLED else 0.5) * (1.0 + sites.custom[s])
        households.attachment_site[h] = site + site_rate * (pace * (1.0 - site) if here else -site)

        origin = households.attachment_origin[h]
        age = 1.0 - (1.0 - knowledge.attachment_old_factor) * households.old_share[h]
        origin -= origin_rate * age * origin if (state == SETTLED) | (state == AWAY) else 0.0
        origin += origin_rate * (1.0 - origin) if state == RETURNED else 0.0
        households.attachment_origin[h] = origin


@kernel
def tell(seed: int, month: int, probability: float, gain: float, households: Households) -> int:
    """Tell the rules, each with `probability`, to households that live at a site, all or part of the time, or have
    moved back; return how many were told. Each gets to know `gain` of what it does not know.
    """
    told_stream = stream(seed, Q_PUBLICITY, month)
    told = 0
    for h in range(households.site.size):
        state = households.state[h]
        if state in (NOT_MOVED, AWAY) or households.members[h] == 0:
            continue
        if uniform(told_stream, households.key[h], 0) < probability:
            households.knowledge[h] += gain * (1.0 - households.knowledge[h])
            told += 1
    return told


@kernel
def find_wavering(
    seed: int, month: int, known_share: float, households: Households, sites: Sites, found: UInt32, lots: UInt64
) -> int:
    """Fill `found` with the households that waver and are known, and `lots` with their lots of the month; return how
    many.

    Who lives at both ends, or has moved back and keeps the flat, wavers. A household is known for good by its lot: a
    share known_share of all, or what the register of its site says if that is more. Both arrays: shape (n_households,).
    """
    register, canvass = stream(seed, Q_REGISTER, 0), stream(seed, Q_CANVASS, month)
    n = 0
    for h in range(households.site.size):
        state = households.state[h]
        if state != BOTH_ENDS and state != RETURNED:
            continue
        if not households.flat_kept[h] or households.members[h] == 0:
            continue
        known = max(known_share, sites.observed[households.site[h]])
        if uniform(register, households.key[h], 0) < known:
            found[n], lots[n] = h, lottery(canvass, households.key[h], 0)
            n += 1
    return n


@kernel
def convince(rows: UInt32, gain: float, trust_gain: float, households: Households) -> None:
    """Let the households in `rows` get to know `gain` of what they do not know, and trust by `trust_gain` of what they
    do not trust.
    """
    for h in rows:
        households.knowledge[h] += gain * (1.0 - households.knowledge[h])
        households.trust[h] += trust_gain * (1.0 - households.trust[h])


@kernel
def look_around(
    first: int, end: int, households: Households, seen: Float, hamlets: Int32, jobs: JobsParameters
) -> None:
    """Add to `seen` and `hamlets` what others will see of households first to end - 1.

    seen: work array of shape (n_sites, SEEN); hamlets: of shape (n_hamlets, N_OPTIONS), households by state. Nobody
    sees it before update_what_is_seen: who chooses later in the month must see no more than who chose before.
    """
    at, away, labourers, jobless, openness, knowledge = -1, 0.0, 0.0, 0.0, 0.0, 0.0
    for h in range(first, end):
        lives = households.state[h]
        if lives == NOT_MOVED or households.members[h] == 0:
            continue
        s = households.site[h]
        if s != at:  # sums of the site at hand, in memory only while another one is looked at
            if at >= 0:
                seen[at, AT_WORK_AWAY], seen[at, LABOURERS], seen[at, JOBLESS_IN_REACH] = away, labourers, jobless
                seen[at, OPENNESS], seen[at, KNOWLEDGE] = openness, knowledge
            away, labourers, jobless = seen[s, AT_WORK_AWAY], seen[s, LABOURERS], seen[s, JOBLESS_IN_REACH]
            openness, knowledge, at = seen[s, OPENNESS], seen[s, KNOWLEDGE], s
        seen[s, IN_STATE + lives - 1] += 1.0
        hamlets[households.hamlet[h], lives - 1] += 1
        knowledge += households.knowledge[h]
        away += households.away_workers[h]
        labourers += households.labourers[h]
        reach = in_reach(int(lives), households.origin_km[h], jobs)
        jobless += households.seekers[h] * (1.0 if reach else 0.0)
        openness += households.openness[h] * (1.0 if lives != AWAY else 0.0)
    if at >= 0:
        seen[at, AT_WORK_AWAY], seen[at, LABOURERS], seen[at, JOBLESS_IN_REACH] = away, labourers, jobless
        seen[at, OPENNESS], seen[at, KNOWLEDGE] = openness, knowledge


@kernel
def update_what_is_seen(state: State, seen: Float, hamlets: Int32, jobs: JobsParameters) -> None:
    """Let households see what has been added up of each other at the month's end (look_around): shares by state,
    knowledge, networks, hires.

    What people expect of work is in update_chances.
    """
    sites = state.sites
    for s in range(sites.arrived.size):
        arrived = max(1.0, seen[s, IN_STATE] + seen[s, IN_STATE + 1] + seen[s, IN_STATE + 2] + seen[s, IN_STATE + 3])
        sites.knowledge[s] = seen[s, KNOWLEDGE] / arrived
        for k in range(4):
            sites.share[s, k] = seen[s, IN_STATE + k] / arrived
        sites.away_share[s] = seen[s, AT_WORK_AWAY] / max(1.0, seen[s, LABOURERS])
        update_chances(s, seen, sites, jobs.chance_smoothing)
    for hamlet in range(state.hamlet_arrived.size):
        n = hamlets[hamlet, 0] + hamlets[hamlet, 1] + hamlets[hamlet, 2] + hamlets[hamlet, 3]
        state.hamlet_arrived[hamlet] = n
        for k in range(4):
            state.hamlet_share[hamlet, k] = hamlets[hamlet, k] / max(1, n)


@kernel
def update_chances(s: int, seen: Float, sites: Sites, smoothing: float) -> None:
    """Let what happened at site s this month into the chances and the pay that people expect of work.

    The chance is that of all labourers without work who are no carers, whether they looked for a post or not: the share
    of them that has found one when expectation_months are over. Who is hired this month after d months without work
    was among those without at the last d months' ends, and is found within the time by as many of them as it spans:
    min(d, expectation_months). Their sum over those without work is the share, once numbers are steady. (From hires a
    month alone it would come out twice too high: who has just lost a post finds the next one soon, most others do not.)
    Away it is over how open work away is at their ages, of households that are not away already.
    """
    if seen[s, JOBLESS_IN_REACH] > 0.0:
        share = min(1.0, sites.local_waited[s] / seen[s, JOBLESS_IN_REACH])
        sites.local_chance[s] += smoothing * (share - sites.local_chance[s])
    if sites.local_hires[s] > 0:
        pay = sites.local_hires_yuan[s] / sites.local_hires[s]
        sites.local_pay_yuan[s] += smoothing * (pay - sites.local_pay_yuan[s])
    if seen[s, OPENNESS] > 0.0:
        share = min(1.0, sites.away_waited[s] / seen[s, OPENNESS])
        sites.away_chance[s] += smoothing * (share - sites.away_chance[s])
