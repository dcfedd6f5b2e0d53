"""The work of `python -m calibration.all_readings`: a posterior for every other reading of the report.

Readings vary one at a time; the population is made anew for each (calibration/findings/one_reading.py).
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from calibration.findings.one_reading import fit_reading
from calibration.findings.write import write_calibration
from calibration.fitting.cost import Meter
from calibration.fitting.progress import StageProgress
from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.text import Text
from scenarios.report.readings import alternative_readings, default_reading, open_readings, switch_words
from scenarios.settings.command import Call


def calibrate_readings(call: Call) -> None:
    """Calibrate under every reading but the default, one after the other, and write the draws of each.

    A reading that cannot be calibrated stops no other; raises UserError with their names in the end.
    """
    switches = open_readings()
    default, progress = default_reading(switches), StageProgress(call.progress)
    failed: list[str] = []
    for reading in alternative_readings(switches):
        changed = switch_words({name: value for name, value in reading.items() if value != default[name]})
        call.say(" ".join(changed))
        try:
            _calibrate_one(replace(call, words=changed), progress)
        except UserError as error:
            failed += changed
            progress.line(Text(f"not calibrated: {error.say('en')}", f"未能校准：{error.say('zh')}"))
    call.say_time()
    if failed:
        problem = Text("some readings were not calibrated", "部分口径未能校准")
        raise UserError(problem, key="reading", found=", ".join(failed), hint=Text("see above", "见上文"))


def _calibrate_one(call: Call, progress: StageProgress) -> None:
    meter = Meter()
    calibration, findings = fit_reading(call, progress)
    with closing(calibration.store):
        cost = write_calibration(calibration, findings, progress, meter)
    progress.line(calibration.verdict(findings.fit))
    progress.line(cost.line(findings.fit.effective_draws))
    if calibration.table is not None:
        progress.line(Text(f"Draws: {shown_path(calibration.table)}", f"抽样：{shown_path(calibration.table)}"))
