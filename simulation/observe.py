"""Observation: one pass over the state adds a month's sums to the cells of the records. Behaviour never reads them.

Kept apart from records.py because it is compiled: its column numbers are fixed from the list of indicators there.
"""

from __future__ import annotations

from simulation.calendar import FESTIVAL
from simulation.kernel import kernel
from simulation.labour import alive, labourer, works_away
from simulation.parameters import IncomeParameters, JobsParameters
from simulation.records import CELLS_PER_SITE, COLUMN, MOVE_YEARS
from simulation.state import (
    AT_HOME,
    AWAY,
    AWAY_SCHOOL,
    BOARDS,
    BOTH_ENDS,
    FARM,
    NOT_MOVED,
    OLD_SCHOOL,
    SEATED,
    SETTLED,
    TRAVELS,
    WORKSHOP,
    Float,
    Households,
    Persons,
)

HOUSEHOLDS, STATE = COLUMN["households"], COLUMN["households_settled"]
FLATS_GIVEN_UP, PERSONS, RESIDENT = COLUMN["flats_given_up"], COLUMN["persons"], COLUMN["persons_resident"]
DEPENDANTS_RESIDENT, PUPILS_RESIDENT = COLUMN["dependants_resident"], COLUMN["pupils_resident"]
DEPENDANTS, LABOURERS, LABOUR_HOUSEHOLDS = COLUMN["dependants"], COLUMN["labourers"], COLUMN["labour_households"]
NOBODY, EMPLOYED, EMPLOYED_WORKSHOP = (
    COLUMN["nobody_employed_households"],
    COLUMN["employed"],
    COLUMN["employed_workshop"],
)
FARMING, WITHOUT_WORK, EVER = COLUMN["farming"], COLUMN["without_work"], COLUMN["ever_employed"]
SCOPE_LABOURERS, SCOPE_EMPLOYED, SCOPE_EVER = (
    COLUMN["scope_labourers"],
    COLUMN["scope_employed"],
    COLUMN["scope_ever_employed"],
)
SCOPE_LABOUR_HOUSEHOLDS, SCOPE_NOBODY = (
    COLUMN["scope_labour_households"],
    COLUMN["scope_nobody_employed_households"],
)
INCOME, WAGES, POOR_PERSONS = COLUMN["household_income"], COLUMN["wage_income"], COLUMN["persons_poor"]
SCHOOL_AGE, CHILDREN_SEATED, CHILDREN_TRAVELLING = (
    COLUMN["school_age_children"],
    COLUMN["children_seated"],
    COLUMN["children_travelling"],
)
CHILDREN_BOARDING, CHILDREN_OLD, CHILDREN_AWAY, CHILDREN_HOME, WITHOUT_SEAT = (
    COLUMN["children_boarding"],
    COLUMN["children_old_school"],
    COLUMN["children_away_school"],
    COLUMN["children_at_home"],
    COLUMN["children_without_seat"],
)
KNOWLEDGE, TRUST, FLOWS = COLUMN["knowledge"], COLUMN["trust"], COLUMN["moves_settled_to_both_ends"]
STUDENT_AWAY_YEARS = 18
MONTHS_PER_YEAR = 12


@kernel
def sleeps_at_site(
    i: int, age: int, festival: bool, is_labourer: bool, school_leave: int, month: int, persons: Persons
) -> bool:
    """Return whether a member of a household that lives at the site sleeps there itself.

    Not: who works away (but at Spring Festival), boards or stays with the old school, or studies at 18 and over.
    """
    if is_labourer and works_away(persons.channel[i]):
        return festival
    if persons.level[i] >= 0:
        return festival or not (persons.place[i] == BOARDS or persons.place[i] == OLD_SCHOOL)
    return festival or not (age >= STUDENT_AWAY_YEARS and month < school_leave)


@kernel
def observe(
    month: int,
    households: Households,
    persons: Persons,
    jobs: JobsParameters,
    income: IncomeParameters,
    both_ends_weight: float,
    cells: Float,
) -> None:
    """Add the month's sums to `cells`, shape (n_sites * CELLS_PER_SITE, N_SUMS), which is emptied first.

    Persons of a household at both ends count as residents with the weight that it has in occupancy.
    """
    cells[:] = 0.0
    festival = month % MONTHS_PER_YEAR == FESTIVAL
    for h in range(households.site.size):
        state = households.state[h]
        if state == NOT_MOVED:
            continue
        labour, school = households.labourers[h] > 0, households.school_age[h] > 0
        year = households.move_in_month[h] // MONTHS_PER_YEAR
        c = households.site[h] * CELLS_PER_SITE + year
        c += MOVE_YEARS * (4 * households.poor[h] + 2 * school + 1 * labour)
        cells[c, HOUSEHOLDS] += 1
        cells[c, STATE + state - 1] += 1
        cells[c, FLATS_GIVEN_UP] += 0 if households.flat_kept[h] else 1
        cells[c, PERSONS] += households.members[h]
        cells[c, DEPENDANTS] += households.dependants[h]
        cells[c, LABOURERS] += households.labourers[h]
        cells[c, EMPLOYED] += households.employed[h]
        cells[c, KNOWLEDGE] += households.knowledge[h]
        cells[c, TRUST] += households.trust[h]
        scope = households.in_scope[h]
        if labour:
            nobody = households.employed[h] == 0
            cells[c, LABOUR_HOUSEHOLDS] += 1
            cells[c, NOBODY] += nobody
            if scope:
                cells[c, SCOPE_LABOUR_HOUSEHOLDS] += 1
                cells[c, SCOPE_NOBODY] += nobody
                cells[c, SCOPE_LABOURERS] += households.labourers[h]
                cells[c, SCOPE_EMPLOYED] += households.employed[h]
        members = households.members[h]
        cells[c, INCOME] += households.income_yuan[h] * members
        cells[c, WAGES] += households.local_wages_yuan[h] + households.unit_wages_yuan[h]
        cells[c, WAGES] += households.away_wages_yuan[h] - households.away_workers[h] * jobs.living_away_yuan
        if households.income_yuan[h] * MONTHS_PER_YEAR < income.poverty_line_yuan_year:
            cells[c, POOR_PERSONS] += members
        previous = households.previous_state[h]
        moved = previous != state
        if previous != NOT_MOVED and moved:
            k = state - 1
            cells[c, FLOWS + (previous - 1) * 3 + (k if k < previous - 1 else k - 1)] += 1
        here = 1.0 if state == SETTLED else (both_ends_weight if state == BOTH_ENDS else 0.0)
        if festival and state == AWAY and not households.house[h]:
            here = 1.0
        cells[c, SCHOOL_AGE] += households.school_age[h]
        for i in range(households.first[h], households.first[h + 1]):
            if not alive(persons, i, month):
                continue
            is_labourer = labourer(persons, i, month)
            if is_labourer:
                channel = persons.channel[i]
                if channel >= WORKSHOP:
                    cells[c, EMPLOYED_WORKSHOP + channel - WORKSHOP] += 1
                elif channel == FARM:
                    cells[c, FARMING] += 1
                else:
                    cells[c, WITHOUT_WORK] += 1
                cells[c, EVER] += persons.ever_employed[i]
                if scope:
                    cells[c, SCOPE_EVER] += persons.ever_employed[i]
            if persons.level[i] >= 0:
                place = persons.place[i]
                cells[c, CHILDREN_SEATED] += place == SEATED
                cells[c, CHILDREN_TRAVELLING] += place == TRAVELS
                cells[c, CHILDREN_BOARDING] += place == BOARDS
                cells[c, CHILDREN_OLD] += place == OLD_SCHOOL
                cells[c, CHILDREN_AWAY] += place == AWAY_SCHOOL
                cells[c, CHILDREN_HOME] += place == AT_HOME
                cells[c, WITHOUT_SEAT] += place != SEATED and state in (SETTLED, BOTH_ENDS)
            if here > 0.0:
                age = (month - persons.birth_month[i]) // MONTHS_PER_YEAR
                if sleeps_at_site(i, age, festival, is_labourer, persons.school_leave[i], month, persons):
                    cells[c, RESIDENT] += here
                    if not is_labourer:
                        cells[c, DEPENDANTS_RESIDENT] += here
                    if persons.level[i] >= 0:
                        cells[c, PUPILS_RESIDENT] += here
