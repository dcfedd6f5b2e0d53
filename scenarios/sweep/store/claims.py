"""Claims: which runs somebody has taken on, so that two drivers on one folder share the work and do none of it twice.

A claim is a numbered folder that can be made only once (renaming another to its name fails), and holds its runs by
chunks. A driver makes its claim first and looks at those with lower numbers then; if a live one holds some of the same
runs, it gives its own back. Whether a claim lives is for its launcher to say: a process, a job in the queue. Nothing is
ever locked.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import time
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.output.whole_files import file_beside, folder_beside, write_text
from scenarios.base.text import Text
from scenarios.base.user import user_name
from scenarios.sweep.plan.plan import Ids, Whole

CANCELLED, ENDED, CLAIM, RUNS = "cancelled", "ended", "claim.json", "runs.npz"
DIGITS = 4


class Claim(NamedTuple):
    """A claim: its number, launcher, and notes of its launcher (host, process, jobs)."""

    number: int
    launcher: str
    notes: dict[str, Any]
    folder: Path

    @property
    def name(self) -> str:
        """The claim's number as in the names of its files."""
        return f"{self.number:0{DIGITS}d}"

    @property
    def place(self) -> Path:
        """The claim's folder."""
        return self.folder / self.name

    @property
    def cancelled(self) -> bool:
        """Whether somebody cancelled it."""
        return (self.place / CANCELLED).exists()

    @property
    def flush_seconds(self) -> float:
        """How often its workers write what is done."""
        return float(self.notes.get("flush_seconds", 60.0))

    @property
    def forgiven(self) -> list[str]:
        """Names of parts whose failed runs are to be made again."""
        return list(self.notes.get("forgiven", []))

    @property
    def ended(self) -> bool:
        """Whether nobody is at it any more, nor will be."""
        return (self.place / ENDED).exists() or self.cancelled

    def end(self) -> None:
        """Mark it as ended."""
        (self.place / ENDED).touch()

    def cancel(self) -> None:
        """Mark it as cancelled: its workers stop, and are not started again."""
        (self.place / CANCELLED).touch()

    def chunks(self) -> list[tuple[Ids, Whole]]:
        """Return the runs of each chunk, by identity and seed."""
        try:
            with np.load(self.place / RUNS) as held:
                ids, seeds, ends = held["ids"], held["seeds"], held["ends"]
        except (ValueError, KeyError, EOFError, zipfile.BadZipFile):
            raise _spoiled(self.place / RUNS) from None
        starts = [0, *ends[:-1].tolist()]
        return [(ids[a:b], seeds[a:b]) for a, b in zip(starts, ends.tolist(), strict=True)]

    def note(self, **more: Any) -> Claim:
        """Return the claim with more written down about it."""
        claim = self._replace(notes={**self.notes, **more})
        write_text(claim.place / CLAIM, _text(claim), sync=True)
        return claim


def make_claim(folder: Path, launcher: str, chunks: Iterable[tuple[Ids, Whole]]) -> Claim:
    """Return a new claim on the runs of `chunks`, with the next number that nobody has."""
    chunks = list(chunks)
    ends = np.cumsum([len(seeds) for _, seeds in chunks], dtype=np.int64)
    ids, seeds = np.concatenate([ids for ids, _ in chunks]), np.concatenate([seeds for _, seeds in chunks])
    notes = {"host": socket.gethostname(), "user": user_name(), "process": os.getpid(), "begun": time.time(),
            "started": _started(_stat(os.getpid())), "runs": len(seeds)}  # fmt: skip
    with folder_beside(folder / "claim") as aside:
        with file_beside(aside / RUNS, sync=True) as path, path.open("wb") as file:
            np.savez_compressed(file, ids=ids, seeds=seeds, ends=ends)
        number = max((claim.number for claim in read_claims(folder)), default=0) + 1
        while True:
            claim = Claim(number, launcher, {**notes, "chunks": len(chunks)}, folder)
            write_text(aside / CLAIM, _text(claim), sync=True)
            try:
                aside.rename(claim.place)  # fails where another driver was quicker
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                number += 1
                continue
            return claim


def read_claims(folder: Path) -> list[Claim]:
    """Return all claims by number."""
    claims = []
    for path in sorted(folder.glob("[0-9]*/" + CLAIM)):
        try:
            notes = json.loads(path.read_text(encoding="utf-8"))
            claims.append(Claim(int(path.parent.name), notes.pop("launcher"), notes, folder))
            claims[-1].notes["host"], claims[-1].notes["process"], claims[-1].notes["begun"]
        except (ValueError, KeyError, AttributeError, TypeError):
            raise _spoiled(path) from None
    return claims


def _spoiled(path: Path) -> UserError:
    """Return the error of a file of a claim that cannot be read, as after a crash of the whole machine."""
    hint = Text(f"if nobody is at it, remove {shown_path(path.parent)}: what its runs gave stays",
                f"若无人运行，请删除 {shown_path(path.parent)}：已有结果不受影响")  # fmt: skip
    return UserError(
        Text("a claim cannot be read", "无法读取认领记录"), key="claims", found=shown_path(path), hint=hint
    )


def process_lives(notes: Mapping[str, Any]) -> bool:
    """Return whether the process that made a claim still runs on this machine; one on another cannot be asked."""
    if notes["host"] != socket.gethostname():
        return time.time() - float(notes.get("seen", notes["begun"])) < UNSEEN_SECONDS
    process = int(notes["process"])
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        pass
    stat = _stat(process)
    return not stat or (stat[0] != "Z" and _started(stat) == notes.get("started", ""))


UNSEEN_SECONDS = 300.0
"""A driver on another machine that has not been seen for so long is taken for dead; clocks have to agree so far."""
BOOT = Path("/proc/sys/kernel/random/boot_id")


def _stat(process: int) -> list[str]:
    """Return what Linux says of a process after its name: state, parent, ...; nothing where it says nothing."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _started(stat: list[str]) -> str:
    """Return which start of the machine a process belongs to, and its ticks since then; empty where Linux says nothing.

    Numbers of processes come round again, so a number alone does not tell a process. A time of day does not, either:
    clocks are set, and jump when a laptop wakes.
    """
    try:
        return f"{BOOT.read_text().strip()} {stat[19]}" if stat else ""
    except OSError:
        return ""


def _text(claim: Claim) -> str:
    return json.dumps({"launcher": claim.launcher, **claim.notes}, sort_keys=True) + "\n"
