"""Folders of results, each either whole or not there: when one may be written, and what its manifest holds.

A folder is ours only if it carries the manifest that this program wrote. Nothing else is ever deleted or replaced.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scenarios.base.errors import UserError
from scenarios.base.output.plain_files import write_json
from scenarios.base.output.whole_files import folder_beside, name_beside
from scenarios.base.text import Text

MANIFEST = "manifest.json"
PROGRAM = "anju"
ATTEMPTS = 3
ANOTHER = Text("choose another output=FOLDER, or move that folder away", "请另选 output=文件夹，或移走该文件夹")


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a folder that this program wrote, else None."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    ours = isinstance(manifest, dict) and manifest.get("program") == PROGRAM
    return manifest if ours and isinstance(manifest.get("files"), dict) else None


def takes_files(folder: Path) -> bool:
    """Return whether a file can be made in a folder that is there, found by making one: rights do not say all."""
    try:
        with TemporaryDirectory(prefix=".anju-", dir=folder):
            return True
    except OSError:
        return False


def check_output(folder: Path, digest: str, replaced: str = "") -> None:
    """Raise UserError unless results may be written to `folder`.

    Allowed: a folder that is not there yet, an empty one, and one with the results of the same digest, or of the kind
    `replaced`, and nothing else.
    """
    if not folder.exists() and not folder.is_symlink():
        above = next((parent for parent in folder.absolute().parents if parent.exists()), Path("/"))
        if not takes_files(above):
            problem = Text("the output folder cannot be made there", "无法在此建立结果文件夹")
            raise UserError(problem, key="output", found=folder, hint=ANOTHER)
        return
    if not folder.is_dir():
        problem = Text("the output is not a folder", "output 不是文件夹")
        raise UserError(problem, key="output", found=folder, hint=ANOTHER)
    names = files_in(folder)
    if not names:
        return
    manifest = read_manifest(folder)
    if manifest is None:
        problem = Text("the output folder holds files that no run wrote", "结果文件夹中有并非运行结果的文件")
        raise UserError(problem, key="output", found=folder, hint=ANOTHER)
    if manifest.get("digest") != digest and (not replaced or manifest.get("kind") != replaced):
        problem = Text("the output folder holds the results of another run", "结果文件夹中已有另一次运行的结果")
        raise UserError(problem, key="output", found=folder, hint=ANOTHER)
    strange = sorted(set(names) - set(manifest["files"]) - {MANIFEST})
    if strange:
        problem = Text("the output folder also holds a file of yours", "结果文件夹中另有您自己的文件")
        raise UserError(problem, key="output", found=folder / strange[0], hint=ANOTHER)


@contextmanager
def written_aside(folder: Path, digest: str, replaced: str = "") -> Iterator[Path]:
    """Give a folder to write into; it takes the place of `folder` if the block ends well, and is removed if not.

    replaced: kind of results that may be replaced whatever their digest. Raises UserError where `check_output` does.
    """
    check_output(folder, digest, replaced)
    folder = folder.absolute()
    with folder_beside(folder) as aside:
        yield aside
        _into_place(aside, folder, digest, replaced)


def write_manifest(folder: Path, content: dict[str, Any]) -> None:
    """Write the manifest of a folder, last of all: what it holds, and the SHA-256 of every other file in it."""
    files = {name: file_hash(folder / name) for name in files_in(folder)}
    write_json(folder / MANIFEST, {"program": PROGRAM, **content, "files": files})


def files_in(folder: Path) -> list[str]:
    """Return the files below a folder, relative to it, sorted; an empty folder within counts as one."""
    found = []
    for path in folder.rglob("*"):
        if not path.is_dir() or not any(path.iterdir()):
            found.append(path.relative_to(folder).as_posix())
    return sorted(found)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _into_place(aside: Path, folder: Path, digest: str, replaced: str) -> None:
    for attempt in range(ATTEMPTS):
        check_output(folder, digest, replaced)
        old = name_beside(folder, "old")
        replaces = folder.exists()
        if replaces:
            folder.rename(old)
        try:
            aside.rename(folder)
        except BaseException as error:
            if replaces and folder.exists():  # the same run, made at the same time, was quicker
                shutil.rmtree(old, ignore_errors=True)
            elif replaces:
                old.rename(folder)
            if not isinstance(error, OSError) or attempt == ATTEMPTS - 1:
                raise
            continue
        if replaces:
            shutil.rmtree(old, ignore_errors=True)
        return


def check_folder(folder: Path) -> None:
    """Raise UserError unless files may be written to `folder`, which need not be there yet."""
    above = next((each for each in (folder, *folder.absolute().parents) if each.exists()), Path("/"))
    if not takes_files(above):
        problem = Text("the output folder cannot be made or written to", "无法建立或写入结果文件夹")
        hint = Text("choose another: output=FOLDER", "请另选 output=文件夹")
        raise UserError(problem, key="output", found=folder, hint=hint)
