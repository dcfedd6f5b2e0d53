"""The work of `python -m calibration.proof` (make calibrate-proof): does the method find parameters that are known?

If it is right, nine truths in ten lie in its 90 % intervals, and a truth's rank among the draws is equally likely to be
any. The whole inference is also made a second time, with fewer runs, and designs and chains of another seed.
"""

from __future__ import annotations

from calibration.findings.calibration import calibration_of
from calibration.findings.charts import write_rank_charts
from calibration.findings.write import write_table
from calibration.fitting.cost import Meter
from calibration.fitting.fit import fit
from calibration.fitting.last_stage import runs_of
from calibration.fitting.progress import StageProgress
from calibration.fitting.sizes import AGAIN, QUICK
from calibration.proof.truths import (
    CHECKED,
    DRAWS_PER_TRUTH,
    EVERYTHING,
    UNCHECKED,
    agreement_table,
    coverage_table,
    near_truths,
    prior_truths,
    recovered,
    weighted_ranks,
)
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.output.plain_files import write_json
from scenarios.base.text import Text
from scenarios.compare.proof_table import PROOF_FILE
from scenarios.runs.parameter_sets import setting
from scenarios.runs.sources import source_hash
from scenarios.settings.command import Call

SHOWN_LEVEL = 0.9
RECOVERY, TRUTHS = Text("recovery", "找回"), Text("truths", "个真值")


def prove(call: Call) -> None:
    """Prove the method as the words of the command line ask."""
    call.say(proved(call))
    call.say_time()


def proved(call: Call) -> Text:
    """Make the proof, write its tables and return what came out in a few sentences."""
    progress, meter = StageProgress(call.progress), Meter()
    n, near = call.own["truths"], call.own["near"]
    n_checked = call.whole("checked", near)
    calibration = calibration_of(call)
    store, observed, seed, output = calibration.store, calibration.observed, calibration.seed, calibration.output
    fitted = fit(store, observed, calibration.sizes, seed, progress, calibration.screening)
    progress.expect(n + near)
    truths = prior_truths(store, fitted, n, seed, progress.runs(Text("truths", "真值")))
    truths += near_truths(store, fitted, near, seed, progress.runs(Text("truths near the report", "报告附近的真值")))

    progress.stage(RECOVERY)
    ranks = recovered(
        truths, fitted, seed, calibration.processes, lambda done, of: call.progress.count(done, of, TRUTHS)
    )
    progress.expect(runs_of(DRAWS_PER_TRUTH) * n_checked)
    ranks += weighted_ranks(store, fitted, truths[n : n + n_checked], seed, progress.runs)
    keys = [calibration.prior.keys[i] for i in fitted.screening.free]
    unweighted = [rank._replace(where=UNCHECKED) for rank in ranks[n : n + n_checked]]
    coverage = coverage_table(ranks + unweighted, keys, seed)
    write_table(coverage, output / "coverage.csv")
    by_place = {place: [float(v) for rank in ranks if rank.where == place for v in rank.below]
                for place in dict.fromkeys(rank.where for rank in ranks)}  # fmt: skip
    write_rank_charts(output, by_place, {place: len(values) // len(keys) for place, values in by_place.items()})
    sizes = QUICK if calibration.sizes == QUICK else AGAIN
    again = fit(store, observed, sizes, seed + 1, progress, fitted.screening)
    agreement = agreement_table(fitted, again, calibration.prior)
    write_table(agreement, output / "agreement.csv")
    write_json(output / PROOF_FILE.name, {"source": source_hash("posterior"), "setting": setting(calibration.config)})
    call.say(meter.cost(store).line(fitted.effective_draws))
    at_level = coverage[coverage["level"] == SHOWN_LEVEL]
    held = at_level[at_level["parameter"] == EVERYTHING].set_index("truths")
    pooled, checked = held["coverage"], held.loc[CHECKED]
    least = (
        at_level[(at_level["parameter"] != EVERYTHING) & (at_level["truths"] == "prior")]
        .nsmallest(1, "coverage")
        .iloc[0]
    )
    worst = agreement.nlargest(1, "difference").iloc[0]
    return Text(
        f"90 % intervals hold {pooled['prior']:.1%} of {n} truths of the prior and {pooled['near']:.1%} of {near} near "
        f"the report; least {least['coverage']:.0%} ({least['parameter']}). After the last stage they hold "
        f"{checked['coverage']:.1%} of {n_checked} [{checked['low']:.0%}, {checked['high']:.0%}], with draws worth "
        f"{checked['worth']:.0f} in the middle case. Two inferences differ by at most "
        f"{worst['difference']:.2f} standard deviations ({worst['parameter']}). Tables: {shown_path(output)}",
        f"90% 区间包含先验中 {n} 个真值的 {pooled['prior']:.1%}、报告附近 {near} 个真值的 {pooled['near']:.1%}；最低 "
        f"{least['coverage']:.0%}（{least['parameter']}）。"
        f"最后一步之后，{n_checked} 个真值的包含率为 {checked['coverage']:.1%} "
        f"[{checked['low']:.0%}, {checked['high']:.0%}]，居中的抽样相当于 {checked['worth']:.0f} 次等权抽样。"
        f"两次推断至多相差 {worst['difference']:.2f} 个标准差（{worst['parameter']}）。表：{shown_path(output)}",
    )
