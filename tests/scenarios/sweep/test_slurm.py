"""What commands of Slurm are called with, and when; no Slurm is needed: a script stands in its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scenarios.base.errors import UserError
from scenarios.settings.command import Call
from scenarios.sweep.launchers.base import settings_of
from scenarios.sweep.launchers.slurm import Slurm, _slurm, clean_environment
from scenarios.sweep.launchers.slurm_task import _requeue
from tests.scenarios.sweep.commands import WORDS, here

CALLERS = {
    "SQUEUE_STATES": "RUNNING", "SQUEUE_PARTITION": "gpu", "SQUEUE_FORMAT": "%i", "SLURM_JOB_ID": "7",
    "SLURM_CPUS_PER_TASK": "4", "SBATCH_WAIT": "1", "SCONTROL_ALL": "1", "SCANCEL_STATE": "RUNNING",
}  # fmt: skip
KEPT = {"SLURM_CONF": "/etc/other.conf", "SBATCH_ACCOUNT": "lab", "PYTHONHASHSEED": "0"}
NAME = "anju-00000000-0001-0"
QUEUE = f"""#!/bin/sh
# As squeue does: with SQUEUE_STATES only jobs of that state are shown, with SQUEUE_FORMAT other columns.
test -n "$SQUEUE_STATES$SQUEUE_PARTITION$SQUEUE_FORMAT" || echo "{NAME}|0|PENDING|Priority|12_0"
"""


SCONTROL = """#!/bin/sh
echo "$*" >> "${0%/*}/said"
echo "JobId=12 JobState=RUNNING Requeue=1"
"""


@pytest.fixture
def callers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of commands, and an environment in which the caller has settings of Slurm."""
    for name, value in (CALLERS | KEPT).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return tmp_path


def test_settings_of_the_caller_do_not_reach_our_commands(callers: Path) -> None:
    given = clean_environment()
    assert not set(CALLERS) & set(given)
    assert {name: given.get(name) for name in KEPT} == KEPT


def test_jobs_that_wait_are_seen_whatever_the_caller_wants_to_see(callers: Path) -> None:
    (callers / "squeue").write_text(QUEUE, encoding="utf-8")
    (callers / "squeue").chmod(0o755)
    queue = Slurm(settings_of("slurm", {}))._queue("anybody")
    assert [(element.name, element.state) for element in queue] == [(NAME, "PENDING")]


def test_a_job_is_put_back_as_often_as_allowed_and_no_more(callers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (callers / "scontrol").write_text(SCONTROL, encoding="utf-8")
    (callers / "scontrol").chmod(0o755)
    monkeypatch.setenv("SLURM_JOB_ID", "12")
    allowed = 2
    call = Call(own={"REQUEUES": allowed})
    for times in range(4):  # Slurm counts how often it has put the job back
        monkeypatch.setenv("SLURM_RESTART_COUNT", str(times))
        if times < allowed:
            _requeue(call)
        else:
            with pytest.raises(UserError, match=f"put back {times} times"):
                _requeue(call)
    assert (callers / "said").read_text(encoding="utf-8").splitlines().count("requeue 12") == allowed


REFUSED = (
    "sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified for user"
)
SBATCH = f"""#!/bin/sh
echo '{REFUSED}' >&2
exit 1
"""


def test_a_refused_submission_is_told_in_all_of_slurms_words(callers: Path) -> None:
    (callers / "sbatch").write_text(SBATCH, encoding="utf-8")
    (callers / "sbatch").chmod(0o755)
    with pytest.raises(UserError) as refused:
        _slurm("sbatch", "--account=nosuch")
    assert REFUSED in str(refused.value)  # a hundred characters and more, none cut
    assert "nothing was submitted" in str(refused.value)
    assert "later" not in str(refused.value)


def test_settings_that_slurm_refuses_are_not_remembered(callers: Path, tmp_path: Path) -> None:
    for name, script in (("sbatch", SBATCH), ("squeue", "#!/bin/sh\n"), ("scontrol", "#!/bin/sh\n")):
        (callers / name).write_text(script, encoding="utf-8")
        (callers / name).chmod(0o755)
    folder = tmp_path / "sweep"
    code, _, err = here(*WORDS, "seeds=4", "launcher=slurm", "launcher.account=nosuch", folder=folder)
    assert (code, err.count("\n")) == (2, 1)
    assert REFUSED in err
    assert not (folder / "launcher.json").exists()
    assert here("resume", "launcher=local", folder=folder)[0] == 0
    assert json.loads((folder / "launcher.json").read_text())["launcher"] == "local"


TAKES_ONE = f"""#!/bin/sh
test -e "${{0%/*}}/taken" && echo '{REFUSED}' >&2 && exit 1
touch "${{0%/*}}/taken" && echo 7
"""


def test_where_some_arrays_were_taken_it_is_said_that_they_go_on(callers: Path, tmp_path: Path) -> None:
    scripts = {"sbatch": TAKES_ONE, "squeue": "#!/bin/sh\n", "scontrol": "#!/bin/sh\necho 'MaxArraySize = 2'\n"}
    for name, script in scripts.items():
        (callers / name).write_text(script, encoding="utf-8")
        (callers / name).chmod(0o755)
    folder = tmp_path / "sweep"
    small = "launcher.chunk_minutes=0.00001"  # each group of runs is a chunk, so that there are several arrays
    code, _, err = here(*WORDS, "seeds=9", "launcher=slurm", small, folder=folder)
    assert (code, err.count("\n")) == (2, 1)
    assert REFUSED in err
    assert "what was submitted goes on" in err
    assert "nothing was submitted" not in err
    assert json.loads((folder / "launcher.json").read_text())["launcher"] == "slurm"
