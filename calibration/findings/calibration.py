"""What one calibration is made of: its reading, its observations, its runs on disk, where its results go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from calibration.findings.lessons import Lessons, contraction_of, lessons_of
from calibration.fitting.fit import Fit, fit
from calibration.fitting.history import ALSO
from calibration.fitting.likelihood import Observations, observations_of
from calibration.fitting.observed import as_observed, of_itself, with_observed
from calibration.fitting.opening import Opening
from calibration.fitting.prior import Prior, prior_of, space_filling
from calibration.fitting.progress import StageProgress
from calibration.fitting.runs import ConfigArguments, RunStore
from calibration.fitting.screen import Screening, screening_runs
from calibration.fitting.sizes import FULL, QUICK, Sizes
from calibration.fitting.waves import PRIOR
from calibration.keys import CALIBRATION
from scenarios.base.errors import UserError, listed, nearest
from scenarios.base.output.folders import check_folder
from scenarios.base.paths import ROOT
from scenarios.base.text import Text
from scenarios.report.figures import Figure, read_figures
from scenarios.report.patterns import Pattern, read_patterns
from scenarios.runs.parameter_sets import DRAWS_FILE, TARGET, posterior_file
from scenarios.runs.targets import TARGETS, MeaningError, ToleranceError, target_indicator
from scenarios.settings.command import Call
from scenarios.settings.config import RunConfig, compose_run
from simulation.state.entities import Float

OUTPUT = ROOT / "outputs" / "calibration"
OTHER_CITY = ("region=", "population.", "generator=")
"""Beginnings of keys that make it another city, or give it other random numbers, than the one that briefs stand on."""
LEAST = 50
"""Effective draws below which nothing is said of a parameter, and no brief stands on them."""
SMALL_COUNT = 10
"""A town's targets below it are left out: such a count is nearly all chance."""


class Findings(NamedTuple):
    """A calibration and what it teaches."""

    fit: Fit
    lessons: Lessons


@dataclass(frozen=True)
class Calibration:
    """One calibration, ready to be made.

    without: ids of targets and patterns that do not count; output: folder of its tables; table: where its draws for
    briefs go, None for nowhere.
    """

    config: RunConfig
    prior: Prior
    observed: Observations
    figures: Mapping[str, Figure]
    patterns: Mapping[str, Pattern]
    store: RunStore
    sizes: Sizes
    screening: Screening | None
    seed: int
    processes: int
    without: tuple[str, ...]
    output: Path
    table: Path | None

    def fit(self, progress: StageProgress, beside: Opening | None = None) -> Findings:
        """Return the calibration and what leaving out each target and pattern shows; beside: see `fit`."""
        fitted = fit(self.store, self.observed, self.sizes, self.seed, progress, self.screening, beside)
        lessons = lessons_of(fitted, self.prior, self.patterns, self.config.reading, self.seed, self.processes,
                             progress, self.sizes.left_out)  # fmt: skip
        return Findings(fitted, lessons)

    @property
    def runs(self) -> int:
        """How many histories the calibration takes."""
        screening = 0 if self.screening else screening_runs(len(self.prior.keys), self.sizes.trajectories)
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


def calibration_of(call: Call, sizes: Sizes = FULL, screening: Screening | None = None) -> Calibration:
    """Return the calibration that a call asks for; raises UserError.

    call: own keys of `python -m calibration`, of which those that are missing have their defaults; screening: one made
    before, under another reading.
    """
    keys = {**{key.path: key.default for key in CALIBRATION}, **call.own}
    quick, processes, seed = keys["quick"], keys["processes"], keys["inference_seed"]
    arguments = ConfigArguments((*call.words, *(["population.size=town"] if quick else [])), call.config_dir)
    config = compose_run(list(arguments.words), arguments.config_dir)
    figures, patterns = read_figures(config.region / "figures.csv"), read_patterns(config.region / "patterns.csv")
    prior = prior_of(config.resolved["parameters"])
    observed = _observations(figures, patterns, config.reading)
    if keys["observed"] is not None:
        observed = with_observed(observed, keys["observed"])
        figures = as_observed(figures, observed)
    elif quick:
        observed = of_itself(observed, config)
        figures = as_observed(figures, observed)
    without = _ids(keys["without"], observed)
    if quick and "without" not in call.typed:
        without = tuple(TARGET + target for target in TARGETS if figures[target].value < SMALL_COUNT)
    other_city = any(word.startswith(OTHER_CITY) for word in arguments.words)
    altered = other_city or keys["observed"] is not None
    altered |= keys["table"] is None and (bool(without) or seed != 1)
    default = posterior_file(config)
    other = "quick" if quick else "other" if altered else "" if default == DRAWS_FILE else default.stem
    table = keys["table"] or (None if altered else default)
    output = keys["output"] or OUTPUT / other
    check_folder(output)
    named = "cache" in call.typed
    store = RunStore(config, arguments, prior, (*observed.names, *ALSO), keys["cache"], named, processes)
    return Calibration(
        config=config,
        prior=prior,
        observed=observed.without(*without) if without else observed,
        figures=figures,
        patterns=patterns,
        store=store,
        sizes=QUICK if quick else sizes,
        screening=screening,
        seed=seed,
        processes=processes,
        without=tuple(name.partition(":")[2] for name in without),
        output=output,
        table=table,
    )


def _observations(
    figures: Mapping[str, Figure], patterns: Mapping[str, Pattern], reading: Mapping[str, str]
) -> Observations:
    """Return the observations of a region; raises UserError for a target without a tolerance or of another meaning."""
    others = sorted(figure.id for figure in figures.values() if figure.role == "target" and figure.id not in TARGETS)
    if others:
        raise UserError(
            Text("the model computes no such target", "模型不计算该目标"), key=others[0], found=others[0],
            allowed=listed(TARGETS), hint=Text("give it another role in figures.csv", "请在 figures.csv 中改其 role"),
        )  # fmt: skip
    try:
        for target in TARGETS:
            target_indicator(target, reading)
            if not figures[target].holds(reading):
                raise MeaningError(f"target {target!r} does not hold under this reading: {figures[target].reading}")
        return observations_of(figures, patterns)
    except ToleranceError as error:
        problem = Text("a target has no tolerance", "某一目标没有容差")
        hint = Text("state it in the column tolerance of figures.csv", "请在 figures.csv 的 tolerance 列填写")
        raise UserError(problem, key="tolerance", found=error, allowed="> 0", hint=hint) from error
    except MeaningError as error:
        problem = Text("a target means something else in the model", "某一目标在模型中含义不同")
        hint = Text("choose a reading under which it holds: reading.*", "请选择其成立的口径：reading.*")
        raise UserError(problem, key="targets", found=error, hint=hint) from error


def screening_of(provenance: Mapping[str, object], prior: Prior) -> Screening:
    """Return the screening that posterior draws were made with, from what their .json tells.

    Its effects are the strongest of each parameter alone, shape (n_parameters, 1).
    """
    numbers = {key: i for i, key in enumerate(prior.keys)}
    free, minor = (tuple(sorted(numbers[key] for key in provenance[kind])) for kind in ("free", "minor"))  # type: ignore[attr-defined]
    effects = provenance["effect"]
    return Screening(np.array([[effects[key]] for key in prior.keys]), free, minor)  # type: ignore[index]


def _ids(names: Sequence[str], observed: Observations) -> tuple[str, ...]:
    """Return the full names of the targets and patterns that `without=[...]` lists; raises UserError."""
    ids = {name.partition(":")[2]: name for name in observed.names}
    for name in names:
        if name not in ids:
            raise UserError(Text("no such target or pattern", "没有这个目标或特征"), key="without", found=name,
                            allowed=listed(ids), nearest=nearest(name, ids), hint="")  # fmt: skip
    return tuple(ids[name] for name in names)
