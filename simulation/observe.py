"""Observation: one pass over the state adds a month's sums to the cells of the records. Behaviour never reads them.

Kept apart from records.py because it is compiled: its column numbers are fixed from the list of indicators there.
"""

from __future__ import annotations

from simulation.calendar import FESTIVAL
from simulation.kernel import kernel
from simulation.parameters import IncomeParameters, JobsParameters
from simulation.records import CELLS_PER_SITE, COLUMN, MOVE_YEARS
from simulation.state import (
    AT_HOME,
    AWAY,
    AWAY_SCHOOL,
    BOARDS,
    BOTH_ENDS,
    N_JOB_CHANNELS,
    NOT_MOVED,
    OLD_SCHOOL,
    SEATED,
    SETTLED,
    TALLY_EVER,
    TALLY_PLACES,
    TALLY_RESIDENT,
    TALLY_RESIDENT_DEPENDANTS,
    TALLY_RESIDENT_PUPILS,
    TRAVELS,
    Float,
    Households,
)

DIED_OUT = COLUMN["households_died_out"]
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
MONTHS_PER_YEAR = 12
INCOME_BINS, BIN_YUAN = 4000, 5.0


@kernel
def observe(
    month: int,
    households: Households,
    jobs: JobsParameters,
    income: IncomeParameters,
    both_ends_weight: float,
    cells: Float,
) -> None:
    """Add the month's sums to `cells`, shape (n_sites * CELLS_PER_SITE, N_SUMS), which is emptied first.

    Members who sleep at the site count as residents if their household is settled, with its weight in occupancy if it
    lives at both ends. At Spring Festival all members are there, and families from away who have no old house to go
    to.
    """
    cells[:] = 0.0
    festival = month % MONTHS_PER_YEAR == FESTIVAL
    for h in range(households.site.size):
        state = households.state[h]
        if state == NOT_MOVED:
            continue
        labour, school = households.labourers[h] > 0, households.school_age[h] > 0
        year = min(MOVE_YEARS - 1, households.move_in_month[h] // MONTHS_PER_YEAR)  # later moves count with the last
        c = households.site[h] * CELLS_PER_SITE + year
        c += MOVE_YEARS * (4 * households.poor[h] + 2 * school + 1 * labour)
        if households.members[h] == 0:
            cells[c, DIED_OUT] += 1
            continue
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
        idle = households.labourers[h] - households.employed[h]
        cells[c, FARMING if households.farms[h] else WITHOUT_WORK] += idle
        tally = households.tally[h]
        for j in range(N_JOB_CHANNELS):
            cells[c, EMPLOYED_WORKSHOP + j] += tally[j]
        cells[c, EVER] += tally[TALLY_EVER]
        if scope:
            cells[c, SCOPE_EVER] += tally[TALLY_EVER]
        cells[c, SCHOOL_AGE] += households.school_age[h]
        places = tally[TALLY_PLACES:]
        cells[c, CHILDREN_SEATED] += places[SEATED - AT_HOME]
        cells[c, CHILDREN_TRAVELLING] += places[TRAVELS - AT_HOME]
        cells[c, CHILDREN_BOARDING] += places[BOARDS - AT_HOME]
        cells[c, CHILDREN_OLD] += places[OLD_SCHOOL - AT_HOME]
        cells[c, CHILDREN_AWAY] += places[AWAY_SCHOOL - AT_HOME]
        cells[c, CHILDREN_HOME] += places[0]
        if state in (SETTLED, BOTH_ENDS):
            cells[c, WITHOUT_SEAT] += households.school_age[h] - places[SEATED - AT_HOME]
        here = 1.0 if state == SETTLED else (both_ends_weight if state == BOTH_ENDS else 0.0)
        if festival:
            if state == AWAY and not households.house[h]:
                here = 1.0
            cells[c, RESIDENT] += here * members
            cells[c, DEPENDANTS_RESIDENT] += here * households.dependants[h]
            cells[c, PUPILS_RESIDENT] += here * households.school_age[h]
        else:
            cells[c, RESIDENT] += here * tally[TALLY_RESIDENT]
            cells[c, DEPENDANTS_RESIDENT] += here * tally[TALLY_RESIDENT_DEPENDANTS]
            cells[c, PUPILS_RESIDENT] += here * tally[TALLY_RESIDENT_PUPILS]


@kernel
def poorest_fifth(households: Households, bins: Float) -> float:
    """Return the mean income of the poorest fifth of persons, by households in the order of income per head, yuan a
    month.

    bins: work array of shape (INCOME_BINS, 2), persons and income by classes of BIN_YUAN; of the class that the fifth
    ends in, as many persons count as are missing, at the mean of the class, so that the error stays under a yuan.
    """
    bins[:] = 0.0
    persons = 0.0
    for h in range(households.site.size):
        if households.state[h] != NOT_MOVED:
            yuan, members = households.income_yuan[h], float(households.members[h])
            b = min(INCOME_BINS - 1, max(0, int(yuan / BIN_YUAN)))
            bins[b, 0] += members
            bins[b, 1] += members * yuan
            persons += members
    fifth = persons / 5.0
    counted = total = 0.0
    for b in range(INCOME_BINS):
        if counted >= fifth:
            break
        if bins[b, 0] > 0.0:
            share = min(1.0, (fifth - counted) / bins[b, 0])
            counted += share * bins[b, 0]
            total += share * bins[b, 1]
    return total / fifth if fifth > 0.0 else 0.0
