"""`python -m simulation.national copies=90` runs the city's configuration at the size of a nation.

The same population many times over, each copy with its own random numbers, posts and programmes; the levers of
the scenario are pulled in every city. Records are by month and group of the nation, and by city; households are not
written out. The numbers are the same whatever the number of threads.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scenarios.base.console import aligned
from scenarios.base.errors import UserError
from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.households.trace import open_config, open_population
from scenarios.settings.command import guarded
from scenarios.settings.command_line import language_of, split_arguments
from scenarios.settings.own_keys import own_whole
from simulation.foundations.months import REPORT_MONTH, month_label

if TYPE_CHECKING:
    from simulation.nation import Nation

USAGE = """Usage: python -m simulation.national [copies=90] [threads=1] [any key of python -m simulation]

Runs many copies of the city, each with its own random numbers, posts and programmes, under one scenario.
The indicators (month, place, group, indicator, unit, value) go to the folder that output= names, as
indicators.parquet and indicators_nation.csv; without output= only the table on the screen is made.
population.size=town makes copies of a small town."""
OWN = ("copies", "threads")
MOST_COPIES, MOST_THREADS = 1000, 256
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
STARTING = Text("setting up the cities", "正在建立各城市")


def main(argv: Sequence[str] | None = None) -> int:
    """Run and print; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _main(words), language_of(words))


def _main(words: Sequence[str]) -> None:
    arguments, language = split_arguments(words, OWN), language_of(words)
    if arguments.help:
        print(USAGE)
        return
    copies = own_whole(arguments, "copies", 90, 1, MOST_COPIES)
    threads = own_whole(arguments, "threads", 1, 1, MOST_THREADS)
    config = open_config(arguments)
    wanted = any(word.partition("=")[0].strip() == "output" for word in arguments.overrides)
    from scenarios.base.folders import check_output, write_manifest, written_aside  # noqa: PLC0415 (not for the help)
    from scenarios.base.plain_files import write_csv  # noqa: PLC0415
    from scenarios.runs.provenance import run_manifest  # noqa: PLC0415
    from simulation.nation import Nation, most_copies  # noqa: PLC0415

    if wanted:
        check_output(config.output, config.digest)
    progress = Progress(language)
    started = time.monotonic()
    try:
        population = open_population(config, progress)
        progress.stage(STARTING)
        most = most_copies(population)
        if copies > most:
            problem = Text("so many copies of this population cannot be numbered", "该人口的副本过多，无法编号")
            raise UserError(problem, key="copies", found=copies, allowed=f"1-{most}")
        nation = Nation(
            population, config.parameters, config.policy, config.seed, config.months, copies, threads, collect=False
        )
        nation.run(progress)
    finally:
        progress.clear()
    print(table(nation, language))
    print(
        Text(
            f"{copies} cities, {config.months} months: {time.monotonic() - started:.0f} s",
            f"{copies} 个城市、{config.months} 个月：{time.monotonic() - started:.0f} 秒",
        ).say(language)
    )
    if wanted:
        frame = nation.records.frame()
        with written_aside(config.output, config.digest) as folder:
            frame.to_parquet(folder / "indicators.parquet", index=False)
            write_csv(frame[(frame["place"] == "city") & (frame["group"] == "all")], folder / "indicators_nation.csv")
            write_manifest(folder, {**run_manifest(config), "copies": copies})
        print(config.output)


def table(nation: Nation, language: str) -> str:
    """Return the headline numbers of the report month and of the last month as text."""
    from scenarios.base.labels import label  # noqa: PLC0415

    months = sorted({min(REPORT_MONTH, nation.month - 1), nation.month - 1})
    rows = [["", *(month_label(month) for month in months)]]
    for name in SHOWN:
        values = (nation.records.value(name, 0, month) for month in months)
        rows.append([label(f"indicator.{name}", language), *(f"{value:,.0f}" for value in values)])
    return aligned(rows, indent=0, right=range(1, len(rows[0])))
