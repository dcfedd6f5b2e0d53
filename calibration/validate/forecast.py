"""The work of `python -m calibration.forecast`: what the model says of the years after 2019, before figures are read.

The draws of the posterior and as many of the prior run under `future=as_it_happened` to the end of 2027; after the last
point of a dated series its value holds. Kept are all measures of the city, some of its groups and sites, each December
from 2019 on (sums over a year end there). validation.csv is never read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from calibration.fitting.prior_draws import prior_draws
from calibration.validate.forecast_file import (
    Forecast,
    content_hash,
    is_day,
    read_forecast,
    shortened,
    write_forecast,
)
from calibration.validate.measure_list import AT_THE_FESTIVAL, MEASURES, OF_GROUPS, OF_SITES, OF_THE_POOR
from calibration.validate.measures import PRICED_TO, Measure
from calibration.validate.places import CITY, Place, places_of
from calibration.validate.predictive import DRAWS, FEWEST_DRAWS, RUNNING, Done, Wanted, Work, predictive
from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.output.plain_files import csv_text
from scenarios.base.text import Text
from scenarios.population.load import load_population
from scenarios.runs.parameter_sets import Draws, calibrated_by, check_draws, posterior_file, read_draws, setting
from scenarios.runs.sources import source_hash
from scenarios.settings.command import Call
from scenarios.settings.config import compose_run
from simulation.foundations.months import DECEMBER, FESTIVAL, MONTHS_PER_YEAR, REPORT_MONTH, month_index, month_label
from simulation.state.entities import Float
from simulation.state.future_names import AS_IT_HAPPENED

LAST = "2027-12"
DECEMBERS = tuple(range(REPORT_MONTH, month_index(LAST) + 1, MONTHS_PER_YEAR))
FESTIVALS = tuple(month - DECEMBER + FESTIVAL for month in DECEMBERS)
LATER = (REPORT_MONTH, *range(month_index("2024-12"), month_index(LAST) + 1, MONTHS_PER_YEAR))
"""The Decembers of sites and of groups, EVERY_YEAR left out: the file has to stay small."""
POOR = "registered_poor"
EVERY_YEAR = (CITY, POOR)
"""The places of which sources print most: all Decembers."""
RUNNING_PRIOR = Text("running draws of the prior", "正在运行先验抽样")


def make_forecast(call: Call) -> None:
    """Write the forecast of today, or of the day that is asked for."""
    words = (*call.words, f"future={AS_IT_HAPPENED}")
    config = compose_run(list(words), call.config_dir)
    day = call.own["date"] or date.today().isoformat()
    if not is_day(day):
        problem = Text("the day is not written YYYY-MM-DD", "日期应写作 YYYY-MM-DD")
        raise UserError(problem, key="date", found=day, allowed="2026-01-31")
    path = Path(call.own["output"]) / f"{day}.parquet"
    draws_file = call.own["draws_file"] or posterior_file(config)
    draws = read_draws(draws_file, calibrated_by(config))
    check_draws(draws, config, draws_file)
    n_draws = call.whole("draws", len(draws.table))
    made = {
        "program": "anju", "kind": "forecast", "made": day, "source": source_hash("forecast"),
        "draws": hash_of(draws, n_draws), "n_draws": n_draws, "setting": setting(config), "future": AS_IT_HAPPENED,
    }  # fmt: skip
    _check_new(path, made, call.own["replace"])
    wanted = wanted_rows(places_of(load_population(config)))
    both = []
    for stage, table in ((RUNNING, draws), (RUNNING_PRIOR, prior_draws(config, n_draws))):
        call.progress.stage(stage)
        work = Work(words, call.config_dir, table, month_index(LAST) + 1, tuple(each for _, each in wanted))
        done = lambda runs, of: call.progress.count(runs, of, DRAWS)  # noqa: E731
        both.append(forecast_values(work, n_draws, call.own["processes"], done))
    forecast = existing(Forecast(tuple(key for key, _ in wanted), both[0], both[1], made))
    write_forecast(path, forecast)
    hashed = content_hash(forecast)
    call.say(Text(f"Forecast: {shown_path(path)}, {len(forecast.keys):,} rows, sha256 {hashed}",
                  f"预测：{shown_path(path)}，{len(forecast.keys):,} 行，sha256 {hashed}"))  # fmt: skip
    call.say(Text("Commit both files: the history of the repository says when they were written.",
                  "请提交这两个文件：代码库的历史可证明写出时间。"))  # fmt: skip
    call.say_time()


def forecast_values(work: Work, n_draws: int, processes: int, done: Done) -> Float:
    """Return what a forecast keeps, shape (n_rows, n_draws)."""
    return shortened(predictive(work, n_draws, processes, done).T)


def wanted_rows(places: dict[str, Place]) -> list[tuple[tuple[str, str, str], Wanted]]:
    """Return the rows of a forecast: (measure, place, month), and what to take from a run."""
    rows = []
    for place in places.values():
        if place.larger:
            continue
        months = DECEMBERS if place.name in EVERY_YEAR else LATER
        for measure in measures_at(place):
            first, last = measure.first_month(place.peopled), PRICED_TO if measure.nominal else months[-1]
            at_home = FESTIVALS if place.name == CITY and measure.name in AT_THE_FESTIVAL else ()
            for month in sorted((*months, *at_home)):
                if first <= month <= last:
                    key = (measure.name, place.name, month_label(month))
                    rows.append((key, Wanted(measure, place.row, month)))
    return rows


def measures_at(place: Place) -> Sequence[Measure]:
    """Return the measures that a forecast has of a place."""
    if place.name == CITY:  # a count of one month is in the sum of its year
        return [
            measure for measure in MEASURES.values() if not measure.unit.endswith(("persons/month", "households/month"))
        ]
    names = OF_THE_POOR if place.name == POOR else OF_SITES if place.kind else OF_GROUPS
    return [MEASURES[name] for name in names]


def existing(forecast: Forecast) -> Forecast:
    """Return a forecast without the rows that divide by nobody in nearly all draws (seats of who has no children)."""
    both = (forecast.posterior, forecast.prior)
    kept = np.all([(~np.isnan(values)).sum(axis=1) >= FEWEST_DRAWS for values in both], axis=0)
    keys = tuple(key for key, keep in zip(forecast.keys, kept, strict=True) if keep)
    return forecast._replace(keys=keys, posterior=both[0][kept], prior=both[1][kept])


def hash_of(draws: Draws, n_draws: int) -> str:
    """Return the hash of the first `n_draws` of a table of draws."""
    return hashlib.sha256(csv_text(draws.table.head(n_draws)).encode()).hexdigest()


def _check_new(path: Path, made: Mapping[str, Any], replace: bool) -> None:
    """Raise UserError if a forecast of other draws or sources has that day: what was written down stays.

    It is asked before any run: the same draws and sources give the same forecast.
    """
    if replace or not path.exists():
        return
    stored = read_forecast(path).made
    if any(stored[name] != value for name, value in made.items()):
        problem = Text("another forecast of that day has been written down", "当天已写出另一份预测")
        hint = Text("name another day, date=YYYY-MM-DD, or replace=true", "请另写 date=YYYY-MM-DD，或用 replace=true")
        raise UserError(problem, key="date", found=shown_path(path), hint=hint)
