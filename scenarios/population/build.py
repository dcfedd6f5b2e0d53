"""The synthetic population of a city: every countable input figure of the report exactly, the rest from evidence.

It is made as of December 2019, the report's date, and carried back to the arrivals. The report's figures come before
the evidence: under reading labour_scope = poor, 64 % labourers among the registered poor leave no room for the old
people and students that the evidence has, and their shares are lower there (settings, group composition).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from scenarios.population.households import draw_households, old_house_months
from scenarios.population.jobs import draw_fairs, draw_public_posts, draw_trainings, draw_workshops
from scenarios.population.land import draw_land, draw_shares
from scenarios.population.people.persons import draw_persons
from scenarios.population.schools import (
    children_by_site,
    draw_children_in_gap,
    draw_gap,
    draw_schools,
    levels_now,
)
from scenarios.population.settings import PopulationSettings
from scenarios.population.sites import draw_sites, with_teachers
from scenarios.population.tables import with_schema
from scenarios.settings.schema import reading_values
from simulation.foundations.months import KINDERGARTEN, NEVER
from simulation.state.population import Population


def full_reading(reading: Mapping[str, str]) -> dict[str, str]:
    """Return the reading with the defaults of what it does not name.

    Raises ValueError for a reading or value that does not exist.
    """
    allowed = reading_values()
    for key, value in reading.items():
        if value not in allowed.get(key, ()):
            listed = ", ".join(allowed[key]) if key in allowed else "one of " + ", ".join(allowed)
            raise ValueError(f"reading {key} = {value}: allowed is {listed}")
    return {key: reading.get(key, values[0]) for key, values in allowed.items()}


def build_population(
    figures: Mapping[str, float], settings: PopulationSettings, reading: Mapping[str, str], seed: int
) -> Population:
    """Return the synthetic population of the city.

    `figures` holds the report's values by id, `reading` the readings that differ from the default. The same arguments
    give the same bytes.

    Raises ValueError where a reading is unknown or figures and settings can't hold together.
    """
    read = full_reading(reading)
    sites, site_households = draw_sites(figures, settings.sites, seed)
    households, size = draw_households(figures, settings, sites, site_households, seed)
    land = draw_land(figures, settings.land, households, size, seed)
    shares, dividend = draw_shares(figures, settings.land, households, land, seed)
    households = pd.concat([households, land], axis=1)
    households["three_changes"] = shares
    households["dividend_yuan"] = dividend.astype(np.float64)
    households["old_house_demolished_month"] = old_house_months(
        settings.households, households, read["old_house_standing"], seed
    )

    persons = draw_persons(figures, settings, households, sites, size, read, seed)
    site = households["site"].to_numpy(dtype=np.int64)[persons["household"].to_numpy()]
    alive = persons["death_month"].to_numpy() == NEVER
    level = np.where(alive, levels_now(persons["birth_month"].to_numpy(dtype=np.int64)), -1)
    children = children_by_site(site, level, len(sites))
    gap = draw_gap(figures, settings.schools, sites, children, seed)
    persons["school_gap"] = draw_children_in_gap(site, level, gap, seed)
    first = households.groupby("site")["move_in_month"].min().to_numpy(dtype=np.int64)
    return Population(
        sites=with_schema("sites", with_teachers(sites, children[:, KINDERGARTEN + 1 :].sum(axis=1), figures)),
        households=with_schema("households", households),
        persons=with_schema("persons", persons),
        schools=with_schema("schools", draw_schools(figures, settings.schools, sites, children, gap, read, seed)),
        workshops=with_schema("workshops", draw_workshops(settings.jobs, sites, site_households, first, seed)),
        public_posts=with_schema(
            "public_posts", draw_public_posts(figures, settings.jobs, sites, site_households, first, seed)
        ),
        fairs=with_schema("fairs", draw_fairs(figures, settings.jobs, seed)),
        trainings=with_schema("trainings", draw_trainings(figures, settings.jobs, seed)),
    )
