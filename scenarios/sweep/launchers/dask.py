"""Processes of a Dask engine: of one that runs already (its address), or started through dask-jobqueue.

For schedulers other than Slurm (PBS, SGE, LSF, HTCondor, ...). The command has to stay: a lost driver loses what its
workers had not written yet, a minute at most, and the same command goes on.
"""

from __future__ import annotations

import importlib
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

from scenarios.base.errors import UserError, listed
from scenarios.base.paths import ROOT
from scenarios.base.text import Text
from scenarios.sweep.launchers.base import ActiveSweep, Launcher
from scenarios.sweep.launchers.chunked import chunks_of
from scenarios.sweep.plan.plan import Whole
from scenarios.sweep.progress import RUNS_STAGE, show_runs
from scenarios.sweep.store.claims import Claim, process_lives
from scenarios.sweep.work.take import take
from simulation.foundations.generator import VARIABLE, chosen_generator

NAME = "dask"
SHOW_SECONDS, SEEN_SECONDS, NO_WORKERS_SECONDS = 5.0, 20.0, 30.0
ENDS_BEFORE_SECONDS = 300
"""How long before its job's end a worker of a scheduler's job ends by itself, and another job is asked for."""
SCHEDULERS = ("HTCondor", "LSF", "Moab", "OAR", "PBS", "SGE", "SLURM")
INSTALL = Text("make cluster, or: pip install --require-hashes -r requirements/cluster.lock",
               "请运行 make cluster，或 pip install --require-hashes -r requirements/cluster.lock")  # fmt: skip


class DaskEngine:
    """The launcher; its settings are those of conf/launcher/dask.yaml."""

    detached = False

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings

    def launch(self, active: ActiveSweep, numbers: Whole) -> None:
        """Hand chunks to the engine's processes; return when all have ended. Those that were lost are left."""
        distributed = _module("distributed")
        chunks = chunks_of(active, numbers, float(self._settings["chunk_minutes"]))
        if not chunks:
            return
        claim = take(active, NAME, chunks)
        if claim is None:
            return
        claim = claim.note(flush_seconds=float(self._settings["flush_seconds"]), forgiven=sorted(active.runs.forgiven))
        try:
            with self._cluster(active) as engine, distributed.Client(engine) as client:
                words = ["env", f"{VARIABLE}={chosen_generator()}", sys.executable, "-m",
                         "scenarios.sweep.work.chunk_job", str(active.folder.path), str(claim.number)]  # fmt: skip
                # A function that every Python has: the engine's processes need not know the project.
                futures = [
                    client.submit(subprocess.run, [*words, str(chunk)], cwd=str(ROOT), capture_output=True,
                                  encoding="utf-8", errors="replace", pure=False)
                    for chunk in range(len(chunks))
                ]  # fmt: skip
                active.launched()
                self._watch(active, claim, client, futures)
        except (OSError, TimeoutError) as error:
            problem = Text("the Dask engine cannot be reached", "无法连接 Dask")
            raise UserError(problem, key="launcher.address", found=str(error)[:200]) from None
        finally:
            claim.end()

    def _watch(self, active: ActiveSweep, claim: Claim, client: Any, futures: list[Any]) -> None:
        """Show how far it is until all chunks have ended; raises UserError for what a chunk says is wrong."""
        started = warned = seen = time.monotonic()
        before = int(active.runs.done()[0].sum())
        active.progress.stage(RUNS_STAGE)
        while not all(future.done() for future in futures):
            time.sleep(min(SHOW_SECONDS, 0.2 + (time.monotonic() - started) / 20))
            now = time.monotonic()
            done, failed = (int(flags.sum()) for flags in active.runs.done())
            show_runs(active.progress, done, active.runs.order.size, failed, done - before)
            if now - seen > SEEN_SECONDS:
                claim, seen = claim.note(seen=time.time()), now
            if client.scheduler_info()["workers"]:
                warned = now  # the next warning comes so long after the last worker was there
            elif now - warned > NO_WORKERS_SECONDS:
                warned = now
                active.progress.line(
                    Text("the engine has no workers (yet); waiting for some", "Dask 尚无工作进程，等待中")
                )
            if claim.cancelled:
                break
        for future in futures:
            lost = str(future.exception())[:200] if future.status == "error" else ""
            if future.status == "finished":
                lost = _trouble(future.result())
            if lost:
                active.progress.line(Text(f"a chunk was lost: {lost}", f"有一块作业丢失：{lost}"))

    def living(self, claim: Claim) -> list[int]:
        """Return all chunks if the driver lives: without it the engine drops them."""
        return list(range(int(claim.notes["chunks"]))) if process_lives(claim.notes) else []

    def cancelled(self, claim: Claim) -> bool:
        """Return False: nobody but this program can."""
        return False

    def jobs(self, claim: Claim) -> dict[str, int]:
        """Return nothing: the engine alone knows."""
        return {}

    def wait(self, active: ActiveSweep) -> None:
        """Wait for another driver's runs."""
        time.sleep(SHOW_SECONDS)

    def cancel(self, claim: Claim) -> None:
        """Nothing: the chunks see the mark."""

    def _cluster(self, active: ActiveSweep) -> Any:
        """Return a context that gives the engine: an address, or a cluster of dask-jobqueue that ends with it."""
        settings = self._settings
        if settings["address"]:
            return _ForeignEngine(str(settings["address"]))
        name = str(settings["scheduler"])
        if name not in SCHEDULERS:
            raise UserError(Text("name an engine's address or a scheduler", "请给出 Dask 地址或调度器"),
                            key="launcher.scheduler", found=name or "''",
                            allowed=listed([f"launcher.scheduler={name}" for name in SCHEDULERS]),
                            hint="launcher.address=tcp://HOST:8786")  # fmt: skip
        cluster_class = getattr(_module("dask_jobqueue"), f"{name}Cluster")
        options = {key: settings[key] for key in ("queue", "account", "walltime", "interface") if settings[key]}
        logs = active.folder.logs
        logs.mkdir(parents=True, exist_ok=True)
        life = _seconds(str(settings["walltime"])) - ENDS_BEFORE_SECONDS
        cluster = cluster_class(
            cores=1, processes=1, memory=f"{settings['memory_mb']}MB", log_directory=str(logs),
            job_script_prologue=[f"cd {shlex.quote(str(ROOT))}"],
            worker_extra_args=["--lifetime", f"{max(life, ENDS_BEFORE_SECONDS)}s"],
            scheduler_options={"dashboard_address": ":0"},  # another engine on this machine may have the usual port
            **options,
        )  # fmt: skip
        jobs = int(settings["jobs"])
        cluster.adapt(minimum_jobs=jobs, maximum_jobs=jobs)  # a job that came to its end is followed by another
        return cluster


class _ForeignEngine:
    """An engine that somebody else runs."""

    def __init__(self, address: str) -> None:
        self._address = address

    def __enter__(self) -> str:
        return self._address

    def __exit__(self, *_: object) -> None:
        return None


def _trouble(done: subprocess.CompletedProcess[str]) -> str:
    """Return what ended a chunk's process if it was killed; raises UserError for one that could not be run at all."""
    if done.returncode < 0:
        return f"signal {-done.returncode}"
    if done.returncode > 1:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise UserError(Text("a chunk could not be run", "有一块作业无法运行"), key="launcher", found=lines[-1][:300],
                        hint=Text("the engine's processes need this folder and its .venv",
                                  "Dask 工作进程须能访问本文件夹及其 .venv"))  # fmt: skip
    return ""


def _seconds(walltime: str) -> int:
    """Return a time as HH:MM:SS, MM:SS or days-HH:MM:SS in seconds; raises UserError."""
    days, _, clock = walltime.rpartition("-")
    try:
        parts = [int(part) for part in clock.split(":")]
        seconds = int(days or 0) * 86400
        for part, unit in zip(reversed(parts), (1, 60, 3600), strict=False):
            seconds += part * unit
    except ValueError:
        raise UserError(Text("the walltime is no time", "walltime 不是时间"), key="launcher.walltime", found=walltime,
                        allowed="HH:MM:SS") from None  # fmt: skip
    return seconds


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        problem = Text(f"the package {name} is not installed", f"未安装 {name}")
        raise UserError(problem, key="launcher", found=NAME, hint=INSTALL) from None


def make_launcher(settings: Mapping[str, Any]) -> Launcher:
    """Return the launcher with its settings."""
    return DaskEngine(settings)
