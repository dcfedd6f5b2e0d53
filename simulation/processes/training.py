"""Training: courses raise skill, more so for those whom they fit; and counsel brings expectations near to what is paid.

As before, places go to whoever is at home: left-behind women and older people mostly, with courses poorly linked to
posts (report 3(3)). The targeted lever goes to labourers who could take a post and lack the skill that posts ask for.
"""

from __future__ import annotations

import numpy as np

from simulation.foundations.kernel import kernel
from simulation.foundations.random_numbers import Q_COUNSEL, Q_TRAINING, lottery, stream
from simulation.rules.choice import lives_in_reach
from simulation.rules.labour import labourer
from simulation.rules.lots import served_order
from simulation.state.entities import (
    FARM,
    Households,
    Persons,
    Sites,
    UInt32,
    UInt64,
)
from simulation.state.parameters import JobsParameters

TOO_HIGH = 1.05
"""Who asks up to so many times what is paid needs no counsel."""


@kernel
def find_trainees(
    seed: int,
    month: int,
    targeted: bool,
    labour_rows: UInt32,
    households: Households,
    persons: Persons,
    jobs: JobsParameters,
    trainees: UInt32,
    lots: UInt64,
) -> int:
    """Fill `trainees` with labourers without work who live at the site and `lots` with their lots; return how many.

    targeted: only those who are no carers and whose skill is below what posts ask plus one gain, so that the course
    can open a post. Otherwise anybody at home. Both arrays have shape (n_persons,).
    """
    training_stream = stream(seed, Q_TRAINING, month)
    n = 0
    ceiling = max(jobs.skill_nearby, jobs.skill_organised, jobs.skill_business) + jobs.training_skill_gain
    near = 0
    for i in labour_rows:
        trainees[near] = i  # written for each; the place is kept only if the condition below holds
        near += (persons.channel[i] <= FARM) & lives_in_reach(households.state[persons.household[i]])
    for i in trainees[:near]:
        if not labourer(persons, i, month):
            continue
        if targeted and (persons.carer[i] or persons.skill[i] >= ceiling):
            continue
        lots[n] = lottery(training_stream, persons.key[i], 1 if targeted else 0)
        trainees[n] = i
        n += 1
    return n


def update_training(
    seed: int,
    month: int,
    places: int,
    targeted: bool,
    labour_rows: UInt32,
    households: Households,
    persons: Persons,
    jobs: JobsParameters,
    trainees: UInt32,
    lots: UInt64,
) -> int:
    """Find who may be trained, and train up to `places` of them in the order of their lots; return how many."""
    if places <= 0:
        return 0
    n = find_trainees(seed, month, targeted, labour_rows, households, persons, jobs, trainees, lots)
    return int(train(places, targeted, persons, jobs, trainees, lots[:n]).size)


def train(
    places: int, targeted: bool, persons: Persons, jobs: JobsParameters, trainees: UInt32, lots: UInt64
) -> UInt32:
    """Train up to `places` of the first persons in `trainees`, in the order of their lots, shape (n,); return their
    rows.

    Skill rises by training_skill_gain, or by training_untargeted_fit of it where the course was not chosen to fit.
    """
    trained = trainees[served_order(lots, places)]
    gain = jobs.training_skill_gain * (1.0 if targeted else jobs.training_untargeted_fit)
    persons.skill[trained] = np.minimum(1.0, persons.skill[trained] + gain)
    persons.trained[trained] += 1
    return trained


@kernel
def find_counselled(
    seed: int, month: int, households: Households, persons: Persons, sites: Sites, found: UInt32, lots: UInt64
) -> int:
    """Fill `found` with labourers without work who live at a site and ask clearly more than people are paid near it,
    and `lots` with their lots of the month; return how many. Both arrays have shape (n_persons,).
    """
    counsel = stream(seed, Q_COUNSEL, month)
    n = 0
    for i in range(persons.key.size):
        h = persons.household[i]
        if persons.channel[i] > FARM or not labourer(persons, i, month) or not lives_in_reach(households.state[h]):
            continue
        if persons.reservation_yuan[i] > TOO_HIGH * sites.local_pay_yuan[households.site[h]]:
            found[n], lots[n] = i, lottery(counsel, persons.key[i], 0)
            n += 1
    return n


@kernel
def lower_expectations(rows: UInt32, nearer: float, households: Households, persons: Persons, sites: Sites) -> None:
    """Bring what the persons in `rows` ask nearer to what people are paid near their site, by that share of the way."""
    for i in rows:
        paid = sites.local_pay_yuan[households.site[persons.household[i]]]
        persons.reservation_yuan[i] -= nearer * (persons.reservation_yuan[i] - paid)
