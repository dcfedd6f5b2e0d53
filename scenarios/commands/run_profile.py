"""The work of `python -m simulation.bench`: CPU seconds, memory and time by step of a run.

CPU time of this process (not the clock on the wall), the median of some repeats after a warm-up, so that another
program on the machine disturbs little. Seconds of different machines cannot be compared; shares can.
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scenarios.base.console import aligned
from scenarios.base.errors import UserError
from scenarios.base.output.whole_files import write_text
from scenarios.base.paths import CONF
from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.runs.model_run import open_population
from scenarios.settings.command import Call
from scenarios.settings.config import RunConfig, compose_run
from simulation.foundations.kernel import COMPILED
from simulation.model import Model

WARMING = Text("a first run, which compiles what is not compiled", "先运行一次，编译尚未编译的部分")
MEASURING, RUNS = Text("measuring", "正在测量"), Text("runs", "次运行")
IMPORT = "import time, simulation.model; print(time.process_time())"
MEGABYTE = 1024.0 * 1024.0


@dataclass(frozen=True)
class Measurement:
    """What was measured, in seconds of CPU time; setting up and running are medians of the repeats.

    household_months: with a flat; processes: seconds of one run by step of the month.
    """

    months: int
    repeats: int
    households: int
    persons: int
    household_months: int
    import_seconds: float
    population_seconds: float
    setup_seconds: float
    run_seconds: float
    run_seconds_each: tuple[float, ...]
    household_months_per_second: float
    peak_memory_mb: float | None
    processes: dict[str, float]
    kernels: str
    python: str


def profile(call: Call) -> None:
    """Measure and print; with --json write the numbers, too."""
    file: Path | None = call.own["json"]
    if file is not None and file.is_dir():
        raise UserError(Text("--json needs a file", "--json 后须写文件"), key="json", found=file, hint=call.see)
    import_seconds = cold_import_seconds()
    config = compose_run(call.run_words, call.config_dir)
    measurement = measure(config, call.own["months"], call.own["repeats"], call.progress, import_seconds)
    call.say(table(measurement))
    if file is not None:
        write_text(file, json.dumps(asdict(measurement), indent=1) + "\n")


def measure(config: RunConfig, months: int, repeats: int, progress: Progress, import_seconds: float) -> Measurement:
    """Measure `repeats` runs of `months` months each, after a warm-up that compiles what is not compiled.

    import_seconds: what importing the model alone takes.
    """
    progress.stage(WARMING)
    open_population(config)  # the warm-up of the population's kernels
    population, population_seconds = _timed(lambda: open_population(config))

    def new() -> Model:
        return Model(population, config.parameters, config.policy, config.seed, months, future=config.future)

    new().run()
    setups, runs = [], []
    progress.stage(MEASURING)
    for number in range(repeats):
        progress.count(number, repeats, RUNS)
        model, seconds = _timed(new)
        setups.append(seconds)
        runs.append(_timed(model.run)[1])
    processes = measure_processes(new())
    household_months = int(sum(model.records.value("households", 0, month) for month in range(months)))
    seconds = statistics.median(runs)
    return Measurement(
        months=months,
        repeats=repeats,
        households=len(population.households),
        persons=len(population.persons),
        household_months=household_months,
        import_seconds=import_seconds,
        population_seconds=population_seconds,
        setup_seconds=statistics.median(setups),
        run_seconds=seconds,
        run_seconds_each=tuple(runs),
        household_months_per_second=household_months / seconds if seconds > 0.0 else 0.0,
        peak_memory_mb=peak_memory_mb(),
        processes=processes,
        kernels="compiled" if COMPILED else "plain Python",
        python=platform.python_version(),
    )


def step_names() -> list[str]:
    """Return the methods that a month calls, in its order."""
    names = Model.advance.__code__.co_names
    return [name for name in dict.fromkeys(names) if callable(getattr(Model, name, None))]


def measure_processes(model: Model) -> dict[str, float]:
    """Run `model` with a clock at every step of the month; return CPU seconds by step, and of the rest.

    Each step goes through all households by itself meanwhile, or the first would wait for the last.
    """
    model.fuses = False
    spent = dict.fromkeys(step_names(), 0.0)

    def clocked(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            started = time.process_time()
            result = method(*arguments, **named)
            spent[name] += time.process_time() - started
            return result

        return call

    for name in spent:
        setattr(model, name, clocked(name, getattr(model, name)))
    _, whole = _timed(model.run)
    return {**spent, "rest": max(0.0, whole - sum(spent.values()))}


def cold_import_seconds() -> float:
    """Return the CPU seconds of a new Python that imports the model and ends."""
    done = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, cwd=CONF.parent, check=True)
    return float(done.stdout)


def peak_memory_mb() -> float | None:
    """Return the largest memory that this process has held, MB; None where the system does not tell."""
    try:
        import resource  # noqa: PLC0415 (not on Windows)
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MEGABYTE if sys.platform == "darwin" else peak * 1024.0 / MEGABYTE


def table(measurement: Measurement) -> str:
    """Return the measurement as text."""
    m = measurement
    memory = "unknown" if m.peak_memory_mb is None else f"{m.peak_memory_mb:,.0f} MB"
    spread = f"{min(m.run_seconds_each):.2f} to {max(m.run_seconds_each):.2f} s"
    facts = [
        ["run", f"{m.run_seconds:.2f} s", f"CPU, {m.months} months, median of {m.repeats} ({spread})"],
        ["household-months", f"{m.household_months:,}", "with a flat"],
        ["households", f"{m.households:,}", f"{m.persons:,} persons"],
        ["per second", f"{m.household_months_per_second:,.0f}", "household-months"],
        ["setting up", f"{m.setup_seconds:.2f} s", "the model from its population, median"],
        ["population", f"{m.population_seconds:.2f} s", "making it"],
        ["cold import", f"{m.import_seconds:.2f} s", "a new Python and simulation.model"],
        ["peak memory", memory, "of this process"],
        ["kernels", m.kernels, f"Python {m.python}"],
    ]
    whole = sum(m.processes.values())
    rows = [["step of the month", "seconds", "share", "ms a month"]]
    for name, seconds in sorted(m.processes.items(), key=lambda item: -item[1]):
        share = 100.0 * seconds / whole if whole > 0.0 else 0.0
        rows.append([name, f"{seconds:.3f}", f"{share:.1f} %", f"{1000.0 * seconds / m.months:.2f}"])
    return f"{aligned(facts, indent=0)}\n\n{aligned(rows, indent=0, right=(1, 2, 3))}"


def _timed(function: Callable[[], Any]) -> tuple[Any, float]:
    started = time.process_time()
    result = function()
    return result, time.process_time() - started
