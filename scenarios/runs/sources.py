"""What each kind of result is made of, and one hash of it: whether a result is still what these sources give.

RESULTS names, for each kind, the functions that make its numbers and the configuration that they read. The hash covers
all that the functions reach (scenarios/base/source/closure.py) and the configuration as data: its values in their
order, without comments and without the words that people read. So it changes with a rule and not with a chart, a
comment, a title, or a file that moves. `make restamp` runs a few draws of each committed result again and renews its
hash.
"""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.paths import ROOT
from scenarios.base.source.closure import Closure, Sources
from scenarios.settings.schema import NOT_RESULTS

SHARED = ("conf/config.yaml", "conf/parameters", "conf/reading", "conf/structure", "conf/region")
LEVERS = ("conf/lever", "conf/scenario")
NOT_READ = (*NOT_RESULTS, "identities.csv", "recommendations.csv")
"""Files of a region that no run reads."""
TEXT_KEYS = ("source", "title_en", "title_zh", "question", "meaning", "consequence")
"""Keys of YAML files that hold words for people."""
TEXT_COLUMNS = ("section", "source", "place", "name", "name_zh", "note", "note_zh", "pattern", "pattern_zh")
"""The same of CSV files."""
COMPOSED = "scenarios.settings.config:compose_run"
POPULATION = "scenarios.population.load:load_population"


@dataclass(frozen=True)
class Result:
    """A kind of result.

    entries: the functions that make its numbers; conf: files and folders of the configuration that they read. Of what
    is committed: rerun, the function that runs a few draws again (calibration/upkeep/reruns.py); anew, what to run if
    they differ.
    """

    entries: tuple[str, ...]
    conf: tuple[str, ...] = (*SHARED, *LEVERS)
    rerun: str = ""
    anew: str = ""


_HISTORIES = ("calibration.fitting.runs:start_runs", "calibration.fitting.runs:run_history")
_POSTERIOR = (
    *_HISTORIES,
    "calibration.findings.calibration:calibration_of",
    "calibration.findings.calibration:Calibration",
    "calibration.findings.one_reading:fit_reading",
    "calibration.findings.draws:posterior_draws",
)
_COMPARISON = (
    "scenarios.compare.plan:plan_comparison",
    "scenarios.compare.runner:run_all",
    "scenarios.compare.assemble:results_of",
    "scenarios.compare.assemble:tables_of",
    "scenarios.compare.prior_effects:effects_before",
    "scenarios.compare.tables:write_tables",
    "scenarios.compare.runs_file:write_runs",
)
RESULTS = {
    "run": Result((COMPOSED, "scenarios.runs.model_run:finished_run", "scenarios.runs.model_run:write_tables")),
    "national": Result((COMPOSED, "scenarios.runs.model_run:finished_nation")),
    "diaries": Result((COMPOSED, "scenarios.households.diaries.runs:finished_diaries")),
    "population": Result((COMPOSED, POPULATION, "scenarios.population.tables:write_tables"), SHARED),
    "comparison": Result(_COMPARISON, rerun="calibration.upkeep.reruns:example", anew="make brief, then make example"),
    # Levers of a sweep are part of each run's identity as they were composed.
    "sweep": Result(("scenarios.sweep.work.run_maker:RunMaker",), SHARED),
    "history": Result(_HISTORIES, SHARED),
    "posterior": Result(
        _POSTERIOR,
        SHARED,
        "calibration.upkeep.reruns:posterior",
        "make calibrate, make calibrate-readings, then python -m calibration.page",
    ),
    # A forecast stays as it was written: nobody runs it again to renew its hash.
    "forecast": Result(
        (
            COMPOSED,
            "calibration.fitting.prior_draws:prior_draws",
            "calibration.validate.forecast:wanted_rows",
            "calibration.validate.forecast:forecast_values",
        ),
        SHARED,
    ),
    "prior_effects": Result(
        (
            "calibration.fitting.prior_draws:prior_draws",
            "calibration.upkeep.prior_effects:run_prior",
            "calibration.upkeep.prior_effects:probes",
            "scenarios.compare.prior_effects:prior_rows",
        ),
        rerun="calibration.upkeep.reruns:prior_effects",
        anew="make prior-effects",
    ),
    "readings": Result(
        (
            *_POSTERIOR,
            "calibration.upkeep.readings:under_reading",
            "calibration.upkeep.readings:reading_rows",
            "calibration.upkeep.readings:probe",
        ),
        rerun="calibration.upkeep.reruns:readings",
        anew="make readings",
    ),
    "rings": Result(
        (
            "calibration.rings.store:start_measuring",
            "calibration.rings.store:measure_draw",
            "calibration.rings.table:rings_of",
        ),
        (*SHARED, *LEVERS, "conf/borrowed_evidence.csv"),
        "calibration.upkeep.rings_rerun:rings",
        "make rings",
    ),
    "plausibility": Result(
        (
            "scenarios.doc_pages.plausibility.command:baseline_runs",
            "scenarios.doc_pages.plausibility.quantities:QUANTITIES",
            "scenarios.doc_pages.plausibility.later:LATER",
        ),
        rerun="calibration.upkeep.reruns:plausibility",
        anew="make plausibility",
    ),
}
"""Every kind of result by its name; in the order in which the committed ones build on each other."""


@cache
def source_hash(name: str, root: Path = ROOT) -> str:
    """Return the hash of all that can alter a kind of result, by its name in RESULTS, in the tree at `root`."""
    digest = hashlib.sha256(closure_of(name, root).hash.encode())
    for path in configuration_files(name, root):
        digest.update(f"\n{path.relative_to(root).as_posix()}\n{configuration_text(path)}".encode())
    return digest.hexdigest()


@cache
def closure_of(name: str, root: Path = ROOT) -> Closure:
    """Return what the functions that make a kind of result reach.

    This module is not followed: whoever asks whether a result is old does not make it.
    """
    return _sources(root).closure(RESULTS[name].entries, without=(__name__,))


def source_files(name: str, root: Path = ROOT) -> list[Path]:
    """Return the files in which something stands that can alter a kind of result, sorted."""
    return sorted({*closure_of(name, root).files, *configuration_files(name, root)})


def configuration_files(name: str, root: Path = ROOT) -> list[Path]:
    """Return the files of the configuration that a kind of result reads, sorted."""
    found: list[Path] = []
    for part in RESULTS[name].conf:
        path = root / part
        found += [path] if path.is_file() else [below for below in path.rglob("*") if below.suffix in (".yaml", ".csv")]
    return sorted(path for path in found if path.name not in NOT_READ)


def configuration_text(path: Path) -> str:
    """Return what a file of the configuration says: its values, without the words in it."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows: Any = [_without(row, TEXT_COLUMNS) for row in csv.DictReader(file)]
    else:
        rows = _without(read_yaml(path).tree, TEXT_KEYS)
    return json.dumps(rows, ensure_ascii=False)


def _without(value: Any, names: tuple[str, ...]) -> Any:
    """Return a value without the keys `names` at any depth."""
    if isinstance(value, dict):
        return {name: _without(below, names) for name, below in value.items() if name not in names}
    return [_without(each, names) for each in value] if isinstance(value, list) else value


@cache
def _sources(root: Path) -> Sources:
    return Sources(root)
