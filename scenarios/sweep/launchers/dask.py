"""Processes of a Dask engine: of one that runs already (its address), or started through dask-jobqueue.

For schedulers other than Slurm (PBS, SGE, LSF, HTCondor, ...). The command has to stay: a lost driver loses what its
workers had not written yet, a minute at most, and the same command goes on.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Mapping
from typing import Any

from scenarios.errors import UserError, listed
from scenarios.registry import Text
from scenarios.sweep.chunks import run_chunk
from scenarios.sweep.claims import Claim, process_lives
from scenarios.sweep.launchers.base import Job, Launcher
from scenarios.sweep.launchers.chunked import chunks_of
from scenarios.sweep.plan import Whole
from scenarios.sweep.take import take

NAME = "dask"
TOLD_SECONDS = 5.0
SCHEDULERS = ("HTCondor", "LSF", "Moab", "OAR", "PBS", "SGE", "SLURM")
INSTALL = Text("make cluster, or: pip install --require-hashes -r requirements/cluster.lock",
               "请运行 make cluster，或 pip install --require-hashes -r requirements/cluster.lock")  # fmt: skip


class DaskEngine:
    """The launcher; its settings are those of conf/launcher/dask.yaml."""

    detached = False

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings

    def launch(self, job: Job, numbers: Whole) -> None:
        """Hand chunks to the engine's processes; return when all are done."""
        distributed = _module("distributed")
        chunks = chunks_of(job, numbers, float(self._settings["chunk_minutes"]))
        if not chunks:
            return
        claim = take(job, NAME, chunks)
        if claim is None:
            return
        claim.note(flush_seconds=float(self._settings["flush_seconds"]))
        try:
            with self._cluster(job) as address, distributed.Client(address) as client:
                folder = str(job.folder.path)
                futures = [
                    client.submit(run_chunk, folder, claim.number, chunk, pure=False) for chunk in range(len(chunks))
                ]
                self._watch(job, futures)
        except (OSError, TimeoutError) as error:
            problem = Text("the Dask engine cannot be reached", "无法连接 Dask")
            raise UserError(problem, key="launcher.address", found=str(error)[:200]) from None
        finally:
            claim.end()

    def _watch(self, job: Job, futures: list[Any]) -> None:
        """Tell how far it is until all chunks are done; raises what a chunk raised."""
        started = time.monotonic()
        before = int(job.runs.done()[0].sum())
        while not all(future.done() for future in futures):
            time.sleep(min(TOLD_SECONDS, 0.2 + (time.monotonic() - started) / 20))
            done, failed = (int(flags.sum()) for flags in job.runs.done())
            job.teller.runs(done, job.runs.order.size, failed, done - before, started)
        for future in futures:
            future.result()

    def living(self, claim: Claim) -> list[int]:
        """Return all chunks if the driver lives: without it the engine drops them."""
        return list(range(int(claim.made["chunks"]))) if process_lives(claim.made) else []

    def wait(self, job: Job) -> None:
        """Wait for another driver's runs."""
        time.sleep(TOLD_SECONDS)

    def cancel(self, claim: Claim) -> None:
        """Nothing: the chunks see the mark."""

    def _cluster(self, job: Job) -> Any:
        """Return a context that gives the engine: an address, or a cluster of dask-jobqueue that ends with it."""
        settings = self._settings
        if settings["address"]:
            return _Given(str(settings["address"]))
        name = str(settings["scheduler"])
        if name not in SCHEDULERS:
            raise UserError(Text("name an engine's address or a scheduler", "请给出 Dask 地址或调度器"),
                            key="launcher.scheduler", found=name or "''",
                            allowed=listed([f"launcher.scheduler={name}" for name in SCHEDULERS]),
                            hint="launcher.address=tcp://HOST:8786")  # fmt: skip
        made = getattr(_module("dask_jobqueue"), f"{name}Cluster")
        options = {key: settings[key] for key in ("queue", "account", "walltime", "interface") if settings[key]}
        logs = job.folder.logs
        logs.mkdir(parents=True, exist_ok=True)
        cluster = made(cores=1, processes=1, memory=f"{settings['memory_mb']}MB", log_directory=str(logs), **options)
        cluster.scale(jobs=int(settings["jobs"]))
        return cluster


class _Given:
    """An engine that somebody else runs."""

    def __init__(self, address: str) -> None:
        self._address = address

    def __enter__(self) -> str:
        return self._address

    def __exit__(self, *_: object) -> None:
        return None


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        problem = Text(f"the package {name} is not installed", f"未安装 {name}")
        raise UserError(problem, key="launcher", found=NAME, hint=INSTALL) from None


def make_launcher(settings: Mapping[str, Any]) -> Launcher:
    """Return the launcher with its settings."""
    return DaskEngine(settings)
