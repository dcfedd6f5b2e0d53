"""What a sweep costs beside its runs: `python -m tests.reference.sweeps`, a part of `make bench`.

Each command is a process of its own, timed by the clock on the wall, as a user waits for it. The overhead is taken
within one sweep: time on all processes over the time that its workers spent in histories and branches.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scenarios.sweep.store.claims import read_claims
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.work.city_runs import Timing

ROOT = Path(__file__).parents[2]
PROCESSES = 2
HISTORIES = 200
CITY = ("scenario=workshops", "levers.workshops.size=0,10,20,30,40", f"seed=range(0,{HISTORIES})")
"""1,000 runs of the city: each history and five branches; size 0 is the baseline."""
TOWN = ("scenario=workshops", "population.size=town", "work=nothing", "paired=false", "levers.workshops.size=5")
EMPTY = 100_000


def sweep_costs() -> dict[str, float]:
    """Return the overhead of 1,000 city runs, and the seconds of commands that have hardly anything to run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        city = _command(folder / "city", *CITY, f"launcher.processes={PROCESSES}")
        own = _own_seconds(folder / "city")
        return {
            "sweep_city_runs_s": city,
            "sweep_overhead": city * PROCESSES / own - 1.0,
            "sweep_nothing_to_do_s": _command(folder / "city", *CITY),
            "sweep_one_empty_run_s": _command(folder / "one", *TOWN),
            "sweep_empty_seeds_s": _command(folder / "seeds", *TOWN, f"seeds={EMPTY}"),
            "sweep_empty_points_s": _command(folder / "points", *TOWN, f"levers.workshops.size=range(1,{EMPTY + 1})"),
        }


def _command(folder: Path, *words: str) -> float:
    """Return the seconds of a sweep in `folder`."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "scenarios.sweep", *words, f"output={folder}"], cwd=ROOT, check=True,
                   capture_output=True)  # fmt: skip
    return time.perf_counter() - started


def _own_seconds(folder: Path) -> float:
    """Return the seconds that the workers of a finished sweep spent in histories and branches."""
    timing = Timing()
    for claim in read_claims(SweepFolder(folder).claims):
        vars(timing).update(claim.notes["timing"])
    return timing.history_seconds + timing.run_seconds


if __name__ == "__main__":
    print(json.dumps(sweep_costs(), indent=1))
