"""A real Slurm on this machine for tests: munged, slurmctld and some slurmd on loopback.

Everything lies below one folder, whose path has to be short: that of a Unix socket has at most 107 characters.

Processes are found by what they hold, not by a number in a file, which may by then be another's: a daemon has its log
open, and the environment of a job names the lab's slurm.conf and the node (that of slurmstepd is overwritten).
"""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

from tests.cluster.processes import Process, holders, kill, with_environment

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo", "scancel", "scontrol")
START_SECONDS = 30
CLIENT_SECONDS = 30
CANCEL_SECONDS = 5
STOP_SECONDS = 5
# Below the ports that the kernel gives to outgoing connections.
PORTS = range(20_000, 30_000)
UP = {"idle", "mixed", "allocated", "completing"}

SLURM_CONF = """\
ClusterName=lab
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/%n.log
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
# Nodes are as large as this file says, whatever the machine has.
SlurmdParameters=config_overrides
# No accounting, as on many small clusters: sacct does not answer.
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
# A silent node is soon given up, and is taken back when it registers.
SlurmdTimeout={silent_seconds}
ReturnToService=2
MessageTimeout=5
TCPTimeout=2
KillWait=2
JobRequeue=1
MaxArraySize={max_array}
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2
{nodes}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=10 State=UP
"""
NODE = "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs={cpus} RealMemory=2000 State=UNKNOWN"


class Lab:
    """Slurm with nodes called node1, node2, ..., for as long as a `with` lasts."""

    def __init__(
        self, folder: Path, nodes: int = 2, cpus_per_node: int = 1, max_array: int = 1001, silent_seconds: int = 10
    ) -> None:
        self.folder = folder
        self.nodes = [f"node{number}" for number in range(1, nodes + 1)]
        self.cpus_per_node = cpus_per_node
        self.max_array = max_array
        self.silent_seconds = silent_seconds
        self.conf = folder / "slurm.conf"
        self.env = {"SLURM_CONF": str(self.conf)}

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start all daemons and wait until the nodes are up."""
        _check_machine()
        self._write_files()
        # munged insists that everybody may reach its socket.
        self.folder.chmod(0o755)
        files = {"socket": "munge.socket", "key-file": "munge.key", "seed-file": "munge.seed"}
        files |= {"log-file": "munged.log", "pid-file": "munged.pid"}
        self._start_daemon("munged", *(f"--{option}={self.folder / name}" for option, name in files.items()))
        self._start_daemon("slurmctld")
        for node in self.nodes:
            self._start_daemon("slurmd", "-N", node)
        self._wait_for_nodes(self.nodes)

    def run(self, *words: str) -> str:
        """Return what a client command prints; a RuntimeError holds its message if it fails or takes too long."""
        command = " ".join(words)
        try:
            done = self._call(words, CLIENT_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise RuntimeError(f"{command} did not end within {CLIENT_SECONDS} s") from error
        if done.returncode:
            raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def node_states(self) -> dict[str, str]:
        """Return the state of each node in sinfo's words; a * at its end means that the node does not answer."""
        return dict(line.split() for line in self.run("sinfo", "-h", "-N", "-o", "%N %T").splitlines())

    def processes(self) -> list[Process]:
        """Return all processes of the lab: the daemons and the jobs."""
        return holders([self.folder / f"{name}.log" for name in ("munged", "slurmctld")]) + [
            process for node in self.nodes for process in self._node_processes(node)
        ]

    def kill_node(self, number: int) -> list[Process]:
        """Kill all that runs on a node, as if it lost its power, and return what was killed."""
        killed = []
        # Until nothing is found, because a process may start another before it dies.
        while found := self._node_processes(self.nodes[number - 1]):
            killed += kill(found, signal.SIGKILL)
        return killed

    def start_node(self, number: int) -> None:
        """Bring a node back and wait until it is up."""
        node = self.nodes[number - 1]
        self._start_daemon("slurmd", "-N", node)
        self._wait_for_nodes([node])

    def stop(self) -> None:
        """Cancel all jobs and end all processes of the lab; does nothing where there are none."""
        if any(process.name == "slurmctld" for process in self.processes()):
            with contextlib.suppress(RuntimeError):
                self.run("scancel", "--partition=main")
                _wait_for(lambda: not self.run("squeue", "-h"), CANCEL_SECONDS)
        kill(self.processes(), signal.SIGTERM)
        if not _wait_for(lambda: not self.processes(), STOP_SECONDS):
            while left := self.processes():
                kill(left, signal.SIGKILL)

    def _write_files(self) -> None:
        host = socket.gethostname().split(".")[0]
        port, *node_ports = _free_ports(1 + len(self.nodes))
        nodes = [
            NODE.format(name=name, host=host, port=node_port, cpus=self.cpus_per_node)
            for name, node_port in zip(self.nodes, node_ports, strict=True)
        ]
        for name in ("state", *(f"spool/{node}" for node in self.nodes)):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.conf.write_text(
            SLURM_CONF.format(
                folder=self.folder,
                host=host,
                port=port,
                silent_seconds=self.silent_seconds,
                max_array=self.max_array,
                nodes="\n".join(nodes),
            )
        )
        # slurmd ends where it finds no control groups, though nothing uses them; for version 1 it does not look.
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        key = self.folder / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(128))

    def _call(self, words: Iterable[str], seconds: float) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*words],
            env=os.environ | self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def _start_daemon(self, *words: str) -> None:
        """Start a program that puts itself into the background."""
        done = self._call(words, START_SECONDS)
        if done.returncode:
            raise RuntimeError(f"{words[0]} ended with {done.returncode}: {done.stderr.strip()}{self._log_ends()}")

    def _wait_for_nodes(self, nodes: list[str]) -> None:
        """Wait until nodes are up, and resume those that are down."""
        last = "nothing"

        def are_up() -> bool:
            nonlocal last
            try:
                states = self.node_states()
            except RuntimeError as error:  # the controller may not listen yet
                last = str(error)
                return False
            last = str(states)
            for node in nodes:
                if states[node].startswith(("down", "drain")):
                    with contextlib.suppress(RuntimeError):
                        self.run("scontrol", "update", f"NodeName={node}", "State=RESUME")
            return all(states[node] in UP for node in nodes)

        if not _wait_for(are_up, START_SECONDS):
            raise RuntimeError(f"{', '.join(nodes)} not up after {START_SECONDS} s: {last}{self._log_ends()}")

    def _log_ends(self) -> str:
        """Return the last lines of each log."""
        logs = sorted(self.folder.glob("*.log"))
        return "".join(f"\n--- {log}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-5:]) for log in logs)

    def _node_processes(self, node: str) -> list[Process]:
        """Return a node's daemons (slurmd, slurmstepd) and then its jobs' processes."""
        daemons = holders([self.folder / f"{node}.log"])
        jobs = with_environment({f"SLURM_CONF={self.conf}", f"SLURMD_NODENAME={node}"})
        return daemons + [process for process in jobs if process not in daemons]


def _check_machine() -> None:
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        raise RuntimeError(f"Slurm's programs are missing ({', '.join(missing)}): make system-packages installs them")
    if os.geteuid() != 0:
        raise RuntimeError("Slurm's daemons have to be started by root")


def _free_ports(number: int) -> list[int]:
    ports: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            ports.append(port)
        if len(ports) == number:
            return ports
    raise RuntimeError(f"no {number} free ports between {PORTS.start} and {PORTS.stop}")


def _wait_for(holds: Callable[[], bool], seconds: float) -> bool:
    """Return whether something came to hold within some seconds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True
