"""The two hottest kernels beside a C version written by hand (hot.c), on the very same arrays.

`python -m tests.reference.c.hot` measures both in the city's 60 months after the report date. hot.c is compiled into a
temporary folder, together with a layout.h that says where the columns lie and what the modules' constants are, so that
nothing is written twice.
"""

from __future__ import annotations

import ctypes
import functools
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.runs.model_run import open_population
from scenarios.settings.config import compose_run
from simulation import in_blocks, passes
from simulation.foundations.kernel import COMPILED
from simulation.foundations.months import REPORT_MONTH
from simulation.model import Model
from simulation.records import observe
from simulation.records.indicators import AMOUNTS, COUNTS
from simulation.rules import labour
from simulation.rules import members as accounts
from simulation.state import entities as state
from simulation.state.entities import (
    Float,
    Households,
    Int32,
    Layout,
    Persons,
    Sites,
    State,
    UInt32,
)
from simulation.state.parameters import (
    JobsParameters,
    Parameters,
    SchoolingParameters,
)
from simulation.state.policy import BASELINE
from simulation.state.population import Population
from simulation.state.tally import N_TALLY

SOURCE = Path(__file__).with_name("hot.c")
OPTIONS = ("-std=c99", "-O3", "-march=native", "-ffp-contract=off", "-fno-fast-math", "-shared", "-fPIC")
C_TYPES = {
    "b1": "bool",
    "i1": "int8_t",
    "i2": "int16_t",
    "i4": "int32_t",
    "u4": "uint32_t",
    "f8": "double",
}
KERNELS = ("count_members", "observe")
"""The kernels that hot.c has, by their names in simulation.passes, which calls them."""


class NoCompilerError(RuntimeError):
    """There is no C compiler, or hot.c does not compile."""


class Hot:
    """The C version, for tables that lie in memory as those it is made for; call it with a kernel's arguments."""

    def __init__(self, tables: State, changes: Mapping[str, int] | None = None) -> None:
        """Compile and load; `changes` are constants with another value, for tests."""
        library = compiled(header(tables.households, tables.persons, {**constants(), **(changes or {})}))
        self._count, self._observe = library.count_members, library.observe
        self._count.restype = self._observe.restype = None

    def count_members(self, *arguments: Any) -> None:
        """Recount the members of every household that has changed, as simulation.rules.members.count_members does."""
        self.prepared_count_members(*arguments)()

    def observe(self, *arguments: Any) -> None:
        """Add the month's sums to the cells of the records, as simulation.records.observe.observe does."""
        self.prepared_observe(*arguments)()

    def prepared_count_members(
        self,
        month: int,
        first: int,
        end: int,
        households: Households,
        persons: Persons,
        layout: Layout,
        schooling: SchoolingParameters,
        jobs: JobsParameters,
        changed_rows: UInt32,
    ) -> Callable[[], None]:
        """Return the call of count_members with its pointers ready."""
        assert changed_rows.size > households.site.size
        return functools.partial(
            self._count,
            ctypes.c_int(month),
            ctypes.c_uint32(first),
            ctypes.c_uint32(end),
            ctypes.byref(pointers(households)),
            ctypes.byref(pointers(persons)),
            ctypes.c_int(layout.public_unit),
            ctypes.c_int(layout.nearby_public),
            ctypes.c_double(schooling.bus_school_yuan),
            ctypes.c_double(schooling.boarding_yuan),
            ctypes.c_double(jobs.away_age_full),
            ctypes.c_double(jobs.away_age_none),
            ctypes.c_void_p(changed_rows.ctypes.data),
        )

    def prepared_observe(
        self,
        month: int,
        first: int,
        end: int,
        households: Households,
        sites: Sites,
        p: Parameters,
        counts: Int32,
        amounts: Float,
    ) -> Callable[[], None]:
        """Return the call of observe with its pointers ready."""
        assert counts.shape[1] == len(COUNTS)
        assert amounts.shape == (len(counts), len(AMOUNTS))
        return functools.partial(
            self._observe,
            ctypes.c_int(month),
            ctypes.c_uint32(first),
            ctypes.c_uint32(end),
            ctypes.byref(pointers(households)),
            ctypes.c_void_p(sites.bus.ctypes.data),
            ctypes.c_double(p.income.work_lost_per_hour),
            ctypes.c_double(p.jobs.bus_time_factor),
            ctypes.c_double(p.jobs.living_away_yuan),
            ctypes.c_double(p.income.poverty_line_yuan_year),
            ctypes.c_void_p(counts.ctypes.data),
            ctypes.c_void_p(amounts.ctypes.data),
        )


def constants() -> dict[str, int]:
    """Return the whole numbers that the kernels' modules name (states, channels, columns, ages), and shapes."""
    found = {"N_TALLY": N_TALLY, "N_COUNTS": len(COUNTS), "N_AMOUNTS": len(AMOUNTS)}
    for module in (state, labour, accounts, observe):
        for name, value in vars(module).items():
            if name.isupper() and type(value) is int and found.setdefault(name, value) != value:
                raise ValueError(f"{name} is {found[name]} in one module and {value} in {module.__name__}")
    return found


def records_of(column: np.ndarray) -> np.ndarray | None:
    """Return the records that a column lies in, or None for a column alone."""
    base = column.base
    return base if isinstance(base, np.ndarray) and base.dtype.names else None


def places(table: tuple[Any, ...]) -> dict[str, np.ndarray]:
    """Return what a table's pointers point to, by name: its columns that lie alone, and its records.

    A column of another column, such as one of the tally, has no place of its own.
    """
    found: dict[str, np.ndarray] = {}
    for name, column in table._asdict().items():  # type: ignore[attr-defined]
        records = records_of(column)
        if records is not None:
            found[f"with_{records.dtype.names[0]}"] = records
        elif column.base is None:
            assert column.flags.c_contiguous
            found[name] = column
    return found


def pointers(table: tuple[Any, ...]) -> ctypes.Array[ctypes.c_void_p]:
    """Return the struct of pointers that layout.h declares for a table."""
    data = [values.ctypes.data for values in places(table).values()]
    return (ctypes.c_void_p * len(data))(*data)


def header(households: Households, persons: Persons, numbers: Mapping[str, int]) -> str:
    """Return the text of layout.h: the constants, and the two tables as they lie in memory."""
    lines = ["enum {", *(f"    {name} = {value}," for name, value in numbers.items()), "};"]
    return "\n".join([*lines, *_struct("households", households), *_struct("persons", persons)]) + "\n"


def _struct(title: str, table: tuple[Any, ...]) -> Iterator[str]:
    """Yield a table as a C struct of pointers, its records as structs, and a macro for each column."""
    members, macros = [], []
    for place, values in places(table).items():
        if values.dtype.names is None:
            entry = f"(t).{place}[r]" if values.ndim == 1 else f"((t).{place} + (size_t)(r) * {values[0].size})"
            members.append(f"    {_c_type(values.dtype)} *restrict {place};")
            macros.append(f"#define {title.upper()}_{place}(t, r) {entry}")
            continue
        kind, checks = f"struct {title}_{place}", [f"sizeof(struct {title}_{place}) == {values.itemsize}"]
        yield f"{kind} {{"
        for name in values.dtype.names:
            dtype, offset = values.dtype.fields[name][:2]  # type: ignore[index]
            yield f"    {_c_type(dtype.base)} {name}{''.join(f'[{n}]' for n in dtype.shape)};"
            checks.append(f"offsetof({kind}, {name}) == {offset}")
            macros.append(f"#define {title.upper()}_{name}(t, r) (t).{place}[r].{name}")
        yield "};"
        yield from (f'_Static_assert({check}, "{check}");' for check in checks)
        members.append(f"    {kind} *restrict {place};")
    yield from (f"struct {title} {{", *members, "};", *macros)


def _c_type(dtype: np.dtype[Any]) -> str:
    return C_TYPES[dtype.str[1:]]


def compiled(layout_h: str) -> ctypes.CDLL:
    """Compile hot.c with this layout.h and load it; raises NoCompilerError."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise NoCompilerError("there is no C compiler: install one that is called cc, such as the package gcc")
    with tempfile.TemporaryDirectory(prefix="anju-c-") as folder:
        Path(folder, "layout.h").write_text(layout_h, encoding="utf-8")
        library = Path(folder, "hot.so")
        command = [compiler, *OPTIONS, "-I", folder, "-o", str(library), str(SOURCE)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NoCompilerError(f"{' '.join(command)} failed:\n{done.stderr}")
        return ctypes.CDLL(str(library))


@contextmanager
def in_place_of(kernels: Mapping[str, Callable[..., None]]) -> Iterator[None]:
    """Let cities call these functions in place of their kernels of the same names.

    A pass over blocks is compiled as a whole: meanwhile it runs as plain Python, which calls kernel by kernel.
    """
    before, whole = {name: getattr(passes, name) for name in kernels}, in_blocks.go_through
    try:
        for name, function in kernels.items():
            setattr(passes, name, function)
        in_blocks.go_through = getattr(whole, "py_func", whole)
        yield
    finally:
        in_blocks.go_through = whole
        for name, function in before.items():
            setattr(passes, name, function)


def time_hot(
    population: Population, parameters: Parameters, months: int = 60, repeats: int = 5
) -> dict[str, dict[str, float]]:
    """Return by kernel the CPU seconds of the compiled rule, of the C version, and the first over the second.

    The months after the report date are run twice in each repeat. A run calls the two in turn, the second run the
    other way round, so that each has had each call at its place between the other rules, with what these leave in the
    caches. Seconds are the sum over calls of the median over repeats; the clock stands while pointers are made ready.
    Raises RuntimeError if two runs do not end in equal columns.
    """
    if not COMPILED:
        raise RuntimeError("the kernels run as plain Python here: there is nothing to compare")
    start = Model(population, parameters, BASELINE, months=REPORT_MONTH + 1 + months, collect=False)
    while start.month <= REPORT_MONTH:
        start.step()
    hot = Hot(start.state)
    rules = {name: getattr(passes, name) for name in KERNELS}
    seconds: dict[str, tuple[list[list[float]], list[list[float]]]] = {name: ([], []) for name in KERNELS}
    _run_in_turn(start, hot, rules, 0)  # a warm-up
    outcome = None
    for turn in range(2 * repeats):
        model, spent = _run_in_turn(start, hot, rules, turn)
        columns = [values.tobytes() for table in (model.state.households, model.state.persons) for values in table]
        ended = [model.records.sums.tobytes(), *columns]
        outcome = outcome or ended
        if ended != outcome:
            raise RuntimeError("the C version does not make what the compiled rules make")
        for name, calls in spent.items():
            for call, (version, took) in enumerate(calls):
                if turn == 0:
                    seconds[name][0].append([])
                    seconds[name][1].append([])
                seconds[name][version][call].append(took)
    found = {}
    for name, versions in seconds.items():
        numba, c = (sum(statistics.median(each) for each in calls) for calls in versions)
        found[name] = {"numba": numba, "c": c, "ratio": numba / c}
    return found


def _run_in_turn(
    start: Model, hot: Hot, rules: Mapping[str, Callable[..., None]], turn: int
) -> tuple[Model, dict[str, list[tuple[int, float]]]]:
    """Run a branch of `start` to its end; return it, and of each call the version (1 for C) and the seconds."""
    spent: dict[str, list[tuple[int, float]]] = {name: [] for name in rules}

    def clocked(name: str) -> Callable[..., None]:
        def call(*arguments: Any) -> None:
            version = (len(spent[name]) + turn) % 2
            ready = getattr(hot, f"prepared_{name}")(*arguments)
            work = ready if version else functools.partial(rules[name], *arguments)
            started = time.process_time()
            work()
            spent[name].append((version, time.process_time() - started))

        return call

    model = start.branch(BASELINE)
    with in_place_of({name: clocked(name) for name in rules}):
        model.run()
    return model, spent


def main() -> None:
    """Measure on the city of conf/ and print."""
    config = compose_run([])
    for name, found in time_hot(open_population(config), config.parameters).items():
        print(
            f"{name}: {1000.0 * found['numba']:.1f} ms, C {1000.0 * found['c']:.1f} ms in 60 months, "
            f"ratio {found['ratio']:.2f}"
        )


if __name__ == "__main__":
    main()
