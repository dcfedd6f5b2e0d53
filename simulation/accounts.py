"""Household sums over members: who works where, who learns where, who must be cared for.

Every other rule asks these columns instead of looping over persons itself, so that each sum has one definition.
"""

from __future__ import annotations

from simulation.kernel import kernel
from simulation.labour import alive, labourer, works_away
from simulation.parameters import SchoolingParameters
from simulation.state import (
    AT_HOME,
    AWAY_SCHOOL,
    BOARDS,
    FARM,
    NONE,
    NOT_MOVED,
    OLD_SCHOOL,
    PUBLIC_POST,
    SEATED,
    TALLY_EVER,
    TALLY_PLACES,
    TALLY_RESIDENT,
    TALLY_RESIDENT_DEPENDANTS,
    TALLY_RESIDENT_PUPILS,
    TRAVELS,
    WORKSHOP,
    Households,
    Layout,
    Persons,
)

CARE_UNDER_YEARS = 12
ELDER_FROM_YEARS, ELDER_TO_YEARS = 55, 75
PENSION_YEARS = 60
STUDENT_AWAY_YEARS = 18
BIRTHDAYS = (CARE_UNDER_YEARS, STUDENT_AWAY_YEARS, ELDER_FROM_YEARS, PENSION_YEARS, ELDER_TO_YEARS)
"""Ages at which a person counts otherwise than the month before."""


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
    month: int, households: Households, persons: Persons, layout: Layout, schooling: SchoolingParameters
) -> None:
    """Recount the members of every household that has changed: its sums, its tally, and who is its carer.

    A household needs a carer if it has a child under twelve or a member in need of care, and no able elder (55 to 75,
    not a labourer). The carer is one labourer: first a woman without work, then a man without work,
    then a woman and a man who work near home, then who works away; within these the lowest member number. A carer can
    take only posts near home at flexible hours (offers); `carers` counts those who are at home.
    """
    for h in range(households.site.size):
        if not households.changed[h] or households.state[h] == NOT_MOVED:
            continue
        households.changed[h] = False
        households.recounted[h] = True
        members = labourers = employed = local = away = idle = part_time = 0
        elders = sixty = care = school_age = dibao = 0
        local_wages = unit_wages = away_wages = school_cost = 0.0
        carer, carer_rank = -1, 6
        tally = households.tally[h]
        tally[:] = 0
        households.levels[h, :] = 0
        for i in range(households.first[h], households.first[h + 1]):
            if not alive(persons, i, month):
                continue
            members += 1
            dibao += persons.dibao[i] > 0
            age = (month - persons.birth_month[i]) // 12
            channel = NONE
            if age < CARE_UNDER_YEARS or persons.care_need[i]:
                care += 1
            if age >= PENSION_YEARS:
                sixty += 1
            is_labourer = labourer(persons, i, month)
            if is_labourer:
                labourers += 1
                persons.carer[i] = False
                channel = persons.channel[i]
                tally[TALLY_EVER] += persons.ever_employed[i]
                if channel > FARM:
                    employed += 1
                    tally[channel - WORKSHOP] += 1
                    if works_away(channel):
                        away += 1
                        away_wages += persons.wage_yuan[i]
                    else:
                        local += 1
                        if channel == PUBLIC_POST:
                            part_time += 1
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
                    carer, carer_rank = i, rank
            elif ELDER_FROM_YEARS <= age < ELDER_TO_YEARS and not persons.care_need[i]:
                elders += 1
            level, place = persons.level[i], persons.place[i]
            if level >= 0:
                school_age += 1
                households.levels[h, level] += 1
                tally[TALLY_PLACES + place - AT_HOME] += 1
                if place == TRAVELS:
                    school_cost += schooling.bus_school_yuan
                elif place == BOARDS:
                    school_cost += schooling.boarding_yuan
            if sleeps_at_site(age, channel, level, place, month < persons.school_leave[i]):
                tally[TALLY_RESIDENT] += 1
                tally[TALLY_RESIDENT_DEPENDANTS] += not is_labourer
                tally[TALLY_RESIDENT_PUPILS] += level >= 0
        needs_carer = care > 0 and elders == 0 and carer >= 0
        if needs_carer:
            persons.carer[carer] = True
        households.members[h] = members
        households.dibao[h] = dibao
        households.labourers[h] = labourers
        households.employed[h] = employed
        households.local_workers[h] = local
        households.away_workers[h] = away
        households.carers[h] = 1 if needs_carer and carer_rank < 4 else 0
        households.seekers[h] = idle - (1 if needs_carer and carer_rank < 2 else 0)
        households.helpers[h] = idle + part_time + elders
        households.elders[h] = sixty
        households.dependants[h] = members - labourers
        households.local_wages_yuan[h] = local_wages
        households.unit_wages_yuan[h] = unit_wages
        households.away_wages_yuan[h] = away_wages
        households.school_age[h] = school_age
        households.seated[h] = tally[TALLY_PLACES + SEATED - AT_HOME]
        households.far_seats[h] = tally[TALLY_PLACES + TRAVELS - AT_HOME] + tally[TALLY_PLACES + BOARDS - AT_HOME]
        households.away_seats[h] = tally[TALLY_PLACES + AWAY_SCHOOL - AT_HOME]
        households.school_cost_yuan[h] = school_cost
