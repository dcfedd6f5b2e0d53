"""The work of `python -m calibration.score`: a forecast that was written down, against the figures read since.

First the forecast's hash is checked and the day said on which it was made. Rows whose measure, place and month it holds
are scored by it; for others the draws are run now, which is said: those were not written down before. Figures that were
used before are shown and never scored. Nothing is written before all is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from calibration.fitting.prior_draws import prior_draws
from calibration.validate.command import FILE as ROWS_FILE
from calibration.validate.command import nothing_line, verdict_text
from calibration.validate.forecast import RUNNING_PRIOR, hash_of
from calibration.validate.forecast_file import Forecast, newest, read_forecast, shortened
from calibration.validate.places import places_of
from calibration.validate.predictive import (
    DRAWS,
    RUNNING,
    SIGNIFICANT_DIGITS,
    Work,
    check_exists,
    months_of,
    predictive,
    wanted_of,
)
from calibration.validate.rows import OutsideFigure, load_validation
from calibration.validate.score_chart import NAME, write_score_charts
from calibration.validate.scores import Scored, Values, as_in_2019, base_month, score_rows, score_table, totals, words
from calibration.validate.used import NEVER_SCORED
from scenarios.base.console import ruled
from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.labels import LANGUAGES, label
from scenarios.base.output.folders import check_folder
from scenarios.base.output.plain_files import write_csv, write_json
from scenarios.base.output.whole_files import folder_beside
from scenarios.base.text import Text
from scenarios.population.load import load_population
from scenarios.runs.parameter_sets import Draws, calibrated_by, check_draws, posterior_file, read_draws, setting
from scenarios.runs.sources import source_hash
from scenarios.settings.command import Call
from scenarios.settings.config import RunConfig, compose_run
from simulation.foundations.months import month_label
from simulation.state.entities import Float
from simulation.state.future_names import AS_IT_HAPPENED

ROWS, TOTALS, ABOUT = f"{NAME}.csv", f"{NAME}_totals.csv", f"{NAME}.json"
FILES = (ROWS, TOTALS, ABOUT, *(f"{NAME}.{language}.{form}" for language in LANGUAGES for form in ("svg", "png")))
HEADS = ("id", "place", "month", "figure", "interval", "verdict", "pit", "crps", "crps_2019", "crps_prior")


def score(call: Call) -> int:
    """Score the rows; errors of the table of rows are all printed, and then no more."""
    language, run_words = call.language, (*call.words, f"future={AS_IT_HAPPENED}")
    config = compose_run(list(run_words), call.config_dir)
    path = Path(shown_path(call.own["rows"] or config.region / ROWS_FILE))
    file, folder = call.own["forecast"] or newest(), call.own["output"]
    check_folder(folder)
    forecast = read_forecast(file)
    _check_setting(forecast, config, file)
    call.say(made_line(forecast, file, language))
    figures, problems = load_validation(path, places_of(load_population(config)))
    if problems:
        return call.refuse(problems)
    if not figures:
        call.say(nothing_line(path, language))
        return 0
    rows = tuple(figures.values())
    scored = score_rows(list(zip(rows, _values(call, run_words, config, forecast, rows), strict=True)))
    table = totals(scored)
    about = {
        "program": "anju", "kind": "score", "made": forecast.made["made"], "content": forecast.made["content"],
        "source": source_hash("forecast"), "n_rows": len(rows), "n_used": sum(bool(f.used) for f in rows),
        "n_written_down": sum(each.written for each in scored),
        "words": {name: words(table, name) for name in LANGUAGES},
    }  # fmt: skip
    write_score(folder, scored, table, about)
    call.say(summary(scored, language))
    if used := ", ".join(figure.id for figure in rows if figure.used):
        call.say(NEVER_SCORED.say(language).format(ids=used))
    if late := ", ".join(each.figure.id for each in scored if not each.written):
        call.say(label("score.late", language).format(ids=late))
    call.say(Text("Results: ", "结果：").say(language) + shown_path(folder / ROWS))
    call.say_time()
    call.say(words(table, language))
    return 0


def made_line(forecast: Forecast, file: Path, language: str) -> str:
    """Return when a forecast was written down, and whether the present sources would make it."""
    same = "same_sources" if forecast.made["source"] == source_hash("forecast") else "other_sources"
    told = label("score.made", language).format(
        file=shown_path(file), day=forecast.made["made"], hash=forecast.made["content"][:16]
    )
    return told + ("" if language == "zh" else " ") + label(f"score.{same}", language)


def write_score(folder: Path, scored: Sequence[Scored], table: pd.DataFrame, about: dict[str, object]) -> list[Path]:
    """Write tables and charts, all or none; return the paths."""
    digits = f"%.{SIGNIFICANT_DIGITS}g"
    with folder_beside(folder / NAME) as aside:
        write_csv(score_table(scored), aside / ROWS, digits)
        write_csv(table, aside / TOTALS, digits)
        write_json(aside / ABOUT, about)
        for language in LANGUAGES:
            write_score_charts(scored, aside, language)
        for name in FILES:
            (aside / name).replace(folder / name)
    return [folder / name for name in FILES]


def summary(scored: Sequence[Scored], language: str) -> str:
    """Return the scores as aligned text, one row a figure; scores over the prior's spread."""
    rows = [[label(f"score.head_{name}", language) for name in HEADS]]
    for each in scored:
        figure, compared = each.figure, each.compared
        cells = [figure.id, figure.place.name, month_label(figure.month), f"{figure.value:,.6g}"]
        cells += [f"{compared.low_90:,.4g} .. {compared.high_90:,.4g}"]
        scores = [each.crps, each.crps_2019, each.crps_prior]
        numbers = ["" if figure.used else f"{value / each.scale:.2f}" for value in scores]
        rows.append([*cells, verdict_text(compared, language), f"{each.pit:.2f}", *numbers])
    return ruled(rows, right=(3, 4, 6, 7, 8, 9))


def _values(
    call: Call, run_words: tuple[str, ...], config: RunConfig, forecast: Forecast, figures: tuple[OutsideFigure, ...]
) -> list[Values]:
    """Return what the draws say of each figure, from the forecast where it has it and else from runs made now."""
    rows = forecast.rows()
    missing = tuple(figure for figure in figures if _key(figure, figure.month) not in rows)
    run = _run_now(call, run_words, config, forecast, missing) if missing else {}
    found = []
    for figure in figures:
        if figure.id in run:
            posterior, december, prior = run[figure.id]
        else:
            row, base = rows[_key(figure, figure.month)], rows.get(_key(figure, _base_month(figure)))
            posterior, prior = forecast.posterior[row], forecast.prior[row]
            december = posterior[:0] if base is None else forecast.posterior[base]
        found.append(Values(posterior, as_in_2019(figure, december), prior, figure.id not in run))
    return found


def _run_now(
    call: Call, run_words: tuple[str, ...], config: RunConfig, forecast: Forecast, figures: tuple[OutsideFigure, ...]
) -> dict[str, tuple[Float, Float, Float]]:
    """Return posterior, December 2019 and prior of figures that the forecast does not have, by their ids."""
    draws_file = call.own["draws_file"] or posterior_file(config)
    draws = read_draws(draws_file, calibrated_by(config))
    check_draws(draws, config, draws_file)
    n_draws = min(int(forecast.made["n_draws"]), len(draws.table))
    if hash_of(draws, n_draws) != forecast.made["draws"]:
        call.say(label("score.other_draws", call.language))
    then = tuple(wanted_of(figure)._replace(month=_base_month(figure)) for figure in figures)
    wanted = (*map(wanted_of, figures), *then)

    def run(table: Draws, stage: Text) -> Float:
        call.progress.stage(stage)
        work = Work(run_words, call.config_dir, table, months_of(wanted), wanted)
        return shortened(
            predictive(
                work, n_draws, call.own["processes"], lambda runs, of: call.progress.count(runs, of, DRAWS),
                lambda values: check_exists(figures, values[:, : len(figures)]),
            ).T
        )  # fmt: skip

    posterior, prior, n = run(draws, RUNNING), run(prior_draws(config, n_draws), RUNNING_PRIOR), len(figures)
    return {figure.id: (posterior[i], posterior[n + i], prior[i]) for i, figure in enumerate(figures)}


def _base_month(figure: OutsideFigure) -> int:
    return base_month(figure.measure, figure.month, figure.place.peopled)


def _key(figure: OutsideFigure, month: int) -> tuple[str, str, str]:
    """Return the key of a figure's row of a forecast in a month."""
    return figure.measure.name, figure.place.own, month_label(month)


def _check_setting(forecast: Forecast, config: RunConfig, file: Path) -> None:
    """Raise UserError for a forecast of another region, population or reading."""
    for name, value in setting(config).items():
        if forecast.made["setting"].get(name) != value:
            problem = Text(f"the forecast is of another {name}", f"该预测对应另一种 {name}")
            hint = Text("make one: python -m calibration.forecast KEY=VALUE output=FOLDER, then forecast=FILE",
                        "请另行预测：python -m calibration.forecast 键=值 output=文件夹")  # fmt: skip
            found = str(forecast.made["setting"].get(name))
            raise UserError(problem, key="forecast", found=found, allowed=str(value), hint=hint, place=shown_path(file))
