"""What is typed and what is said: plan, status, Hydra's multirun, both languages, mistakes."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from scenarios.entries.model import RUN
from scenarios.entries.sweep import SWEEP

TOWN = ("scenario=workshops", "levers.workshops.size=5,10", "seed=range(1,4)", "population.size=town", "end=2020-12")


def test_a_plan_tells_runs_and_time_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "sweep"
    assert SWEEP.enter(["plan", *TOWN, f"output={folder}"]) == 0
    said = dict(re.split(r"  +", line.strip(), maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert (said["points"], said["runs"], said["to do"], said["histories shared"]) == ("3", "9", "9", "3")
    assert {"work", "table, at most", "launcher", "folder"} < set(said)
    assert not folder.exists()
    assert SWEEP.enter(["plan", *TOWN, f"output={folder}", "launcher=slurm"]) == 0  # nothing is asked of a cluster
    assert re.search(r"chunks +1\n", capsys.readouterr().out)
    assert SWEEP.enter([*TOWN, "dry_run=true", f"output={folder}"]) == 0
    assert not folder.exists()


def test_points_that_cannot_be_run_are_named_before_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = "parameters.residence.flat_given_up_to_months=1,30"
    assert SWEEP.enter(["plan", *TOWN, bad, f"output={tmp_path / 'sweep'}"]) == 0
    assert "3 points cannot be run" in capsys.readouterr().out


def test_hydras_multirun_of_the_model_is_a_sweep(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [*TOWN, f"output={tmp_path / 'sweep'}", "language=zh"]
    assert RUN.enter(["--multirun", *words]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "9 次运行：完成 9，失败 0，剩余 0"
    table = pd.read_parquet(tmp_path / "sweep" / "runs.parquet")
    assert table.groupby("scenario", observed=True).size().to_dict() == {"baseline": 3, "workshops": 6}
    assert SWEEP.enter(["status", f"output={tmp_path / 'sweep'}"]) == 0
    said = dict(line.split() for line in capsys.readouterr().out.replace("at work", "at_work").splitlines())
    assert said == {"runs": "9", "done": "9", "failed": "0", "at_work": "0", "left": "0"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["frobnicate"], "not one of the values allowed.*run, plan, status"),
        (["statu"], "nearest: 'status'"),
        ([], "no sweep is named.*workshops"),
        (["sweep=workshop"], "nearest: 'workshops'"),
        (["sweep=workshops", "launcher=slrum"], "nearest: 'slurm'"),
        (["sweep=workshops", "launcher.proceses=2"], "nearest: 'processes'"),
        (["sweep=workshops", "launcher.processes=two"], "is not a number"),
        (["sweep=workshops", "hydra/launcher=joblib"], "launcher=NAME"),
        (["sweep=workshops", "levers.workshops.size=interval(0,9)"], "sobol"),
        (["sweep=workshops", "+levers.workshops.size=9"], "neither added"),
        (["status", "output=no/such/folder"], "no sweep in this folder"),
        (["resume", "sweep=workshops", "output=no/such/folder"], "no sweep in this folder"),
        (["cancel", "levers.workshops.size=2"], "'cancel' takes no key of a sweep"),
        (["resume", "sweep=workshops", "seeds=12"], "'resume' takes no key.*first command"),
        (["status", "sweep=workshops", "dry_run=true"], "'status' takes no key"),
        (["sweep=workshops", "follow=maybe"], "'follow' is neither true nor false"),
        (["sweep=workshops", "months=[2035-01]"], "beyond a run's end.*2024-12"),
        (["sweep=workshops", "scenario=nothing_such"], "unknown scenario"),
    ],
)
def test_a_mistake_is_one_line_with_code_2(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    for language in ("en", "zh"):
        assert SWEEP.enter([*words, f"language={language}"]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1
        if language == "en":
            assert re.search(says, err), err
