"""Sweeps on a real Slurm: nodes and drivers that are lost, warnings, limits; the table is that of a one-process run."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from scenarios.base.paths import ROOT
from tests.cluster.conftest import MAX_ARRAY
from tests.cluster.lab import Lab
from tests.scenarios.sweep.commands import command, here, parts, rows, said, table, until

pytestmark = pytest.mark.system

SEEDS = 150
SHORT = ("scenario=workshops", "levers.workshops.size=0,5,10", "levers.workshops.start=2019-06", "end=2019-12",
         "population.size=town", "outputs=[households_settled,employed,public_money]")  # fmt: skip
RUNS = 3 * SEEDS
FEW = 60
LONG = (*SHORT[:2], "population.size=town")
"""With FEW seeds longer work than it takes to look at the queue and to warn a job."""
QUICK = ("launcher=slurm", "launcher.poll_seconds=1", "launcher.flush_seconds=1", "launcher.memory_mb=0")
RESULT = ROOT / "outputs" / "cluster" / "result.json"


def queue(lab: Lab, what: str = "%T") -> list[str]:
    """Return what the queue says of each task."""
    return lab.run("squeue", "-h", "-r", "-o", what).split()


@pytest.fixture
def here_too(slurm: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands in this process ask the same Slurm."""
    monkeypatch.setenv("SLURM_CONF", slurm.env["SLURM_CONF"])


@pytest.mark.usefixtures("here_too")
def test_a_sweep_outlives_a_node_and_its_driver(slurm: Lab, tmp_path: Path) -> None:
    begun = time.monotonic()
    words = (*SHORT, f"seeds={SEEDS}")
    there, local = tmp_path / "slurm", tmp_path / "local"
    driver = command(*words, *QUICK, "launcher.chunk_minutes=0.05", folder=there, wait=False, env=slurm.env)
    until(lambda: queue(slurm).count("RUNNING") == 2 and len(parts(there)) >= 3)
    killed = slurm.kill_node(2)
    assert {"slurmd", "slurmstepd"} <= {process.name for process in killed}
    assert any("python" in process.name for process in killed)  # a task died with it
    driver.kill()
    driver.wait()
    assert rows(there) < RUNS
    assert queue(slurm)  # jobs go on without it
    until(lambda: slurm.node_states()["node2"].startswith("down"))
    until(lambda: queue(slurm))  # the task that died is put back
    slurm.start_node(2)
    code, out, err = here("resume", folder=there)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == f"{RUNS:,} of {RUNS:,} runs done, 0 failed, 0 left"
    assert here(*words, folder=local)[0] == 0
    found, wanted = table(there), table(local)
    key = ["scenario", "levers.workshops.size", "seed"]
    result = {
        "runs_planned": RUNS,
        "runs_collected": json.loads((there / "collected.json").read_text())["runs_collected"],
        "lost": len(wanted) - len(found.merge(wanted[key], on=key)),
        "doubled": int(found.duplicated(key).sum()),
        "equal_to_local": found.equals(wanted),
        "nodes_killed": 1,
        "drivers_killed": 1,
        "wall_s": round(time.monotonic() - begun, 1),
    }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    assert result["runs_collected"] == RUNS
    assert (result["lost"], result["doubled"], result["equal_to_local"]) == (0, 0, True)
    contents = [json.loads((folder / "collected.json").read_text())["content"] for folder in (there, local)]
    assert contents[0] == contents[1]


@pytest.mark.usefixtures("here_too")
def test_more_chunks_than_an_array_holds_are_several_arrays(tmp_path: Path) -> None:
    words = (*SHORT, "seeds=7", "launcher.chunk_minutes=0.00001")  # less than a run takes: as many chunks as can be
    code, out, err = here(*words, *QUICK, "follow=false", folder=tmp_path)
    assert (code, err) == (0, "")
    claim = json.loads((tmp_path / "claims" / "0002" / "claim.json").read_text())
    assert claim["chunks"] > MAX_ARRAY
    assert [start for start, _ in claim["arrays"]] == list(range(0, claim["chunks"], MAX_ARRAY))
    assert f"Submitted {claim['chunks']} jobs" in out
    assert "The jobs go on by themselves" in out
    # whoever types the same meanwhile submits nothing
    again = here(*words, *QUICK, "follow=false", folder=tmp_path)
    assert (again[0], again[2]) == (0, "")
    assert "Submitted" not in again[1]
    code, out, _ = here("resume", folder=tmp_path)
    assert code == 0
    assert out.splitlines()[-1] == "21 of 21 runs done, 0 failed, 0 left"
    assert rows(tmp_path) == 21  # none was made twice


@pytest.mark.usefixtures("here_too")
def test_a_warned_task_writes_and_goes_back_into_the_queue(slurm: Lab, tmp_path: Path) -> None:
    words = (*LONG, f"seeds={FEW}", "launcher.chunk_minutes=60")
    assert here(*words, *QUICK, "follow=false", folder=tmp_path)[0] == 0
    until(lambda: rows(tmp_path) > 20)
    (job,) = queue(slurm, "%A")
    slurm.run("scancel", "--signal=USR2", "--batch", job)
    until(lambda: queue(slurm) == ["PENDING"])
    kept = rows(tmp_path)
    assert kept > 20
    code, _, err = here("resume", folder=tmp_path)
    assert (code, err) == (0, "")
    assert rows(tmp_path) == 3 * FEW  # what was done before was not made again
    (log,) = (tmp_path / "logs").glob("*.log")
    assert "back into the queue" in log.read_text()
    assert log.read_text().rstrip().endswith("chunk 0: 0 runs left")


@pytest.mark.usefixtures("here_too")
def test_a_task_goes_back_only_so_often(slurm: Lab, tmp_path: Path) -> None:
    words = (*LONG, f"seeds={FEW}", "launcher.chunk_minutes=60", "launcher.requeues=0")
    assert here(*words, *QUICK, "follow=false", folder=tmp_path)[0] == 0
    until(lambda: rows(tmp_path) > 20)
    slurm.run("scancel", "--signal=USR2", "--batch", *queue(slurm, "%A"))
    until(lambda: not queue(slurm))
    (log,) = (tmp_path / "logs").glob("*.log")
    assert "was put back 0 times" in log.read_text()
    code, out, _ = here("status", folder=tmp_path)
    assert code == 1
    assert "at work" in out
    left = 3 * FEW - rows(tmp_path)
    assert [line.split()[-1] for line in out.splitlines() if line.split()[0] == "left"] == [str(left)]


@pytest.mark.usefixtures("here_too")
def test_cancel_takes_all_out_of_the_queue_and_keeps_what_is_done(slurm: Lab, tmp_path: Path) -> None:
    words = (*LONG, f"seeds={FEW}", "launcher.chunk_minutes=0.03")
    driver = command(*words, *QUICK, folder=tmp_path, wait=False, env=slurm.env)
    until(lambda: queue(slurm).count("RUNNING") == 2 and rows(tmp_path) > 20)
    code, out, err = here("cancel", folder=tmp_path)
    assert (code, err) == (0, "")
    assert "resume" in out
    assert "PENDING" not in queue(slurm)  # though they were several arrays
    until(lambda: not queue(slurm))
    assert said(driver)[0] == 1  # it saw that, and ended
    assert 20 < rows(tmp_path) < 3 * FEW
    code, out, _ = here("resume", "launcher=local", folder=tmp_path)
    assert code == 0
    assert rows(tmp_path) == 3 * FEW


@pytest.mark.usefixtures("here_too")
def test_jobs_that_somebody_cancels_end_for_good_and_keep_what_is_done(slurm: Lab, tmp_path: Path) -> None:
    words = (*LONG, f"seeds={FEW}", "launcher.chunk_minutes=0.03")
    driver = command(*words, *QUICK, folder=tmp_path, wait=False, env=slurm.env)
    until(lambda: queue(slurm).count("RUNNING") == 2 and rows(tmp_path) > 20)
    slurm.run("scancel", "--me")
    code, out, _ = said(driver)  # it submits nothing in their place
    assert code == 1
    assert "resume" in out
    assert queue(slurm) == []
    logs = [log.read_text() for log in (tmp_path / "logs").glob("*.log")]
    assert not [log for log in logs if "back into the queue" in log]
    assert 20 < rows(tmp_path) < 3 * FEW
    assert here("resume", folder=tmp_path)[0] == 0  # whoever goes on is not stopped by what was cancelled before
    assert rows(tmp_path) == 3 * FEW


@pytest.mark.usefixtures("here_too")
def test_ten_thousand_runs_are_under_thirty_jobs(tmp_path: Path) -> None:
    words = (*SHORT, "seeds=3400", "work=nothing")
    code, out, err = here(*words, *QUICK, folder=tmp_path)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "10,200 of 10,200 runs done, 0 failed, 0 left"
    claims = [json.loads(path.read_text()) for path in (tmp_path / "claims").glob("*/claim.json")]
    assert sum(claim["chunks"] for claim in claims if claim["launcher"] == "slurm") < 30


def test_a_queue_that_does_not_answer_is_one_line(slurm: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conf = tmp_path / "slurm.conf"
    conf.write_text(re.sub(r"SlurmctldPort=\d+", "SlurmctldPort=9", slurm.conf.read_text()))  # nobody listens there
    monkeypatch.setenv("SLURM_CONF", str(conf))
    monkeypatch.setattr("scenarios.sweep.launchers.slurm.TRIES", 2)
    monkeypatch.setattr("scenarios.sweep.launchers.slurm.RETRY_SECONDS", 0.1)
    code, _, err = here(*SHORT, "seeds=20", *QUICK, folder=tmp_path / "sweep")
    assert code == 2
    assert err.count("\n") == 1
    assert "failed" in err
