"""Quotas of containers and jobs, in folders as Linux shows them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scenarios.base import parallel, quota
from scenarios.base.parallel import available_processors

OTHER_MOUNTS = "23 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n24 23 0:5 / /proc rw - proc proc rw\n"


def version_2(folder: Path, limits: dict[str, str], group: str = "/", root: str = "/") -> Path:
    """Make a hierarchy of version 2 with the limit of each group, and a process in one; return the process."""
    return made(folder, f"0::{group}\n", "cgroup2 cgroup2 rw,nsdelegate", root,
                {f"{name}/cpu.max": text for name, text in limits.items()})  # fmt: skip


def version_1(folder: Path, limits: dict[str, tuple[str, str]], group: str = "/", root: str = "/") -> Path:
    """The same of version 1, where a limit is a quota and a period."""
    files = {}
    for name, (most, period) in limits.items():
        files |= {f"{name}/cpu.cfs_quota_us": most, f"{name}/cpu.cfs_period_us": period}
    lines = f"9:memory:/elsewhere\n4:cpu,cpuacct:{group}\n0::/\n"
    return made(folder, lines, "cgroup cgroup rw,cpu,cpuacct", root, files)


def made(folder: Path, groups: str, system: str, root: str, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / "fs" / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    (folder / "self").mkdir(parents=True)
    (folder / "self" / "cgroup").write_text(groups)
    (folder / "self" / "mountinfo").write_text(f"{OTHER_MOUNTS}31 23 0:28 {root} {folder}/fs rw - {system}\n")
    return folder / "self"


@pytest.mark.parametrize(
    ("limit", "processors"),
    [
        ("max 100000", None),
        ("200000 100000", 2),
        ("150000 100000", 2),  # one and a half: two processes make the most of it
        ("50000 100000", 1),
        ("1000 100000", 1),
        ("25000 50000", 1),
        ("6400000 100000", 64),
    ],
)
def test_version_2(limit: str, processors: int | None, tmp_path: Path) -> None:
    assert quota.quota(version_2(tmp_path, {"/": limit})) == processors


@pytest.mark.parametrize(
    ("limit", "processors"), [(("-1", "100000"), None), (("200000", "100000"), 2), (("150000", "100000"), 2)]
)
def test_version_1(limit: tuple[str, str], processors: int | None, tmp_path: Path) -> None:
    assert quota.quota(version_1(tmp_path, {"/": limit})) == processors


def test_the_least_of_all_groups_above_counts(tmp_path: Path) -> None:
    limits = {"/": "max 100000", "/a": "300000 100000", "/a/b": "max 100000", "/a/b/c": "800000 100000", "/d": "1 1"}
    assert quota.quota(version_2(tmp_path / "2", limits, "/a/b/c")) == 3
    below = {"/": "200000 100000", "/c": "max 100000"}
    assert quota.quota(version_2(tmp_path / "below", below, "/a/b/c", root="/a/b")) == 2  # the mount begins there
    two = {"/job": ("400000", "100000"), "/job/step": ("-1", "100000")}
    assert quota.quota(version_1(tmp_path / "1", two, "/job/step")) == 4


def test_a_container_that_sees_its_own_group_at_the_top(tmp_path: Path) -> None:
    """The name of its group is that of the host, which it does not see: the mount itself is the group."""
    limits = {"/": ("200000", "100000")}
    assert quota.quota(version_1(tmp_path / "a", limits, "/docker/0f", root="/docker/0f")) == 2
    assert quota.quota(version_1(tmp_path / "b", limits, "/docker/0f", root="/../..")) == 2
    assert quota.quota(version_1(tmp_path / "c", limits, "/docker/0fe", root="/docker/0f")) == 2


def test_where_nothing_is_said_there_is_no_limit(tmp_path: Path) -> None:
    assert quota.quota(tmp_path / "missing") is None
    assert quota.quota(version_2(tmp_path / "empty", {})) is None
    assert quota.quota(version_1(tmp_path / "other", {}, "/a")) is None


def test_processes_are_no_more_than_the_quota_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)), raising=False)
    for allowed, processors in ((None, 8), (2, 2), (1, 1), (64, 8)):
        monkeypatch.setattr(parallel, "quota", lambda allowed=allowed: allowed)
        assert available_processors() == processors
