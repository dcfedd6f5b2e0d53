"""Every command of the project, found in the modules of entries; and every module that `python -m` may run."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

from scenarios.base.paths import ROOT
from scenarios.settings.command import Command

PACKAGES = ("simulation", "scenarios", "calibration")
ENTRIES = [
    "calibration.entries",
    *(f"scenarios.entries.{p.stem}" for p in (ROOT / "scenarios" / "entries").glob("[!_]*.py")),
]


def commands() -> dict[str, Command]:
    """Return the commands by what stands after `python -m`."""
    found: dict[str, Command] = {}
    for name in ENTRIES:
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, Command):
                assert found.setdefault(value.name, value) is value, f"two commands are called {value.name}"
    return found


def doors() -> dict[str, Path]:
    """Return the files that do something when they are run, by what stands after `python -m`."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if not (path.parent / "__init__.py").exists():
                continue  # a tool beside data, such as the one that makes a font: no module, so no command
            if path.name == "__main__.py" or '__name__ == "__main__"' in path.read_text(encoding="utf-8"):
                module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                found[module.removesuffix(".__main__")] = path
    return found


def entry_of(door: Path) -> str:
    """Return the entry that a door names; a door is a docstring, an import, and one call."""
    text, imported, guard = ast.parse(door.read_text(encoding="utf-8")).body
    assert isinstance(text, ast.Expr)
    assert ast.unparse(imported) == "from scenarios.base.door import enter"
    assert isinstance(guard, ast.If)
    assert ast.unparse(guard.test) == "__name__ == '__main__'"
    (call,) = guard.body
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    (entry,) = call.value.args
    assert ast.unparse(call.value.func) == "enter"
    return str(ast.literal_eval(entry))
