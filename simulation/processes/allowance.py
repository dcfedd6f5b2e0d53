"""The subsistence allowance (dibao): who is on the rolls, and what the month pays.

Rules of the allowance (State Council order 649, articles 9 to 13; Guizhou's rural practice): a household is entitled
if its income per head lies below the line, and gets the difference for each member; the office looks at it again at
an interval. Not every household below the line comes forward, and a claim takes months. The basic pension is not
counted (State Council Office 2016 no. 70), aid for schooling is not, and of what kin send a share is.

Up to the report month the persons on the rolls are those of the tables, as the report counts them: only what they get
follows from income. After it the rolls follow from income too, household by household.
"""

from __future__ import annotations

from simulation.foundations.kernel import kernel
from simulation.foundations.months import MONTHS_PER_YEAR, REPORT_MONTH
from simulation.foundations.random_numbers import Q_ALLOWANCE, stream, uniform
from simulation.rules.labour import alive
from simulation.state.entities import AWAY, NOT_MOVED, Households, Persons
from simulation.state.parameters import IncomeParameters
from simulation.state.policy import PolicyNow

NOT_ON_ROLLS, RURAL, URBAN = 0, 1, 2
"""Codes of `Persons.dibao`."""
NO_CLAIM = 0
"""`Households.dibao_claim_month` without a claim; no claim is decided in month 0."""


@kernel
def counted_income(h: int, households: Households, income: IncomeParameters, policy: PolicyNow) -> float:
    """Return what the office counts of household h's income of last month, yuan a month and member.

    Last month's allowance, basic pensions and aid for schooling are left out, and what kin send but for
    kin_counted_share. The household has a living member.
    """
    members = households.members[h]
    yuan = households.income_yuan[h] * members - households.allowance_yuan[h]
    yuan -= households.elders[h] * income.pension_yuan
    if households.labourers[h] == 0:
        yuan -= (1.0 - income.kin_counted_share) * members * income.kin_support_yuan
    if households.poor[h] and households.state[h] != AWAY:
        yuan -= policy.aid_yuan * households.school_age[h]
    return float(yuan / members)


@kernel
def allowance_of(counted_yuan: float, line_yuan: float, least_share: float) -> float:
    """Return what a member on the rolls gets, yuan a month: the difference to the line, or the least grade.

    counted_yuan, line_yuan: a month and head; least_share: the lowest grade as a share of the line, which also those
    get who are on the rolls until their next review although they earn more.
    """
    return max(line_yuan - counted_yuan, least_share * line_yuan)


@kernel
def line_of(code: int, income: IncomeParameters) -> float:
    """Return the line of a person or household by its code of the rolls, yuan a month and head."""
    yearly = income.dibao_urban_line_yuan_year if code == URBAN else income.dibao_line_yuan_year
    return yearly / MONTHS_PER_YEAR


@kernel
def review(
    h: int, month: int, households: Households, persons: Persons, counted_yuan: float, income: IncomeParameters
) -> None:
    """Let household h onto the rolls or off them by its income, and set what it gets until the next review.

    A household is on the rolls as a whole, but up to the report month the tables say which members are.
    """
    first, end = households.first[h], households.first[h + 1]
    code = RURAL
    for i in range(first, end):
        if persons.dibao[i] == URBAN:
            code = URBAN
    if month > REPORT_MONTH:
        entitled = counted_yuan < line_of(code, income)
        for i in range(first, end):
            now = code if entitled and alive(persons, i, month - 1) else NOT_ON_ROLLS
            if persons.dibao[i] != now:
                persons.dibao[i] = now
                households.changed[h] = True
    yuan = 0.0
    for i in range(first, end):
        if persons.dibao[i] != NOT_ON_ROLLS and alive(persons, i, month - 1):
            yuan += allowance_of(counted_yuan, line_of(persons.dibao[i], income), income.dibao_least_share)
    if yuan != households.allowance_yuan[h]:
        households.allowance_yuan[h] = yuan
        households.recounted[h] = True


@kernel
def update_allowances(
    seed: int,
    month: int,
    first: int,
    end: int,
    households: Households,
    persons: Persons,
    income: IncomeParameters,
    policy: PolicyNow,
) -> None:
    """Decide on last month's incomes who of households first to end - 1 is on the rolls in `month`, and what they get.

    It comes first in the month, when incomes and members are still those of last month. policy: last month's.
    """
    interval = max(1, int(income.dibao_review_months + 0.5))
    delay = int(income.dibao_delay_months + 0.5)
    of = stream(seed, Q_ALLOWANCE, 0)
    phase, last_key = 0, -2
    for h in range(first, end):
        key = households.key[h]
        # Keys follow each other as rows do: a sum instead of a division, which takes as long as all else here.
        phase = phase + 1 if key == last_key + 1 else (month + key) % interval
        phase, last_key = 0 if phase == interval else phase, key
        if households.state[h] == NOT_MOVED or households.members[h] == 0:
            continue
        due = phase == 0
        claimed = households.dibao_claim_month[h]
        if households.dibao[h] > 0:
            if due or households.allowance_yuan[h] == 0.0:
                review(h, month, households, persons, counted_income(h, households, income, policy), income)
        elif households.allowance_yuan[h] != 0.0:  # the member on the rolls has died
            households.allowance_yuan[h] = 0.0
            households.recounted[h] = True
        elif claimed != NO_CLAIM:
            if month >= claimed:
                households.dibao_claim_month[h] = NO_CLAIM
                review(h, month, households, persons, counted_income(h, households, income, policy), income)
        elif due and month > REPORT_MONTH and uniform(of, households.key[h], 0) < income.dibao_take_up:
            counted = counted_income(h, households, income, policy)
            if counted < line_of(RURAL, income):
                if delay == 0:
                    review(h, month, households, persons, counted, income)
                else:
                    households.dibao_claim_month[h] = month + delay
