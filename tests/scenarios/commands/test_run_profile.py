"""The measuring and the compiling commands: that they run and say what they promise; no test asserts a time."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.base.paths import ROOT
from scenarios.commands import compile, run_profile
from scenarios.entries.model import PROFILE
from simulation.model import Model

TOWN = ["population.size=town", "months=14", "repeats=1"]
LISTEN = """
import sys
from scenarios.entries.model import RUN
from scenarios.commands.compile import compiled

with compiled() as names:
    code = RUN.enter(sys.argv[1:])
print(code, names)
"""


@pytest.mark.parametrize("form", ["--json FILE", "--json=FILE"])
def test_the_numbers_are_written(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bench.json"
    words = [word.replace("FILE", str(file)) for word in form.split()]
    assert PROFILE.enter([*TOWN, *words]) == 0
    said = capsys.readouterr()
    assert said.err.splitlines()[-1] == f"{run_profile.MEASURING.en} ..."
    numbers = json.loads(file.read_text(encoding="utf-8"))
    assert set(numbers) == {field.name for field in dataclasses.fields(run_profile.Measurement)}
    assert numbers["months"] == 14
    assert len(numbers["run_seconds_each"]) == numbers["repeats"] == 1
    assert 0 < numbers["household_months"] <= numbers["households"] * 14
    assert set(numbers["processes"]) == {*run_profile.step_names(), "rest"}
    assert all(name in said.out for name in numbers["processes"])


def test_the_steps_are_those_of_a_month() -> None:
    names = run_profile.step_names()
    assert names[0] == "decide_allowances"
    assert names.index("take_notice") == 1
    assert names[-1] == "record"
    assert {"update_jobs", "update_schooling", "update_residence", "count_members"} <= set(names)
    assert all(callable(getattr(Model, name)) for name in names)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["months=0"], "'months'"),
        (["repeats=many"], "'repeats'"),
        (["month=12"], "unknown key 'month'"),
        (["--json"], "--json needs a value"),
        (["--jsn=x"], "unknown option"),
    ],
)
def test_a_mistake_is_one_line(words: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert PROFILE.enter(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert expected in said.err


def test_after_compiling_a_run_compiles_nothing(tmp_path: Path) -> None:
    compile.run_everything()
    done = subprocess.run(
        [sys.executable, "-c", LISTEN, "scenario=workshops", f"output={tmp_path / 'out'}"],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "0 []"


def test_the_listener_names_what_is_compiled() -> None:
    import numba  # noqa: PLC0415 (optional)

    def twice(x: int) -> int:
        return 2 * x

    with compile.compiled() as names:
        assert numba.njit(twice)(3) == 6
    assert len(names) == 1
    assert "twice(int64,)" in names[0]
    assert numba.njit(twice)(3.0) == 6.0
    assert len(names) == 1


def test_caches_of_older_sources_are_removed(tmp_path: Path) -> None:
    for name in ("kernels-old", "kernels-philox-old", "kernels-splitmix64-new", "kernels-philox-new", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "code").write_text("x")
    (tmp_path / "kernels-file").write_text("x")
    kept = ["kernels-file", "kernels-philox-new", "kernels-splitmix64-new", "other"]
    assert compile.remove_older(tmp_path / "kernels-splitmix64-new") == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == kept
    assert compile.remove_older(tmp_path / "kernels-philox-new") == 0
