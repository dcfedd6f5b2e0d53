"""From tables to state: the columns of a city before the first arrival.

Lasting personal traits that no table holds (taste, trust, efficiency, reservation wage) are drawn here, once, each
addressed by the household or person that it belongs to.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd

from simulation.foundations.allocation import allocate
from simulation.foundations.months import LEVELS, MONTHS_PER_YEAR, NEVER, REPORT_MONTH, SEPTEMBER
from simulation.foundations.numerics import exp
from simulation.foundations.random_numbers import (
    Q_EFFICIENCY,
    Q_FLAT_PATIENCE,
    Q_KNOWLEDGE,
    Q_RESERVATION,
    Q_SITE_EFFECT,
    Q_TASTE,
    Q_TRUST,
)
from simulation.processes.demography import add_future_lives, update_ages, update_levels
from simulation.rules.traits import draw_lognormals, draw_uniforms, normals
from simulation.rules.year_rows import rows_of_year
from simulation.state.columns import Table, new_table
from simulation.state.entities import (
    N_OPTIONS,
    NO_POST,
    Float,
    Households,
    Int64,
    Persons,
    Posts,
    Sites,
    State,
)
from simulation.state.fixed import Fixed
from simulation.state.parameters import Parameters
from simulation.state.pools import codes, post_pools
from simulation.state.population import (
    COMMITTEES,
    DIBAO,
    FACILITIES,
    KINDS,
    MEMBERS_MAX,
    Population,
)
from simulation.state.tally import N_TALLY

HOUSEHOLDS_PER_LINE = 400
"""A site with a bus has one line more for each so many households: the largest lie in towns with a network."""


def initial_state(
    population: Population,
    parameters: Parameters,
    seed: int,
    months: int,
    copy: int = 0,
) -> tuple[State, Fixed]:
    """Return the state before the first month, and what stays fixed.

    copy: which copy of the population this is: the same households and sites, with other random numbers.
    """
    first = copy * len(population.households)
    units = tuple(dict.fromkeys(population.sites["unit"]))
    persons_table = add_future_lives(population.persons, parameters.demography, seed, months, first)
    persons = _persons(persons_table, parameters, seed, first)
    households = _households(population.households, persons_table, parameters, seed, first)
    sites = _sites(population, persons_table, units, parameters, seed, copy)
    layout, posts, workshops, public = post_pools(population, units, sites, parameters, copy)
    hamlets = int(population.households["hamlet"].max()) + 1
    state = State(
        sites,
        posts,
        workshops,
        households,
        persons,
        layout,
        np.zeros((hamlets, N_OPTIONS)),
        np.zeros(hamlets, dtype=np.int32),
    )
    return state, _fixed(population, persons_table, units, sites, parameters, public, months)


def _persons(table: pd.DataFrame, parameters: Parameters, seed: int, first: int) -> Persons:
    jobs = parameters.jobs
    key = (first + table["household"].to_numpy(np.int64)) * MEMBERS_MAX + table["member"].to_numpy(np.int64)
    n = key.size
    efficiency, reservation = np.empty(n), np.empty(n)
    draw_lognormals(seed, Q_EFFICIENCY, key, exp(-0.5 * jobs.wage_spread**2), jobs.wage_spread, efficiency)  # mean 1
    draw_lognormals(seed, Q_RESERVATION, key, jobs.reservation_wage_yuan, jobs.reservation_spread, reservation)
    given = {
        "key": key,
        "household": table["household"],
        "birth_month": table["birth_month"],
        "death_month": table["death_month"],
        "male": table["male"],
        "labour_from": table["labour_from_month"],
        "labour_to": table["labour_to_month"],
        "school_leave": table["school_leave_month"],
        "care_need": table["care_need"],
        "in_scope": table["in_labour_scope"],
        "dibao": codes(table["dibao"], DIBAO),
        "efficiency": efficiency,
        "reservation_yuan": reservation,
        "skill": table["skill"].to_numpy(np.float64, copy=True),
        "post": np.full(n, NO_POST),
        "level": np.full(n, -1),
    }
    return new_table(Persons, n, given)


def with_further_households(
    state: State,
    population: Population,
    parameters: Parameters,
    seed: int,
    months: int,
    copy: int,
    month: int,
    like: Int64,
) -> State:
    """Return the state with further households as its last rows, without a flat and a month of moving in.

    month: the city's next; like: the rows of the households that they are like in all that the tables say, shape (n,).
    Traits, later births and deaths are drawn for them as for everybody, and until `month` they have lived as who has
    not moved does. Their keys come from the end of the numbers, so that no household of any copy has the same.
    """
    first = int(np.iinfo(np.int32).max) // MEMBERS_MAX - (copy + 1) * like.size
    members = population.persons["household"].to_numpy()
    begin, end = np.searchsorted(members, like), np.searchsorted(members, like, side="right")
    rows = np.concatenate([np.arange(a, b) for a, b in zip(begin, end, strict=True)])
    ours = population.persons.iloc[rows].reset_index(drop=True)
    ours["household"] = np.repeat(np.arange(like.size, dtype=members.dtype), end - begin)
    table = population.households.iloc[like].reset_index(drop=True)
    # They have not moved: the old house stands, and nothing of what came with the move has reached them.
    fresh = {"move_in_month": NEVER, "old_house_demolished_month": NEVER, "dividend_yuan": 0.0}
    table = table.assign(household=np.arange(like.size), **fresh).astype(table.dtypes.to_dict())
    persons_table = add_future_lives(ours, parameters.demography, seed, months, first)
    persons = _persons(persons_table, parameters, seed, first)
    households = _households(table, persons_table, parameters, seed, first)
    for gone in range(month):
        _live_on_the_list(gone, households, persons, state.posts)
    n, n_persons = state.households.key.size, state.persons.key.size
    offsets = {"household": n, "first": n_persons}
    return state._replace(
        households=_joined(state.households, households, offsets), persons=_joined(state.persons, persons, offsets)
    )


def _live_on_the_list(month: int, households: Households, persons: Persons, posts: Posts) -> None:
    """Go through a month of households without a flat: they age, go to school, and have no work in the city."""
    rows = rows_of_year(persons, households, month)
    update_ages(month, rows.ageing[month % MONTHS_PER_YEAR], households, persons, posts)
    if month == 0 or month % MONTHS_PER_YEAR == SEPTEMBER:
        update_levels(month, rows.school, households, persons)
    persons.months_without_work[rows.labour] += 1


def _joined(table: Table, further: Table, offsets: dict[str, int]) -> Table:
    """Return a table with the rows of another after its own; offsets: what is added to numbers of rows in it."""
    columns, others = cast("Any", table)._asdict(), cast("Any", further)._asdict()
    joined = {}
    for name, column in columns.items():
        other = others[name] + np.asarray(offsets.get(name, 0), dtype=column.dtype) if name in offsets else others[name]
        joined[name] = np.concatenate([column, other[1:] if name == "first" else other])
    return new_table(type(table), joined["key"].size, joined)


def _households(
    table: pd.DataFrame, persons: pd.DataFrame, parameters: Parameters, seed: int, first: int
) -> Households:
    knowledge, residence = parameters.knowledge, parameters.residence
    n = len(table)
    key = first + table["household"].to_numpy(np.int64)
    household = persons["household"].to_numpy()
    trust_normal, knowledge_normal = normals(seed, Q_TRUST, key)[:, 0], normals(seed, Q_KNOWLEDGE, key)[:, 0]
    patience = np.empty(n)
    draw_uniforms(seed, Q_FLAT_PATIENCE, key, patience)
    shortest, longest = residence.flat_given_up_from_months, residence.flat_given_up_to_months
    scope = np.zeros(n, dtype=bool)
    scope[household[persons["in_labour_scope"].to_numpy()]] = True
    given = {
        "key": key,
        "site": table["site"],
        "hamlet": table["hamlet"],
        "first": np.searchsorted(household, np.arange(n + 1)),
        "poor": table["registered_poor"],
        "move_in_month": table["move_in_month"],
        "origin_km": table["origin_km"],
        "origin_hours": table["origin_hours"],
        "origin_school": table["origin_school_open"],
        "land_mu": table["contracted_land_mu"] - table["land_rented_out_mu"] - table["land_to_forest_mu"],
        "rented_mu": table["land_rented_out_mu"],
        "subsidy_yuan": table["forest_subsidy_yuan"] / 12.0,
        "dividend_yuan": table["dividend_yuan"] / 12.0,
        "demolished_month": table["old_house_demolished_month"],
        "house": table["old_house_demolished_month"] == NEVER,
        "flat_patience": np.floor(shortest + patience * (longest - shortest + 1)),
        "taste": normals(seed, Q_TASTE, key, N_OPTIONS),
        "knowledge": np.clip(knowledge.initial_knowledge + knowledge.trait_spread * knowledge_normal, 0.0, 1.0),
        "trust": np.clip(knowledge.trust_mean + knowledge.trait_spread * trust_normal, 0.0, 1.0),
        "attachment_origin": np.ones(n),
        "in_scope": scope,
        "old_share": _old_share(persons, n),
        "tally": np.zeros((n, N_TALLY)),
    }
    return new_table(Households, n, given)


def _sites(
    population: Population, persons: pd.DataFrame, units: tuple[str, ...], parameters: Parameters, seed: int, copy: int
) -> Sites:
    table = population.sites
    n = len(table)
    site_of = population.households["site"].to_numpy()
    labour = (persons["labour_from_month"] <= REPORT_MONTH) & (persons["labour_to_month"] > REPORT_MONTH)
    labour &= persons["death_month"] > REPORT_MONTH
    committee = codes(table["residents_committee"], COMMITTEES)
    services, facilities = parameters.services, codes(table["facilities"], FACILITIES)
    score = np.array([1.0, 1.0, services.shared_facilities, 0.0])
    governance = services.governance_approved * (committee >= 1) + services.governance_elected * (committee >= 2)
    governance += services.governance_policed * (table["police_posts_open"] > 0)
    key = copy * n + np.arange(n, dtype=np.int64)
    given = {
        "unit": codes(table["unit"], units),
        "kind": codes(table["kind"], KINDS),
        "facilities": facilities,
        "facility_score": score[facilities],
        "showcase": table["showcase"],
        "clinics": table["clinics_existing"] + table["clinics_new"],
        "market": table["market_area_m2"] > 0,
        "governance": governance,
        "bus": table["bus"],
        "bus_lines": np.where(table["bus"], 1 + np.bincount(site_of, minlength=n) // HOUSEHOLDS_PER_LINE, 0),
        "distance_town_km": table["distance_town_km"],
        "effect": parameters.residence.site_effect_spread * normals(seed, Q_SITE_EFFECT, key)[:, 0],
        "title_clarity": np.full(n, parameters.knowledge.baseline_title_clarity),
        "rights_clarity": np.full(n, parameters.knowledge.baseline_rights_clarity),
        "seats": np.zeros((n, len(LEVELS))),
        "seated": np.zeros((n, len(LEVELS))),
        "children": np.zeros((n, len(LEVELS))),
        "unseated": np.zeros((n, len(LEVELS))),
        "riders": np.zeros((n, len(LEVELS))),
        "seat_share": np.ones((n, len(LEVELS))),
        "share": np.zeros((n, N_OPTIONS)),
        "knowledge": np.full(n, parameters.knowledge.initial_knowledge),
        "away_share": np.full(n, parameters.jobs.initial_away_share),
        "local_chance": np.full(n, parameters.jobs.initial_local_chance),
        "local_pay_yuan": np.full(n, parameters.jobs.wage_nearby_yuan),
        "away_chance": np.full(n, parameters.jobs.initial_away_chance),
        "labour_base": np.bincount(site_of[persons.loc[labour, "household"].to_numpy()], minlength=n),
        "households": np.bincount(site_of, minlength=n),
    }
    return new_table(Sites, n, given)


def _fixed(
    population: Population,
    persons: pd.DataFrame,
    units: tuple[str, ...],
    sites: Sites,
    parameters: Parameters,
    public: Int64,
    months: int,
) -> Fixed:
    jobs, table, schools = parameters.jobs, population.sites, population.schools
    density = np.array([jobs.nearby_posts_county_town, jobs.nearby_posts_central_town, jobs.nearby_posts_rural])
    places = table["market_stalls"] + table["market_shops"]
    per_unit = np.bincount(sites.unit, weights=sites.households, minlength=len(units))
    return Fixed(
        units=units,
        nearby_posts=density[sites.kind] * sites.labour_base * table["industry"].to_numpy(),
        business_places=places.to_numpy() + jobs.business_places_per_household * sites.households,
        market_m2=table["market_area_m2"].to_numpy(np.float64),
        unit_posts=allocate(round(jobs.nearby_public_posts_per_1000 * per_unit.sum() / 1000.0), per_unit).astype(
            np.float64
        ),
        school_site=schools["site"].to_numpy(np.int64),
        school_seats=schools[["seats_kindergarten", "seats_primary", "seats_middle"]].to_numpy(np.int64),
        school_status=tuple(schools["status"]),
        public_site=public,
        fair_posts=_yearly_again(population.fairs["month"], population.fairs["posts"], months),
        course_places=_yearly_again(population.trainings["month"], population.trainings["person_times"], months),
    )


def _old_share(persons: pd.DataFrame, n: int) -> Float:
    """Return the share of each household's members who are sixty and over in the report month, shape (n,)."""
    birth, death = persons["birth_month"].to_numpy(), persons["death_month"].to_numpy()
    present = (birth <= REPORT_MONTH) & (death > REPORT_MONTH)  # not who is born later: rows depend on the run's length
    old = present & (REPORT_MONTH - birth >= 60 * 12)
    household = persons["household"].to_numpy()
    size = np.bincount(household, weights=present, minlength=n)
    return np.asarray(np.bincount(household, weights=old, minlength=n) / np.maximum(1, size), dtype=np.float64)


def _yearly_again(month: pd.Series, amount: pd.Series, months: int) -> tuple[int, ...]:
    """Return sums by month, shape (months,); after the report month those of 2019 come again each year."""
    total = np.bincount(month, weights=amount, minlength=REPORT_MONTH + 1).astype(int)
    return tuple(int(total[m if m <= REPORT_MONTH else REPORT_MONTH - 11 + m % 12]) for m in range(months))
