"""The city as a Mesa model.

Settlement sites are Mesa agents that read the month's table; households and persons are columns
(simulation/state/entities.py), because an object per household costs tens of times as much (docs/performance.md);
`household(h)` looks at one. Mesa's own random generator is not used. The months themselves are in city.py.
"""

from __future__ import annotations

from collections.abc import Callable

import mesa
import numpy as np
import pandas as pd

from simulation.city import City, Given
from simulation.foundations.months import REPORT_MONTH, month_label
from simulation.records.collect import SITE_REPORTERS, data_collector
from simulation.state.future import NOTHING_CHANGES, Future
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE, Policy
from simulation.state.population import Population
from simulation.views import Household, SiteAgent, household_table, person_table, post_table, site_table

Progress = Callable[[int, int], None]


class Model(City, mesa.Model):
    """One city under one policy with one seed.

    population: its tables (simulation/state/population.py); parameters: every number; policy: the levers; seed: chance;
    months: how many, from January 2016; collect: whether the DataCollector takes in every month (the records always
    do); future: what happens around the city after 2019.
    """

    def __init__(
        self,
        population: Population,
        parameters: Parameters,
        policy: Policy = BASELINE,
        seed: int = 1,
        months: int = 108,
        collect: bool = True,
        future: Future = NOTHING_CHANGES,
    ) -> None:
        self._begin_mesa(collect)
        self.begin(Given(population, parameters, seed, months, future=future), policy)
        self._register_sites()

    def branch(self, policy: Policy) -> Model:
        """Return a model under `policy` that shares the months so far; see City.branch."""
        other = Model.__new__(Model)
        other._begin_mesa(self.collect)
        self.hand_on(other, policy)
        other._register_sites()
        other.report_snapshot = self.report_snapshot
        collector = self.datacollector
        other.datacollector.model_vars = {name: list(values) for name, values in collector.model_vars.items()}
        other.datacollector._agent_records = dict(collector._agent_records)
        return other

    def _begin_mesa(self, collect: bool) -> None:
        mesa.Model.__init__(self, rng=np.random.default_rng(0))  # never used: see random_numbers.py
        self.collect = collect
        self.report_snapshot: pd.DataFrame | None = None
        self.datacollector = data_collector(SITE_REPORTERS)

    def _register_sites(self) -> None:
        self.sites = [SiteAgent(self, s) for s in range(len(self.population.sites))]
        getattr(mesa.Agent, "_ids", {}).pop(self, None)  # Mesa keeps every model it numbered agents of, for good

    def step(self) -> None:
        """Advance by one month, and let the DataCollector see it."""
        self.advance()
        if self.collect:
            self.datacollector.collect(self)
        if self.month == REPORT_MONTH + 1:
            self.report_snapshot = self.household_table()

    def run(self, progress: Progress | None = None) -> Model:
        """Step until `months`; `progress` is called with the months done and in all after each."""
        while self.month < self.months:
            self.step()
            if progress is not None:
                progress(self.month, self.months)
        return self

    def household(self, h: int) -> Household:
        """Return a view of household h: its columns by name, its members. It holds no state of its own."""
        return Household(self, h)

    def household_table(self) -> pd.DataFrame:
        """Return the households' state as a table, one row each."""
        return household_table(self.state, self.fixed)

    def final_tables(self) -> dict[str, pd.DataFrame]:
        """Return the present state of households, persons, sites and posts as tables."""
        return {
            "households": self.household_table(),
            "persons": person_table(self.state, self.month - 1),
            "sites": site_table(self.state, self.fixed),
            "posts": post_table(self.state, self.fixed),
        }

    def money_frame(self) -> pd.DataFrame:
        """Return public money by month, lever and kind, yuan."""
        return self.levers.money_frame()

    @property
    def label(self) -> str:
        """The latest recorded month, YYYY-MM."""
        return month_label(self.month - 1)
