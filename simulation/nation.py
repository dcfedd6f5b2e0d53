"""A nation: many copies of a city's population under one policy, each with its own random numbers and posts.

The national programme moved some ninety times as many households as this city. What a city's households compete for
(posts, seats, fairs, places of organised export) is the city's own, so that no city influences another: each is
advanced by itself, by as many threads as there are, and the results are the same for any number of threads and any
order. A city's state is brought into the processor's cache once for some months, not once a month.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue

import mesa
import numpy as np

from simulation.city import City, Given
from simulation.foundations.months import MONTHS_PER_YEAR
from simulation.records.collect import data_collector
from simulation.records.indicators import CITY_COLUMN, CITY_ONLY, COLUMN, GROUPS
from simulation.records.observe import INCOME_BINS, fifth_of
from simulation.records.records import Records
from simulation.scratch import Work, work_arrays
from simulation.state.entities import Float
from simulation.state.future import NOTHING_CHANGES, Future
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE, Policy
from simulation.state.population import MEMBERS_MAX, Population

COPY_REPORTERS = ("households_settled", "households_both_ends", "occupancy")
_FIFTH = CITY_COLUMN["income_poorest_fifth"]


def most_copies(population: Population) -> int:
    """Return how many copies of a population can be told apart: each person has a key of 31 bits."""
    return int(np.iinfo(np.int32).max) // (len(population.households) * MEMBERS_MAX)


class CityAgent(mesa.Agent):
    """A city of the nation as a Mesa agent: it reads the latest month of the nation's records."""

    def __init__(self, model: Nation, copy: int) -> None:
        super().__init__(model)
        self.copy = copy

    def value(self, indicator: str) -> float:
        """Return an indicator of this city in the latest recorded month."""
        return float(self.model.records.latest_by_site(indicator)[self.copy])


class Nation(mesa.Model):
    """Copies of one city as a Mesa model.

    population, parameters, policy, seed, months, future: as in simulation.model.Model, the levers pulled in each city;
    copies: how many cities; threads: how many work side by side; collect: whether the DataCollector takes in every
    month.

    `records` has the groups of the nation, under the place "city" as for one city, and each copy as a place.
    """

    def __init__(
        self,
        population: Population,
        parameters: Parameters,
        policy: Policy = BASELINE,
        seed: int = 1,
        months: int = 108,
        copies: int = 1,
        threads: int = 1,
        collect: bool = True,
        future: Future = NOTHING_CHANGES,
    ) -> None:
        super().__init__(rng=np.random.default_rng(0))  # never drawn from
        self.population, self.parameters, self.policy = population, parameters, policy
        self.months, self.threads, self.collect, self.month = months, threads, collect, 0
        most = most_copies(population)
        if copies > most:
            raise ValueError(f"{copies} copies of {len(population.households)} households; at most {most}")
        self.cities = [City() for _ in range(copies)]
        largest: Work | None = None
        for copy, city in enumerate(self.cities):
            city.begin(Given(population, parameters, seed, months, copy, future), policy, MONTHS_PER_YEAR, largest)
            if largest is None or largest.lots.size < city.state.persons.key.size:
                largest = city.work = work_arrays(city.state)
        self._works: SimpleQueue[Work] = SimpleQueue()
        for city in sorted(self.cities, key=lambda city: -city.state.persons.key.size)[:1] * threads:
            self._works.put(work_arrays(city.state))
        weight = parameters.residence.both_ends_weight
        self.records = Records(months, copies, np.zeros((copies, 5), dtype=bool), weight, "copy")
        for copy in range(copies):
            CityAgent(self, copy)
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        self.datacollector = data_collector(COPY_REPORTERS)

    def step(self) -> None:
        """Advance by one month."""
        self.advance(1)

    def run(self, progress: Callable[[int, int], None] | None = None) -> Nation:
        """Advance until `months`, a year at a time; `progress` is called after each with months done and in all."""
        while self.month < self.months:
            self.advance(min(MONTHS_PER_YEAR - self.month % MONTHS_PER_YEAR, self.months - self.month))
            if progress is not None:
                progress(self.month, self.months)
        return self

    def advance(self, months: int) -> None:
        """Advance by some months (at most a year), city by city, then record them for the nation.

        Raises ValueError for more than a year: a city keeps the records of no more.
        """
        if not 1 <= months <= MONTHS_PER_YEAR:
            raise ValueError(f"{months} months at a time; allowed are 1 to {MONTHS_PER_YEAR}")
        groups = len(GROUPS)
        sums = np.zeros((months, groups + len(self.cities), len(COLUMN)))
        city_only, bins = np.zeros((months, len(CITY_ONLY))), np.zeros((months, INCOME_BINS, 2))
        rows = np.arange(self.month, self.month + months) % MONTHS_PER_YEAR
        # Threads begin with NumPy's own settings of errors; plain Python wraps around on purpose (splitmix64.py).
        with ThreadPoolExecutor(self.threads, initializer=partial(np.seterr, **np.geterr())) as pool:
            # In the order of the copies, whoever is ready first: sums of amounts depend on their order.
            done = pool.map(lambda city: self._advance_city(city, months), self.cities)
            for copy, (city, their_bins) in enumerate(zip(self.cities, done, strict=True)):
                sums[:, :groups] += city.records.sums[rows, :groups]
                sums[:, groups + copy] = city.records.sums[rows, 0]
                city_only += city.records.city[rows]
                bins += their_bins
        for m in range(months):
            city_only[m, _FIFTH] = fifth_of(bins[m])
            self.records.enter(sums[m], city_only[m])
            self.month += 1
            if self.collect:
                self.datacollector.collect(self)

    def _advance_city(self, city: City, months: int) -> Float:
        """Advance a city; return its persons and income by class of income in each month, (months, INCOME_BINS, 2)."""
        city.work = self._works.get()
        bins = np.zeros((months, INCOME_BINS, 2))
        try:
            for m in range(months):
                city.advance()
                bins[m] = city.work.bins
        finally:
            self._works.put(city.work)
        return bins
