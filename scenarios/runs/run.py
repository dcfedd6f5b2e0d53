"""One run: population, model, results in a folder that is either whole or not there.

`indicators.parquet` holds every record (month, place, group, indicator, unit, value), `indicators_city.csv` those of
the city as a whole, `final/` the state at the end, `money.csv` public money, `report_table.csv`, charts and
`report.html` what people read, `manifest.json` where it all comes from. The same input gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from scenarios.base.folders import check_output, write_manifest, written_aside
from scenarios.base.parquet_files import write_parquet
from scenarios.base.plain_files import write_csv
from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.population.load import load_population
from scenarios.report.figures import Figure, read_figures
from scenarios.report.patterns import read_patterns
from scenarios.runs.charts import draw_run
from scenarios.runs.facts import run_facts
from scenarios.runs.outcome import report_table
from scenarios.runs.provenance import run_manifest
from scenarios.runs.result_page import write_report
from scenarios.settings.config import RunConfig
from simulation.foundations.months import REPORT_MONTH, month_label
from simulation.model import Model
from simulation.state.population import Population

POPULATION = Text("making the population", "正在合成人口")
STARTING = Text("starting the model (the first run compiles it)", "正在启动模型（首次运行需编译）")
WRITING = Text("writing the results", "正在写出结果")


def run_scenario(config: RunConfig, progress: Progress | None = None) -> Path:
    """Run `config` and write its folder; return the folder. Raises UserError before anything is written."""
    return make_run(config, progress)[0]


def make_run(config: RunConfig, progress: Progress | None = None) -> tuple[Path, pd.DataFrame]:
    """Run `config`, write its folder, and return the folder and the table 'report against model'."""
    check_output(config.output, config.digest)
    _stage(progress, POPULATION)
    figures = read_figures(config.region / "figures.csv")
    population = load_population(config)
    _stage(progress, STARTING)
    model = Model(population, config.parameters, config.policy, config.seed, config.months)
    posts = _run(model, progress)
    _stage(progress, WRITING)
    with written_aside(config.output, config.digest) as folder:
        table = write_results(folder, config, model, figures, posts)
        write_manifest(folder, run_manifest(config))
    return config.output, table


def _run(model: Model, progress: Progress | None) -> pd.DataFrame:
    """Run the model to its end; return the posts of the report month."""
    kept: list[pd.DataFrame] = []

    def after_month(done: int, total: int) -> None:
        if done == REPORT_MONTH + 1:
            kept.append(model.final_tables()["posts"])
        if progress is not None:
            progress(done, total)

    model.run(after_month)
    return kept[0]


def open_population(config: RunConfig, progress: Progress | None = None) -> Population:
    """Return the population of a run; raises UserError."""
    _stage(progress, POPULATION)
    return load_population(config)


def write_results(
    folder: Path, config: RunConfig, model: Model, figures: dict[str, Figure], posts: pd.DataFrame
) -> pd.DataFrame:
    """Write everything but the manifest; return the table 'report against model'.

    posts: those of the report month (channel, site, filled).
    """
    frame = model.records.frame()
    write_parquet(frame, folder / "indicators.parquet")
    city = frame[(frame["place"] == "city") & (frame["group"] == "all")]
    write_csv(city, folder / "indicators_city.csv")
    (folder / "final").mkdir()
    for name, table in model.final_tables().items():
        write_parquet(table, folder / "final" / f"{name}.parquet")
    write_csv(model.money_frame(), folder / "money.csv")
    patterns = read_patterns(config.region / "patterns.csv")
    households = model.report_snapshot
    if households is None:
        raise ValueError(f"the run ends in {model.label}, before the month of the report")
    compared = report_table(frame, households, figures, patterns, config.reading, config.language, posts)
    write_csv(compared, folder / "report_table.csv")
    starts = sorted({month_label(lever.start_month) for lever in config.policy.levers.values()})
    kinds = [str(kind) for kind in model.population.sites["kind"]]
    draw_run(frame, folder, config.language, starts, kinds)
    title = f"{config.titles[config.language]} ({month_label(config.months - 1)})"
    write_report(folder, title, compared, config.language, run_facts(config, config.language))
    return compared


def _stage(progress: Progress | None, what: Text) -> None:
    if progress is not None:
        progress.stage(what)
