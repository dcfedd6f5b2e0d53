"""The diary of a household: what it was at one moment and the next, and what has happened in between.

Only comparisons are made here; scenarios/households/story/watch.py looks at the model and writes the diary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from scenarios.households.story.reviews import Review
from simulation.foundations.months import SCHOOL_AGE_TO
from simulation.state.entities import FARM, NONE, SEATED

UNKNOWN_SCHOOL = (-2, -2)
"""School level and place of a child of whom nothing is known yet."""
BORN = (-1, 0)
"""School level and place of a newborn child."""
LOSSES = {"closure": "loses_job_closure", "festival": "loses_job_festival", "": "loses_job"}
"""What the loss of a job is called, by its cause."""
JOB_REASONS = (*LOSSES.values(), "finds_job", "changes_job", "loses_and_finds")
STEP_REASONS = {"age": "member", "open": "measure", "jobs": "work", "school": "school", "land": "land"}
"""What a step of the month is about, where no single happening says it."""


class Member(NamedTuple):
    """A person at one moment. number: from 1, for life; months: in the job; hours_share: of the post, of full time."""

    number: int
    male: bool
    age: int
    labourer: bool
    channel: int
    at_site: bool
    hours_share: float
    wage_yuan: float
    months: int
    carer: bool
    level: int
    place: int
    trained: int


class Standing(NamedTuple):
    """A household at one moment. income_yuan: a month per head; members: those alive, by row; seats: of its site."""

    state: int
    months_in_state: int
    flat_kept: bool
    land_pooled: bool
    income_yuan: float
    members: dict[int, Member]
    bus: bool
    seats: tuple[int, ...]


class Happening(NamedTuple):
    """Something that happens: a key of conf/story.yaml (section happens), to whom, and what belongs to it.

    was: the member before; facts: names and numbers for the text.
    """

    kind: str
    member: Member | None = None
    was: Member | None = None
    facts: Mapping[str, Any] = MappingProxyType({})


@dataclass
class Month:
    """One month: what happened, the review with its reasons, the household before the review and at the month's end."""

    month: int
    happenings: list[Happening] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    review: Review | None = None
    before_review: Standing | None = None
    end: Standing | None = None

    @property
    def eventful(self) -> bool:
        """Whether anything happened."""
        return bool(self.happenings) or (self.review is not None and self.review.takes_place)


@dataclass
class Diary:
    """The months of one household since its flat was handed over.

    now: the household as last seen (None before it arrives); due: whether it was then due to review; school: level and
    place of each child as last seen; leaving: why members lose their jobs in this month.
    """

    household: int
    months: list[Month] = field(default_factory=list)
    now: Standing | None = None
    due: bool = False
    school: dict[int, tuple[int, int]] = field(default_factory=dict)
    leaving: dict[int, str] = field(default_factory=dict)

    def see(self, step: str, now: Standing, due: bool, measures: Sequence[str]) -> None:
        """Enter what `step` of the month has changed. due: due to review; measures: levers that start now."""
        month, was = self.months[-1], self.now
        if was is None:
            month.happenings.append(Happening("arrives"))
            month.happenings += [Happening("brings_job", m) for m in now.members.values() if m.channel > FARM]
            self.school = dict.fromkeys(now.members, UNKNOWN_SCHOOL)
        else:
            found = [Happening("measure", facts={"lever": name}) for name in measures] + place_changes(was, now)
            for i in sorted({**was.members, **now.members}):
                found += self._member_changes(step, i, was.members.get(i), now.members.get(i))
            if due:
                reasons = reasons_in(step, was, now, found) or ([] if self.due else [STEP_REASONS.get(step, "other")])
                month.reasons += [reason for reason in reasons if reason not in month.reasons]
            month.happenings += found
        self.now, self.due = now, due

    def _member_changes(self, step: str, i: int, was: Member | None, now: Member | None) -> list[Happening]:
        if now is None:
            return [] if was is None else [Happening("dies", was, was)]
        if was is None:
            self.school[i] = BORN
            return [Happening("born", now)]
        found = []
        kind = job_change(step, self.leaving.get(i), was, now)
        if now.labourer != was.labourer and kind != "ages_out":
            found.append(Happening("comes_of_age" if now.labourer else "leaves_labour", now, was))
        if now.trained > was.trained:
            found.append(Happening("trained", now, was))
        if kind:
            found.append(Happening(kind, now, was))
        if step == "school":
            level, place = self.school.get(i, UNKNOWN_SCHOOL)
            self.school[i] = (now.level, now.place)
            if now.level != level and now.level >= 0:
                found.append(Happening("learns" if (level, place) == UNKNOWN_SCHOOL else "starts_school", now, was))
            elif now.level < 0 <= level:
                found.append(Happening("ends_school", now, was))
            elif now.level >= 0 and now.place != place:
                found.append(Happening("school_place", now, was, {"old": place}))
        return found


def place_changes(was: Standing, now: Standing) -> list[Happening]:
    """Return what has changed at the site (seats only if children may use them), with the land and with the flat."""
    found = [Happening("bus")] if now.bus and not was.bus else []
    young = now.flat_kept and any(member.age < SCHOOL_AGE_TO for member in now.members.values())
    for level, (before, seats) in enumerate(zip(was.seats, now.seats, strict=True)):
        if seats != before and young:
            found.append(Happening("seats", facts={"level": level, "seats": seats, "change": seats - before}))
    found += [Happening("land_pooled")] if now.land_pooled and not was.land_pooled else []
    return found + ([Happening("flat_given_up")] if was.flat_kept and not now.flat_kept else [])


def job_change(step: str, cause: str | None, was: Member, now: Member) -> str:
    """Return the kind of happening that turns the job of `was` into that of `now`, or an empty text.

    cause: why chance or a closure ends the job in this month (a key of LOSSES); None if they don't.
    """
    worked, works = was.channel > FARM, now.channel > FARM
    if worked and not works:
        return {"residence": "gives_up_job", "age": "ages_out"}.get(step, LOSSES[cause or ""])
    if works and not worked:
        return "finds_job_by_move" if step == "residence" else "finds_job"
    if works and step == "residence" and now.channel != was.channel:
        return "changes_job_by_move"
    if works and step == "jobs" and now.months != was.months + 1:
        return "changes_job" if cause is None else "loses_and_finds"
    if step == "income" and now.labourer and {was.channel, now.channel} == {NONE, FARM}:
        return "farms" if now.channel == FARM else "stops_farming"
    return ""


def reasons_in(step: str, was: Standing, now: Standing, happenings: Sequence[Happening]) -> list[str]:
    """Return what gives a household reason to review where it lives (keys of conf/story.yaml, section review)."""
    kinds = [happening.kind for happening in happenings]
    if step == "jobs":
        return ["work"] if any(kind in JOB_REASONS for kind in kinds) else []
    if step == "school":
        seats = [SEATED in (h.member.place, h.facts.get("old")) for h in happenings if h.member is not None]
        return ["school"] if any(seats) else []
    if step == "age":
        levels = [m.level not in (was.members[i].level, -1) for i, m in now.members.items() if i in was.members]
        work = any(h.was is not None and h.was.channel > FARM for h in happenings if h.kind in ("ages_out", "dies"))
        return ["school"] * any(levels) + ["member"] * work
    return ["land"] if "land_pooled" in kinds else []
