"""What a kernel is compiled from: its byte code, that of every kernel that it calls, and every constant that they name.

Numba compiles constants of modules and other kernels into a kernel, so its machine code is right only while all of them
are as they were. The names that byte code holds lead to them. What counts is what was loaded, not what the files say
now: they may have been changed since.
"""

from __future__ import annotations

import hashlib
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np
from numba.core.dispatcher import Dispatcher
from numba.core.extending import _Intrinsic

from simulation.foundations.compiled import Compiled

LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
"""Folders of Python and of packages, which count by their versions."""
CONSTANTS = (bool, int, float, complex, str, bytes, type(None), type(...), np.generic)


@cache
def made_of(function: FunctionType) -> str:
    """Return a hash of all that a Python function is compiled from."""
    inputs = _Inputs()
    inputs.add("", function)
    return hashlib.sha256("\n".join(inputs.lines).encode()).hexdigest()


class _Inputs:
    """Lines that say what was found on the way from a function, each function once."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._seen: set[int] = set()

    def add(self, name: str, value: Any, names: frozenset[str] = frozenset()) -> None:
        """Add a value under its name, and what belongs to it; names: those of the function that holds it."""
        if isinstance(value, Dispatcher | Compiled):
            self.add(name, value.py_func)
        elif isinstance(value, _Intrinsic):
            self.add(name, value._defn)
        elif isinstance(value, FunctionType) and _ours(value.__module__):
            self._add_function(name, value)
        elif isinstance(value, ModuleType):
            self.lines.append(f"{name} {value.__name__}")
            if _ours(value.__name__):
                self._add_all(name, {inner: of for inner, of in vars(value).items() if inner in names}, names)
        elif isinstance(value, CONSTANTS):
            self.lines.append(f"{name} {type(value).__qualname__} {value!r}")
        elif isinstance(value, np.ndarray):
            self.lines.append(f"{name} {value.dtype} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}")
        elif isinstance(value, tuple | frozenset):
            items = sorted(value, key=repr) if isinstance(value, frozenset) else value
            self.lines.append(f"{name} {type(value).__qualname__} {len(value)}")
            for i, item in enumerate(items):
                self.add(f"{name}[{i}]", item, names)
        elif isinstance(value, CodeType):
            self._add_code(name, value)
        else:  # classes, and functions that Numba knows
            module = getattr(value, "__module__", None) or type(value).__module__
            kind = getattr(value, "__qualname__", type(value).__qualname__)
            self.lines.append(f"{name} {module}.{kind} {getattr(value, '_fields', '')}")

    def _add_function(self, name: str, function: FunctionType) -> None:
        self.lines.append(f"{name} {function.__module__}.{function.__qualname__}")
        if id(function) in self._seen:
            return
        self._seen.add(id(function))
        code = function.__code__
        self._add_code(function.__qualname__, code)
        self.add(f"{function.__qualname__} defaults", function.__defaults__)
        names = frozenset(_names(code))
        held = {name: of for name, of in function.__globals__.items() if name in names}
        cells = function.__closure__ or ()
        held |= {name: cell.cell_contents for name, cell in zip(code.co_freevars, cells, strict=True)}
        self._add_all(function.__qualname__, held, names)

    def _add_code(self, name: str, code: CodeType) -> None:
        digest = hashlib.sha256(code.co_code).hexdigest()
        self.lines.append(f"{name} {digest} {code.co_names} {code.co_varnames} {code.co_freevars} {code.co_cellvars}")
        for i, constant in enumerate(code.co_consts):
            self.add(f"{name} constant {i}", constant)

    def _add_all(self, name: str, held: Mapping[str, Any], names: frozenset[str]) -> None:
        for inner in sorted(held):
            self.add(f"{name}.{inner}", held[inner], names)


def _names(code: CodeType) -> Iterator[str]:
    """Yield the names that byte code holds: of globals, of attributes, and those of functions within it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _ours(module: str) -> bool:
    """Return whether a module is neither Python's own nor a package's."""
    path = getattr(sys.modules.get(module), "__file__", None)
    return module == "__main__" or (path is not None and not path.startswith(LIBRARIES))
