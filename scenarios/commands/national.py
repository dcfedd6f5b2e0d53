"""The work of `python -m simulation.national`: the city's configuration at the size of a nation.

The same population many times over, each copy with its own random numbers, posts and programmes; the levers of
the scenario are pulled in every city. Records are by month and group of the nation, and by city; households are not
written out. The numbers are the same whatever the number of threads.
"""

from __future__ import annotations

from scenarios.base.console import aligned
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.labels import label
from scenarios.base.output.folders import check_output, write_manifest, written_aside
from scenarios.base.output.parquet_files import write_parquet
from scenarios.base.output.plain_files import write_csv
from scenarios.base.text import Text
from scenarios.runs.model_run import finished_nation
from scenarios.runs.provenance import run_manifest
from scenarios.settings.command import Call
from scenarios.settings.config import check_baseline, compose_run
from simulation.foundations.months import REPORT_MONTH, month_label
from simulation.nation import Nation

SHOWN = (
    "households",
    "households_settled",
    "households_both_ends",
    "households_away",
    "households_returned",
    "persons_resident",
    "employed",
    "children_without_seat",
)


def national(call: Call) -> None:
    """Run the cities and print their headline numbers."""
    copies, threads, progress = call.own["copies"], call.own["threads"], call.progress
    config = compose_run(call.run_words, call.config_dir)
    check_baseline(config)
    wanted = any(word.partition("=")[0].strip() == "output" for word in call.words)
    if wanted:
        check_output(config.output, config.digest)
    nation = finished_nation(config, copies, threads, progress)
    call.say(table(nation, call.language))
    call.say(
        Text(
            f"{copies} cities, {config.months} months: {progress.seconds:.0f} s",
            f"{copies} 个城市、{config.months} 个月：{progress.seconds:.0f} 秒",
        )
    )
    if wanted:
        frame = nation.records.frame()
        with written_aside(config.output, config.digest) as folder:
            write_parquet(frame, folder / "indicators.parquet")
            write_csv(frame[(frame["place"] == "city") & (frame["group"] == "all")], folder / "indicators_nation.csv")
            write_manifest(folder, {**run_manifest(config, "national"), "copies": copies})
        call.say(shown_path(config.output))


def table(nation: Nation, language: str) -> str:
    """Return the headline numbers of the report month and of the last month as text."""
    months = sorted({min(REPORT_MONTH, nation.month - 1), nation.month - 1})
    rows = [["", *(month_label(month) for month in months)]]
    for name in SHOWN:
        values = (nation.records.value(name, 0, month) for month in months)
        rows.append([label(f"indicator.{name}", language), *(f"{value:,.0f}" for value in values)])
    return aligned(rows, indent=0, right=range(1, len(rows[0])))
