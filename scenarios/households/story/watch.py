"""The model with eyes on some households: after each step of a month it writes into their diaries what has changed.

It changes nothing: the run is the one that `python -m simulation` makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scenarios.households.story.diary import (
    Diary,
    Member,
    Month,
    Standing,
)
from scenarios.households.story.reviews import check_review, drawn_number, review_of
from simulation.foundations.months import AFTER_FESTIVAL
from simulation.foundations.random_numbers import Q_SEPARATION
from simulation.model import Model
from simulation.processes.jobs import separation_probability
from simulation.rules.labour import alive, labourer
from simulation.state.entities import FARM, NOT_MOVED
from simulation.state.population import MEMBERS_MAX


class WatchedModel(Model):
    """The model, keeping the diaries of the households `watched`; everything else as in Model."""

    def __init__(self, *arguments: Any, watched: Sequence[int], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.diaries = {h: Diary(h) for h in watched}

    def age(self) -> None:
        """Begin the month of each diary; then see who was born, died, came of age."""
        for diary in self._begun():
            diary.months.append(Month(self.month))
        super().age()
        self._look("age")

    def open_and_close(self) -> None:
        """See measures and openings."""
        super().open_and_close()
        self._look("open")

    def hand_over_flats(self) -> None:
        """See arrivals: the diary of a household begins."""
        super().hand_over_flats()
        for h, diary in self.diaries.items():
            if diary.now is None and self.state.households.state[h] != NOT_MOVED:
                diary.months.append(Month(self.month))
                diary.see("arrival", self._standing(h), False, ())

    def update_jobs(self) -> None:
        """Foresee who loses a job by chance or closure; then see who works at what."""
        for diary in self._begun():
            diary.leaving = self._leaving(diary)
        super().update_jobs()
        self._look("jobs")

    def update_schooling(self) -> None:
        """See who learns where."""
        super().update_schooling()
        self._look("school")

    def update_knowledge(self) -> None:
        """See land handed over."""
        super().update_knowledge()
        self._look("land")

    def update_residence(self) -> None:
        """Take the reviews apart, let them happen, and see that the run chose what the diaries say."""
        for diary in self._begun():
            month, h = diary.months[-1], diary.household
            month.review, month.before_review = review_of(self, h), self._standing(h)
        super().update_residence()
        for diary in self._begun():
            review = diary.months[-1].review
            if review is not None:
                check_review(review, self, diary.household)
        self._look("residence")

    def update_income(self) -> None:
        """See who farms; the month is over."""
        super().update_income()
        self._look("income")
        for diary in self._begun():
            diary.months[-1].end = diary.now

    def _begun(self) -> list[Diary]:
        return [diary for diary in self.diaries.values() if diary.now is not None]

    def _look(self, step: str) -> None:
        levers = self.policy.levers.values() if step == "open" else ()
        measures = [lever.name for lever in levers if lever.start_month == self.month]
        for diary in self._begun():
            h = diary.household
            diary.see(step, self._standing(h), bool(self.state.households.review_due[h] > 0), measures)

    def _standing(self, h: int) -> Standing:
        households, sites = self.state.households, self.state.sites
        first, behind, s = int(households.first[h]), int(households.first[h + 1]), int(households.site[h])
        return Standing(
            state=int(households.state[h]),
            months_in_state=int(households.months_in_state[h]),
            flat_kept=bool(households.flat_kept[h]),
            land_pooled=bool(households.land_pooled[h]),
            income_yuan=float(households.income_yuan[h]),
            members={i: self._member(i) for i in range(first, behind) if alive(self.state.persons, i, self.month)},
            bus=bool(sites.bus[s]),
            seats=tuple(int(seats) for seats in sites.seats[s]),
        )

    def _member(self, i: int) -> Member:
        persons, posts = self.state.persons, self.state.posts
        post = int(persons.post[i])
        return Member(
            number=int(persons.key[i]) % MEMBERS_MAX + 1,
            male=bool(persons.male[i]),
            age=(self.month - int(persons.birth_month[i])) // 12,
            labourer=bool(labourer(persons, i, self.month)),
            channel=int(persons.channel[i]),
            at_site=post >= 0 and int(posts.site[post]) >= 0,
            hours_share=float(posts.hours_share[post]) if post >= 0 else 1.0,
            wage_yuan=float(persons.wage_yuan[i]),
            months=int(persons.months_in_job[i]),
            carer=bool(persons.carer[i]),
            level=int(persons.level[i]),
            place=int(persons.place[i]),
            trained=int(persons.trained[i]),
        )

    def _leaving(self, diary: Diary) -> dict[int, str]:
        """Return why each member who will lose a job this month loses it: closure, festival, or '' for chance."""
        persons, posts, jobs = self.state.persons, self.state.posts, self.parameters.jobs
        causes: dict[int, str] = {}
        for i in diary.now.members if diary.now is not None else ():
            channel, post = persons.channel[i], persons.post[i]
            if channel <= FARM:
                continue
            drawn = drawn_number(self.seed, Q_SEPARATION, self.month, persons.key[i])
            if post >= self.state.layout.workshops and posts.capacity[post] == 0:
                causes[i] = "closure"
            elif drawn < separation_probability(channel, False, jobs):
                causes[i] = ""
            elif drawn < separation_probability(channel, self.month % 12 == AFTER_FESTIVAL, jobs):
                causes[i] = "festival"
        return causes
