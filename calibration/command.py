"""The work of `python -m calibration`: a calibration under one reading, its tables, charts and posterior draws."""

from __future__ import annotations

from contextlib import closing

from calibration.findings.calibration import calibration_of
from calibration.findings.write import write_calibration
from calibration.fitting.cost import Meter
from calibration.fitting.progress import StageProgress
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.text import Text
from scenarios.settings.command import Call


def calibrate(call: Call) -> None:
    """Calibrate as the words of the command line ask."""
    progress, meter = StageProgress(call.progress), Meter()
    calibration = calibration_of(call)
    progress.stage(Text("reading the report", "读取报告"))
    with closing(calibration.store):
        findings = calibration.fit(progress)
        cost = write_calibration(calibration, findings, progress, meter)
    call.say(calibration.verdict(findings.fit))
    call.say(Text("Tables and charts: ", "表与图：").say(call.language) + shown_path(calibration.output))
    if calibration.table is not None:
        call.say(Text("Draws for briefs: ", "简报所用抽样：").say(call.language) + shown_path(calibration.table))
    call.say(cost.line(findings.fit.effective_draws))
    call.say_time()
