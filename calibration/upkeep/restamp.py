"""The work of `python -m calibration.restamp` (make restamp): are the committed results still what these sources give?

A change of the sources that alters no number leaves results right and their hash wrong. A few draws of each committed
result are run again; where every one of them is as stored, to the bit, the hashes are renewed. Otherwise it says what
differs and what makes it anew, and writes nothing. What is not there is said as well.
"""

from __future__ import annotations

from calibration.upkeep.reruns import Missing, Rerun
from scenarios.base.door import loaded
from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.parallel import ProcessPool
from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.runs.sources import RESULTS
from scenarios.settings.command import Call

CHECKING, KINDS = (
    Text("running a few draws of each result again", "正在重跑各项结果的少数几组"),
    Text("results", "项结果"),
)


def restamp(call: Call) -> None:
    """Check every committed result and renew the hashes; raises UserError, and writes nothing, where one differs."""
    checked, missing = check_all(call.progress, call.own["processes"])
    for rerun in checked:
        rerun.renew()
        path, n = shown_path(rerun.path), rerun.draws
        call.say(Text(f"{path}: hash renewed, {n} draws run again", f"{path}：已更新校验值，重跑 {n} 组"))
    for path, makes in ((shown_path(each.path), each.makes) for each in missing):
        call.say(Text(f"{path}: missing; made by {makes}", f"{path}：缺失；生成命令：{makes}"))
    if not checked and not missing:
        call.say(Text("all committed results are of these sources", "已提交的结果均由当前代码与参数生成"))


def check_all(progress: Progress, processes: int) -> tuple[list[Rerun], list[Missing]]:
    """Return every committed file that other sources made and that these give as well, and every one that is not there.

    Raises UserError for a file that these sources do not give.
    """
    names = [name for name, result in RESULTS.items() if result.rerun]
    pool = ProcessPool(processes)
    checked: list[Rerun] = []
    missing: list[Missing] = []
    progress.stage(CHECKING)
    try:
        for done, (name, reruns) in enumerate(zip(names, pool.map(rerun_of, names), strict=True), start=1):
            progress.count(done, len(names), KINDS)
            missing += [each for each in reruns if isinstance(each, Missing)]
            for rerun in (each for each in reruns if isinstance(each, Rerun)):
                if rerun.differs:
                    problem = Text("a committed result is not what these sources give", "某项结果与当前代码所得不同")
                    hint = Text(f"make it anew: {RESULTS[name].anew}", f"请重新生成：{RESULTS[name].anew}")
                    raise UserError(problem, key=name, found=rerun.differs, hint=hint, place=shown_path(rerun.path))
                checked.append(rerun)
    finally:
        pool.close()
    return checked, missing


def rerun_of(name: str) -> list[Rerun | Missing]:
    """Return the committed files of a kind of result, checked; those that these sources made are left out."""
    return list(loaded(RESULTS[name].rerun)())
