"""What stays of a sweep: the collected table, failures with the command that repeats each, and where it comes from."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.folders import PROGRAM, write_text
from scenarios.manifest import provenance
from scenarios.registry import Text
from scenarios.run import write_csv
from scenarios.sweep.collect import Collected, collect
from scenarios.sweep.folder import SweepFolder
from scenarios.sweep.parts import MESSAGE, SEED
from scenarios.sweep.plan import Plan
from scenarios.sweep.runs import Runs
from scenarios.yaml_files import shown_path

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
        "content": found.content, "source": plan.source, "sweep": plan.sweep.tree, **provenance(),
    }  # fmt: skip
    write_text(folder.path / MADE, json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
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
    keys = list(plan.points.columns)
    columns = ["scenario", *(["draw"] if plan.sweep.draws else []), *keys, SEED, MESSAGE]
    with pq.ParquetFile(found.path) as file:  # without threads, as parts are read
        blocks = [file.read_row_group(i, columns, use_threads=False) for i in range(file.num_row_groups)]
    table = pa.concat_tables([block.filter(block[MESSAGE].is_valid()) for block in blocks]).to_pandas()
    table["command"] = [_command(plan, keys, row) for row in table.head(FAILURES_MOST).to_dict("records")] + [""] * max(
        0, len(table) - FAILURES_MOST
    )
    write_csv(table.head(FAILURES_MOST), path)
    return True


def _command(plan: Plan, keys: list[str], row: dict[str, Any]) -> str:
    """Return the command of one run; a draw's parameters are written out."""
    words = {**plan.sweep.fixed, **{key: row[key] for key in keys if not pd.isna(row[key])}}
    names = {base.config.scenario: typed for base, typed in zip(plan.bases, plan.words, strict=True)}
    scenario = names.get(row["scenario"], (f"scenario={row['scenario']}",))[0]
    if "draw" in row and not pd.isna(row["draw"]):
        words = {**plan.parameters_of(0, int(row["draw"])), **words}
    shown = " ".join(f"{key}={value}" for key, value in words.items() if value != 0.0 or not key.endswith(".size"))
    return f"python -m simulation {scenario} seed={row[SEED]} {shown}".strip()
