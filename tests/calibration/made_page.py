"""A calibration of made numbers in a folder, as `make calibrate` and `make calibrate-proof` leave one for the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from calibration.findings.summary import ALSO_COLUMNS, FIT, PATTERNS
from calibration.fitting.prior import prior_of
from calibration.proof.truths import AGREEMENT, COVERAGE, EVERYTHING
from calibration.upkeep.page import CHARTS, PROOF_CHART
from scenarios.base.labels import LANGUAGES
from scenarios.base.output.plain_files import write_csv, write_json
from scenarios.report.patterns import read_patterns
from scenarios.runs.sources import source_hash
from scenarios.runs.targets import TARGETS
from scenarios.settings.config import RunConfig

EXACT = "%.12g"


def made_json(config: RunConfig) -> dict[str, Any]:
    """Return what is told of the calibration, and of its draws."""
    keys = prior_of(config.resolved["parameters"]).keys
    sizes = {name: 100 + i for i, name in enumerate(("prior", "matching", "refocusing", "checking"))}
    return {
        "program": "anju", "kind": "posterior", "source": source_hash("posterior"), "runs": 4321, "draws": 2,
        "effective_draws": 210.4, "plausible_share": 0.25, "weight_cut": 0.02, "screening_runs": 760, "sizes": sizes,
        "moved": 35,
        "free": list(keys[:15]), "minor": list(keys[15:20]), "inert": list(keys[20:]), "without": [],
        "contraction": dict.fromkeys(keys, 0.1), "own_knobs": dict.fromkeys(TARGETS, ""),
        "check_shift": {"parameter": keys[0], "deviations": 0.11},
    }  # fmt: skip


def write_calibration(folder: Path, config: RunConfig) -> None:
    """Write the tables and charts of a calibration in which every figure is met."""
    made, middle = made_json(config), (10.0, 9.0, 11.0)
    fit = [
        (name, name, "persons", 10.0, 2.0, *middle, "yes", "", *middle, 10.0, 1.0, 90.0, *middle) for name in TARGETS
    ]
    known = read_patterns(config.region / "patterns.csv")
    patterns = [(name, 0.5, 0.9, "something", "share", 0.1, 0.4, 0.3, 0.2, 0.4, 0.5, 0.1, 0.9) for name in known]
    also = [(name, "share of households", 0.5, 0.1, 0.9, 0.3, 0.2, 0.4) for name in ("settled", "returned")]
    tables = {
        "fit": pd.DataFrame(fit, columns=list(FIT)),
        "parameters": pd.DataFrame({"parameter": list(made["contraction"]), "contraction": 0.1}),
        "patterns": pd.DataFrame(patterns, columns=list(PATTERNS)),
        "unprinted": pd.DataFrame(also, columns=list(ALSO_COLUMNS)),
        "ridges": pd.DataFrame({"parameter_a": [made["free"][0]], "parameter_b": [made["free"][1]],
                                "correlation": [-0.5]}),
        "informs": pd.DataFrame({"parameter": made["free"]}),
        "screening": pd.DataFrame({"parameter": list(made["contraction"])}),
    }  # fmt: skip
    for name, table in tables.items():
        write_csv(table, folder / f"{name}.csv", EXACT)
    write_json(folder / "calibration.json", made)
    _write_charts(folder, CHARTS)


def write_proof(folder: Path, config: RunConfig, source: str = "") -> None:
    """Write a proof that holds; source: of other sources than these."""
    free = made_json(config)["free"]
    where = {"prior": 200, "near": 50, "checked": 10, "unchecked": 10}
    coverage = [
        (name, level, level, n, place, 60.0, level - 0.05, level + 0.05) for place, n in where.items()
        for name in (*free, EVERYTHING) for level in (0.5, 0.9)
    ]  # fmt: skip
    agreement = [(name, 0.5, 0.5, 0.1, 0.1, 0.9, 0.9, 0.1, 0.05) for name in free]
    write_csv(pd.DataFrame(coverage, columns=list(COVERAGE)), folder / "coverage.csv", EXACT)
    write_csv(pd.DataFrame(agreement, columns=list(AGREEMENT)), folder / "agreement.csv", EXACT)
    write_json(folder / "proof.json", {"source": source or source_hash("posterior")})
    _write_charts(folder, (PROOF_CHART,))


def _write_charts(folder: Path, names: tuple[str, ...]) -> None:
    for name in names:
        for language in LANGUAGES:
            (folder / f"{name}.{language}.svg").write_text("<svg/>", encoding="utf-8")
