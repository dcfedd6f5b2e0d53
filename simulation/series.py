"""What a month after 2019 is like in a city: the series of its future, and the rules that follow them.

Every method does nothing where its series is as in December 2019, so that a future whose factors are all 1 equals
`frozen` to the bit. Money is in yuan of 2019, and so are the series of wages; the reservation wage, living away,
allowances and public posts keep their real value.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.foundations.months import REPORT_MONTH
from simulation.processes import years_after
from simulation.rules.lots import served_order
from simulation.scratch import Work
from simulation.state.entities import (
    N_CHANNELS,
    NEARBY_OWN,
    NEARBY_PUBLIC,
    OWN_BUSINESS,
    PUBLIC_POST,
    WORKSHOP,
    State,
    UInt32,
)
from simulation.state.future import Future, factors_of
from simulation.state.parameters import JobsParameters, Parameters


class Changes(NamedTuple):
    """What a month's series change for households and who works (simulation/processes/years_after.py)."""

    demolition: float  # share of old houses that are down by now
    joint_share: float  # of them joint with another, which never come down
    away: float  # pay of jobs away that are held, over last month's
    nearby: float  # the same of jobs near home
    work_away: float  # share of those in work away who can work
    workshops_open: float  # share of workshops that are open


class Series:
    """The series of a future in one city; it keeps nothing of the state, so branches share it."""

    def __init__(self, future: Future, parameters: Parameters, months: int) -> None:
        self.factors = factors_of(future, parameters.history, months)
        self._numbers: dict[tuple[float, float], tuple[Parameters, Parameters]] = {}

    def numbers(self, parameters: Parameters, month: int) -> Parameters:
        """Return the parameters with the wages of the month; the same object while nothing else is asked for."""
        away, nearby = self.factors.wage_away[month], self.factors.wage_nearby[month]
        if away == nearby == 1.0:
            return parameters
        kept = self._numbers.get((away, nearby))
        if kept is None or kept[0] is not parameters:
            jobs = parameters.jobs
            raised = jobs._replace(
                wage_away_yuan=jobs.wage_away_yuan * away,
                wage_organised_yuan=jobs.wage_organised_yuan * away,
                wage_workshop_yuan=jobs.wage_workshop_yuan * nearby,
                wage_nearby_yuan=jobs.wage_nearby_yuan * nearby,
                wage_business_yuan=jobs.wage_business_yuan * nearby,
            )
            kept = self._numbers[away, nearby] = parameters, parameters._replace(jobs=raised)
        return kept[1]

    def offered(self, jobs: JobsParameters, month: int) -> JobsParameters:
        """Return the numbers of the search for work: while few can leave, few hear of work away that is open."""
        share = self.factors.work_away[month]
        return jobs if share == 1.0 else jobs._replace(away_offer_probability=jobs.away_offer_probability * share)

    def organised(self, month: int, places: int) -> int:
        """Return the places of organised export that really leave, of those of the month."""
        share = self.factors.organised_export[min(month, len(self.factors.organised_export) - 1)]
        return int(places * share + 1e-9)

    def changes(self, month: int, parameters: Parameters) -> Changes:
        """Return what the month's rules for households need to know of the series."""
        f, before = self.factors, max(0, month - 1)
        return Changes(
            f.demolition[month],
            parameters.history.joint_house_share,
            f.wage_away[month] / f.wage_away[before],
            f.wage_nearby[month] / f.wage_nearby[before],
            f.work_away[month],
            f.workshops_open[month],
        )

    def demolishes(self, month: int) -> bool:
        """Return whether old houses are taken down."""
        return self.factors.demolition[month] > 0.0

    def set_wages(self, month: int, state: State, parameters: Parameters) -> None:
        """Set what posts pay now."""
        f = self.factors
        if month > REPORT_MONTH and f.wage_nearby[month] != f.wage_nearby[month - 1]:
            years_after.set_wages(state.posts, wages_by_channel(self.numbers(parameters, month).jobs))

    def raises_wages(self, month: int) -> bool:
        """Return whether jobs that are held pay otherwise than last month."""
        f = self.factors
        return month > REPORT_MONTH and (
            f.wage_away[month] != f.wage_away[month - 1] or f.wage_nearby[month] != f.wage_nearby[month - 1]
        )

    def posts_fall(self, month: int) -> bool:
        """Return whether the number of posts falls."""
        f, before = self.factors, max(0, month - 1)
        return f.posts_nearby[month] < f.posts_nearby[before] or f.public_posts[month] < f.public_posts[before]

    def end_surplus(self, seed: int, month: int, rows: UInt32, state: State, work: Work) -> int:
        """End jobs in posts that are gone, by lot, where the number of posts falls; return how many ended."""
        posts = state.posts
        n = years_after.find_surplus(seed, month, rows, state.persons, posts, work.rows, work.lots)
        order = served_order(work.lots[:n])
        return int(years_after.end_surplus(order, work.rows, state.households, state.persons, posts))

    def suspends(self, month: int) -> bool:
        """Return whether some cannot work in a month of the shock, or in the month after it, which frees all."""
        f, before = self.factors, max(0, month - 1)
        return min(f.work_away[month], f.workshops_open[month], f.work_away[before], f.workshops_open[before]) < 1.0


def wages_by_channel(jobs: JobsParameters) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return what a pool of each channel pays, yuan a month, shape (N_CHANNELS,); 0 for channels without pools."""
    wages = np.zeros(N_CHANNELS)
    wages[WORKSHOP] = jobs.wage_workshop_yuan
    wages[PUBLIC_POST] = jobs.wage_public_post_yuan
    wages[NEARBY_PUBLIC] = wages[NEARBY_OWN] = jobs.wage_nearby_yuan
    wages[OWN_BUSINESS] = jobs.wage_business_yuan
    return wages
