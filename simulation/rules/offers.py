"""Offers: who looks for work is served in turn and takes the best post that is really there and worth it.

Acceptance needs the offer above what the person would work for and a skill that fits, which is why so few accept at
job fairs (107 of 6,000). Carers can take only posts near home at flexible hours. Public posts are a last resort: for
who is hard to place, as a carer or by age, in a registered-poor household or one where nobody has other work. A
labourer in work moves only for a clearly better post: many of those who fill a new workshop come home from work away.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simulation.foundations.kernel import kernel
from simulation.foundations.numerics import exp
from simulation.foundations.random_numbers import gumbel, gumbel_above, normal, uniform
from simulation.rules.labour import away_age_factor, commute_cost, wage
from simulation.state.entities import (
    AWAY,
    NEARBY_PUBLIC,
    NONE,
    ORGANISED_EXPORT,
)
from simulation.state.parameters import JobsParameters

REFUSED = -math.inf
NETWORK_SHARE = 0.47
"""Share of labour away at which people hear of work there with away_offer_probability (W04: 47 %)."""


class Seeker(NamedTuple):
    """A person who looks for work, as offers see it."""

    key: int
    idle: bool
    carer: bool
    hard_to_place: bool  # and of a household in need: may take a reserved post
    near: bool  # posts at and near the site are in daily reach
    state: int  # residence of the household
    poor: bool
    skill: float
    efficiency: float
    asks_yuan: float  # for a month of full time; with work: the present job and the trouble of changing
    away_cost_yuan: float
    town_km: float
    bus: bool


@kernel
def fair_offer(
    seeker: Seeker,
    reservation_yuan: float,
    nearby_vacancy: bool,
    organised_place: bool,
    fairs: np.uint64,
    jobs: JobsParameters,
) -> int:
    """Return the channel of the post that a seeker agrees on at a job fair, or NONE.

    One post is looked at: near by with probability fair_nearby_share, else elsewhere through organised export. The
    skill asked is normal around fair_skill; expectations are not lowered by need; the place must be there.
    """
    skill_asked = jobs.fair_skill + jobs.fair_skill_spread * normal(fairs, seeker.key, 2)
    if seeker.skill < skill_asked:
        return NONE
    if uniform(fairs, seeker.key, 1) < jobs.fair_nearby_share:
        pay = wage(NEARBY_PUBLIC, jobs.wage_nearby_yuan, seeker.efficiency, seeker.skill, jobs)
        pay -= commute_cost(NEARBY_PUBLIC, seeker.town_km, seeker.bus, jobs)
        taken = seeker.near and nearby_vacancy and pay > reservation_yuan
        return NEARBY_PUBLIC if taken else NONE
    pay = wage(ORGANISED_EXPORT, jobs.wage_organised_yuan, seeker.efficiency, seeker.skill, jobs)
    taken = organised_place and seeker.poor and pay - seeker.away_cost_yuan > reservation_yuan
    return ORGANISED_EXPORT if taken else NONE


@kernel
def post_gain(
    seeker: Seeker,
    channel: int,
    wage_yuan: float,
    hours_share: float,
    skill_required: float,
    flexible: bool,
    reserved: bool,
    offers: np.uint64,
    jobs: JobsParameters,
    best: float,
) -> float:
    """Return what a post near home is worth to a seeker beyond what it asks, yuan a month, or REFUSED.

    Wage less journeys, less what the seeker would work for at these hours, plus Gumbel noise of scale
    offer_noise_yuan per channel. Where it would not exceed `best` with the most noise that there can be, REFUSED is
    returned as well, and no noise is drawn.
    """
    if seeker.skill < skill_required or (seeker.carer and not flexible) or (reserved and not seeker.hard_to_place):
        return REFUSED
    pay = wage(channel, wage_yuan, seeker.efficiency, seeker.skill, jobs)
    pay -= commute_cost(channel, seeker.town_km, seeker.bus, jobs)
    asks = seeker.asks_yuan * hours_share if seeker.idle else seeker.asks_yuan
    return _with_noise(pay - asks, best, seeker, channel, offers, jobs)


@kernel
def away_gain(
    seeker: Seeker, channel: int, base_yuan: float, offers: np.uint64, jobs: JobsParameters, best: float
) -> float:
    """Return what work away is worth to a seeker beyond what it asks, yuan a month, or REFUSED to a carer who stays.

    best: see post_gain.
    """
    if seeker.carer and seeker.state != AWAY:
        return REFUSED
    pay = wage(channel, base_yuan, seeker.efficiency, seeker.skill, jobs) - seeker.away_cost_yuan
    return _with_noise(pay - seeker.asks_yuan, best, seeker, channel, offers, jobs)


@kernel
def _with_noise(
    yuan: float, best: float, seeker: Seeker, channel: int, offers: np.uint64, jobs: JobsParameters
) -> float:
    if yuan + jobs.offer_noise_yuan * gumbel_above(offers, seeker.key, channel) <= best:
        return REFUSED
    return yuan + jobs.offer_noise_yuan * gumbel(offers, seeker.key, channel)


@kernel
def away_offer_probability(state: int, age: int, away_share: float, jobs: JobsParameters) -> float:
    """Return the probability that a seeker hears of work away: own network, age; sure for those who live there.

    Each co-villager away sends information: the chance is multiplied by e^(away_network_weight (share - .47)). Were
    hearing all that matters, the weight would be the slope of the log-odds of working away in that share.
    """
    return 1.0 if state == AWAY else heard_in_network(away_share, jobs) * away_age_factor(age, jobs)


@kernel
def heard_in_network(away_share: float, jobs: JobsParameters) -> float:
    """Return the part of away_offer_probability that is the same for all at a site."""
    network = exp(jobs.away_network_weight * (away_share - NETWORK_SHARE))
    return min(1.0, jobs.away_offer_probability * network)
