"""`python -m tests.reference.bench` measures the model beside what a user would otherwise take (`make bench`).

It writes outputs/bench/bench.json. Everything is fixed work: the baseline, seed 1, the configuration of conf/, whose
hash is in the file. CPU seconds of this process (user and system), medians of runs taken in turn, so that another
program on the machine disturbs all alike; ratios are those of one round. Seconds of different machines cannot be
compared.
"""

from __future__ import annotations

import json
import multiprocessing
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scenarios.commands.run_profile import peak_memory_mb
from scenarios.runs.model_run import open_population
from scenarios.settings.config import compose_run
from simulation.city import City, Given
from simulation.foundations.months import REPORT_MONTH
from simulation.model import Model
from simulation.nation import Nation
from tests.reference.core_time import core_seconds
from tests.reference.neighbour import neighbour
from tests.reference.starts import start_seconds
from tests.reference.sweeps import sweep_costs
from tests.reference.yardstick import MONTHS, twin_time

ROUNDS = 5
END = REPORT_MONTH + 1 + MONTHS
SWEEP, SWEEP_DRAWS, PROCESSES = 1000, 20, 2
OUTPUT = Path("outputs/bench/bench.json")


def cpu_name() -> str:
    """Return the processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def timed(work: Callable[[], Any]) -> float:
    """Return the CPU seconds of `work`."""
    started = time.process_time()
    work()
    return time.process_time() - started


def side_by_side(trunk: Model) -> float:
    """Return the CPU seconds of a branch while another process runs one, too; the mean of both."""
    context = multiprocessing.get_context("fork")
    queue: Any = context.SimpleQueue()
    policy = trunk.policy

    def run() -> None:
        branch = trunk.branch(policy)
        queue.put(timed(branch.run))

    processes = [context.Process(target=run) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return (queue.get() + queue.get()) / 2.0


def nation_seconds(population: Any, parameters: Any, copies: int, threads: int = 1) -> tuple[float, float, str]:
    """Return CPU and wall seconds of the 60 months after the report date, and a hash of the records."""
    import hashlib  # noqa: PLC0415

    nation = Nation(population, parameters, months=END, copies=copies, threads=threads)
    while nation.month <= REPORT_MONTH:
        nation.advance(12)
    cpu, wall = time.process_time(), time.perf_counter()
    nation.run()
    spent = time.process_time() - cpu, time.perf_counter() - wall
    return *spent, hashlib.sha256(nation.records.sums.tobytes() + nation.records.city.tobytes()).hexdigest()


def nation_alone(copies: int) -> dict[str, float]:
    """Return seconds and peak memory of a nation that has a process to itself."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.reference.bench", "--nation", str(copies)],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def _projections(draw: int) -> int:
    """Run one history and its share of the sweep's projections; return how many."""
    config = compose_run([f"seed={draw + 1}"])
    city = City()
    city.begin(Given(open_population(config), config.parameters, config.seed, END), config.policy)
    while city.month <= REPORT_MONTH:
        city.advance()
    for _ in range(SWEEP // SWEEP_DRAWS):
        branch = city.branch(config.policy)
        while branch.month < END:
            branch.advance()
    return SWEEP // SWEEP_DRAWS


def sweep_seconds() -> float:
    """Return the seconds by the clock on the wall of a sweep's projections on some processes, histories included."""
    from scenarios.base.parallel import in_processes  # noqa: PLC0415

    started = time.perf_counter()
    done = sum(in_processes(_projections, range(SWEEP_DRAWS), PROCESSES, _nothing, ()))
    if done != SWEEP:
        raise RuntimeError(f"{done} projections instead of {SWEEP}")
    return time.perf_counter() - started


def _nothing() -> None:
    """Start a process with nothing prepared."""


def measure() -> dict[str, Any]:
    """Return every number of the bench file."""
    from tests.reference.c.hot import time_hot  # noqa: PLC0415 (needs a C compiler)

    config = compose_run([])
    population, parameters = open_population(config), config.parameters
    trunk = Model(population, parameters, config.policy, config.seed, END)
    while trunk.month <= REPORT_MONTH:
        trunk.step()
    city, core, kernels, all_kernels, twin, x10, beside, two = [], [], [], [], [], [], [], []
    trunk.branch(config.policy).run()  # warm
    for turn in range(ROUNDS):
        _say(f"round {turn + 1} of {ROUNDS}")
        branch = trunk.branch(config.policy)
        city.append(timed(branch.run))
        with neighbour():
            trunk.branch(config.policy).run()  # until the neighbour has made its table
            branch = trunk.branch(config.policy)
            beside.append(timed(branch.run))
        two.append(side_by_side(trunk))
        parts = core_seconds(trunk.branch(config.policy))
        core.append(parts.core)
        kernels.append(parts.core_kernels)
        all_kernels.append(parts.kernels)
        twin.append(twin_time(population, parameters, config.policy, config.seed).seconds)
        x10.append(nation_seconds(population, parameters, 10)[0])
    _say("threads")
    one, two = (nation_seconds(population, parameters, 4, threads) for threads in (1, 2))
    peak = peak_memory_mb()
    nations = []
    for turn in range(ROUNDS):
        _say(f"national size {turn + 1} of {ROUNDS}")
        nations.append(nation_alone(90))
    _say("C")
    hot = time_hot(population, parameters)
    _say("sweep")
    sweep = sweep_seconds()
    _say("sweep commands")
    costs = sweep_costs()
    _say("starts")
    median = statistics.median
    beside_over_alone = median([b / a for a, b in zip(city, beside, strict=True)])
    in_turn = list(zip(city, core, kernels, twin, strict=True))
    x90 = median([nation["seconds"] for nation in nations])
    return {
        "city_60_months_s": median(city),
        "city_beside_a_neighbour_s": median(beside),
        "beside_over_alone": beside_over_alone,
        "city_two_at_once_s": median(two),
        "kernels_60_months_s": median(all_kernels),
        "core_60_months_s": median(core),
        "core_kernels_60_months_s": median(kernels),
        "twin_60_months_s": median(twin),
        "ratio_to_twin": median([t / b for _, b, _, t in in_turn]),
        "whole_city_ratio_to_twin": median([t / a for a, _, _, t in in_turn]),
        "kernel_ratio_to_twin": median([t / k for _, _, k, t in in_turn]),
        "kernel_ratio_to_c": {name: part["ratio"] for name, part in hot.items()},
        "hot_kernels_60_months_s": hot,
        "x10_s": median(x10),
        "x90_s": x90,
        "x90_over_x1_by_size": x90 / (90.0 * median(city)),
        "x90_peak_mb": max(nation["peak_mb"] for nation in nations),
        "two_threads_speed_up": one[1] / two[1],
        "two_threads_equal": one[2] == two[2],
        "sweep_1000_s": sweep,
        **costs,
        **start_seconds(),
        "peak_mb": peak,
        "python": platform.python_version(),
        "cpu": cpu_name(),
        "seed": config.seed,
        "configuration": config.digest,
        "rounds": ROUNDS,
    }


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def main() -> int:
    """Measure and write the file; with --nation N, print a nation's seconds and memory."""
    if sys.argv[1:2] == ["--nation"]:
        config = compose_run([])
        cpu, _, _ = nation_seconds(open_population(config), config.parameters, int(sys.argv[2]))
        print(json.dumps({"seconds": cpu, "peak_mb": peak_memory_mb()}))
        return 0
    numbers = measure()
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=OUTPUT.parent, suffix=".part", delete=False) as file:
        file.write(json.dumps(numbers, indent=1) + "\n")
    Path(file.name).replace(OUTPUT)
    print(json.dumps(numbers, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
