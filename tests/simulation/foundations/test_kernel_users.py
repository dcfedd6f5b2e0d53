"""Compiled code in a checkout that several users share: nothing that another user can write is loaded. As root."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from scenarios.base.paths import ROOT
from simulation.foundations.generator import GENERATORS, VARIABLE
from tests.simulation.foundations.kernel_copies import COMPILING, KEPT, LOT, NOWHERE, Copy, kernels, plant

pytestmark = pytest.mark.system
USER, OTHER_USER = 54321, 54322
"""Numbers of users that have no name here."""
AS_USER = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups",
           "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")  # fmt: skip
"""Words before a command: it runs as a user without a name, who may read all (this Python, too), but not write."""


@pytest.fixture
def shared(tmp_path: Path) -> Copy:
    """A copy of the sources that belongs to root, with a home of the user's, in folders that users may enter."""
    assert os.geteuid() == 0, "these tests need root"
    made = Copy(tmp_path)
    os.chown(made.home, USER, USER)
    return made


@pytest.mark.parametrize("generator", GENERATORS)
def test_a_read_only_checkout_serves_all_users_with_what_its_owner_compiled(shared: Copy, generator: str) -> None:
    first = shared.ask(**{VARIABLE: generator})
    other = shared.ask(*AS_USER, HOME="", **{VARIABLE: generator})
    assert other == (LOT[generator], 22, 0, "")
    assert first.lot == other.lot


def test_a_read_only_checkout_that_is_not_compiled_gives_every_generator_its_numbers(shared: Copy) -> None:
    shared.beside.mkdir()  # as Python makes it, for root: only root can write there
    for name in GENERATORS:
        first, again = (shared.ask(*AS_USER, **{VARIABLE: name}) for _ in range(2))
        assert (first.lot, again.lot, again.compiled) == (LOT[name], LOT[name], 0)
        assert COMPILING in first.said
    assert kernels(shared.beside) == []
    assert {path.stat().st_uid for path in shared.own.rglob("*")} == {USER}
    assert {stat.S_IMODE(path.stat().st_mode) for path in shared.own.rglob("*") if path.is_dir()} == {0o700}
    nowhere = shared.ask(*AS_USER, HOME="")
    assert nowhere[:2] == (LOT["splitmix64"], 22)
    assert nowhere.said.count("\n") == 1
    assert NOWHERE in nowhere.said


@pytest.mark.parametrize("where", ["beside", "own"])
def test_what_another_user_planted_is_not_loaded(shared: Copy, tmp_path: Path, where: str) -> None:
    """Whatever that user could come to own: files in the user's folders, these folders, one that all may write."""
    folder = shared.beside if where == "beside" else shared.own
    before = AS_USER if where == "own" else ()
    if where == "own":
        shared.beside.mkdir()
    shared.ask(*before)
    for path in folder.rglob("*.kernel"):
        plant(path, tmp_path / "mark")
        os.chown(path, OTHER_USER, OTHER_USER)
    tmp_path.chmod(0o777)
    assert shared.ask(*AS_USER)[:2] == (LOT["splitmix64"], 22)
    for path in [*folder.rglob("*")]:
        os.chown(path, OTHER_USER, OTHER_USER)
    assert shared.ask(*AS_USER)[:2] == (LOT["splitmix64"], 22)
    assert not (tmp_path / "mark").exists()


def test_the_shared_temporary_folder_is_not_a_place(shared: Copy, tmp_path: Path) -> None:
    """XDG_CACHE_HOME in a folder of all users, where another one made the folders before, or a link to theirs."""
    shared.beside.mkdir()
    common, theirs = tmp_path / "common", tmp_path / "theirs"
    for folder in (common, theirs, common / "anju"):
        folder.mkdir()
        folder.chmod(0o777)
    common.chmod(0o1777)
    os.chown(common / "anju", OTHER_USER, OTHER_USER)
    assert NOWHERE in shared.ask(*AS_USER, XDG_CACHE_HOME=str(common)).said
    (common / "anju").rmdir()
    (common / "anju").symlink_to(theirs)
    os.chown(common / "anju", OTHER_USER, OTHER_USER, follow_symlinks=False)
    assert NOWHERE in shared.ask(*AS_USER, XDG_CACHE_HOME=str(common)).said
    assert [*theirs.iterdir()] == []
    (common / "anju").unlink()
    assert COMPILING in shared.ask(*AS_USER, XDG_CACHE_HOME=str(common)).said
    assert set(KEPT) <= set(kernels(common))


def test_a_user_without_a_name_or_a_home_makes_a_run() -> None:
    """In the checkout itself, which belongs to another user, with the compiled rules that are there."""
    assert os.geteuid() == 0, "these tests need root"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryDirectory() as name:  # pytest's own are closed to other users
        folder = Path(name)
        folder.chmod(0o777)
        command = [sys.executable, "-m", "simulation", "population.size=town", "seed=1", "end=2019-12", "output=run"]
        done = subprocess.run(
            [*AS_USER, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        assert (folder / "run" / "indicators_city.csv").is_file()
