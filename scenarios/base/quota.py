"""How many processors the quota of a container or of a job allows, as Linux's control groups say.

A container that may use two of 64 processors (docker run --cpus=2) still sees all of them. As many processes as it sees
would wait for each other most of the time, and take the memory of all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SELF = Path("/proc/self")
UNLIMITED = ("max", "-1")


class _Mount(NamedTuple):
    """Where groups of a hierarchy are seen: the group that is mounted, the folder, whether it is of version 2."""

    root: str
    folder: Path
    version_2: bool


def quota(process: Path = SELF) -> int | None:
    """Return how many processors may be used, rounded up; None where no group is limited, or nothing is said.

    A group may use no more than those that it is in. process: folder of a process below /proc.
    """
    try:
        groups = [line.split(":", 2) for line in (process / "cgroup").read_text().splitlines()]
        mounts = list(_mounts((process / "mountinfo").read_text()))
    except OSError:
        return None
    limits = []
    for mount in mounts:
        for _, controllers, path in groups:
            if controllers == "" if mount.version_2 else "cpu" in controllers.split(","):
                limits += [_limit(folder) for folder in _folders(mount, path)]
    least = min(limits, default=math.inf)
    return None if least == math.inf else max(1, math.ceil(least))


def _mounts(text: str) -> Iterator[_Mount]:
    """Yield the mounts of hierarchies that may limit processors; text: /proc/PROCESS/mountinfo."""
    for line in text.splitlines():
        mount, _, system = line.partition(" - ")
        words, (kind, *_, options) = mount.split(" "), system.split(" ")
        if kind == "cgroup2" or (kind == "cgroup" and "cpu" in options.split(",")):
            yield _Mount(words[3], Path(words[4]), kind == "cgroup2")


def _folders(mount: _Mount, path: str) -> Iterator[Path]:
    """Yield the folders of a group and of those that it is in, as far as they are mounted."""
    root = mount.root.rstrip("/")
    below = path.removeprefix(root).strip("/") if path == root or path.startswith(f"{root}/") else ""
    folder = mount.folder / below
    yield folder
    for above in folder.parents:
        if above == mount.folder.parent:
            return
        yield above


def _limit(folder: Path) -> float:
    """Return how many processors a group may use, infinity for all; in version 2 one file says it, in 1 two."""
    try:
        if (folder / "cpu.max").exists():
            most, period = (folder / "cpu.max").read_text().split()
        else:
            most, period = ((folder / f"cpu.cfs_{name}_us").read_text().strip() for name in ("quota", "period"))
    except OSError:
        return math.inf
    return math.inf if most in UNLIMITED else int(most) / int(period)
