"""Household sums over members: who works where, who learns where, who must be cared for.

Every other rule asks these columns instead of looping over persons itself, so that each sum has one definition.
"""

from __future__ import annotations

import numpy as np

from simulation.foundations.kernel import kernel, prefetch
from simulation.rules.labour import alive, away_age_factor, labourer, looks_as_jobless, works_away
from simulation.state.entities import (
    AT_HOME,
    BOARDS,
    BOTH_ENDS,
    FARM,
    NONE,
    NOT_MOVED,
    OLD_SCHOOL,
    PUBLIC_POST,
    SEATED,
    SETTLED,
    TRAVELS,
    WORKSHOP,
    Households,
    Layout,
    Persons,
    UInt32,
)
from simulation.state.parameters import JobsParameters, SchoolingParameters
from simulation.state.tally import TALLY_COLUMN

CARE_UNDER_YEARS = 12
ELDER_FROM_YEARS, ELDER_TO_YEARS = 55, 75
PENSION_YEARS = 60
STUDENT_AWAY_YEARS = 18
OPENNESS_FROM_YEARS, OPENNESS_TO_YEARS = 33, 65
"""Ages between which work away may close to a labourer with every year (away_age_full, away_age_none)."""
BIRTHDAYS = (
    CARE_UNDER_YEARS,
    STUDENT_AWAY_YEARS,
    *range(OPENNESS_FROM_YEARS, OPENNESS_TO_YEARS),  # those of able elders and of the pension among them
    ELDER_TO_YEARS,
)
"""Ages at which a person counts otherwise than the month before."""

# Columns of the tally: compiled rules know numbers, not names.
MEMBERS, DEPENDANTS, LABOURERS = TALLY_COLUMN["persons"], TALLY_COLUMN["dependants"], TALLY_COLUMN["labourers"]
LABOUR_HOUSEHOLDS, NOBODY_EMPLOYED = TALLY_COLUMN["labour_households"], TALLY_COLUMN["nobody_employed_households"]
EMPLOYED, EMPLOYED_WORKSHOP = TALLY_COLUMN["employed"], TALLY_COLUMN["employed_workshop"]
WITHOUT_WORK, EVER_EMPLOYED = TALLY_COLUMN["without_work"], TALLY_COLUMN["ever_employed"]
SCOPE_LABOURERS, SCOPE_EMPLOYED = TALLY_COLUMN["scope_labourers"], TALLY_COLUMN["scope_employed"]
SCOPE_EVER_EMPLOYED = TALLY_COLUMN["scope_ever_employed"]
SCOPE_LABOUR_HOUSEHOLDS = TALLY_COLUMN["scope_labour_households"]
SCOPE_NOBODY_EMPLOYED = TALLY_COLUMN["scope_nobody_employed_households"]
SCHOOL_AGE, CHILDREN_AT_HOME = TALLY_COLUMN["school_age_children"], TALLY_COLUMN["children_at_home"]
RESIDENT, RESIDENT_DEPENDANTS = TALLY_COLUMN["resident"], TALLY_COLUMN["resident_dependants"]
RESIDENT_PUPILS, KINDERGARTEN_CHILDREN = TALLY_COLUMN["resident_pupils"], TALLY_COLUMN["kindergarten"]
DIBAO, ELDERS, FAR_SEATS = TALLY_COLUMN["dibao"], TALLY_COLUMN["elders"], TALLY_COLUMN["far_seats"]
LOCAL_WORKERS, AWAY_WORKERS = TALLY_COLUMN["local_workers"], TALLY_COLUMN["away_workers"]
SEEKERS, CARERS, HELPERS = TALLY_COLUMN["seekers"], TALLY_COLUMN["carers"], TALLY_COLUMN["helpers"]
MEMBERS_AT_HOME = TALLY_COLUMN["at_home"]


@kernel
def counts_otherwise(years: int) -> bool:
    """Return whether `years` is one of BIRTHDAYS."""
    openness = (years >= OPENNESS_FROM_YEARS) & (years < OPENNESS_TO_YEARS)
    return openness | (years == CARE_UNDER_YEARS) | (years == STUDENT_AWAY_YEARS) | (years == ELDER_TO_YEARS)


@kernel
def only_openness(years: int) -> bool:
    """Return whether nothing changes at a birthday but how open work away is to who looks for it as one without."""
    elders = (years == ELDER_FROM_YEARS) | (years == PENSION_YEARS)
    return (years >= OPENNESS_FROM_YEARS) & (years < OPENNESS_TO_YEARS) & (not elders)


@kernel
def studies_elsewhere(age: int, level: int, in_school: bool) -> bool:
    """Return whether a member studies where no household of the model lives: at 18 and over."""
    return (level < 0) & (age >= STUDENT_AWAY_YEARS) & in_school


@kernel
def pupil_sleeps_at_site(state: int, place: int) -> bool:
    """Return whether a child of school age of a household in `state` sleeps at the site: not who boards or stays with
    the old school, and at both ends only who has a seat there or goes to school from there.
    """
    if state == BOTH_ENDS:
        return place in (SEATED, TRAVELS)
    return (state == SETTLED) & (place not in (BOARDS, OLD_SCHOOL))


@kernel
def adult_sleeps_at_site(state: int, at_home: bool, tied: bool) -> bool:
    """Return whether a member beyond or before school age sleeps at the site on an ordinary night.

    at_home: neither works away nor studies elsewhere; tied: works in a post at or near the site. Of a household at both
    ends the tied sleep there and the others at the origin; who stays with a pupil is counted by count_members.
    """
    return at_home & ((state == SETTLED) | (tied & (state == BOTH_ENDS)))


@kernel
def count_members(
    month: int,
    first: int,
    end: int,
    households: Households,
    persons: Persons,
    layout: Layout,
    schooling: SchoolingParameters,
    jobs: JobsParameters,
    changed_rows: UInt32,
) -> None:
    """Recount the members of each of households first to end - 1 that has changed: sums, tally, who is its carer.

    changed_rows: work array, of at least one element more than there are households.

    A household needs a carer if it has a child under twelve or a member in need of care, and no able elder (55 to 75,
    not a labourer). The carer is one labourer: first a woman without work, then a man without work,
    then a woman and a man who work near home, then who works away; within these the lowest member number. A carer can
    take only posts near home at flexible hours (offers); `carers` counts those who are at home.

    `resident` counts who sleeps at the site on an ordinary night. Of a household at both ends these are who works at
    or near the site, the pupils who learn from there and, with a pupil under twelve among them, the carer or, without
    one, an able elder; its other members sleep at the origin.
    """
    n = 0
    for h in range(first, end):
        # Every household is written; the place is kept only if the condition below holds. Faster than a branch that is
        # hard to predict.
        changed_rows[n] = h
        n += households.changed[h] & (households.state[h] != NOT_MOVED)
    for k in range(n):
        # Memory takes longer than the sums: ask for the next households and their first members ahead.
        later, member = changed_rows[min(k + 8, n - 1)], households.first[changed_rows[min(k + 4, n - 1)]]
        prefetch(households.first, later)
        prefetch(households.members, later)
        prefetch(households.local_wages_yuan, later)
        prefetch(households.school_cost_yuan, later)
        for i in range(member, member + 3):
            prefetch(persons.wage_yuan, i)
        prefetch(persons.channel, member)
        prefetch(persons.post, member)
        prefetch(persons.level, member)
        prefetch(persons.place, member)
        h = changed_rows[k]
        households.changed[h] = False
        households.recounted[h] = True
        labourers = employed = idle = part_time = seekers = 0
        elders = care = young_pupils = 0
        local_wages = unit_wages = away_wages = school_cost = openness = stopgap = 0.0
        carer, carer_rank = np.int64(-1), 6
        state = households.state[h]
        tally = households.tally[h]
        tally[:] = 0
        for i in range(households.first[h], households.first[h + 1]):
            if not alive(persons, i, month):
                continue
            tally[MEMBERS] += 1
            tally[DIBAO] += persons.dibao[i] > 0
            age = (month - persons.birth_month[i]) // 12
            channel, tied = NONE, False
            care += age < CARE_UNDER_YEARS or persons.care_need[i]
            tally[ELDERS] += age >= PENSION_YEARS
            is_labourer = labourer(persons, i, month)
            if is_labourer:
                labourers += 1
                persons.carer[i] = False
                channel = persons.channel[i]
                tally[EVER_EMPLOYED] += persons.ever_employed[i]
                if looks_as_jobless(channel):
                    seekers += 1
                    openness += away_age_factor(age, jobs)
                    stopgap += persons.wage_yuan[i]
                if channel > FARM and persons.suspended[i]:
                    idle += 1
                    channel = NONE  # at home
                    rank = 0 + persons.male[i]
                elif channel > FARM:
                    employed += 1
                    tally[EMPLOYED_WORKSHOP + channel - WORKSHOP] += 1
                    if works_away(channel):
                        tally[AWAY_WORKERS] += 1
                        away_wages += persons.wage_yuan[i]
                    else:
                        tally[LOCAL_WORKERS] += 1
                        part_time += channel == PUBLIC_POST
                        tied = not layout.public_unit <= persons.post[i] < layout.nearby_public
                        if tied:
                            local_wages += persons.wage_yuan[i]
                        else:
                            unit_wages += persons.wage_yuan[i]
                    rank = 2 + 2 * works_away(channel) + persons.male[i]
                else:
                    idle += 1
                    persons.channel[i] = FARM if households.farms[h] else NONE
                    rank = 0 + persons.male[i]
                if rank < carer_rank:
                    carer, carer_rank = np.int64(i), rank
            elif ELDER_FROM_YEARS <= age < ELDER_TO_YEARS and not persons.care_need[i]:
                elders += 1
            level, place = persons.level[i], persons.place[i]
            if level >= 0:
                tally[SCHOOL_AGE] += 1
                tally[KINDERGARTEN_CHILDREN + level] += 1
                tally[CHILDREN_AT_HOME + place - AT_HOME] += 1
                if place == TRAVELS:
                    school_cost += schooling.bus_school_yuan
                elif place == BOARDS:
                    school_cost += schooling.boarding_yuan
            at_home = not (works_away(channel) or studies_elsewhere(age, level, month < persons.school_leave[i]))
            tally[MEMBERS_AT_HOME] += at_home
            if level >= 0:
                sleeps = pupil_sleeps_at_site(state, place)
                young_pupils += sleeps & (age < CARE_UNDER_YEARS)
            else:
                sleeps = adult_sleeps_at_site(state, at_home, tied)
            if sleeps:
                tally[RESIDENT] += 1
                tally[RESIDENT_DEPENDANTS] += not is_labourer
                tally[RESIDENT_PUPILS] += level >= 0
        needs_carer = care > 0 and elders == 0 and carer >= 0
        carer_away = 0.0
        if needs_carer:
            persons.carer[carer] = True
            if looks_as_jobless(persons.channel[carer]):
                seekers -= 1
                openness -= away_age_factor((month - persons.birth_month[carer]) // 12, jobs)
                stopgap -= persons.wage_yuan[carer]
            elif carer_rank >= 4:
                carer_away = persons.wage_yuan[carer]
        if state == BOTH_ENDS and young_pupils > 0:
            if elders > 0:
                tally[RESIDENT] += 1
                tally[RESIDENT_DEPENDANTS] += 1
            elif needs_carer and carer_rank < 4:
                post = persons.post[carer]
                works_here = post >= 0 and not layout.public_unit <= post < layout.nearby_public
                tally[RESIDENT] += not works_here  # else counted already
        households.employed[h] = employed
        tally[DEPENDANTS] = tally[MEMBERS] - labourers
        tally[LABOURERS] = labourers
        tally[LABOUR_HOUSEHOLDS] = labourers > 0
        tally[NOBODY_EMPLOYED] = labourers > 0 and employed == 0
        tally[EMPLOYED] = employed
        tally[WITHOUT_WORK] = idle
        if households.in_scope[h]:
            tally[SCOPE_LABOURERS] = labourers
            tally[SCOPE_EMPLOYED] = employed
            tally[SCOPE_EVER_EMPLOYED] = tally[EVER_EMPLOYED]
            tally[SCOPE_LABOUR_HOUSEHOLDS] = tally[LABOUR_HOUSEHOLDS]
            tally[SCOPE_NOBODY_EMPLOYED] = tally[NOBODY_EMPLOYED]
        tally[CARERS] = 1 if needs_carer and carer_rank < 4 else 0
        tally[SEEKERS] = seekers
        tally[HELPERS] = idle + part_time + elders
        tally[FAR_SEATS] = tally[CHILDREN_AT_HOME + TRAVELS - AT_HOME] + tally[CHILDREN_AT_HOME + BOARDS - AT_HOME]
        households.local_wages_yuan[h] = local_wages
        households.unit_wages_yuan[h] = unit_wages
        households.away_wages_yuan[h] = away_wages
        households.carer_away_yuan[h] = carer_away
        households.stopgap_yuan[h] = stopgap
        households.openness[h] = openness
        households.school_cost_yuan[h] = school_cost
