"""How long a user waits: for help, for the first month with compiled rules at hand, and with none compiled yet."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROUNDS = 5
FIRST_MONTH = """
from scenarios.settings.command_line import Arguments
from scenarios.runs.model_run import open_population
from scenarios.settings.config import compose_run
config = compose_run(["population.size=town"])
population = open_population(config)
from simulation.model import Model
Model(population, config.parameters, config.policy, config.seed, config.months).step()
"""


def start_seconds() -> dict[str, float]:
    """Return CPU seconds of new processes: help, a first month warm and cold; medians, but of one cold start."""
    helps = statistics.median(_child(ROOT, "-m", "simulation", "--help") for _ in range(ROUNDS))
    warm = statistics.median(_child(ROOT, "-c", FIRST_MONTH) for _ in range(ROUNDS))
    with tempfile.TemporaryDirectory() as folder:
        for part in ("simulation", "scenarios", "conf"):
            shutil.copytree(ROOT / part, Path(folder) / part, ignore=shutil.ignore_patterns("__pycache__"))
        cold = _child(Path(folder), "-c", FIRST_MONTH)
    return {"help_s": helps, "warm_start_s": warm, "cold_start_s": cold}


def _child(folder: Path, *words: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    subprocess.run([sys.executable, *words], cwd=folder, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
