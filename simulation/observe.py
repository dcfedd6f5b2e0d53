"""Observation: one pass over the households adds a month's sums to the cells of the records.

Behaviour never reads them. Kept apart from records.py because it is compiled: its column numbers are fixed from the
lists of sums there.
"""

from __future__ import annotations

from simulation.calendar import FESTIVAL
from simulation.kernel import kernel
from simulation.parameters import IncomeParameters, JobsParameters
from simulation.records import AMOUNT_COLUMN, CELLS_PER_SITE, COUNT_COLUMN, MOVE_YEARS, Groups
from simulation.state import (
    AWAY,
    BOTH_ENDS,
    NOT_MOVED,
    SETTLED,
    Float,
    Households,
    Int32,
)
from simulation.tally import N_COUNTED, TALLY_COLUMN

DIED_OUT, HOUSEHOLDS = COUNT_COLUMN["households_died_out"], COUNT_COLUMN["households"]
STATE, FLATS_GIVEN_UP = COUNT_COLUMN["households_settled"], COUNT_COLUMN["flats_given_up"]
POOR_PERSONS, WITHOUT_SEAT = COUNT_COLUMN["persons_poor"], COUNT_COLUMN["children_without_seat"]
FARMING, WITHOUT_WORK = COUNT_COLUMN["farming"], COUNT_COLUMN["without_work"]
FLOWS = COUNT_COLUMN["moves_settled_to_both_ends"]
INCOME, WAGES = AMOUNT_COLUMN["household_income"], AMOUNT_COLUMN["wage_income"]
KNOWLEDGE, TRUST = AMOUNT_COLUMN["knowledge"], AMOUNT_COLUMN["trust"]
PERSONS_RESIDENT, DEPENDANTS_RESIDENT = AMOUNT_COLUMN["persons_resident"], AMOUNT_COLUMN["dependants_resident"]
PUPILS_RESIDENT = AMOUNT_COLUMN["pupils_resident"]
RESIDENT, RESIDENT_DEPENDANTS = TALLY_COLUMN["resident"], TALLY_COLUMN["resident_dependants"]
RESIDENT_PUPILS, IDLE = TALLY_COLUMN["resident_pupils"], TALLY_COLUMN["without_work"]
MONTHS_PER_YEAR = 12
INCOME_BINS, BIN_YUAN = 4000, 5.0


@kernel
def observe(
    month: int,
    households: Households,
    jobs: JobsParameters,
    income: IncomeParameters,
    both_ends_weight: float,
    counts: Int32,
    amounts: Float,
) -> None:
    """Add the month's sums to `counts` and `amounts`, shapes (n_sites * CELLS_PER_SITE, N_COUNTS or N_AMOUNTS), which
    are emptied first.

    Members who sleep at the site count as residents if their household is settled, with its weight in occupancy if it
    lives at both ends. At Spring Festival all members are there, and families from away who have no old house to go
    to.
    """
    counts[:] = 0
    amounts[:] = 0.0
    festival = month % MONTHS_PER_YEAR == FESTIVAL
    for h in range(households.site.size):
        state = households.state[h]
        if state == NOT_MOVED:
            continue
        tally, members = households.tally[h], households.members[h]
        year = min(MOVE_YEARS - 1, households.move_in_month[h] // MONTHS_PER_YEAR)  # later moves count with the last
        c = households.site[h] * CELLS_PER_SITE + year
        c += MOVE_YEARS * (
            4 * households.poor[h] + 2 * (households.school_age[h] > 0) + 1 * (households.labourers[h] > 0)
        )
        if members == 0:
            counts[c, DIED_OUT] += 1
            continue
        for j in range(N_COUNTED):
            counts[c, j] += tally[j]
        counts[c, HOUSEHOLDS] += 1
        counts[c, STATE + state - 1] += 1
        counts[c, FLATS_GIVEN_UP] += not households.flat_kept[h]
        # Where a case is hard to foretell, a product with 0 or 1 is faster than a branch.
        poor = households.income_yuan[h] * MONTHS_PER_YEAR < income.poverty_line_yuan_year
        counts[c, POOR_PERSONS] += poor * members
        counts[c, FARMING] += households.farms[h] * tally[IDLE]
        counts[c, WITHOUT_WORK] -= households.farms[h] * tally[IDLE]
        amounts[c, KNOWLEDGE] += households.knowledge[h]
        amounts[c, TRUST] += households.trust[h]
        amounts[c, INCOME] += households.income_yuan[h] * members
        amounts[c, WAGES] += households.local_wages_yuan[h] + households.unit_wages_yuan[h]
        amounts[c, WAGES] += households.away_wages_yuan[h] - households.away_workers[h] * jobs.living_away_yuan
        previous = households.previous_state[h]
        moved = previous != state
        if previous != NOT_MOVED and moved:
            k = state - 1
            counts[c, FLOWS + (previous - 1) * 3 + (k if k < previous - 1 else k - 1)] += 1
        in_reach = (state == SETTLED) | (state == BOTH_ENDS)
        counts[c, WITHOUT_SEAT] += in_reach * (households.school_age[h] - households.seated[h])
        here = (state == SETTLED) * 1.0 + (state == BOTH_ENDS) * both_ends_weight
        if festival:
            if state == AWAY and not households.house[h]:
                here = 1.0
            amounts[c, PERSONS_RESIDENT] += here * members
            amounts[c, DEPENDANTS_RESIDENT] += here * households.dependants[h]
            amounts[c, PUPILS_RESIDENT] += here * households.school_age[h]
        else:
            amounts[c, PERSONS_RESIDENT] += here * tally[RESIDENT]
            amounts[c, DEPENDANTS_RESIDENT] += here * tally[RESIDENT_DEPENDANTS]
            amounts[c, PUPILS_RESIDENT] += here * tally[RESIDENT_PUPILS]


@kernel
def fold_counts(cells: Int32, groups: Groups, by_cell: Int32, rows: Int32) -> None:
    """Add up cells by site, and by group: some cells of each site, or all cells of some sites.

    cells: (n_sites * CELLS_PER_SITE, n); by_cell: work array of shape (CELLS_PER_SITE, n); rows: (n_groups + n_sites,
    n), groups of the city first.
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
def fold_amounts(cells: Float, groups: Groups, by_cell: Float, rows: Float) -> None:
    """Add up cells as fold_counts does, in the order of cells and sites.

    cells: (n_sites * CELLS_PER_SITE, n); by_cell: work array of shape (CELLS_PER_SITE, n); rows: (n_groups + n_sites,
    n), groups of the city first.
    """
    n_groups, n = groups.of_cell.shape[0], cells.shape[1]
    rows[:] = 0.0
    by_cell[:] = 0.0
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
def poorest_fifth(households: Households, bins: Float) -> float:
    """Return the mean income of the poorest fifth of persons, by households in the order of income per head, yuan a
    month.

    bins: work array of shape (INCOME_BINS, 2), persons and income by classes of BIN_YUAN.
    """
    bins[:] = 0.0
    for h in range(households.site.size):
        if households.state[h] != NOT_MOVED:
            yuan, members = households.income_yuan[h], float(households.members[h])
            b = min(INCOME_BINS - 1, max(0, int(yuan / BIN_YUAN)))
            bins[b, 0] += members
            bins[b, 1] += members * yuan
    return fifth_of(bins)


@kernel
def fifth_of(bins: Float) -> float:
    """Return the mean income of the poorest fifth of persons by classes of income, see poorest_fifth.

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
