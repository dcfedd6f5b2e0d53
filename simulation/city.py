"""A city, month by month: households, persons, sites and posts as columns, and the rules in their order.

No Mesa here: model.py makes of a city a Mesa model, nation.py of many cities a nation. `advance` is the table of
contents of a month.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.foundations.months import (
    DECEMBER,
    FESTIVAL,
    MONTHS_PER_YEAR,
    SEPTEMBER,
    month_label,
)
from simulation.initial import initial_state, with_further_households
from simulation.levers.base import Context
from simulation.levers.levers import Levers, with_rows_of_levers
from simulation.measures import begin_measures, open_missing_schools, with_workshops_built
from simulation.processes import (
    allowance,
    arrivals,
    demography,
    income,
    jobs,
    knowledge,
    matching,
    openings,
    residence,
    schooling,
)
from simulation.processes import training as courses
from simulation.records.audit import check_state
from simulation.records.collect import city_counts
from simulation.records.indicators import CITY_ONLY
from simulation.records.observe import fold, observe, poorest_fifth
from simulation.records.records import Records
from simulation.rules.lots import served_order
from simulation.rules.members import count_members
from simulation.rules.year_rows import YearRows, rows_of_year
from simulation.scratch import Work, work_arrays
from simulation.series import Series
from simulation.state.columns import copy_state
from simulation.state.entities import Int16, Int64, State
from simulation.state.fixed import Fixed
from simulation.state.future import NOTHING_CHANGES, Future
from simulation.state.parameters import Parameters
from simulation.state.policy import Policy, PolicyNow
from simulation.state.population import Population
from simulation.state.site_size import is_large


class Given(NamedTuple):
    """What a city is given and its branches share.

    population: its tables (simulation/state/population.py); parameters: every number; seed: chance; months: how many,
    from January 2016; copy: which copy of the population it is, each with its own random numbers; future: what happens
    around the city after 2019 (simulation/state/future.py).
    """

    population: Population
    parameters: Parameters
    seed: int
    months: int
    copy: int = 0
    future: Future = NOTHING_CHANGES


class City:
    """One city under one policy."""

    month: int
    series: Series
    levers: Levers
    school_openings: Int16

    def begin(self, given: Given, policy: Policy, months_kept: int = 0, work: Work | None = None) -> None:
        """Set up the city before its first month.

        months_kept: how many months of records are kept at a time, 0 for all; work: arrays of another city that is not
        at work at the same time.
        """
        state, fixed = initial_state(given.population, given.parameters, given.seed, given.months, given.copy)
        factors = Series(given.future, given.parameters, given.months).factors
        state = with_workshops_built(state, given.population, factors, given.parameters.jobs, given.copy)
        sites = state.sites
        kinds, large = np.eye(3, dtype=bool)[sites.kind], is_large(sites.households)[:, None]
        groups, weight = np.hstack([kinds, large, ~large]), given.parameters.residence.both_ends_weight
        records = Records(months_kept or given.months, sites.kind.size, groups, weight)
        self.go_on(given, fixed, policy, state, records, work)

    def go_on(
        self,
        given: Given,
        fixed: Fixed,
        policy: Policy,
        state: State,
        records: Records,
        work: Work | None = None,
        past: City | None = None,
    ) -> None:
        """Set up everything but the months that have gone by; past: the city that has gone through them, if any."""
        self.given, self.fixed, self.policy, self.records = given, fixed, policy, records
        self.month = 0 if past is None else past.month
        self.population, self.parameters, self.seed, self.months, self.copy, _ = given
        self.series = Series(given.future, given.parameters, given.months) if past is None else past.series
        begun = () if past is None else tuple(rule.name for rule in past.levers.begun(past.month))
        self.state = state = with_rows_of_levers(policy, state, self.parameters, self.copy, begun, self._with_further)
        openings.order_workshops(state.workshops, state.posts, state.layout, len(self.population.sites))
        schools = self.population.schools["open_month"].to_numpy(np.int16) if past is None else past.school_openings
        self.school_openings = schools.copy()
        if past is None:
            open_missing_schools(self.school_openings, self.series.factors, fixed, state)
        context = Context(self.seed, state, fixed, self.parameters, self.school_openings)
        self.measures = begin_measures(self.series.factors, fixed, context)
        self.levers = Levers(policy, context, None if past is None else past.levers, self.month)
        self.city = {indicator.name: 0.0 for indicator in CITY_ONLY}
        self.policy_now = PolicyNow(0.0, 0.0)
        self._pays_otherwise = False
        suffices = work is not None and work.lots.size >= state.persons.key.size
        self.work = work if work is not None and suffices else work_arrays(state)
        self._years: dict[int, YearRows] = {}
        self._keeps_years = False

    def branch(self, policy: Policy) -> City:
        """Return a city under `policy` that shares the months so far and goes its own way from here.

        It equals, bit for bit, a city under `policy` from the start. Levers that have begun must be the same in both
        policies, and go on where they are; raises ValueError if they are not: the past would not be the same.
        """
        other = City()
        self.hand_on(other, policy)
        return other

    def hand_on(self, other: City, policy: Policy) -> None:
        """Make `other` a branch of this city; see branch."""
        for lever in (*self.policy.levers.values(), *policy.levers.values()):
            same = self.policy.get(lever.name) == policy.get(lever.name)
            if lever.start_month < self.month and not same:
                started = month_label(lever.start_month)
                raise ValueError(
                    f"lever {lever.name} starts in {started}, before the branch in {month_label(self.month)}"
                )
        other.go_on(self.given, self.fixed, policy, copy_state(self.state), self.records.copy(), self.work, self)
        other.city, other.policy_now = dict(self.city), self.policy_now
        # Who comes of an age in which year is settled before the first month: branches find it out once.
        if other.state.persons.key.size == self.state.persons.key.size:
            other._years, other._keeps_years, self._keeps_years = self._years, True, True

    def _with_further(self, state: State, like: Int64) -> State:
        """Return a state with further households (simulation/initial.py)."""
        given = self.population, self.parameters, self.seed, self.months, self.copy
        return with_further_households(state, *given, self.month, like)

    def advance(self) -> None:
        """Advance by one month."""
        self.decide_allowances()
        self.take_notice()
        self.age()
        self.open_and_close()
        self.hand_over_flats()
        self.count_members()
        self.update_jobs()
        self.update_schooling()
        self.count_members()
        self.update_knowledge()
        self.update_residence()
        self.count_members()
        self.update_income()
        self.look_around()
        self.record()
        self.month += 1
        if self.month % MONTHS_PER_YEAR == 0 and not self._keeps_years:
            self._years.clear()

    def decide_allowances(self) -> None:
        """Who is on the rolls of the subsistence allowance, by last month's incomes under last month's policy."""
        state, now, numbers = self.state, self.policy_now, self.numbers_of(max(0, self.month - 1)).income
        allowance.update_allowances(self.seed, self.month, state.households, state.persons, numbers, now)

    def take_notice(self) -> None:
        """What the policy pays now."""
        before, self.policy_now = self.policy_now, self.levers.announce(self.month)
        self._pays_otherwise = before != self.policy_now or self.levers.pay_otherwise(self.month)

    def numbers_of(self, month: int) -> Parameters:
        """Return the parameters with the wages of a month, and with what levers change of them."""
        return self.levers.numbers(month, self.series.numbers(self.parameters, month))

    @property
    def now(self) -> Parameters:
        """The numbers of the month."""
        return self.numbers_of(self.month)

    @property
    def rows(self) -> YearRows:
        """The rows that this year's rules have to look at."""
        year = self.month // MONTHS_PER_YEAR
        if year not in self._years:
            self._years[year] = rows_of_year(self.state.persons, self.month)
        return self._years[year]

    def age(self) -> None:
        """Births, deaths, leaving labour, school levels in September."""
        households, persons = self.state.households, self.state.persons
        demography.update_ages(self.month, self.rows.ageing[self.month % MONTHS_PER_YEAR], households, persons)
        if self.month == 0 or self.month % MONTHS_PER_YEAR == SEPTEMBER:
            demography.update_levels(self.month, self.rows.school, households, persons)

    def open_and_close(self) -> None:
        """Levers, schools, workshops, posts, services, old houses."""
        state, fixed, month, jobs_numbers = self.state, self.fixed, self.month, self.now.jobs
        self.series.open_and_close(self.seed, month, state, self.parameters)
        self.measures.pull(month)
        self.levers.pull(month)
        openings.open_schools(month, fixed.school_seats, fixed.school_site, self.school_openings, state.sites)
        openings.update_workshops(
            self.seed, month, state.workshops, state.posts, state.persons, state.layout, jobs_numbers
        )
        private = self.series.factors.posts_nearby[month]
        density, places = fixed.nearby_posts * private, fixed.business_places * private
        openings.update_local_posts(state.sites, state.posts, state.layout, density, places, fixed.unit_posts)
        pool, posts, opens = fixed.public_site.T
        state.posts.capacity[state.layout.public_site : state.layout.nearby_public] = 0
        np.add.at(state.posts.capacity, pool[opens <= month], posts[opens <= month])
        self.measures.add_posts(month)
        self.levers.add_posts(month)
        openings.update_services(state.sites, self.parameters.services)

    def hand_over_flats(self) -> None:
        """Arrivals of the month."""
        state = self.state
        arrivals.update_arrivals(
            self.seed, self.month, state.households, state.persons, state.sites, self.parameters.jobs
        )

    def count_members(self) -> None:
        """Household sums over members, where something changed."""
        state = self.state
        p, changed_rows = self.parameters, self.work.rows
        count_members(self.month, state.households, state.persons, state.layout, p.schooling, p.jobs, changed_rows)

    def update_jobs(self) -> None:
        """Separations, training, search, offers."""
        state, numbers, month, seed = self.state, self.now.jobs, self.month, self.seed
        households, persons, sites, posts = state.households, state.persons, state.sites, state.posts
        work, rows, series = self.work, self.rows.labour, self.series
        series.raise_wages(month, rows, state)
        ended = jobs.update_separations(
            seed, month, rows, households, persons, posts, state.layout, numbers, work.by_channel
        )
        ended += series.end_surplus(seed, month, rows, state, work)
        fairs, places = self.fixed.fair_posts[month], self.fixed.course_places[month]
        lots, trainees = work.lots, work.rows
        trained = courses.update_training(
            seed, month, places, False, rows, households, persons, numbers, trainees, lots
        )
        trained += self.levers.train(month, rows, trainees, lots)
        sites.local_hires[:] = 0
        sites.local_hires_yuan[:] = sites.local_waited[:] = sites.away_waited[:] = 0.0
        n = jobs.find_seekers(seed, month, rows, households, persons, numbers, work.by_channel, work.rows, work.lots)
        offered = series.offered(numbers, month)
        matching.describe_seekers(seed, month, work.rows[:n], households, persons, sites, offered, work.seekers)
        counts = np.zeros(2, dtype=np.int32)
        queue, places = served_order(work.lots[:n]), self._organised_places()
        matching.match_seekers(seed, month, queue, fairs, places, state, numbers, work.seekers, counts)
        series.suspend(seed, month, rows, state)
        self.city["separations"], self.city["hires"], self.city["fair_matches"] = ended, counts[0], counts[1]
        self.city["trained"] = trained

    def _organised_places(self) -> int:
        """Return the month's places of organised export: the yearly programme grows with the arrivals."""
        arrived = self.state.sites.arrived.sum()
        places = self.parameters.jobs.organised_places_per_1000 * arrived / 1000.0
        return self.series.organised(self.month, int(places * (self.month + 1)) - int(places * self.month))

    def update_schooling(self) -> None:
        """Seats by site and level."""
        state = self.state
        schooling.update_schooling(
            self.seed,
            self.month,
            self.rows.school,
            state.households,
            state.persons,
            state.sites,
            self.now.schooling,
            self.work.rows,
            self.work.lots,
        )

    def update_knowledge(self) -> None:
        """Policy knowledge, trust, attachment; what levers offer to households."""
        state, numbers = self.state, self.parameters.knowledge
        knowledge.update_knowledge(self.seed, self.month, state.households, state.sites, state.hamlet_share, numbers)
        self.levers.offer(self.month, self.policy_now)

    def update_residence(self) -> None:
        """Who lives where."""
        state, p = self.state, self.now
        reviewers, noise = self.work.rows, self.work.noise
        n = residence.find_reviewers(self.seed, self.month, state.households, p, reviewers)
        residence.draw_noise(self.seed, self.month, n, state.households, reviewers, self.work.keys, noise)
        residence.choose_residence(self.seed, self.month, n, state, p, self.policy_now, reviewers, noise)

    def update_income(self) -> None:
        """What the month brought, and who farms."""
        state, p = self.state, self.now
        now, otherwise = self.policy_now, self._pays_otherwise
        homes, due_rows = state.households, self.work.rows
        income.update_income(self.month, homes, state.persons, state.sites, p, now, otherwise, due_rows)

    def look_around(self) -> None:
        """What households will see of each other next month."""
        knowledge.update_what_is_seen(self.state, self.work.seen, self.parameters.jobs)

    def record(self) -> None:
        """Add the month to the records and the ledger."""
        state, month, city = self.state, self.month, self.city
        households = state.households
        work, groups = self.work, self.records.groups
        observe(month, households, state.sites, self.now, work.counts, work.amounts)
        fold(work.counts, groups, work.by_cell.counts, work.folded.counts)
        fold(work.amounts, groups, work.by_cell.amounts, work.folded.amounts)
        city |= city_counts(month, state, self.rows.ageing[month % MONTHS_PER_YEAR])
        city["income_poorest_fifth"] = poorest_fifth(households, self.work.bins)
        self.records.add(work.folded, city, month % 12 == FESTIVAL)
        self.levers.pay(month)
        if month % 12 == DECEMBER:
            check_state(state, month)
