"""Packages of another Python in PYTHONPATH: commands run with their own, and say so in a line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.base import search_path
from scenarios.base.output.parquet_files import read_parquet
from scenarios.base.paths import ROOT
from scenarios.base.search_path import leave_out_other_packages

TOWN = ("population.size=town", "end=2019-12", "outputs=[employed]")


def module(folder: Path, name: str) -> Path:
    """Make a folder with a package that ends whatever imports it; return the folder."""
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text(f"raise SystemExit('another {name}')\n", encoding="utf-8")
    return folder


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Let the search path be put back."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    return monkeypatch


def given(search: pytest.MonkeyPatch, *folders: Path | str) -> str:
    """Put folders into PYTHONPATH as Python does; return what is said."""
    search.setenv(search_path.VARIABLE, os.pathsep.join(map(str, folders)))
    sys.path[:0] = [str(folder) for folder in folders]
    said = leave_out_other_packages()
    return said.en if said else ""


def test_only_folders_with_copies_of_packages_are_left_out(tmp_path: Path, search: pytest.MonkeyPatch) -> None:
    numbers, tools, installer = module(tmp_path / "a", "numpy"), module(tmp_path / "b", "tools"), tmp_path / "c"
    module(installer, "pip")
    single, missing = tmp_path / "d", tmp_path / "e"
    single.mkdir()
    (single / "yaml.cpython-36m-x86_64-linux-gnu.so").touch()
    said = given(search, tools, numbers, ROOT, installer, missing, single)
    assert said == (
        f"PYTHONPATH has other copies of numpy, yaml; these folders are left out: {numbers}{os.pathsep}{single}"
    )
    left = [str(folder) for folder in (tools, ROOT, installer, missing)]
    assert os.environ[search_path.VARIABLE] == os.pathsep.join(left)
    assert sys.path[:4] == left
    assert not {str(numbers), str(single)} & set(sys.path)
    assert leave_out_other_packages() is None  # said once, also for processes that are started now


def test_nothing_is_left_of_a_variable_that_named_nothing_else(tmp_path: Path, search: pytest.MonkeyPatch) -> None:
    before = list(sys.path)
    assert "pandas, yaml" in given(search, module(module(tmp_path, "yaml"), "pandas"))
    assert search_path.VARIABLE not in os.environ
    assert sys.path == before


@pytest.mark.parametrize("folders", [(), ("",), (ROOT,), (*{os.path.dirname(os.path.dirname(pytest.__file__))},)])
def test_the_projects_own_folders_are_no_others(folders: tuple[str, ...], search: pytest.MonkeyPatch) -> None:
    before = [*map(str, folders), *sys.path]
    assert given(search, *folders) == ""
    assert sys.path == before


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_command_and_its_processes_use_their_own_packages(tmp_path: Path, language: str) -> None:
    """In the command, in the process that workers are forked from, in a worker."""
    other = tmp_path / "other"
    for name in ("numpy", "pandas", "yaml", "pyarrow"):
        module(other, name)
    command = [sys.executable, "-m", "scenarios.sweep", *TOWN, "seeds=2", "launcher.processes=1",
               f"output={tmp_path / 'sweep'}", f"language={language}"]  # fmt: skip
    environment = {**os.environ, search_path.VARIABLE: os.pathsep.join([str(other), str(ROOT)])}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    assert done.returncode == 0, done.stderr
    assert read_parquet(tmp_path / "sweep" / "runs.parquet")["seed"].tolist() == [1, 2]
    first, _ = done.stderr.splitlines()
    assert str(other) in first
    assert first.startswith("PYTHONPATH has other copies" if language == "en" else "PYTHONPATH 中另有")
