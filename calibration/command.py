"""The command `python -m calibration`: a calibration under one reading, its tables, charts and posterior draws."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from scenarios.base.parallel import one_thread
from scenarios.base.text import Text
from scenarios.base.yaml_files import shown_path
from scenarios.settings.command import RUNS_KEPT_TEXT, guarded
from scenarios.settings.command_line import language_of, split_arguments
from scenarios.settings.generator import choose_generator

OWN = ("quick", "without", "observed", "inference_seed", "processes", "cache", "output", "table")
HEEDED = ("language", "region", "generator", "population.", "reading.")
"""Keys of a run that a calibration belongs to; it sets parameters itself and pulls no lever."""
USAGE = Text(
    """Usage: python -m calibration [quick=true] [reading.SWITCH=VALUE] [without=[ID,...]] [observed=FILE]
  [inference_seed=1] [processes=0] [cache=FOLDER] [output=FOLDER] [table=FILE] [language=zh] [--config-dir DIR]

Fits the model's parameters to the report's targets and patterns, with full-size runs and emulators between them, and
writes what came out: fit.csv, parameters.csv, patterns.csv, posterior.parquet, charts. Every finished run is kept in
the cache: stopped at any moment, the same command goes on. README.md says how long it takes.

  make calibrate                        the default reading
  make calibrate-quick                  a small town and a report of its own making, to see how it works
  python -m calibration without=[employed]   as if the report did not print that target (or pattern)

observed: a CSV with the columns id, value (and holds, yes or no, for patterns) in place of the report's targets and
patterns, such as what a run of the model gave: does the fit find its parameters again? table: where the draws go that
briefs stand on (calibration/tables/posterior/, unless quick, observed, or without is given).""",
    """用法：python -m calibration [quick=true] [reading.开关=取值] [without=[编号,...]] [observed=文件]
  [inference_seed=1] [processes=0] [cache=文件夹] [output=文件夹] [table=文件] [language=zh] [--config-dir 目录]

用全规模运行及其代理模型，使模型参数符合报告的目标值和定性特征，并写出结果：fit.csv、parameters.csv、patterns.csv、
posterior.parquet 和图。每次完成的运行都存入缓存：随时中断后，重新运行同一命令即可继续。所需时间见 README.zh.md。

  make calibrate                        默认口径
  make calibrate-quick                  小镇及其自造的“报告”，用于了解过程
  python -m calibration without=[employed]   假设报告没有该目标（或特征）

observed：以 CSV（列 id、value，特征另有 holds：yes 或 no）代替报告的目标与特征，例如模型某次运行的结果：
拟合能否找回其参数？
table：简报所用抽样的去处（calibration/tables/posterior/；quick、observed、without 时不写）。""",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Calibrate as the words of the command line ask; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _main(words), language_of(words), RUNS_KEPT_TEXT)


def _main(words: Sequence[str]) -> None:
    arguments, language = split_arguments(words, OWN), language_of(words)
    if arguments.help:
        print(USAGE.say(language))
        return
    choose_generator(words)
    one_thread()
    from calibration.findings.job import job_of  # noqa: PLC0415 (the model is not for the help)
    from calibration.findings.write import write_calibration  # noqa: PLC0415
    from calibration.fitting.progress import Teller  # noqa: PLC0415

    teller = Teller(language)
    try:
        job = job_of(arguments, HEEDED, own=OWN)
        teller.stage(Text("reading the report", "读取报告"))
        found = job.fit(teller)
        write_calibration(job, found, teller)
    finally:
        teller.clear()
    print(job.verdict(found.fit).say(language))
    print(Text("Tables and charts: ", "表与图：").say(language) + shown_path(job.output))
    if job.table is not None:
        print(Text("Draws for briefs: ", "简报所用抽样：").say(language) + shown_path(job.table))
    print(Text(f"Time: {teller.seconds:.0f} s", f"用时：{teller.seconds:.0f} 秒").say(language))
