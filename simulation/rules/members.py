"""Household sums over members: who works where, who learns where, who must be cared for.

Every other rule asks these columns instead of looping over persons itself, so that each sum has one definition.
"""

from __future__ import annotations

import numpy as np

from simulation.foundations.kernel import kernel, prefetch
from simulation.rules.labour import alive, labourer, works_away
from simulation.state.entities import (
    AT_HOME,
    BOARDS,
    FARM,
    NONE,
    NOT_MOVED,
    OLD_SCHOOL,
    PUBLIC_POST,
    TRAVELS,
    WORKSHOP,
    Households,
    Layout,
    Persons,
    UInt32,
)
from simulation.state.parameters import SchoolingParameters
from simulation.state.tally import TALLY_COLUMN

CARE_UNDER_YEARS = 12
ELDER_FROM_YEARS, ELDER_TO_YEARS = 55, 75
PENSION_YEARS = 60
STUDENT_AWAY_YEARS = 18
BIRTHDAYS = (CARE_UNDER_YEARS, STUDENT_AWAY_YEARS, ELDER_FROM_YEARS, PENSION_YEARS, ELDER_TO_YEARS)
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


@kernel
def sleeps_at_site(age: int, channel: int, level: int, place: int, in_school: bool) -> bool:
    """Return whether a member of a household that lives at the site sleeps there on an ordinary night.

    Not: who works away, boards, stays with the old school, or studies at 18 and over.
    """
    if works_away(channel):
        return False
    if level >= 0:
        return place not in (BOARDS, OLD_SCHOOL)
    return not (age >= STUDENT_AWAY_YEARS and in_school)


@kernel
def count_members(
    month: int,
    households: Households,
    persons: Persons,
    layout: Layout,
    schooling: SchoolingParameters,
    changed_rows: UInt32,
) -> None:
    """Recount the members of every household that has changed: its sums, its tally, and who is its carer.

    changed_rows: work array, of at least one element more than there are households.

    A household needs a carer if it has a child under twelve or a member in need of care, and no able elder (55 to 75,
    not a labourer). The carer is one labourer: first a woman without work, then a man without work,
    then a woman and a man who work near home, then who works away; within these the lowest member number. A carer can
    take only posts near home at flexible hours (offers); `carers` counts those who are at home.
    """
    n = 0
    for h in range(households.site.size):
        # Every household is written; the place is kept only if the condition below holds. Faster than a branch that is
        # hard to predict.
        changed_rows[n] = h
        n += households.changed[h] & (households.state[h] != NOT_MOVED)
    for k in range(n):
        # Memory takes longer than the sums: ask for the next households and their first members ahead.
        later, first = changed_rows[min(k + 8, n - 1)], households.first[changed_rows[min(k + 4, n - 1)]]
        prefetch(households.first, later)
        prefetch(households.members, later)
        prefetch(households.local_wages_yuan, later)
        prefetch(households.school_cost_yuan, later)
        for i in range(first, first + 3):
            prefetch(persons.wage_yuan, i)
        prefetch(persons.channel, first)
        prefetch(persons.post, first)
        prefetch(persons.level, first)
        prefetch(persons.place, first)
        h = changed_rows[k]
        households.changed[h] = False
        households.recounted[h] = True
        labourers = employed = idle = part_time = 0
        elders = care = 0
        local_wages = unit_wages = away_wages = school_cost = 0.0
        carer, carer_rank = np.int64(-1), 6
        tally = households.tally[h]
        tally[:] = 0
        for i in range(households.first[h], households.first[h + 1]):
            if not alive(persons, i, month):
                continue
            tally[MEMBERS] += 1
            tally[DIBAO] += persons.dibao[i] > 0
            age = (month - persons.birth_month[i]) // 12
            channel = NONE
            care += age < CARE_UNDER_YEARS or persons.care_need[i]
            tally[ELDERS] += age >= PENSION_YEARS
            is_labourer = labourer(persons, i, month)
            if is_labourer:
                labourers += 1
                persons.carer[i] = False
                channel = persons.channel[i]
                tally[EVER_EMPLOYED] += persons.ever_employed[i]
                if channel > FARM:
                    employed += 1
                    tally[EMPLOYED_WORKSHOP + channel - WORKSHOP] += 1
                    if works_away(channel):
                        tally[AWAY_WORKERS] += 1
                        away_wages += persons.wage_yuan[i]
                    else:
                        tally[LOCAL_WORKERS] += 1
                        part_time += channel == PUBLIC_POST
                        if layout.public_unit <= persons.post[i] < layout.nearby_public:
                            unit_wages += persons.wage_yuan[i]
                        else:
                            local_wages += persons.wage_yuan[i]
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
            if sleeps_at_site(age, channel, level, place, month < persons.school_leave[i]):
                tally[RESIDENT] += 1
                tally[RESIDENT_DEPENDANTS] += not is_labourer
                tally[RESIDENT_PUPILS] += level >= 0
        needs_carer = care > 0 and elders == 0 and carer >= 0
        if needs_carer:
            persons.carer[carer] = True
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
        # Who holds a public post looks for other work as who has none (jobs.find_seekers).
        bound = needs_carer and (persons.channel[carer] <= FARM or persons.channel[carer] == PUBLIC_POST)
        tally[SEEKERS] = idle + part_time - bound
        tally[HELPERS] = idle + part_time + elders
        tally[FAR_SEATS] = tally[CHILDREN_AT_HOME + TRAVELS - AT_HOME] + tally[CHILDREN_AT_HOME + BOARDS - AT_HOME]
        households.local_wages_yuan[h] = local_wages
        households.unit_wages_yuan[h] = unit_wages
        households.away_wages_yuan[h] = away_wages
        households.school_cost_yuan[h] = school_cost
