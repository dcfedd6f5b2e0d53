"""The work of `python -m calibration.all_readings`: a posterior for every other reading of the report.

Readings vary one at a time; the population is made anew for each. What is fitted is what screening under the default
reading found. Where no draw of the prior reaches a target under a reading, or hardly any does because everything else
foretells another number, that target is left out, and the draws say so: a reading under which the report cannot be met
is worth knowing, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from calibration.findings.job import LEAST, Found, Job, job_of, screening_of
from calibration.findings.write import write_calibration
from calibration.fitting.fit import READING, OutOfReachError
from calibration.fitting.prior import prior_of
from calibration.fitting.progress import Teller
from scenarios.base.text import Text
from scenarios.base.yaml_files import shown_path
from scenarios.report.readings import alternative_readings, default_reading, open_readings
from scenarios.runs.parameter_sets import check_draws, posterior_file, read_draws
from scenarios.settings.command import Call
from scenarios.settings.config import compose_run


def calibrate_readings(call: Call) -> None:
    """Calibrate under every reading but the default, one after the other."""
    switches = open_readings()
    default, teller = default_reading(switches), Teller(call.progress)
    for reading in alternative_readings(switches):
        changed = tuple(f"reading.{name}={value}" for name, value in reading.items() if value != default[name])
        call.say(" ".join(changed))
        _calibrated(replace(call, words=changed), teller)
    call.say_time()


def _calibrated(call: Call, teller: Teller) -> None:
    """Calibrate under one reading and write its draws, without the targets and patterns that are out of reach."""
    base, config = compose_run([]), compose_run(call.words)
    draws = read_draws(posterior_file(base))
    check_draws(draws, base, posterior_file(base))
    screening = screening_of(draws.made, prior_of(base.resolved["parameters"]))
    table, without = posterior_file(config), list[str]()
    while True:
        mine: Mapping[str, Any] = {**call.own, "table": table, "without": tuple(without)}
        job = job_of(replace(call, own=mine), READING, screening)
        try:
            found = job.fit(teller)
        except OutOfReachError as error:
            without.append(error.name.partition(":")[2])
            teller.line(Text(f"left out: {error.say('en')}", f"不用：{error.say('zh')}"))
            continue
        if found.fit.effective_draws < LEAST and (odd := at_odds(job, found)):
            without += odd
            teller.line(Text(f"at odds with all else, left out: {odd}", f"与其余信息矛盾，不用：{odd}"))
            continue
        write_calibration(job, found, teller)
        teller.line(job.verdict(found.fit))
        teller.line(Text(f"Draws: {shown_path(table)}", f"抽样：{shown_path(table)}"))
        return


def at_odds(job: Job, found: Found) -> list[str]:
    """Return the targets that lie outside the 90 % interval which everything else foretells."""
    return [
        target
        for target, (low, _, high) in found.lessons.foretold.items()
        if not low <= job.figures[target].value <= high and target not in job.without
    ]
