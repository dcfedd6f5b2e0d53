"""Arrivals: a flat is handed over, and the household brings the work that it had.

Nearly half of such labourers worked away before they moved (W04); nobody else has a post at the new place yet. Where
the household then lives is chosen in the same month without switching cost (residence): if all began as settled, a
fall of the settled share would be an artefact of the start.
"""

from __future__ import annotations

from simulation.foundations.kernel import kernel
from simulation.foundations.random_numbers import Q_INITIAL_JOB, stream, uniform
from simulation.rules.labour import away_age_factor, labourer, wage
from simulation.state.entities import (
    AWAY_JOB,
    NO_POST,
    NOT_MOVED,
    ORGANISED_EXPORT,
    SETTLED,
    Households,
    Persons,
    Sites,
)
from simulation.state.parameters import JobsParameters


@kernel
def update_arrivals(
    seed: int,
    month: int,
    first: int,
    end: int,
    households: Households,
    persons: Persons,
    sites: Sites,
    jobs: JobsParameters,
) -> int:
    """Hand over the flats of `month` to households first to end - 1; return how many.

    The state is settled until the choice of the same month.
    """
    job_stream = stream(seed, Q_INITIAL_JOB, 0)
    arrived = 0
    for h in range(first, end):
        if households.move_in_month[h] == month and households.state[h] == NOT_MOVED:
            arrived += 1
            households.state[h] = SETTLED
            households.flat_kept[h] = True
            households.changed[h] = True
            sites.arrived[households.site[h]] += 1
            for i in range(households.first[h], households.first[h + 1]):
                if labourer(persons, i, month):
                    persons.months_without_work[i] = 0
                    age = (month - persons.birth_month[i]) // 12
                    if uniform(job_stream, persons.key[i], 0) < jobs.initial_away_share * away_age_factor(age, jobs):
                        sent = (
                            households.poor[h] and uniform(job_stream, persons.key[i], 1) < jobs.initial_organised_share
                        )
                        channel = ORGANISED_EXPORT if sent else AWAY_JOB
                        base = jobs.wage_organised_yuan if sent else jobs.wage_away_yuan
                        persons.channel[i] = channel
                        persons.post[i] = NO_POST
                        persons.wage_yuan[i] = wage(channel, base, persons.efficiency[i], persons.skill[i], jobs)
                        persons.ever_employed[i] = True
    return arrived
