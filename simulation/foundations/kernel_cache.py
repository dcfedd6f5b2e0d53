"""Keeps compiled kernels on disk, in place of Numba's own cache.

Numba's cache asks only whether the file of a function has changed, not the functions that it calls nor the constants of
modules, which are compiled in; and where its folder cannot be written it takes another one without a word, whose name
has neither generator nor sources. So results could be those of other sources. Here a kernel is found again only if all
that it was compiled from is the same (kernel_inputs.py), in the folders of kernel_places.py and nowhere else.

The first process that finds nothing says so in a line; others that need the same wait for it (kernel_turns.py).
"""

from __future__ import annotations

import hashlib
import pickle
import sys
import warnings
from typing import Any

import llvmlite  # type: ignore[import-untyped]
import numba
from numba.core import config, serialize
from numba.core.caching import _Cache
from numba.core.compiler import CompileResult
from numba.core.registry import cpu_target

from simulation.foundations.kernel_inputs import made_of
from simulation.foundations.kernel_places import SUFFIX, Place
from simulation.foundations.kernel_turns import Turns
from simulation.foundations.notices import say

ABOUT_SECONDS = 40
"""What compiling everything takes on a slow machine with two processors."""
SETTINGS = ("OPT", "LOOP_VECTORIZE", "SLP_VECTORIZE", "BOUNDSCHECK", "DEBUGINFO_DEFAULT", "ENABLE_AVX")
"""Settings of Numba that alter its machine code."""
VERSIONS = (sys.implementation.cache_tag, numba.__version__, llvmlite.__version__)
DIGEST_BYTES = 32
_DUMPS: Any = serialize.dumps
_REBUILD: Any = CompileResult._rebuild


class Store:
    """The kept kernels of this process: `places` are asked in turn, the first that can be written is added to."""

    def __init__(self, places: list[Place]) -> None:
        self.places = places
        self._turns = Turns()
        self._begun = False
        self._adds: Place | None = None

    def keep(self, dispatcher: Any) -> Any:
        """Let a function of Numba be kept here; return it."""
        dispatcher._cache = KernelCache(dispatcher.py_func, self)
        return dispatcher

    def read(self, processor: str, name: str, key: bytes) -> Any:
        """Return what is kept under a key; None if it is not there, or is spoiled."""
        for place in self.places:
            content = place.read(processor, name) if place.counts(processor) else None
            head = hashlib.sha256(key).digest()
            if content is None or not content.startswith(head):
                continue
            digest, body = content[DIGEST_BYTES : 2 * DIGEST_BYTES], content[2 * DIGEST_BYTES :]
            if hashlib.sha256(body).digest() == digest:
                return pickle.loads(body)  # only the user, root and the owner of the sources can have written it
        return None

    def begin(self, processor: str) -> None:
        """Get ready to compile: find where to add to, wait while others compile, say that it takes a while."""
        if not self._begun:
            self._begun = True
            self._adds = self._writable(processor)
        if self._adds is not None:
            self._turns.take(self._adds.folder / processor)
        if self._adds is None:
            self._say_nothing_is_kept()
        elif all(place.empty(processor) for place in self.places):
            say("compiling", f"compiling the rules, once for this user and processor: about {ABOUT_SECONDS} s",
                f"正在编译模型规则（每位用户、每种处理器只需一次）：约 {ABOUT_SECONDS} 秒")  # fmt: skip

    def add(self, processor: str, name: str, key: bytes, value: Any) -> None:
        """Keep a value under a key; say so where the disk does not take it."""
        place = self._adds
        if place is not None:
            body: bytes = _DUMPS(value)
            try:
                place.write(processor, name, hashlib.sha256(key).digest() + hashlib.sha256(body).digest() + body)
            except OSError as error:
                say("unkept", f"compiled rules cannot be kept: {place.folder}: {error.strerror}",
                    f"编译结果无法保存：{place.folder}：{error.strerror}")  # fmt: skip
                self._adds = None
        self._turns.leave()

    def leave(self) -> None:
        """Let others compile: what was wanted was there."""
        self._turns.leave()

    def announce_compiling(self) -> None:
        """Say, before processes are started, that each of them will compile, where nothing can be kept."""
        processor = processor_of(cpu_target.target_context.codegen())
        if all(place.empty(processor) for place in self.places) and self._writable(processor) is None:
            self._say_nothing_is_kept()

    def _writable(self, processor: str) -> Place | None:
        return next((place for place in self.places if place.made(processor)), None)

    def _say_nothing_is_kept(self) -> None:
        say(
            "nowhere",
            f"compiling the rules, about {ABOUT_SECONDS} s at every start: no folder can be written to keep them; "
            "set XDG_CACHE_HOME to one of your own",
            f"正在编译模型规则，每次启动约需 {ABOUT_SECONDS} 秒：没有可写的文件夹来保存编译结果；"
            "请将 XDG_CACHE_HOME 设为您自己的文件夹",
        )


class KernelCache(_Cache):
    """The kept versions of one function, one for each combination of types of its arguments."""

    def __init__(self, function: Any, store: Store) -> None:
        self._function, self._store = function, store

    @property
    def cache_path(self) -> str:
        """Return the folder that is asked first."""
        return str(self._store.places[0].folder)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return a version that is kept; None if it must be compiled."""
        target_context.refresh()
        codegen = target_context.codegen()
        where = processor_of(codegen), *self._name_and_key(sig, codegen)
        kept = self._store.read(*where)
        if kept is None:
            self._store.begin(where[0])
            kept = self._store.read(*where)  # another process may have been at it
            if kept is None:
                return None
            self._store.leave()
        types, reduced = kept
        return _REBUILD(target_context, *reduced) if types == sig else None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a version that was compiled."""
        if data.lifted or data.library.has_dynamic_globals:
            warnings.warn(
                f"{self._function.__qualname__} cannot be kept: it is compiled in every process", stacklevel=2
            )
            return
        self._store.add(processor_of(data.codegen), *self._name_and_key(sig, data.codegen), (sig, data._reduce()))

    def enable(self) -> None:
        """Numba asks for it; kernels are always kept."""

    def disable(self) -> None:
        """Numba asks for it; kernels are always kept."""

    def flush(self) -> None:
        """Numba asks for it before it compiles anew; what is kept stays right."""

    def _name_and_key(self, sig: Any, codegen: Any) -> tuple[str, bytes]:
        """Return the name of the file of a version, and a text of all that it depends on."""
        name = f"{self._function.__module__}.{self._function.__qualname__}"
        settings = tuple(str(getattr(config, setting)) for setting in SETTINGS)
        folder = self._store.places[0].folder.name
        key = repr(
            (folder, name, codegen.magic_tuple(), VERSIONS, settings, str(sig), made_of(self._function))
        ).encode()
        return f"{name}-{hashlib.sha256(key).hexdigest()[:16]}{SUFFIX}", key


def processor_of(codegen: Any) -> str:
    """Return the name of the folder of a kind of processor: its name, and a hash of its features."""
    system, name, features = codegen.magic_tuple()
    return f"{name or 'processor'}-{hashlib.sha256(f'{system} {features}'.encode()).hexdigest()[:8]}"
