"""One run: population, model, results in a folder that is either whole or not there.

`indicators.parquet` holds every record (month, place, group, indicator, unit, value), `indicators_city.csv` those of
the city as a whole, `final/` the state at the end, `money.csv` public money, `report_table.csv`, charts and
`report.html` what people read, `manifest.json` where it all comes from. The same input gives the same bytes.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pandas as pd

from scenarios.base.beside import Here
from scenarios.base.output.folders import check_output, write_manifest, written_aside
from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.report.figures import read_figures
from scenarios.runs.facts import run_facts
from scenarios.runs.model_run import Finished, finished_run, write_tables
from scenarios.runs.provenance import manifest_of
from scenarios.runs.series import drawn_rows
from scenarios.settings.config import RunConfig
from simulation.foundations.months import month_label

WRITING = Text("writing the results", "正在写出结果")


MADE_OF = "scenarios.runs.pages:made_of"
DRAW_CHARTS = "scenarios.runs.pages:draw_charts"
WRITE_PAGE = "scenarios.runs.pages:write_page"
"""What a second process may do, by name: what draws takes long to import."""


def run_scenario(config: RunConfig, progress: Progress | None = None) -> Path:
    """Run `config` and write its folder; return the folder. Raises UserError before anything is written."""
    return make_run(config, progress, Here())[0]


def make_run(config: RunConfig, progress: Progress | None, other: Here) -> tuple[Path, pd.DataFrame]:
    """Run `config`, write its folder, and return the folder and the table 'report against model'.

    other: makes charts and page, here or in a second process; it is closed.
    """
    check_output(config.output, config.digest)
    other.ask(MADE_OF, "run")
    figures = read_figures(config.region / "figures.csv")
    finished = finished_run(config, progress)
    if progress is not None:
        progress.stage(WRITING)
    # Closed before the folder is removed where something fails: else the other would write into it once more.
    with written_aside(config.output, config.digest) as folder, closing(other):
        _ask_for_charts(folder, config, finished, other)
        table = write_tables(folder, config, finished, figures)
        title = f"{config.titles[config.language]} ({month_label(config.months - 1)})"
        facts = run_facts(config, config.language)
        other.ask(WRITE_PAGE, folder, title, table, config.language, facts)
        made_of, _, _ = (other.answer() for _ in (MADE_OF, DRAW_CHARTS, WRITE_PAGE))
        write_manifest(folder, manifest_of(config, made_of))
    return config.output, table


def _ask_for_charts(folder: Path, config: RunConfig, finished: Finished, other: Here) -> None:
    starts = sorted({month_label(lever.start_month) for lever in config.policy.levers.values()})
    kinds = [str(kind) for kind in finished.model.population.sites["kind"]]
    other.ask(DRAW_CHARTS, drawn_rows(finished.model.records), folder, config.language, starts, kinds)
