"""`python -m calibration.all_readings` (make calibrate-readings): a posterior for every other reading of the report.

Readings vary one at a time; the population is made anew for each. What is fitted is what screening under the default
reading found. Where no draw of the prior reaches a target under a reading, or hardly any does because everything else
foretells another number, that target is left out, and the draws say so: a reading under which the report cannot be met
is worth knowing, too.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scenarios.base.errors import UserError
from scenarios.base.parallel import one_thread
from scenarios.base.text import Text
from scenarios.base.yaml_files import shown_path
from scenarios.settings.command import RUNS_KEPT_TEXT, guarded
from scenarios.settings.command_line import Arguments, language_of, split_arguments
from scenarios.settings.generator import choose_generator

if TYPE_CHECKING:
    from calibration.findings.job import Found, Job
    from calibration.fitting.progress import Teller

OWN = ("inference_seed", "processes", "cache")
USAGE = Text(
    """Usage: python -m calibration.all_readings [inference_seed=1] [processes=0] [cache=FOLDER] [language=zh]

Calibrates the model under every reading of the report but the default, one switch at a time, after make calibrate.
Draws go to calibration/tables/posterior/, tables and charts to outputs/calibration/<reading>/. Stopped at any moment,
the same command goes on. README.md says how long it takes.""",
    """用法：python -m calibration.all_readings [inference_seed=1] [processes=0] [cache=文件夹] [language=zh]

在 make calibrate 之后，按报告的其他每种口径（每次只改一项）校准模型。抽样写入 calibration/tables/posterior/，
表与图写入 outputs/calibration/<口径>/。随时中断后，重新运行同一命令即可继续。所需时间见 README.zh.md。""",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Calibrate under every other reading; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _main(words), language_of(words), RUNS_KEPT_TEXT)


def _main(words: Sequence[str]) -> None:
    arguments, language = split_arguments(words, OWN), language_of(words)
    if arguments.help:
        print(USAGE.say(language))
        return
    others = [word for word in arguments.overrides if not word.startswith("language=")]
    if others:
        problem = Text("this command takes its own keys alone", "本命令只接受自己的键")
        raise UserError(problem, key=others[0], found=others[0], allowed=", ".join(OWN))
    choose_generator()
    one_thread()
    from calibration.fitting.progress import Teller  # noqa: PLC0415 (the model is not for the help)
    from scenarios.report.readings import alternative_readings, default_reading, readings  # noqa: PLC0415

    switches = readings()
    default, teller = default_reading(switches), Teller(language)
    try:
        for reading in alternative_readings(switches):
            changed = [f"reading.{name}={value}" for name, value in reading.items() if value != default[name]]
            teller.line(Text(*[" ".join(changed)] * 2))
            _calibrated(changed, dict(arguments.own), teller)
    finally:
        teller.clear()
    print(Text(f"Time: {teller.seconds:.0f} s", f"用时：{teller.seconds:.0f} 秒").say(language))


def _calibrated(changed: list[str], own: dict[str, str], teller: Teller) -> None:
    """Calibrate under one reading and write its draws, without the targets and patterns that are out of reach."""
    from calibration.findings.job import LEAST, job_of, screening_of  # noqa: PLC0415
    from calibration.findings.write import write_calibration  # noqa: PLC0415
    from calibration.fitting.fit import READING, OutOfReachError  # noqa: PLC0415
    from calibration.fitting.prior import prior_of  # noqa: PLC0415
    from scenarios.runs.parameter_sets import check_draws, posterior_file, read_draws  # noqa: PLC0415
    from scenarios.settings.config import compose_run  # noqa: PLC0415

    base, config = compose_run([]), compose_run(changed)
    draws = read_draws(posterior_file(base))
    check_draws(draws, base, posterior_file(base))
    screening = screening_of(draws.made, prior_of(base.resolved["parameters"]))
    table, without = posterior_file(config), list[str]()
    while True:
        mine = {**own, "table": str(table), "without": ",".join(without)}
        job = job_of(Arguments(changed, mine), ("reading.",), READING, screening)
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
