"""Dask as the engine: the same table, the right generator, failed runs made again, an engine that knows no project."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.sweep.commands import WORDS, command, here, parts, said, table

SHORT = ("launcher=dask", "launcher.chunk_minutes=0.001")
"""As many chunks as histories: each is a process, and the first and the middle history are the pilot's."""
ENGINE = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as made:
        print(made.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an engine that was started elsewhere than in the project, with threads in its worker."""
    folder = tmp_path_factory.mktemp("engine")
    code = folder / "engine.py"  # its worker is a process that imports it again
    code.write_text(ENGINE, encoding="utf-8")
    made = subprocess.Popen([sys.executable, str(code)], cwd=folder, text=True, stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # fmt: skip
    assert made.stdout is not None
    yield made.stdout.readline().strip()
    made.communicate("", timeout=60)


def content(folder: Path) -> str:
    return str(json.loads((folder / "collected.json").read_text())["content"])


def test_an_engine_gives_the_same_table_and_makes_failed_runs_again_where_that_is_asked_for(
    engine: str, tmp_path: Path
) -> None:
    bad = "parameters.residence.flat_given_up_to_months=1,30"  # 1 is below the number that it follows
    words, last = (*WORDS, bad, "seeds=2"), "6 of 12 runs done, 6 failed, 0 left"
    code, out, err = said(command(*words, *SHORT, f"launcher.address={engine}", folder=tmp_path / "dask"))
    assert (code, err) == (1, "")
    assert out.splitlines()[-1] == last
    assert here(*words, folder=tmp_path / "local")[0] == 1
    assert table(tmp_path / "dask").equals(table(tmp_path / "local"))
    assert content(tmp_path / "dask") == content(tmp_path / "local")
    before = parts(tmp_path / "dask")
    code, out, err = said(command("resume", "retry_failed=true", folder=tmp_path / "dask"))
    assert (code, err) == (1, "")
    assert out.splitlines()[-1] == last
    assert len(parts(tmp_path / "dask")) > len(before)


@pytest.mark.system
def test_an_engines_runs_have_the_random_numbers_that_were_asked_for(engine: str, tmp_path: Path) -> None:
    words = (*WORDS, "seeds=3", "generator=philox")
    code, out, err = said(command(*words, *SHORT, f"launcher.address={engine}", folder=tmp_path / "dask"))
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "9 of 9 runs done, 0 failed, 0 left"
    assert said(command(*words, folder=tmp_path / "local"))[0] == 0
    assert content(tmp_path / "dask") == content(tmp_path / "local")


@pytest.mark.system
def test_an_engine_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    soon = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "2s"}
    words = (*WORDS, "seeds=4", *SHORT, "launcher.address=tcp://127.0.0.1:9")
    code, _, err = said(command(*words, folder=tmp_path, env=soon))
    assert code == 2
    assert err.count("\n") == 1
    assert re.search("cannot be reached|could not", err)
