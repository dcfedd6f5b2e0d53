"""Where results come from: the configuration, the code, the libraries.

No times, hosts or absolute paths stand in it: the same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

from scenarios.base.paths import ROOT
from scenarios.settings.config import NOT_RESULTS, RunConfig

SCHEMA = 1
LIBRARIES = ("mesa", "numpy", "numba", "pandas", "pyarrow")
LOCK = "requirements/run.lock"
RESULT_CODE = (
    "simulation",
    "scenarios/population",
    "scenarios/report/figures.py",
    "scenarios/report/formulas.py",
    "scenarios/base/rows.py",
    "conf/config.yaml",
    "conf/lever",
    "conf/parameters",
    "conf/reading",
    "conf/region",
    "conf/scenario",
)
"""What can alter results: the rules, the population and the numbers; texts and commands can't."""
WITHOUT_LEVERS = tuple(path for path in RESULT_CODE if path not in ("conf/lever", "conf/scenario"))
RUN_CODE = (
    *WITHOUT_LEVERS,
    "scenarios/settings/parameter_values.py",
    "scenarios/runs/outcome.py",
    "scenarios/runs/targets.py",
    "scenarios/report/patterns.py",
    "scenarios/report/pattern_measures.py",
    "scenarios/runs/series.py",
    "calibration/fitting/history.py",
)
"""What can alter a history and what it gives for the report: the same without levers, which start after it."""
SWEEP_CODE = (
    *WITHOUT_LEVERS,
    "scenarios/settings/parameter_values.py",
    "scenarios/compare/measure.py",
    "scenarios/sweep/work/city_runs.py",
    "scenarios/sweep/plan/outputs.py",
    "scenarios/sweep/plan/variants.py",
)
"""What can alter a run of a sweep, besides its configuration, which is part of its identity as it was composed."""
HISTORY_CODE = (
    *RUN_CODE,
    "calibration/fitting/prior.py",
    "calibration/fitting/likelihood.py",
    "calibration/fitting/screen.py",
    "calibration/fitting/emulator.py",
    "calibration/fitting/sampler.py",
    "calibration/fitting/transport.py",
    "calibration/fitting/waves.py",
    "calibration/fitting/last_stage.py",
    "calibration/fitting/fit.py",
    "calibration/findings/summary.py",
)
"""What can alter the posterior draws: histories, and how draws are inferred from them."""
COMMANDS = ("__main__.py", "bench.py", "compile.py", "trace.py", "story")
SOURCE_SUFFIXES = (".py", ".yaml", ".csv")
GIT_SECONDS = 20


def run_manifest(config: RunConfig) -> dict[str, Any]:
    """Return the manifest of a run, without the list of its files."""
    return {
        "kind": "run",
        "schema": SCHEMA,
        "scenario": config.scenario,
        "seed": config.seed,
        "digest": config.digest,
        "configuration": config.resolved,
        "outside_prior": list(config.outside_prior),
        **provenance(),
    }


def provenance() -> dict[str, Any]:
    """Return commit, source, lock and versions."""
    return {
        "code": {**commit(), "source": text_hash(source_files())},
        "lock": text_hash([ROOT / LOCK]),
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in LIBRARIES}},
    }


def source_files(code: Iterable[str] = RESULT_CODE) -> list[Path]:
    """Return the files that can alter results, sorted by path."""
    found = []
    for name in code:
        path = ROOT / name
        found += [path] if path.is_file() else [below for below in path.rglob("*") if below.suffix in SOURCE_SUFFIXES]
    return sorted(
        path for path in found if path.is_file() and not {"__pycache__", *COMMANDS, *NOT_RESULTS} & set(path.parts)
    )


def text_hash(files: Iterable[Path]) -> str:
    """Return one SHA-256 of text files with their names; line ends count the same on every system."""
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(ROOT).as_posix()}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()


def commit() -> dict[str, Any]:
    """Return the commit, and whether files that can alter results differ from it; None where there is no git."""
    top = _git("rev-parse", "--show-toplevel")
    head = _git("rev-parse", "--verify", "--quiet", "HEAD")
    if not top or not head or Path(top).resolve() != ROOT.resolve():
        return {"commit": None, "changed": None}
    return {"commit": head, "changed": bool(_git("status", "--porcelain", "--", *RESULT_CODE, LOCK))}


def _git(*words: str) -> str:
    command = ["git", "--no-optional-locks", "-C", str(ROOT), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
