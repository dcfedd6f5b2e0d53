"""The decorator of every compiled function, with plain Python as the fall-back.

Rules are written once, as loops over rows that read like the text of the model. Numba compiles them where it is
installed; without it, or with ANJU_KERNELS=python, the same functions run as plain Python, slowly and with equal
results (a test proves it). `fastmath` stays off: results must not depend on the processor.

Compiled code is kept in a folder that carries the generator and the hash of all sources that kernels depend on, found
again only if everything that it was made from is the same (kernel_cache.py). Numba's own cache is not used.

Both the folder's hash and the key of a kernel are needed. The key (kernel_inputs.py) has byte code and constants of
what was loaded, also where a file was changed since. It does not have what else shapes machine code: how types are
lowered (by_address.py, compiled.py) and what the cache itself does. The hash of the files has these. Without it, code
that an older version lowered in another way would be loaded.

Kernels allocate nothing (Numba's run-time for reference counts is off): work arrays are passed in. With it on, every
call that passes a table counts its fifty columns in and out, and the month takes a hundred times as long.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from simulation.foundations.generator import GENERATORS, chosen_generator
from simulation.foundations.notices import say

Value = TypeVar("Value")
Function = TypeVar("Function", bound=Callable[..., Any])

_PACKAGE = Path(__file__).parents[1]
GENERATOR = chosen_generator()
"""The generator that the kernels of this process are made with, once and for all."""

_KERNEL = re.compile(r"^\s*@kernel\b|\bkernel\(", re.MULTILINE)
_IMPORT = re.compile(r"^\s*(?:from|import)\s+([\w.]+)(?:\s+import\s+(\([^)]*\)|.*))?", re.MULTILINE)
_FOR_TYPES = re.compile(r"^if TYPE_CHECKING:\n(?:[ \t].*\n|\n)*", re.MULTILINE)


def kernel_files(root: Path) -> list[Path]:
    """Return the files below `root` that compiled code depends on, sorted.

    They are the files of packages that define a kernel, and the files that these import, and so on: calls and constants
    of modules are compiled in.
    """
    files = (path for package in root.glob("*/__init__.py") for path in package.parent.rglob("*.py"))
    names = {".".join(path.relative_to(root).with_suffix("").parts): path for path in files}
    texts = {name: path.read_text(encoding="utf-8") for name, path in names.items()}
    waiting = [name for name, text in texts.items() if "kernel" in text and _KERNEL.search(text)]
    reached = set()
    while waiting:
        name = waiting.pop()
        if name in texts and name not in reached:
            reached.add(name)
            for module, imported in _IMPORT.findall(_FOR_TYPES.sub("", texts[name])):
                waiting += [module, *(f"{module}.{each}" for each in re.findall(r"\w+", imported))]
    return sorted(names[name] for name in reached)


def sources_hash() -> str:
    """Return a hash of the source files that kernels depend on, in the order of their names."""
    digest = hashlib.sha256()
    for path in kernel_files(_PACKAGE.parent):
        digest.update(path.relative_to(_PACKAGE.parent).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_name() -> str:
    """Return the name of the folder of compiled code of these sources and this generator."""
    return f"kernels-{GENERATOR}-{sources_hash()}"


def _compiler() -> Callable[[Function], Function] | None:
    if os.environ.get("ANJU_KERNELS") == "python" or GENERATOR not in GENERATORS:
        return None
    try:
        import numba  # noqa: PLC0415 (optional: plain Python is the fall-back)
    except ImportError:
        return None
    compiler: Any = numba  # its annotations leave out the run-time switch
    if compiler.config.DISABLE_JIT:
        say("plain", "NUMBA_DISABLE_JIT is set: the rules run as plain Python, a hundred times as slow",
            "已设置 NUMBA_DISABLE_JIT：模型规则以纯 Python 运行，约慢一百倍")  # fmt: skip
        return None
    from simulation.foundations.compiled import Compiled  # noqa: PLC0415 (imports Numba)

    return cast("Callable[[Function], Function]", lambda function: Compiled(function, STORE.keep))


def _store() -> Any:
    """Return where compiled code is kept; None in plain Python."""
    if _COMPILE is None:
        return None
    from simulation.foundations.kernel_cache import Store  # noqa: PLC0415 (imports Numba)
    from simulation.foundations.kernel_places import places  # noqa: PLC0415

    return Store(places(_PACKAGE, cache_name()))


_COMPILE = _compiler()
COMPILED = _COMPILE is not None
"""True where the kernels are machine code."""
STORE = _store()
"""Where the compiled code of this process is kept."""


def kernel(function: Function) -> Function:
    """Compile `function` with Numba, or return it as it is."""
    return function if _COMPILE is None else _COMPILE(function)


def apart(function: Function) -> Function:
    """Return a kernel as one that other kernels call, instead of having it within them.

    For kernels with loops over rows: a kernel that had many of them within it would have more values at hand than the
    processor has registers.
    """
    compiled: Any = function
    return function if _COMPILE is None else cast("Function", compiled.apart())


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
