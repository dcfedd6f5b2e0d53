"""What a sweep would take: points, runs, histories, hours, chunks, megabytes. Writes nothing."""

from __future__ import annotations

from typing import Any

from scenarios.base.console import aligned
from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.parallel import available_processors
from scenarios.base.progress import duration
from scenarios.base.text import Text
from scenarios.settings.command import Call
from scenarios.sweep.plan.plan import Plan
from scenarios.sweep.progress import PILOT_STAGE
from scenarios.sweep.store.collect import with_effect
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.work.chunks import (
    cut,
    known_timing,
    make_pilot,
    pilot_numbers,
)
from scenarios.sweep.work.run_maker import setting_of
from scenarios.sweep.work.runs import Runs
from scenarios.sweep.work.tasks import bounds, group_most

SHOWN = 5
"""Points that cannot be run, of which so many are named."""


def print_plan(plan: Plan, folder: SweepFolder, launcher: str, settings: dict[str, Any], call: Call) -> None:
    """Print what a sweep would take; runs that are there already are left out."""
    folder.check(plan)
    runs = Runs(plan, folder)
    done, failed = runs.done()
    missing = runs.order[~done]
    processes = int(settings.get("processes", 0)) or available_processors()
    ends = bounds(plan, missing, group_most(missing.size, processes))
    language = call.language
    timing = known_timing(folder)
    if timing is None and missing.size:
        call.progress.stage(PILOT_STAGE)
        timing = make_pilot(plan, setting_of(plan, folder.parts), "pilot", pilot_numbers(plan, missing), keep=False)
    call.progress.clear()
    seconds = timing.seconds(len(ends) - 1, int(missing.size)) if timing else 0.0
    minutes = float(settings.get("chunk_minutes", 0))
    hours = duration(seconds)
    rows = [
        (Text("points", "点"), f"{len(plan.points.scenario):,}"),
        (Text("runs", "运行"), f"{runs.order.size:,}"),
        (Text("done", "已完成"), f"{int(done.sum()):,}" + (f" ({int(failed.sum()):,} failed)" if failed.any() else "")),
        (Text("to do", "待运行"), f"{missing.size:,}"),
        (Text("histories shared", "共用的历史"), f"{len(ends) - 1:,}"),
        (Text("work", "工作量"), hours.say(language)),
    ]
    if minutes and timing and missing.size:
        rows.append((Text("chunks", "作业块"), f"{len(cut(plan, missing, timing, minutes * 60)):,}"))
    elif not minutes:
        wall = duration(seconds / processes)
        rows.append((Text(f"time on {processes} processes", f"{processes} 个进程用时"), wall.say(language)))
    rows.append((Text("table, at most", "结果表至多"), f"{megabytes(plan, runs):,.1f} MB"))
    rows += [(Text("launcher", "启动方式"), launcher), (Text("folder", "文件夹"), shown_path(folder.path))]
    call.say(aligned([(name.say(language), value) for name, value in rows]))
    bad = impossible(plan)
    if bad:
        call.say(Text(f"{len(bad):,} points cannot be run and will be failed runs, the first: {bad[0]}",
                      f"有 {len(bad):,} 个点无法运行，将记为失败；首个：{bad[0]}"))  # fmt: skip


def megabytes(plan: Plan, runs: Runs) -> float:
    """Return the size of the collected table without compression, MB."""
    outputs = plan.sweep.outputs
    columns = len(outputs) + len(with_effect(outputs)) + len(plan.points.columns) + 3
    return runs.order.size * max(1, len(plan.sweep.months)) * (8.0 * columns + 32.0) / 1e6


def impossible(plan: Plan) -> list[str]:
    """Return why points cannot be run whose numbers are each in range, one text a point."""
    reasons = []
    for point, base in enumerate(plan.points.base.tolist()):
        values = plan.parameters_of(base, int(plan.points.draw[point])) | plan.points.values(point)
        light = {key: value for key, value in values.items() if key.startswith(("parameters.", "levers."))}
        try:
            plan.bases[base].parameters(light)
            plan.bases[base].policy(light)
        except UserError as error:
            reasons.append(str(error))
    return reasons
