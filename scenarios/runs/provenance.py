"""Where results come from: the configuration, the code, the libraries.

No times, hosts or absolute paths stand in it: the same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.base.paths import ROOT
from scenarios.base.version import VERSION
from scenarios.runs.sources import source_files, source_hash

if TYPE_CHECKING:
    from scenarios.settings.config import RunConfig

SCHEMA = 1
LIBRARIES = ("mesa", "numpy", "numba", "pandas", "pyarrow")
LOCK = "requirements/run.lock"
GIT_SECONDS = 20


def run_manifest(config: RunConfig, result: str = "run") -> dict[str, Any]:
    """Return the manifest of a run, without the list of its files; result: what came of it, by its name in RESULTS."""
    return manifest_of(config, provenance(result))


def manifest_of(config: RunConfig, made_of: Mapping[str, Any]) -> dict[str, Any]:
    """Return `run_manifest` where it is known what the code is; made_of: `provenance`."""
    return {
        "kind": "run",
        "schema": SCHEMA,
        "scenario": config.scenario,
        "seed": config.seed,
        "digest": config.digest,
        "configuration": config.resolved,
        "outside_prior": list(config.outside_prior),
        **made_of,
    }


def provenance(result: str) -> dict[str, Any]:
    """Return version, commit, hash of the sources of a kind of result, lock and versions of Python and libraries."""
    return {
        "version": VERSION,
        "code": {**commit(result), "source": source_hash(result)},
        "lock": text_hash([ROOT / LOCK]),
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in LIBRARIES}},
    }


def text_hash(files: Iterable[Path]) -> str:
    """Return one SHA-256 of text files with their names; line ends count the same on every system."""
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(ROOT).as_posix()}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()


def commit(result: str) -> dict[str, Any]:
    """Return the commit, and whether files that can alter the result differ from it; None where there is no git."""
    top = _git("rev-parse", "--show-toplevel")
    head = _git("rev-parse", "--verify", "--quiet", "HEAD")
    if not top or not head or Path(top).resolve() != ROOT.resolve():
        return {"commit": None, "changed": None}
    files = (*(path.relative_to(ROOT).as_posix() for path in source_files(result)), LOCK)
    return {"commit": head, "changed": bool(_git("status", "--porcelain", "--", *files))}


def _git(*words: str) -> str:
    command = ["git", "--no-optional-locks", "-C", str(ROOT), *words]
    try:
        done = subprocess.run(command, capture_output=True, timeout=GIT_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return os.fsdecode(done.stdout).strip() if done.returncode == 0 else ""


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
