"""The synthetic population: from the report's figures and the evidence to the tables of a city."""

from scenarios.population.build import READINGS, build_population, full_reading
from scenarios.population.rules import check_table, check_tables
from scenarios.population.settings import PopulationSettings
from scenarios.population.settings_file import read_lines, read_settings
from scenarios.population.tables import read_tables, replace_tables, with_schema, write_tables
from scenarios.population.town import shrink, small_town, take_sites, town_of

__all__ = [
    "READINGS",
    "PopulationSettings",
    "build_population",
    "check_table",
    "check_tables",
    "full_reading",
    "read_lines",
    "read_settings",
    "read_tables",
    "replace_tables",
    "shrink",
    "small_town",
    "take_sites",
    "town_of",
    "with_schema",
    "write_tables",
]
