"""What one calibration is made of: its reading, its report, its runs on disk, where its results go."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from calibration.fit import FULL, PRIOR, QUICK, Fit, Sizes, fit
from calibration.history import ALSO, history_of, outputs_of, setting_of
from calibration.lessons import Lessons, contraction_of, lessons_of
from calibration.prior import Prior, prior_of, space_filling
from calibration.report import COUNT, Report, report_of, slope, to_scale
from calibration.runs import RunStore, Words
from calibration.screen import Screening, screening_runs
from calibration.telling import Teller
from scenarios.compare.draws import DRAWS_FILE, TARGET, posterior_file
from scenarios.config import ROOT, RunConfig, compose_run
from scenarios.errors import UserError, listed, nearest
from scenarios.figures import Figure, read_figures
from scenarios.outcome import (
    TARGETS,
    TOLERANCE_DEVIATIONS,
    MeaningError,
    ToleranceError,
    observation_error,
    target_indicator,
)
from scenarios.overrides import Arguments
from scenarios.own_keys import check_words, own_flag, own_path, own_whole
from scenarios.registry import Text
from simulation.state import Float

OUTPUT = ROOT / "outputs" / "calibration"
CACHE = ROOT / "outputs" / "calibration" / "cache"
ITSELF_SEED = 1
"""Of the run that stands in for a report of its own."""
OBSERVED_HINT = Text(
    "columns: id, value and, for patterns, holds (yes, no)", "列：id、value，特征另有 holds（yes、no）"
)
OTHER_CITY = ("region=", "population.", "generator=")
"""Beginnings of words that make it another city, or another luck, than the one that briefs stand on."""
OBSERVED_COLUMNS = ("id", "value", "holds")
LEAST = 50
"""Effective draws below which nothing is said of a parameter, and no brief stands on them."""
SMALL_COUNT = 10
"""A town's targets below it are left out: such a count is nearly all luck."""


class Found(NamedTuple):
    """A calibration and what it teaches."""

    fit: Fit
    lessons: Lessons


@dataclass(frozen=True)
class Job:
    """One calibration, ready to be made.

    without: ids of targets and patterns that do not count; output: folder of its tables; table: where its draws for
    briefs go, None for nowhere.
    """

    config: RunConfig
    prior: Prior
    report: Report
    figures: Mapping[str, Figure]
    patterns: pd.DataFrame
    store: RunStore
    sizes: Sizes
    screening: Screening | None
    seed: int
    processes: int
    without: tuple[str, ...]
    output: Path
    table: Path | None

    def fit(self, teller: Teller) -> Found:
        """Return the calibration and what leaving out each target and pattern shows."""
        found = fit(self.store, self.report, self.sizes, self.seed, teller, self.screening)
        check_weights(found)
        lessons = lessons_of(found, self.prior, self.patterns, self.config.reading, self.seed, self.processes, teller)
        return Found(found, lessons)

    @property
    def runs(self) -> int:
        """How many histories the calibration takes."""
        screening = 0 if self.screening else screening_runs(len(self.prior.keys))
        return self.sizes.runs + screening

    def prior_points(self) -> Float:
        """Return the points of the first stage, (n, n_parameters) on the unit cube."""
        return space_filling(self.sizes.prior, len(self.prior.keys), (self.seed, PRIOR))

    def verdict(self, fitted: Fit) -> Text:
        """Return what came out in one sentence."""
        n, of = fitted.effective_draws, len(self.prior.keys)
        if n < LEAST:
            return Text(
                f"{n:.0f} effective draws: enough to see how it works, under {LEAST}, too few to say what is narrowed",
                f"有效抽样 {n:.0f} 次：足以了解过程，但不足 {LEAST} 次，不能说明报告收窄了什么",
            )  # fmt: skip
        narrowed = int((contraction_of(fitted) >= 0.2).sum())
        return Text(
            f"{n:.0f} effective draws; the report narrows {narrowed} of {of} parameters by a fifth or more",
            f"有效抽样 {n:.0f} 次；{of} 个参数中有 {narrowed} 个因报告收窄五分之一以上",
        )  # fmt: skip


def job_of(arguments: Arguments, heeded: Sequence[str], sizes: Sizes = FULL, screening: Screening | None = None) -> Job:
    """Return the calibration that the words of a command line ask for; raises UserError.

    heeded: keys of a run that may be set; screening: one made before, under another reading.
    """
    check_words(arguments, heeded)
    quick, processes = own_flag(arguments, "quick"), own_whole(arguments, "processes", 0, 0, 1024)
    words = Words((*arguments.overrides, *(["population.size=town"] if quick else [])), arguments.config_dir)
    config = compose_run(list(words.overrides), words.config_dir)
    figures, patterns = read_figures(config.region / "figures.csv"), pd.read_csv(config.region / "patterns.csv")
    prior = prior_of(config.resolved["parameters"])
    report = _report(figures, patterns, config.reading)
    if "observed" in arguments.own:
        report = with_observed(report, own_path(arguments, "observed", OUTPUT))
        figures = as_observed(figures, report)
    elif quick:
        report = of_itself(report, config)
        figures = as_observed(figures, report)
    without = _ids(arguments.own.get("without", ""), report)
    if quick and "without" not in arguments.own:
        without = tuple(TARGET + target for target in TARGETS if figures[target].value < SMALL_COUNT)
    other_city = any(word.startswith(OTHER_CITY) for word in words.overrides)
    altered = other_city or "observed" in arguments.own or (bool(without) and "table" not in arguments.own)
    default = posterior_file(config)
    other = "quick" if quick else "other" if altered else "" if default == DRAWS_FILE else default.stem
    table = None if altered and "table" not in arguments.own else own_path(arguments, "table", default)
    cache = own_path(arguments, "cache", CACHE)
    store = RunStore(config, words, prior, (*report.names, *ALSO), cache, "cache" in arguments.own, processes)
    return Job(
        config=config,
        prior=prior,
        report=report.without(*without) if without else report,
        figures=figures,
        patterns=patterns,
        store=store,
        sizes=QUICK if quick else sizes,
        screening=screening,
        seed=own_whole(arguments, "inference_seed", 1, 0, 2**31 - 1),
        processes=processes,
        without=tuple(name.partition(":")[2] for name in without),
        output=own_path(arguments, "output", OUTPUT / other),
        table=table,
    )


def _report(figures: Mapping[str, Figure], patterns: pd.DataFrame, reading: Mapping[str, str]) -> Report:
    """Return the report of a region; raises UserError for a target without a tolerance or of another meaning."""
    try:
        for target in TARGETS:
            target_indicator(target, reading)
            if not figures[target].holds(reading):
                raise MeaningError(f"target {target!r} does not hold under this reading: {figures[target].reading}")
        return report_of(figures, patterns)
    except ToleranceError as error:
        problem = Text("a target has no tolerance", "某一目标没有容差")
        hint = Text("state it in the column tolerance of figures.csv", "请在 figures.csv 的 tolerance 列填写")
        raise UserError(problem, key="tolerance", found=error, allowed="> 0", hint=hint) from error
    except MeaningError as error:
        problem = Text("a target means something else in the model", "某一目标在模型中含义不同")
        hint = Text("choose a reading under which it holds: reading.*", "请选择其成立的口径：reading.*")
        raise UserError(problem, key="targets", found=error, hint=hint) from error


def check_weights(fitted: Fit) -> None:
    """Raise UserError where no checked run can stand for the posterior: each was stopped at the prior's edge."""
    if not np.isfinite(fitted.log_weights).any():
        raise UserError(
            Text("no run agrees with the report, however it is moved within the prior",
                 "在先验范围内没有任何运行与报告相符"),
            key="observed",
            found=f"{len(fitted.log_weights)} runs",
            hint=Text("leave a small count out: without=[target]; or widen priors in conf/parameters/",
                      "请略去小数目：without=[指标]，或在 conf/parameters/ 放宽先验"),
        )  # fmt: skip


def of_itself(report: Report, config: RunConfig) -> Report:
    """Return as report what one run gives with every parameter at its central value.

    A town has no report of its own: its calibration shows how the method works, and what it finds can be looked up.
    """
    setting = setting_of(config)
    found = outputs_of(history_of(setting, {}, ITSELF_SEED), setting)
    return observed_report(report, {name: found[name] for name in report.names}, {})


def with_observed(report: Report, path: Path) -> Report:
    """Return the report with the numbers of a CSV (id, value, holds) in place of its own; raises UserError.

    A target's number gets the error of the written rule. A pattern is true if its value lies within its bounds, or as
    the column `holds` says (yes or no). What the table does not name stays as it is.
    """
    ids = {name.partition(":")[2]: name for name in report.names}
    values: dict[str, float] = {}
    holds: dict[str, bool] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problem = Text("the table of observed figures cannot be read", "无法读取观测值表")
        raise UserError(problem, key="observed", found=path, hint=OBSERVED_HINT) from error
    if not rows or not {"id", "value"} <= set(rows[0]):
        problem = Text("the table of observed figures has wrong columns", "观测值表的列不符")
        found = ", ".join(rows[0]) if rows else "0 rows"
        raise UserError(problem, key="observed", found=found, allowed=", ".join(OBSERVED_COLUMNS), hint=OBSERVED_HINT)
    for line, row in enumerate(rows, start=2):
        place, name = f"{path.name}:{line}", str(row["id"]).strip()
        if name not in ids:
            raise UserError(Text("no such target or pattern", "没有这个目标或特征"), key=name, found=name,
                            allowed=listed(ids), nearest=nearest(name, ids), place=place, hint="")  # fmt: skip
        if (says := str(row.get("holds") or "").strip()) not in ("", "yes", "no"):
            problem = Text("'holds' is neither yes nor no", "holds 应为 yes 或 no")
            raise UserError(problem, key=name, found=says, allowed="yes, no", place=place, hint="")
        if says:
            holds[ids[name]] = says == "yes"
        if text := str(row["value"] or "").strip():
            values[ids[name]] = _number(text, name, place)
        elif not says:
            problem = Text("neither a value nor whether it holds", "既无数值也未说明是否成立")
            raise UserError(problem, key=name, found=name, place=place, hint="")
    return observed_report(report, values, holds)


def observed_report(report: Report, values: Mapping[str, float], holds: Mapping[str, bool]) -> Report:
    """Return the report with other values of targets and other truth of patterns, both by name 'target:id'."""
    value, error, says = report.value.copy(), report.error.copy(), report.holds.copy()
    for name, number in values.items():
        j = report.names.index(name)
        scaled = float(to_scale(report.scales[j], np.array([number]))[0])
        if math.isnan(report.value[j]):
            says[j] = bool(report.low[j] <= scaled <= report.high[j])
        else:
            value[j], error[j] = scaled, observation_error(number) * slope(COUNT, number)
    for name, true in holds.items():
        says[report.names.index(name)] = true
    return report._replace(value=value, error=error, holds=says)


def as_observed(figures: Mapping[str, Figure], report: Report) -> dict[str, Figure]:
    """Return the figures with the values of a report that is not the region's, and the written rule's tolerances."""
    found = dict(figures)
    for target in TARGETS:
        j = report.names.index(TARGET + target)
        value = round(float(report.natural(j, report.value[j : j + 1])[0]), 6)
        tolerance = float(round(TOLERANCE_DEVIATIONS * observation_error(value)))
        found[target] = replace(figures[target], value=value, tolerance=tolerance)
    return found


def screening_of(made: Mapping[str, object], prior: Prior) -> Screening:
    """Return the screening that posterior draws were made with, from what their .json tells.

    Its effects are the strongest of each parameter alone, shape (n_parameters, 1).
    """
    numbers = {key: i for i, key in enumerate(prior.keys)}
    free, minor = (tuple(sorted(numbers[key] for key in made[kind])) for kind in ("free", "minor"))  # type: ignore[attr-defined]
    effects = made["effect"]
    return Screening(np.array([[effects[key]] for key in prior.keys]), free, minor)  # type: ignore[index]


def _number(text: str, name: str, place: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UserError(Text("no number", "不是数字"), key=name, found=text, place=place, hint="")
    return number


def _ids(text: str, report: Report) -> tuple[str, ...]:
    """Return the full names of the targets and patterns that `without=[...]` lists; raises UserError."""
    ids = {name.partition(":")[2]: name for name in report.names}
    names = [name.strip() for name in text.strip().removeprefix("[").removesuffix("]").split(",") if name.strip()]
    for name in names:
        if name not in ids:
            raise UserError(Text("no such target or pattern", "没有这个目标或特征"), key="without", found=name,
                            allowed=listed(ids), nearest=nearest(name, ids), hint="")  # fmt: skip
    return tuple(ids[name] for name in names)
