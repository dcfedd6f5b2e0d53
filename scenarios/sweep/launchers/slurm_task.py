"""One task of a Slurm array: makes its chunk; warned of its end, it writes what it has and goes back into the queue.

The work of `python -m scenarios.sweep.launchers.slurm_job`, which the script that slurm.py submits starts. The warning
is USR2 (--signal=B:USR2@60). TERM comes where somebody cancels the job (scancel), or Slurm preempts it: the task writes
what it has and ends. Slurm itself puts a preempted job back, and nobody a cancelled one.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.settings.command import Call
from scenarios.sweep.store.claims import read_claims
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.work.chunks import run_chunk

WARNING = signal.SIGUSR2
SIGNALS = (WARNING, signal.SIGTERM)
COMMAND_SECONDS = 30
GOES_ON = ("RUNNING", "COMPLETING")
"""States of a job that nobody has ended: it was only warned."""


class _Warned:
    """Whether a signal came, and which came last."""

    def __init__(self) -> None:
        self.signal = 0
        for number in SIGNALS:
            signal.signal(number, self._take)

    def _take(self, number: int, _: Any) -> None:
        self.signal = number

    def __call__(self) -> bool:
        return self.signal != 0


def run_task(call: Call) -> None:
    """Make the task's chunk, and go back into the queue where it was warned before its end."""
    warned = _Warned()
    folder, claim = str(call.own["FOLDER"]), call.own["CLAIM"]
    chunk = call.own["FIRST_CHUNK"] + int(os.environ["SLURM_ARRAY_TASK_ID"])
    undone = run_chunk(folder, claim, chunk, warned)
    call.say(f"chunk {chunk}: {undone} runs left")
    if undone and warned.signal == WARNING and not _cancelled(folder, claim):
        _requeue(call)


def _cancelled(folder: str, number: int) -> bool:
    claims = read_claims(SweepFolder(Path(folder)).claims)
    return any(claim.cancelled for claim in claims if claim.number == number)


def _requeue(call: Call) -> None:
    """Put this job back into the queue, unless it was ended or has been put back too often."""
    most = call.own["REQUEUES"]
    job, times = os.environ["SLURM_JOB_ID"], int(os.environ.get("SLURM_RESTART_COUNT", "0"))
    answer = _scontrol("show", "job", job)
    state = next((word.partition("=")[2] for word in answer.split() if word.startswith("JobState=")), "")
    if state not in GOES_ON:
        return
    if times >= most:
        raise UserError(Text(f"this job was put back {times} times", f"本作业已重排 {times} 次"),
                        key="launcher.requeues", found=times, allowed=f"<= {most}",
                        hint=Text("resume the sweep; jobs may need more time: launcher.time_minutes",
                                  "请用 resume 继续；作业时间可能过短：launcher.time_minutes"))  # fmt: skip
    call.say("back into the queue")
    _scontrol("requeue", job)


def _scontrol(*words: str) -> str:
    done = subprocess.run(
        ["scontrol", *words], capture_output=True, encoding="utf-8", errors="replace",
        timeout=COMMAND_SECONDS, check=False,
    )  # fmt: skip
    if done.returncode:
        raise UserError(Text("scontrol failed", "scontrol 失败"), key="launcher", found=done.stderr.strip())
    return done.stdout
