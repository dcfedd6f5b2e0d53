"""The decorator of every compiled function, with plain Python as the fall-back.

Rules are written once, as loops over rows that read like the text of the model. Numba compiles them where it is
installed; without it, or with ANJU_KERNELS=python, the same functions run as plain Python, slowly and with equal
results (a test proves it). `fastmath` stays off: results must not depend on the processor.

Numba's own cache asks only whether the file of a function has changed, not the files of the functions that it calls.
So the cache folder carries the hash of all sources of this package: a changed rule is never run from an old cache.
Nor does it ask for constants of a module, which are compiled in: the folder carries the name of the generator, too.

Kernels allocate nothing (Numba's run-time for reference counts is off): work arrays are passed in. With it on, every
call that passes a table counts its fifty columns in and out, and the month takes a hundred times as long.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from simulation.foundations.generator import GENERATORS, chosen_generator

Value = TypeVar("Value")
Function = TypeVar("Function", bound=Callable[..., Any])

_PACKAGE = Path(__file__).parents[1]
GENERATOR = chosen_generator()
"""The generator that the kernels of this process are made with, once and for all."""

_COMMANDS = (
    "__main__.py",
    "trace.py",
    "bench.py",
    "national.py",
    "compile.py",
    "heading.py",
    "phrases.py",
    "tell.py",
    "diary.py",
)
_NO_KERNELS = (*_COMMANDS, "model.py", "city.py", "nation.py", "levers.py", "views.py", "checks.py", "collect.py")
"""Files that no kernel is in, and none reads a constant of: compiled code does not depend on them."""


def sources_hash() -> str:
    """Return a hash of this package's source files that kernels depend on, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(path for path in _PACKAGE.rglob("*.py") if path.name not in _NO_KERNELS):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _cache_folder() -> Path:
    """Return the folder for compiled code: beside the sources, or a temporary one where these are read-only."""
    home = _PACKAGE if os.access(_PACKAGE, os.W_OK) else Path(tempfile.gettempdir())
    return home / "__pycache__" / f"kernels-{GENERATOR}-{sources_hash()}"


def _lock_cache_saves() -> None:
    """Let only one process at a time add to the cache's index.

    Numba reads the index, picks the next free file name and writes it back; two processes that compile at once would
    pick the same name, and one would later run the other's code.
    """
    try:
        import fcntl  # noqa: PLC0415 (not on Windows, where runs do not share a cache folder safely)
    except ImportError:
        return
    from numba.core.caching import IndexDataCacheFile  # noqa: PLC0415

    cache: Any = IndexDataCacheFile
    save = cache.save
    if getattr(save, "locked", False):
        return

    def locked_save(self: Any, key: Any, data: Any) -> None:
        with (Path(self._cache_path) / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            save(self, key, data)

    locked_save.locked = True  # type: ignore[attr-defined]
    cache.save = locked_save


def _compiler() -> Callable[[Function], Function] | None:
    if os.environ.get("ANJU_KERNELS") == "python" or GENERATOR not in GENERATORS:
        return None
    try:
        import numba  # noqa: PLC0415 (optional: plain Python is the fall-back)
    except ImportError:
        return None
    compiler: Any = numba  # its annotations leave out the cache folder and the run-time switch
    compiler.config.CACHE_DIR = str(_cache_folder())
    _lock_cache_saves()
    return cast(
        "Callable[[Function], Function]",
        compiler.njit(cache=True, fastmath=False, error_model="numpy", _nrt=False, forceinline=True, nogil=True),
    )


_COMPILE = _compiler()
COMPILED = _COMPILE is not None
"""True where the kernels are machine code."""


def kernel(function: Function) -> Function:
    """Compile `function` with Numba, or return it as it is."""
    return function if _COMPILE is None else _COMPILE(function)


def _plain(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return values as they are."""
    return values


def _unroller() -> Callable[[tuple[Value, ...]], tuple[Value, ...]]:
    if _COMPILE is None:
        return _plain
    from numba import literal_unroll as unroll  # noqa: PLC0415

    return cast("Callable[[tuple[Value, ...]], tuple[Value, ...]]", unroll)


literal_unroll = _unroller()
"""In a kernel, `for value in literal_unroll(VALUES)` is compiled once for each value, with that value known."""


def _nothing(column: object, row: object) -> None:
    """Plain Python does not ask memory ahead."""


def _prefetcher() -> Callable[[Any, Any], None]:
    if _COMPILE is None:
        return _nothing
    from llvmlite import ir  # type: ignore[import-untyped]  # noqa: PLC0415
    from numba.core import cgutils, types  # noqa: PLC0415
    from numba.extending import intrinsic  # noqa: PLC0415

    tools: Any = cgutils

    def ask(context: Any, column: Any, row: Any) -> Any:
        def build(compiler: Any, builder: Any, signature: Any, given: Any) -> Any:
            array = compiler.make_array(signature.args[0])(compiler, builder, given[0])
            step = builder.extract_value(array.strides, 0)
            place = builder.add(builder.ptrtoint(array.data, step.type), builder.mul(step, given[1]))
            pointer, whole = ir.IntType(8).as_pointer(), ir.IntType(32)
            kind = ir.FunctionType(ir.VoidType(), [pointer, whole, whole, whole])
            function = tools.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
            builder.call(function, [builder.inttoptr(place, pointer), whole(0), whole(3), whole(1)])
            return compiler.get_dummy_value()

        return types.void(column, types.intp), build

    return cast("Callable[[Any, Any], None]", intrinsic(ask))


prefetch = _prefetcher()
"""In a kernel, `prefetch(column, row)` asks memory for a row that will be read soon; nothing else happens."""
