"""Where compiled kernels are kept: beside the sources, else in a folder of the user's own, else nowhere.

What is kept there is unpickled, so whoever can write it can run code as its reader. Hence:

- Beside the sources, a folder or file counts if it belongs to root, to the user or to the owner of the sources (who can
  change the sources anyway) and nobody else may write it. A read-only checkout is compiled once by its owner for all.
- The user's own folder (XDG_CACHE_HOME, else ~/.cache) counts if it belongs to the user and nobody else may write it.
- Files are checked through the descriptor that they are read from, so nothing can be exchanged after the check.

Whether a folder can be written is found by writing: rights alone say nothing for root, for access lists and for file
systems that are mounted read-only.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

OWN = ("anju", "kernels")
"""Folders below the user's cache folder."""
SHARED_MODE, OWN_MODE = 0o755, 0o700
SUFFIX = ".kernel"
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
"""A right of an access list shows as one of the group."""
ROOT = 0


class Place:
    """A folder of kernels.

    folder: of one set of sources and one generator, with a folder for each kind of processor in it; owners: numbers of
    the users whose files count; mode: of new folders; writes: False where this user only reads.
    """

    def __init__(self, folder: Path, owners: frozenset[int], mode: int, writes: bool) -> None:
        self.folder, self.owners, self.mode, self.writes = folder, owners, mode, writes

    def counts(self, processor: str) -> bool:
        """Return whether there is a folder for `processor`, and it and the one above it are safe to read from."""
        return all(self._safe(folder) for folder in (self.folder, self.folder / processor))

    def empty(self, processor: str) -> bool:
        """Return whether no kernel for `processor` is kept here."""
        return not self.counts(processor) or not any((self.folder / processor).glob(f"*{SUFFIX}"))

    def read(self, processor: str, name: str) -> bytes | None:
        """Return the content of a file; None if it cannot be read, or others can write it: it is compiled then."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            with open(os.open(self.folder / processor / name, flags), "rb") as file:
                status = os.fstat(file.fileno())
                return file.read() if stat.S_ISREG(status.st_mode) and self._trusted(status) else None
        except OSError:
            return None

    def write(self, processor: str, name: str, content: bytes) -> None:
        """Write a file aside, then rename it; raises OSError."""
        folder = self.folder / processor
        descriptor, aside = tempfile.mkstemp(prefix=".", dir=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(aside).chmod(self.mode & ~0o111)
            Path(aside).replace(folder / name)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise

    def made(self, processor: str) -> bool:
        """Make the folder for `processor`; return whether this user can write there, which is tried."""
        if not self.writes:
            return False
        try:
            above = [folder for folder in self.folder.parents if not folder.exists()]
            for folder in (*reversed(above), self.folder, self.folder / processor):
                with contextlib.suppress(FileExistsError):
                    folder.mkdir(self.mode)
            if not self.counts(processor):
                return False
            tempfile.TemporaryFile(dir=self.folder / processor).close()
        except OSError:
            return False
        return True

    def _safe(self, folder: Path) -> bool:
        try:
            status = folder.lstat()
        except OSError:
            return False
        return stat.S_ISDIR(status.st_mode) and self._trusted(status)

    def _trusted(self, status: os.stat_result) -> bool:
        return status.st_uid in self.owners and not status.st_mode & OTHERS_WRITE


def places(package: Path, name: str) -> list[Place]:
    """Return the places of kernels, the first to be asked first.

    package: folder of the sources; name: of the folder of kernels, which says what they were compiled from.
    """
    user, owner = os.geteuid(), package.stat().st_uid
    beside = package / "__pycache__" / name
    kept = [Place(beside, frozenset((ROOT, user, owner)), SHARED_MODE, writes=user in (ROOT, owner))]
    own_folder = _own_folder(user)
    if own_folder is not None:
        kept.append(Place(own_folder / name, frozenset((user,)), OWN_MODE, writes=True))
    return kept


def _own_folder(user: int) -> Path | None:
    """Return the user's own folder of kernels; None where there is no home, or where others could exchange it."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not given.is_absolute():  # the standard says that others do not count
        home = Path(os.path.expanduser("~"))
        if not home.is_absolute():
            return None
        given = home / ".cache"
    folder = given.joinpath(*OWN)
    try:
        resolved = folder.resolve()
        steps = {*folder.parents, *resolved.parents, folder, resolved}
        safe = all(_kept_by(user, step) for step in steps if os.path.lexists(step))
    except (OSError, RuntimeError):  # a folder above that cannot be entered; links in a circle
        return None
    return resolved if safe else None


def _kept_by(user: int, step: Path) -> bool:
    """Return whether a folder above, or a link on the way, is the user's or root's, and not open to all.

    A group may write it: many systems give every user a group. Nothing can be planted that way, only taken away, since
    every folder and file of kernels is checked itself.
    """
    status = step.lstat()
    open_to_all = bool(status.st_mode & stat.S_IWOTH) and not status.st_mode & stat.S_ISVTX
    return status.st_uid in (ROOT, user) and (stat.S_ISLNK(status.st_mode) or not open_to_all)
