"""The tables that a city is made of: names, types, units and meanings of their columns.

The synthetic population (scenarios/population/) writes these tables as of the report month, December 2019, and
carries them back to the arrivals; a user's own tables may take the place of any of them. Months are indices
(simulation/foundations/months.py); `NEVER` stands for 'not within any run'. A person's life course (birth, school,
labour, death) is part of the table, because no lever acts on it: births and deaths after the report month are added by
the model, from its own seed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import pandas as pd

KINDS = ("county_town", "central_town", "rural")
FACILITIES = ("full", "own", "shared", "none")
COMMITTEES = ("none", "approved", "elected")
DIBAO = ("none", "rural", "urban")
SCHOOL_STATUS = ("open", "under_way", "not_started", "no_project")
MEMBERS_MAX = 64
"""A person's key is household * MEMBERS_MAX + member, so that its random numbers do not depend on the other rows."""


class Column(NamedTuple):
    """One column of a population table."""

    name: str
    dtype: str
    unit: str
    meaning: str
    allowed: tuple[str, ...] = ()


SITES = (
    Column("site", "int16", "id", "settlement site, 0 to n - 1, the row's own number"),
    Column("unit", "str", "name", "county or zone"),
    Column("street_office", "str", "name", "new street office that it belongs to; empty for none"),
    Column("kind", "str", "kind", "county town, central town or rural", KINDS),
    Column("facilities", "str", "kind", "full set, own, shared with the host village, or none", FACILITIES),
    Column("showcase", "bool", "flag", "built up as a showcase"),
    Column("market_area_m2", "int32", "m2", "farm-produce market; 0 for none"),
    Column("market_stalls", "int16", "stalls", "stalls in the market"),
    Column("market_shops", "int16", "shops", "shop fronts"),
    Column("startup_bases", "int16", "bases", "start-up and employment bases"),
    Column("clinics_existing", "int16", "facilities", "medical facilities already serving the site"),
    Column("clinics_new", "int16", "facilities", "medical facilities new or rebuilt"),
    Column("police_posts_open", "int16", "posts", "police posts in use"),
    Column("police_posts_building", "int16", "posts", "police posts being built"),
    Column("police_officers", "int16", "persons", "officers and auxiliaries"),
    Column("residents_committee", "str", "stage", "none, approved, or approved and elected", COMMITTEES),
    Column("employment_windows", "int16", "windows", "employment service windows"),
    Column("special_teachers", "int16", "persons", "special-post teachers recruited"),
    Column("bus", "bool", "flag", "served by an urban bus"),
    Column("distance_town_km", "float64", "km", "to the nearest town with jobs; 0 in a county town"),
    Column("industry", "float64", "index", "local posts per labourer relative to sites of its kind, mean 1"),
)
HOUSEHOLDS = (
    Column("household", "int32", "id", "0 to n - 1, the row's own number; rows are ordered by site, then hamlet"),
    Column("site", "int16", "id", "settlement site"),
    Column("hamlet", "int32", "id", "hamlet of origin; all of a whole-moved hamlet goes to one site in one month"),
    Column("whole_village", "bool", "flag", "moved with its whole hamlet"),
    Column("registered_poor", "bool", "flag", "registered poor household"),
    Column("move_in_month", "int16", "month", "month in which the flat is handed over"),
    Column("origin_km", "float64", "km", "road distance from origin to site"),
    Column("origin_hours", "float64", "hours", "travel time from origin to site"),
    Column("origin_school_open", "bool", "flag", "the old school near the origin still teaches"),
    Column("contracted_land_mu", "float64", "mu", "contracted farm land"),
    Column("land_rented_out_mu", "float64", "mu", "of it, rented out"),
    Column("land_to_forest_mu", "float64", "mu", "of it, returned to forest"),
    Column("forest_land_mu", "float64", "mu", "forest land"),
    Column("forest_rented_out_mu", "float64", "mu", "of it, rented out"),
    Column("forest_subsidy_yuan", "float64", "yuan/year", "farm-to-forest and public-forest subsidies"),
    Column("three_changes", "bool", "flag", "shareholder in the 'three changes' reform"),
    Column("dividend_yuan", "float64", "yuan/year", "its dividend; 0 for others"),
    Column("old_house_demolished_month", "int16", "month", "month of demolition; NEVER while it stands"),
)
PERSONS = (
    Column("household", "int32", "id", "household; rows are ordered by household, then member"),
    Column("member", "int8", "id", "0 to 63 within the household, for life"),
    Column("male", "bool", "flag", "sex"),
    Column("birth_month", "int16", "month", "month of birth"),
    Column("death_month", "int16", "month", "month of death if before the report month's end, else NEVER"),
    Column("labour_from_month", "int16", "month", "first month as a labourer; NEVER for who is never able"),
    Column(
        "labour_to_month",
        "int16",
        "month",
        "first month no longer a labourer (sixtieth birthday, or illness)",
    ),
    Column("school_leave_month", "int16", "month", "first month out of all schooling (past for adults)"),
    Column("care_need", "bool", "flag", "disabled, chronically ill or too old to be alone"),
    Column("skill", "float64", "share", "skill relative to what posts ask for, 0 to 1"),
    Column("dibao", "str", "kind", "subsistence allowance", DIBAO),
    Column("in_labour_scope", "bool", "flag", "in the households that the report's labour rows count"),
    Column("school_gap", "bool", "flag", "one of the children whom the missing schools are to serve"),
)
SCHOOLS = (
    Column("school", "int16", "id", "school or kindergarten, the row's own number"),
    Column("site", "int16", "id", "settlement site that it serves"),
    Column("level", "str", "kind", "main level", ("kindergarten", "primary", "middle")),
    Column("seats_kindergarten", "int16", "seats", "kindergarten seats"),
    Column("seats_primary", "int16", "seats", "primary seats"),
    Column("seats_middle", "int16", "seats", "middle-school seats"),
    Column("status", "str", "stage", "stage in the report month", SCHOOL_STATUS),
    Column("open_month", "int16", "month", "September of opening; NEVER unless funded"),
    Column("existing", "bool", "flag", "served the site before the programme's new schools"),
    Column("newly_provided", "bool", "flag", "one of the newly provided schools of the report"),
    Column("in_gap", "bool", "flag", "one of the schools still needed"),
    Column("project_2019", "bool", "flag", "one of the projects of 2019"),
)
WORKSHOPS = (
    Column("workshop", "int16", "id", "workshop, the row's own number"),
    Column("site", "int16", "id", "settlement site"),
    Column("posts", "int16", "posts", "posts when open"),
    Column("open_month", "int16", "month", "month of opening"),
)
PUBLIC_POSTS = (
    Column("unit", "str", "name", "county or zone"),
    Column("site", "int16", "id", "settlement site of the posts; -1 for posts elsewhere in the unit"),
    Column("posts", "int16", "posts", "public-welfare posts"),
    Column("open_month", "int16", "month", "month from which they exist"),
)
FAIRS = (
    Column("month", "int16", "month", "month of the job fair"),
    Column("special", "bool", "flag", "for relocated people only"),
    Column("firms", "int16", "firms", "firms present"),
    Column("posts", "int16", "posts", "posts offered"),
)
TRAININGS = (
    Column("month", "int16", "month", "month of the course"),
    Column("person_times", "int16", "person-times", "places taken"),
)
TABLES: dict[str, tuple[Column, ...]] = {
    "sites": SITES,
    "households": HOUSEHOLDS,
    "persons": PERSONS,
    "schools": SCHOOLS,
    "workshops": WORKSHOPS,
    "public_posts": PUBLIC_POSTS,
    "fairs": FAIRS,
    "trainings": TRAININGS,
}


@dataclass
class Population:
    """The tables of one city, with the columns above in that order and those dtypes ('str' is object)."""

    sites: pd.DataFrame
    households: pd.DataFrame
    persons: pd.DataFrame
    schools: pd.DataFrame
    workshops: pd.DataFrame
    public_posts: pd.DataFrame
    fairs: pd.DataFrame
    trainings: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
