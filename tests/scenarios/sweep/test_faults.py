"""What may happen to a sweep while it runs: nothing is lost, nothing stands there twice, the table is the same."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from scenarios.base.paths import ROOT
from scenarios.sweep.plan.plan import plan_sweep
from scenarios.sweep.plan.sweep_files import read_sweep
from scenarios.sweep.store.claims import make_claim
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.work.runs import Runs
from tests.scenarios.sweep.commands import WORDS, command, here, parts, rows, said, table, until

SEEDS = 40
RUNS = 3 * SEEDS  # two sizes and the baseline, which is also size 0
ROWS = 4 * SEEDS
ALL = (*WORDS, f"seeds={SEEDS}")
OFTEN = "launcher.flush_seconds=0"
MORE = 3

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sweep to which nothing happened; a test takes a copy."""
    folder = tmp_path_factory.mktemp("done")
    code, out, err = here(*ALL, "launcher.processes=1", folder=folder)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == f"{RUNS} of {RUNS} runs done, 0 failed, 0 left"
    return folder


@pytest.fixture(scope="module")
def whole(done: Path) -> pd.DataFrame:
    """The table of that sweep."""
    found = table(done)
    assert len(found) == ROWS
    assert not found.duplicated(["scenario", "levers.workshops.size", "seed"]).any()
    return found


@pytest.fixture
def copy(done: Path, tmp_path: Path) -> Path:
    """A copy of the folder of that sweep."""
    return Path(shutil.copytree(done, tmp_path / "copy"))


def files(folder: Path) -> dict[Path, bytes]:
    """Return the content of every file of a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def below(process: int) -> list[int]:
    """Return the processes that a process started."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def workers(driver: subprocess.Popen[str]) -> list[int]:
    """Return the worker processes of a driver: those that its fork server made."""
    return [worker for child in below(driver.pid) for worker in below(child)]


def cpu_seconds(process: int) -> float:
    """Return the time that a process has worked."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_killed_worker_loses_no_run(tmp_path: Path, whole: pd.DataFrame) -> None:
    driver = command(*ALL, "launcher.processes=2", OFTEN, folder=tmp_path, wait=False)
    until(lambda: len(parts(tmp_path)) >= 3)
    os.kill(workers(driver)[0], signal.SIGKILL)
    code, out, err = said(driver)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == f"{RUNS} of {RUNS} runs done, 0 failed, 0 left"
    pd.testing.assert_frame_equal(table(tmp_path), whole)


def test_a_killed_driver_is_gone_on_with_and_makes_nothing_twice(tmp_path: Path, whole: pd.DataFrame) -> None:
    driver = command(*ALL, "launcher.processes=1", OFTEN, folder=tmp_path, wait=False)
    until(lambda: len(parts(tmp_path)) >= 3)
    (worker,) = workers(driver)
    driver.kill()
    driver.wait()
    until(lambda: not Path(f"/proc/{worker}").exists(), 30.0)  # its workers see that it is gone, and write
    assert 0 < rows(tmp_path) < RUNS
    code, _, err = here("resume", folder=tmp_path)
    assert (code, err) == (0, "")
    pd.testing.assert_frame_equal(table(tmp_path), whole)
    assert rows(tmp_path) == RUNS


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_driver_told_to_end_writes_what_is_done(number: signal.Signals, tmp_path: Path, whole: pd.DataFrame) -> None:
    many = (*WORDS, f"seeds={MORE * SEEDS}")  # too many to be done when the signal comes
    driver = command(*many, "launcher.processes=1", folder=tmp_path, wait=False)
    until((tmp_path / "claims" / "0001").exists)
    until(lambda: workers(driver))
    (worker,) = workers(driver)
    until(lambda: cpu_seconds(worker) > 1.0)  # it began with everything loaded: these went into runs
    driver.send_signal(number)
    code, out, err = said(driver)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "what was written is kept" in err
    assert "resume" in err
    assert 0 < rows(tmp_path) < MORE * RUNS  # though the minute after which it writes by itself was not over
    assert not list((tmp_path / "parts").glob(".*"))
    assert here("resume", folder=tmp_path)[0] == 0
    found = table(tmp_path)
    pd.testing.assert_frame_equal(found[found["seed"] <= SEEDS].reset_index(drop=True), whole)
    assert len(found) == MORE * ROWS


def cut_in_half(content: bytearray) -> None:
    del content[len(content) // 2 :]


def with_a_changed_byte(content: bytearray) -> None:
    content[len(content) // 3] ^= 0xFF


@pytest.mark.parametrize("spoil", [cut_in_half, with_a_changed_byte])
def test_a_spoiled_part_is_named_and_made_again(
    spoil: Callable[[bytearray], None], copy: Path, whole: pd.DataFrame
) -> None:
    first = parts(copy)[0]
    content = bytearray(first.read_bytes())
    spoil(content)
    first.write_bytes(content)
    code, out, err = here("resume", folder=copy)
    assert (code, err) == (0, "")
    assert f"damaged/{first.name}" in out
    pd.testing.assert_frame_equal(table(copy), whole)


def test_two_drivers_on_one_folder_share_the_work(tmp_path: Path, whole: pd.DataFrame) -> None:
    one = command(*ALL, "launcher.processes=1", OFTEN, folder=tmp_path, wait=False)
    other = command(*ALL, "launcher.processes=1", OFTEN, folder=tmp_path, wait=False)
    ends = [said(driver) for driver in (one, other)]
    assert [code for code, _, _ in ends] == [0, 0], ends
    pd.testing.assert_frame_equal(table(tmp_path), whole)
    assert rows(tmp_path) == RUNS  # none made twice


def test_what_a_dead_driver_held_is_taken_over_by_one_that_waits(tmp_path: Path, whole: pd.DataFrame) -> None:
    one = command(*ALL, "launcher.processes=1", OFTEN, folder=tmp_path, wait=False)
    until(lambda: len(parts(tmp_path)) >= 1)
    (worker,) = workers(one)
    for process in (one.pid, worker):  # neither goes on, so there is something to take over
        os.kill(process, signal.SIGSTOP)
    other = command(*ALL, "launcher.processes=1", OFTEN, folder=tmp_path, wait=False)
    assert other.stderr is not None
    assert os.read(other.stderr.fileno(), 1000) == b"making the runs ...\n"  # those of the other, for which it waits
    assert len(list((tmp_path / "claims").iterdir())) == 1
    for process in (one.pid, worker):
        os.kill(process, signal.SIGKILL)
    one.wait()
    code, _, err = said(other)
    assert (code, err) == (0, "")
    assert len(list((tmp_path / "claims").iterdir())) == 2
    pd.testing.assert_frame_equal(table(tmp_path), whole)


def test_a_full_disk_is_one_line_and_keeps_what_is_there(tmp_path: Path, whole: pd.DataFrame) -> None:
    disk, folder = tmp_path / "disk", tmp_path / "disk" / "sweep"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], check=True)
    try:
        code, out, err = here(*ALL, "launcher.processes=1", OFTEN, folder=folder)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert "the disk is full" in err
        assert 0 < rows(folder) < RUNS  # each part is whole
        assert not list((folder / "parts").glob(".*"))
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        assert here("resume", folder=folder)[0] == 0
        pd.testing.assert_frame_equal(table(folder), whole)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_changed_configuration_in_an_old_folder_is_refused_with_the_difference(copy: Path) -> None:
    before = files(copy)
    code, out, err = here(*ALL, "parameters.jobs.search_probability=0.5", folder=copy)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "set.parameters.jobs.search_probability: nothing -> 0.5" in err
    assert files(copy) == before


def test_results_of_other_sources_are_read_and_more_runs_are_refused(
    copy: Path, whole: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = json.loads((copy / "sweep.json").read_text()) | {"commit": "0123456789ab" + "c" * 28}
    (copy / "sweep.json").write_text(json.dumps(head))
    for module in ("plan.plan", "store.folder"):  # as if a comment was added to a file since
        monkeypatch.setattr(f"scenarios.sweep.{module}.source_hash", lambda _: "f" * 64)
    (copy / "runs.parquet").unlink()
    for verb in ("status", "collect"):
        code, out, err = here(verb, folder=copy)
        assert (code, err) == (0, "")
        assert f"commit {head['commit'][:12]}, source {head['source'][:12]}" in out
    pd.testing.assert_frame_equal(table(copy), whole)
    before = files(copy)
    for words in (ALL, ("resume",)):
        code, out, err = here(*words, folder=copy)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert head["commit"][:12] in err
        assert f"scenarios.sweep collect output={copy}" in err
    assert files(copy) == before


def test_a_folder_without_a_commit_is_known_by_its_sources(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = json.loads((copy / "sweep.json").read_text())
    (copy / "sweep.json").write_text(json.dumps({name: value for name, value in head.items() if name != "commit"}))
    assert here(*ALL, folder=copy)[0] == 0
    for module in ("plan.plan", "store.folder"):
        monkeypatch.setattr(f"scenarios.sweep.{module}.source_hash", lambda _: "f" * 64)
    assert f"(source {head['source'][:12]})" in here("status", folder=copy)[1]


def test_a_configuration_that_changed_since_is_refused_where_results_are_read(copy: Path) -> None:
    head = json.loads((copy / "sweep.json").read_text())
    contents = dict.fromkeys(head["contents"], "0" * 16)
    (copy / "sweep.json").write_text(json.dumps({**head, "contents": contents}))
    for verb in ("status", "collect", "resume"):
        code, _, err = here(verb, folder=copy)
        assert (code, err.count("\n")) == (2, 1)
        assert "what its files hold has changed" in err


def test_a_run_that_raises_is_a_row_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = "parameters.residence.flat_given_up_to_months=1,30"  # 1 is below the number that it follows
    code, out, err = here(*WORDS, bad, "seeds=2", folder=tmp_path)
    assert (code, err) == (1, "")
    assert out.splitlines()[-1] == "6 of 12 runs done, 6 failed, 0 left"
    found = table(tmp_path)
    failed = found[found["message"].notna()]
    assert set(failed["parameters.residence.flat_given_up_to_months"]) == {1.0}
    assert failed["month"].isna().all()
    assert failed["message"].str.contains("flat_given_up_to_months").all()
    repeat = pd.read_csv(tmp_path / "failures.csv")
    assert len(repeat) == len(failed)
    # the command of each, as it stands there, makes the same run and raises the same
    one = repeat.iloc[-1]
    words = [sys.executable, *shlex.split(one["command"])[1:], f"output={tmp_path / 'again'}"]
    again = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert again.returncode == 2
    assert one["message"] in " ".join(again.stderr.split())
    # failed runs are not made again, unless one asks for it
    before = parts(tmp_path)
    assert "6 failed" in here("resume", folder=tmp_path)[1].splitlines()[-1]
    assert parts(tmp_path) == before
    assert "6 failed" in here("resume", "retry_failed=true", folder=tmp_path)[1].splitlines()[-1]
    assert len(parts(tmp_path)) > len(before)


def test_runs_of_a_long_history_are_written_in_time(tmp_path: Path) -> None:
    sizes = "levers.workshops.size=range(1,200)"
    driver = command(*WORDS[2:], "scenario=workshops", sizes, "launcher.processes=1", "launcher.flush_seconds=0.05",
                     folder=tmp_path, wait=False)  # fmt: skip
    until(lambda: len(parts(tmp_path)) >= 2)
    assert 0 < rows(tmp_path) < 200
    assert said(driver)[0] == 0


def test_a_folder_from_a_cluster_is_gone_on_with_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = (*WORDS, "seeds=2")
    assert here(*WORDS, "seeds=1", folder=tmp_path)[0] == 0
    plan = plan_sweep(read_sweep(None, list(few)))
    place = SweepFolder(tmp_path)
    place.open(plan)
    runs = Runs(plan, place)
    make_claim(place.claims, "slurm", [runs.keys(runs.order)]).note(submitted=True, arrays=[[0, "7"]])
    monkeypatch.setenv("PATH", str(tmp_path))  # no squeue there
    code, out, err = here("resume", "launcher=local", folder=tmp_path)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "abandon=true" in err
    code, out, err = here("resume", "launcher=local", "abandon=true", folder=tmp_path)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "6 of 6 runs done, 0 failed, 0 left"


def test_nothing_to_do_is_said(copy: Path) -> None:
    before = files(copy / "parts")
    code, out, _ = here(*ALL, folder=copy)
    assert code == 0
    assert out.splitlines()[-1] == f"{RUNS} of {RUNS} runs done, 0 failed, 0 left"
    assert files(copy / "parts") == before
