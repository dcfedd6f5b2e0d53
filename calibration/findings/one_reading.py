"""The calibration under one reading of the report other than the default.

What is fitted is what screening under the default reading found, and the first runs are those of the default with what
the reading changes in them (calibration/fitting/opening.py); those of the default that `make calibrate` has not left on
disk are made. Where no draw of the prior reaches a target, or hardly
any does because everything else foretells another number, that target is left out, and the draws say so: a reading
under which the report cannot be met is worth knowing, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from calibration.findings.calibration import LEAST, Calibration, Findings, calibration_of, screening_of
from calibration.fitting.opening import OutOfReachError, opening
from calibration.fitting.prior import prior_of
from calibration.fitting.progress import StageProgress
from calibration.fitting.sizes import READING
from scenarios.base.text import Text
from scenarios.runs.parameter_sets import check_draws, posterior_file, read_draws
from scenarios.settings.command import Call
from scenarios.settings.config import compose_run


def fit_reading(call: Call, progress: StageProgress) -> tuple[Calibration, Findings]:
    """Return the calibration under the reading that the words of a call make."""
    base, config = compose_run([]), compose_run(call.words)
    draws = read_draws(posterior_file(base))
    check_draws(draws, base, posterior_file(base))
    screening = screening_of(draws.made, prior_of(base.resolved["parameters"]))
    default = calibration_of(replace(call, words=()), screening=screening)
    progress.expect(default.sizes.beginning)
    beside = opening(default.store, default.observed, default.sizes, default.seed, progress, screening)
    default.store.close()
    table, without = posterior_file(config), list[str]()
    while True:
        mine: Mapping[str, Any] = {**call.own, "table": table, "without": tuple(without)}
        calibration = calibration_of(replace(call, own=mine), READING, screening)
        try:
            findings = calibration.fit(progress, beside)
        except OutOfReachError as error:
            calibration.store.close()
            without.append(error.name.partition(":")[2])
            progress.line(Text(f"left out: {error.say('en')}", f"不用：{error.say('zh')}"))
            continue
        if findings.fit.effective_draws < LEAST and (odd := at_odds(calibration, findings)):
            calibration.store.close()
            without += odd
            progress.line(Text(f"at odds with all else, left out: {odd}", f"与其余信息矛盾，不用：{odd}"))
            continue
        return calibration, findings


def at_odds(calibration: Calibration, findings: Findings) -> list[str]:
    """Return the targets that lie outside the 90 % interval which everything else foretells."""
    return [
        target
        for target, (low, _, high) in findings.lessons.foretold.items()
        if not low <= calibration.figures[target].value <= high and target not in calibration.without
    ]
