"""Observation: one pass over the households adds a month's sums to the cells of the records.

Behaviour never reads them. Kept apart from records.py because it is compiled: its column numbers are fixed from the
lists of sums in indicators.py.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from simulation.foundations.kernel import kernel
from simulation.foundations.months import FESTIVAL, MONTHS_PER_YEAR
from simulation.records.indicators import AMOUNT_COLUMN, CELLS_PER_SITE, COUNT_COLUMN, MOVE_YEARS
from simulation.records.records import Groups
from simulation.rules.budget import work_share
from simulation.state.entities import (
    AWAY,
    BOTH_ENDS,
    NOT_MOVED,
    RETURNED,
    SETTLED,
    Float,
    Households,
    Int32,
    Sites,
)
from simulation.state.parameters import Parameters
from simulation.state.tally import N_COUNTED, TALLY_COLUMN

DIED_OUT, HOUSEHOLDS = COUNT_COLUMN["households_died_out"], COUNT_COLUMN["households"]
STATE, FLATS_GIVEN_UP = COUNT_COLUMN["households_settled"], COUNT_COLUMN["flats_given_up"]
FLATS_PASSED_ON = COUNT_COLUMN["flats_passed_on"]
POOR_PERSONS, WITHOUT_SEAT = COUNT_COLUMN["persons_poor"], COUNT_COLUMN["children_without_seat"]
NOBODY_HOME = COUNT_COLUMN["households_nobody_home"]
FARMING, WITHOUT_WORK = COUNT_COLUMN["farming"], COUNT_COLUMN["without_work"]
FLOWS = COUNT_COLUMN["moves_settled_to_both_ends"]
INCOME, WAGES = AMOUNT_COLUMN["household_income"], AMOUNT_COLUMN["wage_income"]
ALLOWANCES = AMOUNT_COLUMN["allowance_income"]
KNOWLEDGE, BELIEF = AMOUNT_COLUMN["knowledge"], AMOUNT_COLUMN["belief"]
PERSONS_RESIDENT, DEPENDANTS_RESIDENT = COUNT_COLUMN["persons_resident"], COUNT_COLUMN["dependants_resident"]
PUPILS_RESIDENT = COUNT_COLUMN["pupils_resident"]
RESIDENT, RESIDENT_DEPENDANTS = TALLY_COLUMN["resident"], TALLY_COLUMN["resident_dependants"]
RESIDENT_PUPILS, IDLE = TALLY_COLUMN["resident_pupils"], TALLY_COLUMN["without_work"]
MEMBERS, DEPENDANTS, LABOURERS = TALLY_COLUMN["persons"], TALLY_COLUMN["dependants"], TALLY_COLUMN["labourers"]
SCHOOL_AGE, SEATED_CHILDREN = TALLY_COLUMN["school_age_children"], TALLY_COLUMN["children_seated"]
AWAY_WORKERS, MEMBERS_AT_HOME = TALLY_COLUMN["away_workers"], TALLY_COLUMN["at_home"]
N_COUNTS = len(COUNT_COLUMN)
INCOME_BINS, BIN_YUAN = 4000, 5.0
Sums = TypeVar("Sums", Int32, Float)


@kernel
def observe(
    month: int,
    first: int,
    end: int,
    households: Households,
    sites: Sites,
    p: Parameters,
    counts: Int32,
    amounts: Float,
) -> None:
    """Add the month's sums of households first to end - 1 to `counts` and `amounts`, shapes (n_sites * CELLS_PER_SITE,
    len(COUNTS) or len(AMOUNTS)), which are emptied before the first households of a month and completed after the last
    (`complete`): what follows from other sums is not added household by household.

    Residents are the members who sleep at the site (count_members). Spring Festival is at home: all members of settled
    households are there, and those of others, but for the ones who moved back, if they have no old house to go to.
    """
    # A length that the compiler does not know: it would unroll the loop below instead of adding in vectors.
    n_counted = counts.shape[1] - (N_COUNTS - N_COUNTED)
    festival = month % MONTHS_PER_YEAR == FESTIVAL
    for h in range(first, end):
        state = households.state[h]
        if state == NOT_MOVED:
            continue
        tally = households.tally[h]
        members, labourers, school_age = tally[MEMBERS], tally[LABOURERS], tally[SCHOOL_AGE]
        year = min(MOVE_YEARS - 1, households.move_in_month[h] // MONTHS_PER_YEAR)  # later moves count with the last
        kind = 4 * households.poor[h] + 2 * (school_age > 0) + 1 * (labourers > 0)
        # Unsigned, so that the compiler need not think of places counted from the end.
        cell = np.uint64(households.site[h] * CELLS_PER_SITE + MOVE_YEARS * kind + year)
        count, amount = counts[cell], amounts[cell]
        if members == 0:
            count[DIED_OUT] += 1
            count[FLATS_PASSED_ON] += households.flat_passed[h]
            continue
        # All is read before anything is written: the compiler cannot know that the arrays lie apart.
        yuan, previous = households.income_yuan[h], households.previous_state[h]
        allowances = households.allowance_yuan[h]
        knowledge, trust, flat_kept = households.knowledge[h], households.trust[h], households.flat_kept[h]
        believed = trust + (1.0 - trust) * knowledge
        site = households.site[h]
        share = work_share(state, households.origin_hours[h], sites.bus[site], p)
        wages = amount[WAGES] + (share * households.local_wages_yuan[h] + households.unit_wages_yuan[h])
        wages += households.away_wages_yuan[h] - tally[AWAY_WORKERS] * p.jobs.living_away_yuan
        # Where a case is hard to predict, a product with 0 or 1 is faster than a branch.
        poor = (yuan * MONTHS_PER_YEAR < p.income.poverty_line_yuan_year) * members
        farming = households.farms[h] * tally[IDLE]
        in_reach = (state == SETTLED) | (state == BOTH_ENDS)
        without_seat = in_reach * (school_age - tally[SEATED_CHILDREN])
        here = (state == SETTLED) | ((state != RETURNED) & (not households.house[h]))
        dependants, nobody_home = tally[DEPENDANTS], (state == AWAY) & (tally[MEMBERS_AT_HOME] == 0)
        flat_passed = households.flat_passed[h]
        for j in range(n_counted):
            count[j] += tally[j]
        count[STATE + state - 1] += 1
        if nobody_home:
            count[NOBODY_HOME] += 1
        if not flat_kept:
            count[FLATS_GIVEN_UP] += 1
            count[FLATS_PASSED_ON] += flat_passed
        count[POOR_PERSONS] += poor
        count[FARMING] += farming
        count[WITHOUT_SEAT] += without_seat
        if previous != NOT_MOVED and previous != state:
            k = state - 1
            count[FLOWS + (previous - 1) * 3 + (k if k < previous - 1 else k - 1)] += 1
        amount[KNOWLEDGE] += knowledge
        amount[BELIEF] += believed
        amount[INCOME] += yuan * members
        amount[WAGES] = wages
        amount[ALLOWANCES] += allowances
        if festival and here:
            count[PERSONS_RESIDENT] += members
            count[DEPENDANTS_RESIDENT] += dependants
            count[PUPILS_RESIDENT] += school_age


@kernel
def complete(month: int, counts: Int32) -> None:
    """Complete the month's counts, shape (n_sites * CELLS_PER_SITE, len(COUNTS)), by those that follow from others."""
    for cell in range(counts.shape[0]):
        count = counts[cell]
        count[HOUSEHOLDS] = count[STATE] + count[STATE + 1] + count[STATE + 2] + count[STATE + 3]
        count[WITHOUT_WORK] -= count[FARMING]
        if month % MONTHS_PER_YEAR != FESTIVAL:
            count[PERSONS_RESIDENT] = count[RESIDENT]
            count[DEPENDANTS_RESIDENT] = count[RESIDENT_DEPENDANTS]
            count[PUPILS_RESIDENT] = count[RESIDENT_PUPILS]


@kernel
def fold(cells: Sums, groups: Groups, by_cell: Sums, rows: Sums) -> None:
    """Add up cells by site, and by group: some cells of each site, or all cells of some sites; in the order of cells
    and sites.

    cells: (n_sites * CELLS_PER_SITE, n), counts or amounts; by_cell: work array of shape (CELLS_PER_SITE, n); rows:
    (n_groups + n_sites, n), groups of the city first.
    """
    n_groups, n = groups.of_cell.shape[0], cells.shape[1]
    rows[:] = 0
    by_cell[:] = 0
    for c in range(cells.shape[0]):
        s, within = n_groups + c // CELLS_PER_SITE, c % CELLS_PER_SITE
        for j in range(n):
            rows[s, j] += cells[c, j]
        for j in range(n):
            by_cell[within, j] += cells[c, j]
    for g in range(n_groups):
        for within in range(CELLS_PER_SITE):
            if groups.of_cell[g, within]:
                for j in range(n):
                    rows[g, j] += by_cell[within, j]
        for s in range(groups.of_site.shape[1]):
            if groups.of_site[g, s]:
                for j in range(n):
                    rows[g, j] += rows[n_groups + s, j]


@kernel
def add_incomes(first: int, end: int, households: Households, bins: Float) -> None:
    """Add households first to end - 1 to `bins`, shape (INCOME_BINS, 2): persons and income by classes of BIN_YUAN of
    income per head, which are emptied before the first households of a month.
    """
    for h in range(first, end):
        if households.state[h] != NOT_MOVED:
            yuan, members = households.income_yuan[h], float(households.members[h])
            b = min(INCOME_BINS - 1, max(0, int(yuan / BIN_YUAN)))
            bins[b, 0] += members
            bins[b, 1] += members * yuan


@kernel
def fifth_of(bins: Float) -> float:
    """Return the mean income of the poorest fifth of persons, by households in the order of income per head, yuan a
    month. bins: see add_incomes.

    Of the class that the fifth ends in, as many persons count as are missing, at the mean of the class, so that the
    error stays under a yuan.
    """
    persons = 0.0
    for b in range(INCOME_BINS):
        persons += bins[b, 0]
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
