"""`python -m calibration.proof` (make calibrate-proof): does the method find parameters that are known?

If it is right, nine truths in ten lie in its 90 % intervals, and a truth's rank among the draws is equally likely to be
any. The whole inference is also made a second time, with fewer runs, and designs and chains of another seed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scenarios.base.parallel import one_thread
from scenarios.base.text import Text
from scenarios.base.yaml_files import shown_path
from scenarios.settings.command import RUNS_KEPT_TEXT, guarded
from scenarios.settings.command_line import Arguments, language_of, split_arguments
from scenarios.settings.generator import choose_generator
from scenarios.settings.own_keys import own_whole

if TYPE_CHECKING:
    from calibration.fitting.progress import Teller

OWN = ("truths", "near", "checked", "quick", "inference_seed", "processes", "cache", "output")
HEEDED = ("language", "region", "generator", "population.", "reading.")
SHOWN_LEVEL = 0.9
USAGE = Text(
    """Usage: python -m calibration.proof [truths=200] [near=50] [checked=12] [quick=true] [inference_seed=1]
  [processes=0] [cache=FOLDER] [output=FOLDER] [reading.SWITCH=VALUE] [language=zh]

Tries the calibration on cities whose parameters are known: coverage.csv says how often its intervals hold the truth,
ranks.*.svg where truths lie among its draws, agreement.csv what a second inference with another seed finds. Runs that
make calibrate has made are not made again. README.md says how long it takes.
truths: over the whole prior; near: drawn from the posterior; checked: of these, how many go through the last stage,
too, whose runs are moved and weighted.""",
    """用法：python -m calibration.proof [truths=200] [near=50] [checked=12] [quick=true] [inference_seed=1]
  [processes=0] [cache=文件夹] [output=文件夹] [reading.开关=取值] [language=zh]

在参数已知的城市上检验校准：coverage.csv 给出区间包含真值的频率，ranks.*.svg 给出真值在抽样中的位次，
agreement.csv 给出换一个种子重做整个推断的结果。make calibrate 已完成的运行不再重复。所需时间见 README.zh.md。
truths：取自整个先验；near：取自后验；checked：其中多少个还要经过最后一步（真实运行、移动、加权）。""",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Prove the method as the words of the command line ask; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _main(words), language_of(words), RUNS_KEPT_TEXT)


def _main(words: Sequence[str]) -> None:
    arguments, language = split_arguments(words, OWN), language_of(words)
    if arguments.help:
        print(USAGE.say(language))
        return
    choose_generator(words)
    one_thread()
    from calibration.fitting.progress import Teller  # noqa: PLC0415 (the model is not for the help)

    teller = Teller(language)
    try:
        verdict = _proved(arguments, teller)
    finally:
        teller.clear()
    print(verdict.say(language))
    print(Text(f"Time: {teller.seconds:.0f} s", f"用时：{teller.seconds:.0f} 秒").say(language))


def _proved(arguments: Arguments, teller: Teller) -> Text:
    from calibration.findings.charts import draw_ranks  # noqa: PLC0415
    from calibration.findings.job import job_of  # noqa: PLC0415
    from calibration.findings.write import write_table  # noqa: PLC0415
    from calibration.fitting.fit import QUICK, READING, fit  # noqa: PLC0415
    from calibration.fitting.last_stage import MOVES  # noqa: PLC0415
    from calibration.proof.truths import (  # noqa: PLC0415
        CHECKED_DRAWS,
        EVERYTHING,
        UNCHECKED,
        agreement_table,
        checked_ranks,
        coverage_table,
        near_truths,
        prior_truths,
        recovered,
    )

    n, near = own_whole(arguments, "truths", 200, 1, 10_000), own_whole(arguments, "near", 50, 1, 10_000)
    n_checked = own_whole(arguments, "checked", min(12, near), 1, near)
    mine = {name: text for name, text in arguments.own.items() if name not in ("truths", "near", "checked")}
    job = job_of(Arguments(arguments.overrides, mine, arguments.config_dir), HEEDED, own=OWN)
    found = fit(job.store, job.report, job.sizes, job.seed, teller, job.screening)
    teller.expect(n + near)
    truths = prior_truths(job.store, found, n, job.seed, teller.runs(Text("truths", "真值")))
    truths += near_truths(
        job.store, found, near, job.seed, teller.runs(Text("truths near the report", "报告附近的真值"))
    )

    def told(done: int, of: int) -> None:
        teller.stage(Text(f"recovery: {done} of {of} truths", f"找回：{done} / {of} 个真值"))

    ranks = recovered(truths, found, job.seed, job.processes, told)
    teller.expect((MOVES + 1) * n_checked * CHECKED_DRAWS)
    ranks += checked_ranks(job.store, found, truths[n : n + n_checked], job.seed, teller.runs)
    keys = [job.prior.keys[i] for i in found.screening.free]
    before = [each._replace(where=UNCHECKED) for each in ranks[n : n + n_checked]]
    coverage = coverage_table(ranks + before, keys)
    write_table(coverage, job.output / "coverage.csv")
    by_place = {place: [float(v) for each in ranks if each.where == place for v in each.below]
                for place in dict.fromkeys(each.where for each in ranks)}  # fmt: skip
    draw_ranks(job.output, by_place, {place: len(values) // len(keys) for place, values in by_place.items()})
    again = fit(job.store, job.report, QUICK if job.sizes == QUICK else READING, job.seed + 1, teller, found.screening)
    agreement = agreement_table(found, again, job.prior)
    write_table(agreement, job.output / "agreement.csv")
    own = coverage[coverage["level"] == SHOWN_LEVEL]
    pooled = own[own["parameter"] == EVERYTHING].set_index("truths")["coverage"]
    least = own[(own["parameter"] != EVERYTHING) & (own["truths"] == "prior")].nsmallest(1, "coverage").iloc[0]
    worst = agreement.nlargest(1, "difference").iloc[0]
    return Text(
        f"90 % intervals hold {pooled['prior']:.1%} of {n} truths of the prior and {pooled['near']:.1%} of {near} near "
        f"the report; least {least['coverage']:.0%} ({least['parameter']}). Two inferences differ by at most "
        f"{worst['difference']:.2f} standard deviations ({worst['parameter']}). Tables: {shown_path(job.output)}",
        f"90% 区间包含先验中 {n} 个真值的 {pooled['prior']:.1%}、报告附近 {near} 个真值的 {pooled['near']:.1%}；最低 "
        f"{least['coverage']:.0%}（{least['parameter']}）。两次推断至多相差 {worst['difference']:.2f} 个标准差"
        f"（{worst['parameter']}）。表：{shown_path(job.output)}",
    )
