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
    NEVER,
    SEPTEMBER,
    month_label,
)
from simulation.in_blocks import InBlocks
from simulation.initial import initial_state, with_further_households
from simulation.levers.base import Context
from simulation.levers.levers import Levers, with_rows_of_levers
from simulation.measures import begin_measures, open_missing_schools, with_workshops_built
from simulation.passes import (
    AGES,
    ALLOWANCES,
    ARRIVALS,
    COUNTS,
    DEMOLITION,
    INCOME,
    KNOWLEDGE,
    LEVELS,
    LOOK_AROUND,
    MEMBERS_FIRST,
    RAISES,
    RECORDS,
    RESIDENCE,
    SCHOOLING,
    SEEKERS_FOUND,
    SEPARATIONS,
    SUSPENSION,
    TRAINEES_FOUND,
)
from simulation.processes import matching, openings
from simulation.processes import training as courses
from simulation.records.audit import check_state
from simulation.records.collect import city_counts
from simulation.records.indicators import CITY_ONLY
from simulation.records.observe import fifth_of, fold
from simulation.records.records import Records
from simulation.rules.lots import served_order
from simulation.scratch import BIRTHS, DEATHS, ENDED, SEEKERS, TRAINEES, Work
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


class City(InBlocks):
    """One city under one policy."""

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
        waiting = () if past is None else tuple(past.policy.levers)
        state = with_rows_of_levers(policy, state, self.parameters, self.copy, begun, self._with_further, waiting)
        self.set_out(state, work)
        openings.order_workshops(state.workshops, state.posts, state.layout, len(self.population.sites))
        schools = self.population.schools["open_month"].to_numpy(np.int16) if past is None else past.school_openings
        self.school_openings = schools.copy()
        if past is None:
            open_missing_schools(self.school_openings, self.series.factors, fixed, state)
        context = Context(self.seed, state, fixed, self.parameters, self.school_openings)
        self.measures = begin_measures(self.series.factors, fixed, context)
        self.levers = Levers(policy, context, None if past is None else past.levers, self.month)
        self.city = {indicator.name: 0.0 for indicator in CITY_ONLY}
        self.policy_now, self._pays_otherwise = PolicyNow(0.0, 0.0), False
        self._policy_before = self.policy_now

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
            if lever.name in self.policy.levers and not self.levers.brings_the_same(lever):
                raise ValueError(f"lever {lever.name} would bring other households than those that wait already")
        other.go_on(self.given, self.fixed, policy, copy_state(self.state), self.records.copy(), self.work, self)
        other.city, other.policy_now = dict(self.city), self.policy_now
        self.share_years(other)

    def _with_further(self, state: State, like: Int64) -> State:
        """Return a state with further households (simulation/initial.py)."""
        given = self.population, self.parameters, self.seed, self.months, self.copy
        return with_further_households(state, *given, self.month, like)

    def advance(self) -> None:
        """Advance by one month.

        Steps of households wait for each other where nothing of the whole city lies between them (in_blocks.py).
        """
        self._waits = self.fuses
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
        self._waits = False
        self.month += 1

    def decide_allowances(self) -> None:
        """Who is on the rolls of the subsistence allowance, by last month's incomes under last month's policy."""
        self._policy_before = self.policy_now
        self.do(ALLOWANCES)

    def take_notice(self) -> None:
        """What the policy pays now."""
        self.levers_may_look("announce")
        before, self.policy_now = self.policy_now, self.levers.announce(self.month)
        self._pays_otherwise = before != self.policy_now or self.levers.pay_otherwise(self.month)

    @property
    def now(self) -> Parameters:
        """The numbers of the month."""
        return self.numbers_of(self.month)

    def age(self) -> None:
        """Births, deaths, leaving labour, school levels in September."""
        self.do(AGES)
        if self.month == 0 or self.month % MONTHS_PER_YEAR == SEPTEMBER:
            self.do(LEVELS)

    def open_and_close(self) -> None:
        """Levers, schools, workshops, posts, services, old houses."""
        state, fixed, month, jobs_numbers = self._state, self.fixed, self.month, self.now.jobs
        if self.series.demolishes(month):
            self.do(DEMOLITION)
        self.series.set_wages(month, state, self.parameters)
        self.measures.pull(month)
        self.levers_may_look("plan", "open", "add_posts")
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
        openings.update_services(state.sites, self.now.services)

    def hand_over_flats(self) -> None:
        """Arrivals of the month."""
        if self.months_of_moves & {self.month, NEVER}:
            self.do(ARRIVALS)

    def count_members(self) -> None:
        """Household sums over members, where something changed."""
        self.do(next((step for step in COUNTS if step > self._waiting), MEMBERS_FIRST))

    def update_jobs(self) -> None:
        """Separations, training, search, offers."""
        numbers, month, seed, work, series = self.now.jobs, self.month, self.seed, self.work, self.series
        if series.raises_wages(month):
            self.do(RAISES)
        self.do(SEPARATIONS)
        ended = series.end_surplus(seed, month, self.rows.labour, self.state, work) if series.posts_fall(month) else 0
        places = self.fixed.course_places[month]
        if places > 0:
            self.do(TRAINEES_FOUND)
        if not self.levers.act(month, ("train",)):
            self.do(SEEKERS_FOUND)
        state = self.state  # of the whole city: all have separated, and who may be trained is known
        trainees, seekers = work.totals[TRAINEES] if places > 0 else 0, work.seekers
        trained = courses.train(places, False, state.persons, numbers, work.trainees, work.trainee_lots[:trainees])
        by_levers = self.levers.train(month, self.rows.labour, work.rows, work.lots)
        if self.levers.act(month, ("train",)):
            self.do(SEEKERS_FOUND)
            state = self.state
        matching.note_courses(trained, work.totals[SEEKERS], state.persons, seekers)
        sites = state.sites
        sites.local_hires[:] = 0
        sites.local_hires_yuan[:] = sites.local_waited[:] = sites.away_waited[:] = 0.0
        counts, queue = np.zeros(2, dtype=np.int32), served_order(work.seeker_lots[: work.totals[SEEKERS]])
        fairs, organised = self.fixed.fair_posts[month], self._organised_places()
        matching.match_seekers(seed, month, queue, fairs, organised, state, numbers, seekers, counts)
        if series.suspends(month):
            self.do(SUSPENSION)
        self.city["separations"], self.city["trained"] = ended + int(work.totals[ENDED]), trained.size + by_levers
        self.city["hires"], self.city["fair_matches"] = counts[0], counts[1]

    def _organised_places(self) -> int:
        """Return the month's places of organised export: the yearly programme grows with the arrivals."""
        sites = self._state.sites
        arrived = sites.arrived.sum() - sites.flats_passed.sum()
        places = self.parameters.jobs.organised_places_per_1000 * arrived / 1000.0
        return self.series.organised(self.month, int(places * (self.month + 1)) - int(places * self.month))

    def update_schooling(self) -> None:
        """Seats by site and level."""
        self.do(SCHOOLING)

    def update_knowledge(self) -> None:
        """Policy knowledge, trust, attachment; what levers offer to households."""
        self.do(KNOWLEDGE)
        self.levers_may_look("offer")
        self.levers.offer(self.month, self.policy_now)

    def update_residence(self) -> None:
        """Who lives where."""
        self.do(RESIDENCE)

    def update_income(self) -> None:
        """What the month brought, and who farms."""
        self.do(INCOME)

    def look_around(self) -> None:
        """What households will see of each other next month."""
        self.do(LOOK_AROUND)

    def record(self) -> None:
        """Add the month to the records and the ledger."""
        self.do(RECORDS)
        state, month, city = self.state, self.month, self.city
        work, groups = self.work, self.records.groups
        fold(work.counts, groups, work.by_cell.counts, work.folded.counts)
        fold(work.amounts, groups, work.by_cell.amounts, work.folded.amounts)
        city |= city_counts(state)
        city["births"], city["deaths"] = work.totals[[BIRTHS, DEATHS]].tolist()
        city["income_poorest_fifth"] = fifth_of(work.bins)
        self.records.add(work.folded, city, month % 12 == FESTIVAL)
        self.levers.pay(month)
        if month % 12 == DECEMBER:
            check_state(state, month)
        self.forget_year()
