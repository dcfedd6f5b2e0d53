"""Files and folders that are either whole or not there: written beside their place, then renamed into it.

Whatever fails or is stopped on the way leaves what stood there before as it was, and no temporary file beside it. This
is the only place of scenarios/ and calibration/ that does so; all that they write goes through it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def file_beside(path: Path, sync: bool = False) -> Iterator[Path]:
    """Give a path to write a file to; the file takes the place of `path` if the block ends well, and is removed if not.

    Folders above `path` are made. sync: whether the file has to survive a crash of the machine right afterwards.
    """
    with _folders_above(path):
        aside = name_beside(path)
        try:
            yield aside
            if sync:
                _sync_file(aside)
            aside.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                aside.unlink()
            raise
        if sync:
            _sync_folder(path.parent)


@contextmanager
def opened_beside(path: Path, sync: bool = False) -> Iterator[BinaryIO]:
    """Give a file that is open for writing; the rest is as with `file_beside`."""
    with file_beside(path, sync) as aside, aside.open("wb") as file:
        yield file


@contextmanager
def folder_beside(folder: Path) -> Iterator[Path]:
    """Give a new, empty folder beside `folder`, to fill and to rename; it is removed if it is still there at the end.

    How it takes its place is for the caller to say: not every folder may be replaced. Folders above are made.
    """
    with _folders_above(folder):
        aside = name_beside(folder)
        try:
            aside.mkdir()
            yield aside
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def write_bytes(path: Path, content: bytes, sync: bool = False) -> Path:
    """Write a file, whole or not at all; return its path. sync: as in `file_beside`."""
    with file_beside(path, sync) as aside:
        aside.write_bytes(content)
    return path


def write_text(path: Path, text: str, sync: bool = False) -> Path:
    """Write a text as UTF-8, its line ends as they are, whole or not at all; return the path."""
    return write_bytes(path, text.encode(), sync)


def name_beside(path: Path, ending: str = "part") -> Path:
    """Return a hidden name beside `path` that nobody else uses, on this computer or on another."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex[:12]}.{ending}")


@contextmanager
def _folders_above(path: Path) -> Iterator[None]:
    """Make the folders above `path`; those that were made are removed again if the block fails and they are empty."""
    made = [parent for parent in path.absolute().parents if not parent.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for parent in made:  # the lowest first
            with contextlib.suppress(OSError):
                parent.rmdir()
        raise


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Sync a folder, so that a name in it survives a crash of the machine; some systems cannot."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # file systems that sync no folders
            raise
    finally:
        os.close(handle)
