"""Users without a name or a home, and folders whose names the encoding of the terminal does not know."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.base.errors import UserError
from scenarios.base.output.parquet_files import read_parquet
from scenarios.base.user import user_name, user_path
from scenarios.entries.model import RUN
from scenarios.entries.sweep import SWEEP
from scenarios.settings.config import compose_run
from scenarios.sweep.plan.sweep_files import read_sweep
from scenarios.sweep.store.claims import make_claim

GBK = os.fsdecode("安居".encode("gbk"))
"""The name of a folder as another system wrote it, no text in UTF-8; in a GBK terminal names in UTF-8 are none."""
TOWN = ("population.size=town", "end=2019-12")


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number without a name, and no variables that give one, as a container has."""

    def unknown(_: object) -> None:
        raise KeyError("uid not found")

    monkeypatch.setattr("pwd.getpwuid", unknown)
    for name in ("HOME", "USER", "LOGNAME", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)


def test_a_number_without_a_name_is_the_name(nobody: None, tmp_path: Path) -> None:
    assert user_name() == str(os.geteuid())
    ids, seeds = np.zeros((1, 2), dtype=np.uint64), np.ones(1, dtype=np.int64)
    assert make_claim(tmp_path / "claims", "local", [(ids, seeds)]).notes["user"] == str(os.geteuid())


def test_the_name_is_not_that_of_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    before = user_name()
    for name in ("USER", "LOGNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert user_name() == before


def test_a_path_below_a_home_that_is_not_known_is_one_line(
    nobody: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for word in ("output=~/x", "population.tables=~/x", "scenario=~/x.yaml", "output=~nobody_of_this_name/x"):
        with pytest.raises(UserError, match="home folder is not known"):
            compose_run([word])
        with pytest.raises(UserError, match="home folder is not known"):
            user_path(word.partition("=")[2])
    for words in (["scenario=~/x.yaml"], ["population.tables=~/x"]):
        with pytest.raises(UserError, match="home folder is not known"):
            read_sweep(None, words)
    with pytest.raises(UserError, match="home folder is not known"):
        read_sweep("~/x.yaml")
    for command in (SWEEP, RUN):
        assert command.enter([*TOWN, "output=~/x"]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert "'~'" in said


def test_a_home_that_is_known_stands_in_place_of_its_sign(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert compose_run(["output=~/x"]).output == tmp_path / "x"


def test_runs_and_sweeps_are_written_below_any_folder(tmp_path: Path) -> None:
    folder = tmp_path / GBK
    assert RUN.enter([*TOWN, f"output={folder / 'run'}"]) == 0
    assert len(read_parquet(folder / "run" / "indicators.parquet")) > 0
    assert SWEEP.enter([*TOWN, "seeds=2", "outputs=[employed]", f"output={folder / 'sweep'}"]) == 0
    assert read_parquet(folder / "sweep" / "runs.parquet")["seed"].tolist() == [1, 2]


def test_runs_and_sweeps_read_files_below_any_folder(tmp_path: Path) -> None:
    """The folder is part of the words that a sweep keeps, and of the command that repeats a run which failed."""
    folder = tmp_path / GBK
    folder.mkdir()
    (folder / "mine.yaml").write_text("levers: {workshops: {size: 2, start: 2019-06}}\n", encoding="utf-8")
    word, sweep = f"scenario={folder / 'mine.yaml'}", f"output={tmp_path / 'sweep'}"
    assert RUN.enter([*TOWN, word, f"output={tmp_path / 'run'}"]) == 0
    bad = "parameters.residence.flat_given_up_to_months=1,30"  # 1 is below the number that it follows
    assert SWEEP.enter([*TOWN, word, bad, "outputs=[employed]", sweep]) == 1
    assert SWEEP.enter(["status", sweep]) == 1
    commands = pd.read_csv(tmp_path / "sweep" / "failures.csv").set_index("scenario")["command"]
    assert sorted(commands.index) == ["baseline", "mine"]
    assert r"\udcb0\udcb2\udcbe\udcd3/mine.yaml" in commands["mine"]
