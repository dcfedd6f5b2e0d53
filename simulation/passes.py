"""The month's rules for households, block by block of sites: what a block needs lies in the processor's cache.

Rules that look at one household or one site at a time may go through the rows of a few sites one after the other before
they turn to the next sites. So a month needs two passes over the state, with one queue for work of the whole city
between them, instead of a pass for each rule. Rows are gone through in the same order as before, so that sums are the
same to the bit for blocks of any size.

A rule may be in one pass with another if it does not read what other households or sites have written in that pass.
What all see of each other is therefore added up in work arrays and seen when the pass is over.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.foundations.by_address import by_address
from simulation.foundations.kernel import apart, kernel
from simulation.processes.allowance import update_allowances
from simulation.processes.arrivals import update_arrivals
from simulation.processes.demography import count_lives, update_ages, update_levels
from simulation.processes.income import update_income
from simulation.processes.jobs import closed_workshops, find_seekers, update_separations
from simulation.processes.knowledge import look_around, update_knowledge, update_what_is_seen
from simulation.processes.matching import describe_seekers
from simulation.processes.residence import choose_residence, draw_noise, find_reviewers
from simulation.processes.schooling import update_schooling
from simulation.processes.training import find_trainees
from simulation.processes.years_after import demolish_houses, raise_wages, suspend_workers
from simulation.records.observe import add_incomes, complete, observe
from simulation.rules.members import count_members
from simulation.rules.year_rows import YearRows
from simulation.scratch import AT_ONCE, BIRTHS, DEATHS, ENDED, SEEKERS, TRAINEES, Work
from simulation.series import Changes
from simulation.state.entities import Households, Int64, State, UInt32, UInt64
from simulation.state.parameters import IncomeParameters, JobsParameters, Parameters
from simulation.state.policy import PolicyNow

# Each is called by a pass, not made a part of it.
update_allowances = apart(update_allowances)
update_arrivals = apart(update_arrivals)
count_lives = apart(count_lives)
update_ages = apart(update_ages)
update_levels = apart(update_levels)
update_income = apart(update_income)
find_seekers = apart(find_seekers)
update_separations = apart(update_separations)
look_around = apart(look_around)
update_knowledge = apart(update_knowledge)
update_what_is_seen = apart(update_what_is_seen)
describe_seekers = apart(describe_seekers)
choose_residence = apart(choose_residence)
draw_noise = apart(draw_noise)
find_reviewers = apart(find_reviewers)
update_schooling = apart(update_schooling)
find_trainees = apart(find_trainees)
demolish_houses = apart(demolish_houses)
raise_wages = apart(raise_wages)
suspend_workers = apart(suspend_workers)
add_incomes = apart(add_incomes)
observe = apart(observe)
count_members = apart(count_members)

# What a pass does in each block, in this order; a pass does some of them.
STEPS = (
    *("allowances", "ages", "levels", "demolition", "arrivals", "members_first", "raises", "separations"),
    *("trainees", "seekers", "suspension", "schooling", "members_again", "knowledge", "residence", "members_last"),
    *("income", "look_around", "records"),
)
(
    ALLOWANCES, AGES, LEVELS, DEMOLITION, ARRIVALS, MEMBERS_FIRST, RAISES, SEPARATIONS, TRAINEES_FOUND, SEEKERS_FOUND,
    SUSPENSION, SCHOOLING, MEMBERS_AGAIN, KNOWLEDGE, RESIDENCE, MEMBERS_LAST, INCOME, LOOK_AROUND, RECORDS,
) = (1 << step for step in range(len(STEPS)))  # fmt: skip

COUNTS = MEMBERS_FIRST, MEMBERS_AGAIN, MEMBERS_LAST
"""Steps that count the members of whatever household has changed."""


@by_address
class Blocks(NamedTuple):
    """Where each block begins, shape (n_blocks + 1,): block b ends where b + 1 begins."""

    household: UInt64  # unsigned, so that the compiler need not think of rows counted from the end
    site: Int64
    labour: Int64  # place in YearRows.labour
    school: Int64  # in YearRows.school
    pupils: Int64  # in YearRows.pupils
    ageing: Int64  # (n_blocks + 1, 12) in YearRows.ageing


def block_bounds(households: Households, n_sites: int, size: int) -> tuple[tuple[Int64, Int64], bool]:
    """Return the first household and first site of each block, shape (n_blocks + 1,), and whether sites are in order.

    A block has whole sites, as many as come to `size` households. Households whose sites are not in order, as those
    that are added behind all others, come last, in blocks without a site of their own.
    """
    site = households.site.astype(np.int64)
    falls = np.flatnonzero(np.diff(site) < 0)
    ordered = int(falls[0]) + 1 if falls.size else site.size
    first_of_site = np.searchsorted(site[:ordered], np.arange(n_sites + 1))
    household, sites = [0], [0]
    for s in range(1, n_sites + 1):
        if s == n_sites or first_of_site[s] - household[-1] >= size:
            household.append(int(first_of_site[s]))
            sites.append(s)
    while household[-1] < site.size:
        household.append(min(household[-1] + max(1, size), site.size))
        sites.append(n_sites)
    return (np.array(household), np.array(sites)), ordered == site.size


def placed(bounds: tuple[Int64, Int64], rows: YearRows, households: Households) -> Blocks:
    """Return the blocks with where their persons stand among the rows of a year."""
    household, site = bounds
    person = households.first[household]
    ageing = np.stack([np.searchsorted(of_month, person) for of_month in rows.ageing], axis=1)
    labour, school, pupils = (np.searchsorted(of_year, person) for of_year in rows[:3])
    return Blocks(household.astype(np.uint64), site, labour, school, pupils, ageing)


@kernel
def empty_sums(steps: int, state: State, work: Work) -> None:
    """Empty what the steps of a pass add up."""
    if steps & SEPARATIONS:
        work.totals[ENDED] = 0
    if steps & TRAINEES_FOUND:
        work.totals[TRAINEES] = 0
    if steps & SEEKERS_FOUND:
        work.totals[SEEKERS] = 0
    if steps & LOOK_AROUND:
        work.seen[:] = 0.0
        work.hamlets[:] = 0
    if steps & RECORDS:
        work.counts[:] = 0
        work.amounts[:] = 0.0
        work.bins[:] = 0.0
        work.totals[BIRTHS] = work.totals[DEATHS] = 0


@kernel
def go_through(
    steps: int,
    seed: int,
    month: int,
    blocks: Blocks,
    labour_rows: UInt32,
    school_rows: UInt32,
    pupil_rows: UInt32,
    ageing_rows: UInt32,
    state: State,
    p: Parameters,
    income_before: IncomeParameters,
    offered: JobsParameters,
    change: Changes,
    policy_before: PolicyNow,
    policy: PolicyNow,
    pays_otherwise: bool,
    work: Work,
) -> None:
    """Do the steps whose bits are set in `steps`, all of them in one block before the next.

    p: the numbers of the month, with its wages and what levers change; income_before: those of last month; offered:
    those of the search for work; policy_before, policy: of the last month and of this one; pays_otherwise: whether
    households live on something else by policy alone.
    """
    households, persons, sites, posts = state.households, state.persons, state.sites, state.posts
    layout, rows, lots, totals = state.layout, work.rows, work.lots, work.totals
    of_month = month % 12
    empty_sums(steps, state, work)
    closed = closed_workshops(posts, layout)
    for b in range(blocks.household.size - 1):
        first, end = blocks.household[b], blocks.household[b + 1]
        first_site, end_site = blocks.site[b], blocks.site[b + 1]
        labour = labour_rows[blocks.labour[b] : blocks.labour[b + 1]]
        school = school_rows[blocks.school[b] : blocks.school[b + 1]]
        pupils = pupil_rows[blocks.pupils[b] : blocks.pupils[b + 1]]
        ageing = ageing_rows[blocks.ageing[b, of_month] : blocks.ageing[b + 1, of_month]]
        if steps & ALLOWANCES:
            update_allowances(seed, month, first, end, households, persons, income_before, policy_before)
        if steps & AGES:
            update_ages(month, ageing, households, persons, posts)
        if steps & LEVELS:
            update_levels(month, school, households, persons)
        if steps & DEMOLITION:
            demolish_houses(seed, month, first, end, change.demolition, change.joint_share, households)
        if steps & ARRIVALS:
            update_arrivals(seed, month, first, end, households, persons, sites, p.jobs)
        if steps & MEMBERS_FIRST:
            count_members(month, first, end, households, persons, layout, p.schooling, p.jobs, rows)
        if steps & RAISES:
            raise_wages(labour, households, persons, change.away, change.nearby)
        if steps & SEPARATIONS:
            totals[ENDED] += update_separations(
                seed, month, labour, households, persons, posts, layout, p.jobs, closed, work.by_channel, rows
            )
        if steps & TRAINEES_FOUND:
            n = totals[TRAINEES]
            totals[TRAINEES] += find_trainees(
                seed, month, False, labour, households, persons, p.jobs, work.trainees[n:], work.trainee_lots[n:]
            )
        if steps & SEEKERS_FOUND:
            n = totals[SEEKERS]
            found = find_seekers(
                seed, month, labour, households, persons, p.jobs, work.by_channel, rows, work.seeker_lots[n:]
            )
            describe_seekers(seed, month, rows[:found], households, persons, sites, offered, work.seekers, n)
            totals[SEEKERS] += found
        if steps & SUSPENSION:
            suspend_workers(
                seed, labour, households, persons, state.workshops, layout, change.work_away, change.workshops_open
            )
        if steps & SCHOOLING:
            update_schooling(
                seed, month, first_site, end_site, pupils, households, persons, sites, p.schooling, rows,
                work.applicants, lots,
            )  # fmt: skip
        if steps & MEMBERS_AGAIN:
            count_members(month, first, end, households, persons, layout, p.schooling, p.jobs, rows)
        if steps & KNOWLEDGE:
            update_knowledge(seed, month, first, end, households, sites, state.hamlet_share, p.knowledge)
        if steps & RESIDENCE:
            n = find_reviewers(seed, month, first, end, households, p, rows)
            for begun in range(0, n, AT_ONCE):
                some = rows[begun : min(begun + AT_ONCE, n)]
                draw_noise(seed, month, some.size, households, some, work.keys, work.streams, work.noise)
                choose_residence(seed, month, some.size, state, p, policy, some, work.noise)
        if steps & MEMBERS_LAST:
            count_members(month, first, end, households, persons, layout, p.schooling, p.jobs, rows)
        if steps & INCOME:
            update_income(month, first, end, households, persons, sites, p, policy, pays_otherwise, rows)
        if steps & LOOK_AROUND:
            look_around(first, end, households, work.seen, work.hamlets, p.jobs)
        if steps & RECORDS:
            observe(month, first, end, households, sites, p, work.counts, work.amounts)
            add_incomes(first, end, households, work.bins)
            births, deaths = count_lives(month, ageing, persons, households)
            totals[BIRTHS] += births
            totals[DEATHS] += deaths
    if steps & RECORDS:
        complete(month, work.counts)
    if steps & LOOK_AROUND:
        update_what_is_seen(state, work.seen, work.hamlets, p.jobs)
