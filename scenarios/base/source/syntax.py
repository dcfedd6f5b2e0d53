"""A source file of the project as syntax: what it defines, what it imports, and what each definition says.

What a definition says is its syntax tree as one text, without imports, docstrings, comments and positions, and without
the words of a `Text`, which only people read. Fields of the tree that are empty are left out, because later versions of
Python add some: Python 3.11, 3.12 and 3.13 give the same text.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

PACKAGES = ("simulation", "scenarios", "calibration")
CODE = "<code>"
"""Stands for the statements of a module that act when it is imported, where others have the name of a definition."""
TEXT_CLASS = "Text"
"""The class that holds words for people."""
IGNORED_FIELDS = ("ctx", "kind", "type_comment", "type_ignores")
"""Fields of a syntax tree that say nothing of what is computed."""
BY_NAME = ("exec", "eval", "globals", "__import__", "import_module")
"""Functions that find code by a text."""
_REFERENCE = re.compile(rf"(?:{'|'.join(PACKAGES)})(?:\.\w+)+(?::\w+)?")
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_IMPORT = (ast.Import, ast.ImportFrom)


class Target(NamedTuple):
    """What an import binds: a module, or a name in it."""

    module: str
    name: str = ""


Imports = dict[str, list[Target]]


@dataclass
class Body:
    """What a definition says: its tree, and what is found in it.

    names: those it uses, each with the attribute asked of it; imports: its own; references: texts that name a module of
    the project; by_text: functions that find code by a text that is not written there.
    """

    tree: str = ""
    names: list[tuple[str, str]] = field(default_factory=list)
    imports: Imports = field(default_factory=dict)
    references: list[str] = field(default_factory=list)
    by_text: list[str] = field(default_factory=list)


class Module:
    """A source file.

    definitions: statements by the name that they bind, and those that act under CODE; imports: what its import
    statements bind, outside of functions; stars: modules of which it imports everything. Definitions that may register
    or alter something when they are made: acting, the names of those decorated by anything but the standard library
    and of classes that extend one of the project's; calling, the names of those made by a call of the project's own,
    with the names that they call.
    """

    def __init__(self, name: str, path: Path) -> None:
        """Read the file `path`, which is imported as `name`."""
        self.name, self.path = name, path
        self.package = name if path.stem == "__init__" else name.rpartition(".")[0]
        self.imports: Imports = {}
        self.stars: list[str] = []
        self.definitions: dict[str, list[ast.stmt]] = {}
        self.acting: list[str] = []
        self.calling: dict[str, list[tuple[str, str]]] = {}
        self._bodies: dict[str, Body] = {}
        statements = [s for s in ast.parse(path.read_bytes(), filename=str(path)).body if not _never_runs(s)]
        for statement in _outside_functions(statements):
            if isinstance(statement, _IMPORT):
                self.stars += add_imports(statement, self.package, self.imports)
        for statement in statements:
            names = _defined(statement)
            for name in names or ([] if isinstance(statement, (*_IMPORT, ast.Pass)) else [CODE, *_stored(statement)]):
                self.definitions.setdefault(name, []).append(statement)
        for statement in statements:
            names = _defined(statement)
            if self._may_act(statement):
                self.acting += names
            elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
                called = self._called(statement.value)
                self.calling.update((name, called) for name in names if called)

    def body(self, name: str) -> Body:
        """Return what a definition says."""
        if name not in self._bodies:
            walk = _Walk(self.package)
            walk.body.tree = "\n".join(walk.text(statement) for statement in self.definitions[name])
            self._bodies[name] = walk.body
        return self._bodies[name]

    def _may_act(self, statement: ast.stmt) -> bool:
        if isinstance(statement, (*_FUNCTION, ast.ClassDef)) and any(map(self._foreign, statement.decorator_list)):
            return True
        if isinstance(statement, ast.ClassDef):
            return any(map(self._own, [*statement.bases, *(keyword.value for keyword in statement.keywords)]))
        return False

    def _called(self, value: ast.expr) -> list[tuple[str, str]]:
        """Return the names of the project that are called in a value, each with the attribute asked of it."""
        calls = [node.func for node in ast.walk(value) if isinstance(node, ast.Call)]
        return [
            (_root(each), each.attr if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) else "")
            for each in calls
            if self._own(each) and _root(each) != TEXT_CLASS
        ]

    def _own(self, expression: ast.expr) -> bool:
        """Return whether an expression begins with a name of the project."""
        root = _root(expression)
        above = {target.module.split(".")[0] for target in self.imports.get(root, ())}
        return root in self.definitions or bool(above & set(PACKAGES))

    def _foreign(self, expression: ast.expr) -> bool:
        """Return whether an expression begins with a name that is not of the standard library."""
        root = _root(expression)
        above = {target.module.split(".")[0] for target in self.imports.get(root, ())}
        return root in self.definitions or bool(above - sys.stdlib_module_names)


class _Walk:
    """A walk through statements that writes down their tree and keeps what it finds."""

    def __init__(self, package: str) -> None:
        self.package, self.body = package, Body()

    def text(self, node: ast.AST) -> str:
        """Return the tree of a node; empty for what says nothing."""
        match node:
            case ast.Import() | ast.ImportFrom():
                self.body.references += add_imports(node, self.package, self.body.imports)
                return ""
            case ast.Expr(value=ast.Constant()):
                return ""
            case ast.Constant(value=value):
                if isinstance(value, str) and _REFERENCE.fullmatch(value):
                    self.body.references.append(value)
                return f"{type(value).__name__}:{value!a}"
            case ast.Name(id=name):
                self.body.names.append((name, ""))
                return name
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                self.body.names.append((name, attribute))
                return f"{name}.{attribute}"
            case ast.Call(func=ast.Name(id=name)) if name == TEXT_CLASS:
                return self.text(node.func)
            case ast.JoinedStr(values=pieces):
                return f"JoinedStr({','.join(self._joined(pieces))})"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in BY_NAME:
                if not (node.args and isinstance(node.args[0], ast.Constant)):
                    self.body.by_text.append(name)
        fields = ((name, getattr(node, name, None)) for name in node._fields if name not in IGNORED_FIELDS)
        parts = (f"{name}={self._value(node, name, value)}" for name, value in fields if value not in (None, []))
        return f"{type(node).__name__}({','.join(parts)})"

    def _value(self, node: ast.AST, name: str, value: object) -> str:
        if isinstance(value, list):
            each = ("None" if one is None else self._value(node, name, one) for one in value)
            return f"[{','.join(text for text in each if text)}]"
        if not isinstance(value, ast.AST):
            return ascii(value)
        if name == "returns" or (name == "annotation" and isinstance(node, ast.arg)):
            return _Walk(self.package).text(value)  # never run, so the names in it are not used
        return self.text(value)

    def _joined(self, pieces: Iterable[ast.expr]) -> Iterator[str]:
        """Yield the pieces of an f-string, plain texts side by side as one: versions of Python cut them differently."""
        plain = ""
        for piece in pieces:
            if isinstance(piece, ast.Constant):
                plain += str(piece.value)
            else:
                yield ascii(plain)
                yield self.text(piece)
                plain = ""
        yield ascii(plain)


def add_imports(statement: ast.Import | ast.ImportFrom, package: str, imports: Imports) -> list[str]:
    """Add what an import statement in `package` binds; return the modules of which it imports everything."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            imports.setdefault(alias.asname or alias.name.split(".")[0], []).append(Target(alias.name))
        return []
    above = package.split(".")
    parents = above[: len(above) - statement.level + 1] if statement.level else []
    module = ".".join([*parents, *([statement.module] if statement.module else [])])
    for alias in statement.names:
        if alias.name != "*":
            imports.setdefault(alias.asname or alias.name, []).append(Target(module, alias.name))
    return [module for alias in statement.names if alias.name == "*"]


def is_plain(definition: ast.ClassDef) -> bool:
    """Return whether making a value of a class does nothing else: a named tuple or a dataclass without code for it."""
    code = ("__init__", "__new__", "__post_init__")
    bases = [ast.unparse(base) for base in definition.bases]
    made = [ast.unparse(each).partition("(")[0] for each in definition.decorator_list]
    return (
        all(base == "NamedTuple" for base in bases)
        and all(each == "dataclass" for each in made)
        and not definition.keywords
        and not any(isinstance(each, _FUNCTION) and each.name in code for each in definition.body)
    )


def _root(expression: ast.AST) -> str:
    """Return the name that an expression begins with; empty if it begins with none."""
    while not isinstance(expression, ast.Name):
        inner = getattr(expression, "value", None) or getattr(expression, "func", None)
        if not isinstance(inner, ast.AST):
            return ""
        expression = inner
    return expression.id


def _outside_functions(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run when a module is imported, those inside branches and loops as well."""
    for statement in statements:
        if isinstance(statement, _FUNCTION) or _never_runs(statement):
            continue
        yield statement
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            for below in getattr(statement, name, ()):
                yield from _outside_functions([below] if isinstance(below, ast.stmt) else below.body)


def _never_runs(statement: ast.stmt) -> bool:
    """Return whether a statement is a docstring, or there for type checkers or for a command alone."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if not isinstance(statement, ast.If) or statement.orelse:
        return False
    return ast.unparse(statement.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING", "__name__ == '__main__'")


def _defined(statement: ast.stmt) -> list[str]:
    """Return the names that a statement binds, if that is all it does: a function, a class, an assignment to names."""
    if isinstance(statement, (*_FUNCTION, ast.ClassDef)):
        return [statement.name]
    if not isinstance(statement, ast.Assign | ast.AnnAssign):
        return []
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = [each for target in targets for each in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return (
        [name.id for name in names if isinstance(name, ast.Name)]
        if all(isinstance(name, ast.Name) for name in names)
        else []
    )


def _stored(statement: ast.stmt) -> list[str]:
    """Return the names that any statement binds on its way."""
    nodes = list(ast.walk(statement))
    names = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return list(dict.fromkeys([*names, *(node.name for node in nodes if isinstance(node, (*_FUNCTION, ast.ClassDef)))]))
