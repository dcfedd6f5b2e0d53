"""`python -m simulation.bench` measures a run: CPU seconds, household-months per second, memory, time by step.

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
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.base.console import aligned
from scenarios.base.errors import UserError
from scenarios.base.paths import CONF
from scenarios.base.text import Text
from scenarios.base.whole_files import write_text
from scenarios.households.trace import open_config, open_population
from scenarios.settings.command import guarded
from scenarios.settings.command_line import Arguments, language_of, split_arguments

if TYPE_CHECKING:
    from simulation.model import Model

USAGE = """Usage: python -m simulation.bench [months=108] [repeats=5] [--json FILE] [any key of python -m simulation]

Measures a run of the baseline (or of scenario=NAME); population.size=town for a quick look.
--json FILE writes the numbers."""
OWN = {"months": (108, 300), "repeats": (5, 1000)}
"""Keys of this command with default and largest value."""
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


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _main(words), language_of(words))


def _main(words: Sequence[str]) -> None:
    rest, file = _json_file(words)
    arguments = split_arguments(rest, OWN)
    if arguments.help:
        print(USAGE)
        return
    measurement = measure(arguments, *(_number(arguments, key) for key in OWN))
    print(table(measurement))
    if file:
        write_text(Path(file), json.dumps(asdict(measurement), indent=1) + "\n")


def measure(arguments: Arguments, months: int, repeats: int) -> Measurement:
    """Measure `repeats` runs of `months` months each, after a warm-up that compiles what is not compiled."""
    import_seconds = cold_import_seconds()
    config = open_config(arguments)
    from simulation.foundations.kernel import COMPILED  # noqa: PLC0415 (imports Numba)
    from simulation.model import Model  # noqa: PLC0415

    open_population(config)  # the warm-up of the population's kernels
    population, population_seconds = _timed(lambda: open_population(config))

    def new() -> Model:
        return Model(population, config.parameters, config.policy, config.seed, months)

    new().run()
    setups, runs = [], []
    for _ in range(repeats):
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
    from simulation.model import Model  # noqa: PLC0415

    names = Model.advance.__code__.co_names
    return [name for name in dict.fromkeys(names) if callable(getattr(Model, name, None))]


def measure_processes(model: Model) -> dict[str, float]:
    """Run `model` with a clock at every step of the month; return CPU seconds by step, and of the rest."""
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


def _number(arguments: Arguments, key: str) -> int:
    default, largest = OWN[key]
    text = arguments.own.get(key, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= largest:
        problem = Text(f"'{key}' is not a whole number in range", f"'{key}' 应为范围内的整数")
        raise UserError(problem, key=key, found=text, allowed=f"1 .. {largest}", hint="")
    return int(text)


def _json_file(words: Sequence[str]) -> tuple[list[str], str]:
    """Return the words without --json FILE, and the file."""
    rest, file = list(words), ""
    for place, word in enumerate(rest):
        if word == "--json" or word.startswith("--json="):
            file = word.partition("=")[2] or (rest[place + 1] if place + 1 < len(rest) else "")
            del rest[place : place + (1 if "=" in word else 2)]
            if not file or Path(file).is_dir():
                raise UserError(Text("--json needs a file", "--json 后须写文件"), key="--json", found=file, hint="")
            break
    return rest, file
