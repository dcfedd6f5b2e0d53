"""Phrases that every part of a story uses: a member, what the member works at, where a child learns."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from scenarios.households.story.diary import Member
from simulation.foundations.months import LEVELS, SCHOOL_AGE_TO
from simulation.state.entities import (
    CHANNELS,
    FARM,
    PUBLIC_POST,
    SCHOOL_PLACES,
)


class Texts(Protocol):
    """Texts in one language."""

    def say(self, key: str, **fields: object) -> str:
        """Return a text of conf/story.yaml with its fields filled in."""

    def name(self, key: str) -> str:
        """Return a name of conf/labels/."""

    def known(self, section: str, name: str) -> str:
        """Return the text of a name, or the name itself where there is none."""

    def month(self, month: int) -> str:
        """Return a month as people write it."""


class Table(NamedTuple):
    """Rows of cells; numbers: all columns but the first end at one edge."""

    rows: list[list[str]]
    numbers: bool = False


Block = str | Table
"""A line, or a table whose columns are to stand under each other."""


def who(texts: Texts, member: Member) -> str:
    """Return a member with number, sex and age."""
    return texts.say("person.who", number=member.number, sex=sex(texts, member.male, member.age), age=member.age)


def sex(texts: Texts, male: bool, age: int) -> str:
    """Return man, woman, boy or girl."""
    if age < SCHOOL_AGE_TO:
        return texts.say("person.boy" if male else "person.girl")
    return texts.say("person.man" if male else "person.woman")


def job(texts: Texts, member: Member) -> str:
    """Return what a member works at: channel and kind of post, hours, wage."""
    name = CHANNELS[member.channel]
    if member.channel <= FARM:
        return texts.say(f"job.{name}")
    if member.channel == PUBLIC_POST:
        name += "_site" if member.at_site else "_unit"
    hours = texts.say("job.part_time") if member.hours_share < 1.0 else ""
    return texts.say("job.post", job=texts.say(f"job.{name}"), hours=hours, yuan=f"{member.wage_yuan:,.0f}")


def job_since(texts: Texts, member: Member, month: int, arrival: int) -> str:
    """Return what a member works at and since when, as of `month`, and whether the member is the carer."""
    text, since = job(texts, member), month - member.months
    if member.channel > FARM:
        before = since < arrival
        text = texts.say("job.since_before" if before else "job.since", post=text, month=texts.month(max(0, since)))
    return texts.say("job.carer", job=text) if member.carer else text


def schooling(texts: Texts, member: Member) -> str:
    """Return the level of a child and where it learns."""
    return texts.say("standing.child", level=level_text(texts, member.level), place=place_text(texts, member.place))


def level_text(texts: Texts, level: int) -> str:
    """Return the name of a school level within a sentence."""
    return lower(texts.name(f"level.{LEVELS[level]}"))


def place_text(texts: Texts, place: int) -> str:
    """Return the name of a place of learning within a sentence."""
    return lower(texts.name(f"school_place.{SCHOOL_PLACES[place]}"))


def lower(text: str) -> str:
    """Return a name as it stands within a sentence."""
    return text[:1].lower() + text[1:]


def sentence(text: str) -> str:
    """Return a text as it begins a sentence."""
    return text[:1].upper() + text[1:]
