"""The commit that a result says it was made with: that of these sources, or none and why."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from scenarios.base.paths import ROOT
from scenarios.runs import provenance
from scenarios.runs.provenance import commit

ME = ("-c", "user.name=test", "-c", "user.email=test@localhost")
FILE = "rule.py"


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *ME, *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def checkout(folder: Path, text: str = "1") -> str:
    """Make a checkout with one commit of one file; return its commit."""
    folder.mkdir(parents=True)
    (folder / FILE).write_text(text, encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", FILE)
    git(folder, "commit", "--quiet", "-m", "first")
    return git(folder, "rev-parse", "HEAD")


def asked(monkeypatch: pytest.MonkeyPatch, folder: Path) -> dict[str, Any]:
    """Return what is said of a checkout in which FILE can alter the result."""
    monkeypatch.setattr(provenance, "ROOT", folder)
    monkeypatch.setattr(provenance, "source_files", lambda result: [folder / FILE])
    return commit("run")


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder below no repository, whatever the caller's environment."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    return tmp_path


def test_the_commit_and_whether_its_files_were_changed(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = checkout(elsewhere / "it")
    assert asked(monkeypatch, elsewhere / "it") == {"commit": head, "changed": False}
    (elsewhere / "it" / FILE).write_text("2", encoding="utf-8")
    assert asked(monkeypatch, elsewhere / "it") == {"commit": head, "changed": True}


def test_variables_of_the_caller_name_no_other_repository(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a hook of another repository, or where somebody keeps the files of their home in one."""
    head, other = checkout(elsewhere / "it"), checkout(elsewhere / "other", "2")
    assert head != other
    monkeypatch.setenv("GIT_DIR", str(elsewhere / "other" / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(elsewhere / "it"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(elsewhere / "none"))
    assert asked(monkeypatch, elsewhere / "it") == {"commit": head, "changed": False}


def test_without_a_checkout_the_reason_is_said(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout(elsewhere / "theirs")
    (elsewhere / "plain").mkdir()
    (elsewhere / "theirs" / "below").mkdir()
    (elsewhere / "new").mkdir()
    git(elsewhere / "new", "init", "--quiet")
    reasons = {
        "plain": "the folder is no git checkout",
        "theirs/below": "the folder lies in the repository of another project",
        "new": "the checkout has no commit yet",
    }
    for name, reason in reasons.items():
        for language in ("C", "zh_CN.UTF-8"):
            monkeypatch.setenv("LC_ALL", language)
            assert asked(monkeypatch, elsewhere / name) == {"commit": None, "changed": None, "reason": reason}


def test_without_git_the_reason_is_said(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout(elsewhere / "it")
    monkeypatch.setenv("PATH", str(elsewhere))
    reason = "git cannot be started: No such file or directory"
    assert asked(monkeypatch, elsewhere / "it") == {"commit": None, "changed": None, "reason": reason}


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo \"fatal: detected dubious ownership in repository at '/x'\" >&2; exit 128", "git reads no checkout"),
        ("echo \"fatal: unsafe repository ('/x' is owned by someone else)\" >&2; exit 128", "git reads no checkout"),
        ("echo 'error: cannot run /x' >&2; exit 3", "git rev-parse ended with code 3"),
        ("sleep 60", "git did not answer in 1 s"),
    ],
)
def test_whatever_git_says_the_reason_has_no_path(
    script: str, reason: str, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / "git").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (elsewhere / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(elsewhere), prepend=":")
    monkeypatch.setattr(provenance, "GIT_SECONDS", 1)
    said = asked(monkeypatch, elsewhere)
    assert said["commit"] is None
    assert said["reason"].startswith(reason)
    assert "/x" not in said["reason"]


def test_changes_that_git_cannot_tell_are_not_taken_for_none(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head, answer = checkout(elsewhere / "it"), provenance._git

    def failing(*words: str) -> str:
        return answer("no-such-command" if words[0] == "status" else words[0], *words[1:])

    monkeypatch.setattr(provenance, "_git", failing)
    assert asked(monkeypatch, elsewhere / "it") == {
        "commit": head, "changed": None, "reason": "git no-such-command ended with code 1",
    }  # fmt: skip


@pytest.mark.system
def test_a_checkout_of_another_owner() -> None:
    """As root: git itself refuses a checkout that belongs to somebody else."""
    assert os.geteuid() == 0, "this test needs root"
    code = (
        "import sys; from pathlib import Path; from scenarios.runs import provenance as p\n"
        f"p.ROOT = Path(sys.argv[1]); p.source_files = lambda result: [p.ROOT / {FILE!r}]\n"
        "print(p.commit('run')['reason'])"
    )
    words = ("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups",
             "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", sys.executable, "-c", code)  # fmt: skip
    with tempfile.TemporaryDirectory() as name:  # pytest's own are closed to other users, git too
        Path(name).chmod(0o755)
        checkout(Path(name) / "it")
        for path in (Path(name) / "it", *(Path(name) / "it").rglob("*")):
            os.chown(path, 54322, 54322)
        done = subprocess.run([*words, f"{name}/it"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "git reads no checkout of another user unless its safe.directory names it"
