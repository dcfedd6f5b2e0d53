"""Packages of another Python that the caller's PYTHONPATH puts in front, as modules of a cluster do.

Python would take NumPy or pandas from there, which fit another Python and another NumPy: an import fails, or results
are those of other versions than the lock file has. Only the standard library is imported here.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from scenarios.base.text import Text

VARIABLE = "PYTHONPATH"
ROOT = os.fspath(Path(__file__).resolve().parents[2])
INSTALLERS = ("pip", "setuptools", "pkg_resources", "wheel", "_distutils_hack", "distutils-precedence")
"""Packages that every Python has; a folder with these alone stands in nobody's way."""
SHOWN = 3


def leave_out_other_packages() -> Text | None:
    """Take folders that have other copies of packages of this Python out of the search path; return a line about them.

    Processes that this one starts do not search there either. Other folders of PYTHONPATH stay.
    """
    given = [folder for folder in os.environ.get(VARIABLE, "").split(os.pathsep) if folder]
    if not given:
        return None
    own = {os.path.realpath(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")}
    installed = _names(own)
    others: dict[str, list[str]] = {}
    for folder in given:
        if os.path.realpath(folder) not in {*own, ROOT} and (twice := sorted(installed & _names([folder]))):
            others[folder] = twice
    if not others:
        return None
    left = [folder for folder in given if folder not in others]
    os.environ[VARIABLE] = os.pathsep.join(left)
    if not left:
        del os.environ[VARIABLE]  # an empty one would be the current folder
    gone = {os.path.realpath(folder) for folder in others}
    sys.path[:] = [folder for folder in sys.path if os.path.realpath(folder) not in gone]
    names = sorted({name for twice in others.values() for name in twice})
    shown, folders = ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else ""), os.pathsep.join(others)
    return Text(
        f"PYTHONPATH has other copies of {shown}; these folders are left out: {folders}",
        f"PYTHONPATH 中另有 {shown}，不使用其中的文件夹：{folders}",
    )


def _names(folders: Iterable[str]) -> set[str]:
    """Return the names that can be imported from folders, as far as their files tell."""
    found: set[str] = set()
    for folder in folders:
        try:
            found |= {name.partition(".")[0] for name in os.listdir(folder)}
        except OSError:  # not there, not a folder, not to be read: nothing is imported from it
            continue
    return {name for name in found if name.isidentifier() and name != "__pycache__" and name not in INSTALLERS}
