"""One run: population, model, results in a folder that is either whole or not there.

`indicators.parquet` holds every record (month, place, group, indicator, unit, value), `indicators_city.csv` those of
the city as a whole, `final/` the state at the end, `money.csv` public money, `report_table.csv`, charts and
`report.html` what people read, `manifest.json` where it all comes from. The same input gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from scenarios.base.output.folders import check_output, write_manifest, written_aside
from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.report.figures import read_figures
from scenarios.runs.charts import draw_run
from scenarios.runs.facts import run_facts
from scenarios.runs.model_run import Finished, finished_run, write_tables
from scenarios.runs.provenance import run_manifest
from scenarios.runs.result_page import write_report
from scenarios.settings.config import RunConfig
from simulation.foundations.months import month_label

WRITING = Text("writing the results", "正在写出结果")


def run_scenario(config: RunConfig, progress: Progress | None = None) -> Path:
    """Run `config` and write its folder; return the folder. Raises UserError before anything is written."""
    return make_run(config, progress)[0]


def make_run(config: RunConfig, progress: Progress | None = None) -> tuple[Path, pd.DataFrame]:
    """Run `config`, write its folder, and return the folder and the table 'report against model'."""
    check_output(config.output, config.digest)
    figures = read_figures(config.region / "figures.csv")
    finished = finished_run(config, progress)
    if progress is not None:
        progress.stage(WRITING)
    with written_aside(config.output, config.digest) as folder:
        table = write_tables(folder, config, finished, figures)
        _write_pages(folder, config, finished, table)
        write_manifest(folder, run_manifest(config))
    return config.output, table


def _write_pages(folder: Path, config: RunConfig, finished: Finished, table: pd.DataFrame) -> None:
    """Write the charts and the page; table: 'report against model'."""
    starts = sorted({month_label(lever.start_month) for lever in config.policy.levers.values()})
    kinds = [str(kind) for kind in finished.model.population.sites["kind"]]
    draw_run(finished.frame, folder, config.language, starts, kinds)
    title = f"{config.titles[config.language]} ({month_label(config.months - 1)})"
    write_report(folder, title, table, config.language, run_facts(config, config.language))
