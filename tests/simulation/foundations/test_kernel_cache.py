"""Compiled code that is kept: only that of the same sources and generator, only what no other user can write."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from simulation.foundations import kernel_places, notices
from simulation.foundations.generator import GENERATORS, VARIABLE
from simulation.foundations.kernel_cache import Store
from simulation.foundations.kernel_places import Place, places
from tests.simulation.foundations.kernel_copies import (
    COMPILING,
    KEPT,
    LOT,
    NOWHERE,
    Copy,
    answer,
    block,
    kernels,
    plant,
)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


# Where it is kept


@pytest.mark.parametrize("where", ["beside", "own", "nowhere"])
def test_each_generator_gives_its_own_numbers_wherever_compiled_code_is_kept(copy: Copy, where: str) -> None:
    if where != "beside":
        block(copy.beside)
    if where == "nowhere":
        block(copy.home / ".cache")
    for name in GENERATORS:
        first, again = (copy.ask(**{VARIABLE: name}) for _ in range(2))
        assert (first.lot, first.tripled) == (again.lot, again.tripled) == (LOT[name], 22)
        assert first.compiled > 0
        assert (again.compiled == 0) == (where != "nowhere")
        said = first.said.splitlines()
        assert len(said) == 1
        assert (NOWHERE if where == "nowhere" else COMPILING) in said[0]
        assert again.said == (first.said if where == "nowhere" else "")
    folders = {"beside": copy.beside, "own": copy.own, "nowhere": copy.folder}
    found = kernels(folders[where])
    assert set(KEPT) <= set(found) if where != "nowhere" else found == []
    assert {path.name.split("-")[1] for path in folders[where].glob("kernels-*")} == (
        set() if where == "nowhere" else set(GENERATORS)
    )
    others = [folder for name, folder in (("beside", copy.beside), ("own", copy.home)) if name != where]
    assert all(kernels(folder) == [] for folder in others)


def test_the_sources_may_lie_below_a_folder_whose_name_is_no_text(tmp_path: Path) -> None:
    copy = Copy(tmp_path / os.fsdecode("安居".encode("gbk")))
    assert copy.ask()[:2] == (LOT["splitmix64"], 22)
    assert set(KEPT) <= set(kernels(copy.beside))


def test_the_users_own_folder_is_closed_to_others_whatever_the_mask(copy: Copy) -> None:
    block(copy.beside)
    before = os.umask(0o002)
    try:
        copy.ask()
    finally:
        os.umask(before)
    found = [copy.home / ".cache", *copy.own.parent.rglob("*"), copy.own.parent]
    assert all(not stat.S_IMODE(path.stat().st_mode) & 0o077 for path in found if path.name != "lock")


def test_variables_of_numba_lead_nowhere_else(copy: Copy, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    given = {"NUMBA_CACHE_DIR": str(elsewhere), "NUMBA_CACHE_LOCATOR_CLASSES": "UserWideCacheLocator"}
    assert copy.ask(**given).lot == LOT["splitmix64"]
    assert not elsewhere.exists()
    assert set(KEPT) <= set(kernels(copy.beside))
    assert list(copy.home.iterdir()) == []


def test_the_line_speaks_the_language_of_the_command(copy: Copy) -> None:
    assert "正在编译模型规则" in copy.ask(ANJU_LANGUAGE="zh", PYTHONIOENCODING="utf-8").said


def test_processes_that_begin_together_compile_once(copy: Copy, tmp_path: Path) -> None:
    alone = Copy(tmp_path / "alone").ask()
    together = [answer(process) for process in [copy.started() for _ in range(3)]]
    assert sum(each.compiled for each in together) == alone.compiled
    assert sum(COMPILING in each.said for each in together) == 1
    assert {(each.lot, each.tripled) for each in together} == {(alone.lot, alone.tripled)}


def test_without_the_compiler_rules_run_as_plain_python_and_say_so(copy: Copy) -> None:
    plain = copy.ask(NUMBA_DISABLE_JIT="1")
    assert (plain.lot, plain.tripled) == (LOT["splitmix64"], 22)
    assert plain.said.splitlines() == [
        "NUMBA_DISABLE_JIT is set: the rules run as plain Python, a hundred times as slow"
    ]


# Whether it is that of these sources


def test_a_changed_rule_takes_effect(copy: Copy) -> None:
    """A constant of another file, a rule that is called, the rule itself, a rule of the model."""
    assert copy.ask()[:2] == (LOT["splitmix64"], 22)
    for file, old, new, tripled in (
        ("constants.py", "3", "5", 36),
        ("called.py", "FACTOR * x", "FACTOR * x * x", 246),
        ("rule.py", "+ 1", "+ 2", 247),
        ("simulation/foundations/splitmix64.py", "return mix64(", "return ~mix64(", 247),
    ):
        path = copy.folder / file
        assert old in path.read_text(encoding="utf-8")
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        changed = copy.ask()
        assert changed.tripled == tripled
        assert changed.compiled > 0
        assert (changed.lot == LOT["splitmix64"]) == ("splitmix64" not in file)
    assert changed.lot == copy.ask(NUMBA_DISABLE_JIT="1").lot


def test_a_spoiled_file_is_compiled_anew(copy: Copy) -> None:
    first = copy.ask()
    spoils: list[Callable[[bytes], bytes]] = [lambda data: data[:-100], lambda data: b"", lambda data: data + b"x"]
    for spoil in spoils:
        for path in copy.beside.rglob("*.kernel"):
            path.write_bytes(spoil(path.read_bytes()))
        assert copy.ask()[:3] == first[:3]
    assert copy.ask().compiled == 0


def test_kept_code_that_is_moved_to_another_name_is_not_taken_for_that_one(copy: Copy) -> None:
    copy.ask()
    (lot,) = copy.beside.rglob("rule.lot-*.kernel")
    for path in copy.beside.rglob("*.kernel"):
        if path != lot:
            shutil.copyfile(lot, path)
    assert copy.ask()[:2] == (LOT["splitmix64"], 22)


# Whether others can write it


def test_what_is_planted_is_run_if_only_the_user_can_write_it(copy: Copy, tmp_path: Path) -> None:
    """The next tests can fail: a planted file has the right form."""
    copy.ask()
    for path in copy.beside.rglob("*.kernel"):
        plant(path, tmp_path / "mark")
    copy.started().communicate()
    assert (tmp_path / "mark").exists()


@pytest.mark.parametrize("where", ["beside", "own"])
def test_nothing_that_others_may_write_is_loaded(copy: Copy, tmp_path: Path, where: str) -> None:
    if where == "own":
        block(copy.beside)
    copy.ask()
    for path in (copy.beside if where == "beside" else copy.own).rglob("*.kernel"):
        plant(path, tmp_path / "mark")
        path.chmod(0o664)
    assert copy.ask()[:2] == (LOT["splitmix64"], 22)
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize("mode", [0o775, 0o757, 0o777, 0o1777])
@pytest.mark.parametrize("opened", ["", "cpu"])
def test_a_folder_that_others_may_write_does_not_count(tmp_path: Path, mode: int, opened: str) -> None:
    place = Place(tmp_path / "kernels", frozenset((os.geteuid(),)), 0o755, writes=True)
    assert place.made("cpu")
    assert place.counts("cpu")
    (place.folder / opened).chmod(mode)
    assert not place.counts("cpu")
    assert not place.made("cpu")
    assert place.empty("cpu")


def test_links_are_not_followed(copy: Copy, tmp_path: Path) -> None:
    copy.ask()
    for i, path in enumerate(copy.beside.rglob("*.kernel")):
        plant(path, tmp_path / "mark")
        path.rename(tmp_path / str(i))
        path.symlink_to(tmp_path / str(i))
    assert copy.ask()[:2] == (LOT["splitmix64"], 22)
    assert not (tmp_path / "mark").exists()


def test_files_of_another_user_do_not_count(tmp_path: Path) -> None:
    mine = Place(tmp_path / "kernels", frozenset((os.geteuid(),)), 0o755, writes=True)
    assert mine.made("cpu")
    mine.write("cpu", "x.kernel", b"content")
    assert mine.read("cpu", "x.kernel") == b"content"
    others = Place(tmp_path / "kernels", frozenset((os.geteuid() + 1,)), 0o755, writes=True)
    assert others.read("cpu", "x.kernel") is None
    assert not others.counts("cpu")
    assert not others.made("cpu")


# No home, no disk


def nobody(_: int) -> None:
    raise KeyError("getpwuid(): uid not found")


@pytest.mark.parametrize("given", [{}, {"XDG_CACHE_HOME": "relative"}, {"HOME": "relative"}])
def test_a_user_without_a_home_has_no_folder(
    given: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    assert [place.folder for place in places(tmp_path, "name")] == [tmp_path / "__pycache__" / "name"]


def test_a_home_that_all_may_write_or_that_is_anothers_has_no_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    assert len(places(tmp_path, "name")) == 2
    (tmp_path / "home").chmod(0o777)
    assert len(places(tmp_path, "name")) == 1
    (tmp_path / "home").chmod(0o1777)  # as the shared temporary folder is: nobody can take away what is another's
    assert len(places(tmp_path, "name")) == 2
    assert kernel_places._kept_by(os.geteuid(), tmp_path)
    (tmp_path / "home").chmod(0o755)
    if os.geteuid() != 0:
        assert not kernel_places._kept_by(os.geteuid() + 1, tmp_path)


def test_a_disk_that_is_full_ends_keeping_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full(Place):
        def write(self, processor: str, name: str, content: bytes) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setenv(notices.SAID, "compiling")
    monkeypatch.setenv(notices.LANGUAGE, "en")  # whatever a command of this process was asked for
    store = Store([Full(tmp_path / "kernels", frozenset((os.geteuid(),)), 0o755, writes=True)])
    store.begin("cpu")
    for _ in range(2):
        store.add("cpu", "x.kernel", b"key", 1)
    assert capsys.readouterr().err.splitlines() == [
        f"compiled rules cannot be kept: {tmp_path / 'kernels'}: No space left on device"
    ]
