"""The heading of a story: what is fixed about a household, from the tables of its population."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.households.story.phrases import (
    Block,
    Table,
    Texts,
    level_text,
    sex,
)
from simulation.foundations.months import NEVER, SCHOOL_AGE_FROM, school_level
from simulation.model import Model
from simulation.rules.labour import alive, labourer
from simulation.rules.members import PENSION_YEARS
from simulation.state.population import MEMBERS_MAX


def heading_blocks(texts: Texts, model: Model, h: int, scenario: str) -> Iterator[Block]:
    """Yield the facts of household h, and its members when its flat is handed over."""
    yield texts.say("head.title", household=h, scenario=scenario, seed=model.seed)
    yield Table([[texts.say(f"head.{name}"), text] for name, text in _facts(texts, model, h)])
    yield texts.say("head.members")
    arrival = int(model.state.households.move_in_month[h])
    yield Table([[row] for row in _members(texts, model, h, arrival)])


def _facts(texts: Texts, model: Model, h: int) -> Iterator[tuple[str, str]]:
    table, columns = model.population.households.iloc[h], model.state.households
    site = model.population.sites.iloc[int(table["site"])]
    text = texts.say(
        "head.site_is",
        site=int(table["site"]),
        unit=texts.known("unit", str(site["unit"])),
        kind=texts.say(f"site_kind.{site['kind']}"),
        facilities=texts.say(f"facilities.{site['facilities']}"),
        households=f"{model.state.sites.households[int(table['site'])]:,}",
        bus=texts.say("bus.yes" if site["bus"] else "bus.no"),
    )
    km = float(site["distance_town_km"])
    yield "site", text + (texts.say("head.town_km", km=f"{km:.0f}") if km > 0.0 else "")
    yield "poor", texts.name("answer.yes" if table["registered_poor"] else "answer.no")
    yield "hamlet", texts.name("answer.yes" if table["whole_village"] else "answer.no")
    yield "arrival", texts.month(int(table["move_in_month"]))
    school = texts.say("head.school_open" if table["origin_school_open"] else "head.school_closed")
    hours = f"{table['origin_hours']:.1f}"
    yield "origin", texts.say("head.origin_is", km=f"{table['origin_km']:.0f}", hours=hours, school=school)
    land, rented, forest = (
        float(table[name]) for name in ("contracted_land_mu", "land_rented_out_mu", "land_to_forest_mu")
    )
    amounts = {"land": land, "rented": rented, "forest": forest, "left": max(0.0, land - rented - forest)}
    mu = {name: f"{value:.1f}" for name, value in amounts.items()}
    yield "land", texts.say("head.land_is", **mu) if land > 0.0 else texts.say("head.no_land")
    gone = int(columns.demolished_month[h])
    yield "house", texts.say("head.stands") if gone >= NEVER else texts.say("head.demolished", month=texts.month(gone))
    yield (
        "transfers",
        texts.say(
            "head.transfers_are",
            dividend=f"{columns.dividend_yuan[h]:,.0f}",
            subsidy=f"{columns.subsidy_yuan[h]:,.0f}",
            allowance=f"{columns.allowance_yuan[h]:,.0f}",
        ),
    )


def _members(texts: Texts, model: Model, h: int, month: int) -> Iterator[str]:
    """Yield number, sex, age and what a member does, in the month of the move."""
    persons, first = model.state.persons, model.state.households.first
    for i in range(int(first[h]), int(first[h + 1])):
        if not alive(persons, i, month):
            continue
        age = (month - int(persons.birth_month[i])) // 12
        level = school_level(persons.birth_month[i], month)
        if labourer(persons, i, month):
            parts = [texts.say("person.labourer")]
        elif level >= 0:
            parts = [texts.say("person.pupil", level=level_text(texts, level))]
        elif age <= SCHOOL_AGE_FROM:
            parts = [texts.say("person.infant")]
        elif month < int(persons.school_leave[i]) < NEVER:
            parts = [texts.say("person.student")]
        else:
            parts = [texts.say("person.old" if age >= PENSION_YEARS else "person.unable")]
        parts += [texts.say("person.care")] if persons.care_need[i] else []
        parts += [texts.say("person.allowance")] if persons.dibao[i] > 0 else []
        number = int(persons.key[i]) % MEMBERS_MAX + 1
        text = texts.say("person.member", number=number, sex=sex(texts, bool(persons.male[i]), age), age=age)
        yield texts.say("person.is", member=text, what=texts.say("standing.comma").join(parts))
