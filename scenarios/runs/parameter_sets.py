"""A table of draws: parameter sets that a comparison runs on, with what they were made from.

It has one row a draw: its number, its seed, every parameter, and what the model gave for each target and pattern; the
.json of the same name says how they were made. calibration/ writes both, one table for each reading of the report; a
brief reads them and refuses a table that other sources made. Draws count equally.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.base.errors import UserError
from scenarios.base.input.csv_files import read_frame
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.output.plain_files import csv_text, write_json
from scenarios.base.output.whole_files import write_text
from scenarios.base.paths import ROOT
from scenarios.base.text import Text
from scenarios.report.patterns import read_patterns
from scenarios.report.readings import DEFAULT_READING, reading_changes, structure_changed, switch_words
from scenarios.runs.sources import source_hash
from scenarios.runs.targets import TARGETS
from scenarios.settings.config import RunConfig
from scenarios.settings.parameter_values import SIGNIFICANT_DIGITS, with_values
from scenarios.settings.renamed import check_renamed
from simulation.foundations.generator import GENERATORS
from simulation.state.parameters import PROCESSES, Parameters

POSTERIOR = ROOT / "calibration" / "tables" / "posterior"
"""Where the committed posterior draws of each reading are."""
DRAWS_FILE = POSTERIOR / f"{DEFAULT_READING}.csv"
PRIOR_FILE = ROOT / "calibration" / "tables" / "prior.csv"
"""Draws from the prior, which fit every population and reading."""
PRIOR_COMMAND = "make prior-effects"
"""What makes them, and what scenarios do under them."""
PARAMETER, TARGET, PATTERN = "parameter:", "target:", "pattern:"
"""What a column holds, by the beginning of its name."""
NUMBERS = ("draw", "seed")
"""The other columns: the number of a draw, and its seed."""


@dataclass(frozen=True)
class Draws:
    """Draws: `table` with the columns above, and `made`, how they were made."""

    table: pd.DataFrame
    made: dict[str, Any]

    def parameters(self, row: int, base: Parameters) -> Parameters:
        """Return the parameters of a row; those that were not drawn as in `base`."""
        drawn = {
            name.removeprefix(PARAMETER): float(self.table[name].iloc[row])
            for name in self.table.columns
            if name.startswith(PARAMETER)
        }
        return with_values(base, drawn)


def setting(config: RunConfig) -> dict[str, Any]:
    """Return what draws belong to besides their parameters: region, population, readings; structures and generator
    unless the first.

    A draw has its history under the random numbers of one generator alone.
    """
    chosen = {name: config.resolved[name] for name in ("region", "population", "reading")}
    return {
        **chosen,
        **({"structure": config.resolved["structure"]} if structure_changed(config.reading) else {}),
        **({"region_files": config.resolved["region_files"]} if "region_files" in config.resolved else {}),
        **({"generator": config.generator} if config.generator != GENERATORS[0] else {}),
    }


def posterior_file(config: RunConfig) -> Path:
    """Return the file of the committed posterior draws of a configuration's reading."""
    changed = [f"{name}-{value}" for name, value in reading_changes(config.reading).items()]
    return POSTERIOR / f"{'_'.join(changed) or DEFAULT_READING}.csv"


def calibrated_by(config: RunConfig) -> str:
    """Return the command that makes the draws of a configuration's reading."""
    changed = reading_changes(config.reading)
    if len(changed) > 1:
        return f"python -m calibration {' '.join(switch_words(changed))}"
    return "make calibrate-readings" if changed else "make calibrate"


def write_draws(path: Path, draws: Draws) -> None:
    """Write the table and, beside it, how it was made."""
    table = csv_text(draws.table, f"%.{SIGNIFICANT_DIGITS}g")
    write_text(path, table)
    write_json(path.with_suffix(".json"), {**draws.made, "table": hashlib.sha256(table.encode()).hexdigest()})


def read_draws(path: Path = DRAWS_FILE, makes: str = "make calibrate") -> Draws:
    """Return the draws of a file.

    makes: the command that makes them (`calibrated_by`). Raises UserError, naming it, if there are none, if the file
    was not written by `write_draws`, or for a column that is not known.
    """
    hint = Text(f"make them: {makes}", f"请先运行 {makes}")
    if not path.exists():
        problem = Text("these draws have not been made", "尚未生成该抽样表")
        raise UserError(problem, key="draws_file", found=shown_path(path), hint=hint)
    try:
        content = path.read_bytes().replace(b"\r\n", b"\n")
        table = read_frame(path)
        made = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        problem = Text("the table of draws cannot be read", "无法读取抽样表")
        raise UserError(problem, key="draws_file", found=path, hint=hint) from error
    columns = [str(name) for name in table.columns]
    wrong = _unknown(columns, path)
    missing = [name for name in NUMBERS if name not in columns]
    if wrong or missing or not len(table) or not isinstance(made, dict):
        problem = Text("the table of draws has wrong columns", "抽样表的列不符")
        found = ", ".join([*wrong, *(f"no {name}" for name in missing)]) or path
        allowed = ", ".join([*NUMBERS, *(f"{kind}..." for kind in (PARAMETER, TARGET, PATTERN))])
        raise UserError(problem, key="draws_file", found=found, allowed=allowed, hint=hint, place=shown_path(path))
    if made.pop("table", "") != hashlib.sha256(content).hexdigest():
        problem = Text("the table of draws is not the one that its .json tells of", "抽样表与其 .json 不对应")
        raise UserError(problem, key="draws_file", found=path, hint=hint)
    return Draws(table, made)


def _unknown(columns: Iterable[str], path: Path) -> list[str]:
    """Return the columns that no table of draws has; raises UserError for a parameter that has got another name.

    Which patterns there are is for the region to say (`check_draws`).
    """
    names = {f"{PARAMETER}{process}.{name}" for process, kind in PROCESSES.items() for name in _fields(kind)}
    names |= {*NUMBERS, *(f"{TARGET}{target}" for target in TARGETS)}
    unknown = [name for name in columns if name not in names and not name.startswith(PATTERN)]
    for name in unknown:
        if name.startswith(PARAMETER):
            check_renamed(f"parameters.{name.removeprefix(PARAMETER)}", place=shown_path(path))
    return unknown


def check_draws(draws: Draws, config: RunConfig, path: Path) -> None:
    """Raise UserError unless the draws were made by these sources, for this region, population and reading."""
    patterns = read_patterns(config.region / "patterns.csv")
    strange = [str(name) for name in draws.table if str(name).startswith(PATTERN)]
    strange = [name for name in strange if name.removeprefix(PATTERN) not in patterns]
    if strange:
        problem = Text("the table of draws has wrong columns", "抽样表的列不符")
        hint = Text("its patterns are not those of patterns.csv", "其特征与 patterns.csv 不符")
        raise UserError(problem, key="draws_file", found=", ".join(strange), hint=hint, place=shown_path(path))
    if draws.made.get("source") != source_hash("posterior"):
        raise UserError(
            Text("the draws were made by other sources than these", "抽样表由另一版本的代码或参数生成"),
            key="draws_file",
            found=path,
            hint=Text(
                f"make them anew: {calibrated_by(config)} (their parameters would not be those of conf/)",
                f"请重新运行 {calibrated_by(config)}（否则参数与 conf/ 不一致）",
            ),
        )
    wanted = {"generator": GENERATORS[0], **setting(config)}
    made = {"generator": GENERATORS[0], **draws.made.get("setting", {})}
    for name, value in wanted.items():
        if made.get(name) != value:
            raise UserError(
                Text(f"the draws were made for another {name}", f"抽样表对应另一种 {name}"),
                key="draws_file",
                found=json.dumps(made.get(name), ensure_ascii=False, sort_keys=True),
                allowed=json.dumps(value, ensure_ascii=False, sort_keys=True),
                hint=Text(
                    "calibrate for it: python -m calibration KEY=VALUE table=FILE, then draws_file=FILE",
                    "请为其另行校准：python -m calibration 键=值 table=文件，再用 draws_file=文件",
                ),
            )


def _fields(kind: Any) -> tuple[str, ...]:
    fields: tuple[str, ...] = kind._fields
    return fields
