"""Household sums over members: who works where, who learns where, who must be cared for.

Every other rule asks these columns instead of looping over persons itself, so that each sum has one definition.
"""

from __future__ import annotations

from simulation.kernel import kernel
from simulation.labour import alive, labourer, works_away
from simulation.parameters import SchoolingParameters
from simulation.state import (
    AWAY_SCHOOL,
    BOARDS,
    FARM,
    NOT_MOVED,
    PUBLIC_POST,
    SEATED,
    TRAVELS,
    Households,
    Layout,
    Persons,
    Sites,
)

CARE_UNDER_YEARS = 12
ELDER_FROM_YEARS, ELDER_TO_YEARS = 55, 75
PENSION_YEARS = 60


@kernel
def count_members(
    month: int,
    households: Households,
    persons: Persons,
    sites: Sites,
    layout: Layout,
    schooling: SchoolingParameters,
    only_moved: bool,
) -> None:
    """Recompute every household's sums over its members for `month`, and who is its carer.

    A household needs a carer if it has a child under twelve or a member in need of care, and no able elder (55 to 75,
    not a labourer). The carer is one labourer: first a woman without work, then a man without work, then a woman,
    then a man; within these the lowest member number. A carer can work only near home at hours of her own (jobs).

    only_moved: recount only households that moved this month (after the moves nothing else has changed).
    """
    for h in range(households.site.size):
        if households.state[h] == NOT_MOVED:
            continue
        if only_moved and households.state[h] == households.previous_state[h]:
            continue
        s = households.site[h]
        members = labourers = employed = local = away = idle = part_time = 0
        elders = sixty = care = school_age = seated = far = away_seats = 0
        local_wages = unit_wages = away_wages = expected = school_cost = 0.0
        carer, carer_rank = -1, 4
        for i in range(households.first[h], households.first[h + 1]):
            if not alive(persons, i, month):
                continue
            members += 1
            age = (month - persons.birth_month[i]) // 12
            if age < CARE_UNDER_YEARS or persons.care_need[i]:
                care += 1
            if age >= PENSION_YEARS:
                sixty += 1
            if labourer(persons, i, month):
                labourers += 1
                persons.carer[i] = False
                if persons.channel[i] > FARM:
                    employed += 1
                    if works_away(persons.channel[i]):
                        away += 1
                        away_wages += persons.wage_yuan[i]
                    else:
                        local += 1
                        if persons.channel[i] == PUBLIC_POST:
                            part_time += 1
                        if layout.public_unit <= persons.post[i] < layout.nearby_public:
                            unit_wages += persons.wage_yuan[i]
                        else:
                            local_wages += persons.wage_yuan[i]
                    rank = 3 if persons.male[i] else 2
                else:
                    idle += 1
                    rank = 1 if persons.male[i] else 0
                if rank < carer_rank:
                    carer, carer_rank = i, rank
            elif ELDER_FROM_YEARS <= age < ELDER_TO_YEARS and not persons.care_need[i]:
                elders += 1
            level = persons.level[i]
            if level >= 0:
                school_age += 1
                expected += sites.seat_share[s, level]
                place = persons.place[i]
                if place == SEATED:
                    seated += 1
                elif place == TRAVELS:
                    far += 1
                    school_cost += schooling.bus_school_yuan
                elif place == BOARDS:
                    far += 1
                    school_cost += schooling.boarding_yuan
                elif place == AWAY_SCHOOL:
                    away_seats += 1
        needs_carer = care > 0 and elders == 0 and carer >= 0
        if needs_carer:
            persons.carer[carer] = True
        households.members[h] = members
        households.labourers[h] = labourers
        households.employed[h] = employed
        households.local_workers[h] = local
        households.away_workers[h] = away
        households.carers[h] = 1 if needs_carer else 0
        households.seekers[h] = idle - (1 if needs_carer and carer_rank < 2 else 0)
        households.helpers[h] = idle + part_time + elders
        households.elders[h] = sixty
        households.dependants[h] = members - labourers
        households.local_wages_yuan[h] = local_wages
        households.unit_wages_yuan[h] = unit_wages
        households.away_wages_yuan[h] = away_wages
        households.school_age[h] = school_age
        households.seated[h] = seated
        households.far_seats[h] = far
        households.away_seats[h] = away_seats
        households.expected_seats[h] = expected
        households.school_cost_yuan[h] = school_cost
