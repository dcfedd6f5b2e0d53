"""Writes a calibration: its tables, its posterior with weights, its charts, and the draws for briefs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from calibration.findings.calibration import LEAST, Calibration, Findings
from calibration.findings.charts import write_calibration_charts
from calibration.findings.draws import posterior_draws
from calibration.findings.experiment_runs import experiment_rows
from calibration.findings.summary import (
    also_table,
    fit_table,
    parameter_table,
    pattern_table,
)
from calibration.fitting.cost import Cost, Meter
from calibration.fitting.progress import StageProgress
from scenarios.base.errors import UserError
from scenarios.base.output.plain_files import json_text, write_csv, write_json
from scenarios.base.output.whole_files import opened_beside
from scenarios.base.text import Text
from scenarios.runs.parameter_sets import Draws, write_draws
from scenarios.settings.parameter_values import SIGNIFICANT_DIGITS

FLOAT_FORMAT = f"%.{SIGNIFICANT_DIGITS}g"


def write_calibration(calibration: Calibration, findings: Findings, progress: StageProgress, meter: Meter) -> Cost:
    """Write everything that `findings` says into the calibration's folder, and its draws where briefs look for them.

    Returns what all that cost since `meter` was made; the two files .json say it under "cost", and nothing else does.
    Raises UserError, and writes nothing, where briefs would stand on draws that are worth fewer than LEAST.
    """
    fit, lessons = findings
    if calibration.table is not None and fit.effective_draws < LEAST:
        problem = Text(
            "the draws are worth too few: the report is at odds with the model", "有效抽样过少：报告与模型不相容"
        )
        hint = Text(
            "leave out a figure that all others foretell otherwise: without=ID",
            "请去掉与其余信息矛盾的数字：without=编号",
        )
        allowed = f"{LEAST} or more"
        raise UserError(problem, key="draws", found=f"{fit.effective_draws:.0f}", allowed=allowed, hint=hint)
    posterior, draws = posterior_draws(calibration, findings)
    experiments = experiment_rows(calibration, posterior, progress)
    progress.stage(Text("writing tables and charts", "写出表和图"))
    tables = {
        "fit": fit_table(fit, lessons, calibration.figures),
        "parameters": parameter_table(fit, lessons, calibration.prior),
        "patterns": pattern_table(fit, lessons, experiments),
        "unprinted": also_table(fit, calibration.store.names[len(fit.observed.names) :]),
        "ridges": lessons.ridges,
        "informs": informs_table(calibration, findings),
        "screening": screening_table(calibration, findings),
    }
    for name, table in tables.items():
        write_table(table, calibration.output / f"{name}.csv")
    _write_parquet(posterior, calibration.output / "posterior.parquet", draws.made)
    write_calibration_charts(calibration.output, tables, calibration.patterns)
    cost = meter.cost(calibration.store)
    made = {**draws.made, "cost": cost._asdict()}
    write_json(calibration.output / "calibration.json", made)
    if calibration.table is not None:
        write_draws(calibration.table, Draws(draws.table, made))
    return cost


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as plain UTF-8 CSV, whole or not at all."""
    write_csv(table, path, FLOAT_FORMAT)


def informs_table(calibration: Calibration, findings: Findings) -> pd.DataFrame:
    """Return by how much each fitted parameter's spread grows without each target and pattern (1: not at all)."""
    ids = [name.partition(":")[2] for name in findings.fit.observed.names]
    table = pd.DataFrame(findings.lessons.growth, columns=ids)
    table.insert(0, "parameter", [calibration.prior.keys[i] for i in findings.fit.wide.free])
    return table


def screening_table(calibration: Calibration, findings: Findings) -> pd.DataFrame:
    """Return the effect of each parameter's whole range on each output, in errors of the report (Morris's mu*)."""
    screening = findings.fit.screening
    ids = [name.partition(":")[2] for name in findings.fit.observed.names]
    if screening.effects.shape[1] != len(ids):  # made under another reading: only the strongest effects are known
        ids = ["strongest"]
    table = pd.DataFrame(screening.effects, columns=ids)
    kinds = np.full(len(calibration.prior.keys), "inert", dtype=object)
    kinds[list(screening.free)], kinds[list(screening.minor)] = "free", "minor"
    table.insert(0, "screening", kinds)
    table.insert(0, "parameter", calibration.prior.keys)
    return table


def _write_parquet(table: pd.DataFrame, path: Path, provenance: dict[str, Any]) -> None:
    content = pa.Table.from_pandas(table, preserve_index=False)
    content = content.replace_schema_metadata(
        {**(content.schema.metadata or {}), b"anju": json_text(provenance).encode()}
    )
    with opened_beside(path) as file:
        pq.write_table(content, file, compression="zstd")
