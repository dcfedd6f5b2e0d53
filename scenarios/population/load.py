"""The population of a run: drawn for its readings, or the user's own tables, or both."""

from __future__ import annotations

from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.population.build import build_population
from scenarios.population.settings_file import read_settings
from scenarios.population.tables import read_tables, replace_tables
from scenarios.population.town import small_town
from scenarios.report.figures import figure_values, read_figures
from scenarios.settings.config import RunConfig
from scenarios.settings.generator import check_generator
from simulation.state.population import Population


def load_population(config: RunConfig) -> Population:
    """Return the population of a run: drawn for its readings, with the user's own tables in their places.

    Raises RegistryError with every error of figures.csv; UserError for figures that no population fits, with table,
    column and row for tables that do not hold together, and where the rules are loaded with another generator than the
    run's.
    """
    check_generator(config.generator)
    choice = config.population
    figures = read_figures(config.region / "figures.csv")
    make = build_population if choice.size == "city" else small_town
    try:
        settings = read_settings(config.region / "population.yaml")
        population = make(figure_values(figures), settings, config.reading, choice.seed)
    except ValueError as error:
        problem = Text("no population fits the figures of the region", "无法按该地区的数字合成人口")
        hint = Text(str(error), str(error))
        raise UserError(problem, key="region", found=config.region.name, hint=hint) from error
    if choice.tables is None:
        return population
    try:
        tables = read_tables(choice.tables)
        if not tables:
            raise ValueError(f"no table; allowed are {', '.join(population.tables())} as .csv or .parquet")
        return replace_tables(population, tables)
    except ValueError as error:
        problem = Text("'population.tables' cannot be used", "'population.tables' 中的表无法使用")
        hint = Text(str(error), str(error))
        raise UserError(problem, key="population.tables", found=choice.tables, hint=hint) from None
