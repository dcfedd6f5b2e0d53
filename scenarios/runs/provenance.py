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
    """Return the commit, and whether files that can alter the result differ from it.

    Where one is not known it is None, and `reason` says why.
    """
    head: str | None = None
    try:
        top = _git("rev-parse", "--show-toplevel")
        if Path(top).resolve() != ROOT.resolve():
            raise _NoAnswerError("the folder lies in the repository of another project")
        head = _git("rev-parse", "--verify", "HEAD")
        files = (*(path.relative_to(ROOT).as_posix() for path in source_files(result)), LOCK)
        return {"commit": head, "changed": bool(_git("status", "--porcelain", "--", *files))}
    except _NoAnswerError as error:
        return {"commit": head, "changed": None, "reason": str(error)}


class _NoAnswerError(Exception):
    """Git cannot say what it was asked; the text says why, without a path."""


NO_ANSWER = {
    "dubious ownership": "git reads no checkout of another user unless its safe.directory names it",
    "owned by someone else": "git reads no checkout of another user unless its safe.directory names it",
    "not a git repository": "the folder is no git checkout",
    "Needed a single revision": "the checkout has no commit yet",
}
"""Why git does not answer, by a part of what it says."""
CALLERS_SETTINGS, KEPT = "GIT_", ("GIT_CONFIG_", "GIT_EXEC_PATH")
"""Variables of git that it does not get, since GIT_DIR and others name another repository; and those that it gets."""


def _git(*words: str) -> str:
    command = ["git", "--no-optional-locks", "-C", str(ROOT), *words]
    given = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(CALLERS_SETTINGS) or name.startswith(KEPT)
    }
    try:
        done = subprocess.run(command, capture_output=True, timeout=GIT_SECONDS, check=False,
                              env={**given, "LC_ALL": "C"})  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _NoAnswerError(f"git did not answer in {GIT_SECONDS} s") from None
    except OSError as error:
        raise _NoAnswerError(f"git cannot be started: {error.strerror}") from None
    if done.returncode != 0:
        said = os.fsdecode(done.stderr)
        known = (reason for part, reason in NO_ANSWER.items() if part in said)
        raise _NoAnswerError(next(known, f"git {words[0]} ended with code {done.returncode}"))
    return os.fsdecode(done.stdout).strip()


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
