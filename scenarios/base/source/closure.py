"""What a result is computed with: every definition that a function reaches, and one hash of them all.

`Sources(root).closure(entries)` follows names from its entries, written "package.module:name", through the packages of
the project. It goes by definitions and not by files: files hold rules beside charts and words, and a result must not
look old because a chart changed. Nothing that can act is missed, because these are reached:

- what a definition names: the function, class or constant of that name in its module, or what the module imports under
  that name, through however many modules. Imports inside functions count; those under `if TYPE_CHECKING` and the
  annotations of functions do not, since they are never run;
- of a class, all of it, with its bases: attributes of values are not followed, and need not be, since whoever makes the
  value names its class;
- a table of functions with all that it names, and all of a module that is used as a value;
- of every module that is imported on the way, whether a name of it is used or not, and of the packages above it: the
  statements that act when it is imported, and the definitions that may register themselves (`Module.acting`), values
  of plain classes excepted;
- what a text names, if it reads "package.module" or "package.module:name".

Code that finds other code by a text made while running cannot be followed: it is refused.

The hash is one of syntax trees (syntax.py) without the names of files and modules, sorted, so that a file that moves, a
comment, a docstring, the order of imports or of definitions leaves it as it is. Each definition counts together with
those that it names, in their order: two imports that are exchanged are seen.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from scenarios.base.paths import ROOT
from scenarios.base.source.syntax import (
    CODE,
    PACKAGES,
    Module,
    Target,
    is_plain,
)

WHOLE = "*"
"""Stands for all of a module, where others have the name of a definition."""
ROUNDS = 3
"""How many names deep a definition counts together with what it names."""

Part = tuple[str, str]
"""A definition, by module and name; or under the names CODE and WHOLE, what acts in a module, and all of it."""


class Closure(NamedTuple):
    """What was reached: the parts, sorted; the files that hold them, sorted; and the hash."""

    parts: tuple[Part, ...]
    files: tuple[Path, ...]
    hash: str


class Sources:
    """The packages of the project below the folder `root`, read as far as they are asked for."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self._modules: dict[str, Module | None] = {}

    def closure(self, entries: Sequence[str], without: Sequence[str] = ()) -> Closure:
        """Return what the entries reach; the modules in `without` are not followed.

        Raises ValueError for an entry that is not there, and for code that finds other code by a text.
        """
        reached: dict[Part, list[Part]] = {}
        imported: set[str] = set(without)
        waiting: list[Part] = []
        for entry in entries:
            found = list(self._referred(entry))
            if not found:
                raise ValueError(f"{entry} is not there: no such module, or no such name in it")
            waiting += found
        while waiting:
            part = waiting.pop()
            if part not in reached and part[0] not in without:
                reached[part] = list(dict.fromkeys(self._named(*part)))
                waiting += [*reached[part], *self._acting(self._imports(*part), imported)]
        files = {module.path for module in (self.module(name) for name, _ in reached) if module is not None}
        return Closure(tuple(sorted(reached)), tuple(sorted(files)), self._hash(reached))

    def module(self, name: str) -> Module | None:
        """Return a module of the project; None if it has none of that name."""
        if name not in self._modules:
            path = self.root.joinpath(*name.split("."))
            files = (path.with_suffix(".py"), path / "__init__.py") if name.startswith(PACKAGES) else ()
            file = next((file for file in files if file.is_file()), None)
            self._modules[name] = None if file is None else Module(name, file)
        return self._modules[name]

    def _read(self, name: str) -> Module:
        module = self.module(name)
        if module is None:
            raise ValueError(f"{name} is not a module of the project")
        return module

    def _named(self, name: str, definition: str) -> Iterator[Part]:
        """Yield the parts that a part names, in their order."""
        module = self._read(name)
        if definition == WHOLE:
            yield from ((name, each) for each in module.definitions)
            yield from ((star, WHOLE) for star in module.stars if self.module(star))
            return
        body = module.body(definition)
        if body.by_text:
            raise ValueError(f"{name}:{definition} finds code by a text ({body.by_text[0]}), which cannot be followed")
        for word, attribute in body.names:
            for target in body.imports.get(word, ()):
                yield from self._bound(target, attribute)
            yield from self._found(module, word, attribute)
        for reference in body.references:
            yield from self._referred(reference)

    def _found(self, module: Module, word: str, attribute: str = "") -> Iterator[Part]:
        """Yield what a name means in a module."""
        if word in module.definitions:
            yield module.name, word
        for target in module.imports.get(word, ()):
            yield from self._bound(target, attribute)
        if word not in module.definitions and word not in module.imports:
            for star in filter(None, map(self.module, module.stars)):
                yield from self._found(star, word, attribute)

    def _bound(self, target: Target, attribute: str = "") -> Iterator[Part]:
        """Yield what an import binds, or `attribute` of it where it is a module."""
        module = self.module(target.module)
        if module is None:
            return
        found = list(self._found(module, target.name, attribute)) if target.name else []
        below = self.module(f"{target.module}.{target.name}") if target.name else module
        if not found and below is not None:
            found = list(self._found(below, attribute)) if attribute else []
            found = found or [(below.name, WHOLE)]
        yield from found or [(module.name, WHOLE)]

    def _referred(self, reference: str) -> Iterator[Part]:
        """Yield what 'package.module:name' or 'package.module' means; nothing if it is not there."""
        name, _, definition = reference.partition(":")
        module = self.module(name)
        if module is not None:
            yield from self._found(module, definition) if definition else [(name, WHOLE)]

    def _imports(self, name: str, definition: str) -> list[str]:
        """Return the modules that are imported with a part: its own, and those that it imports itself."""
        own = [] if definition == WHOLE else self._read(name).body(definition).imports.values()
        return [name, *(module for targets in own for target in targets for module in _modules(target))]

    def _acting(self, modules: Sequence[str], imported: set[str]) -> Iterator[Part]:
        """Yield what acts when modules are imported that have not been yet, with all that they import."""
        waiting = list(modules)
        while waiting:
            name = waiting.pop()
            if not name or name in imported:
                continue
            imported.add(name)
            waiting.append(name.rpartition(".")[0])
            module = self.module(name)
            if module is None:
                continue
            yield from ((name, each) for each in (CODE, *module.acting) if each in module.definitions)
            yield from ((name, each) for each, called in module.calling.items() if not self._only_makes(module, called))
            waiting += module.stars
            waiting += [each for targets in module.imports.values() for target in targets for each in _modules(target)]

    def _only_makes(self, module: Module, called: Sequence[tuple[str, str]]) -> bool:
        """Return whether calls make values of plain classes alone (`syntax.is_plain`)."""
        for word, attribute in called:
            for name, definition in self._found(module, word, attribute):
                statements = self._read(name).definitions.get(definition, [])
                if not all(isinstance(each, ast.ClassDef) and is_plain(each) for each in statements) or not statements:
                    return False
        return True

    def _hash(self, reached: dict[Part, list[Part]]) -> str:
        """Return the hash of parts, each of which counts together with those that it names."""
        hashes = {(name, each): _sha256(self._tree(name, each)) for name, each in reached}
        for _ in range(ROUNDS):
            below = {part: [hashes[each] for each in named if each in hashes] for part, named in reached.items()}
            hashes = {
                part: _sha256(hashes[part], *(sorted(own) if part[1] == WHOLE else own)) for part, own in below.items()
            }
        return _sha256(*sorted(set(hashes.values())))

    def _tree(self, name: str, definition: str) -> str:
        return "" if definition == WHOLE else self._read(name).body(definition).tree


def _modules(target: Target) -> tuple[str, ...]:
    """Return the modules that an import may load."""
    return (target.module, f"{target.module}.{target.name}") if target.name else (target.module,)


def _sha256(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
