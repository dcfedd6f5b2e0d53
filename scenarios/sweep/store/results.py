"""What stays of a sweep: the collected table, failures with the command that repeats each, and where it comes from."""

from __future__ import annotations

import shlex
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.base.input.yaml_files import shown_path
from scenarios.base.output.folders import PROGRAM
from scenarios.base.output.plain_files import json_text, write_csv
from scenarios.base.output.whole_files import write_text
from scenarios.base.text import Text, for_xml
from scenarios.runs.provenance import provenance
from scenarios.settings.command import Call
from scenarios.sweep.plan.plan import Plan
from scenarios.sweep.plan.variants import LIGHT
from scenarios.sweep.store.collect import Collected, collect
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.store.parts import MESSAGE, POINT, SEED
from scenarios.sweep.work.runs import Runs

FAILURES, COLLECTED = "failures.csv", "collected.json"
FAILURES_MOST = 10_000
"""Failed runs that are listed; the table has them all."""


class Results(NamedTuple):
    """What was collected, and whether runs failed or are left."""

    collected: Collected
    incomplete: bool


def write_results(plan: Plan, folder: SweepFolder, call: Call) -> Results:
    """Write table, failures and where they come from; print how it ended."""
    runs = Runs(plan, folder)
    collected = collect(runs, folder)
    failures = _failures(plan, folder, collected)
    of = runs.order.size
    remaining = of - collected.runs
    content = {
        "program": PROGRAM, "kind": "sweep", "name": plan.sweep.name, "titles": dict(plan.sweep.titles),
        "runs_planned": of, "runs_collected": collected.runs, "runs_failed": collected.failed, "rows": collected.rows,
        "content": collected.content, "source": plan.source, "sweep": plan.sweep.tree, **provenance("sweep"),
    }  # fmt: skip
    write_text(folder.path / COLLECTED, for_xml(json_text(content)))
    name, rows = shown_path(collected.path), f"{collected.rows:,}"
    lines = [Text(f"Table: {name} ({rows} rows, content {collected.content[:12]})",
                  f"结果表：{name}（{rows} 行，内容 {collected.content[:12]}）")]  # fmt: skip
    if failures:
        name = shown_path(folder.path / FAILURES)
        lines.append(
            Text(f"Failed runs, each with the command that repeats it: {name}", f"失败的运行及重现命令：{name}")
        )
    done = collected.runs - collected.failed
    lines.append(Text(f"{done:,} of {of:,} runs done, {collected.failed:,} failed, {remaining:,} left",
                      f"{of:,} 次运行：完成 {done:,}，失败 {collected.failed:,}，剩余 {remaining:,}"))  # fmt: skip
    for line in lines:
        call.say(line)
    return Results(collected, collected.failed > 0 or remaining > 0)


def _failures(plan: Plan, folder: SweepFolder, collected: Collected) -> bool:
    """Write failed runs with message and command; remove the file of an earlier collection where there are none."""
    path = folder.path / FAILURES
    if not collected.failed:
        path.unlink(missing_ok=True)
        return False
    columns = ["scenario", *(["draw"] if plan.sweep.draws else []), *plan.points.columns, POINT, SEED, MESSAGE]
    with collected.path.open("rb") as opened, pq.ParquetFile(opened) as file:  # without threads, as parts are read
        blocks = [file.read_row_group(i, columns, use_threads=False) for i in range(file.num_row_groups)]
    table = pa.concat_tables([block.filter(block[MESSAGE].is_valid()) for block in blocks]).to_pandas()
    table = table.head(FAILURES_MOST)
    ids = np.array([[int(name[:16], 16), int(name[16:], 16)] for name in table.pop(POINT)], dtype=np.uint64)
    numbers = plan.find(ids, table[SEED].to_numpy(dtype=np.int64))
    table["command"] = [for_xml(_command(plan, number)) for number in numbers.tolist()]
    write_csv(table, path)
    return True


def _command(plan: Plan, number: int) -> str:
    """Return the command that makes one run of a plan by itself; a draw's parameters are written out."""
    point, position = divmod(number, plan.n_seeds)
    base = int(plan.points.base[point])
    values = plan.points.values(point)
    light = {key: value for key, value in values.items() if key.startswith(LIGHT)}
    settings = {**plan.parameters_of(base, int(plan.points.draw[point])), **light}
    options = ["--config-dir", plan.sweep.config_dir] if plan.sweep.config_dir else []
    return shlex.join(
        ["python", "-m", "simulation", *options, *plan.words[base], f"seed={plan.seeds[point, position]}",
         *(f"{key}={value}" for key, value in settings.items())]
    )  # fmt: skip
