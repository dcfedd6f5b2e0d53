"""One run's numbers: its population, the model run to its end, and the tables of its folder.

The hash of a run's sources covers what the functions here reach (sources.py); charts and pages are made of the tables
elsewhere, and nothing that draws is imported here.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from scenarios.base.errors import UserError
from scenarios.base.output.parquet_files import write_parquet
from scenarios.base.output.plain_files import write_csv
from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.population.load import load_population
from scenarios.report.figures import Figure
from scenarios.report.patterns import read_patterns
from scenarios.runs.outcome import report_table
from scenarios.settings.config import RunConfig
from scenarios.settings.plans import check_plans
from simulation.foundations.months import REPORT_MONTH
from simulation.model import Model
from simulation.nation import Nation, most_copies
from simulation.state.population import Population
from simulation.views import post_table

POPULATION = Text("making the population", "正在合成人口")
STARTING = Text("starting the model", "正在启动模型")
CITIES = Text("setting up the cities", "正在建立各城市")


class Finished(NamedTuple):
    """A model at its end; posts: those of the report month (channel, site, filled)."""

    model: Model
    posts: pd.DataFrame


def open_population(config: RunConfig, progress: Progress | None = None) -> Population:
    """Return the population of a run; raises UserError."""
    if progress is not None:
        progress.stage(POPULATION)
    population = load_population(config)
    check_plans(config.policy, len(population.sites))
    return population


def finished_run(config: RunConfig, progress: Progress | None = None) -> Finished:
    """Make the population and run the model to its end; raises UserError."""
    population = open_population(config, progress)
    if progress is not None:
        progress.stage(STARTING)
    return run_model(config, population, progress)


def run_model(config: RunConfig, population: Population, progress: Progress | None = None) -> Finished:
    """Run the model to its end; progress: called after every month."""
    model = Model(population, config.parameters, config.policy, config.seed, config.months, future=config.future)
    kept: list[pd.DataFrame] = []

    def after_month(done: int, total: int) -> None:
        if done == REPORT_MONTH + 1:
            kept.append(post_table(model.state, model.fixed))
        if progress is not None:
            progress(done, total)

    model.run(after_month)
    return Finished(model, kept[0])


def finished_nation(config: RunConfig, copies: int, threads: int, progress: Progress) -> Nation:
    """Make the population and run its copies to their end; raises UserError for too many copies."""
    population = open_population(config, progress)
    progress.stage(CITIES)
    most = most_copies(population)
    if copies > most:
        problem = Text("so many copies of this population cannot be numbered", "该人口的副本过多，无法编号")
        raise UserError(problem, key="copies", found=copies, allowed=f"1-{most}")
    nation = Nation(
        population,
        config.parameters,
        config.policy,
        config.seed,
        config.months,
        copies,
        threads,
        collect=False,
        future=config.future,
    )
    return nation.run(progress)


def write_tables(folder: Path, config: RunConfig, finished: Finished, figures: dict[str, Figure]) -> pd.DataFrame:
    """Write every table of a run; return the one of 'report against model'."""
    model = finished.model
    frame = model.records.frame()
    write_parquet(frame, folder / "indicators.parquet")
    write_csv(frame[(frame["place"] == "city") & (frame["group"] == "all")], folder / "indicators_city.csv")
    (folder / "final").mkdir()
    for name, table in model.final_tables().items():
        write_parquet(table, folder / "final" / f"{name}.parquet")
    write_csv(model.money_frame(), folder / "money.csv")
    patterns = read_patterns(config.region / "patterns.csv")
    households = model.report_snapshot
    if households is None:
        raise ValueError(f"the run ends in {model.label}, before the month of the report")
    compared = report_table(frame, households, figures, patterns, config.reading, config.language, finished.posts)
    write_csv(compared, folder / "report_table.csv")
    return compared
