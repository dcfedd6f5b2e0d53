"""Make the twin from a model's state: one object for each household, person, pool of posts, site and hamlet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from simulation.model import Model
from simulation.state.entities import NO_POST, NOT_MOVED
from simulation.state.tally import TALLY_COLUMN
from tests.reference.draws import Draws
from tests.reference.twin import Twin
from tests.reference.twin_household import Household
from tests.reference.twin_objects import Hamlet, Person, Pool, Site

OF_PERSONS = [
    "birth_month",
    "death_month",
    "male",
    "labour_from",
    "labour_to",
    "school_leave",
    "care_need",
    "dibao",
    "efficiency",
    "reservation_yuan",
    "skill",
    "trained",
    "channel",
    "wage_yuan",
    "months_in_job",
    "months_without_work",
    "suspended",
    "ever_employed",
    "carer",
    "level",
    "place",
]
OF_HOUSEHOLDS = [
    "poor",
    "move_in_month",
    "origin_km",
    "origin_hours",
    "origin_school",
    "land_mu",
    "rented_mu",
    "subsidy_yuan",
    "dividend_yuan",
    "allowance_yuan",
    "flat_patience",
    "taste",
    "house",
    "farms",
    "land_pooled",
    "attachment_site",
    "attachment_origin",
    "knowledge",
    "trust",
    "state",
    "months_in_state",
    "flat_kept",
    "review_due",
    "reviewed_month",
    "changed",
    "members",
    "employed",
    "local_workers",
    "away_workers",
    "seekers",
    "carers",
    "helpers",
    "elders",
    "dependants",
    "dibao",
    "local_wages_yuan",
    "unit_wages_yuan",
    "away_wages_yuan",
    "carer_away_yuan",
    "stopgap_yuan",
    "openness",
    "at_home",
    "school_age",
    "levels",
    "seated",
    "far_seats",
    "away_seats",
    "school_cost_yuan",
]
OF_POOLS = ["channel", "filled", "wage_yuan", "hours_share", "skill_required", "flexible", "reserved"]
OF_SITES = [
    "distance_town_km",
    "effect",
    "local_hires",
    "local_hires_yuan",
    "local_waited",
    "away_waited",
    "seated",
    "unseated",
    "children",
    "riders",
    "seat_share",
]


def build_twin(model: Model, twin_class: type[Twin] = Twin) -> Twin:
    """Return a twin in the state of a model between two months.

    What other processes give each month (sites, capacities, shares of neighbours) is left to `beside.Beside`.
    """
    state, parameters = model.state, model.parameters
    households, persons, layout = state.households, state.persons, state.layout
    twin = twin_class(parameters, Draws(model.seed, persons.key, households.key))
    for row, values in enumerate(records(state.posts, OF_POOLS)):
        pool = filled(Pool(), values)
        pool.number, pool.capacity = row, 0
        pool.elsewhere = layout.public_unit <= row < layout.nearby_public
        twin.pools.append(pool)
    lots = twin.draws.workshop_lots(state.workshops.key)
    for pool, lot in zip(twin.pools[layout.workshops :], lots, strict=True):
        pool.lot = lot
    for row, values in enumerate(records(state.sites, OF_SITES)):
        site = filled(Site(), values)
        site.number, unit = row, int(state.sites.unit[row])
        site.public_elsewhere = twin.pools[layout.public_unit + unit]
        site.nearby_public = twin.pools[layout.nearby_public + unit]
        twin.sites.append(site)
    twin.hamlets = [Hamlet() for _ in range(state.hamlet_arrived.size)]
    posts = persons.post.tolist()
    for row, values in enumerate(records(persons, OF_PERSONS)):
        person = filled(Person(), values)
        person.row, person.post = row, None if posts[row] == NO_POST else twin.pools[posts[row]]
        twin.persons.append(person)
    site_of, hamlet_of, first = households.site.tolist(), households.hamlet.tolist(), households.first.tolist()
    labourers = households.labourers.tolist()
    public = households.tally[:, TALLY_COLUMN["employed_public_post"]].tolist()
    for row, values in enumerate(records(households, OF_HOUSEHOLDS)):
        values |= {"row": row, "site": twin.sites[site_of[row]], "hamlet": twin.hamlets[hamlet_of[row]]}
        values |= {"in_public_posts": public[row]}
        values |= {"n_labourers": labourers[row], "persons": twin.persons[first[row] : first[row + 1]]}
        household = twin.household_class(twin, values)
        for person in household.persons:
            person.household = household
        twin.households.append(household)
        if household.state != NOT_MOVED and not household.changed:  # else its members are counted first of all
            list_members(household, model.month - 1)
    return twin


def list_members(household: Household, month: int) -> None:
    """List a household's labourers and pupils as the count of members of `month` did."""
    alive = [person for person in household.persons if person.birth_month <= month < person.death_month]
    household.labourers = [person for person in alive if person.labour_from <= month < person.labour_to]
    household.pupils = [person for person in alive if person.level >= 0]


def records(table: Any, names: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table of the state as plain Python values by name."""
    columns = [np.asarray(getattr(table, name)).tolist() for name in names]
    for values in zip(*columns, strict=True):
        yield dict(zip(names, values, strict=True))


def filled(thing: Any, values: dict[str, Any]) -> Any:
    """Return an object with its attributes set."""
    for name, value in values.items():
        setattr(thing, name, value)
    return thing
