"""What stays of a sweep: the collected table, failures with the command that repeats each, and where it comes from."""

from __future__ import annotations

import shlex

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.base.input.yaml_files import shown_path
from scenarios.base.output.folders import PROGRAM
from scenarios.base.output.plain_files import write_csv, write_json
from scenarios.base.text import Text
from scenarios.runs.provenance import provenance
from scenarios.sweep.plan.plan import Plan
from scenarios.sweep.plan.variants import LIGHT
from scenarios.sweep.store.collect import Collected, collect
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.store.parts import MESSAGE, POINT, SEED
from scenarios.sweep.work.runs import Runs

FAILURES, MADE = "failures.csv", "collected.json"
FAILURES_MOST = 10_000
"""Failed runs that are listed; the table has them all."""


def write_results(plan: Plan, folder: SweepFolder, language: str) -> int:
    """Write table, failures and where they come from; print how it ended; return 1 if runs failed or are left."""
    runs = Runs(plan, folder)
    found = collect(runs, folder)
    failures = _failures(plan, folder, found)
    of = runs.order.size
    left = of - found.runs
    content = {
        "program": PROGRAM, "kind": "sweep", "name": plan.sweep.name, "titles": dict(plan.sweep.titles),
        "runs_planned": of, "runs_collected": found.runs, "runs_failed": found.failed, "rows": found.rows,
        "content": found.content, "source": plan.source, "sweep": plan.sweep.tree, **provenance("sweep"),
    }  # fmt: skip
    write_json(folder.path / MADE, content)
    name, rows = shown_path(found.path), f"{found.rows:,}"
    lines = [Text(f"Table: {name} ({rows} rows, content {found.content[:12]})",
                  f"结果表：{name}（{rows} 行，内容 {found.content[:12]}）")]  # fmt: skip
    if failures:
        name = shown_path(folder.path / FAILURES)
        lines.append(
            Text(f"Failed runs, each with the command that repeats it: {name}", f"失败的运行及重现命令：{name}")
        )
    done = found.runs - found.failed
    lines.append(Text(f"{done:,} of {of:,} runs done, {found.failed:,} failed, {left:,} left",
                      f"{of:,} 次运行：完成 {done:,}，失败 {found.failed:,}，剩余 {left:,}"))  # fmt: skip
    for line in lines:
        print(line.say(language))
    return int(found.failed > 0 or left > 0)


def _failures(plan: Plan, folder: SweepFolder, found: Collected) -> bool:
    """Write failed runs with message and command; remove the file of an earlier collection where there are none."""
    path = folder.path / FAILURES
    if not found.failed:
        path.unlink(missing_ok=True)
        return False
    columns = ["scenario", *(["draw"] if plan.sweep.draws else []), *plan.points.columns, POINT, SEED, MESSAGE]
    with found.path.open("rb") as opened, pq.ParquetFile(opened) as file:  # without threads, as parts are read
        blocks = [file.read_row_group(i, columns, use_threads=False) for i in range(file.num_row_groups)]
    table = pa.concat_tables([block.filter(block[MESSAGE].is_valid()) for block in blocks]).to_pandas()
    table = table.head(FAILURES_MOST)
    ids = np.array([[int(name[:16], 16), int(name[16:], 16)] for name in table.pop(POINT)], dtype=np.uint64)
    numbers = plan.find(ids, table[SEED].to_numpy(dtype=np.int64))
    table["command"] = [_command(plan, number) for number in numbers.tolist()]
    write_csv(table, path)
    return True


def _command(plan: Plan, number: int) -> str:
    """Return the command that makes one run of a plan by itself; a draw's parameters are written out."""
    point, position = divmod(number, plan.n_seeds)
    base = int(plan.points.base[point])
    values = plan.points.values(point)
    own = {key: value for key, value in values.items() if key.startswith(LIGHT)}
    words = {**plan.parameters_of(base, int(plan.points.draw[point])), **own}
    options = ["--config-dir", plan.sweep.config_dir] if plan.sweep.config_dir else []
    return shlex.join(
        ["python", "-m", "simulation", *options, *plan.words[base], f"seed={plan.seeds[point, position]}",
         *(f"{key}={value}" for key, value in words.items())]
    )  # fmt: skip
