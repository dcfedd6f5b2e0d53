"""What a month after 2019 is like in a city: the series of its future, and the rules that follow them.

Every method does nothing where its series is as in December 2019, so that a future whose factors are all 1 equals
`frozen` to the bit. Money is in yuan of 2019, and so are the series of wages; the reservation wage, living away,
allowances and public posts keep their real value.
"""

from __future__ import annotations

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

    def open_and_close(self, seed: int, month: int, state: State, parameters: Parameters) -> None:
        """Take down old houses, and set what posts pay now."""
        f, numbers = self.factors, parameters.history
        if f.demolition[month] > 0.0:
            years_after.demolish_houses(seed, month, f.demolition[month], numbers.joint_house_share, state.households)
        if month > REPORT_MONTH and f.wage_nearby[month] != f.wage_nearby[month - 1]:
            years_after.set_wages(state.posts, wages_by_channel(self.numbers(parameters, month).jobs))

    def raise_wages(self, month: int, rows: UInt32, state: State) -> None:
        """Raise what jobs that are held pay. rows: of who may be a labourer this year."""
        f = self.factors
        if month > REPORT_MONTH:
            away = f.wage_away[month] / f.wage_away[month - 1]
            nearby = f.wage_nearby[month] / f.wage_nearby[month - 1]
            if away != 1.0 or nearby != 1.0:
                years_after.raise_wages(rows, state.households, state.persons, away, nearby)

    def end_surplus(self, seed: int, month: int, rows: UInt32, state: State, work: Work) -> int:
        """End jobs in posts that are gone, by lot, where the number of posts falls; return how many ended."""
        f, posts, before = self.factors, state.posts, max(0, month - 1)
        if f.posts_nearby[month] >= f.posts_nearby[before] and f.public_posts[month] >= f.public_posts[before]:
            return 0
        n = years_after.find_surplus(seed, month, rows, state.persons, posts, work.rows, work.lots)
        order = served_order(work.lots[:n])
        return int(years_after.end_surplus(order, work.rows, state.households, state.persons, posts)) if n else 0

    def suspend(self, seed: int, month: int, rows: UInt32, state: State) -> None:
        """Settle who cannot work this month, in the months of the shock and in the month after it, which frees all."""
        f = self.factors
        before = max(0, month - 1)
        shares = (f.work_away[month], f.workshops_open[month], f.work_away[before], f.workshops_open[before])
        if min(shares) < 1.0:
            years_after.suspend_workers(
                seed, rows, state.households, state.persons, state.workshops, state.layout, shares[0], shares[1]
            )


def wages_by_channel(jobs: JobsParameters) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return what a pool of each channel pays, yuan a month, shape (N_CHANNELS,); 0 for channels without pools."""
    wages = np.zeros(N_CHANNELS)
    wages[WORKSHOP] = jobs.wage_workshop_yuan
    wages[PUBLIC_POST] = jobs.wage_public_post_yuan
    wages[NEARBY_PUBLIC] = wages[NEARBY_OWN] = jobs.wage_nearby_yuan
    wages[OWN_BUSINESS] = jobs.wage_business_yuan
    return wages
