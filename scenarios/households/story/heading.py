"""The heading of a story: what is fixed about a household, from the tables of its population."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.households.story.phrases import (
    Block,
    Table,
    Words,
    level_text,
    sex,
)
from simulation.foundations.months import NEVER, SCHOOL_AGE_FROM, school_level
from simulation.model import Model
from simulation.rules.labour import alive, labourer
from simulation.rules.members import PENSION_YEARS
from simulation.state.population import MEMBERS_MAX


def heading_blocks(words: Words, model: Model, h: int, scenario: str) -> Iterator[Block]:
    """Yield the facts of household h, and its members when its flat is handed over."""
    yield words.say("head.title", household=h, scenario=scenario, seed=model.seed)
    yield Table([[words.say(f"head.{name}"), text] for name, text in _facts(words, model, h)])
    yield words.say("head.members")
    arrival = int(model.state.households.move_in_month[h])
    yield Table([[row] for row in _members(words, model, h, arrival)])


def _facts(words: Words, model: Model, h: int) -> Iterator[tuple[str, str]]:
    table, columns = model.population.households.iloc[h], model.state.households
    site = model.population.sites.iloc[int(table["site"])]
    text = words.say(
        "head.site_is",
        site=int(table["site"]),
        unit=words.known("unit", str(site["unit"])),
        kind=words.say(f"site_kind.{site['kind']}"),
        facilities=words.say(f"facilities.{site['facilities']}"),
        households=f"{model.state.sites.households[int(table['site'])]:,}",
        bus=words.say("bus.yes" if site["bus"] else "bus.no"),
    )
    km = float(site["distance_town_km"])
    yield "site", text + (words.say("head.town_km", km=f"{km:.0f}") if km > 0.0 else "")
    yield "poor", words.name("answer.yes" if table["registered_poor"] else "answer.no")
    yield "hamlet", words.name("answer.yes" if table["whole_village"] else "answer.no")
    yield "arrival", words.month(int(table["move_in_month"]))
    school = words.say("head.school_open" if table["origin_school_open"] else "head.school_closed")
    hours = f"{table['origin_hours']:.1f}"
    yield "origin", words.say("head.origin_is", km=f"{table['origin_km']:.0f}", hours=hours, school=school)
    land, rented, forest = (
        float(table[name]) for name in ("contracted_land_mu", "land_rented_out_mu", "land_to_forest_mu")
    )
    amounts = {"land": land, "rented": rented, "forest": forest, "left": max(0.0, land - rented - forest)}
    mu = {name: f"{value:.1f}" for name, value in amounts.items()}
    yield "land", words.say("head.land_is", **mu) if land > 0.0 else words.say("head.no_land")
    gone = int(table["old_house_demolished_month"])
    yield "house", words.say("head.stands") if gone >= NEVER else words.say("head.demolished", month=words.month(gone))
    yield (
        "transfers",
        words.say(
            "head.transfers_are",
            dividend=f"{columns.dividend_yuan[h]:,.0f}",
            subsidy=f"{columns.subsidy_yuan[h]:,.0f}",
            allowance=f"{columns.dibao[h] * model.parameters.income.dibao_yuan:,.0f}",
        ),
    )


def _members(words: Words, model: Model, h: int, month: int) -> Iterator[str]:
    """Yield number, sex, age and what a member does, in the month of the move."""
    persons, first = model.state.persons, model.state.households.first
    for i in range(int(first[h]), int(first[h + 1])):
        if not alive(persons, i, month):
            continue
        age = (month - int(persons.birth_month[i])) // 12
        level = school_level(persons.birth_month[i], month)
        if labourer(persons, i, month):
            parts = [words.say("person.labourer")]
        elif level >= 0:
            parts = [words.say("person.pupil", level=level_text(words, level))]
        elif age <= SCHOOL_AGE_FROM:
            parts = [words.say("person.infant")]
        elif month < int(persons.school_leave[i]) < NEVER:
            parts = [words.say("person.student")]
        else:
            parts = [words.say("person.old" if age >= PENSION_YEARS else "person.unable")]
        parts += [words.say("person.care")] if persons.care_need[i] else []
        parts += [words.say("person.allowance")] if persons.dibao[i] > 0 else []
        number = int(persons.key[i]) % MEMBERS_MAX + 1
        text = words.say("person.member", number=number, sex=sex(words, bool(persons.male[i]), age), age=age)
        yield words.say("person.is", member=text, what=words.say("standing.comma").join(parts))
