"""What Numba must know of the rules and of what they are given: how they are compiled, how a record comes in.

A rule is compiled once to be called from Python, and once to become part of the rules that call it. The second needs
no way in from Python; each way in takes as long to compile as a small rule.

The types are written with Numba's interface for types of one's own (`numba.extending`).
"""

from __future__ import annotations

import copy
import functools
import hashlib
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import extending
from numba.core import cgutils, types
from numba.core.typing import templates
from numba.np import arrayobj

# Numba's annotations leave out much of what is used here.
compiler: Any = numba
tools: Any = cgutils
numba_types: Any = types
typing: Any = templates
arrays: Any = arrayobj
numba_extending: Any = extending
OPTIONS: dict[str, Any] = {
    "fastmath": False,
    "error_model": "numpy",
    "nogil": True,
    "_nrt": False,
    "no_cfunc_wrapper": True,
}
ROWS_DENSE, COLUMNS_DENSE, ALIGNED, WRITEABLE = 0x1, 0x2, 0x100, 0x400
"""NumPy's flags of an array (NPY_ARRAY_C_CONTIGUOUS and so on)."""


class _Part(numba_types.Dispatcher):
    """What a rule sees of a rule that it calls: compiled once for all whole numbers, not anew for each one written."""

    def get_call_type(self, context: Any, args: Any, kws: Any) -> Any:
        plain = numba_types.unliteral
        return super().get_call_type(context, tuple(map(plain, args)), {name: plain(kws[name]) for name in kws})


numba_extending.register_model(_Part)(numba_extending.models.OpaqueModel)


class Compiled:
    """A rule that Numba compiles when it is called first."""

    def __init__(self, function: Callable[..., Any], kept: Callable[[Any], Any]) -> None:
        """Prepare `function`; kept: takes a function of Numba and gives it back as one that is kept on disk."""
        functools.update_wrapper(self, function)
        self.py_func = function
        self.entry = kept(compiler.njit(**OPTIONS)(function))
        self.part = compiler.njit(forceinline=True, no_cpython_wrapper=True, **OPTIONS)(function)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call it from Python; named tuples by address are handed over as such."""
        if named:
            arguments = inspect.signature(self.py_func).bind(*arguments, **named).args
        return self.entry(*[getattr(argument, "handle", argument) for argument in arguments])

    def apart(self) -> Compiled:
        """Return the rule as one that does not become part of the rules that call it, but is called."""
        other = copy.copy(self)
        other.part = compiler.njit(no_cpython_wrapper=True, **OPTIONS)(self.py_func)
        return other

    @property
    def _numba_type_(self) -> Any:
        """The type that Numba asks for where a rule calls this one."""
        return _Part(self.part)


class Lies(NamedTuple):
    """How an array lies in memory, as far as its type settles it: known to the compiler, not read in each turn.

    with_item: the first item of the tuple that lies in the same records; offset: bytes from its data to this one's;
    inner: lengths of all dimensions but the first; strides: bytes from one element to the next.
    """

    with_item: str
    offset: int
    inner: tuple[int, ...]
    strides: tuple[int, ...]


class RecordType(numba_types.Type):
    """A named tuple of class `kind` by address; items: the types of its items; lies: how its arrays lie."""

    def __init__(self, kind: Any, items: tuple[Any, ...], lies: tuple[Lies | None, ...]) -> None:
        self.kind, self.types = kind, (items, lies)
        self.items = dict(zip(kind._fields, items, strict=True))
        self.lies = dict(zip(kind._fields, lies, strict=True))
        self.dtype = np.dtype([(name, _format(item)) for name, item in self.items.items()])
        digest = hashlib.sha256(repr([*(str(item) for item in items), lies]).encode()).hexdigest()
        # A short name: it is part of the name of every function that takes the tuple.
        super().__init__(name=f"{kind.__name__}-{digest[:12]}")

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells two types apart."""
        return self.kind, self.types


@functools.cache
def _record_type(kind: Any, items: tuple[Any, ...], lies: tuple[Lies | None, ...]) -> RecordType:
    """Return a type, made once: a branch has as many columns as its city, and their types took as long as a month."""
    return RecordType(kind, items, lies)


@functools.cache
def _array_type(dtype: Any, dimensions: int, flags: int) -> Any:
    """Return Numba's type of an array, as its typeof does; flags: NumPy's, as a number."""
    layout = "C" if flags & ROWS_DENSE else "F" if flags & COLUMNS_DENSE else "A"
    readonly, aligned = not flags & WRITEABLE, bool(flags & ALIGNED)
    return numba_types.Array(compiler.from_dtype(dtype), dimensions, layout, readonly=readonly, aligned=aligned)


def _format(item: Any) -> Any:
    """Return the dtype of an item in the record: of an array, where its data, shape and strides are written."""
    if isinstance(item, RecordType):
        return item.dtype
    if isinstance(item, types.Array):
        return np.dtype([("data", np.intp), ("shape", np.intp, item.ndim), ("strides", np.intp, item.ndim)])
    return np.dtype(str(item))


def _lies(name: str, array: Any, leaders: dict[tuple[int, int], tuple[str, int]]) -> Lies:
    """Return how an array lies; `leaders`: name and address of the first item in the same records, by their address and
    length.
    """
    root = array
    while isinstance(root.base, np.ndarray):
        root = root.base
    stride, address = array.strides[0], array.ctypes.data
    leader = name, address
    if 0 <= address - root.ctypes.data < stride == root.strides[0]:  # fields of one record for each row
        leader = leaders.setdefault((root.ctypes.data, stride), leader)
    return Lies(leader[0], address - leader[1], array.shape[1:], array.strides)


class Handle:
    """What a rule is given for a named tuple: the address of its record."""

    __slots__ = ("_numba_type_", "address", "record")

    def __init__(self, values: Any) -> None:
        """Write the record. Raises TypeError for an item that is no array, number or tuple by address."""
        items: list[Any] = []
        written: list[Any] = []
        lies: list[Lies | None] = []
        leaders: dict[tuple[int, int], tuple[str, int]] = {}
        for name, value in zip(values._fields, values, strict=True):
            if isinstance(value, np.ndarray):
                items.append(_array_type(value.dtype, value.ndim, value.flags.num))
                lies.append(_lies(name, value, leaders))
                written.append((value.ctypes.data, value.shape, value.strides))
            elif hasattr(value, "handle"):
                items.append(value.handle._numba_type_)
                written.append(value.handle.record[()])
            elif isinstance(value, int | float) and not isinstance(value, bool):
                items.append(types.float64 if isinstance(value, float) else types.int64)
                written.append(value)
            else:
                raise TypeError(f"{type(values).__name__}.{name} is {value!r}; allowed are arrays and numbers")
            if len(lies) < len(items):
                lies.append(None)
        kind: Any = type(values)
        self._numba_type_ = _record_type(kind, tuple(items), tuple(lies))
        self.record = np.array(tuple(written), dtype=self._numba_type_.dtype)
        self.address = self.record.ctypes.data


@numba_extending.register_model(RecordType)
class _Address(numba_extending.models.OpaqueModel):
    def from_argument(self, builder: Any, value: Any) -> Any:
        """Tell the compiler that all of the record may be read, needed or not: it can then read ahead of a loop."""
        value.attributes.dereferenceable, value.attributes.align = self._fe_type.dtype.itemsize, 8
        return super().from_argument(builder, value)


@typing.infer_getattr
class _Items(typing.AttributeTemplate):
    key = RecordType

    def generic_resolve(self, kind: Any, name: str) -> Any:
        return kind.items.get(name)


def _take_in(kind: Any, handle: Any, c: Any) -> Any:
    address = c.pyapi.object_getattr_string(handle, "address")
    pointer = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    return numba_extending.NativeValue(pointer, is_error=tools.is_not_null(c.builder, c.pyapi.err_occurred()))


numba_extending.unbox(RecordType)(_take_in)


def _read(context: Any, builder: Any, kind: Any, address: Any, name: str) -> Any:
    item, place = kind.items[name], kind.dtype.fields[name][1]
    unchanging = builder.module.add_metadata([])

    def read(offset: int, what: Any) -> Any:
        at = builder.gep(address, [ir.IntType(32)(offset)])
        found = builder.load(builder.bitcast(at, what.as_pointer()))
        found.set_metadata("invariant.load", unchanging)
        return found

    if isinstance(item, RecordType):
        return builder.gep(address, [ir.IntType(32)(place)])
    if not isinstance(item, types.Array):
        return read(place, context.get_value_type(item))
    word, lies = context.get_value_type(types.intp), kind.lies[name]
    leader = read(kind.dtype.fields[lies.with_item][1], word)
    length = read(place + word.width // 8, word)
    array = context.make_array(item)(context, builder)
    arrays.populate_array(
        array,
        data=builder.inttoptr(builder.add(leader, word(lies.offset)), array.data.type),
        shape=[length, *(word(n) for n in lies.inner)],
        strides=[word(n) for n in lies.strides],
        itemsize=context.get_abi_sizeof(context.get_data_type(item.dtype)),
        meminfo=None,
    )
    return array._getvalue()


numba_extending.lower_getattr_generic(RecordType)(_read)
