"""Whether the process that made a claim lives: not a question of the time of day, nor of its number alone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from scenarios.sweep.store import claims
from scenarios.sweep.store.claims import UNSEEN_SECONDS, Claim, make_claim, process_lives

HOUR = 3600.0


def made(folder: Path) -> Claim:
    """Return a claim of this process."""
    return make_claim(folder / "claims", "local", [(np.zeros((1, 2), dtype=np.uint64), np.ones(1, dtype=np.int64))])


@pytest.mark.parametrize("jump", [-HOUR, HOUR, 24 * HOUR])
def test_a_jump_of_the_clock_ends_no_claim(jump: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the clock is set, the time of day and Linux's time of the start of the machine move together."""
    claim, read, clock = made(tmp_path), Path.read_text, time.time

    def moved(path: Path, *words: str, **options: str) -> str:
        text = read(path, *words, **options)
        if path != Path("/proc/stat"):
            return text
        lines = [line.split() for line in text.splitlines()]
        return "\n".join(
            f"btime {float(line[1]) + jump:.0f}" if line[:1] == ["btime"] else " ".join(line) for line in lines
        )

    monkeypatch.setattr(Path, "read_text", moved)
    monkeypatch.setattr(time, "time", lambda: clock() + jump)
    assert process_lives(claim.notes)


def test_a_process_that_has_ended_does_not_live(tmp_path: Path) -> None:
    notes = made(tmp_path).notes
    ended = subprocess.Popen([sys.executable, "-c", ""])
    try:
        stat = Path(f"/proc/{ended.pid}/stat")
        until = time.monotonic() + 60
        while stat.read_text().rpartition(")")[2].split()[0] != "Z":
            assert time.monotonic() < until
            time.sleep(0.01)
        started = claims._started(claims._stat(ended.pid))
        assert not process_lives({**notes, "process": ended.pid, "started": started})  # nobody has asked for its end
    finally:
        ended.wait()
    assert not process_lives({**notes, "process": ended.pid, "started": started})


def test_another_process_with_the_same_number_is_another(tmp_path: Path) -> None:
    notes = made(tmp_path).notes
    boot, ticks = notes["started"].split()
    assert process_lives(notes)
    assert not process_lives({**notes, "started": f"{boot} {int(ticks) + 1}"})
    assert not process_lives({**notes, "started": f"another-start-of-the-machine {ticks}"})


def test_where_the_system_says_nothing_the_number_alone_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "BOOT", tmp_path / "missing")
    notes = made(tmp_path).notes
    assert notes["started"] == ""
    assert process_lives(notes)


def test_a_process_of_another_user_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(process: int, signal: int) -> None:
        raise PermissionError

    notes = made(tmp_path).notes
    monkeypatch.setattr(os, "kill", refuse)
    assert process_lives(notes)
    assert not process_lives({**notes, "started": "an-earlier-start 1"})


def test_a_process_of_another_machine_lives_while_it_is_seen(tmp_path: Path) -> None:
    notes = {**made(tmp_path).notes, "host": f"not-{socket.gethostname()}"}
    assert process_lives({**notes, "seen": time.time() - UNSEEN_SECONDS / 2})
    assert not process_lives({**notes, "seen": time.time() - 2 * UNSEEN_SECONDS})
