"""Policy knowledge, trust and attachment: what makes an announcement believed and a place home.

Knowledge comes by being told (outreach) and from neighbours, and fades. Trust drifts towards what the household lives
through: services, clear title, seats for its children, somebody in work. Attachment to the site grows with months
lived there, faster with hamlet neighbours and good governance; attachment to the origin fades at the site, half as
fast for the old.
"""

from __future__ import annotations

from simulation.foundations.kernel import kernel
from simulation.foundations.random_numbers import Q_VISIT, stream, uniform
from simulation.rules.choice import lives_in_reach
from simulation.state.entities import (
    NOT_MOVED,
    RETURNED,
    SETTLED,
    Float,
    Households,
    Int32,
    Sites,
    State,
)
from simulation.state.parameters import KnowledgeParameters


@kernel
def update_knowledge(
    seed: int,
    month: int,
    households: Households,
    sites: Sites,
    hamlet_share: Float,
    old_share: Float,
    knowledge: KnowledgeParameters,
) -> None:
    """Update knowledge, trust and both attachments of every household with a flat.

    old_share: share of a household's members of sixty and over in the report month, shape (n_households,).
    """
    visits = stream(seed, Q_VISIT, month)
    for h in range(households.site.size):
        state = households.state[h]
        if state == NOT_MOVED:
            continue
        s = households.site[h]
        here = lives_in_reach(state)
        # Both values are computed and one is taken: faster than branches that are hard to predict.
        k = households.knowledge[h]
        told = here & (uniform(visits, households.key[h], 0) < knowledge.outreach_probability)
        k += knowledge.outreach_gain * (1.0 - k) if told else 0.0
        k += knowledge.peer_rate * (sites.knowledge[s] - k) if here else 0.0
        households.knowledge[h] = max(0.0, k - knowledge.forgetting * k)

        children = households.school_age[h]
        target = knowledge.trust_base + knowledge.trust_service * sites.service[s]
        target += knowledge.trust_title * sites.title_clarity[s]
        seats = knowledge.trust_seat * (households.seated[h] / max(1, children) - 0.5)
        target += seats if here & (children > 0) else 0.0
        work = knowledge.trust_job * ((1.0 if households.employed[h] > 0 else 0.0) - 0.5)
        target += work if households.labourers[h] > 0 else 0.0
        target = min(1.0, max(0.0, target))
        households.trust[h] += knowledge.trust_speed * (target - households.trust[h])

        site = households.attachment_site[h]
        neighbours = 0.5 + 0.25 * hamlet_share[households.hamlet[h], 0] + 0.25 * sites.governance[s]
        pace = 1.0 if state == SETTLED else 0.5
        gain = knowledge.attachment_site_rate * neighbours * pace * (1.0 - site)
        households.attachment_site[h] = site + gain if here else site - knowledge.attachment_site_decay * site

        origin = households.attachment_origin[h]
        age = 1.0 - (1.0 - knowledge.attachment_old_factor) * old_share[h]
        fades = knowledge.attachment_origin_decay * age * origin
        regains = knowledge.attachment_origin_regain * (1.0 - origin)
        origin -= fades if state == SETTLED else 0.0
        origin += regains if state == RETURNED else 0.0
        households.attachment_origin[h] = origin


@kernel
def update_what_is_seen(state: State, persons_away: Int32, labourers: Int32, smoothing: float) -> None:
    """Recompute what households see of each other at the month's end: shares by state, knowledge, networks, hires.

    persons_away, labourers: work arrays of shape (n_sites,). smoothing: weight of this month in the expected chance
    of a post.
    """
    households, sites, hamlet_share, hamlet_arrived = (
        state.households,
        state.sites,
        state.hamlet_share,
        state.hamlet_arrived,
    )
    sites.share[:] = 0.0
    sites.knowledge[:] = 0.0
    hamlet_share[:] = 0.0
    hamlet_arrived[:] = 0
    persons_away[:] = 0
    labourers[:] = 0
    for h in range(households.site.size):
        lives = households.state[h]
        if lives == NOT_MOVED or households.members[h] == 0:
            continue
        s, hamlet = households.site[h], households.hamlet[h]
        sites.share[s, lives - 1] += 1.0
        sites.knowledge[s] += households.knowledge[h]
        hamlet_share[hamlet, lives - 1] += 1.0
        hamlet_arrived[hamlet] += 1
        persons_away[s] += households.away_workers[h]
        labourers[s] += households.labourers[h]
    for s in range(sites.arrived.size):
        arrived = max(1.0, sites.share[s, 0] + sites.share[s, 1] + sites.share[s, 2] + sites.share[s, 3])
        sites.knowledge[s] /= arrived
        for k in range(4):
            sites.share[s, k] /= arrived
        sites.away_share[s] = persons_away[s] / max(1, labourers[s])
        if sites.seekers[s] > 0:
            chance = sites.local_hires[s] / sites.seekers[s]
            sites.local_chance[s] += smoothing * (chance - sites.local_chance[s])
    for hamlet in range(hamlet_arrived.size):
        for k in range(4):
            hamlet_share[hamlet, k] /= max(1, hamlet_arrived[hamlet])
