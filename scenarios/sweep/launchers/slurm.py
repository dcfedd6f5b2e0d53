"""Jobs of a Slurm cluster: an array whose every task takes a chunk. It needs sbatch, squeue and scontrol, nothing else.

The array is detached: it goes on after a logout and without this command. Which chunks live is what squeue says of jobs
with the sweep's names, so that neither a lost driver nor a cluster without accounting matters. A task that is warned of
its end writes what it has and puts itself back into the queue (slurm_job.py).
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from scenarios.base.errors import UserError
from scenarios.base.paths import ROOT
from scenarios.base.text import Text
from scenarios.base.user import user_name
from scenarios.sweep.launchers.base import RUNNING, ActiveSweep, Launcher
from scenarios.sweep.launchers.chunked import chunks_of
from scenarios.sweep.plan.plan import Whole
from scenarios.sweep.store.claims import Claim, process_lives
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.work.take import take
from simulation.foundations.generator import VARIABLE, chosen_generator

NAME = "slurm"
ASK_SECONDS = 1.0
"""An answer of the queue serves for so long."""
COMMAND_SECONDS = 120
TRIES, RETRY_SECONDS = 5, 3.0
"""A controller that does not answer is asked again."""
DEFAULT_ARRAY = 1001
"""Slurm's own limit of an array, where its configuration names no other."""
CALLERS_SETTINGS = ("SQUEUE_", "SBATCH_", "SCANCEL_", "SCONTROL_", "SLURM_")
KEPT = (
    "SLURM_CONF", "SLURM_CONF_SERVER", "SLURM_CLUSTERS", "SLURM_JWT", "SLURM_SACK_KEY",
    "SBATCH_ACCOUNT", "SBATCH_PARTITION", "SBATCH_QOS", "SBATCH_RESERVATION",
)  # fmt: skip
"""Variables of Slurm that its commands get."""
WORKING = ("RUNNING", "COMPLETING", "CONFIGURING")


_TASK = re.compile(r"(anju-[0-9a-f]{8}-\d+-\d+)\|(\d+)\|(\w+)\|(.*)\|([\d_]+)")
"""A line of the queue that is about a task of ours; others may have names like it."""


class Element(NamedTuple):
    """A task of an array in the queue: its array's name, number, state, why it waits, id."""

    name: str
    number: int
    state: str
    reason: str
    id: str


class Slurm:
    """The launcher; its settings are those of conf/launcher/slurm.yaml."""

    detached = True

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self._asked: dict[str, float] = {}
        self._elements: dict[str, list[Element]] = {}
        self._requeued: set[str] = set()
        self._looked: dict[str, float] = {}
        self._cancelled: dict[str, list[str]] = {}

    def launch(self, active: ActiveSweep, numbers: Whole) -> None:
        """Submit arrays for the runs, as many as the cluster's limit of an array asks for."""
        chunks = chunks_of(active, numbers, float(self._settings["chunk_minutes"]))
        if not chunks:
            return
        most = self._largest_array()
        claim = take(active, NAME, chunks)
        if claim is None:
            return
        active.folder.logs.mkdir(parents=True, exist_ok=True)
        starts = list(range(0, len(chunks), most))
        claim = claim.note(arrays=[], flush_seconds=float(self._settings["flush_seconds"]),
                           forgiven=sorted(active.runs.forgiven))  # fmt: skip
        for start in starts:
            try:
                id_ = self._submit(active, claim, start, min(most, len(chunks) - start))
            except RefusedError as error:
                if claim.notes["arrays"]:
                    raise UserError(error.problem, key=error.key, hint=LATER) from None
                claim.end()  # none of its jobs will ever come
                raise
            claim = claim.note(arrays=[*claim.notes["arrays"], [start, id_]], seen=time.time())
            active.launched()
        claim.note(submitted=True)
        self._asked.clear()
        ids = ", ".join(id_ for _, id_ in claim.notes["arrays"])
        active.progress.line(Text(f"Submitted {len(chunks)} jobs (Slurm array {ids})",
                             f"已提交 {len(chunks)} 个作业（Slurm 数组 {ids}）"))  # fmt: skip

    def living(self, claim: Claim) -> list[int]:
        """Return the chunks of a claim that are in the queue; all of them while they are being submitted."""
        if not claim.notes.get("submitted") and process_lives(claim.notes):
            return list(range(int(claim.notes["chunks"])))
        return sorted(_start(element) + element.number for element in self._tasks(claim))

    def cancelled(self, claim: Claim) -> bool:
        """Return whether somebody cancelled tasks of a claim (scancel); Slurm remembers for some minutes."""
        user = str(claim.notes.get("user", user_name()))
        if time.monotonic() - self._looked.get(user, -ASK_SECONDS) >= ASK_SECONDS:
            answer = _slurm("squeue", "-h", "-r", "-u", user, "--states=CANCELLED", "-o", "%j")
            self._cancelled[user], self._looked[user] = answer.split(), time.monotonic()
        return any(name.startswith(_claim_mark(claim)) for name in self._cancelled[user])

    def jobs(self, claim: Claim) -> dict[str, int]:
        """Return its tasks in the queue by what they do; Slurm's own word for why one waits."""
        states = (RUNNING if e.state in WORKING else f"waiting ({e.reason})" for e in self._tasks(claim))
        return dict(Counter(states))

    def wait(self, active: ActiveSweep) -> None:
        """Wait a while; have tasks that put themselves back start now, not two minutes later as Slurm has it.

        Only those that were there at the last look, too: Slurm loses a task that starts in the second in which it was
        put back.
        """
        ours = [element for element in self._queue(user_name()) if element.name.startswith(_mark(active.folder))]
        requeued = {element.id for element in ours if element.state == "PENDING" and element.reason == "BeginTime"}
        for id_ in sorted(requeued & self._requeued):
            _slurm("scontrol", "update", f"JobId={id_}", "StartTime=now", may_fail=True)
        self._requeued = requeued
        time.sleep(float(self._settings["poll_seconds"]))

    def cancel(self, claim: Claim) -> None:
        """Take waiting tasks out of the queue, and warn running ones: they write what they have, and end."""
        names = sorted({element.name for element in self._tasks(claim)})  # scancel takes one at a time
        for name in names:
            _slurm("scancel", "--me", "--state=PENDING", f"--name={name}")
        for name in names:
            _slurm("scancel", "--me", "--batch", "--signal=USR2", "--state=RUNNING", f"--name={name}", may_fail=True)

    def _tasks(self, claim: Claim) -> list[Element]:
        """Return the tasks of a claim in the queue, whoever submitted them."""
        user = str(claim.notes.get("user", user_name()))
        return [element for element in self._queue(user) if element.name.startswith(_claim_mark(claim))]

    def _queue(self, user: str) -> list[Element]:
        """Return the tasks of sweeps of a user in the queue."""
        if time.monotonic() - self._asked.get(user, -ASK_SECONDS) >= ASK_SECONDS:
            lines = _slurm("squeue", "-h", "-r", "-u", user, "-o", "%j|%K|%T|%r|%i").splitlines()
            tasks = [match.groups() for match in map(_TASK.fullmatch, lines) if match]
            self._elements[user] = [Element(name, int(number), *rest) for name, number, *rest in tasks]
            self._asked[user] = time.monotonic()
        return self._elements[user]

    def _largest_array(self) -> int:
        limit = re.search(r"MaxArraySize\s*=\s*(\d+)", _slurm("scontrol", "show", "config"))
        return int(limit[1]) if limit else DEFAULT_ARRAY

    def _submit(self, active: ActiveSweep, claim: Claim, start: int, n: int) -> str:
        """Submit one array; return its id."""
        settings = self._settings
        at_once = f"%{settings['jobs_at_once']}" if settings["jobs_at_once"] else ""
        name = array_name(claim, start)
        options = [
            "--parsable", f"--job-name={name}", f"--array=0-{n - 1}{at_once}", "--requeue", "--open-mode=append",
            f"--signal=B:USR2@{settings['warning_seconds']}", f"--time={settings['time_minutes']}", "--ntasks=1",
            "--cpus-per-task=1", f"--output={active.folder.logs / f'{claim.name}-{start}-%a.log'}",
            *(f"--{key}={settings[key]}" for key in ("partition", "account", "qos") if settings[key]),
            *([f"--mem={settings['memory_mb']}"] if settings["memory_mb"] else []),
            *shlex.split(str(settings["options"])),
        ]  # fmt: skip
        command = [sys.executable, "-m", "scenarios.sweep.launchers.slurm_job", str(active.folder.path),
                   str(claim.number), str(start), str(settings["requeues"])]  # fmt: skip
        lines = ["#!/bin/bash", f"cd {shlex.quote(str(ROOT))} || exit 1"]
        lines += [*([str(settings["setup"])] if settings["setup"] else []), f"export {VARIABLE}={chosen_generator()}"]
        return (
            _slurm("sbatch", *options, script="\n".join([*lines, f"exec {shlex.join(command)}", ""]))
            .strip()
            .split(";")[0]
        )


def _mark(folder: SweepFolder) -> str:
    """Return the beginning of the names of a folder's arrays, whatever path led to it."""
    return "anju-" + hashlib.sha256(os.fsencode(folder.path.resolve())).hexdigest()[:8]


def _start(element: Element) -> int:
    """Return the chunk that the first task of an array takes."""
    return int(element.name.rpartition("-")[2])


def _claim_mark(claim: Claim) -> str:
    return f"{_mark(SweepFolder(claim.folder.parent))}-{claim.name}-"


def array_name(claim: Claim, start: int) -> str:
    """Return the name of the array of a claim whose first task takes chunk `start`."""
    return f"{_claim_mark(claim)}{start}"


def _slurm(*words: str, script: str = "", may_fail: bool = False) -> str:
    """Return what a command of Slurm prints; raises UserError in its own words if it fails."""
    for attempt in range(TRIES):
        try:
            done = subprocess.run(
                words, input=script, capture_output=True, encoding="utf-8", errors="replace",
                timeout=COMMAND_SECONDS, check=False, env=clean_environment(),
            )  # fmt: skip
        except FileNotFoundError:
            raise UserError(Text("Slurm is not on this machine", "本机没有 Slurm"), key="launcher", found=words[0],
                            allowed="launcher=local abandon=true",
                            hint=Text("log in to the cluster's login node; abandon=true goes on here without its jobs",
                                      "请登录集群的登录节点；abandon=true 则在本机继续，不管其作业"),
                            ) from None  # fmt: skip
        except subprocess.TimeoutExpired:
            trouble = f"{NO_ANSWER} in {COMMAND_SECONDS} s"
            if words[0] == "sbatch":
                break  # it may have been heard: whoever comes next finds its jobs in the queue by their names
        else:
            trouble = done.stderr.strip() or done.stdout.strip()
            if done.returncode == 0 or may_fail:
                return done.stdout
            if not any(sign in trouble for sign in UNREACHABLE) or words[0] == "sbatch":
                break
        if attempt < TRIES - 1:
            time.sleep(RETRY_SECONDS)
    # The words of Slurm are the reason, so all of them are said.
    trouble = "; ".join(line.strip() for line in trouble.splitlines() if line.strip())
    problem = Text(f"{words[0]} failed: {trouble}", f"{words[0]} 失败：{trouble}")
    if words[0] == "sbatch" and not any(sign in trouble for sign in (*UNREACHABLE, NO_ANSWER)):
        raise RefusedError(problem, key="launcher", hint=REFUSED)
    raise UserError(problem, key="launcher", hint=LATER)


class RefusedError(UserError):
    """Slurm refused jobs, so none of them is there."""


LATER = Text(
    "what was submitted goes on; run the same command again later", "已提交的作业会继续；请稍后重新运行同一命令"
)
REFUSED = Text(
    "nothing was submitted; change the launcher's settings (launcher.KEY=VALUE), or wait where a limit is reached",
    "未提交任何作业；请修改启动方式的设置（launcher.键=值）；若达到上限，请待作业结束后重试",
)


def clean_environment() -> dict[str, str]:
    """Return the environment without the caller's own settings of Slurm, which alter what its commands do and show.

    With SQUEUE_STATES set, say, jobs just submitted are not seen and would be submitted again; a command that runs in a
    job itself hands that job's SLURM_* on. What says which cluster is meant and who pays is kept.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith(CALLERS_SETTINGS) or name in KEPT}


NO_ANSWER = "no answer"
UNREACHABLE = ("Unable to contact slurm controller", "Socket timed out", "Connection refused")


def make_launcher(settings: Mapping[str, Any]) -> Launcher:
    """Return the launcher with its settings."""
    return Slurm(settings)
